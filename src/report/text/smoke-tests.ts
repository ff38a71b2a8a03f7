import type { Attempt, SmokeCheck, SmokeVerdict } from "../../verify/verdict.ts";
import { problemsOf, testName, verdictSentence } from "../../verify/verdict.ts";
import { code, codeBlock, details } from "./markdown.ts";
import { inline } from "./prose.ts";

/** What smoke tests found, for the log and for Markdown. Bodies, headers and error texts are other people's: data. */

const tries = (count: number): string => (count === 1 ? "1 try" : `${count} tries`);

const factsOf = ({ last, attempts }: SmokeCheck): string =>
  last.kind === "answer" ? `${last.status} in ${last.milliseconds} ms, ${tries(attempts)}` : tries(attempts);

/** The verdict, a line a test, and under a failed one what was wrong. For a log that makes text inert. */
export const smokeTestLines = (verdict: SmokeVerdict): readonly string[] => [
  verdictSentence(verdict),
  ...verdict.checks.flatMap((check) => [
    `${check.passed ? "passed" : "FAILED"}  ${testName(check)} (${factsOf(check)})`,
    ...(check.passed ? [] : detailLines(check.last)),
  ]),
];

const detailLines = (attempt: Attempt): readonly string[] => [
  ...problemsOf(attempt).map((problem) => `  ${problem}`),
  ...(attempt.kind === "answer" ? [`  The answer begins: ${shown(attempt.body)}`] : []),
];

const shown = (body: string): string => (body === "" ? "(it is empty)" : JSON.stringify(body));

/**
 * What the failed tests got, as Markdown; what is wrong with it is part of the error. Nothing that a test or an answer
 * holds comes alive in it.
 */
export const failedTestsSection = ({ checks }: SmokeVerdict): string =>
  checks
    .filter(({ passed }) => !passed)
    .map(failedMarkdown)
    .join("\n\n");

const failedMarkdown = (check: SmokeCheck): string => {
  const title = `❌ ${titleOf(check)}`;
  if (check.last.kind === "no-answer") return `${title}: ${problemsOf(check.last).map(inline).join(" ")}`;
  return check.last.body === "" ? title : `${title}\n\n${codeBlock(check.last.body)}`;
};

/** The tests that passed, folded; empty where none did. */
export const passedTestsSection = (verdict: SmokeVerdict): string => {
  const passed = verdict.checks.filter((check) => check.passed);
  const title = verdict.kind === "healthy" ? verdictSentence(verdict) : `Smoke tests that passed: ${passed.length}`;
  return passed.length === 0 ? "" : details(title, passed.map((check) => `- ✅ ${titleOf(check)}`).join("\n"));
};

const titleOf = (check: SmokeCheck): string => `${code(testName(check))} (${factsOf(check)})`;
