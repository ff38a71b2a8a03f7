import { type Agent, Agent as DirectAgent } from "node:https";
import { Readable } from "node:stream";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { loginTo, proxyFor } from "../domain/proxy.ts";
import type { Environment } from "../domain/world.ts";
import { UnreadableAnswer } from "./unreadable-answer.ts";

/** Milliseconds. `slow` is for what is known to take long: the import and the deployment of a large definition. */
export type Timeouts = { readonly connection: number; readonly request: number; readonly slow: number };

type Request = Parameters<NodeHttpHandler["handle"]>[0];
type Options = NonNullable<Parameters<NodeHttpHandler["handle"]>[1]>;

export type TransportOptions = {
  readonly environment: Environment;
  readonly timeouts: Timeouts;
  /** Certificates to trust, in PEM; `undefined`: those that Node trusts. */
  readonly authorities: readonly string[] | undefined;
};

/** Bytes. A definition has 6 MB at most, and no page of a list comes near that. */
const LONGEST_BODY = 32 * 1024 * 1024;

/** What the SDK asks a container's source of credentials goes through a handler of its own, which knows no bound either. */
const { create } = NodeHttpHandler;
NodeHttpHandler.create = (options) => {
  const handler = create(options);
  if (!(handler instanceof NodeHttpHandler)) return handler;
  const handle = handler.handle.bind(handler);
  handler.handle = async (...asked) => {
    const { response } = await handle(...asked);
    response.body = Readable.from(bounded(response.body as Readable, response), { objectMode: false });
    return { response };
  };
  return handler;
};

/**
 * What the SDK sends through: the proxy that the environment names, one time limit for the whole answer, its body too,
 * and a limit for its length. The SDK's own handler would wait for ever for the second half of a body.
 */
export const openTransport = (options: TransportOptions) => {
  const { timeouts } = options;
  const handlerFor = handlers(options);
  let ask = (): void => {};
  const asked = new Promise<void>((resolve) => {
    ask = resolve;
  });
  return {
    /** Resolves when a first request is under way. */
    asked,
    metadata: { handlerProtocol: "http/1.1" },
    handle: async (request: Request, { abortSignal, requestTimeout, ...rest }: Options = {}) => {
      const limit = requestTimeout ?? timeouts.request;
      const timeout = AbortSignal.timeout(limit);
      const signals = [timeout, ...(abortSignal === undefined ? [] : [abortSignal as AbortSignal])];
      try {
        const handler = await handlerFor(request);
        // A connection is opened in the next turn of Node's event loop, and the request written to it.
        setImmediate(() => setImmediate(ask));
        const answer = await handler.handle(request, { ...rest, abortSignal: AbortSignal.any(signals) });
        withoutAbsurdDate(answer.response.headers);
        answer.response.body = await wholeBody(answer.response.body as Readable, answer.response);
        return answer;
      } catch (thrown) {
        if (thrown instanceof UnreadableAnswer) throw thrown;
        if (timeout.aborted) throw timedOut(limit, thrown);
        throw withCode(thrown);
      }
    },
    updateHttpClientConfig: () => {},
    httpHandlerConfigs: () => ({}),
    destroy: () => {},
  };
};

const handlers = ({ environment, timeouts, authorities }: TransportOptions) => {
  const opened = new Map<string, Promise<NodeHttpHandler>>();
  const trust = authorities === undefined ? {} : { ca: [...authorities] };
  const open = async (proxy: URL | undefined): Promise<NodeHttpHandler> => {
    const agent = proxy === undefined ? undefined : await openProxyAgent(proxy, trust);
    return new NodeHttpHandler({
      connectionTimeout: timeouts.connection,
      httpsAgent: agent ?? new DirectAgent({ keepAlive: true, maxSockets: 50, ...trust }),
      ...(agent === undefined ? {} : { httpAgent: agent }),
    });
  };
  return ({ protocol, hostname, port }: Request): Promise<NodeHttpHandler> => {
    const proxy = proxyFor(new URL(`${protocol}//${hostname}:${port ?? ""}`), environment);
    const key = proxy?.href ?? "";
    const handler = opened.get(key) ?? open(proxy);
    opened.set(key, handler);
    return handler;
  };
};

/** Loaded where there is a proxy, and nowhere else. */
const openProxyAgent = async (proxy: URL, trust: { readonly ca?: string[] }): Promise<Agent> => {
  const { HttpsProxyAgent } = await import("https-proxy-agent");
  const { href, headers } = loginTo(proxy);
  const agent = new HttpsProxyAgent(href, { keepAlive: true, headers, ...trust });
  // The agent's own options are for the proxy, those of a connection for the service behind it.
  const connect = agent.connect.bind(agent);
  agent.connect = (request, options) => connect(request, { ...options, ...trust });
  return agent as unknown as Agent;
};

/** The SDK takes any date of an answer for the time, and cannot sign a request at one that has no four-digit year. */
const withoutAbsurdDate = (headers: Record<string, string>): void => {
  const year = new Date(headers["date"] ?? "").getUTCFullYear();
  if (!(year >= 1970 && year < 3000)) delete headers["date"];
};

type Head = { readonly statusCode: number; readonly headers: Record<string, string> };

const wholeBody = async (body: Readable, head: Head): Promise<Uint8Array> => {
  const chunks: Uint8Array[] = [];
  for await (const chunk of bounded(body, head)) chunks.push(chunk);
  return Buffer.concat(chunks);
};

/** The body itself, which is destroyed where it is longer than any. */
async function* bounded(body: Readable, head: Head): AsyncGenerator<Uint8Array> {
  let length = 0;
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    length += chunk.length;
    if (length > LONGEST_BODY) {
      throw new UnreadableAnswer(`The answer is longer than ${LONGEST_BODY / 1024 / 1024} MB.`, head);
    }
    yield chunk;
  }
}

const timedOut = (limit: number, cause: unknown): Error =>
  Object.assign(new Error(`no whole answer came within ${limit / 1000} s`, { cause }), {
    name: "TimeoutError",
    code: "ETIMEDOUT",
  });

/** Some failures on the way to a proxy, and cancellations, have no code. */
const withCode = (thrown: unknown): unknown => {
  const error = thrown as { name?: string; code?: string };
  if (!(thrown instanceof Error) || thrown instanceof TypeError || typeof error.code === "string") return thrown;
  return Object.assign(thrown, { code: error.name === "TimeoutError" ? "ETIMEDOUT" : "ECONNRESET" });
};
