import { createServer, get } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import {
  CreateApiMappingCommand,
  CreateAuthorizerCommand,
  DeleteStageCommand,
  UpdateApiCommand,
  UpdateIntegrationCommand,
  UpdateRouteCommand,
  UpdateStageCommand,
} from "@aws-sdk/client-apigatewayv2";
import { CloudWatchClient, GetMetricDataCommand } from "@aws-sdk/client-cloudwatch";
import { describe, expect, test } from "@jest/globals";
import { newDomainName } from "../../../simulator/gateway/domain-name.ts";
import { deliver } from "../../../simulator/logs/delivery.ts";
import { refusalOf } from "../account-scene.ts";
import { newScene, type Scene } from "./scene.ts";

const call = async ({ server }: Scene, path: string, init: RequestInit = {}) => {
  const response = await fetch(`${server.url}${path}`, init);
  const body = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: body.startsWith("{") ? JSON.parse(body) : body,
  };
};

describe("routes", () => {
  test("are the closest to the path, then those of the verb, then $default", async () => {
    const scene = await newScene();
    const apiId = await scene.newApi();
    const keys = ["GET /pets/dog/1", "GET /pets/dog/{id}", "GET /pets/{proxy+}", "ANY /pets/dog/{id}", "ANY /{proxy+}"];
    for (const key of keys) {
      await scene.addRoute(apiId, key, `http://backend.localhost/?body=${encodeURIComponent(key)}`);
    }
    await scene.addRoute(apiId, "$default", "http://backend.localhost/?body=$default");
    await scene.newStage(apiId);
    const answers: [string, string, string][] = [
      ["GET", "/pets/dog/1", "GET /pets/dog/1"],
      ["GET", "/pets/dog/2", "GET /pets/dog/{id}"],
      ["POST", "/pets/dog/2", "ANY /pets/dog/{id}"],
      ["GET", "/pets/cat/1", "GET /pets/{proxy+}"],
      ["POST", "/pets/cat/1", "ANY /{proxy+}"],
      ["GET", "/", "$default"],
    ];
    for (const [method, path, key] of answers) {
      expect([method, path, (await call(scene, `/${apiId}/dev${path}`, { method })).body]).toEqual([method, path, key]);
    }
  });

  test("that are none are 404, as are stages and a slash too many", async () => {
    const scene = await newScene();
    const apiId = await scene.newApi();
    await scene.addRoute(apiId, "GET /pets");
    await scene.newStage(apiId);
    for (const path of ["/dev/none", "/dev/pets/", "/prod/pets", "/pets"]) {
      expect(await call(scene, `/${apiId}${path}`)).toMatchObject({ status: 404, body: { message: "Not Found" } });
    }
    expect(await call(scene, `/${apiId}/dev/pets`, { method: "POST" })).toMatchObject({ status: 404 });
    expect((await call(scene, `/${apiId}/dev/pets`)).status).toBe(200);
    await scene.client.send(new UpdateApiCommand({ ApiId: apiId, DisableExecuteApiEndpoint: true }));
    expect((await call(scene, `/${apiId}/dev/pets`)).status).toBe(404);
  });

  test("of $default are served at the root, beside stages with names", async () => {
    const scene = await newScene();
    const apiId = await scene.newApi();
    await scene.addRoute(apiId, "ANY /{proxy+}", "http://backend.localhost/?body=one");
    await scene.newStage(apiId, { StageName: "$default" });
    await scene.newStage(apiId);
    expect((await call(scene, `/${apiId}/dev/pets`)).body).toBe("one");
    expect((await call(scene, `/${apiId}/pets`)).body).toBe("one");
    expect((await call(scene, `/${apiId}/pets`)).headers.get("apigw-requestid")).toBeTruthy();
  });

  test("are reached by the API's own host and by a custom domain, which holds the stage", async () => {
    const scene = await newScene();
    const ApiId = await scene.newApi();
    await scene.addRoute(ApiId, "GET /owners", "http://backend.localhost/${context.domainName}");
    await scene.newStage(ApiId);
    const atHost = (host: string, path: string) =>
      new Promise<{ status: number | undefined; body: string }>((resolve, reject) => {
        get(`${scene.server.url}${path}`, { headers: { host } }, async (response) => {
          resolve({ status: response.statusCode, body: await text(response) });
        }).on("error", reject);
      });
    const own = `${ApiId}.execute-api.eu-central-1.amazonaws.com`;
    expect(await atHost(own, "/dev/owners")).toMatchObject({ body: expect.stringContaining(`"path":"/${own}"`) });
    const DomainName = "api.example.com";
    newDomainName(scene.world, DomainName);
    await scene.client.send(new CreateApiMappingCommand({ DomainName, ApiMappingKey: "shop", ApiId, Stage: "dev" }));
    await scene.client.send(new UpdateApiCommand({ ApiId, DisableExecuteApiEndpoint: true }));
    expect(await atHost(own, "/dev/owners")).toMatchObject({ status: 404 });
    expect(await atHost(DomainName, "/shop/owners")).toMatchObject({
      body: expect.stringContaining(`"path":"/${DomainName}"`),
    });
    expect(await refusalOf(scene.client.send(new DeleteStageCommand({ ApiId, StageName: "dev" })))).toMatchObject({
      message: `Deleting stage dev failed. Please remove all base path mappings related to the stage in your domains: ${DomainName}`,
    });
    const chat = await scene.newApi("WEBSOCKET");
    const mapping = scene.client.send(new CreateApiMappingCommand({ DomainName, ApiId: chat, Stage: "dev" }));
    expect(await refusalOf(mapping)).toMatchObject({
      message: "This custom domain name cannot map to WEBSOCKET protocol APIs",
    });
  });

  test("answer from the deployment, once it is DEPLOYED", async () => {
    const scene = await newScene();
    const apiId = await scene.newApi();
    await scene.addRoute(apiId, "GET /pets");
    const first = await scene.deploy(apiId);
    await scene.newStage(apiId, { DeploymentId: first });
    await scene.addRoute(apiId, "GET /owners");
    expect((await call(scene, `/${apiId}/dev/owners`)).status).toBe(404);
    scene.world.delays.deploymentMs = 0;
    const second = await scene.deploy(apiId);
    await scene.client.send(new UpdateStageCommand({ ApiId: apiId, StageName: "dev", DeploymentId: second }));
    expect((await call(scene, `/${apiId}/dev/owners`)).status).toBe(200);
    scene.world.deploymentFailure = "broken";
    const broken = await scene.deploy(apiId);
    await scene.client.send(new UpdateStageCommand({ ApiId: apiId, StageName: "dev", DeploymentId: broken }));
    expect((await call(scene, `/${apiId}/dev/owners`)).status).toBe(404);
  });

  test("answer from what was before for as long as the change is under way", async () => {
    const scene = await newScene();
    const apiId = await scene.newApi();
    await scene.addRoute(apiId, "GET /", "http://backend.localhost/?body=${stageVariables.v}");
    scene.world.propagationMs = 1000;
    await scene.newStage(apiId, { StageVariables: { v: "one" } });
    expect((await call(scene, `/${apiId}/dev/`)).status).toBe(404);
    scene.clock.advance(1000);
    expect((await call(scene, `/${apiId}/dev/`)).body).toBe("one");
    await scene.client.send(new UpdateStageCommand({ ApiId: apiId, StageName: "dev", StageVariables: { v: "two" } }));
    expect((await call(scene, `/${apiId}/dev/`)).body).toBe("one");
    scene.clock.advance(1000);
    expect((await call(scene, `/${apiId}/dev/`)).body).toBe("two");
  });
});

