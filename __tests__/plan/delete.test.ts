import { describe, expect, test } from "@jest/globals";
import { describe as description, markerOf } from "../../src/domain/marker.ts";
import { ownerTags } from "../../src/domain/owner.ts";
import type { DeleteRequest } from "../../src/inputs/request.ts";
import type { DeleteObserved } from "../../src/observe/observed.ts";
import { planDelete } from "../../src/plan/delete.ts";
import { historyTag } from "../../src/plan/history.ts";
import { isRefusal } from "../../src/plan/plan.ts";
import { isRemoval, type Step } from "../../src/plan/step.ts";
import { aDeletion, aDeployment, aPullRequestEvent, aRecord, aRun, aStage, deletionFinds } from "../requests.ts";

const madeFor = (stageName: string, repositoryId = "42"): string => {
  const run = aRun();
  return description(markerOf({ ...run, repository: { ...run.repository, id: repositoryId } }, stageName));
};
const deployment = (id: string, createdAt: number, text: string) => aDeployment(id, { createdAt, description: text });

const found = deletionFinds({
  stages: [aStage({ deploymentId: "dep2" })],
  deployments: [deployment("dep2", 2, madeFor("pr-7")), deployment("dep1", 1, madeFor("pr-7"))],
});

type Changes = Partial<DeleteObserved> & { readonly request?: Partial<DeleteRequest> };

const decide = ({ request, ...changes }: Changes = {}) => planDelete(aDeletion(request), { ...found, ...changes });

const plan = (changes: Changes = {}) => {
  const decision = decide(changes);
  if (isRefusal(decision)) throw new Error(decision.happened);
  return decision;
};
const names = (steps: readonly Step[]) =>
  steps.filter(isRemoval).map((step) => (step.kind === "delete-stage" ? step.stageName : step.deploymentId));

describe("a delete plan", () => {
  test("takes the stage, then its deployments", () => {
    expect(plan()).toMatchObject({ command: "delete", result: "deleted", serves: "dep2" });
    expect(names(plan().steps)).toEqual(["pr-7", "dep1", "dep2"]);
    expect(plan().steps.map(({ seenByCallers }) => seenByCallers)).toEqual([true, false, false]);
  });

  test("for what never was, or is gone already, has nothing to do", () => {
    expect(plan({ stages: [], deployments: [] })).toMatchObject({ result: "unchanged", steps: [] });
  });

  test("goes on where an interrupted one stopped", () => {
    expect(plan({ stages: [] }).result).toBe("deleted");
    expect(names(plan({ stages: [] }).steps)).toEqual(["dep1", "dep2"]);
  });

  test("leaves deployments that another stage or a canary references", () => {
    const canary = { deploymentId: "dep1", percentTraffic: 5, overrides: {}, useStageCache: false };
    const prod = aStage({ name: "prod", deploymentId: "dep2", canary, tags: {} });
    expect(names(plan({ stages: [aStage({ deploymentId: "dep2" }), prod] }).steps)).toEqual(["pr-7"]);
  });

  test("leaves the deployment that was promoted to a lasting stage, which may be rolled back to it", () => {
    const entries = [{ deploymentId: "dep1", at: 1, rolledBack: false }];
    const address = { restApiId: "a1b2c3d4e5", stageName: "prod" };
    const tags = {
      ...ownerTags({ repositoryId: "42", pullRequest: undefined }, address),
      ...historyTag(entries, address),
    };
    const prod = aStage({ name: "prod", deploymentId: "dep9", tags });
    expect(names(plan({ stages: [aStage({ deploymentId: "dep2" }), prod] }).steps)).toEqual(["pr-7", "dep2"]);
  });

  test("takes what only the stage's own canary references", () => {
    const canary = { deploymentId: "dep1", percentTraffic: 5, overrides: {}, useStageCache: false };
    expect(names(plan({ stages: [aStage({ deploymentId: "dep2", canary })] }).steps)).toEqual(["pr-7", "dep1", "dep2"]);
  });

  test("I3: leaves deployments of other stages, other repositories and other people", () => {
    const deployments = [
      deployment("dep3", 3, madeFor("pr-77")),
      deployment("dep4", 4, madeFor("pr-7", "99")),
      deployment("dep5", 5, "by hand"),
    ];
    expect(names(plan({ deployments }).steps)).toEqual(["pr-7"]);
  });

  test("knows the deployments of a stage with a long name", () => {
    const stageName = `${"x".repeat(90)}-7`;
    const tags = { "apigw-stage-action": `repository=42/pull-request=7/rest-api=a1b2c3d4e5/stage=${stageName}` };
    const deployments = [
      deployment("dep1", 1, madeFor(stageName)),
      deployment("dep2", 1, madeFor(`${"x".repeat(90)}-8`)),
    ];
    expect(
      names(plan({ request: { stageName }, stages: [aStage({ name: stageName, tags })], deployments }).steps),
    ).toEqual([stageName, "dep1"]);
  });

  test("tells what could not be looked at", () => {
    expect(plan({ users: { found: [], unknown: ["No permission."] } }).warnings).toEqual(["No permission."]);
    expect(plan({ stages: [], users: { found: [], unknown: ["No permission."] } }).warnings).toEqual([]);
  });
});

