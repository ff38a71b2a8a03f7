import { Agent, createServer, type RequestListener, request, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { gatewayService } from "../../simulator/gateway/service.ts";
import { createWorld, seedRestApi } from "../../simulator/gateway/world.ts";
import { listen, type SimulatorServer } from "../../simulator/http/server.ts";
import { connect } from "../../src/aws/client.ts";
import { explained } from "../../src/aws/credentials.ts";
import type { Gateway } from "../../src/aws/gateway.ts";
import { openGateway } from "../../src/aws/rest-api/gateway.ts";
import type { FetchAnswer, FetchOptions } from "../../src/domain/fetch.ts";
import { PATIENCE, type Patience } from "../../src/domain/world.ts";
import { limitConnecting, openFetch } from "../../src/runner/http-fetch.ts";
import { listenAsProxy, openCompany, type TunnelProxy } from "../proxy.ts";
import { ordersApi } from "../scene.ts";
import { errorOf } from "./error-of.ts";
import { quickly, surroundings, withoutWaiting } from "./surroundings.ts";

const world = createWorld({ rateLimits: false });
const api = seedRestApi(world, ordersApi);
const restApiId = api.id;
let server: SimulatorServer;
let proxy: TunnelProxy;

beforeEach(async () => {
  server = await listen(gatewayService(world));
  proxy = await listenAsProxy(Number(new URL(server.url).port));
});
afterEach(async () => {
  await proxy.close();
  await server.close();
});

const textOf = async ({ body }: FetchAnswer): Promise<string> => {
  const pieces: Uint8Array[] = [];
  for await (const piece of body ?? []) pieces.push(piece);
  return Buffer.concat(pieces).toString("utf8");
};

const keys = { AWS_ACCESS_KEY_ID: "AKIASIMULATED0000000", AWS_SECRET_ACCESS_KEY: "simulated" };

/** The SDK reads the endpoint from this process's environment, and all else is from the given one. */
const openWith = async (
  environment: Readonly<Record<string, string>>,
  patience: Patience = quickly,
): Promise<Gateway> => {
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: environment["AWS_ENDPOINT_URL"] ?? "",
    AWS_REGION: world.region,
    ...keys,
  });
  const around = { ...surroundings(patience), environment: { ...keys, AWS_REGION: world.region, ...environment } };
  return openGateway(await connect(around), restApiId, withoutWaiting());
};

