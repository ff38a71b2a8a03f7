import { describe, expect, test } from "@jest/globals";
import { restApi } from "../../src/aws/rest-api/kind.ts";
import { ownerTags } from "../../src/domain/owner.ts";
import type { Stage } from "../../src/domain/stage.ts";
import { newStageSettings } from "../../src/domain/stage-settings.ts";
import type { PointingRequest } from "../../src/inputs/request.ts";
import type { StageWish } from "../../src/inputs/settings/resolve.ts";
import type { Attaching } from "../../src/plan/attaching.ts";
import { HISTORY_TAG, historyTag } from "../../src/plan/history.ts";
import { type PointingQuestion, pointStage, undoPointing } from "../../src/plan/pointing.ts";
import { planSettings } from "../../src/plan/settings/plan-settings.ts";
import type { DeploymentRef } from "../../src/plan/step.ts";
import { joinStep } from "../../src/plan/usage-plans.ts";
import { aPromotion, aRequest, aRollback, aStage, forProd } from "../requests.ts";

const address = { restApiId: "a1b2c3d4e5", stageName: "prod" };
const ours = ownerTags({ repositoryId: "42", pullRequest: undefined }, address);
const before = [{ deploymentId: "old111", at: 1_700_000_000_000, rolledBack: false }];
const prod = (changes: Partial<Stage> = {}): Stage =>
  aStage({ name: "prod", tags: { ...ours, ...historyTag(before, address) }, ...changes });
const made: DeploymentRef = { kind: "new" };
const old: DeploymentRef = { kind: "existing", id: "old111" };

type Changes = {
  readonly request?: PointingRequest;
  readonly stage?: Stage | undefined;
  readonly deployment?: DeploymentRef;
  readonly wanted?: StageWish;
  readonly pointedFrom?: string;
  readonly attaching?: Attaching;
};

const question = (changes: Changes = {}): PointingQuestion => {
  const { request = aRequest(forProd), deployment = made, wanted = {} } = changes;
  const stage = "stage" in changes ? changes.stage : prod();
  return {
    request,
    kind: restApi,
    stage,
    source: { deployment, name: "the new deployment" },
    settings: planSettings({ wanted, current: stage?.settings ?? newStageSettings, routes: undefined }),
    attaching: changes.attaching ?? { steps: [], tags: {} },
    pointedFrom: changes.pointedFrom,
    ifFull: undefined,
  };
};
const kinds = (changes: Changes) => pointStage(question(changes)).map(({ kind }) => kind);
const historyIn = (changes: Changes) => pointStage(question(changes)).find(({ kind }) => kind === "keep-history");

describe("the steps that point a stage", () => {
  const attaching = { steps: [joinStep({ id: "abc123", name: "Previews" }, "prod", "")], tags: { plans: "abc123" } };
  const declared = <T>(value: T) => ({ value, source: "settings" });

  test.each<[string, Changes, string[]]>([
    ["a lasting stage of ours", {}, ["update-stage", "keep-history"]],
    ["with settings", { wanted: { description: declared("live") } }, ["update-stage", "keep-history"]],
    ["with tags", { wanted: { tags: { team: declared("a") } } }, ["update-stage", "keep-history", "tag-stage"]],
    ["that serves it already", { deployment: old }, []],
    [
      "that serves it already, with settings and tags",
      { deployment: old, wanted: { description: declared("live"), tags: { team: declared("a") } } },
      ["update-stage", "tag-stage"],
    ],
    [
      "that serves it already, and was made by a run that was broken off before its settings",
      { stage: prod({ tags: ours }), deployment: old, wanted: { description: declared("live") } },
      ["update-stage", "keep-history"],
    ],
    ["a new one", { stage: undefined }, ["create-stage", "keep-history"]],
    [
      "a new one with a usage plan",
      { stage: undefined, attaching },
      ["create-stage", "keep-history", "join-usage-plan"],
    ],
    ["that serves it already and lacks a plan", { deployment: old, attaching }, ["tag-stage", "join-usage-plan"]],
    [
      "a new one with settings that its creation cannot take",
      { stage: undefined, wanted: { logging: { level: declared("INFO" as const) } } },
      ["create-stage", "update-stage", "keep-history"],
    ],
  ])("%s", (_, changes, expected) => {
    expect(kinds(changes)).toEqual(expected);
  });

  test("point it last of what callers notice, in one step with its settings", () => {
    const [step] = pointStage(question({ wanted: { variables: { alias: declared("live") } } }));
    expect(step).toMatchObject({
      from: "old111",
      deployment: made,
      writes: [{ kind: "variable", name: "alias", value: "live" }],
      because:
        "the stage serves deployment old111; it will serve the new deployment, and its settings are other than declared",
    });
  });
});

