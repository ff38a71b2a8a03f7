import {
  type Agent,
  type ClientRequest,
  Agent as HttpAgent,
  type IncomingMessage,
  request as requestByHttp,
} from "node:http";
import { Agent as HttpsAgent, request as requestByHttps } from "node:https";
import type { Fetch, FetchAnswer, FetchOptions } from "../domain/fetch.ts";
import { loginTo, proxyFor } from "../domain/proxy.ts";
import type { Environment } from "../domain/world.ts";

/**
 * What of fetch the action needs, over Node's own client of HTTP, through the proxies that the environment names. The
 * runtime's own fetch has no proxies on Node 20, and takes longer to load than all else that asks GitHub. Only requests
 * without a body are redirected, as GET. Rejects as the runtime's does: with the signal's reason, or with "fetch failed"
 * and its cause.
 */
export const openFetch = (environment: Environment): Fetch => {
  const agents = new Map<string, Promise<Agent>>();
  const agentFor = (url: URL): Promise<Agent> => {
    const proxy = proxyFor(url, environment);
    const key = proxy?.href ?? url.protocol;
    const agent = agents.get(key) ?? openAgent(url, proxy);
    agents.set(key, agent);
    return agent;
  };
  return async (url, options = {}) =>
    answerOf(
      await followed(new URL(url), options, async (to, headers) => exchange(to, options, headers, await agentFor(to))),
      options,
    );
};

/** What a request rejects with. */
export const reasonOf = (thrown: unknown, { signal }: Pick<FetchOptions, "signal">): unknown =>
  signal?.aborted ? signal.reason : new TypeError("fetch failed", { cause: thrown });

/** Milliseconds after which a connection is closed that nothing is asked through: servers close theirs a little later. */
const IDLE = 4000;

/** An agent of one's own has no proxy, whatever Node itself finds in the environment. */
export const openAgent = async (url: URL, proxy: URL | undefined): Promise<Agent> => {
  const options = { keepAlive: true, timeout: IDLE };
  if (proxy === undefined) return new (url.protocol === "https:" ? HttpsAgent : HttpAgent)(options);
  const { HttpsProxyAgent } = await import("https-proxy-agent");
  const { href, headers } = loginTo(proxy);
  return new HttpsProxyAgent(href, { ...options, headers }) as unknown as Agent;
};

/** As many as the runtime's fetch follows. */
const MAX_REDIRECTS = 20;

const isRedirect = (status: number): boolean => [301, 302, 303, 307, 308].includes(status);

type Headers = Readonly<Record<string, string>>;
type Send = (url: URL, headers: Headers) => Promise<IncomingMessage>;

const followed = async (url: URL, options: FetchOptions, send: Send): Promise<IncomingMessage> => {
  const { redirect, headers = {} } = options;
  let [to, sent] = [url, headers];
  for (let count = 0; count <= MAX_REDIRECTS; count += 1) {
    const answer = await send(to, sent);
    const { location } = answer.headers;
    if (redirect === "manual" || !isRedirect(answer.statusCode ?? 0) || location === undefined) return answer;
    answer.resume();
    const next = new URL(location, to);
    // A token is for whom it was meant.
    if (next.origin !== to.origin) sent = withoutAuthorization(sent);
    to = next;
  }
  throw reasonOf(new Error("redirected too often"), options);
};

const withoutAuthorization = (headers: Headers): Headers =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => name.toLowerCase() !== "authorization"));

/** Milliseconds, as for the runtime's fetch. */
const CONNECTING = 10_000;

/** Ends a request that gets no connection in time, or no way through its proxy. */
export const limitConnecting = (outgoing: ClientRequest): void => {
  const end = (code: string, message: string): void => {
    const reason = Object.assign(new Error(message), { code });
    // Before the request has a connection, as from a proxy that does not answer, Node.js would tell nobody.
    if (!outgoing.socket) outgoing.emit("error", reason);
    outgoing.destroy(reason);
  };
  const limit = setTimeout(end, CONNECTING, "ETIMEDOUT", `no connection within ${CONNECTING / 1000} s`);
  outgoing.once("socket", (socket) => {
    if (socket.connecting) socket.once("connect", () => clearTimeout(limit));
    else clearTimeout(limit);
  });
  outgoing.once("proxyConnect", ({ statusCode }: { statusCode: number }) => {
    if (statusCode !== 200) end("ERR_PROXY_TUNNEL", `the proxy answered ${statusCode}`);
  });
  outgoing.once("close", () => clearTimeout(limit));
};

const exchange = (url: URL, options: FetchOptions, headers: Headers, agent: Agent): Promise<IncomingMessage> => {
  const { method = "GET", body, signal } = options;
  return new Promise<IncomingMessage>((resolve, reject) => {
    signal?.throwIfAborted();
    const send = url.protocol === "https:" ? requestByHttps : requestByHttp;
    const fields = { accept: "*/*", ...headers };
    const outgoing = send(url, { method, agent, headers: fields, ...(signal ? { signal } : {}) });
    limitConnecting(outgoing);
    outgoing.once("response", resolve);
    outgoing.on("error", reject);
    outgoing.end(body);
  }).catch((thrown: unknown) => {
    throw reasonOf(thrown, options);
  });
};

export const answerOf = (answer: IncomingMessage, options: FetchOptions): FetchAnswer => {
  const { statusCode: status = 0, headersDistinct } = answer;
  const isEmpty = options.method === "HEAD" || [204, 205, 304].includes(status);
  if (isEmpty) answer.resume();
  return {
    status,
    headers: { get: (name) => headersDistinct[name.toLowerCase()]?.join(", ") ?? null },
    body: isEmpty ? null : bytesOf(answer, options),
  };
};

const bytesOf = async function* (answer: IncomingMessage, options: FetchOptions) {
  try {
    yield* answer as AsyncIterable<Uint8Array>;
  } catch (thrown) {
    throw reasonOf(thrown, options);
  }
};
