import { randomUUID } from "node:crypto";
import { jsonResponse, type Matched, type SimulatedRequest, type SimulatedResponse } from "../http/exchange.ts";
import { type Access, authorize, type Permission } from "./access.ts";
import { type Caller, callerOf } from "./caller.ts";
import type { Values } from "./json-values.ts";
import type { OperationSchema } from "./operation-schema.ts";
import type { Route, Router } from "./router.ts";
import { ServiceError } from "./service-error.ts";
import { readInput, type WireOutput, writeOutput } from "./wire.ts";

/**
 * One operation: its input by the SDK's member names (dates as numbers of milliseconds, blobs as Buffer), its output by
 * the same names. `undefined` is an empty body. Refusals are thrown as `ServiceError`.
 */
export type RestOperation<World> = (input: OperationInput, world: World) => unknown;

// biome-ignore lint/suspicious/noExplicitAny: each operation reads the members that its own schema has checked.
export type OperationInput = any;

/** A service whose operations are told by method and path, with bodies in JSON. */
export type RestServiceDefinition<World> = {
  /** As people call it: `API Gateway`. */
  readonly name: string;
  /** What credentials are scoped to. */
  readonly signingName: string;
  readonly route: Router;
  /** Nothing for an operation that is not simulated. */
  readonly operationOf: (schema: OperationSchema) => RestOperation<World> | undefined;
  readonly permissions: (world: World, route: Route, request: SimulatedRequest) => readonly Permission[];
  /** @throws ServiceError where the operation comes too often */
  readonly throttle: (world: World, operation: string) => void;
  /** @throws ServiceError for an input that the service's model does not allow */
  readonly check: (operation: OperationSchema, input: Values) => void;
  /** Writes down what became of an operation that was let in. */
  readonly audit: (world: World, call: AuditedOperation) => void;
  readonly success: (route: Route, request: SimulatedRequest, output: WireOutput) => SimulatedResponse;
};

export type AuditedOperation = {
  readonly caller: Caller;
  readonly route: Route;
  readonly request: SimulatedRequest;
  readonly input: Values;
  /** The body of the answer, by its names on the wire. */
  readonly output?: unknown;
  readonly error?: unknown;
};

type RestServiceWorld = { readonly region: string; readonly accountId: string };

/** The operation that a request is for, and the work that answers it. */
export const matchRest = <World extends RestServiceWorld>(
  definition: RestServiceDefinition<World>,
  world: World,
  access: Access | undefined,
  request: SimulatedRequest,
): Matched => {
  const route = definition.route(request);
  return {
    operation: route?.operation.name ?? `${request.method} ${request.path}`,
    answer: () => withRequestId(answer(definition, world, access, route, request)),
  };
};

const answer = <World extends RestServiceWorld>(
  definition: RestServiceDefinition<World>,
  world: World,
  access: Access | undefined,
  route: Route | undefined,
  request: SimulatedRequest,
): SimulatedResponse => {
  try {
    authorize({ region: world.region, service: definition.signingName }, access, request, () =>
      route ? definition.permissions(world, route, request) : [],
    );
    if (route === undefined) throw notImplemented(definition.name, `${request.method} ${request.path}`);
    const operation = definition.operationOf(route.operation);
    if (operation === undefined) throw notImplemented(definition.name, route.operation.name);
    definition.throttle(world, route.operation.name);
    const output = perform(definition, world, operation, { caller: callerOf(world, access, request), route, request });
    return definition.success(route, request, output);
  } catch (error) {
    if (error instanceof ServiceError) return failure(error);
    throw error;
  }
};

/** Whatever comes of an operation that was let in, the audit trail has it. */
const perform = <World>(
  { check, audit }: RestServiceDefinition<World>,
  world: World,
  operation: RestOperation<World>,
  call: Pick<AuditedOperation, "caller" | "route" | "request">,
): WireOutput => {
  const { operation: schema } = call.route;
  const input = readInput(call.route, call.request);
  try {
    check(schema, input);
    const output = writeOutput(schema.output, operation(input, world));
    audit(world, { ...call, input, output: output.body });
    return output;
  } catch (error) {
    audit(world, { ...call, input, error });
    throw error;
  }
};

export const success = ({ operation }: Route, { headers, body }: WireOutput): SimulatedResponse => {
  if (body === undefined) return { status: operation.status, headers, body: "" };
  if (Buffer.isBuffer(body)) return { status: operation.status, headers, body };
  return jsonResponse(operation.status, body, headers);
};

export const failure = (error: ServiceError): SimulatedResponse =>
  jsonResponse(error.status, { message: error.message }, { ...error.headers, "x-amzn-errortype": error.type });

/** What the simulator does not know it says; it never makes up an answer. */
const notImplemented = (service: string, what: string): ServiceError =>
  new ServiceError(501, "NotImplementedException", `The simulated ${service} does not implement ${what}`);

const withRequestId = (response: SimulatedResponse): SimulatedResponse => ({
  ...response,
  headers: { ...response.headers, "x-amzn-requestid": randomUUID() },
});
