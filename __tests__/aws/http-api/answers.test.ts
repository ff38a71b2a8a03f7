import { expect, test } from "@jest/globals";
import { exportedDocument } from "../../../src/aws/exported-document.ts";
import { apiOf, deploymentOf, deploymentsPage, stageOf, stagesPage } from "../../../src/aws/http-api/answers.ts";
import { isDeletion, mergeOf } from "../../../src/aws/http-api/merges.ts";
import { UnreadableAnswer } from "../../../src/aws/unreadable-answer.ts";
import { ALL_ROUTES } from "../../../src/domain/stage-settings.ts";
import type { StageWrite } from "../../../src/domain/stage-write.ts";

const integration = "x-amazon-apigateway-integration";

const exported = (answer: unknown): unknown => exportedDocument(Buffer.from(JSON.stringify(answer)));

test.each<[string, (answer: unknown) => unknown, unknown]>([
  ["an API of another protocol", apiOf, { ApiId: "a1", Name: "Orders", ProtocolType: "SMTP" }],
  ["an API whose endpoint is no URL", apiOf, { ApiId: "a1", Name: "Orders", ProtocolType: "HTTP", ApiEndpoint: "x" }],
  ["a stage without a name", stageOf, { DeploymentId: "d1" }],
  ["a stage whose variables are numbers", stageOf, { StageName: "prod", StageVariables: { a: 1 } }],
  ["a stage that may deploy itself", stageOf, { StageName: "prod", AutoDeploy: "maybe" }],
  ["a deployment without a status", deploymentOf, { DeploymentId: "d1" }],
  ["a list that is missing", stagesPage, {}],
  ["a list with something else in it", deploymentsPage, { Items: [{ DeploymentId: "" }] }],
  ["nothing", stageOf, undefined],
  // I8: a route that was left out would count as one that callers lose nothing by.
  ["an export that is a page", () => exportedDocument(Buffer.from("<html>")), undefined],
  ["an export without paths", exported, { openapi: "3.0.1" }],
  ["an export with a path that is none", exported, { paths: { "/a": [] } }],
  ["an export with an operation that is none", exported, { paths: { "/a": { get: true } } }],
  ["an export with any method that is none", exported, { paths: { "/a": { "x-amazon-apigateway-any-method": 1 } } }],
  ["an export that asks for something else", exported, { paths: { "/a": { get: { security: {} } } } }],
  ["an export with an authorization that is none", exported, { paths: { "/a": { get: { security: [7] } } } }],
  ["an export with an integration that is none", exported, { paths: { "/a": { get: { [integration]: "x" } } } }],
  ["an export with schemes that are none", exported, { paths: {}, components: { securitySchemes: [] } }],
  [
    "an export with an authorizer that is none",
    exported,
    { paths: {}, components: { securitySchemes: { own: { "x-amazon-apigateway-authorizer": { type: 5 } } } } },
  ],
])("%s is no answer", (_, read, answer) => {
  expect(() => read(answer)).toThrow(UnreadableAnswer);
});

test("what is not there is not made up", () => {
  const made = { DeploymentId: "d1", CreatedDate: new Date(1) };
  expect(stageOf({ StageName: "prod" })).toMatchObject({ deploymentId: "", canary: undefined, tags: {} });
  expect(stageOf({ StageName: "prod" })).not.toHaveProperty("pointedBy");
  expect(deploymentOf({ ...made, DeploymentStatus: "DEPLOYED" })).not.toHaveProperty("incomplete");
  expect(deploymentOf({ ...made, DeploymentStatus: "FAILED" })).toMatchObject({ incomplete: "failed" });
  // A status that is not known yet costs no list, and is not taken for the end.
  expect(deploymentOf({ ...made, DeploymentStatus: "LOST" })).toMatchObject({ incomplete: "pending" });
  expect(stagesPage({ Items: [], NextToken: "" })).toEqual({ items: [], position: undefined });
  const { settings } = stageOf({ StageName: "prod", RouteSettings: { "GET /a": { ThrottlingRateLimit: 5 } } });
  expect(settings.methodSettings["GET /a"]).toMatchObject({ throttlingRateLimit: 5, cachingEnabled: false });
  expect(settings.methodSettings["GET /a"]).not.toHaveProperty("metricsEnabled");
});

const writes: readonly StageWrite[] = [
  { kind: "route-reset", route: "GET /gone" },
  { kind: "no-access-log" },
  { kind: "variable", name: "a", value: "1" },
  { kind: "variable", name: "b", value: null },
  { kind: "route-setting", route: ALL_ROUTES, member: "throttlingRateLimit", value: 5 },
  { kind: "route-setting", route: "GET /a", member: "metricsEnabled", value: true },
  { kind: "route-setting", route: "GET /a", member: "throttlingBurstLimit", value: 2 },
  { kind: "access-log", member: "destinationArn", value: "arn" },
  { kind: "access-log", member: "format", value: "f" },
  { kind: "attribute", member: "description", value: "live" },
  { kind: "deployment", id: "d1" },
];

test("writes become one merge, in which a variable goes by an empty value, and deletions of their own", () => {
  expect(writes.filter(isDeletion)).toEqual(writes.slice(0, 2));
  expect(mergeOf(writes)).toEqual({
    StageVariables: { a: "1", b: "" },
    DefaultRouteSettings: { ThrottlingRateLimit: 5 },
    RouteSettings: { "GET /a": { DetailedMetricsEnabled: true, ThrottlingBurstLimit: 2 } },
    AccessLogSettings: { DestinationArn: "arn", Format: "f" },
    Description: "live",
    DeploymentId: "d1",
  });
  expect(() => mergeOf([{ kind: "attribute", member: "tracingEnabled", value: "true" }])).toThrow("no tracingEnabled");
  expect(() => mergeOf([{ kind: "no-canary" }])).toThrow("nothing for no-canary");
});
