import { badRequest } from "./service-error.ts";

/** @throws ServiceError 400 (recorded texts) */
export const checkModelName = (name: string): void => {
  if (name === "") throw badRequest("Model name must be non-empty");
  if (!/^[A-Za-z0-9]+$/.test(name)) throw badRequest(`Model name must be alphanumeric: ${name}`);
};
