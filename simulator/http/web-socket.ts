import { type IncomingMessage, STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import type { Conversation, Matched, SimulatedResponse } from "./exchange.ts";
import type { FaultEffect } from "./faults.ts";

/** What a request to upgrade ends in; a fault that cuts an answer in the middle cuts the connection. */
export const upgradeAnswer = async (
  { answer }: Matched,
  fault: FaultEffect | undefined,
): Promise<SimulatedResponse | "reset" | "hang"> => {
  if (fault && "when" in fault) {
    if (fault.when === "after") await answer();
    return fault.kind === "answer" ? fault.response : fault.kind;
  }
  if (fault?.kind === "truncate") return "reset";
  if (fault?.kind === "stall") return "hang";
  const response = await answer();
  return fault?.kind === "change" ? fault.change(response) : response;
};

/** An answer to a request to upgrade that is none: plain HTTP, after which the connection ends. */
export const refuseUpgrade = (socket: Duplex, { status, headers, body }: SimulatedResponse): void => {
  const lines = Object.entries({ ...headers, "content-length": String(Buffer.byteLength(body)), connection: "close" });
  socket.write(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}\r\n`);
  socket.write(`${lines.map(([name, value]) => `${name}: ${value}\r\n`).join("")}\r\n`);
  socket.end(body);
};

/** Completes the handshake and lets the service speak. Its library is loaded by those alone who need it. */
export const converse = async (
  incoming: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  { onMessage, onClose }: Conversation,
): Promise<void> => {
  const { WebSocketServer } = await import("ws");
  new WebSocketServer({ noServer: true }).handleUpgrade(incoming, socket, head, (client) => {
    const connection = { send: (text: string) => client.send(text) };
    client.on("message", (data) => onMessage(data.toString(), connection).catch(() => client.terminate()));
    client.on("close", () => onClose().catch(() => {}));
    client.on("error", () => client.terminate());
  });
};
