import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { setTimeout as sleep, setImmediate as turn } from "node:timers/promises";
import type { Exchange, Service, SimulatedRequest, SimulatedResponse } from "./exchange.ts";
import { type FaultEffect, type FaultScript, faultScript } from "./faults.ts";
import { converse, refuseUpgrade, upgradeAnswer } from "./web-socket.ts";

export type SimulatorServer = {
  /** `http://127.0.0.1:PORT`, no trailing slash. */
  readonly url: string;
  readonly exchanges: readonly Exchange[];
  readonly faults: FaultScript;
  /**
   * Milliseconds that a request and its answer are on their way, half of it each. What the simulation needs for the answer
   * is part of it: it tells nothing about the service.
   */
  latency: number;
  /** Called when a request has arrived and before the service sees it; the request waits for the promise. */
  gate: ((exchange: Exchange) => Promise<void>) | undefined;
  /**
   * Answers the requests below `/_simulator/`, which are about the simulation and no part of it: they meet no fault and
   * no latency, and leave no exchange. Without it, the service gets them like any other.
   */
  control: ((request: SimulatedRequest) => SimulatedResponse) | undefined;
  readonly close: () => Promise<void>;
};

/** By so many milliseconds. */
const TIMERS_ARE_LATE = 2;

/** Serves one simulated service on the loopback interface. Port 0 takes a free one. */
export const listen = async (service: Service, port = 0): Promise<SimulatorServer> => {
  const exchanges: Exchange[] = [];
  const faults = faultScript();
  const http = createServer((incoming, outgoing) => {
    // A client that went away mid-request is the client's affair.
    outgoing.on("error", () => {});
    serve(incoming, outgoing).catch(() => outgoing.destroy());
  });
  const sockets = new Set<Duplex>();
  http.on("upgrade", (incoming, socket: Duplex, head) => {
    socket.on("error", () => {});
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    upgrade(incoming, socket, head).catch(() => socket.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    http.once("error", reject);
    http.listen(port, "127.0.0.1", resolve);
  });
  const server: SimulatorServer = {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    exchanges,
    faults,
    latency: 0,
    gate: undefined,
    control: undefined,
    close: () =>
      new Promise((resolve) => {
        http.close(() => resolve());
        http.closeAllConnections();
        for (const socket of sockets) socket.destroy();
      }),
  };

  /** The exchange as it is when the service is to answer, and what is to go wrong with it. */
  const arrive = async (request: SimulatedRequest, startedAt: number) => {
    const matched = service.match(request);
    const exchange: Exchange = { number: exchanges.length + 1, operation: matched.operation, request, startedAt };
    exchanges.push(exchange);
    if (server.latency > 0) await sleep(server.latency / 2);
    await server.gate?.(exchange);
    return { matched, exchange, fault: faults.next(exchange.operation, exchange.number) };
  };

  /** Until the answer arrives. */
  const wayBack = async ({ startedAt }: Pick<Exchange, "startedAt">): Promise<void> => {
    const end = startedAt + server.latency;
    const left = end - performance.now() - TIMERS_ARE_LATE;
    if (left > 0) await sleep(left);
    while (performance.now() < end) await turn();
  };

  const serve = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const startedAt = performance.now();
    const request = await readRequest(incoming, server.url);
    if (server.control && request.path.startsWith("/_simulator/")) return write(outgoing, server.control(request));
    const { matched, exchange, fault } = await arrive(request, startedAt);
    if (fault && "when" in fault) {
      if (fault.when === "after") await matched.answer();
      await wayBack(exchange);
      return strike(outgoing, exchange, fault);
    }
    const response = await matched.answer();
    await wayBack(exchange);
    await sendAs(outgoing, exchange, response, fault);
  };

  const upgrade = async (incoming: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> => {
    const startedAt = performance.now();
    const request = describe(incoming, Buffer.alloc(0), server.url);
    const { matched, exchange, fault } = await arrive(request, startedAt);
    const response = await upgradeAnswer(matched, fault);
    await wayBack(exchange);
    exchange.endedAt = performance.now();
    if (response === "hang") return;
    if (response === "reset") return void socket.destroy();
    exchange.status = response.status;
    if (response.conversation === undefined) refuseUpgrade(socket, response);
    else await converse(incoming, socket, head, response.conversation);
  };
  return server;
};

const readRequest = async (incoming: IncomingMessage, base: string): Promise<SimulatedRequest> => {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return describe(incoming, Buffer.concat(chunks), base);
};

const describe = (incoming: IncomingMessage, body: Buffer, base: string): SimulatedRequest => {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(incoming.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(", ") : value;
  }
  const target = incoming.url ?? "/";
  return {
    method: incoming.method ?? "GET",
    url: new URL(target, base),
    path: target.split("?", 1)[0] ?? "/",
    headers,
    body,
  };
};

const strike = async (
  outgoing: ServerResponse,
  exchange: Exchange,
  fault: Extract<FaultEffect, { when: unknown }>,
): Promise<void> => {
  if (fault.kind === "answer") return send(outgoing, exchange, fault.response);
  if (fault.kind === "reset") {
    exchange.endedAt = performance.now();
    outgoing.socket?.resetAndDestroy();
  }
  // "hang": no answer ever comes; the client's own timeout ends it.
};

/** The true answer, or what is left of it. */
const sendAs = async (
  outgoing: ServerResponse,
  exchange: Exchange,
  response: SimulatedResponse,
  fault: Exclude<FaultEffect, { when: unknown }> | undefined,
): Promise<void> => {
  if (fault?.kind === "truncate" || fault?.kind === "stall") return sendHalf(outgoing, exchange, response, fault.kind);
  send(outgoing, exchange, fault ? fault.change(response) : response);
};

const send = (outgoing: ServerResponse, exchange: Exchange, response: SimulatedResponse): void => {
  exchange.status = response.status;
  exchange.endedAt = performance.now();
  write(outgoing, response);
};

const sendHalf = async (
  outgoing: ServerResponse,
  exchange: Exchange,
  response: SimulatedResponse,
  then: "truncate" | "stall",
): Promise<void> => {
  exchange.status = response.status;
  exchange.endedAt = performance.now();
  const body = writeHead(outgoing, response);
  outgoing.write(body.subarray(0, Math.floor(body.length / 2)));
  if (then === "stall") return;
  await sleep(5);
  outgoing.socket?.destroy();
};

const write = (outgoing: ServerResponse, response: SimulatedResponse): void => {
  outgoing.end(writeHead(outgoing, response));
};

/** Announces the whole body, which it answers. */
const writeHead = (outgoing: ServerResponse, { status, headers, body }: SimulatedResponse): Buffer => {
  const bytes = Buffer.from(body);
  const noBody = status === 204 || status === 304;
  outgoing.writeHead(status, { ...headers, ...(noBody ? {} : { "content-length": String(bytes.length) }) });
  return bytes;
};
