import { getSmithyContext } from "@smithy/core/transport";
import { parsedJson } from "./parsed-json.ts";
import { type AnswerHead, UnreadableAnswer } from "./unreadable-answer.ts";

/**
 * The check that every answer of AWS passes before the SDK reads it: whether it is the service that answered,
 * and not something on the way (a proxy's page, a redirect, half an answer). The members are checked after that, one
 * schema an operation.
 */

type Answer = AnswerHead & { body: Uint8Array };
type Next = (args: never) => Promise<{ response: unknown; output: unknown }>;
type Context = Parameters<typeof getSmithyContext>[0];
type Stack = {
  readonly middlewareStack: {
    readonly add: (middleware: never, options: { name: string; step: "deserialize"; priority: "low" }) => void;
  };
};

/** How a service's answers look. */
export type Format = {
  readonly isAnswer: (body: Uint8Array) => boolean;
  /** Whether it says what is wrong. */
  readonly isError: (body: Uint8Array) => boolean;
  /** What an answer is that is none: "no JSON object". */
  readonly none: string;
};

const JSON_OBJECT: Format = {
  isAnswer: (body) => body.length === 0 || isObject(parsedJson(body)),
  isError: (body) => {
    const value = parsedJson(body);
    return isObject(value) && [value["message"], value["Message"], value["__type"]].some(isText);
  },
  none: "no JSON object",
};

/** Makes a client refuse answers that are not the service's. */
export const requireWholeAnswers = (
  { middlewareStack }: Stack,
  service = "API Gateway",
  format: Format = JSON_OBJECT,
): void => {
  const middleware = (next: Next, context: Context) => async (args: never) => {
    const result = await next(args);
    requireWholeAnswer(result.response as Answer, statusOf(context), service, format);
    return result;
  };
  middlewareStack.add(middleware as never, { name: "requireWholeAnswers", step: "deserialize", priority: "low" });
};

/** The status that the operation's description promises for success: `[9, namespace, name, { http: [verb, path, 201] }]`. */
const statusOf = (context: Context): number => {
  const schema: unknown = getSmithyContext(context)["operationSchema"];
  const traits = Array.isArray(schema) ? (schema[3] as { http?: readonly unknown[] } | undefined) : undefined;
  const status = traits?.http?.[2];
  return typeof status === "number" ? status : 200;
};

/** The same of one answer, `promised` being the status of success. Throws UnreadableAnswer. */
export const requireWholeAnswer = (
  answer: Answer,
  promised: number,
  service: string,
  format: Format = JSON_OBJECT,
): void => {
  const { statusCode, body } = answer;
  if (statusCode >= 400) {
    checkFailure(answer, service, format);
    return;
  }
  if (statusCode !== promised) throw new UnreadableAnswer(elsewhere(answer, promised, service), answer);
  if (!format.isAnswer(body)) {
    throw new UnreadableAnswer(`The answer is ${contentOf(answer)} and ${format.none}.`, answer);
  }
  if (format === JSON_OBJECT && isErrorAlone(body))
    throw new UnreadableAnswer(`The answer has the status ${statusCode} and the content of an error.`, answer);
};

/** Bytes; no such error is longer, and a long answer need not be read once more. */
const LONGEST_ERROR = 2000;
const OF_ERRORS = ["__type", "code", "message", "Message"];

/** As something on the way may answer that refuses with any status. */
const isErrorAlone = (body: Uint8Array): boolean =>
  body.length < LONGEST_ERROR &&
  JSON_OBJECT.isError(body) &&
  Object.keys(parsedJson(body) ?? {}).every((name) => OF_ERRORS.includes(name));

const elsewhere = ({ statusCode, headers }: Answer, promised: number, service: string): string =>
  statusCode >= 300 && headers["location"] !== undefined
    ? `The answer is a redirect (${statusCode}), which ${service} never sends.`
    : `The answer has the status ${statusCode} where ${service} sends ${promised}.`;

/** The service names its errors in a header, in the body, or at least says what is wrong. */
const checkFailure = (answer: Answer, service: string, format: Format): void => {
  const { statusCode, headers, body } = answer;
  if (format.isError(body)) return;
  if (format !== JSON_OBJECT || !isText(headers["x-amzn-errortype"])) {
    throw new UnreadableAnswer(
      `The answer has the status ${statusCode}, is ${contentOf(answer)} and not one of ${service}'s errors.`,
      answer,
    );
  }
  // The name is enough to judge by; the SDK would stumble over the rest.
  answer.body = new TextEncoder().encode("{}");
};

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isText = (value: unknown): boolean => typeof value === "string" && value !== "";

const contentOf = ({ headers, body }: Answer): string => {
  if (body.length === 0) return "empty";
  const type = /^[\w.+-]+\/[\w.+-]+/.exec(headers["content-type"] ?? "")?.[0];
  return `${type ?? "of no named type"} (${body.length} bytes)`;
};
