import type { FetchAnswer } from "../domain/fetch.ts";
import type { WebSocketConnection } from "../domain/web-socket.ts";
import type { SmokeTest } from "../inputs/smoke-tests.ts";
import { answerWith, refusalIn, seconds, tooSlow } from "./answer.ts";
import type { Ask } from "./ask.ts";
import { readBody } from "./request-attempt.ts";
import type { Attempt } from "./verdict.ts";

/** Milliseconds within which a message must be answered where the test does not say. */
const ANSWER_TIME = 10_000;

/** One WebSocket connection, and perhaps a message over it that must be answered. */
export const connect: Ask = async (test, { url, headers, signal, elapsed }, { openWebSocket }) => {
  const handshake = await openWebSocket(url.replace(/^http/, "ws"), { headers, signal });
  if (handshake.kind === "refused") return refusedWith(handshake.answer, test, elapsed);
  const { connection } = handshake;
  try {
    const told = test.send === undefined ? NOTHING_ASKED : await exchange(connection, test, test.send, signal);
    return answerWith({
      status: 101,
      milliseconds: elapsed(),
      body: Buffer.from(told.message),
      problems: [...wrongStatus(test, 101), ...told.problems, ...tooSlow(test, elapsed())],
      refusal: "",
    });
  } finally {
    connection.close();
  }
};

const refusedWith = async (answer: FetchAnswer, test: SmokeTest, elapsed: () => number): Promise<Attempt> => {
  const { bytes } = await readBody(answer);
  const [body, milliseconds] = [bytes.toString("utf8"), elapsed()];
  return answerWith({
    status: answer.status,
    milliseconds,
    body: bytes,
    problems: [
      ...wrongRefusal(test, answer.status),
      ...test.contains
        .filter((text) => !body.includes(text))
        .map((text) => `The body does not contain ${JSON.stringify(text)}.`),
      ...tooSlow(test, milliseconds),
    ],
    refusal: refusalIn(answer),
  });
};

/** A refusal with 101 is none, and no connection. */
const wrongRefusal = (test: SmokeTest, status: number): readonly string[] =>
  status === 101 ? ["The answer has the status 101 and opens no WebSocket connection."] : wrongStatus(test, status);

const wrongStatus = (test: SmokeTest, status: number): readonly string[] => {
  if (status === test.status) return [];
  if (status === 101) return [`The connection was taken; expected is its refusal with ${test.status}.`];
  return [`The connection was refused with ${status}; expected is ${test.status}.`];
};

/** `message`: the one that answers, or the last that does not. */
type Told = { readonly message: string; readonly problems: readonly string[] };

const NOTHING_ASKED: Told = { message: "", problems: [] };

/** Others may send over the same connection, so what does not answer is passed over. */
const exchange = async (
  connection: WebSocketConnection,
  { contains, within }: SmokeTest,
  message: string,
  signal: AbortSignal,
): Promise<Told> => {
  const limit = within ?? ANSWER_TIME;
  let isOver = false;
  const timer = setTimeout(() => {
    isOver = true;
    connection.close();
  }, limit);
  let last: string | undefined;
  try {
    connection.send(message);
    for await (const text of connection.messages) {
      if (isOver) break;
      last = text;
      if (contains.every((part) => text.includes(part))) return { message: text, problems: [] };
    }
  } catch {
    // The stage has taken the connection: it is there, and this is a wrong answer, not none.
  } finally {
    clearTimeout(timer);
  }
  const wanted =
    contains.length === 0 ? "" : ` that contains ${contains.map((text) => JSON.stringify(text)).join(" and ")}`;
  const problem = isOver
    ? `Within ${seconds(limit)} no message came${wanted}.`
    : signal.aborted
      ? `No message${wanted} came before the time for the test was over.`
      : `The connection ended before a message came${wanted}.`;
  return { message: last ?? "", problems: [problem] };
};
