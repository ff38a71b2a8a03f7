import {
  CreateDeploymentCommand,
  type CreateDeploymentCommandInput,
  CreateStageCommand,
  DeleteDeploymentCommand,
  GetDeploymentCommand,
  GetDeploymentsCommand,
  GetStageCommand,
  paginateGetDeployments,
  UpdateDeploymentCommand,
} from "@aws-sdk/client-api-gateway";
import { describe, expect, test } from "@jest/globals";
import { addRoute, mockMethod, newScene, refusal, type Scene } from "./stage-scene.ts";

const deploy = ({ client, restApiId }: Scene, input: Omit<CreateDeploymentCommandInput, "restApiId"> = {}) =>
  client.send(new CreateDeploymentCommand({ restApiId, ...input }));

const stageOf = ({ client, restApiId }: Scene, stageName: string) =>
  client.send(new GetStageCommand({ restApiId, stageName }));

describe("CreateDeployment", () => {
  test("answers id, date and description, and nothing about stages", async () => {
    const scene = await newScene();
    const { $metadata, ...bare } = await deploy(scene);
    expect($metadata.httpStatusCode).toBe(201);
    expect(bare).toEqual({ id: expect.stringMatching(/^[a-z0-9]{6}$/), createdDate: new Date(scene.clock.now()) });
    expect(await deploy(scene, { description: "run 7" })).toMatchObject({ description: "run 7" });
    expect(scene.api.stages.size).toBe(0);
  });

  test("freezes the draft: what is done to it later does not show", async () => {
    const scene = await newScene();
    await deploy(scene, { stageName: "dev" });
    addRoute(scene.api, "/pets", mockMethod("GET", '{"from":"draft 2"}'));
    addRoute(scene.api, "/late", mockMethod("GET", "{}"));
    expect(await (await scene.invoke("/dev/pets")).json()).toEqual({ from: "draft 1" });
    expect((await scene.invoke("/dev/late")).status).toBe(403);
  });

  test("makes a missing stage from the members about it", async () => {
    const scene = await newScene();
    const { id } = await deploy(scene, {
      stageName: "dev",
      stageDescription: "first",
      description: "of the deployment",
      variables: { color: "blue" },
      tracingEnabled: true,
      cacheClusterEnabled: true,
      cacheClusterSize: "1.6",
    });
    expect(await stageOf(scene, "dev")).toMatchObject({
      deploymentId: id,
      description: "first",
      variables: { color: "blue" },
      tracingEnabled: true,
      cacheClusterSize: "1.6",
      cacheClusterStatus: "CREATE_IN_PROGRESS",
    });
  });

  test("re-points an existing stage and leaves all else on it", async () => {
    const scene = await newScene();
    const first = await deploy(scene, { stageName: "dev", stageDescription: "kept", variables: { color: "blue" } });
    await scene.patchStage("dev", { op: "replace", path: "/*/*/throttling/rateLimit", value: "7.5" });
    const { $metadata: _, ...before } = await stageOf(scene, "dev");
    scene.clock.advance(5_000);
    const second = await deploy(scene, { stageName: "dev", stageDescription: "new", variables: { color: "red" } });
    const { $metadata, ...after } = await stageOf(scene, "dev");
    expect(second.id).not.toBe(first.id);
    expect(after).toEqual({ ...before, deploymentId: second.id, lastUpdatedDate: new Date(scene.clock.now()) });
  });

  test("refuses an API without methods, and a method without an integration", async () => {
    const scene = await newScene();
    const method = mockMethod("POST", "{}");
    delete method.methodIntegration;
    addRoute(scene.api, "/pets", method);
    await expect(deploy(scene)).rejects.toMatchObject(
      refusal(400, "BadRequestException", "No integration defined for method"),
    );
    for (const resource of scene.api.draft.resources.values()) resource.methods.clear();
    await expect(deploy(scene)).rejects.toMatchObject(
      refusal(400, "BadRequestException", "The REST API doesn't contain any methods"),
    );
    expect(scene.api.deployments.size).toBe(0);
  });

  test("refuses a private API until it has a resource policy", async () => {
    const scene = await newScene();
    scene.api.endpointConfiguration = { types: ["PRIVATE"] };
    await expect(deploy(scene)).rejects.toMatchObject(
      refusal(400, "BadRequestException", "Private REST API doesn't have a resource policy attached to it"),
    );
    scene.api.draft.policy = '{"Version":"2012-10-17"}';
    await expect(deploy(scene)).resolves.toHaveProperty("id");
  });

  test("leaves no deployment behind when the stage is refused", async () => {
    const scene = await newScene();
    await expect(deploy(scene, { stageName: "bad name" })).rejects.toMatchObject({ name: "BadRequestException" });
    await expect(deploy(scene, { stageName: "dev", variables: { "a-b": "c" } })).rejects.toThrow(
      "Invalid stage variable name: a-b.  Please use names with only word characters.",
    );
    scene.world.quotas.stagesPerApi = 0;
    await expect(deploy(scene, { stageName: "dev" })).rejects.toMatchObject({ name: "LimitExceededException" });
    expect(scene.api.deployments.size).toBe(0);
    expect(scene.api.stages.size).toBe(0);
  });

  test("knows no other API", async () => {
    const { client } = await newScene();
    await expect(client.send(new CreateDeploymentCommand({ restApiId: "nowhere123" }))).rejects.toMatchObject(
      refusal(404, "NotFoundException", "Invalid API identifier specified 123456789012:nowhere123"),
    );
  });
});

