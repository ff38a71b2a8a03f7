import * as core from "@actions/core";
import type { ErrorPlace } from "../errors.ts";

/** What people read in the job's log. Every method takes plain text, which can hold nothing that the runner would obey. */
export type Log = {
  readonly info: (text: string) => void;
  readonly warning: (text: string) => void;
  readonly notice: (text: string, title: string) => void;
  readonly error: (text: string, title: string) => void;
  /** Beside a line of a file. */
  readonly errorAt: (place: ErrorPlace, title: string) => void;
  readonly group: (title: string, lines: readonly string[]) => void;
};

/**
 * Makes text inert: the runner obeys lines that begin with `::`, and the older `##[` anywhere in a line (actions/runner,
 * ActionCommand). Annotations are escaped by the toolkit itself, but the log shows their lines, and its page colours and
 * folds those that begin with `##[`.
 */
export const inert = (text: string): string =>
  text.replaceAll("##[", () => "# #[").replaceAll(/^(\s*)::/gm, (_, space: string) => `${space}: :`);

export const runnerLog: Log = {
  info: (text) => core.info(inert(text)),
  warning: (text) => core.warning(inert(text)),
  notice: (text, title) => core.notice(inert(text), { title }),
  error: (text, title) => core.error(inert(text), { title }),
  errorAt: ({ file, line, column, message }, title) =>
    core.error(inert(message), {
      title,
      file,
      ...(line === undefined ? {} : { startLine: line }),
      ...(column === undefined ? {} : { startColumn: column }),
    }),
  group: (title, lines) => {
    core.startGroup(inert(title));
    for (const line of lines) core.info(inert(line));
    core.endGroup();
  },
};
