import { checkAuthorizer, checkJwtConfiguration } from "../authorizer.ts";
import type { Operation, OperationInput, World } from "../model.ts";
import { badRequest, conflict, notFound } from "../service-error.ts";
import { requireRestApi } from "./identifiers.ts";
import { pageOf } from "./pages.ts";
import { type PatchOperation, parseMap, patchValue } from "./patch.ts";
import {
  applyPatches,
  leaf,
  listItem,
  optionalLeaf,
  type Patched,
  type PatchRule,
  plainRefusals,
} from "./patch-rules.ts";

type Authorizer = Record<string, unknown>;

/** The service takes an unknown REST API for one that somebody else is changing (recorded behaviour). */
const createAuthorizer: Operation = (input, world) => {
  const api = world.restApis.get(input.restApiId);
  if (api === undefined) {
    throw conflict("Unable to complete operation due to concurrent modification. Please try again later.");
  }
  const { restApiId: _, ...members } = input;
  checkAuthorizer(members);
  const authorizer: Authorizer = { id: world.newId(6), ...members };
  api.draft.authorizers.set(String(authorizer["id"]), authorizer);
  return authorizer;
};

const getAuthorizers: Operation = (input, world) =>
  pageOf(requireRestApi(world, input.restApiId).draft.authorizers.values(), ({ id }) => String(id), input);

const requireAuthorizer = (world: World, input: OperationInput): Authorizer => {
  const authorizer = world.restApis.get(input.restApiId)?.draft.authorizers.get(input.authorizerId);
  if (authorizer === undefined) throw notFound("Invalid Authorizer identifier specified");
  return authorizer;
};

const getAuthorizer: Operation = (input, world) => requireAuthorizer(world, input);

const deleteAuthorizer: Operation = (input, world) => {
  requireAuthorizer(world, input);
  world.restApis.get(input.restApiId)?.draft.authorizers.delete(input.authorizerId);
};

/** The whole configuration as JSON is what can be patched of a JWT authorizer's (service model of 2026). */
const jwtConfiguration: PatchRule = {
  path: /^\/jwtConfiguration$/,
  operations: ["replace"],
  apply: (target: Patched, patch: PatchOperation) => {
    if (target["type"] !== "JWT") throw badRequest(`Invalid patch path ${patch.path}`);
    const configuration = parseMap(patchValue(patch), patch.path);
    checkJwtConfiguration(configuration);
    target["jwtConfiguration"] = configuration;
  },
};

/** Operations of UpdateAuthorizer (API Gateway REST API patch operations reference). */
const rules: readonly PatchRule[] = [
  leaf("name"),
  leaf("authorizerUri"),
  optionalLeaf("authorizerCredentials"),
  leaf("identitySource"),
  optionalLeaf("identityValidationExpression"),
  leaf("authorizerResultTtlInSeconds", Number),
  leaf("authType"),
  listItem("providerARNs"),
  jwtConfiguration,
];

const updateAuthorizer: Operation = (input, world) => {
  const patched: Patched = structuredClone(requireAuthorizer(world, input));
  applyPatches(patched, input.patchOperations, rules, plainRefusals);
  checkAuthorizer(patched);
  world.restApis.get(input.restApiId)?.draft.authorizers.set(input.authorizerId, patched);
  return patched;
};

export const authorizerOperations: Record<string, Operation> = {
  CreateAuthorizer: createAuthorizer,
  GetAuthorizers: getAuthorizers,
  GetAuthorizer: getAuthorizer,
  DeleteAuthorizer: deleteAuthorizer,
  UpdateAuthorizer: updateAuthorizer,
};
