import { on } from "node:events";
import type { ClientRequest, IncomingMessage } from "node:http";
import { WebSocket } from "ws";
import { proxyFor } from "../domain/proxy.ts";
import type { Handshake, OpenWebSocket } from "../domain/web-socket.ts";
import type { Environment } from "../domain/world.ts";
import { answerOf, limitConnecting, openAgent, reasonOf } from "./http-fetch.ts";

/** Messages that wait for their reader; the connection brings no more until he is there. */
const MOST_WAITING = 16;

/** Milliseconds for a server to take its leave. */
const LEAVE = 500;

/** Bytes. API Gateway passes on messages of 128 kB (quota "WebSocket message payload size"). */
const LONGEST_MESSAGE = 1024 * 1024;

/** Node 20 has no client of its own, and that of later versions does not tell how a server refuses. */
export const openWebSocketsIn =
  (environment: Environment): OpenWebSocket =>
  async (url, { headers, signal }) => {
    signal.throwIfAborted();
    // Proxies are named for the protocols of HTTP.
    const place = new URL(url.replace(/^ws/, "http"));
    const proxy = proxyFor(place, environment);
    const agent = proxy && (await openAgent(place, proxy));
    const socket = new WebSocket(url, {
      headers,
      maxPayload: LONGEST_MESSAGE,
      perMessageDeflate: false,
      ...(agent === undefined ? {} : { agent }),
      finishRequest: (request: ClientRequest) => {
        limitConnecting(request);
        request.end();
      },
    });
    signal.addEventListener("abort", () => socket.terminate(), { once: true });
    return handshakeOf(socket, signal).catch((thrown: unknown) => {
      throw reasonOf(thrown, { signal });
    });
  };

const handshakeOf = (socket: WebSocket, signal: AbortSignal): Promise<Handshake> => {
  // From the beginning: the first message may come with the handshake itself.
  const events: AsyncIterable<readonly unknown[]> = on(socket, "message", {
    close: ["close"],
    highWaterMark: MOST_WAITING,
  });
  return new Promise((resolve, reject) => {
    socket.once("error", reject);
    socket.once("open", () => {
      const send = (text: string): void => socket.send(text);
      const close = (): void => {
        socket.close();
        setTimeout(() => socket.terminate(), LEAVE).unref();
      };
      resolve({ kind: "open", connection: { send, messages: textsOf(events), close } });
    });
    socket.once("unexpected-response", (_: ClientRequest, response: IncomingMessage) =>
      resolve({ kind: "refused", answer: answerOf(response, { signal }) }),
    );
  });
};

const textsOf = async function* (events: AsyncIterable<readonly unknown[]>): AsyncGenerator<string> {
  for await (const [data] of events) yield String(data);
};
