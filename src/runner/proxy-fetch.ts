import { hasProxy } from "../domain/proxy.ts";
import type { Environment, World } from "../domain/world.ts";

/** The fetch of the runtime; where the environment names a proxy, one that goes through it, which Node 20's does not. */
export const fetchThroughProxy = (environment: Environment): World["fetch"] =>
  hasProxy(environment) ? proxyFetch(environment) : globalThis.fetch;

const proxyFetch = (environment: Environment): World["fetch"] => {
  // Loaded at the first request.
  let loaded: Promise<World["fetch"]> | undefined;
  return async (input, init) => {
    loaded ??= import("./tunnel-fetch.ts").then(({ openTunnelFetch }) => openTunnelFetch(environment));
    return (await loaded)(input, init);
  };
};
