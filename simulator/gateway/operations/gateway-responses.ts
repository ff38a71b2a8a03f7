import {
  effectiveGatewayResponse,
  type GatewayResponse,
  gatewayResponseTypes,
  newGatewayResponse,
} from "../gateway-responses.ts";
import type { Operation } from "../model.ts";
import { badRequest, notFound } from "../service-error.ts";
import { requireRestApi } from "./identifiers.ts";
import { pageOf } from "./pages.ts";
import type { PatchOperation } from "./patch.ts";
import { applyPatches, leaf, type Patched, type PatchRule, plainRefusals } from "./patch-rules.ts";

const putGatewayResponse: Operation = (input, world) => {
  const { draft } = requireRestApi(world, input.restApiId);
  const response = newGatewayResponse(input.responseType, input);
  draft.gatewayResponses.set(input.responseType, response);
  return response;
};

const getGatewayResponse: Operation = (input, world) =>
  effectiveGatewayResponse(requireRestApi(world, input.restApiId).draft, input.responseType);

const getGatewayResponses: Operation = (input, world) => {
  const { draft } = requireRestApi(world, input.restApiId);
  const responses = gatewayResponseTypes.map((type) => effectiveGatewayResponse(draft, type));
  return pageOf(responses, ({ responseType }) => responseType, { limit: 500, ...input });
};

const deleteGatewayResponse: Operation = (input, world) => {
  const { draft } = requireRestApi(world, input.restApiId);
  if (!draft.gatewayResponses.delete(input.responseType)) throw notFound("Gateway response type not defined on api");
};

/** `add`, `replace` and `remove` of one entry; the texts are recorded. */
const entry = (name: "responseParameters" | "responseTemplates", missing: string): PatchRule => ({
  path: new RegExp(`^/${name}/([^/]+)$`),
  operations: ["add", "replace", "remove"],
  apply: (target: Patched, { op, value }: PatchOperation, key: string) => {
    const entries = { ...(target[name] as Record<string, string>) };
    if (op !== "remove" && !value) throw badRequest(`Invalid null or empty value in ${name}`);
    if (op !== "add" && !Object.hasOwn(entries, key)) throw notFound(missing);
    if (op === "remove") delete entries[key];
    else entries[key] = value ?? "";
    target[name] = entries;
  },
});

/** Another operation than `replace` on the status code is refused as an unknown path (recorded behaviour). */
const statusCode: PatchRule = leaf("statusCode");
const refusals = {
  ...plainRefusals,
  operation: (patch: PatchOperation, rule: PatchRule) =>
    rule === statusCode ? plainRefusals.path(patch, []) : plainRefusals.operation(patch, rule),
};

const rules = [
  statusCode,
  entry("responseParameters", "Invalid parameter name specified"),
  entry("responseTemplates", "Content-Type specified was not found"),
];

/** A response that the service still answers for itself becomes one of one's own (recorded behaviour). */
const updateGatewayResponse: Operation = (input, world) => {
  const { draft } = requireRestApi(world, input.restApiId);
  const patched: GatewayResponse = {
    ...effectiveGatewayResponse(draft, input.responseType),
    defaultResponse: false,
  };
  applyPatches(patched as unknown as Patched, input.patchOperations, rules, refusals);
  draft.gatewayResponses.set(input.responseType, patched);
  return patched;
};

export const gatewayResponseOperations: Record<string, Operation> = {
  PutGatewayResponse: putGatewayResponse,
  GetGatewayResponse: getGatewayResponse,
  GetGatewayResponses: getGatewayResponses,
  DeleteGatewayResponse: deleteGatewayResponse,
  UpdateGatewayResponse: updateGatewayResponse,
};
