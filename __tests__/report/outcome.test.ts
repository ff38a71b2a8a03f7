import { describe, expect, test } from "@jest/globals";
import { noProgress, type Progress, type StepResult } from "../../src/apply/progress.ts";
import type { ActionError } from "../../src/domain/errors.ts";
import { describe as describeMarker, markerOf } from "../../src/domain/marker.ts";
import type { Plan } from "../../src/plan/plan.ts";
import { deploymentStep } from "../../src/plan/removal.ts";
import type { Step } from "../../src/plan/step.ts";
import { linkOf, overtakenOutcome } from "../../src/report/outcome.ts";
import { exampleIn } from "../../src/report/served.ts";
import { resultLine } from "../../src/report/text/sentences.ts";
import { evicting, eviction, failure as failed, newPreview, removals, toExisting } from "../apply/scene.ts";
import {
  aDeletion,
  aRecord,
  aRequest,
  aRestApi,
  aRun,
  aStage,
  aSweep,
  deletionFinds,
  observedWith,
  sweepFinds,
} from "../requests.ts";
import { endOf, failure, plan } from "./outcomes.ts";

const progressed = (changes: Partial<Progress>): Progress => ({ ...noProgress(), ...changes });
const found = observedWith({ stages: [aStage()] });
const unchanged: Plan = { ...toExisting, result: "unchanged", steps: [] };

test.each<[string, Progress["found"], object]>([
  ["serves another", { stage: aStage({ deploymentId: "others", canary: undefined }) }, { deploymentId: "others" }],
  ["is gone", { stage: undefined }, { deploymentId: undefined, canary: undefined }],
])("I8: what was found when the stage could not be led back is what is told: it %s", (_, seen, told) => {
  const progress = progressed({ pointedAt: "new222", stage: aStage({ deploymentId: "new222" }), found: seen });
  const course = { observed: found, plan, progress };
  expect(endOf(aRequest(), course, failure("it failed"))).toMatchObject({ ...told, previousDeploymentId: "old111" });
});

describe("I12: a dry run", () => {
  const dryRun = true;

  test("is planned where there is something to do, and says what would be noticed", () => {
    const outcome = endOf(aRequest({ dryRun }), { observed: found, plan });
    expect(outcome).toMatchObject({ result: "planned", changed: true, deploymentId: "old111" });
  });

  test("is not noticed where no caller would", () => {
    const steps = plan.steps.filter((step) => !step.seenByCallers);
    expect(endOf(aRequest({ dryRun }), { observed: found, plan: { ...plan, steps } }).changed).toBe(false);
  });

  test("with nothing to do ends as the real run would: unchanged", () => {
    const course = { observed: found, plan: unchanged };
    expect(endOf(aRequest({ dryRun }), course)).toMatchObject({ result: "unchanged", changed: false });
    expect(endOf(aRequest(), course)).toMatchObject({ result: "unchanged", changed: false });
  });

  test("that would wait is skipped, as the real run is", () => {
    const waiting: Plan = { ...newPreview, result: "skipped", steps: [], notes: ["It waits."] };
    expect(endOf(aRequest({ dryRun }), { observed: found, plan: waiting })).toMatchObject({
      result: "skipped",
      changed: false,
      notes: ["It waits."],
    });
  });

  test("of a deletion or a sweep says that a stage would go", () => {
    const deleting = endOf(aDeletion({ dryRun }), { plan: removals("delete", eviction(7)) });
    const sweeping = endOf(aSweep({ dryRun }), { plan: removals("sweep", eviction(7)) });
    expect([deleting, sweeping]).toMatchObject([
      { result: "planned", changed: true },
      { result: "planned", changed: true },
    ]);
  });

  test("of a sweep is planned for records alone, which no caller notices, and unchanged for nothing", () => {
    const nothing = removals("sweep");
    const records = [{ record: aRecord(), because: "it is over", once: "always" }] as const;
    expect(endOf(aSweep({ dryRun }), { plan: { ...nothing, records } })).toMatchObject({
      result: "planned",
      changed: false,
    });
    expect(endOf(aSweep({ dryRun }), { plan: nothing })).toMatchObject({ result: "unchanged", changed: false });
  });
});

