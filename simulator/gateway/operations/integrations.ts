import { newIntegration } from "../integration.ts";
import type { Integration, IntegrationResponse, Operation, OperationInput, World } from "../model.ts";
import { notFound } from "../service-error.ts";
import { methodOf } from "./methods.ts";
import { applyPatches, leaf, listItem, mapEntry, optionalLeaf, type Patched, plainRefusals } from "./patch-rules.ts";

/** @throws ServiceError 404 */
const integrationOf = (world: World, input: OperationInput): Integration => {
  const { methodIntegration } = methodOf(world, input);
  if (methodIntegration === undefined) throw notFound("Invalid Integration identifier specified");
  return methodIntegration;
};

/** In the request `httpMethod` is the method of the resource; the backend's is `integrationHttpMethod`. */
const putIntegration: Operation = (input, world) => {
  const method = methodOf(world, input);
  const { restApiId: _, resourceId, httpMethod: __, integrationHttpMethod, ...members } = input;
  const request = integrationHttpMethod === undefined ? members : { ...members, httpMethod: integrationHttpMethod };
  method.methodIntegration = newIntegration(request, resourceId);
  return method.methodIntegration;
};

const getIntegration: Operation = (input, world) => integrationOf(world, input);

const deleteIntegration: Operation = (input, world) => {
  integrationOf(world, input);
  delete methodOf(world, input).methodIntegration;
};

const missingParameter = "Invalid parameter name specified";
const missingContentType = "Content-Type specified was not found";

/** Operations of UpdateIntegration (API Gateway REST API patch operations reference). */
const integrationRules = [
  leaf("uri"),
  leaf("httpMethod"),
  leaf("passthroughBehavior"),
  leaf("cacheNamespace"),
  leaf("connectionType"),
  leaf("responseTransferMode"),
  leaf("timeoutInMillis", Number),
  optionalLeaf("connectionId"),
  optionalLeaf("contentHandling"),
  optionalLeaf("credentials"),
  listItem("cacheKeyParameters"),
  mapEntry("requestParameters", missingParameter),
  mapEntry("requestTemplates", missingContentType),
];

const updateIntegration: Operation = (input, world) => {
  const patched = structuredClone(integrationOf(world, input));
  applyPatches(patched as unknown as Patched, input.patchOperations, integrationRules, plainRefusals);
  methodOf(world, input).methodIntegration = patched;
  return patched;
};

const putIntegrationResponse: Operation = (input, world) => {
  const { restApiId: _, resourceId: __, httpMethod: ___, ...members } = input;
  const response: IntegrationResponse = members;
  integrationOf(world, input).integrationResponses.set(response.statusCode, response);
  return response;
};

const responseOf = (world: World, input: OperationInput): IntegrationResponse => {
  const response = integrationOf(world, input).integrationResponses.get(input.statusCode);
  if (response === undefined) throw notFound("Invalid Response status code specified");
  return response;
};

const getIntegrationResponse: Operation = (input, world) => responseOf(world, input);

const responseRules = [
  leaf("selectionPattern"),
  optionalLeaf("contentHandling"),
  mapEntry("responseParameters", missingParameter),
  mapEntry("responseTemplates", missingContentType),
];

const updateIntegrationResponse: Operation = (input, world) => {
  const patched = structuredClone(responseOf(world, input));
  applyPatches(patched as unknown as Patched, input.patchOperations, responseRules, plainRefusals);
  integrationOf(world, input).integrationResponses.set(patched.statusCode, patched);
  return patched;
};

const deleteIntegrationResponse: Operation = (input, world) => {
  responseOf(world, input);
  integrationOf(world, input).integrationResponses.delete(input.statusCode);
};

export const integrationOperations: Record<string, Operation> = {
  PutIntegration: putIntegration,
  GetIntegration: getIntegration,
  UpdateIntegration: updateIntegration,
  DeleteIntegration: deleteIntegration,
  PutIntegrationResponse: putIntegrationResponse,
  GetIntegrationResponse: getIntegrationResponse,
  UpdateIntegrationResponse: updateIntegrationResponse,
  DeleteIntegrationResponse: deleteIntegrationResponse,
};
