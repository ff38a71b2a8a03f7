import {
  CreateAuthorizerCommand,
  CreateIntegrationCommand,
  type CreateIntegrationCommandInput,
  CreateIntegrationResponseCommand,
  CreateRouteCommand,
  CreateRouteResponseCommand,
  CreateStageCommand,
  UpdateRouteCommand,
} from "@aws-sdk/client-apigatewayv2";
import { describe, expect, test } from "@jest/globals";
import WebSocket from "ws";
import { deliver } from "../../../simulator/logs/delivery.ts";
import { newScene, type Scene } from "./scene.ts";

const mock = (statusCode: string): Partial<CreateIntegrationCommandInput> => ({
  IntegrationType: "MOCK",
  TemplateSelectionExpression: "\\$default",
  RequestTemplates: { $default: `{"statusCode": ${statusCode}}` },
});

/** A route with an integration and, with a template, an answer to the client. */
const addRoute = async (
  { client }: Scene,
  ApiId: string,
  RouteKey: string,
  integration: Partial<CreateIntegrationCommandInput> = mock("200"),
  template?: string,
) => {
  const { IntegrationId } = await client.send(
    new CreateIntegrationCommand({ ApiId, IntegrationType: "MOCK", ...integration }),
  );
  if (template !== undefined && integration.IntegrationType === "MOCK") {
    const ResponseTemplates = { $default: template };
    await client.send(
      new CreateIntegrationResponseCommand({
        ApiId,
        IntegrationId,
        IntegrationResponseKey: "$default",
        ResponseTemplates,
      }),
    );
  }
  const { RouteId = "" } = await client.send(
    new CreateRouteCommand({
      ApiId,
      RouteKey,
      Target: `integrations/${IntegrationId}`,
      RouteResponseSelectionExpression: template === undefined ? undefined : "$default",
    }),
  );
  if (template !== undefined) {
    await client.send(new CreateRouteResponseCommand({ ApiId, RouteId, RouteResponseKey: "$default" }));
  }
  return RouteId;
};

type Talk = {
  readonly status: number;
  readonly say: (text: string) => Promise<unknown>;
  readonly end: () => Promise<void>;
};

/** What a client meets; after status 101 it can talk. */
const open = ({ server }: Scene, path: string, headers: Record<string, string> = {}): Promise<Talk> =>
  new Promise((resolve, reject) => {
    const socket = new WebSocket(`${server.url.replace("http", "ws")}${path}`, { headers });
    const say: Talk["say"] = (text) =>
      new Promise((answered) => {
        socket.once("message", (data) => answered(JSON.parse(data.toString())));
        socket.send(text);
      });
    const end = () =>
      new Promise<void>((ended) => {
        socket.once("close", () => ended());
        socket.close();
      });
    socket.on("open", () => resolve({ status: 101, say, end }));
    socket.on("unexpected-response", (request, { statusCode = 0 }) => {
      resolve({ status: statusCode, say, end });
      request.destroy();
    });
    socket.on("error", reject);
  });

describe("connections", () => {
  test("are let in by $connect, or where there is none, to a stage that serves", async () => {
    const scene = await newScene();
    const ApiId = await scene.newApi("WEBSOCKET");
    await addRoute(scene, ApiId, "hello");
    await scene.newStage(ApiId);
    expect((await open(scene, `/${ApiId}/dev`)).status).toBe(101);
    expect((await open(scene, `/${ApiId}/prod`)).status).toBe(403);
    expect((await fetch(`${scene.server.url}/${ApiId}/dev`)).status).toBe(426);
    expect(
      scene.server.exchanges.filter(({ operation }) => operation === "Invoke").map(({ status }) => status),
    ).toEqual([101, 403, 426]);
    scene.server.faults.add({ operation: "Invoke", effect: { kind: "reset", when: "before" } });
    await expect(open(scene, `/${ApiId}/dev`)).rejects.toThrow("socket hang up");
  });

  test.each([
    ["200", 101],
    ["403", 403],
    ["none", 500],
  ])("end in the status of $connect's integration: %s", async (statusCode, expected) => {
    const scene = await newScene();
    const ApiId = await scene.newApi("WEBSOCKET");
    await addRoute(scene, ApiId, "$connect", mock(statusCode));
    await scene.newStage(ApiId);
    expect((await open(scene, `/${ApiId}/dev`)).status).toBe(expected);
  });

  test("need what an authorizer looks at", async () => {
    const scene = await newScene();
    const ApiId = await scene.newApi("WEBSOCKET");
    const RouteId = await addRoute(scene, ApiId, "$connect");
    const { AuthorizerId } = await scene.client.send(
      new CreateAuthorizerCommand({
        ApiId,
        Name: "auth",
        AuthorizerType: "REQUEST",
        AuthorizerUri: "arn:aws:apigateway:eu-central-1:lambda:path/x",
        IdentitySource: ["route.request.header.Auth", "route.request.querystring.token"],
      }),
    );
    await scene.client.send(new UpdateRouteCommand({ ApiId, RouteId, AuthorizationType: "CUSTOM", AuthorizerId }));
    await scene.newStage(ApiId);
    expect((await open(scene, `/${ApiId}/dev`, { auth: "a" })).status).toBe(401);
    expect((await open(scene, `/${ApiId}/dev?token=b`, { auth: "a" })).status).toBe(101);
  });
});

