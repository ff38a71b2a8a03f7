import { CreateDeploymentCommand, CreateStageCommand, GetStageCommand } from "@aws-sdk/client-api-gateway";
import { describe, expect, test } from "@jest/globals";
import { newScene, refusal, type Scene } from "./stage-scene.ts";

const deploy = async ({ client, restApiId }: Scene): Promise<string> =>
  (await client.send(new CreateDeploymentCommand({ restApiId }))).id ?? "";

/** A stage `dev` with variables on the first of two deployments. */
const newStageScene = async () => {
  const scene = await newScene();
  const [first, second] = [await deploy(scene), await deploy(scene)];
  await scene.client.send(
    new CreateStageCommand({
      restApiId: scene.restApiId,
      stageName: "dev",
      deploymentId: first,
      variables: { color: "blue", shape: "round" },
    }),
  );
  const canaryOf = async () =>
    (await scene.client.send(new GetStageCommand({ restApiId: scene.restApiId, stageName: "dev" }))).canarySettings;
  return { ...scene, first, second, canaryOf };
};

describe("a canary made by CreateDeployment", () => {
  const canarySettings = { percentTraffic: 50, stageVariableOverrides: { color: "yellow" } };

  test("leaves the stage's own deployment and variables; the next one replaces it", async () => {
    const { client, restApiId, first } = await newStageScene();
    const canary = await client.send(new CreateDeploymentCommand({ restApiId, stageName: "dev", canarySettings }));
    expect(await client.send(new GetStageCommand({ restApiId, stageName: "dev" }))).toMatchObject({
      deploymentId: first,
      variables: { color: "blue", shape: "round" },
      canarySettings: { ...canarySettings, deploymentId: canary.id, useStageCache: false },
    });
    const next = await client.send(
      new CreateDeploymentCommand({ restApiId, stageName: "dev", canarySettings: { percentTraffic: 5 } }),
    );
    expect((await client.send(new GetStageCommand({ restApiId, stageName: "dev" }))).canarySettings).toEqual({
      percentTraffic: 5,
      deploymentId: next.id,
      useStageCache: false,
    });
  });

  test("needs a stage that exists", async () => {
    const { client, restApiId, api } = await newStageScene();
    await expect(client.send(new CreateDeploymentCommand({ restApiId, canarySettings }))).rejects.toMatchObject(
      refusal(
        400,
        "BadRequestException",
        "Invalid deployment content specified.Non null and non empty stageName must be provided for canary deployment. Provided value is null",
      ),
    );
    await expect(
      client.send(new CreateDeploymentCommand({ restApiId, stageName: "none", canarySettings })),
    ).rejects.toThrow(
      "Invalid deployment content specified.Stage none must already be created before making a canary release deployment",
    );
    expect(api.deployments.size).toBe(2);
  });

  test("shuts out ordinary deployments to the stage, also at no traffic", async () => {
    const { client, restApiId, patchStage } = await newStageScene();
    await patchStage("dev", { op: "replace", path: "/canarySettings/percentTraffic", value: "0.0" });
    await expect(client.send(new CreateDeploymentCommand({ restApiId, stageName: "dev" }))).rejects.toMatchObject(
      refusal(
        400,
        "BadRequestException",
        "Invalid deployment content specified.Non canary deployment not supported on stage dev because Canary is enabled. Provide CanarySettings in deploymentInput.",
      ),
    );
  });
});

describe("a canary made by CreateStage", () => {
  test("has its own deployment, which must exist", async () => {
    const { client, restApiId, first, second } = await newStageScene();
    const create = (stageName: string, deploymentId?: string) =>
      client.send(
        new CreateStageCommand({
          restApiId,
          stageName,
          deploymentId: first,
          canarySettings: { deploymentId, percentTraffic: 20 },
        }),
      );
    expect((await create("one", second)).canarySettings).toEqual({
      deploymentId: second,
      percentTraffic: 20,
      useStageCache: false,
    });
    for (const unknown of ["nope12", undefined]) {
      await expect(create("two", unknown)).rejects.toMatchObject(
        refusal(400, "BadRequestException", "Deployment id does not exist"),
      );
    }
  });
});

