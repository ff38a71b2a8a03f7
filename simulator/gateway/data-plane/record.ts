import type { SimulatedResponse } from "../../http/exchange.ts";
import type { ServedRequest, Stage } from "../model.ts";
import { accessLogEntry, outcomeContext } from "./access-log.ts";
import type { Call, CallTarget, Served } from "./call.ts";
import { memberOf } from "./member.ts";

/** When a request arrived: by the world's clock, and in milliseconds of `performance.now()`. */
export type Arrival = { readonly at: number; readonly tick: number };

/** Keeps what metrics and access logs will tell of a request. */
export const recordServed = (
  { world, api, stage }: CallTarget,
  { deploymentId, isCanary = false }: Served,
  { context }: Call,
  response: SimulatedResponse,
  { at, tick }: Arrival,
): void => {
  const request = { at, restApiId: api.id, apiName: api.name, stageName: stage.stageName, deploymentId, isCanary };
  const duration = durationOf(tick, context, world.backendLatency?.(request) ?? 0);
  const accessLog = accessLogEntry(world, stage, { ...context, ...outcomeContext(response, at, duration) });
  world.served.push({
    ...request,
    status: response.status,
    ...duration,
    ...detailedMember(stage, context),
    ...(accessLog === undefined ? {} : { accessLog }),
  });
};

const durationOf = (
  tick: number,
  context: Call["context"],
  backendLatency: number,
): Pick<ServedRequest, "latency" | "integrationLatency"> => {
  const own = Math.round(performance.now() - tick);
  if (!reachedIntegration(context)) return { latency: own };
  return { latency: own + backendLatency, integrationLatency: own + backendLatency };
};

/** The gateway's own answers that come after the integration was called. */
const afterIntegration = ["INTEGRATION_FAILURE", "API_CONFIGURATION_ERROR"];

const reachedIntegration = ({ error }: Call["context"]): boolean =>
  error === undefined || afterIntegration.includes(String(memberOf(error, "responseType")));

const detailedMember = (
  { methodSettings }: Stage,
  { httpMethod, resourcePath }: Call["context"],
): Pick<ServedRequest, "detailed"> => {
  if (resourcePath === undefined) return {};
  const [method, resource] = [String(httpMethod), String(resourcePath)];
  const setting = methodSettings[`${resource.replaceAll("/", "~1")}/${method}`] ?? methodSettings["*/*"];
  return setting?.metricsEnabled ? { detailed: { method, resource } } : {};
};
