import { describe, expect, test } from "@jest/globals";
import type { ImportMode } from "../../src/domain/definition.ts";
import { describe as description, markerOf } from "../../src/domain/marker.ts";
import type { Routes } from "../../src/domain/route.ts";
import type { Deployment } from "../../src/domain/stage.ts";
import type { DefinitionRequest } from "../../src/inputs/definition/definition-inputs.ts";
import { isDefinition, readDefinition } from "../../src/inputs/definition/read-definition.ts";
import type { FailOn } from "../../src/inputs/fail-on.ts";
import type { DeployRequest } from "../../src/inputs/request.ts";
import type { DeployObserved } from "../../src/observe/observed.ts";
import { planDeploy } from "../../src/plan/deploy.ts";
import { isRefusal, type Plan, type Refusal } from "../../src/plan/plan.ts";
import { draftProvenance, draftTags } from "../../src/plan/provenance.ts";
import { definitionOf } from "../inputs/definition/definition-of.ts";
import fc from "../property.ts";
import { aPullRequestEvent, aRequest, aRestApi, aRun, aStage, forProd, observedWith } from "../requests.ts";

const text = "openapi: 3.0.3\npaths:\n  /pets: {get: &op {x-amazon-apigateway-integration: {type: mock}}, post: *op}\n";
const definition = definitionOf(text);
const same = ["GET /pets", "POST /pets"];
const imported = (mode: ImportMode = "overwrite", content = text): DefinitionRequest => ({
  definition: definitionOf(content),
  mode,
  failOnWarnings: true,
});

const importing = (changes: Partial<DeployRequest> = {}): DeployRequest =>
  aRequest({ definition: imported(), routes: { compareWith: { kind: "own" }, failOn: [] }, ...changes });

const routesWith = (names: readonly string[], authorizationType = "NONE"): Routes =>
  new Map(names.map((name) => [name, { authorizationType, apiKeyRequired: false }]));

/** What the stage serves: a deployment that an earlier run made of this definition, unless told otherwise. */
const servedBy = (
  changes: { digest?: string; mode?: ImportMode; routes?: readonly string[]; repositoryId?: string } = {},
): Deployment => {
  const { digest = definition.digest, mode = "overwrite", routes = same, repositoryId = "42" } = changes;
  const run = aRun({ runId: "8000", nonce: "88888888", repository: { ...aRun().repository, id: repositoryId } });
  return {
    id: "old111",
    description: description(markerOf(run, "pr-7", { definition: { definition: { digest }, mode } })),
    createdAt: 1,
    routes: routesWith(routes),
  };
};

const observedServing = (served: Deployment, changes: Partial<DeployObserved> = {}): DeployObserved =>
  observedWith({ stages: [aStage({ deploymentId: served.id })], servedDeployment: served, ...changes });

const planned = (request: DeployRequest, observed: DeployObserved): Plan => {
  const decision = planDeploy(request, observed);
  if (isRefusal(decision)) throw new Error(`refused: ${decision.happened}`);
  return decision;
};

const refused = (request: DeployRequest, observed: DeployObserved): Refusal => {
  const decision = planDeploy(request, observed);
  if (!isRefusal(decision)) throw new Error(`planned: ${decision.result}`);
  return decision;
};

