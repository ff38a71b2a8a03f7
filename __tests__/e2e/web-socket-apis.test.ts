import { expect, test } from "@jest/globals";
import WebSocket from "ws";
import { addClientCertificate } from "../../simulator/gateway/client-certificate.ts";
import { dispatchEvent } from "../../simulator/github/events.ts";
import { closePullRequest } from "../../simulator/github/people.ts";
import { promote } from "./release-scene.ts";
import { inScene, type Scene } from "./scene.ts";
import { inWatch } from "./watch-scene.ts";

const url = "wss://a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com";
const inWebSocketScene = (play: (scene: Scene) => Promise<void>) => inScene({ kind: "websocket" }, play);

const servedBy = ({ httpApi }: Scene, stageName: string) => httpApi?.stages.get(stageName);

/** How a smoke test reaches the stage: by the simulator's own address. */
const reaching = ({ gateway }: Scene) => ({
  "invoke-url": `${gateway.server.url.replace("http:", "ws:")}/{api-id}/{stage}`,
});

const PING = 'CONNECT / 101 send {"action":"ping"} contains "pong"';

test("a preview of a WebSocket API has a wss: URL, answers messages, and goes with its pull request", () =>
  inWebSocketScene(async (scene) => {
    const plain = await scene.deploy();
    expect(plain.outputs).toMatchObject({ result: "created", "invoke-url": `${url}/pr-1` });
    expect(scene.comments()[0]?.body).toContain(`${url}/pr-1`);
    const event = scene.opened("synchronize");
    const tested = await scene.deploy({ ...reaching(scene), "smoke-tests": `${PING}\nCONNECT / 101` }, { event });
    expect([tested.conclusion, tested.outputs["result"]]).toEqual(["success", "updated"]);
    expect(tested.text).toContain("Both smoke tests passed.");
    // By audit events alone.
    const status = await scene.deploy({ command: "status", "fail-on": "undeployed" });
    expect([status.conclusion, status.text]).toEqual([
      "success",
      expect.stringContaining("tells of no change of the draft"),
    ]);
    closePullRequest(scene.github.world, scene.repository, scene.pull);
    const ended = await scene.deploy({}, { event: scene.opened("closed") });
    expect([ended.outputs["result"], servedBy(scene, "pr-1")]).toEqual(["deleted", undefined]);
  }));

test("test is promoted to prod with its settings, led back when it answers wrongly, and rolled back", () =>
  inWebSocketScene(async (scene) => {
    const event = dispatchEvent(scene.repository, "alice");
    const run = (inputs: Readonly<Record<string, string>>) => scene.deploy(inputs, { event });
    const { world } = scene.gateway;
    world.account.cloudwatchRoleArn = "arn:aws:iam::123456789012:role/logs";
    addClientCertificate(world, { id: "abc123" });
    await run({ "stage-name": "test" });
    const settings =
      "logging: { level: ERROR, payload: true }\nthrottling: { rate: 50, burst: 10 }\nclient-certificate-id: abc123\nroutes: { ping: { throttling: { rate: 5 } } }";
    const promote = { command: "promote", "from-stage-name": "test", "stage-name": "prod", gate: "off" };
    const first = await run({ ...promote, settings });
    expect(first.outputs["result"]).toBe("promoted");
    expect(servedBy(scene, "prod")).toMatchObject({
      deploymentId: servedBy(scene, "test")?.deploymentId,
      clientCertificateId: "abc123",
      defaultRouteSettings: { loggingLevel: "ERROR", dataTraceEnabled: true, throttlingRateLimit: 50 },
      routeSettings: {
        ping: { loggingLevel: "ERROR", dataTraceEnabled: true, throttlingRateLimit: 5, throttlingBurstLimit: 10 },
      },
    });
    const before = servedBy(scene, "prod")?.deploymentId;
    await run({ "stage-name": "test" });
    const wrong = await run({
      ...promote,
      ...reaching(scene),
      "smoke-test-timeout": "6",
      "smoke-tests": "CONNECT / 403",
    });
    expect(wrong.text).toContain("The connection was taken; expected is its refusal with 403.");
    expect([wrong.conclusion, servedBy(scene, "prod")?.deploymentId]).toEqual(["failure", before]);
    const right = await run({ ...promote, ...reaching(scene), "smoke-tests": PING, "dark-stage": "true" });
    expect([right.outputs["result"], right.conclusion]).toEqual(["promoted", "success"]);
    expect(right.text).toContain("was tested on stage prod-next before callers met it.");
    expect(servedBy(scene, "prod-next")).toBeUndefined();
    const back = await run({ command: "rollback", "stage-name": "prod" });
    expect([back.outputs["result"], servedBy(scene, "prod")?.deploymentId]).toEqual(["rolled-back", before]);
  }));

/** Opens a connection to stage prod and sends a message, whatever comes of it. */
const ping = ({ gateway, api }: Scene): Promise<void> =>
  new Promise((done, failed) => {
    const socket = new WebSocket(`${gateway.server.url.replace("http", "ws")}/${api.id}/prod`);
    socket.on("open", () => socket.send('{"action":"ping"}'));
    socket.on("message", () => socket.close());
    socket.on("close", () => done());
    socket.on("error", failed);
  });

test("a watched release counts connections, messages and what integrations answer wrongly, and is led back", () =>
  inWatch({ kind: "websocket" }, async (watching) => {
    const { scene, job } = watching;
    watching.meanwhile = () => ping(scene);
    const limits = { "bake-time": "10m", "max-error-rate": "10%", "max-latency": "2s", "min-requests": "2" };
    const released = async (answer: string) => {
      for (const integration of scene.httpApi?.draft.integrations.values() ?? []) {
        const integrationUri = `http://backend.localhost/?${answer}`;
        Object.assign(integration, { integrationType: "HTTP_PROXY", integrationMethod: "POST", integrationUri });
      }
      const { deploymentId } = scene.addStage(answer.replace(/\W/g, "-"));
      const run = await promote(scene, { ...limits, "from-stage-name": answer.replace(/\W/g, "-") }, job);
      return { run, isServed: servedBy(scene, "prod")?.deploymentId === deploymentId };
    };
    // API Gateway tells no latency of mocks, and no data is not health.
    const mocked = await promote(scene, limits, job);
    expect([mocked.outputs["watch"], mocked.text]).toEqual([
      "not-proven",
      expect.stringContaining("Nothing tells how long the requests took."),
    ]);
    const good = await released("body=pong");
    expect([good.run.outputs["watch"], good.isServed]).toEqual(["healthy", true]);
    const bad = await released("status=500");
    expect([bad.run.outputs["watch"], bad.isServed]).toEqual(["unhealthy", false]);
    expect(bad.run.text).toMatch(/requests ended in a server error \(50%\); allowed is 10%/);
  }));

test("what a WebSocket API cannot do is refused before anything is written", () =>
  inWebSocketScene(async (scene) => {
    const vain = await scene.deploy({ "smoke-tests": "GET / 200", "fail-on": "route-removed", compare: "exact" });
    expect(vain.text).toContain("smoke-tests, line 1: A WebSocket API takes connections");
    expect(vain.text).toContain("fail-on: API Gateway does not tell which routes a deployment of a WebSocket API has.");
    expect(vain.text).toContain("compare: API Gateway does not tell which routes");
    expect(scene.asked().filter((operation) => !operation.startsWith("Get"))).toEqual([]);
  }));
