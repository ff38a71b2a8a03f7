import {
  CreateBasePathMappingCommand,
  CreateDeploymentCommand,
  CreateDomainNameCommand,
  DeleteBasePathMappingCommand,
  DeleteDomainNameCommand,
  GetBasePathMappingsCommand,
  GetDomainNameCommand,
  GetDomainNamesCommand,
  UpdateBasePathMappingCommand,
  UpdateDomainNameCommand,
} from "@aws-sdk/client-api-gateway";
import {
  ApiGatewayV2Client,
  CreateApiMappingCommand,
  DeleteApiMappingCommand,
  GetApiMappingCommand,
  GetApiMappingsCommand,
  GetDomainNamesCommand as GetDomainNamesOfVersionTwoCommand,
} from "@aws-sdk/client-apigatewayv2";
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
  await client.send(new DeleteDomainNameCommand({ domainName }));
  await expect(client.send(new GetDomainNameCommand({ domainName }))).rejects.toMatchObject({
    name: "NotFoundException",
  });
});

test("private domains may share a name, and are told apart by their id", async () => {
  const { client, world } = await newDomainScene();
  const endpointConfiguration = { types: ["PRIVATE" as const] };
  const one = await client.send(new CreateDomainNameCommand({ domainName, endpointConfiguration }));
  const { domainNameId } = await client.send(new CreateDomainNameCommand({ domainName, endpointConfiguration }));
  expect(one.domainNameId).not.toBe(domainNameId);
  const found = await client.send(new GetDomainNameCommand({ domainName, domainNameId }));
  expect(found).toMatchObject({
    domainNameId,
    domainNameArn: `arn:aws:apigateway:eu-central-1:123456789012:/domainnames/${domainName}+${domainNameId}`,
    endpointConfiguration,
  });
  expect(await client.send(new GetDomainNameCommand({ domainName }))).toMatchObject({
    endpointConfiguration: { types: ["EDGE"] },
  });
  expect(world.domainNames.size).toBe(3);
});

test("mappings join a base path and a stage; the root has a name of its own", async () => {
  const { client, restApiId, map, mappings, patchStage } = await newDomainScene();
  expect((await map("dev")).$metadata.httpStatusCode).toBe(201);
  await map(undefined, "all");
  expect(await mappings()).toEqual([
    { basePath: "(none)", restApiId, stage: "dev" },
    { basePath: "all", restApiId },
  ]);
  const repoint = (value: string) =>
    client.send(
      new UpdateBasePathMappingCommand({
        domainName,
        basePath: "all",
        patchOperations: [{ op: "replace", path: "/stage", value }],
      }),
    );
  expect(await repoint("dev")).toMatchObject({ basePath: "all", stage: "dev" });
  await expect(repoint("none")).rejects.toMatchObject({ name: "BadRequestException" });
  await patchStage("dev", { op: "replace", path: "/description", value: "mapped" });
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

test("the second version sees the same mappings, by ids and without the name of the root, and its own modes", async () => {
  const { client, world, restApiId, map, mappings } = await newDomainScene();
  const endpoint = await client.config.endpoint?.();
  const two = new ApiGatewayV2Client({
    endpoint: `http://${endpoint?.hostname}:${endpoint?.port}`,
    region: world.region,
    credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret" },
    maxAttempts: 1,
  });
  await map("dev");
  const added = await two.send(
    new CreateApiMappingCommand({ DomainName: domainName, ApiId: restApiId, Stage: "dev", ApiMappingKey: "v1/orders" }),
  );
  const DomainName = domainName;
  expect((await two.send(new GetApiMappingsCommand({ DomainName }))).Items).toEqual(
    expect.arrayContaining([
      { ApiId: restApiId, ApiMappingId: added.ApiMappingId, ApiMappingKey: "v1/orders", Stage: "dev" },
      expect.objectContaining({ ApiMappingKey: "" }),
    ]),
  );
  await expect(
    two.send(new CreateApiMappingCommand({ DomainName, ApiId: restApiId, Stage: "dev", ApiMappingKey: "" })),
  ).rejects.toMatchObject(refusal(409, "ConflictException", "ApiMapping key already exists for this domain name"));
  await client.send(
    new UpdateDomainNameCommand({
      domainName,
      patchOperations: [{ op: "replace", path: "/routingMode", value: "ROUTING_RULE_THEN_BASE_PATH_MAPPING" }],
    }),
  );
  expect((await two.send(new GetDomainNamesOfVersionTwoCommand({}))).Items).toMatchObject([
    { DomainName, RoutingMode: "ROUTING_RULE_THEN_API_MAPPING", DomainNameConfigurations: [{ EndpointType: "EDGE" }] },
  ]);
  await two.send(new DeleteApiMappingCommand({ DomainName, ApiMappingId: added.ApiMappingId }));
  await expect(
    two.send(new GetApiMappingCommand({ DomainName, ApiMappingId: added.ApiMappingId })),
  ).rejects.toMatchObject({ name: "NotFoundException" });
  expect(await mappings()).toHaveLength(1);
  two.destroy();
});
