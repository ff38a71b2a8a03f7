import { accessLogEntry, outcomeContext } from "../../gateway/data-plane/access-log.ts";
import type { AccessLogEntry, ServedRequest } from "../../gateway/model.ts";
import type { SimulatedResponse } from "../../http/exchange.ts";
import { partsOf } from "../route-key.ts";
import type { Call } from "./call.ts";
import { settingsOf } from "./throttle.ts";

/** When a request arrived: by the world's clock, and in milliseconds of `performance.now()`. */
export type Arrival = { readonly at: number; readonly tick: number };

/** Keeps what metrics and access logs will tell of a request to an HTTP API. */
export const recordServed = (call: Call, response: SimulatedResponse, arrival: Arrival): void => {
  const { served, context, routeKey } = outcomeOf(call, response, arrival);
  const parts = partsOf(routeKey) ?? { verb: "ANY", path: routeKey };
  const accessLog = accessLogEntry(call.world, call.stage, context);
  call.world.served.push({
    ...served,
    ...detailedMember(call, routeKey, { method: parts.verb, resource: parts.path }),
    ...(accessLog === undefined ? {} : { accessLog }),
  });
};

/** The same for what goes on over a WebSocket, with the execution's log where the stage has it on. */
export const recordEvent = (
  call: Call,
  eventType: NonNullable<ServedRequest["eventType"]>,
  status: number,
  arrival: Arrival,
): void => {
  const { served, context, routeKey } = outcomeOf(call, { status, headers: {}, body: "" }, arrival);
  const accessLog = accessLogEntry(call.world, call.stage, context);
  call.world.served.push({
    ...served,
    eventType,
    ...detailedMember(call, routeKey, { method: "*", resource: routeKey }),
    ...(accessLog === undefined ? {} : { accessLog }),
    ...executionMember(call, routeKey, status),
  });
};

const outcomeOf = (
  { world, api, stage, serving, context }: Call,
  response: SimulatedResponse,
  { at, tick }: Arrival,
) => {
  const { reachedIntegration, ...names } = context;
  const request = { at, restApiId: api.apiId, apiName: api.name, stageName: stage.stageName };
  const version = { deploymentId: serving.deploymentId, isCanary: false };
  const own = Math.round(performance.now() - tick);
  const slow = reachedIntegration ? (world.backendLatency?.({ ...request, ...version }) ?? 0) : 0;
  const duration = { latency: own + slow, ...(reachedIntegration ? { integrationLatency: own + slow } : {}) };
  const { protocolType } = api;
  return {
    served: { ...request, ...version, protocolType, status: response.status, ...duration },
    context: { ...names, ...outcomeContext(response, at, duration) },
    routeKey: String(names["routeKey"] ?? ""),
  };
};

const detailedMember = (
  { stage }: Call,
  routeKey: string,
  detailed: NonNullable<ServedRequest["detailed"]>,
): Pick<ServedRequest, "detailed"> =>
  routeKey !== "" && settingsOf(stage, routeKey).detailedMetricsEnabled === true ? { detailed } : {};

/** The lines are those of a REST API's execution, cut to what is true here; only its group's name is documented. */
const executionMember = ({ api, stage, context }: Call, routeKey: string, status: number) => {
  const { loggingLevel = "OFF" } = settingsOf(stage, routeKey);
  if (loggingLevel === "OFF" || (loggingLevel === "ERROR" && status < 400)) return {};
  const id = `(${context["requestId"]})`;
  const { message } = (context["error"] ?? {}) as { readonly message?: string };
  const lines = [
    ...(loggingLevel === "INFO" ? [`${id} Starting execution for request: ${context["requestId"]}`] : []),
    ...(message === undefined ? [] : [`${id} ${message}`]),
    `${id} Method completed with status: ${status}`,
  ];
  const logGroup = `/aws/apigateway/${api.apiId}/${stage.stageName}`;
  return { executionLog: lines.map((line): AccessLogEntry => ({ logGroup, line })) };
};