describe("the history is kept", () => {
  test("with what the tag holds now, what comes, and what was served", () => {
    expect(historyIn({})).toMatchObject({
      stageName: "prod",
      before,
      deployment: made,
      previous: old,
      rollback: false,
      seenByCallers: false,
    });
  });

  test("of a promotion as of a deployment, and of a rollback as one", () => {
    expect(historyIn({ request: aPromotion() })).toMatchObject({ rollback: false });
    expect(historyIn({ request: aRollback() })).toMatchObject({ rollback: true });
  });

  test("from the beginning where a new stage has none", () => {
    expect(historyIn({ stage: undefined })).toMatchObject({ before: [], previous: undefined });
  });

  test("from the beginning where the tag was copied from another stage", () => {
    const copied = historyTag(before, { ...address, stageName: "test" });
    expect(historyIn({ stage: prod({ tags: { ...ours, ...copied } }) })).toMatchObject({ before: [] });
  });

  test.each([
    ["on previews, which are not rolled back", { request: aRequest(), stage: aStage() }],
    ["on new previews", { request: aRequest(), stage: undefined }],
    ["on others' stages, whose tags are not ours (I3)", { stage: prod({ tags: {} }) }],
    [
      "on another repository's stage",
      { stage: prod({ tags: ownerTags({ repositoryId: "43", pullRequest: undefined }, address) }) },
    ],
    ["where nothing is pointed", { deployment: old }],
  ])("not %s", (_, changes) => {
    expect(historyIn(changes)).toBeUndefined();
  });
});

describe("what leads back from an unhealthy stage", () => {
  const tests = [
    { line: 1, method: "GET", path: "/", status: 200, contains: [], headers: [], within: undefined },
  ] as const;
  const tested = (rollBack = true) =>
    aRequest({ ...forProd, smokeTests: { tests, timeout: 1000, apiKey: undefined, rollBack } });
  const undo = (changes: Changes = {}) => undoPointing(question({ request: tested(), ...changes }));

  test("is the pointer alone, and a history that says so: settings have no way back", () => {
    expect(undo({ wanted: { variables: { alias: { value: "live", source: "settings" } } } })).toEqual([
      {
        kind: "update-stage",
        stageName: "prod",
        from: undefined,
        deployment: old,
        writes: [],
        because: "it served deployment old111 before, and the new one is unhealthy",
        seenByCallers: true,
      },
      expect.objectContaining({ kind: "keep-history", deployment: old, previous: made, rollback: true }),
    ]);
  });

  test("of a preview is the pointer alone", () => {
    const request = aRequest({ smokeTests: tested().smokeTests });
    expect(undo({ request, stage: aStage() }).map(({ kind }) => kind)).toEqual(["update-stage"]);
  });

  test("I5: leads an attempt that finds the stage pointed already to where its run began", () => {
    expect(undo({ deployment: old, pointedFrom: "before1" })).toMatchObject([
      { kind: "update-stage", deployment: { kind: "existing", id: "before1" } },
      { kind: "keep-history", deployment: { kind: "existing", id: "before1" }, previous: old, rollback: true },
    ]);
  });

  test.each<[string, Changes]>([
    ["of a new stage: there is nothing to go back to", { stage: undefined }],
    ["where the run points nothing", { deployment: old }],
    ["without tests", { request: aRequest(forProd) }],
    ["where rollback-on-failure is false", { request: tested(false) }],
  ])("is nothing %s", (_, changes) => {
    expect(undo(changes)).toEqual([]);
  });
});

test("a new stage gets our name, and the history's tag is written by its own step", () => {
  const [create] = pointStage(question({ stage: undefined }));
  expect(create).toMatchObject({ kind: "create-stage", tags: ours });
  expect(create).not.toHaveProperty(["tags", HISTORY_TAG]);
});
