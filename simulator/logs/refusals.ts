import { ServiceError } from "../aws/service-error.ts";

/** The errors of the CloudWatch Logs API reference. Texts are the simulator's own where none is documented. */
export const invalidParameter = (message: string): ServiceError =>
  new ServiceError(400, "InvalidParameterException", message);

export const malformedQuery = (message: string): ServiceError =>
  new ServiceError(400, "MalformedQueryException", message);

export const noSuchGroup = (name: string): ServiceError =>
  new ServiceError(400, "ResourceNotFoundException", `Log group '${name}' does not exist`);

export const noSuchQuery = (): ServiceError =>
  new ServiceError(400, "ResourceNotFoundException", "The specified query ID does not exist.");

export const notSimulated = (what: string): ServiceError =>
  new ServiceError(501, "NotImplementedException", `The simulated CloudWatch Logs does not implement ${what}`);
