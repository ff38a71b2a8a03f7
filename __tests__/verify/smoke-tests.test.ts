import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { CreateDeploymentCommand, PutRestApiCommand } from "@aws-sdk/client-api-gateway";
import { afterEach, describe, expect, jest, test } from "@jest/globals";
import { WebSocketServer } from "ws";
import { createWorld, seedRestApi } from "../../simulator/gateway/world.ts";
import type { InvokeUrl } from "../../src/domain/invoke-url.ts";
import { parseSmokeTests } from "../../src/inputs/smoke-tests.ts";
import { openWebSocketsIn } from "../../src/runner/web-socket.ts";
import type { SmokeWorld } from "../../src/verify/smoke-tests.ts";
import { repeatSmokeTests, runSmokeTests, type SmokeOptions } from "../../src/verify/smoke-tests.ts";
import type { SmokeVerdict } from "../../src/verify/verdict.ts";
import { openWaiting } from "../../src/verify/waiting.ts";
import { listenAsProxy } from "../proxy.ts";
import { startControlPlane } from "../simulator/gateway/control-plane.ts";
import { aWorld } from "../world.ts";

const EPOCH = Date.parse("2026-11-22T10:00:00Z");

const closers: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

type Clock = {
  readonly world: SmokeWorld;
  readonly at: () => number;
  readonly cancel: () => void;
  /** What the log was told. */
  readonly lines: readonly string[];
};

/** Time goes on only while the tests sleep, and by `cost` milliseconds with each request. */
const fakeTime = (fetching: typeof fetch = fetch, cost = 0): Clock => {
  let now = 0;
  const controller = new AbortController();
  const { log, lines } = aWorld();
  return {
    lines,
    at: () => now,
    cancel: () => controller.abort(),
    world: {
      fetch: async (input, init) => {
        now += cost;
        return fetching(input, init);
      },
      clock: {
        now: () => EPOCH + now,
        elapsed: () => now,
        sleep: async (milliseconds, signal) => {
          signal.throwIfAborted();
          now += milliseconds;
        },
      },
      openWebSocket: openWebSocketsIn({}),
      signal: controller.signal,
      log,
    },
  };
};

const smoke = (
  lines: string,
  url: string | InvokeUrl,
  { world }: Clock,
  options: Partial<SmokeOptions> = {},
): Promise<SmokeVerdict> => {
  const { tests, problems } = parseSmokeTests(lines);
  if (problems.length > 0) throw new Error(problems.join("\n"));
  const invokeUrl: InvokeUrl = typeof url === "string" ? { kind: "given", url } : url;
  return runSmokeTests(tests, { timeout: 60_000, settle: 0, apiKey: undefined, ...options, invokeUrl }, world);
};

const definition = (status: number): string => `
openapi: 3.0.1
info: { title: Orders, version: "1" }
paths:
  /health:
    get:
      responses: { "${status}": { description: ok } }
      x-amazon-apigateway-integration:
        type: mock
        requestTemplates: { application/json: '{"statusCode": ${status}}' }
        responses:
          default:
            statusCode: "${status}"
            responseTemplates: { application/json: '{"health": "${status < 300 ? "fine" : "broken"}"}' }
`;

type Served = Clock & {
  readonly url: string;
  /** Imports a draft whose route answers so, and points the stage at a deployment of it. */
  readonly deploy: (status: number) => Promise<void>;
};

/** A stage of the simulated API Gateway whose time is that of the tests. */
const openStage = async (status: number, propagationMs = 0): Promise<Served> => {
  const clock = fakeTime();
  const world = createWorld({ rateLimits: false, clock: { now: () => EPOCH + clock.at() } });
  const { server, client } = await startControlPlane({ world });
  const restApiId = seedRestApi(world, definition(status)).id;
  const made = await client.send(new CreateDeploymentCommand({ restApiId, stageName: "prod" }));
  world.propagationMs = propagationMs;
  expect(made.id).toBeDefined();
  return {
    ...clock,
    url: `${server.url}/${restApiId}/prod`,
    deploy: async (next) => {
      await client.send(new PutRestApiCommand({ restApiId, mode: "overwrite", body: Buffer.from(definition(next)) }));
      await client.send(new CreateDeploymentCommand({ restApiId, stageName: "prod" }));
    },
  };
};