describe("how a run ended", () => {
  test.each<[string, Parameters<typeof endOf>, string, boolean]>([
    ["as planned", [aRequest(), { plan, progress: progressed({ pointedAt: "new222" }) }], "updated", true],
    ["without a plan", [aRequest(), {}, failure("No.")], "failed", false],
    ["with an error before the stage was pointed", [aRequest(), { plan }, failure("No.")], "failed", false],
    [
      "with an error after it",
      [aRequest(), { plan, progress: progressed({ pointedAt: "new222" }) }, failure("No.")],
      "failed",
      true,
    ],
    [
      "led back",
      [aRequest(), { plan, progress: progressed({ pointedAt: "old111", rolledBack: true }) }, failure("No.")],
      "rolled-back",
      true,
    ],
    [
      "waiting, because the quota is used up",
      [aRequest(), { plan: newPreview, progress: progressed({ made: "new222", skipped: true }) }],
      "skipped",
      false,
    ],
    ["swept", [aSweep(), { plan: removals("sweep") }], "swept", false],
  ])("%s", (_, run, result, changed) => {
    expect(endOf(...run)).toMatchObject({ result, changed });
  });

  test("the stage's deployment is the one that was pointed at, else what it served; before: what it served", () => {
    const course = { observed: found, plan };
    expect(endOf(aRequest(), { ...course, progress: progressed({ pointedAt: "new222" }) })).toMatchObject({
      isKnown: true,
      deploymentId: "new222",
      previousDeploymentId: "old111",
    });
    expect(endOf(aRequest(), course, failure("No."))).toMatchObject({ deploymentId: "old111" });
    expect(endOf(aRequest(), {}, failure("No."))).toMatchObject({ isKnown: false, deploymentId: undefined });
  });

  test("what was seen, planned and found on the way is warned of once, in that order", () => {
    const course = {
      observed: sweepFinds({ warnings: ["Seen."] }),
      plan: { ...removals("sweep"), warnings: ["Planned."] },
      progress: progressed({ warnings: ["On the way."] }),
    };
    expect(endOf(aSweep(), course).warnings).toEqual(["Seen.", "Planned.", "On the way."]);
  });

  test("the routes of the new deployment take the place of what was planned", () => {
    const routes = { diff: { added: [], removed: [], changedAuthorization: [], changedApiKey: [], authWeakened: [] } };
    const measured = { ...routes, comparedWith: "stage prod" };
    expect(endOf(aRequest(), { plan, progress: progressed({ routes: measured }) }).routes).toBe(measured);
  });
});

describe("I8: what the stage serves is not known", () => {
  const unclear = failed("UPSTREAM", "unknown");
  const changed = failed("STAGE_CHANGED");
  const stopped = (kind: Step["kind"], error: ActionError): Partial<Progress> => ({
    taken: plan.steps.filter((step) => step.kind === kind).map((step) => ({ step, result: "failed", error })),
  });
  const taken = [{ step: eviction(7), result: "failed", error: unclear }] as const;

  test.each<[string, Parameters<typeof endOf>]>([
    ["before anything was read", [aRequest(), {}, failure("No.")]],
    [
      "when the request to point it may have got through",
      [aRequest(), { plan, progress: progressed(stopped("update-stage", unclear)) }, unclear],
    ],
    [
      "when somebody else has deleted it",
      [aRequest(), { plan, progress: progressed(stopped("update-stage", changed)) }, changed],
    ],
    [
      "when somebody else has changed it",
      [aRequest(), { plan, progress: progressed({ changedByOthers: true }) }, changed],
    ],
    [
      "when the request to delete it may have got through",
      [aDeletion(), { plan: removals("delete", eviction(7)), progress: progressed({ taken: [...taken] }) }, unclear],
    ],
  ])("%s", (_, [request, course, error]) => {
    const outcome = endOf(request, { observed: course.plan && found, ...course }, error);
    expect(outcome).toMatchObject({ isKnown: false, deploymentId: undefined });
    expect(resultLine(outcome, [])).toBe("Result: failed. It is not known what stage pr-7 serves.");
    expect(linkOf(outcome)).toBe("");
  });

  test("but it is once this run has pointed it, or where the request surely was not carried out", () => {
    const pointed = progressed({ ...stopped("tag-stage", unclear), pointedAt: "new222" });
    expect(endOf(aRequest(), { observed: found, plan, progress: pointed }, unclear)).toMatchObject({
      deploymentId: "new222",
    });
    const refused = progressed(stopped("update-stage", failure("No.")));
    expect(endOf(aRequest(), { observed: found, plan, progress: refused }, unclear)).toMatchObject({
      deploymentId: "old111",
    });
  });
});

