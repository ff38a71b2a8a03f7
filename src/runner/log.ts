import * as core from "@actions/core";
import { inert } from "../domain/inert-text.ts";
import type { Secrets } from "../domain/secrets.ts";
import type { Log } from "../domain/world.ts";

const annotate = { error: core.error, warning: core.warning, note: core.notice } as const;

export const runnerLog = ({ hide }: Secrets): Log => {
  const safe = (text: string): string => inert(hide(text));
  return {
    info: (text) => core.info(safe(text)),
    warning: (text) => core.warning(safe(text)),
    notice: (text, title) => core.notice(safe(text), { title: safe(title) }),
    error: (text, title) => core.error(safe(text), { title: safe(title) }),
    at: ({ file, line, column, message, level }, title) =>
      annotate[level ?? "error"](safe(message), {
        title: safe(title),
        file: safe(file),
        ...(line === undefined ? {} : { startLine: line }),
        ...(column === undefined ? {} : { startColumn: column }),
      }),
    debug: (text) => core.debug(safe(text)),
    group: (title, lines) => {
      core.startGroup(safe(title));
      for (const line of lines) core.info(safe(line));
      core.endGroup();
    },
  };
};
