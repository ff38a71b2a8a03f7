import { readCanaryPercent } from "./canary/canary-percent.ts";
import { CHOICES } from "./choices.ts";
import { readCompareWith } from "./definition/definition-inputs.ts";
import { FAIL_ON, readConditions, STATUS_FAIL_ON } from "./fail-on.ts";
import { readPreviewDomainForms } from "./preview-domain.ts";
import { type InputProblem, type InputReader, inputReader, type RawInputs } from "./reader.ts";
import { readApiKey, readSmokeTests } from "./smoke-tests.ts";
import { readKeepDeployments, readTtl } from "./sweep-request.ts";
import { fillStageName, readDeploymentId, readEnvironment, readInvokeUrl, readOtherStage } from "./target.ts";
import { readWatchForms } from "./watch.ts";

const BOOLEANS = [
  "allow-forks",
  "comment",
  "dark-stage",
  "details",
  "export",
  "fail-on-warnings",
  "preview-drafts",
  "rollback-on-failure",
];

const NUMBERS = ["check-run-id", "pr-number", "preview-limit", "smoke-test-timeout"];

/** What each input must look like, whatever the others are. Those that every command reads are not among them. */
const FORMS: readonly ((read: InputReader) => unknown)[] = [
  (read) => Object.entries(CHOICES).map(([input, [first, ...others]]) => read.oneOf(input, [first, ...others], first)),
  (read) => BOOLEANS.map((input) => read.boolean(input, false)),
  (read) => NUMBERS.map(read.positiveInteger),
  (read) => readConditions(read, [...FAIL_ON, ...STATUS_FAIL_ON]),
  (read) => readOtherStage(read, "from-stage-name"),
  (read) => readEnvironment(read, "production"),
  (read) => readInvokeUrl(read),
  (read) => fillStageName(read, read.text("stage-name") ?? "unused", 1),
  readApiKey,
  readCanaryPercent,
  readCompareWith,
  readDeploymentId,
  readKeepDeployments,
  readPreviewDomainForms,
  readSmokeTests,
  readTtl,
  readWatchForms,
];

/**
 * What is wrong with inputs that the command makes no use of: a job may be given those of others, but a misspelt one is a
 * mistake wherever it stands. `known`: what the command's own reading found.
 */
export const problemsOfForms = (raw: RawInputs, known: readonly InputProblem[]): readonly InputProblem[] => {
  const read = inputReader(raw);
  for (const form of FORMS) form(read);
  return read.problems.filter(({ input }) => known.every((problem) => problem.input !== input));
};
