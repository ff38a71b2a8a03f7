import { randomUUID } from "node:crypto";
import { jsonResponse, type Service, type SimulatedRequest, type SimulatedResponse } from "../http/exchange.ts";
import type { TokenBucket } from "../http/token-bucket.ts";
import { type Access, authorize, type Permission } from "./access.ts";
import { jsonObject, readJson, type Values, writeJson } from "./json-values.ts";
import { type Shape, shapeOf } from "./schema.ts";
import { ServiceError } from "./service-error.ts";

/** A service that speaks AWS JSON: every request is a POST whose `X-Amz-Target` names the operation. */
export type JsonServiceDefinition<World> = {
  /** As people call it: `CloudWatch`. */
  readonly name: string;
  /** What credentials are scoped to. */
  readonly signingName: string;
  /** What stands before the operation in `X-Amz-Target`. */
  readonly targetPrefix: string;
  /** Loads the SDK's client package, whose exports describe the operations; a world that nobody asks does without it. */
  readonly client: () => Promise<Readonly<Record<string, unknown>>>;
  readonly operations: Readonly<Record<string, JsonOperation<World>>>;
  /** What IAM asks for; nothing more than a permission for each operation that is simulated. */
  readonly permissions: (world: World, operation: string, input: Values) => readonly Permission[];
  /** The status of IAM's refusals, see `authorize`. */
  readonly accessStatus: 400 | 403;
  /** What a wrong input is called. */
  readonly invalidType: string;
  /** What an error is called in `x-amzn-query-error`, for a service that once spoke AWS Query. */
  readonly queryError?: (type: string) => string;
};

/** An operation by the SDK's member names, times in milliseconds. Refusals are thrown as `ServiceError`. */
export type JsonOperation<World> = (input: OperationInput, world: World) => unknown;

// biome-ignore lint/suspicious/noExplicitAny: each operation reads the members that its own schema has checked.
export type OperationInput = any;

/** What every world of such a service has. */
export type JsonServiceWorld = {
  readonly region: string;
  readonly accountId: string;
  /** Rate limits by operation name. An empty map limits nothing. */
  readonly buckets: Map<string, TokenBucket>;
};

export const jsonService = <World extends JsonServiceWorld>(
  definition: JsonServiceDefinition<World>,
  world: World,
  access?: Access,
): Service => ({
  match: (request) => {
    const target = request.headers["x-amz-target"] ?? "";
    const [prefix, name = ""] = target.split(".", 2);
    const operation = prefix === definition.targetPrefix ? name : "";
    return {
      operation: operation || `${request.method} ${request.path}`,
      answer: async () => {
        const { status, headers, body } = await answer(definition, world, access, operation, request);
        return { status, headers: { ...headers, "x-amzn-requestid": randomUUID() }, body };
      },
    };
  },
});

const answer = async <World extends JsonServiceWorld>(
  definition: JsonServiceDefinition<World>,
  world: World,
  access: Access | undefined,
  operation: string,
  request: SimulatedRequest,
): Promise<SimulatedResponse> => {
  try {
    const schema = (await definition.client())[`${operation}$`];
    const run = Object.hasOwn(definition.operations, operation) ? definition.operations[operation] : undefined;
    const input = run ? readInput(definition, schema, request) : {};
    authorizeFor(definition, world, access, request, () =>
      run ? definition.permissions(world, operation, input) : [],
    );
    if (!run) throw notImplemented(definition, operation, request);
    if (world.buckets.get(operation)?.take() === false) throw throttled();
    return success(schema, request, run(input, world));
  } catch (error) {
    if (error instanceof ServiceError) return failure(definition, error, contentTypeOf(request));
    throw error;
  }
};

const authorizeFor = (
  { signingName, accessStatus }: Pick<JsonServiceDefinition<never>, "signingName" | "accessStatus">,
  { region }: JsonServiceWorld,
  access: Access | undefined,
  request: SimulatedRequest,
  required: () => readonly Permission[],
): void => {
  try {
    authorize({ region, service: signingName }, access, request, required);
  } catch (error) {
    if (error instanceof ServiceError) throw new ServiceError(accessStatus, error.type, error.message);
    throw error;
  }
};

export const throttled = (): ServiceError => new ServiceError(400, "ThrottlingException", "Rate exceeded");

/** What the simulator does not know it says; it never makes up an answer. */
const notImplemented = (
  { name, targetPrefix }: { readonly name: string; readonly targetPrefix: string },
  operation: string,
  { method, path }: SimulatedRequest,
): ServiceError => {
  const what = operation || `${method} ${path} without an X-Amz-Target of ${targetPrefix}; it speaks AWS JSON only`;
  return new ServiceError(501, "NotImplementedException", `The simulated ${name} does not implement ${what}`);
};

const readInput = (
  { invalidType }: Pick<JsonServiceDefinition<never>, "invalidType">,
  schema: unknown,
  request: SimulatedRequest,
): Values => {
  const shape = shapeOf((schema as readonly unknown[])[4]);
  const input = readJson(shape, jsonObject(request.body));
  const missing = missingMembers(shape, input, "");
  if (missing.length > 0) {
    const violations = missing.map((place) => `Value null at '${place}' ${notNull}`);
    const count = `${missing.length} validation error${missing.length === 1 ? "" : "s"} detected`;
    throw new ServiceError(400, invalidType, `${count}: ${violations.join("; ")}`);
  }
  return input as Values;
};

const notNull = "failed to satisfy constraint: Member must not be null";

/** Where required members are absent; lists count from 1 and go through `member`. */
const missingMembers = (shape: Shape, value: unknown, place: string): string[] => {
  if (value === undefined) return [];
  if (shape.kind === "list") {
    const items = value as readonly unknown[];
    return items.flatMap((item, index) => missingMembers(shape.member, item, `${place}.${index + 1}.member`));
  }
  if (shape.kind !== "structure") return [];
  return shape.members.flatMap(({ name, required, shape: member }) => {
    const inside = (value as Values)[name];
    const path = `${place === "" ? "" : `${place}.`}${name.charAt(0).toLowerCase()}${name.slice(1)}`;
    return required && inside === undefined ? [path] : missingMembers(member, inside, path);
  });
};

const contentTypeOf = ({ headers }: SimulatedRequest): string =>
  headers["content-type"] === "application/x-amz-json-1.1"
    ? "application/x-amz-json-1.1"
    : "application/x-amz-json-1.0";

/** Seconds since 1970, with the milliseconds as their fraction. */
const fractionalSeconds = (milliseconds: number): number => Math.round(milliseconds) / 1000;

const success = (schema: unknown, request: SimulatedRequest, output: unknown): SimulatedResponse => {
  const outputSchema = ((schema as readonly unknown[])[5] as () => unknown)();
  const body = Array.isArray(outputSchema) ? writeJson(shapeOf(outputSchema), output ?? {}, fractionalSeconds) : {};
  return jsonResponse(200, body, { "content-type": contentTypeOf(request) });
};

/** How the service words an error. */
export const failure = (
  { queryError }: Pick<JsonServiceDefinition<never>, "queryError">,
  { status, type, message }: ServiceError,
  contentType = "application/x-amz-json-1.0",
): SimulatedResponse =>
  jsonResponse(
    status,
    { __type: type, message },
    {
      "content-type": contentType,
      "x-amzn-errortype": type,
      ...(queryError ? { "x-amzn-query-error": `${queryError(type)};${status < 500 ? "Sender" : "Receiver"}` } : {}),
    },
  );
