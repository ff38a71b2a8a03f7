import type { SimulatedResponse } from "../http/exchange.ts";
import type { Access } from "./access.ts";
import type { Tenant } from "./endpoint.ts";
import { failure, type JsonServiceDefinition, type JsonServiceWorld, jsonService, throttled } from "./json-service.ts";
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
  operations: new Set(Object.keys(definition.operations)),
  failure: (status) => failure(definition, commonError(status, definition)),
});

/**
 * What any operation can end in (IAM common errors). Services of some protocols speak of throttling and of missing
 * permissions with a status of their own, whatever is ordered.
 */
export const commonError = (
  status: number,
  { accessStatus, invalidType }: Pick<JsonServiceDefinition<never>, "accessStatus" | "invalidType">,
): ServiceError => {
  if (status === 429) return throttled();
  if (status === 403) {
    return new ServiceError(accessStatus, "AccessDeniedException", "User is not authorized to perform this action");
  }
  if (status === 503) {
    return new ServiceError(503, "ServiceUnavailableException", "The service cannot complete the request.");
  }
  return status < 500
    ? new ServiceError(status, invalidType, "Invalid request input")
    : new ServiceError(status, "InternalServiceFault", "The request processing has failed due to an unknown error.");
};
