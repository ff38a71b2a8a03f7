import * as core from "@actions/core";
import type { Log } from "../domain/world.ts";

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
