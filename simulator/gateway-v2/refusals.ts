import { ServiceError } from "../aws/service-error.ts";

/** At a quota the service answers its class for conflicts with a status of its own (sst issue 4522, for authorizers). */
export const quotaReached = (what: string): ServiceError =>
  new ServiceError(
    429,
    "ConflictException",
    `Maximum number of ${what} for this API has been reached. Please contact AWS if you need additional ${what}.`,
  );