describe("integrations", () => {
  test("pass on method, path, query, headers and body, and map them", async () => {
    const scene = await newScene();
    const ApiId = await scene.newApi();
    const uri = "http://backend.localhost/api/{proxy}";
    const { integrationId: IntegrationId } = await scene.addRoute(ApiId, "ANY /{proxy+}", uri);
    await scene.client.send(
      new UpdateIntegrationCommand({
        ApiId,
        IntegrationId,
        RequestParameters: {
          "append:header.x-stage": "$context.stage",
          "overwrite:querystring.color": "${stageVariables.color}-${request.path.proxy}",
          "remove:header.x-secret": "''",
        },
        ResponseParameters: { 200: { "overwrite:statuscode": "202", "append:header.x-key": "$context.routeKey" } },
      }),
    );
    await scene.newStage(ApiId, { StageVariables: { color: "red" } });
    const answer = await call(scene, `/${ApiId}/dev/pets/1?color=blue&size=big`, {
      method: "POST",
      headers: { "x-secret": "1", "x-other": "2" },
      body: "text",
    });
    expect(answer).toMatchObject({
      status: 202,
      body: {
        method: "POST",
        path: "/api/pets/1",
        query: { color: "red-pets/1", size: "big" },
        headers: { "x-stage": "dev", "x-other": "2" },
        body: "text",
      },
    });
    expect(answer.body.headers).not.toHaveProperty("x-secret");
    expect(answer.headers.get("x-key")).toBe("ANY /{proxy+}");
  });

  test("reach servers of this machine, and no other", async () => {
    const backend = createServer((request, response) => {
      response.writeHead(418, { "x-from": "backend" }).end(`${request.method} ${request.url}`);
    });
    await new Promise<void>((resolve) => backend.listen(0, "127.0.0.1", resolve));
    const { port } = backend.address() as AddressInfo;
    const scene = await newScene();
    const apiId = await scene.newApi();
    await scene.addRoute(apiId, "GET /here", `http://127.0.0.1:${port}/there`);
    await scene.addRoute(apiId, "GET /closed", "http://127.0.0.1:1/");
    await scene.addRoute(apiId, "GET /away", "https://example.com/");
    await scene.newStage(apiId);
    const here = await call(scene, `/${apiId}/dev/here?a=b`);
    expect(here).toMatchObject({ status: 418, body: "GET /there?a=b" });
    expect(here.headers.get("x-from")).toBe("backend");
    for (const path of ["closed", "away"]) {
      expect(await call(scene, `/${apiId}/dev/${path}`)).toMatchObject({
        status: 503,
        body: { message: "Service Unavailable" },
      });
    }
    backend.close();
    backend.closeAllConnections();
  });
});

