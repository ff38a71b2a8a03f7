import { invokeAt } from "../gateway-v2/data-plane.ts";
import { jsonResponse, type SimulatedRequest, type SimulatedResponse } from "../http/exchange.ts";
import { type Call, type CallTarget, newCall, newRequestIds, type Served } from "./data-plane/call.ts";
import { refusalOfCaller } from "./data-plane/caller.ts";
import { type DomainRequest, targetOf } from "./data-plane/domains.ts";
import { forbidden, gatewayResponse, refusals } from "./data-plane/gateway-response.ts";
import { answerOfMock } from "./data-plane/mock-integration.ts";
import { carriableHeaders } from "./data-plane/parameter-mapping.ts";
import { servingOf } from "./data-plane/propagation.ts";
import { recordServed } from "./data-plane/record.ts";
import { matchRoute } from "./data-plane/routing.ts";
import type { RestApi, Serving, World } from "./model.ts";

/**
 * Answers a request to `/{apiId}/{stage}/…`, which on AWS goes to `{apiId}.execute-api.{region}.amazonaws.com/{stage}/…`.
 * Only mock integrations are evaluated; others answer 502 and say so in `x-simulator-note`.
 */
export const invoke = (world: World, request: SimulatedRequest): SimulatedResponse => {
  const [, apiId = "", stageName = "", ...segments] = request.path.split("/");
  const api = world.restApis.get(apiId);
  const stage = api?.stages.get(stageName);
  const at = api && stage && isReachable(api) ? { api, stage, path: `/${segments.join("/")}` } : undefined;
  return answerAt(world, request, at);
};

/** Answers a request to a custom domain; a default endpoint that is switched off is another door. */
export const invokeDomain = (
  world: World,
  request: SimulatedRequest,
  to: DomainRequest,
): SimulatedResponse | Promise<SimulatedResponse> => {
  const target = targetOf(to, request.headers);
  if (target === undefined && to.domain.routingMode === "ROUTING_RULE_ONLY")
    return jsonResponse(404, { message: "Not Found" });
  const ofVersionTwo = world.apis.get(target?.restApiId ?? "");
  if (target && ofVersionTwo)
    return invokeAt(world, request, ofVersionTwo, { ...target, domainName: to.domain.domainName });
  const api = world.restApis.get(target?.restApiId ?? "");
  const stage = api?.stages.get(target?.stageName ?? "");
  if (target === undefined || !api || !stage || isPrivate(api)) return answerAt(world, request, undefined);
  const customDomain = { name: to.domain.domainName, path: to.path, matched: target.matched };
  return answerAt(world, request, { api, stage, path: target.path, customDomain });
};

type Where = Pick<CallTarget, "api" | "stage" | "path" | "customDomain">;

const answerAt = (world: World, request: SimulatedRequest, where: Where | undefined): SimulatedResponse => {
  const ids = newRequestIds();
  const response = where === undefined ? forbidden() : answer({ world, ids, ...where }, request);
  return {
    ...response,
    headers: {
      ...carriableHeaders(response.headers),
      "x-amzn-RequestId": ids.requestId,
      "x-amz-apigw-id": ids.extendedRequestId,
    },
  };
};

const answer = (target: CallTarget, request: SimulatedRequest): SimulatedResponse => {
  const { world, api, stage } = target;
  const served = choose(world, servingOf(world, api, stage));
  if (!served) return forbidden();
  const call = newCall(target, served, request);
  const started = { at: world.clock.now(), tick: performance.now() };
  const response = answerOfCall(target, call);
  recordServed(target, served, call, response, started);
  return response;
};

/** Private APIs are reached through their VPC endpoint only, which the simulator has none of. */
const isReachable = (api: RestApi): boolean => !api.disableExecuteApiEndpoint && !isPrivate(api);

const isPrivate = ({ endpointConfiguration }: RestApi): boolean => endpointConfiguration.types.includes("PRIVATE");

/** Each request is a canary request at the canary's percentage, whatever the ones before it were. */
const choose = (world: World, { base, canary }: Serving): Served | undefined => {
  if (!base || !canary) return base;
  const isCanary = (world.random ?? Math.random)() * 100 < canary.percentTraffic;
  return { ...(isCanary ? canary : base), isCanary };
};

const answerOfCall = (target: CallTarget, call: Call): SimulatedResponse => {
  const { definition, request, context } = call;
  const route = matchRoute(definition, request.method, target.path);
  if (!route) return gatewayResponse(call, refusals.missingAuthenticationToken);
  context["resourceId"] = route.resource.id;
  context["resourcePath"] = route.resource.path;
  const refusal = refusalOfCaller(target, definition, route, request);
  if (refusal) return gatewayResponse(call, refusal);
  const integration = route.method.methodIntegration;
  if (integration?.type === "MOCK") return answerOfMock(call, route, integration);
  return gatewayResponse(call, {
    ...refusals.integrationFailure,
    note: `The simulator evaluates mock integrations only; this method has type ${integration?.type ?? "none"}`,
  });
};
