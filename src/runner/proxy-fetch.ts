import { hasProxy, proxyFor } from "../domain/proxy.ts";
import type { Environment, World } from "../domain/world.ts";

/** The fetch of the runtime; where the environment names a proxy, one that goes through it, which Node 20's does not. */
export const fetchThroughProxy = (environment: Environment): World["fetch"] =>
  hasProxy(environment) ? proxyFetch(environment) : globalThis.fetch;

type Fetch = (url: URL, init?: RequestInit) => Promise<Response>;

const proxyFetch = (environment: Environment): World["fetch"] => {
  // Loaded at the first request.
  let loaded: Promise<Fetch> | undefined;
  const send = async (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
    loaded ??= load(environment);
    const through = await loaded;
    return through(new URL(typeof input === "object" && "url" in input ? input.url : input), init);
  };
  return send as World["fetch"];
};

/** By undici, of which Node's own fetch is made; it has its own types for what is the same. */
const load = async (environment: Environment): Promise<Fetch> => {
  const { Agent, ProxyAgent, fetch } = await import("undici");
  const direct = new Agent();
  const proxies = new Map<string, InstanceType<typeof ProxyAgent>>();
  const dispatcherFor = (url: URL) => {
    const proxy = proxyFor(url, environment);
    if (proxy === undefined) return direct;
    const dispatcher = proxies.get(proxy.href) ?? new ProxyAgent(proxy.href);
    proxies.set(proxy.href, dispatcher);
    return dispatcher;
  };
  return async (url, init) => {
    const options = { ...init, dispatcher: dispatcherFor(url) } as Parameters<typeof fetch>[1];
    return (await fetch(url, options)) as unknown as Response;
  };
};
