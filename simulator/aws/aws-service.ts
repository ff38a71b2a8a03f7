import type { SimulatedResponse } from "../http/exchange.ts";
import type { Access } from "./access.ts";
import type { Tenant } from "./endpoint.ts";
import { failure, type JsonServiceDefinition, type JsonServiceWorld, jsonService, throttled } from "./json-service.ts";
import { isOperation } from "./schema.ts";
import { ServiceError } from "./service-error.ts";

/** A service behind the common address, with what it takes to order a fault for it. */
export type AwsService = Tenant & {
  /** The names of the operations that it can be asked for. */
  readonly operations: ReadonlySet<string>;
  /** How it words an answer with this status, from 400 to 599. */
  readonly failure: (status: number) => SimulatedResponse;
};

export const jsonAwsService = <World extends JsonServiceWorld>(
  definition: JsonServiceDefinition<World>,
  world: World,
  access?: Access,
): AwsService => ({
  service: jsonService(definition, world, access),
  signingName: definition.signingName,
  targetPrefix: definition.targetPrefix,
  operations: operationsOf(definition.client),
  failure: (status) => failure(definition, commonError(status, definition.accessStatus)),
});

/** The names of all operations that a client package of the SDK knows. */
export const operationsOf = (client: Readonly<Record<string, unknown>>): ReadonlySet<string> =>
  new Set(
    Object.entries(client)
      .filter(isOperation)
      .map(([name]) => name.slice(0, -1)),
  );

/**
 * What any operation of any service can end in (IAM common errors). Services of some protocols speak of throttling and
 * of missing permissions with 400, whatever is ordered.
 */
export const commonError = (status: number, accessStatus: 400 | 403): ServiceError => {
  if (status === 429) return throttled();
  if (status === 403) {
    return new ServiceError(accessStatus, "AccessDeniedException", "User is not authorized to perform this action");
  }
  if (status === 404)
    return new ServiceError(404, "ResourceNotFoundException", "The resource you requested does not exist.");
  if (status === 503) return new ServiceError(503, "ServiceUnavailableException", "Service is unavailable");
  return status < 500
    ? new ServiceError(status, "ValidationException", "Invalid request")
    : new ServiceError(status, "InternalFailure", "Internal server error");
};
