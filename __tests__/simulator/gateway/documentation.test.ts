import {
  CreateDeploymentCommand,
  CreateDocumentationVersionCommand,
  DeleteDocumentationVersionCommand,
  GetDocumentationVersionCommand,
  GetDocumentationVersionsCommand,
  GetStageCommand,
  UpdateDocumentationVersionCommand,
} from "@aws-sdk/client-api-gateway";
import { expect, test } from "@jest/globals";
import { createWorld } from "../../../simulator/gateway/world.ts";
import { startControlPlane } from "./control-plane.ts";
import { newScene, refusal } from "./stage-scene.ts";

const newVersions = async () => {
  const scene = await newScene();
  const { client, restApiId } = scene;
  await client.send(new CreateDeploymentCommand({ restApiId, stageName: "dev" }));
  return {
    ...scene,
    publish: (documentationVersion: string, stageName?: string) =>
      client.send(new CreateDocumentationVersionCommand({ restApiId, documentationVersion, stageName })),
    versionOfStage: async () =>
      (await client.send(new GetStageCommand({ restApiId, stageName: "dev" }))).documentationVersion,
  };
};

test("a version is published and given to a stage in one call", async () => {
  const { clock, publish, versionOfStage } = await newVersions();
  const { $metadata, ...version } = await publish("1.0", "dev");
  expect($metadata.httpStatusCode).toBe(201);
  expect(version).toEqual({ version: "1.0", createdDate: new Date(clock.now()) });
  expect(await versionOfStage()).toBe("1.0");
  await publish("1.1");
  expect(await versionOfStage()).toBe("1.0");
});

test("a version is not part of a deployment", async () => {
  const { client, restApiId, publish, versionOfStage, patchStage } = await newVersions();
  await publish("1.0", "dev");
  const { id = "" } = await client.send(new CreateDeploymentCommand({ restApiId }));
  await patchStage("dev", { op: "replace", path: "/deploymentId", value: id });
  expect(await versionOfStage()).toBe("1.0");
  await expect(
    patchStage("dev", { op: "replace", path: "/documentationVersion", value: "none" }),
  ).rejects.toMatchObject({ name: "BadRequestException" });
});

test("for a stage that is not there, nothing is published", async () => {
  const { client, restApiId, publish } = await newVersions();
  await expect(publish("1.0", "none")).rejects.toMatchObject(
    refusal(404, "NotFoundException", "Invalid stage identifier specified"),
  );
  expect((await client.send(new GetDocumentationVersionsCommand({ restApiId }))).items).toEqual([]);
});

test("a version is published once, can be described anew and taken away", async () => {
  const { client, restApiId, publish } = await newVersions();
  await publish("1.0");
  await expect(publish("1.0", "dev")).rejects.toMatchObject({ name: "ConflictException" });
  const documentationVersion = "1.0";
  const describe = (path: string) =>
    client.send(
      new UpdateDocumentationVersionCommand({
        restApiId,
        documentationVersion,
        patchOperations: [{ op: "replace", path, value: "first" }],
      }),
    );
  expect((await describe("/description")).description).toBe("first");
  await expect(describe("/version")).rejects.toMatchObject({ name: "BadRequestException" });
  await client.send(new DeleteDocumentationVersionCommand({ restApiId, documentationVersion }));
  await expect(
    client.send(new GetDocumentationVersionCommand({ restApiId, documentationVersion })),
  ).rejects.toMatchObject(refusal(404, "NotFoundException", "Invalid Documentation version specified"));
});

test("versions are published once in 20 seconds, in the whole account", async () => {
  const clock = { time: 0, now: () => clock.time };
  const { client } = await startControlPlane({ world: createWorld({ clock }) });
  const publish = () =>
    client.send(new CreateDocumentationVersionCommand({ restApiId: "none", documentationVersion: "1" }));
  await expect(publish()).rejects.toMatchObject({ name: "NotFoundException" });
  clock.time = 19_999;
  await expect(publish()).rejects.toMatchObject({ name: "TooManyRequestsException" });
  clock.time = 20_000;
  await expect(publish()).rejects.toMatchObject({ name: "NotFoundException" });
});
