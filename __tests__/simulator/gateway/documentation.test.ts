import {
  CreateDeploymentCommand,
  CreateDocumentationPartCommand,
  CreateDocumentationVersionCommand,
  DeleteDocumentationVersionCommand,
  GetDocumentationPartsCommand,
  GetDocumentationVersionCommand,
  GetDocumentationVersionsCommand,
  GetStageCommand,
  ImportDocumentationPartsCommand,
  UpdateDocumentationPartCommand,
  UpdateDocumentationVersionCommand,
} from "@aws-sdk/client-api-gateway";
import { describe, expect, test } from "@jest/globals";
import { createWorld } from "../../../simulator/gateway/world.ts";
import { refusalOf, startControlPlane } from "./control-plane.ts";
import { bodyOf, openApi, withImports } from "./import-scene.ts";
import { newScene, refusal } from "./stage-scene.ts";

const newParts = async () => {
  const { client, restApiId } = await withImports();
  const location = { type: "METHOD", path: "/pets" } as const;
  const create = () =>
    client.send(new CreateDocumentationPartCommand({ restApiId, location, properties: '{"description":"a"}' }));
  const patch = (documentationPartId: string | undefined, op: "add" | "replace", path: string, value: string) =>
    client.send(
      new UpdateDocumentationPartCommand({ restApiId, documentationPartId, patchOperations: [{ op, path, value }] }),
    );
  const parts = async () => (await client.send(new GetDocumentationPartsCommand({ restApiId }))).items ?? [];
  return { client, restApiId, create, patch, parts };
};

describe("documentation parts", () => {
  test("can have their properties replaced, and nothing else", async () => {
    const { create, patch, parts } = await newParts();
    const { id } = await create();
    await patch(id, "replace", "/properties", '{"description":"b"}');
    expect(await parts()).toEqual([
      { id, location: { type: "METHOD", path: "/pets", method: "*" }, properties: '{"description":"b"}' },
    ]);
    expect((await refusalOf(patch(id, "add", "/properties", "{}"))).message).toBe(
      "Invalid patch path  '/properties' specified for op 'add'. Please choose supported operations",
    );
    expect((await refusalOf(patch(id, "replace", "/location", "{}"))).message).toBe(
      "Invalid patch path  '/location' specified for op 'replace'. Must be one of: [/properties]",
    );
  });

  test("are one to a location", async () => {
    const { create } = await newParts();
    await create();
    expect(await refusalOf(create())).toMatchObject({ name: "ConflictException", status: 409 });
  });

  test("are imported from a definition, which changes nothing else", async () => {
    const { client, restApiId, create, parts } = await newParts();
    const { id } = await create();
    const documentationParts = [
      { location: { type: "METHOD", path: "/pets", method: "*" }, properties: { description: "c" } },
      { location: { type: "API" }, properties: { description: "d" } },
    ];
    const document = openApi({ "/a": {} }, { "x-amazon-apigateway-documentation": { documentationParts } });
    const body = bodyOf(document);
    const { ids } = await client.send(new ImportDocumentationPartsCommand({ restApiId, body, mode: "merge" }));
    expect(ids).toEqual([id, expect.any(String)]);
    expect((await parts()).map(({ properties }) => properties)).toEqual(['{"description":"d"}', '{"description":"c"}']);
  });

  test("are not imported from what is no definition", async () => {
    const { client, restApiId } = await newParts();
    const command = new ImportDocumentationPartsCommand({ restApiId, body: bodyOf("no definition") });
    expect((await refusalOf(client.send(command))).message).toBe("Unable to build importer with provided input.");
  });
});

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

describe("documentation versions", () => {
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
    const describeVersion = (path: string) =>
      client.send(
        new UpdateDocumentationVersionCommand({
          restApiId,
          documentationVersion,
          patchOperations: [{ op: "replace", path, value: "first" }],
        }),
      );
    expect((await describeVersion("/description")).description).toBe("first");
    await expect(describeVersion("/version")).rejects.toMatchObject({ name: "BadRequestException" });
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
});
