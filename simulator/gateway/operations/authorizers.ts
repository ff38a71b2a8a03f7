import type { Operation } from "../model.ts";
import { badRequest, notFound } from "../service-error.ts";
import { requireRestApi } from "./identifiers.ts";
import { pageOf } from "./pages.ts";

/** Authorizers and request validators: what methods refer to by id. */

const createAuthorizer: Operation = (input, world) => {
  const { draft } = requireRestApi(world, input.restApiId);
  const { restApiId: _, ...members } = input;
  const authorizer: Record<string, unknown> = { id: world.newId(6), ...members };
  draft.authorizers.set(String(authorizer["id"]), authorizer);
  return authorizer;
};

const getAuthorizers: Operation = (input, world) =>
  pageOf(requireRestApi(world, input.restApiId).draft.authorizers.values(), ({ id }) => String(id), input);

const getAuthorizer: Operation = (input, world) => {
  const authorizer = world.restApis.get(input.restApiId)?.draft.authorizers.get(input.authorizerId);
  if (authorizer === undefined) throw notFound("Invalid Authorizer identifier specified");
  return authorizer;
};

const deleteAuthorizer: Operation = (input, world) => {
  getAuthorizer(input, world);
  world.restApis.get(input.restApiId)?.draft.authorizers.delete(input.authorizerId);
};

const createRequestValidator: Operation = (input, world) => {
  const api = world.restApis.get(input.restApiId);
  if (api === undefined) throw badRequest("Invalid REST API identifier specified");
  const { restApiId: _, ...members } = input;
  const validator: Record<string, unknown> = {
    id: world.newId(6),
    validateRequestBody: false,
    validateRequestParameters: false,
    ...members,
  };
  api.draft.requestValidators.set(String(validator["id"]), validator);
  return validator;
};

const getRequestValidators: Operation = (input, world) =>
  pageOf(requireRestApi(world, input.restApiId).draft.requestValidators.values(), ({ id }) => String(id), input);

export const authorizerOperations: Record<string, Operation> = {
  CreateAuthorizer: createAuthorizer,
  GetAuthorizers: getAuthorizers,
  GetAuthorizer: getAuthorizer,
  DeleteAuthorizer: deleteAuthorizer,
  CreateRequestValidator: createRequestValidator,
  GetRequestValidators: getRequestValidators,
};