describe("the same definition again", () => {
  test("is nothing to do, and the plan says why", () => {
    const plan = planned(importing(), observedServing(servedBy()));
    expect(plan).toMatchObject({ result: "unchanged", steps: [], deployment: { kind: "existing", id: "old111" } });
    expect(plan.unchangedBecause).toBe(
      `it serves deployment old111, which was made of the very same definition (digest ${definition.digest.slice(0, 16)})`,
    );
  });

  test.each([
    ["another digest", servedBy({ digest: "f".repeat(64) }), importing()],
    ["a comment more", servedBy(), importing({ definition: imported("overwrite", `${text}# more\n`) })],
    ["a route less", servedBy({ routes: ["GET /pets"] }), importing()],
    ["a route more", servedBy({ routes: [...same, "GET /cats"] }), importing()],
    ["another repository's deployment", servedBy({ repositoryId: "43" }), importing()],
    ["a deployment that a merge made", servedBy({ mode: "merge" }), importing()],
    ["a merge into what an overwrite made", servedBy(), importing({ definition: imported("merge") })],
    ["a merge into what a merge made", servedBy({ mode: "merge" }), importing({ definition: imported("merge") })],
    ["a deployment of other hands", { ...servedBy(), description: "Friday's release" }, importing()],
    ["a description that somebody edited", { ...servedBy(), description: `${servedBy().description}!` }, importing()],
  ])("is imported and deployed where there is %s", (_, served, request) => {
    const plan = planned(request, observedServing(served));
    expect(plan.result).toBe("updated");
    expect(plan.steps.map(({ kind }) => kind)).toEqual(["import-definition", "create-deployment", "update-stage"]);
  });

  test("still has its settings applied, and nothing else", () => {
    const settings = { tracing: { value: true, source: "settings" } } as const;
    const plan = planned(importing({ settings }), observedServing(servedBy()));
    expect(plan.result).toBe("updated");
    expect(plan.steps.map(({ kind }) => kind)).toEqual(["update-stage"]);
    expect(plan.steps[0]).toMatchObject({ deployment: undefined });
  });

  test("gives no warning about an import that does not take place", () => {
    const observed = observedServing(servedBy(), { api: aRestApi({ hasPolicy: true }) });
    expect(planned(importing(), observed).warnings).toEqual([]);
  });
});

describe("a re-run", () => {
  const again = (changes: Partial<DeployRequest> = {}) =>
    importing({ run: aRun({ attempt: 2, nonce: "22222222" }), ...changes });
  const earlier = { id: "dep333", description: "as observe found it", createdAt: 2 };

  test.each([
    ["adopts what matches", same, "overwrite", "existing"],
    ["leaves what lacks a route", ["GET /pets"], "overwrite", "new"],
    ["leaves what has a route more", [...same, "GET /cats"], "overwrite", "new"],
    ["adopts a merge that has more", [...same, "GET /cats"], "merge", "existing"],
    ["leaves a merge that lacks a route", ["GET /pets"], "merge", "new"],
  ] as const)("%s", (_, routes, mode, kind) => {
    const observed = observedWith({ earlier: { ...earlier, routes: routesWith(routes) } });
    expect(planned(again({ definition: imported(mode) }), observed).deployment?.kind).toBe(kind);
  });

  test.each([
    ["adopts what the draft tells that has the run's own name", "9001", "existing"],
    ["leaves it where another run has left its name since", "9002", "new"],
    ["leaves it where nobody could leave a name", undefined, "new"],
  ])("%s", (_, runId, kind) => {
    const { repository, commit } = aRun();
    const definition = imported().definition.digest.slice(0, 16);
    const name = { repositoryId: repository.id, pullRequest: undefined, ref: "main", commit, attempt: 1, definition };
    const tags = runId === undefined ? {} : draftTags({ ...name, runId }, aRestApi().id);
    const routes = routesWith(same);
    const observed = observedWith({ api: aRestApi({ tags }), earlier: { ...earlier, routes, routesAreOfDraft: true } });
    expect(planned(again(), observed).deployment?.kind).toBe(kind);
  });

  test("leaves what nobody knows the routes of", () => {
    expect(planned(again(), observedWith({ earlier })).deployment?.kind).toBe("new");
  });
});