describe("GetDeployment", () => {
  test("summarises the methods only when asked to", async () => {
    const scene = await newScene();
    addRoute(scene.api, "/admin", mockMethod("ANY", "{}", { authorizationType: "AWS_IAM", apiKeyRequired: true }));
    const { id: deploymentId } = await deploy(scene);
    const { client, restApiId } = scene;
    expect(await client.send(new GetDeploymentCommand({ restApiId, deploymentId }))).not.toHaveProperty("apiSummary");
    const embedded = await client.send(new GetDeploymentCommand({ restApiId, deploymentId, embed: ["apisummary"] }));
    expect(embedded.apiSummary).toEqual({
      "/pets": { GET: { authorizationType: "NONE", apiKeyRequired: false } },
      "/admin": { ANY: { authorizationType: "AWS_IAM", apiKeyRequired: true } },
    });
  });

  test("refuses an unknown deployment", async () => {
    const { client, restApiId } = await newScene();
    await expect(client.send(new GetDeploymentCommand({ restApiId, deploymentId: "nope12" }))).rejects.toMatchObject(
      refusal(404, "NotFoundException", "Invalid Deployment identifier specified"),
    );
  });
});

describe("GetDeployments", () => {
  test("pages 25 by default, in an order that is not that of creation, each deployment once", async () => {
    const scene = await newScene();
    const made: (string | undefined)[] = [];
    for (let count = 0; count < 60; count += 1) {
      scene.clock.advance(1_000);
      made.push((await deploy(scene)).id);
    }
    const pages: (string | undefined)[][] = [];
    for await (const page of paginateGetDeployments({ client: scene.client }, { restApiId: scene.restApiId })) {
      pages.push((page.items ?? []).map(({ id }) => id));
    }
    expect(pages.map(({ length }) => length)).toEqual([25, 25, 10]);
    expect(pages.flat()).not.toEqual(made);
    expect([...pages.flat()].reverse()).not.toEqual(made);
    expect([...pages.flat()].sort()).toEqual([...made].sort());
  });

  test("a listing under way loses nothing to a deletion and repeats nothing", async () => {
    const { client, restApiId, ...scene } = await newScene();
    for (let count = 0; count < 4; count += 1) await deploy({ client, restApiId, ...scene });
    const first = await client.send(new GetDeploymentsCommand({ restApiId, limit: 2 }));
    const [gone, kept] = first.items ?? [];
    await client.send(new DeleteDeploymentCommand({ restApiId, deploymentId: gone?.id }));
    const second = await client.send(new GetDeploymentsCommand({ restApiId, limit: 2, position: first.position }));
    expect(new Set([gone?.id, kept?.id, ...(second.items ?? []).map(({ id }) => id)]).size).toBe(4);
    expect(second.position).toBeUndefined();
  });

  test("takes limits of 1 to 500", async () => {
    const { client, restApiId } = await newScene();
    for (const limit of [0, 501]) {
      await expect(client.send(new GetDeploymentsCommand({ restApiId, limit }))).rejects.toMatchObject({
        name: "BadRequestException",
      });
    }
    expect(await client.send(new GetDeploymentsCommand({ restApiId, limit: 500 }))).toMatchObject({ items: [] });
  });
});

describe("UpdateDeployment", () => {
  test("changes the description and nothing else", async () => {
    const scene = await newScene();
    const { client, restApiId } = scene;
    const { id: deploymentId } = await deploy(scene);
    const patch = (op: "replace" | "add", path: string, value: string) =>
      client.send(new UpdateDeploymentCommand({ restApiId, deploymentId, patchOperations: [{ op, path, value }] }));
    expect(await patch("replace", "/description", "new")).toMatchObject({ id: deploymentId, description: "new" });
    await expect(patch("replace", "/id", "x")).rejects.toThrow("Invalid patch path /id");
    await expect(patch("add", "/description", "x")).rejects.toThrow(
      "Invalid patch operation specified. Must be one of: [replace]",
    );
    expect(await client.send(new GetDeploymentCommand({ restApiId, deploymentId }))).toMatchObject({
      description: "new",
    });
  });
});

describe("DeleteDeployment", () => {
  test("waits until no stage and no canary points at the deployment", async () => {
    const scene = await newScene();
    const { client, restApiId } = scene;
    const old = await deploy(scene, { stageName: "dev" });
    const next = await deploy(scene);
    const remove = (deploymentId: string | undefined) =>
      client.send(new DeleteDeploymentCommand({ restApiId, deploymentId }));
    await expect(remove(old.id)).rejects.toMatchObject(
      refusal(400, "BadRequestException", "Active stages pointing to this deployment must be moved or deleted"),
    );
    await scene.patchStage("dev", { op: "replace", path: "/canarySettings/deploymentId", value: next.id });
    await expect(remove(next.id)).rejects.toThrow(
      "Active stages with canary settings pointing to this deployment must be moved or deleted",
    );
    await scene.patchStage(
      "dev",
      { op: "remove", path: "/canarySettings" },
      { op: "replace", path: "/deploymentId", value: next.id },
    );
    expect((await remove(old.id)).$metadata.httpStatusCode).toBe(202);
    await expect(remove(old.id)).rejects.toThrow("Invalid Deployment identifier specified");
  });

  test("counts a stage that CreateStage made", async () => {
    const scene = await newScene();
    const { client, restApiId } = scene;
    const { id: deploymentId } = await deploy(scene);
    await client.send(new CreateStageCommand({ restApiId, stageName: "dev", deploymentId }));
    await expect(client.send(new DeleteDeploymentCommand({ restApiId, deploymentId }))).rejects.toThrow(
      "Active stages pointing to this deployment must be moved or deleted",
    );
  });
});
