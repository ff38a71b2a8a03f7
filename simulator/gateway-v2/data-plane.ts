import { randomUUID } from "node:crypto";
import { carriableHeaders } from "../gateway/data-plane/parameter-mapping.ts";
import type { World } from "../gateway/model.ts";
import { jsonResponse, type SimulatedRequest, type SimulatedResponse } from "../http/exchange.ts";
import { refusalOfCaller } from "./data-plane/authorization.ts";
import { type Call, contextOf } from "./data-plane/call.ts";
import { originHeaders, preflightAnswer } from "./data-plane/cors.ts";
import { answerOfProxy } from "./data-plane/http-proxy.ts";
import { servingOf } from "./data-plane/propagation.ts";
import { recordServed } from "./data-plane/record.ts";
import { type MatchedRoute, matchRoute } from "./data-plane/routing.ts";
import { mayAnswer } from "./data-plane/throttle.ts";
import { connect, type SocketPlace } from "./data-plane/web-socket.ts";
import type { Api } from "./model.ts";

const notFound = (): SimulatedResponse => jsonResponse(404, { message: "Not Found" });

/** A stage of an HTTP API, and a path below it, undecoded, with its leading slash. */
type Place = Pick<Call, "api" | "stage" | "path" | "customDomain">;

/** Where a custom domain sends a request. */
export type DomainTarget = { readonly stageName: string; readonly path: string; readonly domainName: string };

/** Answers a request that came through a custom domain, whether or not the API's own endpoint is switched off. */
export const invokeAt = async (
  world: World,
  request: SimulatedRequest,
  api: Api,
  { stageName, path, domainName }: DomainTarget,
): Promise<SimulatedResponse> => {
  const stage = api.stages.get(stageName);
  if (api.protocolType === "WEBSOCKET") return connect(world, { api, stage, path, customDomain: domainName }, request);
  return stage ? invokeStage(world, request, { api, stage, path, customDomain: domainName }) : notFound();
};

/**
 * Answers a request to `/{apiId}/…`, which on AWS goes to `{apiId}.execute-api.{region}.amazonaws.com/…`: to the stage
 * that the path's first segment names, else to `$default` at the root.
 */
export const invokeApi = async (world: World, request: SimulatedRequest): Promise<SimulatedResponse> => {
  const [, apiId = "", ...segments] = request.path.split("/");
  const api = world.apis.get(apiId);
  if (api?.protocolType === "WEBSOCKET") return connect(world, socketPlaceOf(api, segments), request);
  const at = api && !api.disableExecuteApiEndpoint ? placeOf(api, segments) : undefined;
  return at === undefined ? notFound() : invokeStage(world, request, at);
};

const socketPlaceOf = (api: Api, [stageName = "", ...below]: readonly string[]): SocketPlace => ({
  api,
  stage: api.disableExecuteApiEndpoint ? undefined : api.stages.get(stageName),
  path: `/${below.join("/")}`,
});

const placeOf = (api: Api, segments: readonly string[]): Place | undefined => {
  const [stageName = "", ...below] = segments;
  const named = api.stages.get(stageName);
  if (named && stageName !== "$default") return { api, stage: named, path: `/${below.join("/")}` };
  const stage = api.stages.get("$default");
  return stage && { api, stage, path: `/${segments.join("/")}` };
};

/** Answers a request to a stage, wherever it came from, and keeps what metrics and access logs will tell of it. */
const invokeStage = async (world: World, request: SimulatedRequest, place: Place): Promise<SimulatedResponse> => {
  const serving = servingOf(world, place.api, place.stage);
  if (serving === undefined) return notFound();
  const requestId = randomUUID();
  const target = { world, ...place, serving, request };
  const call: Call = { ...target, context: contextOf(target, requestId) };
  const started = { at: world.clock.now(), tick: performance.now() };
  const response = await answer(call);
  recordServed(call, response, started);
  return { ...response, headers: { ...carriableHeaders(response.headers), "apigw-requestid": requestId } };
};

const answer = async (call: Call): Promise<SimulatedResponse> => {
  const { request, serving, path } = call;
  const { corsConfiguration } = serving.definition;
  const preflight = corsConfiguration && preflightAnswer(corsConfiguration, request);
  if (preflight) return preflight;
  const matched = matchRoute(serving.definition, request.method, path);
  const response = matched ? await answerOfRoute(call, matched) : notFound();
  if (!corsConfiguration) return response;
  return {
    ...response,
    headers: { ...response.headers, ...originHeaders(corsConfiguration, request.headers["origin"]) },
  };
};

const answerOfRoute = async (call: Call, matched: MatchedRoute): Promise<SimulatedResponse> => {
  const { world, api, stage, context } = call;
  const { routeKey } = matched.route;
  context["routeKey"] = routeKey;
  if (!mayAnswer(world, api.apiId, stage, routeKey)) return jsonResponse(429, { message: "Too Many Requests" });
  return refusalOfCaller(call, matched) ?? answerOfIntegration(call, matched);
};

const answerOfIntegration = async (call: Call, matched: MatchedRoute): Promise<SimulatedResponse> => {
  const id = (matched.route.target ?? "").replace("integrations/", "");
  const integration = call.serving.definition.integrations.get(id);
  call.context["reachedIntegration"] = integration !== undefined;
  if (integration?.integrationType === "HTTP_PROXY") return answerOfProxy(call, matched, integration);
  const type = integration?.integrationType ?? "none";
  return jsonResponse(
    500,
    { message: "Internal Server Error" },
    { "x-simulator-note": `The simulator evaluates integrations of type HTTP_PROXY only; this route has ${type}` },
  );
};