describe("what a gateway says itself", () => {
  const token = (claims: object) => `x.${Buffer.from(JSON.stringify(claims)).toString("base64url")}.y`;
  const good = { iss: "https://issuer.example.com", aud: "orders", exp: 4_000_000_000, scope: "read write" };

  test.each([
    ["no token", undefined, 401],
    ["no JWT", "abc", 401],
    ["another issuer", token({ ...good, iss: "https://other.example.com" }), 401],
    ["another audience", token({ ...good, aud: "pets" }), 401],
    ["an old token", token({ ...good, exp: 1 }), 401],
    ["no such scope", token({ ...good, scope: "write" }), 403],
    ["a good token", token(good), 200],
  ])("to a caller with %s", async (_, jwt, expected) => {
    const scene = await newScene();
    const ApiId = await scene.newApi();
    const { routeId: RouteId } = await scene.addRoute(ApiId, "GET /");
    const { AuthorizerId } = await scene.client.send(
      new CreateAuthorizerCommand({
        ApiId,
        Name: "jwt",
        AuthorizerType: "JWT",
        IdentitySource: ["$request.header.Authorization"],
        JwtConfiguration: { Issuer: "https://issuer.example.com", Audience: ["orders"] },
      }),
    );
    const AuthorizationScopes = ["read"];
    await scene.client.send(
      new UpdateRouteCommand({ ApiId, RouteId, AuthorizationType: "JWT", AuthorizerId, AuthorizationScopes }),
    );
    await scene.newStage(ApiId);
    const headers: Record<string, string> = jwt === undefined ? {} : { authorization: `Bearer ${jwt}` };
    const { status, body } = await call(scene, `/${ApiId}/dev/`, { headers });
    expect(status).toBe(expected);
    if (status === 401) expect(body).toEqual({ message: "Unauthorized" });
  });

  test("to too many requests, by route", async () => {
    const scene = await newScene();
    const apiId = await scene.newApi();
    await scene.addRoute(apiId, "GET /a");
    await scene.addRoute(apiId, "GET /b");
    await scene.newStage(apiId, {
      RouteSettings: { "GET /a": { ThrottlingBurstLimit: 1, ThrottlingRateLimit: 1 } },
    });
    const statuses: number[] = [];
    for (const path of ["a", "a", "b", "b"]) statuses.push((await call(scene, `/${apiId}/dev/${path}`)).status);
    expect(statuses).toEqual([200, 429, 200, 200]);
    scene.clock.advance(1000);
    expect((await call(scene, `/${apiId}/dev/a`)).status).toBe(200);
  });

  test("to browsers, where the API has CORS", async () => {
    const scene = await newScene();
    const ApiId = await scene.newApi();
    await scene.addRoute(ApiId, "GET /a");
    const CorsConfiguration = { AllowOrigins: ["https://example.com"], AllowMethods: ["GET"], MaxAge: 9 };
    await scene.client.send(new UpdateApiCommand({ ApiId, CorsConfiguration }));
    await scene.newStage(ApiId);
    const headers = { origin: "https://example.com", "access-control-request-method": "GET" };
    const preflight = await call(scene, `/${ApiId}/dev/a`, { method: "OPTIONS", headers });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get("access-control-allow-methods")).toBe("GET");
    const { headers: answered } = await call(scene, `/${ApiId}/dev/a`, { headers: { origin: "https://example.com" } });
    expect(answered.get("access-control-allow-origin")).toBe("https://example.com");
  });
});

