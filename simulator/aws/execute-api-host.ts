import type { SimulatedRequest } from "../http/exchange.ts";

/**
 * A request to an API's own host, `{apiId}.execute-api.{region}.amazonaws.com`, as it is answered here: at `/{apiId}/…`,
 * because the simulator has one address for all. All others as they are.
 */
export const atItsPath = (request: SimulatedRequest): SimulatedRequest => {
  const apiId = /^([a-z0-9]+)\.execute-api\./.exec(request.headers["host"] ?? "")?.[1];
  return apiId === undefined ? request : { ...request, path: `/${apiId}${request.path}` };
};
