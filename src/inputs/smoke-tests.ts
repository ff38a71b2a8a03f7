import type { InputReader } from "./reader.ts";
import { shortened } from "./shortened.ts";

/** One request to a stage, and what its answer must be. */
export type SmokeTest = {
  /** The line of the input, from 1. */
  readonly line: number;
  /** CONNECT opens a WebSocket connection. */
  readonly method: string;
  /** Below the invoke URL, with its leading slash and perhaps a query. */
  readonly path: string;
  readonly status: number;
  /** The message that is sent over a WebSocket connection once it is open, and must be answered. */
  readonly send?: string | undefined;
  /** Texts that the body, or the message that answers, must contain. */
  readonly contains: readonly string[];
  /** Headers by lower-case name, with the exact value. */
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  /** Milliseconds that the answer may take, from the request to the body's last byte. */
  readonly within: number | undefined;
};

/** The tests of a stage and what follows from them. */
export type SmokeTests = {
  readonly tests: readonly SmokeTest[];
  /** Milliseconds that all tests have together. */
  readonly timeout: number;
  /** Sent as `x-api-key`; `undefined`: none. */
  readonly apiKey: string | undefined;
  /** Whether the stage goes back to what it served when a test fails. */
  readonly rollBack: boolean;
};

export type ParsedSmokeTests = {
  readonly tests: readonly SmokeTest[];
  /** Whole sentences, each with its line. */
  readonly problems: readonly string[];
};

const INPUT = "smoke-tests";
const METHODS = ["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "CONNECT"];
const EXAMPLE = 'GET /health 200 contains "ok" <2s';

/** They are all asked at the same time. */
const MOST_TESTS = 100;

/** Problems that are told. */
const MOST_TOLD = 20;

/** Reads the input `smoke-tests`. All problems are reported together. */
export const readSmokeTests = (read: Pick<InputReader, "text" | "report">): readonly SmokeTest[] => {
  const { tests, problems } = parseSmokeTests(read.text(INPUT) ?? "");
  if (problems.length > 0) {
    const more = problems.length - MOST_TOLD;
    const untold = more > 0 ? [`${more} more things are wrong below; correct these first.`] : [];
    read.report(INPUT, [...problems.slice(0, MOST_TOLD), ...untold, `An example: ${EXAMPLE}`].join("\n    "));
  } else if (tests.length > MOST_TESTS) {
    read.report(INPUT, `There are ${tests.length} tests; at most ${MOST_TESTS} are asked.`);
  }
  return tests;
};

/** A value that a header can carry; its own is in no message. API Gateway's keys have 20 to 128 characters. */
export const readApiKey = (read: Pick<InputReader, "text" | "reportSecret">): string | undefined => {
  const key = read.text("smoke-test-api-key");
  if (key === undefined || /^[\x21-\x7e]{20,128}$/.test(key)) return key;
  read.reportSecret("smoke-test-api-key", "It must be the value of an API key: 20 to 128 characters without blanks.");
  return undefined;
};

/** A test a line; blank lines and what follows a `#` do not count. */
export const parseSmokeTests = (text: string): ParsedSmokeTests => {
  const lines = text.split(/\r\n|\r|\n/).map((line, index) => parseLine(line, index + 1));
  return {
    tests: lines.flatMap((line) => (line === undefined || "problems" in line ? [] : [line.test])),
    problems: lines.flatMap((line) => (line !== undefined && "problems" in line ? line.problems : [])),
  };
};

type Line = { readonly test: SmokeTest } | { readonly problems: readonly string[] } | undefined;

const parseLine = (text: string, line: number): Line => {
  const words = wordsOf(text);
  if (words.length === 0) return undefined;
  const [method = "", path = "", status = "", ...rest] = words;
  const expectations = readExpectations(rest);
  const problems = [
    ...methodProblems(method),
    ...pathProblems(path),
    ...(method === "CONNECT"
      ? connectProblems(path, status, expectations)
      : requestProblems(method, status, expectations)),
    ...expectations.problems,
  ];
  if (problems.length > 0) return { problems: problems.map((problem) => `Line ${line}: ${problem}`) };
  const { send, contains, headers, within } = expectations;
  return { test: { line, method, path, status: Number(status), send, contains, headers, within } };
};

/** Words are separated by blanks; a quoted text is one word with its quotes. A word that begins with # ends the line. */
const wordsOf = (text: string): readonly string[] => {
  const words = text.match(/"(?:[^"\\]|\\.)*"(?=\s|$)|\S+/g) ?? [];
  const comment = words.findIndex((word) => word.startsWith("#"));
  return comment === -1 ? words : words.slice(0, comment);
};

const methodProblems = (method: string): readonly string[] =>
  METHODS.includes(method) ? [] : [`${quoted(method)} is no method; there are ${METHODS.join(", ")}.`];

const pathProblems = (path: string): readonly string[] => {
  if (path === "") return ["The path is missing, for example /health."];
  if (!path.startsWith("/")) return [`${quoted(path)} is no path: it must begin with a slash, for example /health.`];
  // A path that leads elsewhere (`//host`, `/..`) would not test this stage.
  const base = "http://stage.invalid/base";
  const url = URL.canParse(base + path) ? new URL(base + path) : undefined;
  if (url === undefined || url.hash !== "" || !url.pathname.startsWith("/base/")) {
    return [`${quoted(path)} is no path below the stage: leave out fragments (#) and \`..\`.`];
  }
  return [];
};

