import {
  CreateApiCommand,
  CreateAuthorizerCommand,
  CreateDeploymentCommand,
  CreateIntegrationCommand,
  CreateModelCommand,
  CreatePortalCommand,
  CreateRouteCommand,
  CreateRouteResponseCommand,
  CreateStageCommand,
  DeleteAccessLogSettingsCommand,
  DeleteApiCommand,
  DeleteAuthorizerCommand,
  DeleteDeploymentCommand,
  DeleteIntegrationCommand,
  DeleteRouteCommand,
  DeleteRouteSettingsCommand,
  DeleteStageCommand,
  GetApiCommand,
  GetApisCommand,
  GetDeploymentCommand,
  GetDeploymentsCommand,
  GetIntegrationsCommand,
  GetRouteResponsesCommand,
  GetRoutesCommand,
  GetStageCommand,
  GetStagesCommand,
  GetTagsCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateApiCommand,
  UpdateDeploymentCommand,
  UpdateIntegrationCommand,
  UpdateRouteCommand,
  UpdateStageCommand,
} from "@aws-sdk/client-apigatewayv2";
import { describe, expect, test } from "@jest/globals";
import { gatewayV2Operations } from "../../../simulator/gateway-v2/service.ts";
import { httpApi, webSocketApi } from "../../../src/aws/http-api/kind.ts";
import { accessWithout, refusalOf } from "../account-scene.ts";
import { authorization } from "../gateway/control-plane.ts";
import { newScene, type Scene } from "./scene.ts";