describe("patches below /canarySettings", () => {
  test("a share of traffic makes a canary on the stage's deployment", async () => {
    const { first, patchStage } = await newStageScene();
    const patched = await patchStage("dev", { op: "replace", path: "/canarySettings/percentTraffic", value: "50.0" });
    expect(patched.canarySettings).toEqual({ percentTraffic: 50, deploymentId: first, useStageCache: false });
  });

  test("a deployment makes a canary without traffic", async () => {
    const { second, patchStage } = await newStageScene();
    const patched = await patchStage("dev", { op: "replace", path: "/canarySettings/deploymentId", value: second });
    expect(patched.canarySettings).toEqual({ percentTraffic: 0, deploymentId: second, useStageCache: false });
  });

  test("overrides come and go one by one, and the canary goes as a whole", async () => {
    const { second, patchStage, canaryOf } = await newStageScene();
    await patchStage(
      "dev",
      { op: "replace", path: "/canarySettings/deploymentId", value: second },
      { op: "replace", path: "/canarySettings/stageVariableOverrides/color", value: "red" },
      { op: "replace", path: "/canarySettings/stageVariableOverrides/size", value: "9" },
      { op: "replace", path: "/canarySettings/useStageCache", value: "true" },
    );
    expect(await canaryOf()).toMatchObject({
      stageVariableOverrides: { color: "red", size: "9" },
      useStageCache: true,
    });
    await patchStage("dev", { op: "remove", path: "/canarySettings/stageVariableOverrides/size" });
    expect(await canaryOf()).toMatchObject({ stageVariableOverrides: { color: "red" } });
    await patchStage("dev", { op: "remove", path: "/canarySettings" });
    expect(await canaryOf()).toBeUndefined();
  });

  test.each([
    ["replace", "/canarySettings/deploymentId", "nope12", "Deployment id does not exist"],
    ["add", "/canarySettings/deploymentId", "nope12", "Invalid add operation with path: /canarySettings/deploymentId"],
    ["replace", "/canarySettings", "x", /^Invalid method setting path: \/canarySettings\. Must be one of: \[/],
    ["replace", "/canarySettings/badPath", "x", /^Invalid method setting path: \/canarySettings\/badPath\. /],
    [
      "remove",
      "/canarySettings/badPath",
      undefined,
      "Cannot remove method setting canarySettings/badPath because there is no method setting for this method ",
    ],
    [
      "remove",
      "/canarySettings/stageVariableOverrides",
      undefined,
      "Cannot remove method setting canarySettings/stageVariableOverrides because there is no method setting for this method ",
    ],
    ["replace", "/canarySettings/percentTraffic", "100.1", /percentTraffic/],
    ["replace", "/canarySettings/percentTraffic", "half", /percentTraffic/],
    ["replace", "/canarySettings/useStageCache", "yes", /useStageCache/],
    ["replace", "/canarySettings/stageVariableOverrides/a-b", "x", /^Invalid stage variable name: a-b\./],
  ] as const)("refuses %s %s %s", async (op, path, value, message) => {
    const { patchStage, canaryOf } = await newStageScene();
    await expect(patchStage("dev", { op, path, value })).rejects.toMatchObject(
      refusal(400, "BadRequestException", typeof message === "string" ? message : expect.stringMatching(message)),
    );
    expect(await canaryOf()).toBeUndefined();
  });
});

describe("promotion", () => {
  const copies = [
    { op: "replace", path: "/canarySettings/percentTraffic", value: "0.0" },
    { op: "copy", from: "/canarySettings/stageVariableOverrides", path: "/variables" },
    { op: "copy", from: "/canarySettings/deploymentId", path: "/deploymentId" },
  ] as const;

  test("merges the overrides into the variables, moves the deployment, and leaves the canary", async () => {
    const { second, patchStage } = await newStageScene();
    await patchStage(
      "dev",
      { op: "replace", path: "/canarySettings/deploymentId", value: second },
      { op: "replace", path: "/canarySettings/percentTraffic", value: "10" },
      { op: "replace", path: "/canarySettings/stageVariableOverrides/color", value: "yellow" },
    );
    expect(await patchStage("dev", ...copies)).toMatchObject({
      deploymentId: second,
      variables: { color: "yellow", shape: "round" },
      canarySettings: { percentTraffic: 0, deploymentId: second, stageVariableOverrides: { color: "yellow" } },
    });
  });

  test("can copy from a canary that the same call made", async () => {
    const { second, patchStage } = await newStageScene();
    const patched = await patchStage(
      "dev",
      { op: "replace", path: "/canarySettings/deploymentId", value: second },
      ...copies,
      { op: "remove", path: "/canarySettings" },
    );
    expect(patched.deploymentId).toBe(second);
    expect(patched.canarySettings).toBeUndefined();
  });

  test("needs a canary, and the right two paths", async () => {
    const { patchStage } = await newStageScene();
    await expect(
      patchStage("dev", { op: "copy", from: "/canarySettings/deploymentId", path: "/deploymentId" }),
    ).rejects.toMatchObject(refusal(400, "BadRequestException", "Promotion not available. Canary does not exist."));
    await expect(patchStage("dev", { op: "copy", path: "/canarySettings/stageVariableOverrides" })).rejects.toThrow(
      "Invalid copy operation with path: /canarySettings/stageVariableOverrides and from null. Valid copy:path are [/deploymentId, /variables] and valid copy:from are [/canarySettings/deploymentId, /canarySettings/stageVariableOverrides]",
    );
  });
});
