import {
  CreateDocumentationPartCommand,
  GetDocumentationPartsCommand,
  ImportDocumentationPartsCommand,
  UpdateDocumentationPartCommand,
} from "@aws-sdk/client-api-gateway";
import { describe, expect, test } from "@jest/globals";
import { refusalOf } from "./control-plane.ts";
import { bodyOf, openApi, withImports } from "./import-scene.ts";

const scene = async () => {
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
    const { create, patch, parts } = await scene();
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
    const { create } = await scene();
    await create();
    expect(await refusalOf(create())).toMatchObject({ name: "ConflictException", status: 409 });
  });

  test("are imported from a definition, which changes nothing else", async () => {
    const { client, restApiId, create, parts } = await scene();
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
    const { client, restApiId } = await scene();
    const command = new ImportDocumentationPartsCommand({ restApiId, body: bodyOf("no definition") });
    expect((await refusalOf(client.send(command))).message).toBe("Unable to build importer with provided input.");
  });
});