test("metrics go by the API's id, access logs know the route", async () => {
  const scene = await newScene();
  const apiId = await scene.newApi();
  await scene.addRoute(apiId, "GET /ok");
  await scene.addRoute(apiId, "GET /broken", "http://backend.localhost/?status=500");
  await scene.newStage(apiId, {
    AccessLogSettings: {
      DestinationArn: "arn:aws:logs:eu-central-1:123456789012:log-group:/orders",
      Format: "$context.requestId $context.routeKey $context.stage $context.status $context.integrationStatus",
    },
    RouteSettings: { "GET /ok": { DetailedMetricsEnabled: true } },
  });
  for (const path of ["ok", "ok", "broken", "none"]) await call(scene, `/${apiId}/dev/${path}`);
  const from = scene.clock.now();
  scene.clock.advance(5 * 60_000);
  deliver(scene.account.logs);
  const lines = scene.account.logs.groups.get("/orders")?.events.map(({ message }) => message.replace(/^\S+ /, ""));
  expect(lines).toEqual(["GET /ok dev 200 200", "GET /ok dev 200 200", "GET /broken dev 500 500", "- dev 404 -"]);
  const cloudWatch = new CloudWatchClient({
    endpoint: scene.server.url,
    region: "eu-central-1",
    credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret" },
  });
  const ofStage = [
    { Name: "ApiId", Value: apiId },
    { Name: "Stage", Value: "dev" },
  ];
  const ofRoute = [...ofStage, { Name: "Method", Value: "GET" }, { Name: "Resource", Value: "/ok" }];
  const wanted = [
    ["Count", ofStage, 4],
    ["4xx", ofStage, 1],
    ["5xx", ofStage, 1],
    ["Count", ofRoute, 2],
    ["4XXError", ofStage, undefined],
  ] as const;
  const { MetricDataResults = [] } = await cloudWatch.send(
    new GetMetricDataCommand({
      StartTime: new Date(from - 60_000),
      EndTime: new Date(from + 60_000),
      MetricDataQueries: wanted.map(([MetricName, Dimensions], index) => ({
        Id: `m${index}`,
        MetricStat: {
          Metric: { Namespace: "AWS/ApiGateway", MetricName, Dimensions: [...Dimensions] },
          Period: 60,
          Stat: "Sum",
        },
      })),
    }),
  );
  cloudWatch.destroy();
  expect(MetricDataResults.map(({ Values = [] }) => Values[0])).toEqual(wanted.map(([, , value]) => value));
});
