import type { Definition, Method, Operation, OperationInput, Resource, World } from "../model.ts";
import { requireResource } from "../resource-tree.ts";
import { badRequest, conflict, notFound } from "../service-error.ts";
import {
  applyPatches,
  isTrue,
  leaf,
  listItem,
  mapEntry,
  optionalLeaf,
  type Patched,
  plainRefusals,
} from "./patch-rules.ts";

const verbs = ["GET", "PUT", "POST", "DELETE", "PATCH", "OPTIONS", "HEAD", "ANY"];

/** @throws ServiceError 404 for an unknown REST API or resource, in the same words (recorded behaviour) */
export const resourceOf = (world: World, input: OperationInput): Resource =>
  requireResource(world.restApis.get(input.restApiId)?.draft, input.resourceId);

/** @throws ServiceError 404 */
export const methodOf = (world: World, input: OperationInput): Method => {
  const method = resourceOf(world, input).methods.get(input.httpMethod);
  if (method === undefined) throw notFound("Invalid Method identifier specified");
  return method;
};

const draftOf = (world: World, input: OperationInput): Definition => {
  const api = world.restApis.get(input.restApiId);
  if (api === undefined) throw notFound("Invalid Resource identifier specified");
  return api.draft;
};

const putMethod: Operation = (input, world) => {
  const resource = resourceOf(world, input);
  if (!verbs.includes(input.httpMethod)) {
    throw badRequest(`Invalid HttpMethod specified. Valid options are ${verbs.join(",")}`);
  }
  if (resource.methods.has(input.httpMethod)) throw conflict("Method already exists for this resource");
  const { restApiId: _, resourceId: __, ...members } = input;
  const method: Method = { apiKeyRequired: false, ...members, methodResponses: new Map() };
  checkMethod(draftOf(world, input), method);
  resource.methods.set(method.httpMethod, method);
  return method;
};

const getMethod: Operation = (input, world) => methodOf(world, input);

const deleteMethod: Operation = (input, world) => {
  methodOf(world, input);
  resourceOf(world, input).methods.delete(input.httpMethod);
};

/**
 * Checks what a method refers to, in recorded texts. An authorizer that the authorization type has no use for is
 * dropped.
 */
const checkMethod = (draft: Definition, method: Method): void => {
  checkAuthorization(draft, method);
  if (method.requestValidatorId !== undefined && !draft.requestValidators.has(method.requestValidatorId)) {
    throw badRequest("Invalid Request Validator identifier specified");
  }
  for (const model of Object.values(method.requestModels ?? {})) {
    if (!draft.models.has(model)) throw badRequest(`Invalid model identifier specified: ${model}`);
  }
  const names = Object.keys(method.requestParameters ?? {}).map((parameter) => parameter.split(".").slice(3).join("."));
  if (new Set(names).size < names.length) {
    throw badRequest("Parameter names must be unique across querystring, header and path");
  }
};

/** The texts were recorded before there were JWT authorizers. */
const checkAuthorization = (draft: Definition, method: Method): void => {
  if (!["NONE", "AWS_IAM", "CUSTOM", "COGNITO_USER_POOLS", "JWT"].includes(method.authorizationType)) {
    throw badRequest(
      "Invalid Authorization Type specified. Valid options are NONE, AWS_IAM, CUSTOM, COGNITO_USER_POOLS",
    );
  }
  if (method.authorizationType === "NONE" || method.authorizationType === "AWS_IAM") {
    delete method.authorizerId;
    return;
  }
  const authorizer = draft.authorizers.get(method.authorizerId ?? "");
  if (authorizer && (method.authorizationType === "JWT") === (authorizer["type"] === "JWT")) return;
  throw badRequest(
    "Invalid authorizer ID specified. Setting the authorization type to CUSTOM or COGNITO_USER_POOLS requires a valid authorizer.",
  );
};

const missingParameter = "Invalid parameter name specified";
const missingContentType = "Content-Type specified was not found";

const methodRules = [
  leaf("apiKeyRequired", isTrue),
  leaf("authorizationType"),
  leaf("authorizerId"),
  optionalLeaf("operationName"),
  optionalLeaf("requestValidatorId"),
  mapEntry("requestParameters", missingParameter, isTrue),
  mapEntry("requestModels", missingContentType),
  listItem("authorizationScopes"),
];

const updateMethod: Operation = (input, world) => {
  const patched = structuredClone(methodOf(world, input));
  applyPatches(patched as unknown as Patched, input.patchOperations, methodRules, plainRefusals);
  checkMethod(draftOf(world, input), patched);
  resourceOf(world, input).methods.set(patched.httpMethod, patched);
  return patched;
};

const putMethodResponse: Operation = (input, world) => {
  const { methodResponses } = methodOf(world, input);
  const { restApiId: _, resourceId: __, httpMethod: ___, ...response } = input;
  if (methodResponses.has(input.statusCode)) throw conflict("Response already exists for this resource");
  methodResponses.set(input.statusCode, response);
  return response;
};

const responseOf = (world: World, input: OperationInput): Record<string, unknown> => {
  const response = methodOf(world, input).methodResponses.get(input.statusCode);
  if (response === undefined) throw notFound("Invalid Response status code specified");
  return response;
};

const getMethodResponse: Operation = (input, world) => responseOf(world, input);

const responseRules = [
  mapEntry("responseParameters", missingParameter, isTrue),
  mapEntry("responseModels", missingContentType),
];

const updateMethodResponse: Operation = (input, world) => {
  const patched = structuredClone(responseOf(world, input));
  applyPatches(patched, input.patchOperations, responseRules, plainRefusals);
  methodOf(world, input).methodResponses.set(input.statusCode, patched);
  return patched;
};

const deleteMethodResponse: Operation = (input, world) => {
  responseOf(world, input);
  methodOf(world, input).methodResponses.delete(input.statusCode);
};

export const methodOperations: Record<string, Operation> = {
  PutMethod: putMethod,
  GetMethod: getMethod,
  UpdateMethod: updateMethod,
  DeleteMethod: deleteMethod,
  PutMethodResponse: putMethodResponse,
  GetMethodResponse: getMethodResponse,
  UpdateMethodResponse: updateMethodResponse,
  DeleteMethodResponse: deleteMethodResponse,
};
