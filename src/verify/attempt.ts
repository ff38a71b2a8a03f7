import { ActionError } from "../domain/errors.ts";
import type { RequestHeader } from "../domain/invoke-url.ts";
import type { World } from "../domain/world.ts";
import type { SmokeTest } from "../inputs/smoke-tests.ts";
import { version } from "../version.ts";
import { seconds } from "./answer.ts";
import { connect } from "./connect-attempt.ts";
import { request } from "./request-attempt.ts";
import type { Attempt, NoAnswerReason } from "./verdict.ts";

/** What a smoke test asks once, and why no answer came. */

export type SmokeWorld = Pick<World, "fetch" | "openWebSocket" | "clock" | "signal" | "log">;

/** Node gives up making a connection after 10 seconds, so who has waited for longer was connected. */
const CONNECT_TIMEOUT = 15_000;
/** API Gateway itself answers 504 after 29 seconds by default (quota "Integration timeout"). */
const ATTEMPT_TIMEOUT = 30_000;

/** The tests cannot end. */
export const cancelled = (): ActionError =>
  new ActionError({
    code: "CANCELLED",
    doing: "finish the smoke tests",
    happened: "The run was cancelled before they had ended.",
    acted: "no",
  });

/** Where the tests are sent, and the key that goes with them. */
export type Asked = {
  readonly baseUrl: string;
  readonly apiKey: string | undefined;
  /** What leads to the stage where the URL alone does not. */
  readonly header?: RequestHeader | undefined;
};

/** Asks once, until `deadline` at most (milliseconds as the clock counts them). Throws `CANCELLED`, and nothing else. */
export const attemptAt = async (
  test: SmokeTest,
  { baseUrl, apiKey, header }: Asked,
  deadline: number,
  world: SmokeWorld,
): Promise<Attempt> => {
  if (world.signal.aborted) throw cancelled();
  const startedAt = world.clock.elapsed();
  const elapsed = (): number => world.clock.elapsed() - startedAt;
  const limit = AbortSignal.timeout(Math.max(1, Math.min(ATTEMPT_TIMEOUT, Math.ceil(deadline - startedAt))));
  const ask = test.method === "CONNECT" ? connect : request;
  const headers = {
    "user-agent": `apigw-stage-action/${version}`,
    ...(apiKey === undefined ? {} : { "x-api-key": apiKey }),
    ...(header === undefined ? {} : { [header.name]: header.value }),
  };
  const signal = AbortSignal.any([limit, world.signal]);
  try {
    const attempt = await ask(test, { url: urlOf(test, baseUrl), headers, signal, elapsed }, world);
    if (world.signal.aborted) throw cancelled();
    return attempt;
  } catch (thrown) {
    if (world.signal.aborted) throw cancelled();
    return noAnswer(thrown, elapsed());
  }
};

/** The stage of a WebSocket API is one place, without a slash at its end. */
const urlOf = ({ method, path }: SmokeTest, baseUrl: string): string =>
  baseUrl + (method === "CONNECT" ? path.slice(1) : path);

/** Error codes of Node's DNS, sockets and TLS, and of its fetch (`UND_ERR_…`). */
const REASONS: readonly (readonly [pattern: RegExp, reason: NoAnswerReason])[] = [
  [/^(?:ENOTFOUND|EAI_.+|ENODATA)$/, "dns"],
  [/^ECONNREFUSED$/, "refused"],
  [/^(?:EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL)$/, "unreachable"],
  [/^(?:ETIMEDOUT|UND_ERR_CONNECT_TIMEOUT)$/, "timeout"],
  [
    /^(?:ERR_TLS_.+|ERR_SSL_.+|EPROTO|CERT_.+|.*_(?:CERT|SIGNATURE|CHAIN|CRL|ISSUER.*)(?:_.*)?|HOSTNAME_MISMATCH|INVALID_.+)$/,
    "tls",
  ],
];

const noAnswer = (thrown: unknown, milliseconds: number): Attempt => {
  const { code, message } = rootOf(thrown);
  const detail = (code === "" ? message : `${code}: ${message}`).split("\n", 1)[0] ?? "";
  const known = REASONS.find(([pattern]) => pattern.test(code))?.[1];
  if (known !== undefined) return { kind: "no-answer", reason: known, detail };
  const timedOut =
    (thrown as { name?: string }).name === "TimeoutError" || /^UND_ERR_(?:HEADERS|BODY)_TIMEOUT$/.test(code);
  if (!timedOut) return { kind: "no-answer", reason: "connection", detail };
  const waited = `No whole answer within ${seconds(Math.round(milliseconds))}.`;
  return { kind: "no-answer", reason: milliseconds > CONNECT_TIMEOUT ? "silent" : "timeout", detail: waited };
};

/** Node's fetch throws "fetch failed" and keeps the reason as its cause; of several addresses tried, the first counts. */
const rootOf = (thrown: unknown): { readonly code: string; readonly message: string } => {
  const { cause, errors, code, message } = (thrown ?? {}) as {
    cause?: unknown;
    errors?: readonly unknown[];
    code?: unknown;
    message?: unknown;
  };
  if (cause !== undefined) return rootOf(cause);
  if (errors?.[0] !== undefined) return rootOf(errors[0]);
  return {
    code: typeof code === "string" ? code : "",
    message: typeof message === "string" ? message : String(thrown),
  };
};
