import { ActionError } from "../domain/errors.ts";
import type { FetchAnswer, World } from "../domain/world.ts";
import type { SmokeTest } from "../inputs/smoke-tests.ts";
import { version } from "../version.ts";
import type { Attempt, NoAnswerReason } from "./verdict.ts";

/** One request of a smoke test, and what is to be said of its answer. */

export type SmokeWorld = Pick<World, "fetch" | "clock" | "signal" | "log">;

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
export type Asked = { readonly baseUrl: string; readonly apiKey: string | undefined };

/** Asks once, until `deadline` at most (milliseconds as the clock counts them). Throws `CANCELLED`, and nothing else. */
export const attemptAt = async (
  test: SmokeTest,
  { baseUrl, apiKey }: Asked,
  deadline: number,
  world: SmokeWorld,
): Promise<Attempt> => {
  if (world.signal.aborted) throw cancelled();
  const startedAt = world.clock.elapsed();
  const limit = AbortSignal.timeout(Math.max(1, Math.min(ATTEMPT_TIMEOUT, Math.ceil(deadline - startedAt))));
  try {
    const response = await world.fetch(baseUrl + test.path, {
      method: test.method,
      redirect: "manual",
      headers: {
        "user-agent": `apigw-stage-action/${version}`,
        ...(apiKey === undefined ? {} : { "x-api-key": apiKey }),
      },
      signal: AbortSignal.any([limit, world.signal]),
    });
    const body = await readBody(response);
    if (world.signal.aborted) throw cancelled();
    return answerOf(test, response, body, world.clock.elapsed() - startedAt);
  } catch (thrown) {
    if (world.signal.aborted) throw cancelled();
    return noAnswer(thrown, world.clock.elapsed() - startedAt);
  }
};

/** Bytes; API Gateway itself passes on 10 MB at most (quota "Payload size"). */
const LONGEST_BODY = 10 * 1024 * 1024;

/** What came of the body, and what was wrong with its end. */
type Body = { readonly bytes: Buffer; readonly flaw: string | undefined };

/** A stage whose answer has begun is there: a body that does not end well is a wrong answer, and not none. */
const readBody = async ({ body }: FetchAnswer): Promise<Body> => {
  const chunks: Uint8Array[] = [];
  const whole = (flaw?: string): Body => ({ bytes: Buffer.concat(chunks), flaw });
  let length = 0;
  try {
    for await (const chunk of body ?? []) {
      chunks.push(chunk);
      length += chunk.length;
      if (length > LONGEST_BODY) return whole("The body is longer than the 10 MB that API Gateway passes on.");
    }
    return whole();
  } catch (thrown) {
    const { name } = thrown as { name?: string };
    return whole(
      name === "TimeoutError" ? "The body did not end in time." : "The connection was cut in the middle of the body.",
    );
  }
};

const BODY_SHOWN = 300;

const answerOf = (test: SmokeTest, response: FetchAnswer, { bytes, flaw }: Body, milliseconds: number): Attempt => ({
  kind: "answer",
  status: response.status,
  milliseconds: Math.round(milliseconds),
  // A character that the cut goes through is left out.
  body: new TextDecoder().decode(bytes.subarray(0, BODY_SHOWN), { stream: bytes.length > BODY_SHOWN }),
  problems: [
    ...(flaw === undefined ? [] : [flaw]),
    ...problemsOf(test, response, bytes.toString("utf8"), milliseconds),
  ],
  refusal: response.headers.get("x-amzn-errortype") ?? "",
});

const problemsOf = (test: SmokeTest, response: FetchAnswer, body: string, milliseconds: number): readonly string[] => [
  ...(response.status === test.status ? [] : [wrongStatus(test, response)]),
  ...test.contains
    .filter((text) => !body.includes(text))
    .map((text) => `The body does not contain ${JSON.stringify(text)}.`),
  ...test.headers.flatMap(({ name, value }) => wrongHeader(name, value, response.headers.get(name))),
  ...(test.within !== undefined && milliseconds >= test.within
    ? [`It took ${seconds(milliseconds)}; allowed is less than ${seconds(test.within)}.`]
    : []),
];

const wrongStatus = (test: SmokeTest, { status, headers }: FetchAnswer): string => {
  const location = headers.get("location");
  return status >= 300 && status < 400 && location !== null
    ? `It redirects (${status}) to ${location}; expected is ${test.status}. Redirects are not followed.`
    : `The status is ${status}; expected is ${test.status}.`;
};

const wrongHeader = (name: string, wanted: string, found: string | null): readonly string[] => {
  if (found === wanted) return [];
  return [
    found === null
      ? `There is no header ${name}; expected is ${JSON.stringify(wanted)}.`
      : `Header ${name} is ${JSON.stringify(found)}; expected is ${JSON.stringify(wanted)}.`,
  ];
};

const seconds = (milliseconds: number): string => `${Number((milliseconds / 1000).toFixed(3))} s`;

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
