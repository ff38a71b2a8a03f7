import type { InputReader } from "./reader.ts";

/** One request to a stage, and what its answer must be. */
export type SmokeTest = {
  /** The line of the input, from 1. */
  readonly line: number;
  readonly method: string;
  /** Below the invoke URL, with its leading slash and perhaps a query. */
  readonly path: string;
  readonly status: number;
  /** Texts that the body must contain. */
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
const METHODS = ["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"];
const EXAMPLE = 'GET /health 200 contains "ok" <2s';

/** Reads the input `smoke-tests`. All problems are reported together. */
export const readSmokeTests = (read: Pick<InputReader, "text" | "report">): readonly SmokeTest[] => {
  const { tests, problems } = parseSmokeTests(read.text(INPUT) ?? "");
  if (problems.length > 0) read.report(INPUT, [...problems, `An example: ${EXAMPLE}`].join("\n    "));
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
    ...statusProblems(status),
    ...expectations.problems,
    ...(method === "HEAD" && expectations.contains.length > 0
      ? ["contains cannot be used with HEAD, whose answer has no body."]
      : []),
  ];
  if (problems.length > 0) return { problems: problems.map((problem) => `Line ${line}: ${problem}`) };
  const { contains, headers, within } = expectations;
  return { test: { line, method, path, status: Number(status), contains, headers, within } };
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

const statusProblems = (status: string): readonly string[] => {
  if (status === "") return ["The expected status is missing, for example 200."];
  return /^[2-5][0-9]{2}$/.test(status) ? [] : [`${quoted(status)} is no status: it must be 200 to 599.`];
};

type Expectations = Pick<SmokeTest, "contains" | "headers" | "within"> & { readonly problems: readonly string[] };

const readExpectations = (words: readonly string[]): Expectations => {
  const contains: string[] = [];
  const headers: { name: string; value: string }[] = [];
  const limits: number[] = [];
  const problems: string[] = [];
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? "";
    const next = (): string => {
      index += 1;
      return words[index] ?? "";
    };
    if (word === "contains") readContains(next(), contains, problems);
    else if (word === "header") readHeader(next(), next(), headers, problems);
    else if (word.startsWith("<")) readLimit(word, limits, problems);
    else problems.push(unknownWord(word));
  }
  if (limits.length > 1) problems.push("There is more than one time limit.");
  return { contains, headers, within: limits[0], problems };
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
  return `${quoted(word)} is not understood after the status; there are contains "text", header name: value and <2s.${hint}`;
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

const quoted = (word: string): string => (word === "" ? "Nothing" : JSON.stringify(word));
