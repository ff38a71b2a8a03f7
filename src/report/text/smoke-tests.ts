import type { Attempt, NoAnswerReason, SmokeCheck, SmokeVerdict } from "../../verify/verdict.ts";
import { verdictSentence } from "../../verify/verdict.ts";
import { code, codeBlock, plain } from "./markdown.ts";

/** What smoke tests found, for the log and for Markdown. Bodies, headers and error texts are other people's: data. */

const REASONS: Readonly<Record<NoAnswerReason, string>> = {
  dns: "The name is not known to DNS",
  refused: "The connection was refused",
  unreachable: "There is no route to the host",
  tls: "The TLS connection failed (certificate or handshake)",
  timeout: "The connection could not be made in time",
  connection: "The connection broke off",
  silent: "The connection was made, but no whole answer came",
};

const nameOf = ({ test }: SmokeCheck): string => `${test.method} ${test.path}`;

const problemsOf = (attempt: Attempt): readonly string[] =>
  attempt.kind === "answer" ? attempt.problems : [`${REASONS[attempt.reason]}: ${attempt.detail}`];

const tries = (count: number): string => (count === 1 ? "1 try" : `${count} tries`);

const factsOf = ({ last, attempts }: SmokeCheck): string =>
  last.kind === "answer" ? `${last.status} in ${last.milliseconds} ms, ${tries(attempts)}` : tries(attempts);

/** The verdict, a line a test, and under a failed one what was wrong. For a log that makes text inert. */
export const smokeTestLines = (verdict: SmokeVerdict): readonly string[] => [
  verdictSentence(verdict),
  ...verdict.checks.flatMap((check) => [
    `${check.passed ? "passed" : "FAILED"}  ${nameOf(check)} (${factsOf(check)})`,
    ...(check.passed ? [] : detailLines(check.last)),
  ]),
];

const detailLines = (attempt: Attempt): readonly string[] => [
  ...problemsOf(attempt).map((problem) => `  ${problem}`),
  ...(attempt.kind === "answer" ? [`  The answer begins: ${shown(attempt.body)}`] : []),
];

const shown = (body: string): string => (body === "" ? "(it is empty)" : JSON.stringify(body));

/** The same as Markdown; nothing that a test or an answer holds comes alive in it. */
export const smokeTestSection = (verdict: SmokeVerdict): string =>
  [`**Smoke tests.** ${plain(verdictSentence(verdict))}`, ...verdict.checks.map(checkMarkdown)].join("\n\n");

const checkMarkdown = (check: SmokeCheck): string => {
  const title = `${check.passed ? "✅" : "❌"} ${code(nameOf(check))} (${factsOf(check)})`;
  if (check.passed) return title;
  const body = check.last.kind === "answer" && check.last.body !== "" ? codeBlock(check.last.body) : "";
  return [title, ...problemsOf(check.last).map(plain), body].filter((part) => part !== "").join("\n\n");
};
