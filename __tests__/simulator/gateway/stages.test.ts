import {
  CreateBasePathMappingCommand,
  CreateDeploymentCommand,
  CreateDomainNameCommand,
  CreateStageCommand,
  type CreateStageCommandInput,
  CreateUsagePlanCommand,
  DeleteBasePathMappingCommand,
  DeleteStageCommand,
  GetStageCommand,
  GetStagesCommand,
} from "@aws-sdk/client-api-gateway";
import { describe, expect, test } from "@jest/globals";
import { newScene, refusal } from "./stage-scene.ts";

const newDeployedScene = async () => {
  const scene = await newScene();
  const { client, restApiId } = scene;
  const deploy = async () => (await client.send(new CreateDeploymentCommand({ restApiId }))).id;
  const deploymentId = await deploy();
  const create = (input: Partial<CreateStageCommandInput> = {}) =>
    client.send(new CreateStageCommand({ restApiId, stageName: "dev", deploymentId, ...input }));
  return { ...scene, deploymentId, deploy, create };
};

describe("CreateStage", () => {
  test("answers what is always there, and no member that is not set", async () => {
    const { create, clock, deploymentId } = await newDeployedScene();
    const { $metadata, ...stage } = await create({ variables: {}, tags: {} });
    expect($metadata.httpStatusCode).toBe(201);
    expect(stage).toEqual({
      stageName: "dev",
      deploymentId,
      cacheClusterEnabled: false,
      cacheClusterStatus: "NOT_AVAILABLE",
      methodSettings: {},
      tracingEnabled: false,
      createdDate: new Date(clock.now()),
      lastUpdatedDate: new Date(clock.now()),
    });
  });

  test("takes all that it accepts", async () => {
    const { create, api } = await newDeployedScene();
    api.documentationVersions.set("v1", { version: "v1", createdDate: 0 });
    const input = {
      description: "of the branch",
      variables: { url: "https://a.example/?b=c&d=1,2~#e" },
      documentationVersion: "v1",
      tracingEnabled: true,
      tags: { owner: "pets" },
    };
    expect(await create(input)).toMatchObject(input);
  });

  test("refuses a second stage of the name", async () => {
    const { create } = await newDeployedScene();
    await create();
    await expect(create()).rejects.toMatchObject(refusal(409, "ConflictException", "Stage already exists"));
  });

  test.each([
    ["an unknown deployment", { deploymentId: "nope12" }, "Deployment id does not exist"],
    ["a name with other characters", { stageName: "feature/x" }, "Stage name only allows a-zA-Z0-9_-"],
    ["a long name", { stageName: "a".repeat(129) }, /128/],
    [
      "a variable's name",
      { variables: { "a.b": "c" } },
      "Invalid stage variable name: a.b.  Please use names with only word characters.",
    ],
    [
      "a variable's value",
      { variables: { alias: "$LATEST" } },
      "Invalid stage variable value: $LATEST.  Please use values with alphanumeric characters and the symbols ' ', -', '.', '_', ':', '/', '?', '&', '=', and ','.",
    ],
    ["an empty variable", { variables: { alias: "" } }, /^Invalid stage variable value: \. /],
    ["a long variable", { variables: { alias: "x".repeat(513) } }, /^Invalid stage variable value/],
    [
      "too many variables",
      { variables: Object.fromEntries(Array.from({ length: 101 }, (_, index) => [`v${index}`, "x"])) },
      /100/,
    ],
    ["a reserved tag", { tags: { "aws:x": "y" } }, /aws:/],
    ["an unknown documentation version", { documentationVersion: "v9" }, /ocumentation version/],
  ])("refuses %s", async (_, input, message) => {
    const { create, api } = await newDeployedScene();
    await expect(create(input)).rejects.toMatchObject(
      refusal(400, "BadRequestException", typeof message === "string" ? message : expect.stringMatching(message)),
    );
    expect(api.stages.size).toBe(0);
  });

  test("refuses a canary beyond 100 %", async () => {
    const { create, api, deploymentId } = await newDeployedScene();
    await expect(create({ canarySettings: { percentTraffic: 101, deploymentId } })).rejects.toMatchObject(
      refusal(400, "BadRequestException", expect.stringMatching(/percent/i)),
    );
    expect(api.stages.size).toBe(0);
  });

  test("stops at the quota of stages and goes on when one is gone", async () => {
    const { create, client, restApiId } = await newDeployedScene();
    for (let count = 0; count < 10; count += 1) await create({ stageName: `pr-${count}` });
    await expect(create()).rejects.toMatchObject(
      refusal(429, "LimitExceededException", expect.stringContaining("Maximum number of stages")),
    );
    await client.send(new DeleteStageCommand({ restApiId, stageName: "pr-3" }));
    await expect(create()).resolves.toHaveProperty("stageName", "dev");
  });
});

describe("GetStages", () => {
  test("lists all in one answer, or those of a deployment", async () => {
    const { create, client, restApiId, deploymentId, deploy, world } = await newDeployedScene();
    world.quotas.stagesPerApi = 40;
    for (let count = 0; count < 30; count += 1) await create({ stageName: `s${count}` });
    await create({ stageName: "other", deploymentId: await deploy() });
    expect((await client.send(new GetStagesCommand({ restApiId }))).item).toHaveLength(31);
    const filtered = await client.send(new GetStagesCommand({ restApiId, deploymentId }));
    expect(filtered.item).toHaveLength(30);
    expect(filtered.item?.map(({ stageName }) => stageName)).not.toContain("other");
  });
});

describe("DeleteStage", () => {
  test("removes the stage; the next GetStage is a 404", async () => {
    const { create, client, restApiId } = await newDeployedScene();
    await create();
    const gone = await client.send(new DeleteStageCommand({ restApiId, stageName: "dev" }));
    expect(gone.$metadata.httpStatusCode).toBe(202);
    await expect(client.send(new GetStageCommand({ restApiId, stageName: "dev" }))).rejects.toMatchObject(
      refusal(404, "NotFoundException", "Invalid stage identifier specified"),
    );
    await expect(client.send(new DeleteStageCommand({ restApiId, stageName: "dev" }))).rejects.toMatchObject({
      name: "NotFoundException",
    });
  });

  test("a base path mapping blocks it, a usage plan does not", async () => {
    const { create, client, restApiId } = await newDeployedScene();
    await create();
    await client.send(new CreateUsagePlanCommand({ name: "basic", apiStages: [{ apiId: restApiId, stage: "dev" }] }));
    const domainName = "api.example.com";
    await client.send(new CreateDomainNameCommand({ domainName }));
    await client.send(new CreateBasePathMappingCommand({ domainName, restApiId, stage: "dev", basePath: "v1" }));
    await expect(client.send(new DeleteStageCommand({ restApiId, stageName: "dev" }))).rejects.toMatchObject(
      refusal(
        400,
        "BadRequestException",
        "Deleting stage dev failed. Please remove all base path mappings related to the stage in your domains: api.example.com",
      ),
    );
    await client.send(new DeleteBasePathMappingCommand({ domainName, basePath: "v1" }));
    await expect(client.send(new DeleteStageCommand({ restApiId, stageName: "dev" }))).resolves.toBeDefined();
  });
});