const requestProblems = (method: string, status: string, { send, contains }: Expectations): readonly string[] => [
  ...statusProblems(status, /^[2-5][0-9]{2}$/, "200", "it must be 200 to 599"),
  ...(send === undefined ? [] : ["send goes with CONNECT alone; a request has no body."]),
  ...(method === "HEAD" && contains.length > 0 ? ["contains cannot be used with HEAD, whose answer has no body."] : []),
];

/** A WebSocket API has no paths: its stage is one place. A connection that is refused carries no messages. */
const connectProblems = (
  path: string,
  status: string,
  { send, contains, headers }: Expectations,
): readonly string[] => [
  ...(path === "" || /^\/(?:\?|$)/.test(path)
    ? []
    : [`${quoted(path)} is no path to connect to: it must be /, perhaps with a query, for example /?token=abc.`]),
  ...statusProblems(
    status,
    /^(?:101|[45][0-9]{2})$/,
    "101",
    "a connection is answered with 101, or refused with 400 to 599",
  ),
  ...(send !== undefined && status !== "101" && status !== "" ? ["send needs the status 101: a connection."] : []),
  ...(contains.length > 0 && send === undefined && status === "101"
    ? ['contains needs send, the message that is answered, for example send {"action":"ping"}.']
    : []),
  ...(headers.length > 0 ? ["header cannot be used with CONNECT."] : []),
];

const statusProblems = (status: string, allowed: RegExp, example: string, rule: string): readonly string[] => {
  if (status === "") return [`The expected status is missing, for example ${example}.`];
  return allowed.test(status) ? [] : [`${quoted(status)} is no status: ${rule}.`];
};

type Expectations = Pick<SmokeTest, "send" | "contains" | "headers" | "within"> & {
  readonly problems: readonly string[];
};

const readExpectations = (words: readonly string[]): Expectations => {
  const contains: string[] = [];
  const headers: { name: string; value: string }[] = [];
  const limits: number[] = [];
  const messages: string[] = [];
  const problems: string[] = [];
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? "";
    const next = (): string => {
      index += 1;
      return words[index] ?? "";
    };
    if (word === "contains") readContains(next(), contains, problems);
    else if (word === "send") readMessage(next(), messages, problems);
    else if (word === "header") readHeader(next(), next(), headers, problems);
    else if (word.startsWith("<")) readLimit(word, limits, problems);
    else problems.push(unknownWord(word));
  }
  if (limits.length > 1) problems.push("There is more than one time limit.");
  if (messages.length > 1) problems.push("There is more than one message to send.");
  return { send: messages[0], contains, headers, within: limits[0], problems };
};

/** JSON without blanks needs no quotes. */
const readMessage = (word: string, messages: string[], problems: string[]): void => {
  const text = word.startsWith('"') ? unquoted(word) : word;
  if (text) messages.push(text);
  else problems.push('send needs a text without blanks or in double quotes, for example send {"action":"ping"}.');
};

const readContains = (word: string, contains: string[], problems: string[]): void => {
  const text = unquoted(word);
  if (text === undefined || text === "")
    problems.push('contains needs a text in double quotes, for example contains "ok".');
  else contains.push(text);
};

const readHeader = (
  name: string,
  value: string,
  headers: { name: string; value: string }[],
  problems: string[],
): void => {
  const wanted = value.startsWith('"') ? unquoted(value) : value || undefined;
  if (!/^[A-Za-z0-9!#$%&'*+.^_`|~-]+:$/.test(name) || wanted === undefined) {
    problems.push(
      'header needs a name, a colon, a blank and a value (in double quotes when it has blanks), for example header content-type: "text/html; charset=utf-8".',
    );
  } else headers.push({ name: name.slice(0, -1).toLowerCase(), value: wanted });
};

const readLimit = (word: string, limits: number[], problems: string[]): void => {
  const [, number, unit] = /^<([0-9]+(?:\.[0-9]+)?)(ms|s)$/.exec(word) ?? [];
  const milliseconds = Number(number) * (unit === "s" ? 1000 : 1);
  if (milliseconds > 0) limits.push(milliseconds);
  else problems.push(`${quoted(word)} is no time limit, for example <2s or <500ms.`);
};

const unknownWord = (word: string): string => {
  const hint = /^[0-9.]+m?s$/.test(word) ? ` Write <${word} for a time limit.` : "";
  return `${quoted(word)} is not understood after the status; there are contains "text", header name: value, <2s and, with CONNECT, send text.${hint}`;
};

/** The text of a quoted word, with JSON's escapes; `undefined` when it is not quoted well. */
const unquoted = (word: string): string | undefined => {
  if (!word.startsWith('"')) return undefined;
  try {
    return JSON.parse(word);
  } catch {
    return undefined;
  }
};

const quoted = (word: string): string => (word === "" ? "Nothing" : JSON.stringify(shortened(word)));
