import type { SimulatedRequest, SimulatedResponse } from "../http/exchange.ts";
import { type Call, type CallTarget, newCall, newRequestIds, type Served } from "./data-plane/call.ts";
import { refusalOfCaller } from "./data-plane/caller.ts";
import { forbidden, gatewayResponse, refusals } from "./data-plane/gateway-response.ts";
import { answerOfMock } from "./data-plane/mock-integration.ts";
import { carriableHeaders } from "./data-plane/parameter-mapping.ts";
import { servedDefinition } from "./data-plane/propagation.ts";
import { matchRoute } from "./data-plane/routing.ts";
import type { RestApi, Stage, World } from "./model.ts";

/**
 * Answers a request to `/{apiId}/{stage}/…`, which on AWS goes to `{apiId}.execute-api.{region}.amazonaws.com/{stage}/…`.
 * Only mock integrations are evaluated; others answer 502 and say so in `x-simulator-note`.
 */
export const invoke = (world: World, request: SimulatedRequest): SimulatedResponse => {
  const ids = newRequestIds();
  const response = answer(world, request, ids);
  return {
    ...response,
    headers: {
      ...carriableHeaders(response.headers),
      "x-amzn-RequestId": ids.requestId,
      "x-amz-apigw-id": ids.extendedRequestId,
    },
  };
};

const answer = (world: World, request: SimulatedRequest, ids: CallTarget["ids"]): SimulatedResponse => {
  const [, apiId = "", stageName = "", ...segments] = request.path.split("/");
  const api = world.restApis.get(apiId);
  const stage = api?.stages.get(stageName);
  if (!api || !stage || !isReachable(api)) return forbidden();
  const served = servedBy(world, api, stage);
  if (!served) return forbidden();
  const target: CallTarget = { world, api, stage, ids, path: `/${segments.join("/")}` };
  return answerOfCall(target, newCall(target, served, request));
};

/** Private APIs are reached through their VPC endpoint only, which the simulator has none of. */
const isReachable = (api: RestApi): boolean =>
  !api.disableExecuteApiEndpoint && !api.endpointConfiguration.types.includes("PRIVATE");

/** Each request is a canary request at the canary's percentage, whatever the ones before it were. */
const servedBy = (world: World, api: RestApi, stage: Stage): Served | undefined => {
  const canary = stage.canarySettings;
  const isCanary = canary !== undefined && (world.random ?? Math.random)() * 100 < canary.percentTraffic;
  const deploymentId = isCanary ? canary.deploymentId : stage.deploymentId;
  const definition = isCanary ? api.deployments.get(deploymentId)?.definition : servedDefinition(world, api, stage);
  return definition && { definition, deploymentId, isCanary };
};

const answerOfCall = (target: CallTarget, call: Call): SimulatedResponse => {
  const { definition, request, context } = call;
  const route = matchRoute(definition, request.method, target.path);
  if (!route) return gatewayResponse(call, refusals.missingAuthenticationToken);
  context["resourceId"] = route.resource.id;
  context["resourcePath"] = route.resource.path;
  const refusal = refusalOfCaller(target, definition, route.method, request);
  if (refusal) return gatewayResponse(call, refusal);
  const integration = route.method.methodIntegration;
  if (integration?.type === "MOCK") return answerOfMock(call, route, integration);
  return gatewayResponse(call, {
    ...refusals.integrationFailure,
    note: `The simulator evaluates mock integrations only; this method has type ${integration?.type ?? "none"}`,
  });
};