const send = async (scene: Scene, method: string, path: string, body?: unknown) => {
  const response = await fetch(`${scene.server.url}${path}`, {
    method,
    headers: { authorization: authorization() },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text === "" ? undefined : JSON.parse(text) };
};

describe("APIs", () => {
  test("are made with the service's defaults, in camel case and with ISO 8601 dates on the wire", async () => {
    const scene = await newScene();
    const { status, body } = await send(scene, "POST", "/v2/apis", { name: "orders", protocolType: "HTTP" });
    expect(status).toBe(201);
    expect(body).toEqual({
      apiId: expect.stringMatching(/^[a-z0-9]{10}$/),
      name: "orders",
      protocolType: "HTTP",
      routeSelectionExpression: "$request.method $request.path",
      apiKeySelectionExpression: "$request.header.x-api-key",
      apiEndpoint: `https://${body.apiId}.execute-api.eu-central-1.amazonaws.com`,
      disableExecuteApiEndpoint: false,
      ipAddressType: "ipv4",
      tags: {},
      createdDate: "2026-01-01T00:00:00Z",
    });
    const { CreatedDate } = await scene.client.send(new GetApiCommand({ ApiId: body.apiId }));
    expect(CreatedDate).toEqual(new Date(Date.UTC(2026, 0, 1)));
  });

  test("are no REST APIs, nor the other way round", async () => {
    const scene = await newScene();
    const apiId = await scene.newApi("WEBSOCKET");
    const { body: rest } = await send(scene, "POST", "/restapis", { name: "rest" });
    const notFound = (id: string) => ({
      status: 404,
      body: { message: `Invalid API identifier specified 123456789012:${id}` },
    });
    const asRest = await send(scene, "GET", `/restapis/${apiId}`);
    expect(asRest).toMatchObject(notFound(apiId));
    expect(asRest.headers.get("x-amzn-errortype")).toBe("NotFoundException");
    expect(await send(scene, "GET", `/v2/apis/${rest.id}`)).toMatchObject(notFound(rest.id));
  });

  test("can be made with all that serves a target, which is the service's own then", async () => {
    const { client } = await newScene();
    const { ApiId, ApiGatewayManaged } = await client.send(
      new CreateApiCommand({ Name: "quick", ProtocolType: "HTTP", Target: "http://backend.localhost/" }),
    );
    expect(ApiGatewayManaged).toBe(true);
    const stage = await client.send(new GetStageCommand({ ApiId, StageName: "$default" }));
    expect(stage).toMatchObject({ ApiGatewayManaged: true, AutoDeploy: true });
    expect(stage.LastDeploymentStatusMessage).toBe(
      `Successfully deployed stage with deployment ID '${stage.DeploymentId}'`,
    );
    const { Items: routes } = await client.send(new GetRoutesCommand({ ApiId }));
    expect(routes).toMatchObject([{ RouteKey: "$default", ApiGatewayManaged: true, AuthorizationType: "NONE" }]);
    const change = client.send(new UpdateStageCommand({ ApiId, StageName: "$default", Description: "mine" }));
    expect(await refusalOf(change)).toMatchObject({ name: "BadRequestException", status: 400 });
  });

  test("keep what a change says nothing of, and go with all they have", async () => {
    const { client, newApi } = await newScene();
    const ApiId = await newApi();
    const CorsConfiguration = { AllowOrigins: ["https://example.com"], MaxAge: 5 };
    await client.send(new UpdateApiCommand({ ApiId, Description: "of today", CorsConfiguration }));
    expect(await client.send(new UpdateApiCommand({ ApiId, Version: "2" }))).toMatchObject({
      Name: "orders",
      Description: "of today",
      Version: "2",
      CorsConfiguration,
    });
    await client.send(new DeleteApiCommand({ ApiId }));
    expect(await client.send(new GetApisCommand({}))).toMatchObject({ Items: [] });
  });

  test("come in pages", async () => {
    const { client, newApi } = await newScene();
    const ids = [await newApi(), await newApi(), await newApi()];
    const first = await client.send(new GetApisCommand({ MaxResults: "2" }));
    const second = await client.send(new GetApisCommand({ MaxResults: "2", NextToken: first.NextToken }));
    expect([...(first.Items ?? []), ...(second.Items ?? [])].map(({ ApiId }) => ApiId)).toEqual(ids);
    expect(second.NextToken).toBeUndefined();
    expect(await refusalOf(client.send(new GetApisCommand({ NextToken: "made-up" })))).toMatchObject({ status: 400 });
  });
});

describe("stages", () => {
  test("are made in one call, and answer the members that are always there", async () => {
    const scene = await newScene();
    const apiId = await scene.newApi();
    await scene.addRoute(apiId, "GET /pets");
    const deploymentId = await scene.deploy(apiId);
    const { body } = await send(scene, "POST", `/v2/apis/${apiId}/stages`, { stageName: "dev", deploymentId });
    expect(body).toEqual({
      stageName: "dev",
      deploymentId,
      defaultRouteSettings: { detailedMetricsEnabled: false },
      routeSettings: {},
      stageVariables: {},
      tags: {},
      createdDate: "2026-01-01T00:00:02Z",
      lastUpdatedDate: "2026-01-01T00:00:02Z",
    });
  });

  test("are changed by merging, and only so far", async () => {
    const { client, newApi, addRoute, newStage } = await newScene();
    const ApiId = await newApi();
    await addRoute(ApiId, "GET /pets");
    await addRoute(ApiId, "$default");
    const AccessLogSettings = {
      DestinationArn: "arn:aws:logs:eu-central-1:123456789012:log-group:/orders",
      Format: '{"id":"$context.requestId"}',
    };
    await newStage(ApiId, {
      Description: "first",
      StageVariables: { backend: "one", color: "red" },
      DefaultRouteSettings: { ThrottlingBurstLimit: 5, ThrottlingRateLimit: 10 },
      RouteSettings: { "GET /pets": { ThrottlingRateLimit: 1 } },
      AccessLogSettings,
    });
    const StageName = "dev";
    const changed = await client.send(
      new UpdateStageCommand({
        ApiId,
        StageName,
        Description: "",
        StageVariables: { color: "", size: "big" },
        DefaultRouteSettings: { DetailedMetricsEnabled: true },
        RouteSettings: { $default: { DetailedMetricsEnabled: true }, "GET /pets": { ThrottlingBurstLimit: 2 } },
      }),
    );
    expect(changed).toMatchObject({
      Description: "first",
      StageVariables: { backend: "one", size: "big" },
      DefaultRouteSettings: { DetailedMetricsEnabled: true, ThrottlingBurstLimit: 5, ThrottlingRateLimit: 10 },
      RouteSettings: {
        $default: { DetailedMetricsEnabled: true },
        "GET /pets": { ThrottlingBurstLimit: 2, ThrottlingRateLimit: 1 },
      },
      AccessLogSettings,
    });
    expect(changed.StageVariables).not.toHaveProperty("color");
    await client.send(new DeleteAccessLogSettingsCommand({ ApiId, StageName }));
    await client.send(new DeleteRouteSettingsCommand({ ApiId, StageName, RouteKey: "GET /pets" }));
    const after = await client.send(new GetStageCommand({ ApiId, StageName }));
    expect(after.AccessLogSettings).toBeUndefined();
    expect(Object.keys(after.RouteSettings ?? {})).toEqual(["$default"]);
  });

  test("take no settings any more once one of a route that is gone is among them", async () => {
    const { client, newApi, addRoute, newStage } = await newScene();
    const ApiId = await newApi();
    const { routeId } = await addRoute(ApiId, "GET /pets");
    await addRoute(ApiId, "GET /owners");
    await newStage(ApiId, { RouteSettings: { "GET /pets": { ThrottlingRateLimit: 1 } } });
    await client.send(new DeleteRouteCommand({ ApiId, RouteId: routeId }));
    const RouteSettings = { "GET /owners": { ThrottlingRateLimit: 1 } };
    const change = new UpdateStageCommand({ ApiId, StageName: "dev", RouteSettings });
    expect(await refusalOf(client.send(change))).toEqual({
      name: "NotFoundException",
      message: "Unable to find Route by key GET /pets within the provided RouteSettings",
      status: 404,
    });
    await client.send(new DeleteRouteSettingsCommand({ ApiId, StageName: "dev", RouteKey: "GET /pets" }));
    await client.send(change);
  });

  test("with autoDeploy follow each change of the draft, and say what came of it", async () => {
    const { client, newApi, addRoute, newStage } = await newScene();
    const ApiId = await newApi();
    await newStage(ApiId, { AutoDeploy: true });
    const get = () => client.send(new GetStageCommand({ ApiId, StageName: "dev" }));
    expect(await get()).toMatchObject({
      AutoDeploy: true,
      LastDeploymentStatusMessage:
        "Deployment attempt failed: Unable to deploy API because no routes exist in this API",
    });
    await addRoute(ApiId, "GET /pets");
    const { DeploymentId } = await get();
    expect(await client.send(new GetDeploymentCommand({ ApiId, DeploymentId }))).toMatchObject({
      AutoDeployed: true,
      DeploymentStatus: "DEPLOYED",
      Description: "Automatic deployment triggered by changes to the Api configuration",
    });
    await addRoute(ApiId, "GET /owners");
    expect((await get()).DeploymentId).not.toBe(DeploymentId);
    expect(await refusalOf(client.send(new UpdateStageCommand({ ApiId, StageName: "dev", DeploymentId })))).toEqual({
      name: "BadRequestException",
      message: "Deployment ID cannot be set on this stage dev because AutoDeploy is enabled.",
      status: 400,
    });
  });

  test("end at the quota, with a status that callers take for throttling", async () => {
    const { client, newApi, world } = await newScene();
    world.quotas.stagesPerApi = 2;
    const ApiId = await newApi();
    const create = (StageName: string) => client.send(new CreateStageCommand({ ApiId, StageName }));
    await create("$default");
    await create("b");
    expect(await refusalOf(create("c"))).toEqual({
      name: "ConflictException",
      message:
        "Maximum number of Stages for this API has been reached. Please contact AWS if you need additional Stages.",
      status: 429,
    });
    const page = await client.send(new GetStagesCommand({ ApiId, MaxResults: "1" }));
    expect(page).toMatchObject({ Items: [{ StageName: "$default" }], NextToken: expect.any(String) });
    await client.send(new DeleteStageCommand({ ApiId, StageName: "b" }));
    await create("c");
  });
});

describe("deployments", () => {
  test("are PENDING before they are DEPLOYED, and again after a change", async () => {
    const { client, newApi, addRoute, clock } = await newScene();
    const ApiId = await newApi();
    await addRoute(ApiId, "GET /pets");
    const created = await client.send(new CreateDeploymentCommand({ ApiId, Description: "one" }));
    const { DeploymentId } = created;
    expect(created).toMatchObject({ DeploymentStatus: "PENDING", AutoDeployed: false, Description: "one" });
    const status = async () => (await client.send(new GetDeploymentCommand({ ApiId, DeploymentId }))).DeploymentStatus;
    clock.advance(1999);
    expect(await status()).toBe("PENDING");
    clock.advance(1);
    expect(await status()).toBe("DEPLOYED");
    await client.send(new UpdateDeploymentCommand({ ApiId, DeploymentId, Description: "two" }));
    expect(await status()).toBe("PENDING");
  });

  test("fail with a message where they are to", async () => {
    const { client, newApi, addRoute, deploy, world } = await newScene();
    const ApiId = await newApi();
    await addRoute(ApiId, "GET /pets");
    world.deploymentFailure = "Internal error";
    const DeploymentId = await deploy(ApiId);
    expect(await client.send(new GetDeploymentCommand({ ApiId, DeploymentId }))).toMatchObject({
      DeploymentStatus: "FAILED",
      DeploymentStatusMessage: "Internal error",
    });
  });

  test("point a stage that they name, and stay as long as it does", async () => {
    const { client, newApi, addRoute, newStage, deploy } = await newScene();
    const ApiId = await newApi();
    await addRoute(ApiId, "GET /pets");
    await newStage(ApiId);
    const { DeploymentId } = await client.send(new CreateDeploymentCommand({ ApiId, StageName: "dev" }));
    expect((await client.send(new GetStageCommand({ ApiId, StageName: "dev" }))).DeploymentId).toBe(DeploymentId);
    expect(await refusalOf(client.send(new DeleteDeploymentCommand({ ApiId, DeploymentId })))).toMatchObject({
      name: "BadRequestException",
      message: "Active stages pointing to this deployment must be moved or deleted",
    });
    const other = await deploy(ApiId);
    await client.send(new UpdateStageCommand({ ApiId, StageName: "dev", DeploymentId: other }));
    await client.send(new DeleteDeploymentCommand({ ApiId, DeploymentId }));
    expect((await client.send(new GetDeploymentsCommand({ ApiId }))).Items).toHaveLength(2);
  });

  test("share the pace of those of REST APIs", async () => {
    const { client, newApi, addRoute, clock } = await newScene({ rateLimits: true });
    const ApiId = await newApi();
    await addRoute(ApiId, "GET /pets");
    const create = () => client.send(new CreateDeploymentCommand({ ApiId }));
    await create();
    expect(await refusalOf(create())).toMatchObject({ name: "TooManyRequestsException", status: 429 });
    clock.advance(5000);
    await create();
  });
});

describe("refusals", () => {
  type Refused = (scene: Scene, ApiId: string) => Promise<unknown>;
  const route =
    (RouteKey: string, members = {}): Refused =>
    ({ client }, ApiId) =>
      client.send(new CreateRouteCommand({ ApiId, RouteKey, ...members }));
  const stage =
    (members = {}): Refused =>
    ({ client }, ApiId) =>
      client.send(new CreateStageCommand({ ApiId, StageName: "dev", ...members }));
  const integration =
    (members = {}): Refused =>
    ({ client }, ApiId) =>
      client.send(new CreateIntegrationCommand({ ApiId, IntegrationType: "HTTP_PROXY", ...members }));
  const http = { IntegrationMethod: "GET", IntegrationUri: "http://backend.localhost/", PayloadFormatVersion: "1.0" };
  const logs = (DestinationArn: string, Format: string) => stage({ AccessLogSettings: { DestinationArn, Format } });
  const group = "arn:aws:logs:eu-central-1:123456789012:log-group:/orders";

  test.each<[string, string, Refused]>([
    [
      "a deployment without routes",
      "400 Unable to deploy API because no routes exist in this API",
      ({ client }, ApiId) => client.send(new CreateDeploymentCommand({ ApiId })),
    ],
    [
      "a deployment onto no stage",
      "404 Invalid stage identifier specified",
      ({ client }, ApiId) => client.send(new CreateDeploymentCommand({ ApiId, StageName: "none" })),
    ],
    ["a route of no verb", "400 The provided route key is not formatted properly", route("FETCH /pets")],
    [
      "a route to nothing",
      "404 Invalid Integration identifier specified",
      route("GET /", { Target: "integrations/abcdefg" }),
    ],
    ["a greedy variable in the middle", "400 The provided path /{all+}/x", route("GET /{all+}/x")],
    ["a JWT route without authorizer", "400 AuthorizerId is required", route("GET /", { AuthorizationType: "JWT" })],
    [
      "an unknown authorization",
      "400 1 validation error detected: Value 'COOKIE' at 'createRouteInput.authorizationType'",
      route("GET /", { AuthorizationType: "COOKIE" }),
    ],
    [
      "logs of execution",
      "400 Execution logs are not supported on protocolType HTTP",
      stage({ DefaultRouteSettings: { LoggingLevel: "INFO" } }),
    ],
    [
      "settings of no route",
      "404 Unable to find Route by key GET /none within the provided RouteSettings",
      stage({ RouteSettings: { "GET /none": {} } }),
    ],
    ["no deployment", "404 Invalid deployment identifier specified", stage({ DeploymentId: "abcdef" })],
    ["a tag with a dollar", "400 Tags must only have", stage({ Tags: { stage: "$default" } })],
    ["a stage's bad name", "400 Stage name only allows a-zA-Z0-9_-", stage({ StageName: "a.b" })],
    ["a variable's bad value", "400 Invalid stage variable value: a b", stage({ StageVariables: { a: "a b" } })],
    ["a log to nowhere", "400 Invalid ARN specified in the request", logs("/orders", "$context.requestId")],
    ["a log that names no request", "400 Access Log format must include", logs(group, "$context.status")],
    ["a client certificate", "400 Client certificates are not supported", stage({ ClientCertificateId: "abc" })],
    [
      "a mock",
      "400 Integration type MOCK is not supported on protocolType HTTP",
      integration({ IntegrationType: "MOCK" }),
    ],
    [
      "a slow integration",
      "400 Timeout should be between 50 ms and 30000 ms",
      integration({ ...http, TimeoutInMillis: 30_001 }),
    ],
    [
      "an integration that goes nowhere",
      "400 Invalid HTTP endpoint",
      integration({ ...http, IntegrationUri: "ftp://x" }),
    ],
    [
      "a function without format",
      "400 PayloadFormatVersion is a required parameter",
      integration({ IntegrationType: "AWS_PROXY", IntegrationUri: "arn:aws:lambda:x" }),
    ],
    [
      "a response of a route",
      "400 RouteResponses are not supported",
      async (scene, ApiId) => {
        const { routeId: RouteId } = await scene.addRoute(ApiId, "GET /");
        return scene.client.send(new CreateRouteResponseCommand({ ApiId, RouteId, RouteResponseKey: "$default" }));
      },
    ],
    [
      "a model",
      "400 Models are not supported",
      ({ client }, ApiId) => client.send(new CreateModelCommand({ ApiId, Name: "a", Schema: "{}" })),
    ],
    [
      "a WebSocket API without selection",
      "400 RouteSelectionExpression is required",
      ({ client }) => client.send(new CreateApiCommand({ Name: "a", ProtocolType: "WEBSOCKET" })),
    ],
    [
      "a portal",
      "501 The simulated API Gateway V2 does not implement CreatePortal",
      ({ client }) =>
        client.send(
          new CreatePortalCommand({
            Authorization: {},
            EndpointConfiguration: {},
            PortalContent: {
              DisplayName: "a",
              Theme: {
                CustomColors: {
                  AccentColor: "a",
                  BackgroundColor: "a",
                  ErrorValidationColor: "a",
                  HeaderColor: "a",
                  NavigationColor: "a",
                  TextColor: "a",
                },
              },
            },
          }),
        ),
    ],
  ])("%s is refused", async (_, expected, refused) => {
    const scene = await newScene();
    const { status, message } = await refusalOf(refused(scene, await scene.newApi()));
    expect(`${status} ${message}`).toContain(expected);
  });

  test("tell what is there already and what is still used", async () => {
    const { client, newApi, addRoute } = await newScene();
    const ApiId = await newApi();
    const { routeId: RouteId, integrationId: IntegrationId } = await addRoute(ApiId, "GET /orders/{id}");
    const key = async (RouteKey: string) =>
      (await refusalOf(client.send(new CreateRouteCommand({ ApiId, RouteKey })))).message;
    expect(await key("GET /orders/{id}")).toBe("Route with key GET /orders/{id} already exists for this API");
    expect(await key("GET /orders/{order}/items")).toBe(
      'The provided route key "GET /orders/{order}/items" has a conflicting variable on the same hierarchical level as "GET /orders/{id}"',
    );
    expect(await refusalOf(client.send(new DeleteIntegrationCommand({ ApiId, IntegrationId })))).toMatchObject({
      name: "ConflictException",
      message: `Cannot delete Integration '${IntegrationId}' because it is referenced by Route GET /orders/{id}`,
    });
    const { AuthorizerId } = await client.send(
      new CreateAuthorizerCommand({
        ApiId,
        Name: "jwt",
        AuthorizerType: "JWT",
        IdentitySource: ["$request.header.Authorization"],
        JwtConfiguration: { Issuer: "https://issuer.example.com", Audience: ["orders"] },
      }),
    );
    await client.send(new UpdateRouteCommand({ ApiId, RouteId, AuthorizationType: "JWT", AuthorizerId }));
    expect((await refusalOf(client.send(new DeleteAuthorizerCommand({ ApiId, AuthorizerId })))).message).toBe(
      `Cannot delete authorizer '${AuthorizerId}', is referenced in route: GET /orders/{id}`,
    );
    await client.send(
      new UpdateIntegrationCommand({ ApiId, IntegrationId, RequestParameters: { "append:header.a": "b" } }),
    );
    await client.send(
      new UpdateIntegrationCommand({ ApiId, IntegrationId, RequestParameters: { "append:header.a": "" } }),
    );
    const { Items } = await client.send(new GetIntegrationsCommand({ ApiId }));
    expect(Items).toMatchObject([{ IntegrationId, ConnectionType: "INTERNET", TimeoutInMillis: 30_000 }]);
    expect(Items?.[0]?.RequestParameters).toEqual({});
  });
});

describe("what stands around", () => {
  test("APIs and stages have tags", async () => {
    const { client, newApi, addRoute, newStage } = await newScene();
    const ApiId = await newApi();
    await addRoute(ApiId, "$default");
    await newStage(ApiId, { StageName: "$default", Tags: { a: "1" } });
    const ResourceArn = `arn:aws:apigateway:eu-central-1::/apis/${ApiId}/stages/$default`;
    await client.send(new TagResourceCommand({ ResourceArn, Tags: { b: "2" } }));
    await client.send(new UntagResourceCommand({ ResourceArn, TagKeys: ["a"] }));
    expect(await client.send(new GetTagsCommand({ ResourceArn }))).toMatchObject({ Tags: { b: "2" } });
    expect(await client.send(new GetStageCommand({ ApiId, StageName: "$default" }))).toMatchObject({
      Tags: { b: "2" },
    });
    const wrong = client.send(new GetTagsCommand({ ResourceArn: "arn:aws:apigateway:eu-central-1::/restapis/a" }));
    expect(await refusalOf(wrong)).toMatchObject({ message: "Invalid ARN specified in the request" });
  });

  test("IAM names addresses without the version, needs a second right for tags, and can hold a stage back", async () => {
    const asked: string[] = [];
    const access = accessWithout((action, resource, conditions) => {
      asked.push(`${action} ${resource}`);
      return action === "apigateway:GET" || conditions["apigateway:Request/StageName"] === "prod";
    });
    const { client, newApi } = await newScene({ access });
    const ApiId = await newApi();
    await client.send(new CreateStageCommand({ ApiId, StageName: "dev", Tags: { a: "b" } }));
    const prefix = "arn:aws:apigateway:eu-central-1::";
    expect(asked.slice(1)).toEqual([
      `apigateway:POST ${prefix}/apis/${ApiId}/stages`,
      `apigateway:POST ${prefix}/tags/${encodeURIComponent(`${prefix}/apis/${ApiId}/stages/dev`)}`,
    ]);
    expect(await refusalOf(client.send(new GetStageCommand({ ApiId, StageName: "dev" })))).toMatchObject({
      name: "AccessDeniedException",
      message: expect.stringContaining(`to perform: apigateway:GET on resource: ${prefix}/apis/${ApiId}/stages/dev `),
    });
    const deploy = client.send(new CreateDeploymentCommand({ ApiId, StageName: "prod" }));
    expect(await refusalOf(deploy)).toMatchObject({ name: "AccessDeniedException" });
  });

  test("access logs of an HTTP API need the caller's own rights to set them up", async () => {
    const access = accessWithout((action) => action === "logs:CreateLogDelivery");
    const { client, newApi } = await newScene({ access });
    const AccessLogSettings = {
      DestinationArn: "arn:aws:logs:eu-central-1:123456789012:log-group:/orders",
      Format: "$context.requestId",
    };
    const create = async (protocolType: "HTTP" | "WEBSOCKET") =>
      client.send(new CreateStageCommand({ ApiId: await newApi(protocolType), StageName: "dev", AccessLogSettings }));
    await create("WEBSOCKET");
    expect(await refusalOf(create("HTTP"))).toEqual({
      name: "BadRequestException",
      message: "Insufficient permissions to enable logging",
      status: 400,
    });
  });

  test("the audit trail has what was asked, in camel case", async () => {
    const { client, newApi, world } = await newScene();
    const ApiId = await newApi();
    await client.send(new CreateStageCommand({ ApiId, StageName: "dev" }));
    const { eventName, record } = world.auditEvents.at(-1) ?? { record: "{}" };
    expect(eventName).toBe("CreateStage");
    expect(JSON.parse(record)).toMatchObject({
      eventSource: "apigateway.amazonaws.com",
      requestParameters: { apiId: ApiId, stageName: "dev" },
      responseElements: { stageName: "dev" },
    });
    expect([...gatewayV2Operations]).toEqual(
      expect.arrayContaining([...httpApi.draftCalls, ...webSocketApi.draftCalls]),
    );
  });

  test("answers of WebSocket APIs are made of responses", async () => {
    const { client, newApi } = await newScene();
    const ApiId = await newApi("WEBSOCKET");
    const { RouteId } = await client.send(new CreateRouteCommand({ ApiId, RouteKey: "echo" }));
    await client.send(new CreateRouteResponseCommand({ ApiId, RouteId, RouteResponseKey: "$default" }));
    expect(await client.send(new GetRouteResponsesCommand({ ApiId, RouteId }))).toMatchObject({
      Items: [{ RouteResponseKey: "$default", RouteResponseId: expect.any(String) }],
    });
  });
});
