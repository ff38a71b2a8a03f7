import { CreateRestApiCommand, GetRestApiCommand, PutRestApiCommand } from "@aws-sdk/client-api-gateway";
import { describe, expect, test } from "@jest/globals";
import type { Access, Profile } from "../../../simulator/aws/access.ts";
import { addRoutingRule, newDomainName } from "../../../simulator/gateway/domain-name.ts";
import { createWorld } from "../../../simulator/gateway/world.ts";
import { authorization, refusalOf, startControlPlane } from "./control-plane.ts";

const role = "arn:aws:sts::123456789012:assumed-role/deploy/run";

const accessFor = (changes: Partial<Profile> = {}): { access: Access; profile: Profile; asked: string[] } => {
  const asked: string[] = [];
  const profile: Profile = {
    arn: role,
    status: "active",
    denied: (action, resource) => {
      asked.push(`${action} ${resource}`);
      return false;
    },
    ...changes,
  };
  return { access: { keys: new Map([["AKIDEXAMPLE", profile]]) }, profile, asked };
};

describe("the signature header", () => {
  test("is asked for", async () => {
    const { server } = await startControlPlane();
    const response = await fetch(`${server.url}/restapis`);
    expect(response.status).toBe(403);
    expect(response.headers.get("x-amzn-errortype")).toBe("MissingAuthenticationTokenException");
    expect(await response.json()).toEqual({ message: "Missing Authentication Token" });
  });

  test.each([
    ["Basic dXNlcjpwYXNz", "Credential"],
    ["AWS4-HMAC-SHA256 Credential=A/20260101/eu-central-1/apigateway/aws4_request, SignedHeaders=host", "Signature"],
  ])("%s is incomplete", async (header, missing) => {
    const { send } = await startControlPlane();
    const { status, headers, body } = await send("GET", "/restapis", { headers: { authorization: header } });
    expect(status).toBe(403);
    expect(headers.get("x-amzn-errortype")).toBe("IncompleteSignatureException");
    expect(body.message).toContain(`'${missing}'`);
  });

  test("is scoped to the world's region and to apigateway", async () => {
    const { send } = await startControlPlane();
    const elsewhere = await send("GET", "/restapis", { headers: { authorization: authorization("A", "us-east-1") } });
    expect(elsewhere.status).toBe(403);
    expect(elsewhere.headers.get("x-amzn-errortype")).toBe("InvalidSignatureException");
    expect(elsewhere.body.message).toContain("Credential should be scoped to a valid region");
    const other = await send("GET", "/restapis", {
      headers: { authorization: authorization("A", "eu-central-1", "s3") },
    });
    expect(other.body.message).toContain("Credential should be scoped to correct service: 'apigateway'");
  });
});

describe("keys", () => {
  test("all are active and nothing is denied by default", async () => {
    const { client } = await startControlPlane();
    expect((await client.send(new CreateRestApiCommand({ name: "a" }))).name).toBe("a");
  });

  test("a key that access does not know is no token", async () => {
    const { client } = await startControlPlane({ access: { keys: new Map() } });
    expect(await refusalOf(client.send(new GetRestApiCommand({ restApiId: "a" })))).toEqual({
      name: "UnrecognizedClientException",
      message: "The security token included in the request is invalid.",
      status: 403,
    });
  });

  test("a key can expire between two requests", async () => {
    const { access, profile } = accessFor();
    const { client } = await startControlPlane({ access });
    await client.send(new CreateRestApiCommand({ name: "a" }));
    profile.status = "expired";
    expect(await refusalOf(client.send(new CreateRestApiCommand({ name: "b" })))).toEqual({
      name: "ExpiredTokenException",
      message: "The security token included in the request is expired",
      status: 403,
    });
  });
});