describe("a simulated stage", () => {
  test("that answers as expected is healthy at once", async () => {
    const stage = await openStage(200);
    const verdict = await smoke(
      'GET /health 200 contains "fine" header content-type: application/json <5s\nGET /nothing 403',
      stage.url,
      stage,
    );
    expect(verdict).toMatchObject({
      kind: "healthy",
      checks: [
        { passed: true, attempts: 1, last: { kind: "answer", status: 200, body: '{"health": "fine"}', problems: [] } },
        { passed: true, attempts: 1 },
      ],
    });
    expect(stage.at()).toBe(0);
  });

  test("that goes on answering wrongly is unhealthy when the time is over", async () => {
    const stage = await openStage(500);
    const verdict = await smoke('GET /nothing 403\nGET /health 200 contains "fine"', stage.url, stage);
    expect(verdict).toMatchObject({
      kind: "unhealthy",
      failing: {
        test: { line: 2 },
        last: {
          status: 500,
          body: '{"health": "broken"}',
          problems: ["The status is 500; expected is 200.", 'The body does not contain "fine".'],
        },
      },
      checks: [{ passed: true }, { passed: false }],
    });
    expect(stage.at()).toBeGreaterThan(55_000);
    expect(stage.at()).toBeLessThanOrEqual(60_000);
  });

  test("is said every five seconds to be waited for, and why", async () => {
    const stage = await openStage(500);
    await smoke("GET /nothing 403\nGET /health 200", stage.url, stage, { timeout: 30_000 });
    expect(stage.lines[0]).toMatch(
      /^Waiting for 1 of 2 smoke tests, \ds of 30s: GET \/health \(The status is 500; expected is 200\)$/,
    );
    expect(stage.lines.length).toBeGreaterThanOrEqual(4);
    const passing = await openStage(200);
    await smoke("GET /health 200", passing.url, passing, { settle: 12_000 });
    expect(passing.lines[0]).toMatch(/ GET \/health \(it passes, and must go on doing so\)$/);
  });

  test("is said so, too, while a request hangs", () => {
    jest.useFakeTimers();
    try {
      const { log, lines } = aWorld();
      const clock = { ...aWorld().clock, elapsed: () => performance.now() };
      const { tests } = parseSmokeTests("GET /health 200");
      const waiting = openWaiting(tests, 60_000, { clock, log });
      jest.advanceTimersByTime(11_000);
      waiting.close();
      jest.advanceTimersByTime(11_000);
      expect(lines).toEqual([
        "Waiting for the smoke test, 5s of 1m: GET /health (no answer yet)",
        "Waiting for the smoke test, 10s of 1m: GET /health (no answer yet)",
      ]);
    } finally {
      jest.useRealTimers();
    }
  });

  test("whose repair takes some seconds to arrive becomes healthy", async () => {
    const stage = await openStage(500, 4000);
    await stage.deploy(200);
    expect(await smoke("GET /health 200", stage.url, stage, { settle: 5000 })).toMatchObject({ kind: "healthy" });
    expect(stage.at()).toBeGreaterThanOrEqual(9000);
  });

  test("that still answers from the deployment before is not taken for healthy", async () => {
    const stage = await openStage(200, 4000);
    await stage.deploy(500);
    expect(await smoke("GET /health 200", stage.url, stage, { settle: 5000 })).toMatchObject({
      kind: "unhealthy",
      failing: { last: { status: 500 } },
    });
  });
});

