import type { FetchAnswer } from "../domain/fetch.ts";
import type { SmokeTest } from "../inputs/smoke-tests.ts";
import { answerWith, refusalIn, tooSlow } from "./answer.ts";
import type { Ask } from "./ask.ts";
import type { Attempt } from "./verdict.ts";

/** One request of HTTP, and what is to be said of its answer. */
export const request: Ask = async (test, { url, headers, signal, elapsed }, { fetch }) => {
  const response = await fetch(url, { method: test.method, redirect: "manual", headers, signal });
  return answerOf(test, response, await readBody(response), elapsed());
};

/** Bytes; API Gateway itself passes on 10 MB at most (quota "Payload size"). */
const LONGEST_BODY = 10 * 1024 * 1024;

/** What came of the body, and what was wrong with its end. */
type Body = { readonly bytes: Buffer; readonly flaw: string | undefined };

/** A stage whose answer has begun is there: a body that does not end well is a wrong answer, and not none. */
export const readBody = async ({ body }: FetchAnswer): Promise<Body> => {
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

const answerOf = (test: SmokeTest, response: FetchAnswer, { bytes, flaw }: Body, milliseconds: number): Attempt =>
  answerWith({
    status: response.status,
    milliseconds,
    body: bytes,
    problems: [
      ...(flaw === undefined ? [] : [flaw]),
      ...problemsOf(test, response, bytes.toString("utf8"), milliseconds),
    ],
    refusal: refusalIn(response),
  });

const problemsOf = (test: SmokeTest, response: FetchAnswer, body: string, milliseconds: number): readonly string[] => [
  ...(response.status === test.status ? [] : [wrongStatus(test, response)]),
  ...test.contains
    .filter((text) => !body.includes(text))
    .map((text) => `The body does not contain ${JSON.stringify(text)}.`),
  ...test.headers.flatMap(({ name, value }) => wrongHeader(name, value, response.headers.get(name))),
  ...tooSlow(test, milliseconds),
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
