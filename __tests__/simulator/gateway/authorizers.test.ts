import {
  CreateAuthorizerCommand,
  CreateRequestValidatorCommand,
  DeleteRequestValidatorCommand,
  GetRequestValidatorCommand,
  type PatchOperation,
  UpdateAuthorizerCommand,
  UpdateRequestValidatorCommand,
} from "@aws-sdk/client-api-gateway";
import { describe, expect, test } from "@jest/globals";
import { refusalOf } from "./control-plane.ts";
import { withImports } from "./import-scene.ts";

describe("request validators", () => {
  const scene = async () => {
    const { client, restApiId } = await withImports();
    const { id: requestValidatorId } = await client.send(new CreateRequestValidatorCommand({ restApiId, name: "all" }));
    const address = { restApiId, requestValidatorId };
    const patch = (...patchOperations: PatchOperation[]) =>
      client.send(new UpdateRequestValidatorCommand({ ...address, patchOperations }));
    const get = () => client.send(new GetRequestValidatorCommand(address));
    const drop = () => client.send(new DeleteRequestValidatorCommand(address));
    return { patch, get, drop };
  };

  test("are switched by patches, off by a patch without a value", async () => {
    const { patch, get } = await scene();
    await patch(
      { op: "replace", path: "/validateRequestBody", value: "true" },
      { op: "replace", path: "/name", value: "body" },
    );
    expect(await get()).toMatchObject({ name: "body", validateRequestBody: true, validateRequestParameters: false });
    await patch({ op: "replace", path: "/validateRequestBody" });
    expect(await get()).toMatchObject({ validateRequestBody: false });
  });

  test.each<[PatchOperation, string]>([
    [{ op: "replace", path: "/name", value: "" }, "Request Validator name cannot be blank"],
    [
      { op: "add", path: "/validateRequestBody", value: "true" },
      "Invalid patch path  '/validateRequestBody' specified for op 'add'. Please choose supported operations",
    ],
    [
      { op: "replace", path: "/x", value: "true" },
      "Invalid patch path  '/x' specified for op 'replace'. " +
        "Must be one of: [/name, /validateRequestParameters, /validateRequestBody]",
    ],
  ])("refuse %j", async (operation, message) => {
    const { patch } = await scene();
    expect((await refusalOf(patch(operation))).message).toBe(message);
  });

  test("are gone once deleted", async () => {
    const { get, drop } = await scene();
    await drop();
    const gone = { name: "NotFoundException", message: "Invalid Request Validator identifier specified", status: 404 };
    expect(await refusalOf(get())).toEqual(gone);
    expect(await refusalOf(drop())).toEqual(gone);
  });
});

describe("authorizers", () => {
  test("of an API that is not there meet a concurrent modification", async () => {
    const { client } = await withImports();
    const command = new CreateAuthorizerCommand({ restApiId: "nowhere", name: "a", type: "TOKEN" });
    expect(await refusalOf(client.send(command))).toMatchObject({ name: "ConflictException", status: 409 });
  });

  const issuer = { issuer: "https://id.example/pool", audiences: ["pets"] };
  const configuration = { issuers: [issuer], defaultAlgorithms: ["RS256"] };
  const jwt = {
    name: "tokens",
    type: "JWT",
    identitySource: "method.request.header.Authorization",
    jwtConfiguration: configuration,
  };

  /** The SDK does not know JWT authorizers yet, so these are raw requests. */
  const create = async (authorizer: object) => {
    const scene = await withImports();
    const path = `/restapis/${scene.restApiId}/authorizers`;
    return { ...scene, path, answer: await scene.send("POST", path, { body: JSON.stringify(authorizer) }) };
  };

  test("of type JWT show their configuration, which can be replaced as a whole", async () => {
    const { client, restApiId, send, path, answer } = await create(jwt);
    expect(answer).toMatchObject({ status: 201, body: jwt });
    const authorizerId = answer.body.id;
    const second = { ...configuration, issuers: [issuer, { issuer: "https://other.example", audiences: ["cats"] }] };
    const replace = (value: object) =>
      client.send(
        new UpdateAuthorizerCommand({
          restApiId,
          authorizerId,
          patchOperations: [{ op: "replace", path: "/jwtConfiguration", value: JSON.stringify(value) }],
        }),
      );
    await replace(second);
    expect((await send("GET", `${path}/${authorizerId}`)).body.jwtConfiguration).toEqual(second);
    await refusalOf(replace({ ...second, issuers: [] }));
    expect((await send("GET", `${path}/${authorizerId}`)).body.jwtConfiguration).toEqual(second);
  });

  test("of type JWT are what methods of type JWT need", async () => {
    const { restApiId, resource, send, answer } = await create(jwt);
    const put = (body: object) =>
      send("PUT", `/restapis/${restApiId}/resources/${resource("/")?.id}/methods/GET`, { body: JSON.stringify(body) });
    const method = { authorizationType: "JWT", authorizationScopes: ["pets:read"], authorizerId: answer.body.id };
    expect((await put({ ...method, authorizationType: "CUSTOM" })).status).toBe(400);
    expect((await put({ ...method, authorizerId: undefined })).status).toBe(400);
    expect(await put(method)).toMatchObject({ status: 201, body: method });
  });

  const withIssuer = (members: object) => ({ ...configuration, issuers: [{ ...issuer, ...members }] });
  test.each([
    ["no configuration", { jwtConfiguration: undefined }],
    ["no header to look into", { identitySource: "method.request.querystring.token" }],
    ["a function", { authorizerUri: "arn:aws:a" }],
    ["a cache", { authorizerResultTtlInSeconds: 60 }],
    ["an algorithm with a shared secret", { jwtConfiguration: { ...configuration, defaultAlgorithms: ["HS256"] } }],
    ["an issuer without TLS", { jwtConfiguration: withIssuer({ issuer: "http://id.example" }) }],
    ["an issuer with a query", { jwtConfiguration: withIssuer({ issuer: "https://id.example?a" }) }],
    ["an issuer twice", { jwtConfiguration: { ...configuration, issuers: [issuer, issuer] } }],
    ["no audience", { jwtConfiguration: withIssuer({ audiences: [] }) }],
    [
      "a claim that is checked anyway",
      { jwtConfiguration: withIssuer({ additionalClaims: [{ claimName: "aud", format: "SINGLE_STRING" }] }) },
    ],
  ])("of type JWT are refused with %s", async (_, members) => {
    expect((await create({ ...jwt, ...members })).answer.status).toBe(400);
  });

  test("of other types have no JWT configuration", async () => {
    const { answer } = await create({ name: "a", type: "TOKEN", jwtConfiguration: configuration });
    expect(answer.status).toBe(400);
  });
});