test("messages go to the route that the expression selects, and are answered where the route has a response", async () => {
  const scene = await newScene();
  const ApiId = await scene.newApi("WEBSOCKET");
  await addRoute(scene, ApiId, "hello", mock("200"), '{"hello": "$stageVariables.name", "stage": "$context.stage"}');
  await addRoute(scene, ApiId, "silent");
  await addRoute(scene, ApiId, "broken", { IntegrationType: "AWS_PROXY", IntegrationUri: "arn:aws:x" }, "{}");
  const uri = "http://backend.localhost/echo";
  await addRoute(
    scene,
    ApiId,
    "echo",
    { IntegrationType: "HTTP_PROXY", IntegrationMethod: "POST", IntegrationUri: uri },
    "{}",
  );
  await scene.newStage(ApiId, { StageVariables: { name: "you" } });
  const { say, end } = await open(scene, `/${ApiId}/dev`);
  const failure = (message: string) => ({ message, connectionId: expect.any(String), requestId: expect.any(String) });
  expect(await say('{"action": "hello"}')).toEqual({ hello: "you", stage: "dev" });
  expect(await say('{"action": "none"}')).toEqual(failure("Forbidden"));
  expect(await say("no JSON")).toEqual(failure("Forbidden"));
  expect(await say('{"action": "broken"}')).toEqual(failure("Internal server error"));
  expect(await say('{"action": "echo"}')).toMatchObject({ method: "POST", path: "/echo", body: '{"action": "echo"}' });
  // Whoever says nothing is followed by whoever does.
  const [answer] = await Promise.all([say('{"action": "silent"}'), say('{"action": "hello"}')]);
  expect(answer).toEqual({ hello: "you", stage: "dev" });
  await end();
});

test("the draft's default route takes all else, throttles count, and logs tell of it", async () => {
  const scene = await newScene();
  const { client, world, account, clock } = scene;
  world.account.cloudwatchRoleArn = "arn:aws:iam::123456789012:role/logs";
  const ApiId = await scene.newApi("WEBSOCKET");
  await addRoute(scene, ApiId, "$default", mock("200"), '{"default": true}');
  await addRoute(scene, ApiId, "rare", mock("200"), "{}");
  const DeploymentId = await scene.deploy(ApiId);
  await client.send(
    new CreateStageCommand({
      ApiId,
      StageName: "dev",
      DeploymentId,
      AccessLogSettings: {
        DestinationArn: "arn:aws:logs:eu-central-1:123456789012:log-group:/chat",
        Format: "$context.requestId $context.eventType $context.routeKey $context.status",
      },
      DefaultRouteSettings: { LoggingLevel: "ERROR" },
      RouteSettings: { rare: { ThrottlingRateLimit: 1, ThrottlingBurstLimit: 1 } },
    }),
  );
  const { say, end } = await open(scene, `/${ApiId}/dev`);
  expect(await say("anything")).toEqual({ default: true });
  expect(await say('{"action": "rare"}')).toEqual({});
  expect(await say('{"action": "rare"}')).toMatchObject({ message: "Too Many Requests" });
  await end();
  clock.advance(5 * 60_000);
  deliver(account.logs);
  const messages = (name: string) => account.logs.groups.get(name)?.events.map(({ message }) => message) ?? [];
  expect(messages("/chat").map((line) => line.replace(/^\S+ /, ""))).toEqual([
    "CONNECT $connect 200",
    "MESSAGE $default 200",
    "MESSAGE rare 200",
    "MESSAGE rare 429",
    "DISCONNECT $disconnect 200",
  ]);
  expect(messages(`/aws/apigateway/${ApiId}/dev`)).toEqual([
    expect.stringMatching(/Method completed with status: 429$/),
  ]);
});
