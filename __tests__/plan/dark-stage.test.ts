import { describe, expect, test } from "@jest/globals";
import { DARK_TAG, darkTag, markIn, ownMark } from "../../src/domain/dark-stage.ts";
import { newStageSettings, type StageSettings } from "../../src/domain/stage-settings.ts";
import type { SettingWrite } from "../../src/domain/stage-write.ts";
import { darkSettings } from "../../src/plan/dark-stage/settings.ts";
import { aRun } from "../requests.ts";

const target: StageSettings = {
  ...newStageSettings,
  description: "Production",
  variables: { backend: "v1", old: "yes" },
  methodSettings: {
    "GET /pets": { throttlingRateLimit: 1, cachingEnabled: true, loggingLevel: undefined },
    "*/*": { metricsEnabled: true, cacheTtlInSeconds: 60 },
  },
  accessLog: { destinationArn: "arn:logs", format: "$context.requestId" },
  cacheCluster: { enabled: true, size: "0.5", status: "AVAILABLE" },
  clientCertificateId: "abc123",
  documentationVersion: "7",
  tracingEnabled: true,
};

const variable = (name: string, value: string | null): SettingWrite => ({ kind: "variable", name, value });
const metrics: SettingWrite = { kind: "route-setting", route: "*/*", member: "metricsEnabled", value: true };
const rate: SettingWrite = { kind: "route-setting", route: "GET /pets", member: "throttlingRateLimit", value: 1 };

describe("a dark stage has what its target has", () => {
  test("but for caches and texts; what all routes have comes before what single ones have", () => {
    expect(darkSettings(target, [])).toEqual([
      variable("backend", "v1"),
      variable("old", "yes"),
      { kind: "access-log", member: "destinationArn", value: "arn:logs" },
      { kind: "access-log", member: "format", value: "$context.requestId" },
      { kind: "attribute", member: "clientCertificateId", value: "abc123" },
      { kind: "attribute", member: "tracingEnabled", value: "true" },
      metrics,
      rate,
    ]);
    expect(darkSettings(newStageSettings, [])).toEqual([]);
  });

  test.each<readonly [string, readonly SettingWrite[], readonly SettingWrite[], readonly SettingWrite[]]>([
    ["a variable", [variable("backend", "v2")], [variable("backend", "v2")], [variable("backend", "v1")]],
    ["a variable that goes", [variable("old", null)], [], [variable("old", "yes"), variable("old", null)]],
    ["a route that follows all others", [{ kind: "route-reset", route: "GET /pets" }], [metrics], [rate]],
    [
      "access logs that go",
      [{ kind: "no-access-log" }],
      [metrics],
      [{ kind: "access-log", member: "format", value: "$context.requestId" }],
    ],
    [
      "a cache",
      [{ kind: "attribute", member: "cacheClusterSize", value: "6.1" }],
      [metrics],
      [{ kind: "attribute", member: "cacheClusterSize", value: "6.1" }],
    ],
    ["a setting of a route", [{ ...rate, value: 9 } as SettingWrite], [{ ...rate, value: 9 } as SettingWrite], [rate]],
  ])("with what it is about to get: %s", (_, writes, has, hasNot) => {
    const settings = darkSettings(target, writes);
    for (const one of has) expect(settings).toContainEqual(one);
    for (const one of hasNot) expect(settings).not.toContainEqual(one);
  });
});

describe("the mark of a dark stage", () => {
  const address = { restApiId: "a1b2c3d4e5", stageName: "prod-next" };
  const run = aRun();
  const tags = darkTag(run, address);
  const owner = `repository=${run.repository.id}/rest-api=a1b2c3d4e5/stage=prod-next`;

  test("is read back, and proves nothing on another stage (I3)", () => {
    const { repository, runId, attempt, nonce } = run;
    expect(markIn(tags, address)).toEqual({ repositoryId: repository.id, runId, attempt, nonce });
    expect(markIn(tags, { ...address, stageName: "other-next" })).toBeUndefined();
    expect(markIn({ [DARK_TAG]: "of=0 run=1/1.1" }, address)).toBeUndefined();
    expect(tags[DARK_TAG]?.length).toBeLessThanOrEqual(256);
  });

  test.each([
    ["with the owner's tag", { "apigw-stage-action": owner }, true],
    ["without", {}, false],
    ["of another repository", { "apigw-stage-action": owner.replace(run.repository.id, "7") }, false],
    ["on a preview", { "apigw-stage-action": owner.replace("/rest", "/pull-request=7/rest") }, false],
  ])("makes it ours only %s", (_, more, isOurs) => {
    const mark = ownMark({ name: "prod-next", tags: { ...tags, ...more } }, "a1b2c3d4e5", run.repository.id);
    expect(mark !== undefined).toBe(isOurs);
  });
});
