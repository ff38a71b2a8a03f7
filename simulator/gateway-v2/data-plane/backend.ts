import { jsonResponse, type SimulatedResponse } from "../../http/exchange.ts";

/** What an integration sends. */
export type BackendRequest = {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly timeoutMs: number;
};

/** A host that the simulator answers for itself, so that a definition can name a backend that is always there. */
const ownHost = "backend.localhost";

/**
 * Asks a backend on this machine, the only ones that the simulator speaks to. Nothing where none answers in time.
 *
 * `http://backend.localhost/` needs no server: it answers what its query says, `?status=503&body=hello&type=text/plain`,
 * else 200 with the request that it got as JSON.
 */
export const askBackend = async (request: BackendRequest): Promise<SimulatedResponse | undefined> => {
  if (request.url.hostname === ownHost) return ownAnswer(request);
  if (!isLoopback(request.url)) return undefined;
  try {
    return await overHttp(request);
  } catch {
    return undefined;
  }
};

export const isLoopback = ({ hostname }: URL): boolean =>
  hostname === "localhost" || hostname.endsWith(".localhost") || hostname === "[::1]" || /^127\./.test(hostname);

const ownAnswer = ({ method, url, headers, body }: BackendRequest): SimulatedResponse => {
  const status = Number(url.searchParams.get("status") ?? 200);
  const wanted = url.searchParams.get("body");
  if (wanted !== null) {
    return { status, headers: { "content-type": url.searchParams.get("type") ?? "application/json" }, body: wanted };
  }
  const query = Object.fromEntries(url.searchParams);
  return jsonResponse(status, { method, path: url.pathname, query, headers, body: body.toString("utf8") });
};

/** What a proxy does not pass on (RFC 9110, 7.6.1), and what belongs to the connection. */
const hopByHop = new Set([
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "host",
  "content-length",
  "content-encoding",
]);

const overHttp = async ({ method, url, headers, body, timeoutMs }: BackendRequest): Promise<SimulatedResponse> => {
  const bodiless = method === "GET" || method === "HEAD";
  const response = await fetch(url, {
    method,
    headers: Object.fromEntries(Object.entries(headers).filter(([name]) => !hopByHop.has(name))),
    redirect: "manual",
    signal: AbortSignal.timeout(timeoutMs),
    ...(bodiless ? {} : { body: new Uint8Array(body) }),
  });
  const received = Object.fromEntries([...response.headers].filter(([name]) => !hopByHop.has(name)));
  return { status: response.status, headers: received, body: Buffer.from(await response.arrayBuffer()) };
};
