import { ServiceError } from "../aws/service-error.ts";

/** The errors of the CloudWatch API reference. Texts are the simulator's own where none is documented. */
export const validationError = (message: string): ServiceError => new ServiceError(400, "ValidationException", message);

export const alarmNotFound = (): ServiceError => new ServiceError(404, "ResourceNotFound", "Alarm not found");

export const notSimulated = (what: string): ServiceError =>
  new ServiceError(501, "NotImplementedException", `The simulated CloudWatch does not implement ${what}`);
