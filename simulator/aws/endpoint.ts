import type { Service, SimulatedRequest } from "../http/exchange.ts";
import { signedFor } from "./access.ts";

/** A service that shares an address with others, and how its requests can be told from theirs. */
export type Tenant = { readonly service: Service; readonly signingName: string; readonly targetPrefix?: string };

/**
 * One address for several services, where the real ones have a host each. A request is for the service that it is
 * signed for or, unsigned, that its `X-Amz-Target` names; for `main` when it names none of `tenants`.
 */
export const endpoint = (main: Service, tenants: readonly Tenant[]): Service => ({
  match: (request) => (tenants.find((tenant) => isFor(tenant, request))?.service ?? main).match(request),
});

const isFor = ({ signingName, targetPrefix }: Tenant, { headers }: SimulatedRequest): boolean => {
  const signed = signedFor(headers["authorization"]);
  if (signed !== undefined) return signed === signingName;
  return headers["x-amz-target"]?.startsWith(`${targetPrefix}.`) === true;
};
