import type { Values } from "../aws/json-values.ts";
import type { OperationSchema } from "../aws/operation-schema.ts";
import type { AuditedOperation } from "../aws/rest-service.ts";
import { type AuditedCall, recordEvent } from "../cloudtrail/trail.ts";
import type { World } from "./model.ts";
import { ServiceError } from "./service-error.ts";

type Audit = (world: World, operation: AuditedOperation) => void;

/**
 * Leaves an event in the account's audit trail, for reads too, as the service does. What is in the body stands below
 * `createStageInput` and the like, what is in the address beside it; the answer repeats the address as `self`.
 */
export const audit: Audit = (world, operation) => auditBy(world, operation, bodyOf);

/** The same of version 2, where all stands side by side (recorded events of CreateIntegration). */
export const auditOfVersion2: Audit = (world, operation) =>
  auditBy(world, operation, ({ operation: schema }, input) => pick(schema, input, "body"));

type BodyOf = (route: AuditedOperation["route"], input: Values) => Values;

const auditBy = (
  world: World,
  { caller, route, request, input, output, error }: AuditedOperation,
  body: BodyOf,
): void => {
  const { operation } = route;
  const mask = masksOf(operation.name);
  const address = { ...pick(operation, input, "label"), template: false };
  const readOnly = operation.method === "GET";
  const call: AuditedCall = {
    eventSource: "apigateway.amazonaws.com",
    eventName: operation.name,
    readOnly,
    caller,
    request,
    requestParameters: { ...pick(operation, input, "query"), ...body(route, mask(input)), ...address },
    ...(readOnly || output === undefined
      ? {}
      : { responseElements: { ...mask(Object(output)), self: selfOf(input, address) } }),
    ...(error instanceof ServiceError ? { error: { type: error.type, message: error.message } } : {}),
  };
  recordEvent(world, call);
};

/** Makers of keys answer their values, which the trail does not keep. */
const masksOf =
  (operation: string) =>
  (members: Values): Values =>
    keyMakers.has(operation) && members["value"] !== undefined ? { ...members, value: "***" } : members;

const keyMakers = new Set(["CreateApiKey", "CreateUsagePlanKey"]);

const pick = (operation: OperationSchema, input: Values, location: "label" | "query" | "body"): Values =>
  Object.fromEntries(
    operation.input.members
      .filter((member) => member.location === location && input[member.name] !== undefined)
      .map(({ name }) => [name, input[name]]),
  );

const bodyOf: BodyOf = ({ operation }, input) => {
  const body = pick(operation, input, "body");
  const name = `${operation.name.charAt(0).toLowerCase()}${operation.name.slice(1)}Input`;
  return Object.keys(body).length === 0 ? {} : { [name]: body };
};

const selfOf = (input: Values, address: Values): Values =>
  input["stageName"] === undefined ? address : { ...address, stageName: input["stageName"] };