const listening = async (server: Server): Promise<number> => {
  const sockets: Socket[] = [];
  server.on("connection", (socket: Socket) => sockets.push(socket));
  closers.push(() => {
    for (const socket of sockets) socket.destroy();
    return new Promise((resolve) => server.close(resolve));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
};

const serve = async (handler: RequestListener): Promise<string> => {
  return `http://127.0.0.1:${await listening(createServer(handler))}`;
};

const text = (lines: readonly string[]): string => lines.join("\n");

describe("an answer", () => {
  test("that redirects is an answer, and is not followed", async () => {
    const asked: (string | undefined)[] = [];
    const url = await serve((incoming, answer) => {
      asked.push(incoming.url);
      answer.writeHead(302, { location: "/login" }).end();
    });
    const verdict = await smoke("GET /health 200", url, fakeTime());
    expect(verdict).toMatchObject({
      kind: "unhealthy",
      failing: { last: { problems: ["It redirects (302) to /login; expected is 200. Redirects are not followed."] } },
    });
    expect(new Set(asked)).toEqual(new Set(["/health"]));
    expect(await smoke("GET /health 302 header location: /login", url, fakeTime())).toMatchObject({ kind: "healthy" });
  });

  test("is shown up to its first 300 bytes, and no half character", async () => {
    const url = await serve((_incoming, answer) => answer.end(`${"x".repeat(299)}é${"y".repeat(2000)}end`));
    const verdict = await smoke('GET / 500 contains "end"', url, fakeTime());
    expect(verdict).toMatchObject({
      failing: { last: { body: "x".repeat(299), problems: ["The status is 200; expected is 500."] } },
    });
  });

  test("without a header, with another value of it, or too late, is told so", async () => {
    const url = await serve((_incoming, answer) => answer.setHeader("x-version", "1").end());
    const verdict = await smoke("GET / 200 header x-version: 2 header x-other: y <1s", url, fakeTime(fetch, 1500));
    expect(verdict).toMatchObject({
      failing: {
        last: {
          milliseconds: 1500,
          problems: [
            'Header x-version is "1"; expected is "2".',
            'There is no header x-other; expected is "y".',
            "It took 1.5 s; allowed is less than 1 s.",
          ],
        },
      },
    });
  });

  test("is asked for with the line's own method and query", async () => {
    const asked: string[] = [];
    const url = await serve((incoming, answer) => {
      asked.push(`${incoming.method} ${incoming.url}`);
      answer.end();
    });
    await smoke(text(["HEAD /a 200", "POST /b?c=1 200", "OPTIONS / 200"]), `${url}/base`, fakeTime());
    expect(asked.sort()).toEqual(["HEAD /base/a", "OPTIONS /base/", "POST /base/b?c=1"]);
  });
});

/** Fetch fails in the same way as Node's does: with a TypeError, and the reason as its cause. */
const failing = (code: string, message = "no luck"): typeof fetch =>
  (async () => {
    throw new TypeError("fetch failed", { cause: Object.assign(new Error(message), { code }) });
  }) as typeof fetch;

describe("no answer at all", () => {
  const reasonOf = (verdict: SmokeVerdict): unknown =>
    verdict.kind === "unreachable" && verdict.checks[0]?.last.kind === "no-answer"
      ? verdict.checks[0].last.reason
      : verdict;

  test("from a closed port is a refused connection, and says nothing about health", async () => {
    const server = createServer();
    const port = await listening(server);
    await new Promise((resolve) => server.close(resolve));
    const verdict = await smoke("GET / 200", `http://127.0.0.1:${port}`, fakeTime());
    expect(reasonOf(verdict)).toBe("refused");
    expect(verdict).toMatchObject({ kind: "unreachable", because: "No request got an answer." });
  });

  test("from a server that speaks no TLS is a TLS failure", async () => {
    const port = await listening(
      createTcpServer((socket) => socket.on("error", () => {}).end("HTTP/1.1 400 No\r\n\r\n")),
    );
    expect(reasonOf(await smoke("GET / 200", `https://127.0.0.1:${port}`, fakeTime()))).toBe("tls");
  });

  test("from a server that hangs up is a broken connection", async () => {
    const port = await listening(createTcpServer((socket) => socket.on("error", () => {}).destroy()));
    expect(reasonOf(await smoke("GET / 200", `http://127.0.0.1:${port}`, fakeTime()))).toBe("connection");
  });

  test("under a name that cannot exist is a DNS failure", async () => {
    expect(reasonOf(await smoke("GET / 200", "http://stage.invalid", fakeTime()))).toBe("dns");
  });

  test.each([
    ["ENOTFOUND", "dns"],
    ["EAI_AGAIN", "dns"],
    ["ECONNREFUSED", "refused"],
    ["EHOSTUNREACH", "unreachable"],
    ["ENETUNREACH", "unreachable"],
    ["UND_ERR_CONNECT_TIMEOUT", "timeout"],
    ["ETIMEDOUT", "timeout"],
    ["CERT_HAS_EXPIRED", "tls"],
    ["DEPTH_ZERO_SELF_SIGNED_CERT", "tls"],
    ["SELF_SIGNED_CERT_IN_CHAIN", "tls"],
    ["UNABLE_TO_VERIFY_LEAF_SIGNATURE", "tls"],
    ["UNABLE_TO_GET_ISSUER_CERT_LOCALLY", "tls"],
    ["ERR_TLS_CERT_ALTNAME_INVALID", "tls"],
    ["ERR_SSL_WRONG_VERSION_NUMBER", "tls"],
    ["EPROTO", "tls"],
    ["ECONNRESET", "connection"],
    ["UND_ERR_SOCKET", "connection"],
  ])("for reason %s is %s", async (code, reason) => {
    const verdict = await smoke("GET / 200", "https://stage.example", fakeTime(failing(code)));
    expect(reasonOf(verdict)).toBe(reason);
    expect(verdict).toMatchObject({ checks: [{ last: { detail: `${code}: no luck` } }] });
  });

  test("of several addresses is told by the first", async () => {
    const each = Object.assign(new Error("connect ECONNREFUSED ::1:443"), { code: "ECONNREFUSED" });
    const fetching = (async () => {
      throw new TypeError("fetch failed", { cause: new AggregateError([each, each]) });
    }) as typeof fetch;
    expect(reasonOf(await smoke("GET / 200", "https://stage.example", fakeTime(fetching)))).toBe("refused");
  });

  test("because the time for connecting was too short says nothing about health", async () => {
    const fetching = (async () => {
      throw new DOMException("The operation was aborted due to timeout", "TimeoutError");
    }) as typeof fetch;
    expect(reasonOf(await smoke("GET / 200", "https://stage.example", fakeTime(fetching, 3000)))).toBe("timeout");
  });

  test("from a server that took the request and went silent is a failure of the stage", async () => {
    const fetching = (async () => {
      throw new DOMException("The operation was aborted due to timeout", "TimeoutError");
    }) as typeof fetch;
    expect(await smoke("GET / 200", "https://stage.example", fakeTime(fetching, 30_000))).toMatchObject({
      kind: "unhealthy",
      failing: { last: { reason: "silent", detail: "No whole answer within 30 s." } },
    });
  });

  test("that begins and does not end is a wrong answer of a stage that is there", async () => {
    const url = await serve((incoming, answer) => {
      answer.write("half");
      setTimeout(() => incoming.socket.destroy(), 50);
    });
    expect(await smoke("GET / 200", url, fakeTime())).toMatchObject({
      kind: "unhealthy",
      failing: {
        last: { kind: "answer", body: "half", problems: ["The connection was cut in the middle of the body."] },
      },
    });
    const silent = (async (_url, { signal } = {}) => {
      const pull = (): Promise<void> =>
        new Promise((_, reject) => signal?.addEventListener("abort", () => reject(signal.reason), { once: true }));
      return new Response(new ReadableStream({ pull }));
    }) as typeof fetch;
    expect(await smoke("GET / 200", "https://stage.example", fakeTime(silent, 500), { timeout: 700 })).toMatchObject({
      kind: "unhealthy",
      failing: { last: { problems: ["The body did not end in time."] } },
    });
  });

  test("that is huge is a wrong answer too, and is not read to its end", async () => {
    let poured = 0;
    const url = await serve((_incoming, answer) => {
      answer.on("error", () => {});
      const pour = (): void => {
        do poured += 1;
        while (!answer.destroyed && poured < 200 && answer.write(Buffer.alloc(1024 * 1024, "x")));
        answer.once("drain", pour);
      };
      pour();
    });
    expect(await smoke("GET / 200", url, fakeTime(fetch, 30_000))).toMatchObject({
      kind: "unhealthy",
      failing: { last: { problems: [expect.stringContaining("longer than the 10 MB")] } },
    });
    expect(poured).toBeLessThan(200);
  });

  test("for one test beside another that is answered is a failure of the stage", async () => {
    const url = await serve((incoming, answer) => {
      if (incoming.url === "/broken") incoming.socket.destroy();
      else answer.end();
    });
    expect(await smoke("GET /fine 200\nGET /broken 200", url, fakeTime())).toMatchObject({
      kind: "unhealthy",
      failing: { test: { path: "/broken" }, last: { reason: "connection" } },
    });
  });
});

describe("a stage that cannot be reached by its kind", () => {
  test.each<[string, InvokeUrl, RegExp]>([
    ["a disabled endpoint", { kind: "disabled" }, /switched off/],
    ["a private API without a known name", { kind: "private", url: undefined }, /private/],
  ])("%s is not asked", async (_case, invokeUrl, because) => {
    const clock = fakeTime((async () => {
      throw new Error("asked");
    }) as typeof fetch);
    expect(await smoke("GET / 200", invokeUrl, clock)).toEqual({
      kind: "unreachable",
      checks: [],
      because: expect.stringMatching(because),
    });
  });

  test("a private API that refuses everything at the door is out of reach; a public one is unhealthy", async () => {
    const url = await serve((_incoming, answer) =>
      answer.writeHead(403, { "x-amzn-errortype": "ForbiddenException" }).end('{"message":"Forbidden"}'),
    );
    expect(await smoke("GET / 200", { kind: "private", url }, fakeTime())).toMatchObject({
      kind: "unreachable",
      because: expect.stringContaining("not in its VPC"),
    });
    expect(await smoke("GET / 200", { kind: "default", url }, fakeTime())).toMatchObject({ kind: "unhealthy" });
  });
});

describe("the time", () => {
  test("is shared: all tests end together, the slow with the fast", async () => {
    const clock = fakeTime(failing("ECONNREFUSED"));
    await smoke("GET /a 200\nGET /b 200\nGET /c 200", "https://stage.example", clock, { timeout: 10_000 });
    expect(clock.at()).toBeLessThanOrEqual(10_000);
  });

  test("leaves one attempt, however short it is", async () => {
    const url = await serve((_incoming, answer) => answer.end());
    expect(await smoke("GET / 200", url, fakeTime(), { timeout: 1000, settle: 5000 })).toMatchObject({
      kind: "healthy",
      checks: [{ attempts: 1 }],
    });
  });

  test("begins once a canary may have got there", async () => {
    const url = await serve((_incoming, answer) => answer.end());
    const { world } = fakeTime(undefined, 400);
    const { tests } = parseSmokeTests("GET / 200");
    const options = { timeout: 3000, settle: 5000, apiKey: undefined, attempts: 4 };
    expect(await repeatSmokeTests(tests, { ...options, invokeUrl: { kind: "given", url } }, world)).toMatchObject({
      kind: "healthy",
      checks: [{ attempts: 4 }],
    });
  });

  test("that cuts the last attempt short does not hide what the one before told", async () => {
    let calls = 0;
    const clock = fakeTime(
      (async () => {
        calls += 1;
        if (calls === 1) return new Response("broken", { status: 500 });
        throw new DOMException("The operation was aborted due to timeout", "TimeoutError");
      }) as typeof fetch,
      6000,
    );
    expect(await smoke("GET / 200", "https://stage.example", clock, { timeout: 10_000 })).toMatchObject({
      kind: "unhealthy",
      failing: { attempts: 2, last: { status: 500 } },
    });
  });

  test("ends with the run's: a cancel is no verdict", async () => {
    const clock = fakeTime(failing("ECONNREFUSED"));
    clock.cancel();
    await expect(smoke("GET / 200", "https://stage.example", clock)).rejects.toMatchObject({ code: "CANCELLED" });
  });

  test("a cancel ends a request that is under way, too", async () => {
    const clock = fakeTime();
    const url = await serve(() => clock.cancel());
    await expect(smoke("GET / 200", url, clock)).rejects.toMatchObject({ code: "CANCELLED" });
  });
});

describe("with a key", () => {
  const apiKey = "the-key-of-the-smoke-tests-0123";
  const forbidden = (type = "ForbiddenException"): Response =>
    new Response('{"message":"Forbidden"}', { status: 403, headers: { "x-amzn-errortype": type } });

  /** A stage that answers by the time since the tests began, and the headers that it was asked with. */
  const stageBy = (answer: (at: number) => Response) => {
    const asked: Headers[] = [];
    const clock: Clock = fakeTime((async (_, init) => {
      asked.push(new Headers(init?.headers));
      return answer(clock.at());
    }) as typeof fetch);
    return { clock, asked };
  };

  test("which is sent with every request, the refusal of API Gateway counts only after two minutes", async () => {
    const { clock, asked } = stageBy(() => forbidden());
    expect(await smoke("GET / 200", "https://stage.example", clock, { apiKey })).toMatchObject({ kind: "unhealthy" });
    expect(clock.at()).toBeGreaterThan(115_000);
    expect(clock.at()).toBeLessThanOrEqual(120_000);
    expect(new Set(asked.map((headers) => headers.get("x-api-key")))).toEqual(new Set([apiKey]));
  });

  test("that opens the stage late, a test has its whole time from then on", async () => {
    const late = stageBy((at) => (at < 100_000 ? forbidden() : new Response("", { status: at < 130_000 ? 500 : 200 })));
    expect(await smoke("GET / 200", "https://stage.example", late.clock, { apiKey })).toMatchObject({
      kind: "healthy",
    });
  });

  test.each([
    ["another 403 is the API's own", () => forbidden("AccessDeniedException"), apiKey],
    ["without one, a refusal counts as ever", () => forbidden(), undefined],
  ])("%s: the time is as given", async (_, answer, key) => {
    const { clock, asked } = stageBy(answer);
    expect(await smoke("GET / 200", "https://stage.example", clock, { apiKey: key })).toMatchObject({
      kind: "unhealthy",
    });
    expect(clock.at()).toBeLessThanOrEqual(60_000);
    expect(asked[0]?.get("x-api-key")).toBe(key ?? null);
  });
});

describe("a WebSocket stage", () => {
  const KEY = "k".repeat(20);

  /** Answers pings with pongs, after something that nobody asked for; refuses whoever shows no key. */
  const openSocketStage = async (): Promise<{ url: string; port: number; seen: string[] }> => {
    const seen: string[] = [];
    const server = new WebSocketServer({
      port: 0,
      host: "127.0.0.1",
      verifyClient: ({ req: { url = "", headers } }, done) => {
        seen.push(`${url} ${headers["user-agent"]}`);
        if (headers["x-api-key"] === KEY || url.includes("?")) done(true);
        else done(false, 403, "Forbidden", { "x-amzn-errortype": "ForbiddenException" });
      },
    });
    server.on("connection", (socket) =>
      socket.on("message", (message) => {
        if (String(message).includes("bye")) socket.close();
        socket.send("news");
        if (String(message).includes("ping")) socket.send('{"message":"pong"}');
      }),
    );
    await once(server, "listening");
    closers.push(() => {
      for (const client of server.clients) client.terminate();
      server.close();
    });
    const { port } = server.address() as AddressInfo;
    return { url: `ws://127.0.0.1:${port}/prod`, port, seen };
  };

  const verdictOf = (lines: string, url: string, options: Partial<SmokeOptions> = {}) =>
    smoke(lines, url, fakeTime(), { timeout: 1000, apiKey: KEY, ...options });

  test("takes the connection, and answers the message", async () => {
    const { url, seen } = await openSocketStage();
    const lines =
      'CONNECT / 101\nCONNECT /?a=1 101 send {"action":"ping"} contains "pong" <5s\nCONNECT / 101 send hello';
    const verdict = await verdictOf(lines, url.replace("ws:", "http:"));
    expect(verdict).toMatchObject({ kind: "healthy", checks: [{}, { last: { body: '{"message":"pong"}' } }, {}] });
    expect(seen.sort()[0]).toMatch(/^\/prod apigw-stage-action\//);
    expect(seen.at(-1)).toMatch(/^\/prod\?a=1 /);
  });

  test.each([
    ["CONNECT / 403", undefined, "healthy", []],
    ["CONNECT / 101", undefined, "unhealthy", ["The connection was refused with 403; expected is 101."]],
    ["CONNECT /?a 403", undefined, "unhealthy", ["The connection was taken; expected is its refusal with 403."]],
    [
      'CONNECT / 101 send hello contains "pong" <50ms',
      KEY,
      "unhealthy",
      ['Within 0.05 s no message came that contains "pong".'],
    ],
    [
      'CONNECT / 101 send bye contains "pong"',
      KEY,
      "unhealthy",
      ['The connection ended before a message came that contains "pong".'],
    ],
    [
      'CONNECT /?a 101 send hello contains "pong"',
      undefined,
      "unhealthy",
      ['No message that contains "pong" came before the time for the test was over.'],
      100,
    ],
  ])("%s with key %s is %s", async (line, apiKey, kind, problems, timeout = 1000) => {
    const { url } = await openSocketStage();
    const verdict = await smoke(line, url, fakeTime(), { timeout, ...(apiKey === undefined ? {} : { apiKey }) });
    expect(verdict).toMatchObject({ kind, checks: [{ last: { kind: "answer", problems } }] });
  });

  /** A server that speaks for itself: `speak` gets the key that it must prove to have read. */
  const speaking = async (speak: (socket: Socket, accept: string) => void): Promise<string> => {
    const server = createTcpServer((socket) => {
      socket.on("error", () => {});
      socket.once("data", (head) => {
        const key = /^sec-websocket-key: (.*)$/im.exec(String(head))?.[1] ?? "";
        speak(socket, createHash("sha1").update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest("base64"));
      });
    });
    return `http://127.0.0.1:${await listening(server)}`;
  };
  const opened = (accept: string): string =>
    `HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\nsec-websocket-accept: ${accept}\r\n\r\n`;

  test("that says 101 and opens nothing is not healthy", async () => {
    const url = await speaking((socket) => socket.end("HTTP/1.1 101 Switching Protocols\r\n\r\n"));
    expect(await verdictOf("CONNECT / 101", url, { apiKey: undefined })).toMatchObject({
      kind: "unhealthy",
      checks: [{ last: { problems: ["The answer has the status 101 and opens no WebSocket connection."] } }],
    });
  });

  test("that does not take leave is left", async () => {
    const url = await speaking((socket, accept) => socket.write(opened(accept)));
    const begun = performance.now();
    const verdict = await smoke('CONNECT / 101 send hello contains "pong" <50ms', url, fakeTime(), { timeout: 10_000 });
    expect(verdict).toMatchObject({ kind: "unhealthy", checks: [{ last: { kind: "answer" } }] });
    // Whoever waits for it does so for the whole ten seconds.
    expect(performance.now() - begun).toBeLessThan(8000);
  });

  test("that never stops talking is listened to no faster than it is understood", async () => {
    const frame = Buffer.concat([Buffer.from([0x81, 126, 0xff, 0xff]), Buffer.alloc(0xffff, "a")]);
    let poured = 0;
    const url = await speaking((socket, accept) => {
      socket.write(opened(accept));
      const pour = (): void => {
        do poured += 1;
        while (!socket.destroyed && poured < 5000 && socket.write(frame));
      };
      socket.on("drain", pour);
      pour();
    });
    const { signal } = new AbortController();
    const stage = await openWebSocketsIn({})(url.replace("http", "ws"), { headers: {}, signal });
    await sleep(200);
    const taken = poured;
    await sleep(200);
    expect(poured).toBe(taken);
    if (stage.kind === "open") stage.connection.close();
  });

  test("is reached through the proxy that the environment names", async () => {
    const { port, seen } = await openSocketStage();
    const proxy = await listenAsProxy(port);
    closers.push(proxy.close);
    const { world } = fakeTime();
    const openWebSocket = openWebSocketsIn({ HTTP_PROXY: proxy.url });
    const verdict = await smoke("CONNECT /?a 101 send ping", "ws://sockets.invalid/prod", {
      ...fakeTime(),
      world: { ...world, openWebSocket },
    });
    expect(verdict.kind).toBe("healthy");
    expect([proxy.tunnels.map(({ to }) => to), seen]).toEqual([
      ["sockets.invalid:80"],
      [expect.stringContaining("?a")],
    ]);
  });

  test("that nobody listens for is out of reach", async () => {
    const { url } = await openSocketStage();
    for (const close of closers.splice(0)) await close();
    expect(await verdictOf("CONNECT / 101", url, { apiKey: undefined })).toMatchObject({
      kind: "unreachable",
      checks: [{ last: { kind: "no-answer", reason: "refused" } }],
    });
  });
});