test("the API and its URL are those that an import has left", () => {
  const api = aRestApi({ name: "Orders 2", defaultEndpointDisabled: true });
  expect(
    endOf(aRequest(), { observed: found, plan, progress: progressed({ api, pointedAt: "new222" }) }),
  ).toMatchObject({
    api: { name: "Orders 2" },
    invokeUrl: { kind: "disabled" },
  });
});

describe("the notes", () => {
  test("of a deployment that evicted say what became of each, after those of the plan", () => {
    const taken = [
      { step: eviction(2), result: "deleted", error: undefined },
      { step: eviction(3), result: "not-ours", error: undefined },
    ] as const;
    const course = {
      plan: { ...evicting(2, 3), notes: ["The oldest makes room."] },
      progress: progressed({ taken: [...taken] }),
    };
    expect(endOf(aRequest(), course).notes).toEqual([
      "The oldest makes room.",
      "Stage pr-2 was deleted.",
      "Stage pr-3 was kept: it is not the stage any more that was looked at.",
    ]);
  });

  const steps = [eviction(7), deploymentStep("d1", ""), deploymentStep("d2", "")];
  const deleting = { ...removals("delete", ...steps), notes: ["The command is delete."] };
  const ended = (...results: readonly StepResult[]) =>
    progressed({ taken: steps.map((step, index) => ({ step, result: results[index] ?? "done", error: undefined })) });
  const observed = deletionFinds({ stages: [aStage()] });

  test("of a deletion name the stage, and count the deployments", () => {
    const outcome = endOf(aDeletion(), { observed, plan: deleting, progress: ended("deleted", "deleted", "in-use") });
    expect(outcome).toMatchObject({ result: "deleted", deploymentId: undefined, previousDeploymentId: "old111" });
    expect(outcome.notes).toEqual([
      "The command is delete.",
      "Stage pr-7 was deleted.",
      "Deployments that only it needed: 1 deleted.",
    ]);
  });

  test("of a deletion that met another stage say that it stays, and nothing else", () => {
    const outcome = endOf(aDeletion(), { observed, plan: deleting, progress: ended("not-ours", "in-use", "in-use") });
    expect(outcome).toMatchObject({ result: "skipped", isKnown: false, deploymentId: undefined, changed: false });
    expect(outcome.notes).toEqual(["Stage pr-7 was kept: it is not the stage any more that was looked at."]);
  });

  test("of a deletion that failed are the error's", () => {
    expect(endOf(aDeletion(), { observed, plan: deleting, progress: ended("deleted") }, failure("No.")).notes).toEqual(
      [],
    );
  });
});

describe("what is known of the deployment that is served", () => {
  const needs = (authorizationType: string, apiKeyRequired = false) => ({ authorizationType, apiKeyRequired });

  test("an example is a whole path that a plain GET gets an answer from, best without a key", () => {
    const routes = new Map([
      ["POST /a", needs("NONE")],
      ["GET /secret", needs("AWS_IAM")],
      ["GET /{id}", needs("NONE")],
      ["GET /b", needs("NONE", true)],
      ["GET /it's", needs("NONE")],
    ]);
    expect(exampleIn(routes)).toEqual({ path: "/b", needsApiKey: true });
    expect(exampleIn(new Map([...routes, ["ANY /longer", needs("NONE")]]))).toEqual({
      path: "/longer",
      needsApiKey: false,
    });
    expect(exampleIn(new Map([["GET /{proxy+}", needs("NONE")]]))).toBeUndefined();
  });

  const description = (repositoryId: string): string =>
    describeMarker({ ...markerOf(aRun({ commit: "c0ffee1" }), "pr-7"), repositoryId });

  test.each([
    ["made now, is the run's", progressed({ made: "old111" }), "", aRequest().run.commit],
    ["there before, is its own", progressed({}), description("42"), "c0ffee1"],
    ["of another repository, is not told", progressed({}), description("43"), undefined],
    ["not ours, is not told", progressed({}), "by hand", undefined],
  ])("the commit of one %s", (_, progress, text, commit) => {
    const observed = observedWith({
      stages: [aStage()],
      servedDeployment: { id: "old111", description: text, createdAt: 1 },
    });
    expect(endOf(aRequest(), { observed, plan, progress }).served.commit).toBe(commit);
  });

  test("of another run's is nothing", () => {
    const overtaken = overtakenOutcome(endOf(aRequest(), { observed: found, plan }), {
      kind: "overtaken",
      stage: aStage({ deploymentId: "theirs" }),
      error: failure("No."),
    });
    expect(overtaken).toMatchObject({ deploymentId: "theirs", served: { commit: undefined, example: undefined } });
  });
});