describe("a network whose only way out is a proxy", () => {
  // The name resolves nowhere: without the proxy there is no way.
  const AWS_ENDPOINT_URL = "http://apigateway.invalid";

  test.each(["HTTP_PROXY", "http_proxy", "ALL_PROXY"])("is left by %s", async (variable) => {
    const gateway = await openWith({ AWS_ENDPOINT_URL, [variable]: proxy.url });
    expect((await gateway.getApi()).id).toBe(restApiId);
    expect(proxy.tunnels).toEqual([{ to: "apigateway.invalid:80", authorization: undefined }]);
  });

  test("user and password are shown to the proxy", async () => {
    const HTTP_PROXY = proxy.url.replace("http://", "http://bob:s%40crt%25@");
    await (await openWith({ AWS_ENDPOINT_URL, HTTP_PROXY })).getApi();
    expect(proxy.tunnels[0]?.authorization).toBe(`Basic ${Buffer.from("bob:s@crt%").toString("base64")}`);
  });

  test("has no other way, and it is said what may help", async () => {
    const error = await errorOf((await openWith({ AWS_ENDPOINT_URL })).getApi());
    expect(error).toMatchObject({ code: "UPSTREAM" });
    expect(error.remedy).toContain("HTTPS_PROXY");
  });

  test("a refusal of the proxy is not one of AWS", async () => {
    const body = "<html>Login first</html>";
    proxy.refusal = `HTTP/1.1 407 Proxy Authentication Required\r\ncontent-type: text/html\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
    const error = await errorOf((await openWith({ AWS_ENDPOINT_URL, HTTP_PROXY: proxy.url })).getApi());
    expect(error).toMatchObject({ code: "UNREADABLE_ANSWER" });
    expect(error.happened).toContain("407");
    expect(error.remedy).toContain("HTTPS_PROXY");
  });

  test("loopback and NO_PROXY go direct", async () => {
    const HTTP_PROXY = proxy.url;
    expect((await (await openWith({ AWS_ENDPOINT_URL: server.url, HTTP_PROXY })).getApi()).id).toBe(restApiId);
    await errorOf((await openWith({ AWS_ENDPOINT_URL, HTTP_PROXY, NO_PROXY: ".invalid" })).getApi());
    expect(proxy.tunnels).toEqual([]);
  });

  test("smoke tests and GitHub leave it the same way", async () => {
    const environment = { HTTP_PROXY: proxy.url.replace("http://", "http://bob:secret@"), NO_PROXY: "direct.invalid" };
    const fetch = openFetch(environment);
    // Nothing is signed here, which the service itself refuses.
    expect((await fetch(`http://api.invalid/restapis/${restApiId}`)).status).toBe(403);
    expect(proxy.tunnels).toEqual([{ to: "api.invalid:80", authorization: "Basic Ym9iOnNlY3JldA==" }]);
    expect((await fetch(`${server.url}/restapis/${restApiId}`)).status).toBe(403);
    await expect(fetch("http://direct.invalid/")).rejects.toThrow();
    expect(proxy.tunnels).toHaveLength(1);
  });

  test.each(["through a proxy", "without one"])(
    "their requests are redirected, limited and refused %s",
    async (way) => {
      const token = { headers: { authorization: "Bearer secret" } };
      const seen: string[] = [];
      const moved = (location: string) => (response: ServerResponse) =>
        response.writeHead(301, { location }).end("moved");
      const answers: Readonly<Record<string, (response: ServerResponse) => unknown>> = {
        "/": (response) => response.writeHead(204).end(),
        "/near": moved("/far"),
        "/far": (response) => moved(`http://${b}/`)(response),
        "/round": moved("/round"),
        "/half": (response) => response.writeHead(200).write("half"),
        "/late": () => {},
      };
      const target = createServer(({ headers, url = "" }, response) => {
        seen.push(`${headers.host}${url} ${headers.authorization ?? "nobody"}`);
        answers[url]?.(response);
      });
      await new Promise<void>((resolve) => target.listen(0, "127.0.0.1", resolve));
      const { port } = target.address() as AddressInfo;
      const through = await listenAsProxy(port);
      const isDirect = way === "without one";
      const [a, b] = isDirect ? [`127.0.0.1:${port}`, `localhost:${port}`] : ["a.invalid", "b.invalid"];
      const fetch = openFetch(isDirect ? {} : { ALL_PROXY: through.url });
      try {
        expect((await fetch(`http://${a}/near`, token)).status).toBe(204);
        expect(seen).toEqual([`${a}/near Bearer secret`, `${a}/far Bearer secret`, `${b}/ nobody`]);
        const manual = await fetch(`http://${a}/near`, { redirect: "manual" });
        expect([manual.status, await textOf(manual)]).toEqual([301, "moved"]);
        const late: FetchOptions = { signal: AbortSignal.timeout(50) };
        await expect(fetch(`http://${a}/late`, late)).rejects.toMatchObject({ name: "TimeoutError" });
        const stop = new AbortController();
        const half = await fetch(`http://${a}/half`, { signal: stop.signal });
        stop.abort(new DOMException("too late", "TimeoutError"));
        await expect(textOf(half)).rejects.toMatchObject({ name: "TimeoutError" });
        await expect(fetch(`http://${a}/round`)).rejects.toThrow("fetch failed");
        through.refusal = "HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n";
        const cause = isDirect
          ? expect.objectContaining({ code: "ECONNREFUSED" })
          : expect.objectContaining({ message: "the proxy answered 407" });
        await expect(fetch(isDirect ? "http://127.0.0.1:1/" : "http://c.invalid/")).rejects.toMatchObject({
          message: "fetch failed",
          cause,
        });
      } finally {
        await through.close();
        target.closeAllConnections();
        target.close();
      }
    },
  );

  test("that never answers is not waited for", () => {
    jest.useFakeTimers();
    try {
      const waiting = request("http://a.invalid/", {
        agent: Object.assign(new Agent(), { addRequest: () => {} }),
      });
      const told = jest.fn();
      waiting.on("error", told);
      limitConnecting(waiting);
      jest.advanceTimersByTime(10_000);
      expect(told).toHaveBeenCalledWith(expect.objectContaining({ message: "no connection within 10 s" }));
    } finally {
      jest.useRealTimers();
    }
  });
});

