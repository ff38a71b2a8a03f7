import { ServiceError } from "../aws/service-error.ts";

export { ServiceError };

export const badRequest = (message: string): ServiceError => new ServiceError(400, "BadRequestException", message);
export const notFound = (message: string): ServiceError => new ServiceError(404, "NotFoundException", message);
export const conflict = (message: string): ServiceError => new ServiceError(409, "ConflictException", message);
export const limitExceeded = (message: string): ServiceError =>
  new ServiceError(429, "LimitExceededException", message);
