import { type Agent, type ClientRequest, Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import { HttpsProxyAgent } from "https-proxy-agent";
import { loginTo } from "../domain/proxy.ts";

/** An agent of one's own has no proxy, whatever Node itself finds in the environment. */
export const openAgent = (url: URL, proxy: URL | undefined): Agent => {
  if (proxy === undefined) return new (url.protocol === "https:" ? HttpsAgent : HttpAgent)({ keepAlive: true });
  const { href, headers } = loginTo(proxy);
  return new HttpsProxyAgent(href, { keepAlive: true, headers }) as unknown as Agent;
};

/** Milliseconds, as for Node's fetch. */
const CONNECTING = 10_000;

/** Ends a request that gets no connection in time, or no way through its proxy. */
export const limitConnecting = (outgoing: ClientRequest): void => {
  const end = (code: string, message: string) => outgoing.destroy(Object.assign(new Error(message), { code }));
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