describe("warnings", () => {
  const policy = "x-amazon-apigateway-policy: {Version: '2012-10-17', Statement: []}\n";

  test.each([
    ["an overwrite without the policy", true, imported(), 1],
    ["an overwrite with it", true, imported("overwrite", text + policy), 0],
    ["an API without one", false, imported(), 0],
    ["a merge", true, imported("merge"), 0],
  ])("the resource policy: %s", (_, hasPolicy, wanted, count) => {
    const observed = observedWith({ api: aRestApi({ hasPolicy }) });
    expect(planned(importing({ definition: wanted }), observed).warnings).toHaveLength(count);
  });

  test("a merge names the live routes that stay, sorted, and not more than ten", () => {
    const more = Array.from({ length: 12 }, (_, index) => `GET /z${String(index).padStart(2, "0")}`);
    const served = servedBy({ mode: "merge", routes: [...same, ...more] });
    const [warning] = planned(importing({ definition: imported("merge") }), observedServing(served)).warnings;
    expect(warning).toContain("these live routes are not in openapi.yml and stay as they are: GET /z00, GET /z01,");
    expect(warning).toMatch(/GET \/z09 and 2 more\.$/);
  });
});

describe("the draft's name", () => {
  const tagsOf = (pullRequest: number | undefined, repositoryId = "42") =>
    draftTags(
      {
        repositoryId,
        pullRequest,
        ref: undefined,
        commit: "c0ffee".padEnd(40, "0"),
        runId: "7000",
        attempt: 1,
        definition: "0".repeat(16),
      },
      "a1b2c3d4e5",
    );
  const onPush = aRun({ event: { kind: "commit", sha: "abc", fromFork: false }, ref: "refs/heads/main" });
  const of7 = observedWith({ api: aRestApi({ tags: tagsOf(7) }) });

  test.each([
    ["another stage", aRequest(forProd), of7, true],
    ["another pull request's preview", aRequest({ stageName: "pr-8", previewOf: 8 }), of7, true],
    [
      "another repository's pull request 7",
      aRequest(),
      observedWith({ api: aRestApi({ tags: tagsOf(7, "43") }) }),
      true,
    ],
    ["its own preview", aRequest(), of7, false],
    ["a stage that gets a definition", importing(forProd), of7, false],
    ["a draft of a branch", aRequest(forProd), observedWith({ api: aRestApi({ tags: tagsOf(undefined) }) }), false],
    ["a draft without a name", aRequest(forProd), observedWith(), false],
    [
      "an existing deployment",
      aRequest({ ...forProd, deploymentId: "dep222" }),
      { ...of7, requestedDeployment: { id: "dep222", description: "", createdAt: 1 } },
      false,
    ],
  ])("of a pull request, and %s", (_, request, observed, refuses) => {
    const decision = planDeploy(request, observed);
    expect(isRefusal(decision) && decision.refused).toBe(refuses && "DRAFT_OF_PULL_REQUEST");
    if (!isRefusal(decision) || !refuses) return;
    expect(decision.remedy).toContain("`definition`");
    expect(decision.remedy).toContain("`deployment-id`");
  });

  test("warns where a merge keeps it", () => {
    const merge = importing({ ...forProd, definition: imported("merge"), run: onPush });
    expect(planned(merge, of7).warnings.join()).toContain("The draft holds what pull request #7 imported last");
    expect(planned(importing({ definition: imported("merge") }), of7).warnings).toEqual([]);
    expect(planned(importing({ ...forProd, run: onPush }), of7).warnings).toEqual([]);
  });

  const merged = { ...aPullRequestEvent("closed"), merged: true };
  test.each([
    ["a preview", importing(), 7],
    ["a pull request's run on a named stage", importing(forProd), 7],
    ["a pull request that is merged", importing({ ...forProd, run: aRun({ event: merged }) }), undefined],
    ["a push", importing({ ...forProd, run: onPush }), undefined],
    ["a preview that a push makes", importing({ previewOf: 9, stageName: "pr-9", run: onPush }), 9],
  ])("as %s leaves it", (_, request, pullRequest) => {
    const step = planned(request, observedWith()).steps.find(({ kind }) => kind === "import-definition");
    const tags = step !== undefined && "draftTags" in step ? step.draftTags : {};
    expect(draftProvenance(tags, "a1b2c3d4e5")).toMatchObject({
      pullRequest,
      definition: definition.digest.slice(0, 16),
      ref: pullRequest === undefined ? request.run.ref : undefined,
    });
  });
});

