import { readFileSync } from "node:fs";
import {
  CreateDeploymentCommand,
  CreateRestApiCommand,
  GetDeploymentCommand,
  PutRestApiCommand,
} from "@aws-sdk/client-api-gateway";
import { describe, expect, test } from "@jest/globals";
import { createWorld } from "../../../simulator/gateway/world.ts";
import { routesOf } from "../../../src/domain/route.ts";
import { definitionWith } from "../../e2e/files.ts";
import { startControlPlane } from "../../simulator/gateway/control-plane.ts";
import { definitionOf, mock } from "./definition-of.ts";

const authorizer = (type: string) => ({
  type: "apiKey",
  in: "header",
  name: "Authorization",
  "x-amazon-apigateway-authorizer": {
    type,
    authorizerUri: "arn:aws:apigateway:eu-west-1:lambda:path/x/invocations",
    providerARNs: ["arn:aws:cognito-idp:eu-west-1:1:userpool/x"],
  },
});

const schemes = {
  sigv4: { type: "apiKey", in: "header", name: "Authorization", "x-amazon-apigateway-authtype": "awsSigv4" },
  key: { type: "apiKey", in: "header", name: "X-Api-Key" },
  token: authorizer("token"),
  request: authorizer("request"),
  pool: authorizer("cognito_user_pools"),
  otherKey: { type: "apiKey", in: "header", name: "x-token" },
  queryKey: { type: "apiKey", in: "query", name: "x-api-key" },
  oauth: { type: "oauth2", flows: {} },
};

const requirements: Readonly<Record<string, unknown>> = {
  none: undefined,
  empty: [],
  anonymous: [{}],
  sigv4: [{ sigv4: [] }],
  key: [{ key: [] }],
  both: [{ key: [], token: [] }],
  either: [{ pool: ["a/b"] }, { sigv4: [] }],
  keyOrIam: [{ key: [] }, { sigv4: [] }],
  request: [{ request: [] }],
  foreign: [{ oauth: [] }, { otherKey: [] }, { queryKey: [] }],
  unknown: [{ nobody: [] }],
  foreignAndKey: [{ oauth: [], key: [] }],
};

const paths = Object.fromEntries(
  Object.entries(requirements).map(([name, security]) => [
    `/${name}`,
    { get: { responses: {}, ...(security === undefined ? {} : { security }), ...mock } },
  ]),
);
const others = {
  "/auth": { get: { responses: {}, "x-amazon-apigateway-auth": { type: "aws_iam" }, ...mock } },
  "/auth/none": { post: { responses: {}, "x-amazon-apigateway-auth": { type: "NONE" }, ...mock } },
  "/auth/key": {
    "x-amazon-apigateway-any-method": {
      responses: {},
      security: [{ key: [] }],
      "x-amazon-apigateway-auth": { type: "AWS_IAM" },
      ...mock,
    },
  },
  "/referred": { $ref: "#/paths/~1both" },
};
const info = { title: "T", version: "1" };
const openApi = (members: object) => ({
  openapi: "3.0.3",
  info,
  paths: { ...paths, ...others },
  components: { securitySchemes: schemes },
  ...members,
});
const swagger = (members: object) => ({
  swagger: "2.0",
  info,
  paths: { ...paths, ...others },
  securityDefinitions: schemes,
  ...members,
});

const demo = (name: string): string => readFileSync(`simulator/demo/${name}`, "utf8");

const files: Readonly<Record<string, string>> = {
  "each requirement in OpenAPI": JSON.stringify(openApi({})),
  "each requirement in Swagger": JSON.stringify(swagger({})),
  "a default for all in OpenAPI": JSON.stringify(openApi({ security: [{ token: [] }] })),
  "a default for all in Swagger": JSON.stringify(swagger({ security: [{ key: [], sigv4: [] }] })),
  "a default that nothing knows": JSON.stringify(openApi({ security: [{ nobody: [] }] })),
  "schemes in the other dialect's place": JSON.stringify({
    ...openApi({ components: {} }),
    securityDefinitions: schemes,
  }),
  "the story's routes": JSON.stringify(
    definitionWith({
      "GET /a": { needs: "iam" },
      "ANY /b": { needs: "key" },
      "PUT /c": { needs: "iam and key" },
      "GET /d": {},
    }),
  ),
  "the demo's main branch": demo("openapi-main.yaml"),
  "the demo's pull request": demo("openapi-pull-request.yaml"),
  "the demo's orders": demo("orders.yaml"),
  "the demo's one order": demo("one-order.yaml"),
};

describe("what a caller needs is known as a deployment's summary says it, of", () => {
  test.each(Object.entries(files))("%s", async (_, text) => {
    const { client } = await startControlPlane({ world: createWorld({ rateLimits: false }) });
    const { id: restApiId } = await client.send(new CreateRestApiCommand({ name: "any" }));
    const definition = definitionOf(text);
    await client.send(new PutRestApiCommand({ restApiId, body: definition.bytes, mode: "overwrite" }));
    const { id: deploymentId } = await client.send(new CreateDeploymentCommand({ restApiId }));
    const { apiSummary } = await client.send(
      new GetDeploymentCommand({ restApiId, deploymentId, embed: ["apisummary"] }),
    );
    const sorted = (routes: Iterable<readonly [string, unknown]>): unknown[] =>
      [...routes].sort(([one], [other]) => (one < other ? -1 : 1));
    expect(sorted(definition.needs)).toEqual(sorted(routesOf(apiSummary) ?? []));
    expect(definition.needs.size).toBeGreaterThan(0);
  });
});

test("a JWT authorizer is a type of its own", () => {
  const jwt = { type: "oauth2", "x-amazon-apigateway-authorizer": { type: "JWT", jwtConfiguration: {} } };
  const document = {
    openapi: "3.0.3",
    paths: { "/a": { get: { ...mock, security: [{ jwt: ["read"], key: [] }] } } },
    components: { securitySchemes: { jwt, key: schemes.key } },
  };
  expect(definitionOf(JSON.stringify(document)).needs).toEqual(
    new Map([["GET /a", { authorizationType: "JWT", apiKeyRequired: true }]]),
  );
});
