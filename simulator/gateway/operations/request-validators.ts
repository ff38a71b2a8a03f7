import type { Operation, OperationInput, World } from "../model.ts";
import { badRequest, notFound } from "../service-error.ts";
import { requireRestApi } from "./identifiers.ts";
import { pageOf } from "./pages.ts";
import { applyPatches, isTrue, type Patched, type PatchRule, replaceOnlyRefusals } from "./patch-rules.ts";

type Validator = Record<string, unknown>;

const createRequestValidator: Operation = (input, world) => {
  const api = world.restApis.get(input.restApiId);
  if (api === undefined) throw badRequest("Invalid REST API identifier specified");
  const { restApiId: _, ...members } = input;
  const validator: Validator = {
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

/** An unknown REST API is refused as an unknown validator (recorded behaviour). */
const requireValidator = (world: World, input: OperationInput): Validator => {
  const validator = world.restApis.get(input.restApiId)?.draft.requestValidators.get(input.requestValidatorId);
  if (validator === undefined) throw notFound("Invalid Request Validator identifier specified");
  return validator;
};

const getRequestValidator: Operation = (input, world) => requireValidator(world, input);

/** Whether one that a method uses can be deleted is not known; here it can. */
const deleteRequestValidator: Operation = (input, world) => {
  requireValidator(world, input);
  const draft = world.restApis.get(input.restApiId)?.draft;
  draft?.requestValidators.delete(input.requestValidatorId);
};

/** A switch without a value is off (recorded behaviour). */
const switchRule = (name: string): PatchRule => ({
  path: new RegExp(`^/${name}$`),
  operations: ["replace"],
  apply: (target, { value }) => {
    target[name] = isTrue(value ?? "");
  },
});

const nameRule: PatchRule = {
  path: /^\/name$/,
  operations: ["replace"],
  apply: (target, { value }) => {
    if (!value) throw badRequest("Request Validator name cannot be blank");
    target["name"] = value;
  },
};

const rules = [nameRule, switchRule("validateRequestParameters"), switchRule("validateRequestBody")];
const refusals = replaceOnlyRefusals(["/name", "/validateRequestParameters", "/validateRequestBody"]);

const updateRequestValidator: Operation = (input, world) => {
  const patched: Patched = { ...requireValidator(world, input) };
  applyPatches(patched, input.patchOperations, rules, refusals);
  world.restApis.get(input.restApiId)?.draft.requestValidators.set(input.requestValidatorId, patched);
  return patched;
};

export const requestValidatorOperations: Record<string, Operation> = {
  CreateRequestValidator: createRequestValidator,
  GetRequestValidators: getRequestValidators,
  GetRequestValidator: getRequestValidator,
  DeleteRequestValidator: deleteRequestValidator,
  UpdateRequestValidator: updateRequestValidator,
};
