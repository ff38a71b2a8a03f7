import * as core from "@actions/core";
import { inert } from "../domain/inert-text.ts";
import type { Log } from "../domain/world.ts";

const annotate = { error: core.error, warning: core.warning, note: core.notice } as const;

export const runnerLog: Log = {
  info: (text) => core.info(inert(text)),
  warning: (text) => core.warning(inert(text)),
  notice: (text, title) => core.notice(inert(text), { title }),
  error: (text, title) => core.error(inert(text), { title }),
  at: ({ file, line, column, message, level }, title) =>
    annotate[level ?? "error"](inert(message), {
      title,
      file: inert(file),
      ...(line === undefined ? {} : { startLine: line }),
      ...(column === undefined ? {} : { startColumn: column }),
    }),
  debug: (text) => core.debug(inert(text)),
  group: (title, lines) => {
    core.startGroup(inert(title));
    for (const line of lines) core.info(inert(line));
    core.endGroup();
  },
};
