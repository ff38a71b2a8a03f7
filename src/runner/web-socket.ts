import { on } from "node:events";
import type { ClientRequest, IncomingMessage } from "node:http";
import { WebSocket } from "ws";
import { proxyFor } from "../domain/proxy.ts";
import type { Handshake, OpenWebSocket } from "../domain/web-socket.ts";
import type { Environment } from "../domain/world.ts";
import { limitConnecting, openAgent } from "./connecting.ts";

/** Bytes. API Gateway passes on messages of 128 kB (quota "WebSocket message payload size"). */
const LONGEST_MESSAGE = 1024 * 1024;

/** Node 20 has no client of its own, and that of later versions does not tell how a server refuses. */
export const openWebSocketsIn =
  (environment: Environment): OpenWebSocket =>
  async (url, { headers, signal }) => {
    signal.throwIfAborted();
    const { href, origin } = new URL(url.replace(/^ws/, "http"));
    const proxy = proxyFor(new URL(origin), environment);
    const socket = new WebSocket(href.replace(/^http/, "ws"), {
      headers,
      maxPayload: LONGEST_MESSAGE,
      perMessageDeflate: false,
      ...(proxy === undefined ? {} : { agent: openAgent(new URL(origin), proxy) }),
      finishRequest: (request: ClientRequest) => {
        limitConnecting(request);
        request.end();
      },
    });
    const end = (): void => socket.terminate();
    signal.addEventListener("abort", end, { once: true });
    try {
      return await handshakeOf(socket);
    } catch (thrown) {
      throw signal.aborted ? signal.reason : new TypeError("fetch failed", { cause: thrown });
    }
  };

const handshakeOf = (socket: WebSocket): Promise<Handshake> => {
  // From the beginning: the first message may come with the handshake itself.
  const events: AsyncIterable<readonly unknown[]> = on(socket, "message", { close: ["close"] });
  return new Promise((resolve, reject) => {
    socket.once("error", reject);
    socket.once("open", () =>
      resolve({
        kind: "open",
        connection: {
          send: (text) => socket.send(text),
          messages: textsOf(events),
          close: () => socket.close(),
        },
      }),
    );
    socket.once("unexpected-response", (request: ClientRequest, response: IncomingMessage) => {
      refusalIn(response)
        .then(resolve, reject)
        .finally(() => request.destroy());
    });
  });
};

const textsOf = async function* (events: AsyncIterable<readonly unknown[]>): AsyncGenerator<string> {
  for await (const [data] of events) yield String(data);
};

/** Bytes of a refusal's body that anybody needs. */
const TOLD = 10_000;

const refusalIn = async (response: IncomingMessage): Promise<Handshake> => {
  const headers = new Headers();
  for (const [name, values = []] of Object.entries(response.headersDistinct)) {
    for (const value of values) headers.append(name, value);
  }
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > TOLD) break;
  }
  return { kind: "refused", status: response.statusCode ?? 0, headers, body: Buffer.concat(chunks).toString("utf8") };
};