describe("I3: a delete is refused", () => {
  test.each([
    ["without a tag", {}],
    ["with a copied tag", { "apigw-stage-action": "repository=42/pull-request=7/rest-api=a1b2c3d4e5/stage=pr-8" }],
    ["of another repository", { "apigw-stage-action": "repository=99/pull-request=7/rest-api=a1b2c3d4e5/stage=pr-7" }],
    [
      "of another pull request",
      { "apigw-stage-action": "repository=42/pull-request=8/rest-api=a1b2c3d4e5/stage=pr-7" },
    ],
    ["that is no preview", { "apigw-stage-action": "repository=42/rest-api=a1b2c3d4e5/stage=pr-7" }],
  ])("for a stage %s", (_, tags) => {
    expect(decide({ stages: [aStage({ tags })] })).toMatchObject({
      refused: "STAGE_NOT_OURS",
      remedy: expect.stringContaining("aws apigateway delete-stage --rest-api-id a1b2c3d4e5 --stage-name pr-7"),
    });
  });

  test("for a stage in use, with the names of what uses it", () => {
    const users = {
      found: [
        { kind: "usage-plan", id: "u1", name: "Gold" },
        { kind: "base-path-mapping", domainName: "api.example.com", basePath: "v1" },
      ],
      unknown: [],
    } as const;
    expect(decide({ users })).toMatchObject({
      refused: "STAGE_IN_USE",
      happened: "Stage pr-7 is still in use:\n  usage plan Gold (u1)\n  base path mapping v1 of domain api.example.com",
    });
  });
});

describe("a pull request that was opened again", () => {
  const closing = { run: aRun({ event: aPullRequestEvent("closed") }) };

  test("keeps its preview, and nothing else is done", () => {
    expect(plan({ request: closing, pullRequest: "open", records: [aRecord()] })).toMatchObject({
      result: "skipped",
      serves: "dep2",
      steps: [],
      records: [],
      notes: [expect.stringContaining("Pull request #7 is open again")],
    });
  });

  test("keeps a stage, too, whose deletion would be refused: there is nothing to refuse", () => {
    const used = { found: [{ kind: "usage-plan", id: "u1", name: "Gold" }], unknown: [] } as const;
    expect(plan({ request: closing, pullRequest: "open", users: used }).result).toBe("skipped");
  });

  test.each([
    ["is closed", { request: closing, pullRequest: "closed" }],
    ["is not known to be open (I8)", { request: closing, pullRequest: "unknown" }],
    ["is open, and the command is delete", { pullRequest: "open" }],
  ] as const)("is none that %s", (_, changes) => {
    expect(plan(changes).result).toBe("deleted");
  });

  test("does not matter to a lasting stage", () => {
    const tags = { "apigw-stage-action": "repository=42/rest-api=a1b2c3d4e5/stage=pr-7" };
    const request = { ...closing, previewOf: undefined };
    expect(plan({ request, stages: [aStage({ tags })], pullRequest: "open" }).result).toBe("deleted");
  });
});

test("the stage's records end once it is gone, those of other stages never", () => {
  const records = [aRecord(), aRecord({ nodeId: "n2", payload: { stageName: "pr-8" } }), aRecord({ state: "FAILURE" })];
  expect(plan({ records }).records).toEqual([
    { record: records[0], because: "The stage was removed by run 9001", once: { stageGone: "pr-7" } },
  ]);
});