describe("routes that are compared", () => {
  const live = routesWith(["GET /pets", "GET /old"], "AWS_IAM");
  const existing = { id: "dep222", description: "", createdAt: 1, routes: routesWith(same) };
  const held = { name: "stage prod", routes: live };
  const compared = { kind: "routes", ...held } as const;
  const rules = (failOn: readonly FailOn[]) => ({ routes: { compareWith: { kind: "own" } as const, failOn } });

  test.each([
    [["auth-weakened"], "auth-weakened: weaker authorization: GET /pets (AWS_IAM → nothing)."],
    [["route-removed"], "route-removed: routes that callers lose: GET /old."],
  ] as const)("%j refuses an existing deployment before anything is done", (failOn, why) => {
    const request = aRequest({ deploymentId: "dep222", ...rules(failOn) });
    const refusal = refused(request, observedWith({ requestedDeployment: existing, compared }));
    expect(refusal.refused).toBe("FAIL_ON");
    expect(refusal.happened).toContain(why);
  });

  const draft = { routes: routesWith(["GET /pets", "GET /draft"]), integrations: [] };
  const merging = { definition: imported("merge") };
  test.each<[string, DeployRequest, Partial<DeployObserved>, readonly string[]]>([
    [
      "an existing deployment",
      aRequest({ deploymentId: "dep222", ...rules([]) }),
      { requestedDeployment: existing },
      ["POST /pets"],
    ],
    ["a file that overwrites", importing(rules([])), {}, ["POST /pets"]],
    ["a file that is merged", importing({ ...rules([]), ...merging }), { draft }, ["GET /draft", "POST /pets"]],
    ["the draft", aRequest(rules([])), { draft }, ["GET /draft"]],
  ])("are part of the plan for %s, and judged again where it is made", (_, request, observed, added) => {
    const plan = planned(request, observedWith({ compared, ...observed }));
    expect(plan.routes?.comparedWith).toBe("stage prod");
    expect(plan.routes?.diff.added.map(({ route }) => route)).toEqual(added);
    expect(plan.notes).toEqual([]);
    const judgements = plan.steps.flatMap((step) => (step.kind === "create-deployment" ? [step.judgement] : []));
    expect(judgements).toEqual(request.deploymentId === undefined ? [{ compared: held, failOn: [] }] : []);
  });

  test("what a merge leaves of the draft uses its stage variables still", () => {
    const uses = (route: string, name: string) => ({ route, text: `\${stageVariables.${name}}` });
    const integrations = [uses("GET /pets", "gone"), uses("GET /draft", "kept"), uses("authorizer pool", "pool")];
    const plan = planned(importing({ ...rules([]), ...merging }), observedWith({ draft: { ...draft, integrations } }));
    expect(plan.warnings).toEqual([
      expect.stringContaining("stage variable kept (GET /draft)"),
      expect.stringContaining("stage variable pool (authorizer pool)"),
    ]);
  });

  test("I13: refuse a file before the draft is replaced, and say what would have changed", () => {
    const refusal = refused(importing(rules(["route-removed"])), observedWith({ compared }));
    expect(refusal).toMatchObject({ refused: "FAIL_ON", routes: { diff: { removed: [{ route: "GET /old" }] } } });
  });

  test("are left to the deployment where nobody may read the draft, and the plan says so", () => {
    const plan = planned(importing({ ...rules(["route-removed"]), ...merging }), observedWith({ compared }));
    expect(plan.routes).toBeUndefined();
    expect(plan.notes).toEqual([expect.stringContaining("once the deployment is made")]);
    expect(plan.steps).toContainEqual(
      expect.objectContaining({ kind: "create-deployment", judgement: { compared: held, failOn: ["route-removed"] } }),
    );
  });

  test("a merge is compared with what a merge of the base's file would keep", () => {
    const base = { routes: { compareWith: { kind: "base" }, failOn: [] } } as const;
    const plan = planned(importing({ ...base, ...merging }), observedWith({ compared, draft }));
    expect(plan.routes?.diff.added.map(({ route }) => route)).toEqual(["POST /pets"]);
    expect(plan.routes?.diff.removed.map(({ route }) => route)).toEqual(["GET /old"]);
    const unread = planned(importing({ ...base, ...merging }), observedWith({ compared }));
    expect(unread.notes).toEqual([expect.stringMatching(/^Routes are not compared\. The role may not read the draft/)]);
  });

  const because = "It is the reason.";
  test.each<["absent" | "unknown" | "nothing", readonly FailOn[], string | undefined, readonly string[]]>([
    ["absent", [], "COMPARED_STAGE_UNKNOWN", []],
    ["unknown", ["route-removed"], "COMPARISON_UNKNOWN", []],
    ["unknown", ["auth-weakened", "settings-removed"], "COMPARISON_UNKNOWN", []],
    ["unknown", ["settings-removed"], undefined, [`Routes are not compared. ${because}`]],
    ["unknown", [], undefined, [`Routes are not compared. ${because}`]],
    [
      "nothing",
      ["route-removed"],
      undefined,
      [`Routes are not compared, so \`fail-on\` has nothing to forbid. ${because}`],
    ],
    ["nothing", [], undefined, []],
  ])("I8: with what is %s, and fail-on %j: %s", (kind, failOn, code, notes) => {
    const decision = planDeploy(importing(rules(failOn)), observedWith({ compared: { kind, because } }));
    expect(isRefusal(decision) ? decision.refused : undefined).toBe(code);
    if (isRefusal(decision)) expect(decision.happened).toContain(because);
    else expect(decision.notes).toEqual(notes);
  });
});

