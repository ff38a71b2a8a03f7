import {
  CreateBasePathMappingCommand,
  CreateDeploymentCommand,
  CreateDomainNameCommand,
  DeleteBasePathMappingCommand,
  GetBasePathMappingsCommand,
  GetDomainNamesCommand,
} from "@aws-sdk/client-api-gateway";
import { expect, test } from "@jest/globals";
import { newScene, refusal } from "./stage-scene.ts";

const domainName = "api.example.com";

const newDomainScene = async () => {
  const scene = await newScene();
  const { client, restApiId } = scene;
  await client.send(new CreateDeploymentCommand({ restApiId, stageName: "dev" }));
  await client.send(new CreateDomainNameCommand({ domainName }));
  const map = (stage: string | undefined, basePath?: string) =>
    client.send(new CreateBasePathMappingCommand({ domainName, restApiId, stage, basePath }));
  const mappings = async () => (await client.send(new GetBasePathMappingsCommand({ domainName }))).items;
  return { ...scene, map, mappings };
};

test("domains are listed, and each exists once", async () => {
  const { client } = await newDomainScene();
  expect((await client.send(new GetDomainNamesCommand({}))).items).toMatchObject([{ domainName }]);
  await expect(client.send(new CreateDomainNameCommand({ domainName }))).rejects.toMatchObject({
    name: "BadRequestException",
  });
});

test("mappings join a base path and a stage; the root has a name of its own", async () => {
  const { client, restApiId, map, mappings } = await newDomainScene();
  expect((await map("dev")).$metadata.httpStatusCode).toBe(201);
  await map(undefined, "all");
  expect(await mappings()).toEqual([
    { basePath: "(none)", restApiId, stage: "dev" },
    { basePath: "all", restApiId },
  ]);
  const gone = await client.send(new DeleteBasePathMappingCommand({ domainName, basePath: "(none)" }));
  expect(gone.$metadata.httpStatusCode).toBe(202);
  expect(await mappings()).toHaveLength(1);
  await expect(client.send(new DeleteBasePathMappingCommand({ domainName, basePath: "(none)" }))).rejects.toMatchObject(
    { name: "NotFoundException" },
  );
});

test("mappings need a domain, an API, a stage and a free base path", async () => {
  const { client, restApiId, map } = await newDomainScene();
  await map("dev");
  await expect(map("dev")).rejects.toMatchObject({ name: "ConflictException" });
  await expect(map("none", "v2")).rejects.toMatchObject(
    refusal(400, "BadRequestException", "Invalid stage identifier specified"),
  );
  await expect(
    client.send(new CreateBasePathMappingCommand({ domainName, restApiId: "nowhere123" })),
  ).rejects.toMatchObject({ name: "ConflictException" });
  await expect(
    client.send(new CreateBasePathMappingCommand({ domainName, restApiId: "nowhere123", basePath: "x" })),
  ).rejects.toMatchObject({ name: "NotFoundException" });
  await expect(
    client.send(new CreateBasePathMappingCommand({ domainName: "no.example.com", restApiId })),
  ).rejects.toMatchObject({ name: "NotFoundException" });
  await expect(client.send(new GetBasePathMappingsCommand({ domainName: "no.example.com" }))).rejects.toMatchObject({
    name: "NotFoundException",
  });
});
