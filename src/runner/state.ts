import type { Secrets } from "../domain/secrets.ts";
import { namedValues } from "./file-commands.ts";
import { append } from "./files.ts";

/**
 * What main leaves for post, in the runner's state file. Answers `undefined`, or why it could not be left, as one line.
 */
export const saveState = (name: string, text: string, { hide }: Secrets): string | undefined => {
  try {
    append(process.env["GITHUB_STATE"] ?? "", namedValues({ [name]: hide(text) }));
    return undefined;
  } catch (thrown) {
    return (thrown instanceof Error ? thrown.message : String(thrown)).split("\n", 1)[0];
  }
};

/** Empty where main has left nothing of the name. */
export const loadState = (name: string): string => process.env[`STATE_${name}`] ?? "";