test("I2: whatever is imported, callers notice nothing before the last step about the stage", () => {
  const routes = fc.subarray([...same, "GET /cats"]);
  const modes = fc.constantFrom<ImportMode>("overwrite", "merge");
  fc.assert(
    fc.property(routes, modes, modes, fc.boolean(), (names, madeBy, mode, hasPolicy) => {
      const observed = observedServing(servedBy({ routes: names, mode: madeBy }), { api: aRestApi({ hasPolicy }) });
      const { steps } = planned(importing({ definition: imported(mode) }), observed);
      expect(steps.slice(0, -1).some(({ seenByCallers }) => seenByCallers)).toBe(false);
    }),
  );
});

test("what the kind of the API alone can tell is refused in the plan, with all lines, before any write", () => {
  const content =
    "openapi: 3.0.3\npaths:\n  /a: {get: {}}\n  /b: {get: {x-amazon-apigateway-integration: {type: mock}}}\n";
  const answer = readDefinition({ bytes: Buffer.from(content), file: "openapi.yml", dialects: ["http", "rest"] });
  if (!isDefinition(answer)) throw new Error(JSON.stringify(answer));
  const request = importing({ definition: { definition: answer, mode: "overwrite", failOnWarnings: true } });
  const asHttp = refused(request, observedWith({ api: aRestApi({ kind: { ...aRestApi().kind, dialect: "http" } }) }));
  expect(asHttp).toMatchObject({
    refused: "INVALID_DEFINITION",
    happened: expect.stringMatching(
      /^One thing is .*:\n {2}openapi\.yml:4:8: The integration of GET \/b is of type `mock`/,
    ),
    places: [{ line: 4, column: 8 }],
  });
  expect(refused(request, observedWith()).happened).toContain("openapi.yml:3:8: GET /a has no");
});
