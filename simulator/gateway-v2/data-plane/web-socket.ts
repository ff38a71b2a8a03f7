import { randomUUID } from "node:crypto";
import type { World } from "../../gateway/model.ts";
import {
  type Connection,
  type Conversation,
  jsonResponse,
  type SimulatedRequest,
  type SimulatedResponse,
} from "../../http/exchange.ts";
import type { Route, Stage } from "../model.ts";
import { refusalOfCaller } from "./authorization.ts";
import { type Call, contextOf } from "./call.ts";
import { servingOf } from "./propagation.ts";
import { recordEvent } from "./record.ts";
import { type Answered, answerTo } from "./route-answer.ts";
import { selectedRoute } from "./route-selection.ts";
import { mayAnswer } from "./throttle.ts";

const forbidden = (): SimulatedResponse => jsonResponse(403, { message: "Forbidden" });

/** Where a client asks to be connected; without a stage, nowhere. */
export type SocketPlace = Pick<Call, "api" | "path" | "customDomain"> & { readonly stage: Stage | undefined };

/**
 * Answers a request to `/{apiId}/{stage}` of a WebSocket API, which on AWS goes to
 * `wss://{apiId}.execute-api.{region}.amazonaws.com/{stage}`: with 101 and what goes on over the connection, where the
 * `$connect` route, if there is one, lets the client in (Developer Guide, "Manage connected users and client apps").
 */
export const connect = async (
  world: World,
  { stage, ...place }: SocketPlace,
  request: SimulatedRequest,
): Promise<SimulatedResponse> => {
  const serving = stage && servingOf(world, place.api, stage);
  if (!serving || place.path !== "/") return forbidden();
  if (request.headers["upgrade"]?.toLowerCase() !== "websocket") {
    return jsonResponse(426, { message: "Upgrade Required" }, { upgrade: "websocket" });
  }
  const connection = { connectionId: connectionIdOf(world), connectedAt: world.clock.now() };
  const client = { world, ...place, stage, serving, request, ...connection };
  const refusal = await admit(client);
  return refusal ?? { status: 101, headers: {}, body: "", conversation: conversationOf(client) };
};

/** Fifteen characters in Base64, an equals sign at the end. */
const connectionIdOf = ({ newId }: World): string => `${newId(15)}=`;

type Client = Omit<Call, "context"> & { readonly connectionId: string; readonly connectedAt: number };

type EventType = "CONNECT" | "MESSAGE" | "DISCONNECT";

const callOf = ({ connectionId, connectedAt, ...target }: Client, eventType: EventType, routeKey: string): Call => {
  const requestId = randomUUID();
  return {
    ...target,
    context: {
      ...contextOf(target, requestId),
      connectedAt: Math.floor(connectedAt),
      connectionId,
      eventType,
      messageDirection: "IN",
      messageId: connectionId,
      routeKey,
    },
  };
};

const routeOf = ({ serving }: Client, routeKey: string): Route | undefined =>
  [...serving.definition.routes.values()].find((route) => route.routeKey === routeKey);

/** Why the client is not let in. */
const admit = async (client: Client): Promise<SimulatedResponse | undefined> => {
  const { world, api, stage } = client;
  const started = { at: world.clock.now(), tick: performance.now() };
  const call = callOf(client, "CONNECT", "$connect");
  const route = routeOf(client, "$connect");
  const refuse = async (): Promise<SimulatedResponse | undefined> => {
    if (!mayAnswer(world, api.apiId, stage, "$connect")) return jsonResponse(429, { message: "Too Many Requests" });
    if (route === undefined) return undefined;
    const refusal = refusalOfCaller(call, { route, pathParameters: {} });
    if (refusal) return refusal;
    const { status, message } = await answerTo(call, route, "");
    return status >= 200 && status < 300 ? undefined : jsonResponse(status, { message: message ?? "Forbidden" });
  };
  const refusal = await refuse();
  recordEvent(call, "CONNECT", refusal?.status ?? 200, started);
  return refusal;
};

const conversationOf = (client: Client): Conversation => ({
  onMessage: (text, connection) => receive(client, text, connection),
  onClose: async () => {
    const started = { at: client.world.clock.now(), tick: performance.now() };
    const call = callOf(client, "DISCONNECT", "$disconnect");
    const route = routeOf(client, "$disconnect");
    const { status } = route ? await answerTo(call, route, "") : { status: 200 };
    recordEvent(call, "DISCONNECT", status, started);
  },
});

/** A route's answer goes back where it has a response of its own; a refusal always does. */
const receive = async (client: Client, text: string, connection: Connection): Promise<void> => {
  const { world, api, stage, serving } = client;
  const started = { at: world.clock.now(), tick: performance.now() };
  const route = selectedRoute(api, serving.definition, text);
  const call = callOf(client, "MESSAGE", route?.routeKey ?? "$default");
  const answered = await answerToMessage(route, text, call, mayAnswer(world, api.apiId, stage, route?.routeKey ?? ""));
  if (answered.message !== undefined) {
    const { connectionId, requestId } = call.context;
    connection.send(JSON.stringify({ message: answered.message, connectionId, requestId }));
  } else if (answered.body !== undefined) connection.send(answered.body);
  recordEvent(call, "MESSAGE", answered.status, started);
};

const answerToMessage = async (
  route: Route | undefined,
  text: string,
  call: Call,
  isAllowed: boolean,
): Promise<Answered> => {
  if (route === undefined) return { status: 403, message: "Forbidden" };
  return isAllowed ? answerTo(call, route, text) : { status: 429, message: "Too Many Requests" };
};
