import { type Agent, type IncomingMessage, request as requestByHttp } from "node:http";
import { request as requestByHttps } from "node:https";
import { proxyFor } from "../domain/proxy.ts";
import type { Environment, World } from "../domain/world.ts";
import { limitConnecting, openAgent } from "./connecting.ts";

/**
 * What of fetch the action needs, through the proxies that the environment names: over Node's own client of HTTP, which
 * takes an agent. Only requests without a body are redirected, as GET. Rejects as Node's fetch does: with the signal's
 * reason, or with "fetch failed" and its cause.
 */
export const openTunnelFetch = (environment: Environment): World["fetch"] => {
  const agents = new Map<string, Agent>();
  const agentFor = (url: URL): Agent => {
    const proxy = proxyFor(url, environment);
    const key = proxy?.href ?? url.protocol;
    const agent = agents.get(key) ?? openAgent(url, proxy);
    agents.set(key, agent);
    return agent;
  };
  return (input, init = {}) => {
    const url = new URL(typeof input === "object" && "url" in input ? input.url : input);
    return followed(url, init, new Headers(init.headers), (to, headers) => exchange(to, init, headers, agentFor(to)));
  };
};

/** As many as Node's fetch follows. */
const MAX_REDIRECTS = 20;

const isRedirect = (status: number): boolean => [301, 302, 303, 307, 308].includes(status);

type Send = (url: URL, headers: Headers) => Promise<Response>;

const followed = async (url: URL, { redirect }: RequestInit, headers: Headers, send: Send): Promise<Response> => {
  let [to, sent] = [url, headers];
  for (let count = 0; count <= MAX_REDIRECTS; count += 1) {
    const response = await send(to, sent);
    const location = response.headers.get("location");
    if (redirect === "manual" || !isRedirect(response.status) || location === null) return response;
    await response.body?.cancel();
    const next = new URL(location, to);
    sent = new Headers(sent);
    // A token is for whom it was meant.
    if (next.origin !== to.origin) sent.delete("authorization");
    to = next;
  }
  throw failed(new Error("redirected too often"));
};

const failed = (cause: unknown): TypeError => new TypeError("fetch failed", { cause });

const exchange = async (url: URL, init: RequestInit, headers: Headers, agent: Agent): Promise<Response> => {
  const { method = "GET", signal } = init;
  const reason = (thrown: unknown): unknown => (signal?.aborted ? signal.reason : failed(thrown));
  try {
    signal?.throwIfAborted();
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      const send = url.protocol === "https:" ? requestByHttps : requestByHttp;
      const fields = { accept: "*/*", ...Object.fromEntries(headers) };
      const outgoing = send(url, { method, agent, headers: fields, ...(signal ? { signal } : {}) });
      limitConnecting(outgoing);
      outgoing.once("response", resolve);
      outgoing.once("error", reject);
      outgoing.end(init.body);
    });
    return responseTo(method, answer, reason);
  } catch (thrown) {
    throw reason(thrown);
  }
};

const responseTo = (method: string, answer: IncomingMessage, reason: (thrown: unknown) => unknown): Response => {
  const { statusCode: status = 0, headersDistinct } = answer;
  const headers = new Headers();
  for (const [name, values = []] of Object.entries(headersDistinct)) {
    for (const value of values) headers.append(name, value);
  }
  const isEmpty = method === "HEAD" || [204, 205, 304].includes(status);
  if (isEmpty) answer.resume();
  return new Response(isEmpty ? null : ReadableStream.from(bytesOf(answer, reason)), { status, headers });
};

const bytesOf = async function* (answer: IncomingMessage, reason: (thrown: unknown) => unknown) {
  try {
    yield* answer as AsyncIterable<Uint8Array>;
  } catch (thrown) {
    throw reason(thrown);
  }
};
