import { traceOf, withReport } from "../domain/bug.ts";
import { asActionError } from "../domain/errors.ts";
import { inert } from "../domain/inert-text.ts";
import { type Secrets, secretsIn } from "../domain/secrets.ts";
import { readRun } from "../inputs/run.ts";
import { append } from "../runner/files.ts";
import { errorSection, errorText } from "./text/error-text.ts";
import { SUMMARY_LIMIT } from "./text/fitting.ts";

/**
 * For what nobody catches: a module that does not load, an event that nobody listens to. Node.js would print the line of
 * source that threw, which in a bundle is all of it. The entries import this before anything else; it works with no more
 * than the standard library and our own texts.
 */

const UNKNOWN =
  "It is not known how far the run had come; the log above tells. A GitHub deployment that it left open is closed by the step's end.";

/** A value of a workflow command (actions/toolkit, "Commands"). */
const escaped = (text: string): string =>
  inert(text).replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");

const write = (variable: string, text: string): void => {
  try {
    const path = process.env[variable] ?? "";
    if (path !== "") append(path, text);
  } catch {
    // There is nowhere left to say so.
  }
};

let found: Pick<Secrets, "hide"> | undefined;

/** What the run learns of credentials that stand in no variable is hidden here, too. */
export const hideWhatIsFoundIn = (secrets: Pick<Secrets, "hide">): void => {
  found = secrets;
};

/** From now on, whatever is thrown and not caught ends this process with one error that a person can read. */
export const endWithOneError = (doing: string): void => {
  process.once("uncaughtException", (thrown) => {
    const run = readRun(process.env, {}, "");
    const error = withReport(asActionError(thrown, doing), run).withState(UNKNOWN);
    const { hide } = found ?? secretsIn(process.env);
    const text = hide(errorText(error, run.actionUrl));
    write("GITHUB_OUTPUT", "result=failed\nchanged=\n");
    const section = errorSection(error, run.actionUrl, SUMMARY_LIMIT);
    write("GITHUB_STEP_SUMMARY", `### ❌ The run was broken off\n\n${hide(section)}\n`);
    const lines = [`::error title=${error.code}::${escaped(text)}`, `::debug::${escaped(hide(traceOf(error)))}`];
    // What else is thrown while this is written would be told twice.
    process.on("uncaughtException", () => {});
    process.stdout.write(`\n${lines.join("\n")}\n`, () => process.exit(1));
  });
};