describe("a company that opens encrypted connections", () => {
  const host = `apigateway.${world.region}.amazonaws.com`;
  let company: Awaited<ReturnType<typeof openCompany>>;
  let door: TunnelProxy;

  beforeEach(async () => {
    company = await openCompany(host, Number(new URL(server.url).port));
    door = await listenAsProxy(company.port);
  });
  afterEach(async () => {
    await door.close();
    await company.close();
  });

  test("is trusted by AWS_CA_BUNDLE", async () => {
    const gateway = await openWith({ HTTPS_PROXY: door.url, AWS_CA_BUNDLE: company.certificate });
    expect((await gateway.getApi()).id).toBe(restApiId);
    expect(door.tunnels).toEqual([{ to: `${host}:443`, authorization: undefined }]);
  });

  test("is not trusted without, which is said once and with what helps", async () => {
    const error = await errorOf((await openWith({ HTTPS_PROXY: door.url })).getApi());
    expect(error).toMatchObject({ code: "CERTIFICATE_NOT_TRUSTED", kind: "config", acted: "no" });
    expect(error.remedy).toMatch(/NODE_EXTRA_CA_CERTS.*AWS_CA_BUNDLE/);
    expect(`${error.message}${error.remedy}`).not.toContain("Health Dashboard");
    expect(door.tunnels).toHaveLength(1);
  });

  test.each([
    ["is not there", "/no/such/file.pem"],
    ["holds no certificate", "package.json"],
  ])("with a bundle that %s is refused at once", async (_, path) => {
    const error = await errorOf(openWith({ HTTPS_PROXY: door.url, AWS_CA_BUNDLE: path }));
    expect(error.code).toBe("CERTIFICATE_NOT_TRUSTED");
    expect(error.happened).toContain(`AWS_CA_BUNDLE names (${path})`);
    expect(door.tunnels).toEqual([]);
  });
});

describe("every request ends", () => {
  let odd: Server;
  let asked: number;
  const impatient: Patience = { connection: 10_000, request: 150, slow: 10_000, github: 150 };
  const serve = async (listener: RequestListener, timeouts = impatient): Promise<Gateway> => {
    asked = 0;
    odd = createServer((request, response) => {
      asked += 1;
      response.on("error", () => {});
      listener(request, response);
    });
    await new Promise<void>((resolve) => odd.listen(0, "127.0.0.1", resolve));
    const AWS_ENDPOINT_URL = `http://127.0.0.1:${(odd.address() as AddressInfo).port}`;
    return openWith({ AWS_ENDPOINT_URL }, timeouts);
  };
  afterEach(() => {
    odd.closeAllConnections();
    odd.close();
  });

  test("of half an answer and then silence", async () => {
    const gateway = await serve((_, response) => {
      response.writeHead(200, { "content-type": "application/json" });
      response.write('{"item":[');
    });
    const error = await errorOf(gateway.getStages());
    expect(error).toMatchObject({ code: "UPSTREAM", acted: "unknown" });
    expect(error.happened).toContain("no whole answer came within 0.15 s");
    expect(asked).toBe(8);
  });

  test("of a byte now and then", async () => {
    const gateway = await serve((_, response) => {
      response.writeHead(200, { "content-type": "application/json" });
      const drip = setInterval(() => response.write(" "), 20);
      response.on("close", () => clearInterval(drip));
    });
    expect(await errorOf(gateway.getStages())).toMatchObject({ code: "UPSTREAM" });
  });

  const megabyte = Buffer.alloc(1024 * 1024, " ");
  const pourOut: RequestListener = (_, response) => {
    response.writeHead(200, { "content-type": "application/json" });
    const pour = (): void => {
      while (!response.destroyed && response.write(megabyte));
      response.once("drain", pour);
    };
    pour();
  };

  test("of a body that is longer than any", async () => {
    const gateway = await serve(pourOut, PATIENCE);
    const error = await errorOf(gateway.getStages());
    expect(error).toMatchObject({ code: "UNREADABLE_ANSWER" });
    expect(error.happened).toContain("longer than 32 MB");
  });

  test("of such a body from a source of credentials, which the SDK asks through a handler of its own", async () => {
    await serve(pourOut, PATIENCE);
    const { protocol, hostname, port } = new URL(process.env["AWS_ENDPOINT_URL"] ?? "");
    const asked = { protocol, hostname, port: Number(port), method: "GET", path: "/", headers: {}, query: {} };
    const provide = async () => {
      const { response } = await NodeHttpHandler.create({}).handle(asked as never);
      return buffer(response.body);
    };
    const error = await errorOf(explained(provide, PATIENCE.request, new AbortController().signal)());
    expect(error).toMatchObject({ code: "UPSTREAM", doing: "get AWS credentials", acted: "no" });
    expect(error.happened).toContain("The answer is longer than 32 MB.");
  });

  test("of an import that takes longer than other requests may", async () => {
    const gateway = await serve((request, response) => {
      request.resume();
      setTimeout(() => {
        response.writeHead(200, { "content-type": "application/json" });
        response.end(JSON.stringify({ id: restApiId, name: "Orders" }));
      }, 350);
    });
    expect(await gateway.importDefinition("openapi.yml", Buffer.from("{}"), "merge", true)).toEqual({
      warnings: [],
      information: [],
    });
    expect(asked).toBe(1);
  });
});
