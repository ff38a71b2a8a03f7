import type { World } from "../../gateway/model.ts";
import { badRequest, conflict } from "../../gateway/service-error.ts";
import { deployAutomatically } from "../auto-deploy.ts";
import type { Api, Integration } from "../model.ts";
import type { Operation } from "../operation.ts";
import { requireApi, requireItem } from "./identifiers.ts";
import { readsOf } from "./reads.ts";

type IntegrationMembers = Partial<Integration> & Pick<Integration, "integrationType">;

/** An integration that is not yet the draft's, with the service's defaults. */
export const newIntegration = (world: World, api: Api, members: IntegrationMembers): Integration => {
  const { integrationType } = members;
  const integration: Integration = {
    connectionType: "INTERNET",
    timeoutInMillis: longestTimeout[api.protocolType],
    ...(api.protocolType === "WEBSOCKET" ? { passthroughBehavior: "WHEN_NO_MATCH" } : {}),
    ...(api.protocolType === "HTTP" && integrationType === "HTTP_PROXY" ? { payloadFormatVersion: "1.0" } : {}),
    ...members,
    integrationId: world.newId(7),
    responses: new Map(),
  };
  checkIntegration(api, integration);
  return integration;
};

/** Milliseconds (Amazon API Gateway quotas for HTTP APIs and for WebSocket APIs). */
const longestTimeout: Readonly<Record<Api["protocolType"], number>> = { HTTP: 30_000, WEBSOCKET: 29_000 };

const checkIntegration = ({ protocolType }: Api, integration: Integration): void => {
  const { timeoutInMillis, integrationType } = integration;
  const longest = longestTimeout[protocolType];
  if (timeoutInMillis < 50 || timeoutInMillis > longest) {
    throw badRequest(`Timeout should be between 50 ms and ${longest} ms`);
  }
  if (protocolType === "HTTP") checkHttpIntegration(integration);
  if (integrationType === "MOCK" || integration.integrationSubtype !== undefined) return;
  checkUri(integration);
};

/** API reference, CreateIntegration: what HTTP APIs know of integrations. */
const checkHttpIntegration = ({ integrationType, payloadFormatVersion, requestTemplates }: Integration): void => {
  if (integrationType !== "AWS_PROXY" && integrationType !== "HTTP_PROXY") {
    throw badRequest(`Integration type ${integrationType} is not supported on protocolType HTTP`);
  }
  if (payloadFormatVersion === undefined)
    throw badRequest("PayloadFormatVersion is a required parameter for integration");
  const versions = integrationType === "AWS_PROXY" ? ["1.0", "2.0"] : ["1.0"];
  if (!versions.includes(payloadFormatVersion)) {
    throw badRequest(`Unsupported PayloadFormatVersion: ${payloadFormatVersion}`);
  }
  if (requestTemplates !== undefined) throw badRequest("Templates are not supported on protocolType HTTP");
};

const checkUri = ({ integrationType, integrationUri = "", integrationMethod, connectionType }: Integration): void => {
  if (integrationType.startsWith("AWS")) {
    if (!integrationUri.startsWith("arn:")) throw badRequest("Invalid ARN specified in the request");
    return;
  }
  if (!integrationMethod) throw badRequest("HttpMethod is a required parameter for integration");
  if (connectionType !== "VPC_LINK" && !/^(?:https?:\/\/|\$\{stageVariables\.)/.test(integrationUri)) {
    throw badRequest("Invalid HTTP endpoint specified for URI");
  }
};

const integrationView = (integration: Integration): Record<string, unknown> => {
  const { responses: _, ...members } = integration;
  return structuredClone(members);
};

const createIntegration: Operation = ({ apiId, ...members }, world) => {
  const api = requireApi(world, apiId);
  const integration = newIntegration(world, api, members);
  api.draft.integrations.set(integration.integrationId, integration);
  deployAutomatically(world, api);
  return integrationView(integration);
};

/** Maps are merged, where an empty value takes a parameter away (API reference, UpdateIntegration). */
const updateIntegration: Operation = ({ apiId, integrationId, ...members }, world) => {
  const api = requireApi(world, apiId);
  const before = requireItem(api.draft.integrations, integrationId, "Integration");
  const integration: Integration = { ...before, ...members };
  if (members.requestParameters !== undefined) {
    const parameters = Object.entries<string>({ ...before.requestParameters, ...members.requestParameters });
    integration.requestParameters = Object.fromEntries(parameters.filter(([, value]) => value !== ""));
  }
  checkIntegration(api, integration);
  api.draft.integrations.set(integrationId, integration);
  deployAutomatically(world, api);
  return integrationView(integration);
};

const deleteIntegration: Operation = (input, world) => {
  const api = requireApi(world, input.apiId);
  const { integrationId } = requireItem(api.draft.integrations, input.integrationId, "Integration");
  const user = [...api.draft.routes.values()].find(({ target }) => target === `integrations/${integrationId}`);
  if (user)
    throw conflict(`Cannot delete Integration '${integrationId}' because it is referenced by Route ${user.routeKey}`);
  api.draft.integrations.delete(integrationId);
  deployAutomatically(world, api);
};

export const integrationOperations: Record<string, Operation> = {
  CreateIntegration: createIntegration,
  ...readsOf({
    name: "Integration",
    idMember: "integrationId",
    of: ({ draft }) => draft.integrations,
    view: integrationView,
  }),
  UpdateIntegration: updateIntegration,
  DeleteIntegration: deleteIntegration,
};