describe("permissions", () => {
  test("are the verb on the address, and a refusal changes nothing", async () => {
    const { access } = accessFor({ denied: (action) => action === "apigateway:POST" });
    const { client, world } = await startControlPlane({ access });
    expect(await refusalOf(client.send(new CreateRestApiCommand({ name: "a" })))).toEqual({
      name: "AccessDeniedException",
      message:
        `User: ${role} is not authorized to perform: apigateway:POST on resource: ` +
        "arn:aws:apigateway:eu-central-1::/restapis because no identity-based policy allows the apigateway:POST action",
      status: 403,
    });
    expect(world.restApis.size).toBe(0);
  });

  test("creating with tags takes PUT on the tags as well", async () => {
    const { access, asked } = accessFor();
    const { send } = await startControlPlane({ access });
    await send("POST", "/restapis/abc/stages", { body: '{"stageName":"pr-1","deploymentId":"d","tags":{"a":"b"}}' });
    await send("POST", "/restapis/abc/stages", { body: '{"stageName":"pr-2","deploymentId":"d","tags":{}}' });
    expect(asked).toEqual([
      "apigateway:POST arn:aws:apigateway:eu-central-1::/restapis/abc/stages",
      "apigateway:PUT arn:aws:apigateway:eu-central-1::/tags/" +
        "arn%3Aaws%3Aapigateway%3Aeu-central-1%3A%3A%2Frestapis%2Fabc%2Fstages%2Fpr-1",
      "apigateway:POST arn:aws:apigateway:eu-central-1::/restapis/abc/stages",
    ]);
  });

  test("routing rules have actions of their own, on an address with the account, and tell their priorities", async () => {
    const asked: unknown[] = [];
    const { access } = accessFor({
      denied: (action, resource, conditions) => {
        asked.push([action, resource, conditions]);
        return false;
      },
    });
    const { world, send } = await startControlPlane({ access });
    const domain = newDomainName(world, "api.example.com", { routingMode: "ROUTING_RULE_ONLY" });
    addRoutingRule(world, domain, { id: "r1", priority: 1007, restApiId: "abc", stage: "pr-7" });
    const rules = "/v2/domainnames/api.example.com/routingrules";
    await send("GET", rules);
    await send("POST", rules, { body: '{"priority":5}' });
    await send("PUT", `${rules}/r1`, { body: '{"priority":6}' });
    await send("DELETE", `${rules}/r1`);
    await send("GET", "/v2/domainnames/api.example.com/apimappings");
    const arn = "arn:aws:apigateway:eu-central-1:123456789012:/domainnames/api.example.com/routingrules";
    const [ofRequest, ofResource] = ["apigateway:Request/Priority", "apigateway:Resource/Priority"];
    expect(asked).toEqual([
      ["apigateway:ListRoutingRules", `${arn}/*`, {}],
      ["apigateway:CreateRoutingRule", `${arn}/*`, { [ofRequest]: 5 }],
      ["apigateway:UpdateRoutingRule", `${arn}/r1`, { [ofRequest]: 6, [ofResource]: 1007 }],
      ["apigateway:DeleteRoutingRule", `${arn}/r1`, { [ofResource]: 1007 }],
      ["apigateway:GET", "arn:aws:apigateway:eu-central-1::/domainnames/api.example.com/apimappings", {}],
    ]);
  });

  test("importing a resource policy takes UpdateRestApiPolicy as well", async () => {
    const { access, asked } = accessFor();
    const { client } = await startControlPlane({
      access,
      world: createWorld({ region: "cn-north-1", rateLimits: false }),
    });
    const body = Buffer.from('{"x-amazon-apigateway-policy":{}}');
    await refusalOf(client.send(new PutRestApiCommand({ restApiId: "abc", body })));
    expect(asked).toEqual([
      "apigateway:PUT arn:aws-cn:apigateway:cn-north-1::/restapis/abc",
      "apigateway:UpdateRestApiPolicy arn:aws-cn:apigateway:cn-north-1::/restapis/abc",
    ]);
  });
});
