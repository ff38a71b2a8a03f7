import type { Service, SimulatedRequest } from "../http/exchange.ts";
import { signedFor } from "./access.ts";

/** A service that shares an address with others, and how its requests can be told from theirs. */
export type Tenant = { readonly service: Service; readonly signingName: string; readonly targetPrefix?: string };

/**
 * One address for several services, where the real ones have a host each. A request is for the service that it is
 * signed for or, unsigned, that its `X-Amz-Target` names; for `main` when it names none of `tenants`.
 */
export const endpoint = (main: Service, tenants: readonly Tenant[]): Service => ({
  match: (request) => (tenants.find(isAskedBy(request))?.service ?? main).match(request),
});

const isAskedBy = ({ headers }: SimulatedRequest): ((tenant: Tenant) => boolean) => {
  const signed = signedFor(headers["authorization"]);
  const target = headers["x-amz-target"];
  return ({ signingName, targetPrefix }) =>
    signed === undefined ? target?.startsWith(`${targetPrefix}.`) === true : signed === signingName;
};
