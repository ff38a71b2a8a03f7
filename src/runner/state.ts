import { writeFileSync } from "node:fs";
import type { Secrets } from "../domain/secrets.ts";
import { namedValues } from "./file-commands.ts";
import { append, readWhole } from "./files.ts";

/**
 * By this variable the job knows that post has something to do (`post-if` in action.yml): a main that has left nothing spares
 * a process. The runner reads the file when main has ended, however it ended (`ActionRunner.cs`), and later steps see what
 * stands there. It is this step's own, but a program that tells the credentials may have written to it, too.
 */
const LEFT = "\nAPIGW_STAGE_ACTION_LEFT_OPEN=true\n";

/** What main leaves for post, in the runner's files. Answers `undefined`, or why it could not be left, as one line. */
export const saveState = (name: string, text: string, { hide }: Secrets): string | undefined => {
  try {
    append(process.env["GITHUB_STATE"] ?? "", namedValues({ [name]: hide(text) }));
    const variables = process.env["GITHUB_ENV"] ?? "";
    if (variables !== "") append(variables, LEFT);
    return undefined;
  } catch (thrown) {
    return (thrown instanceof Error ? thrown.message : String(thrown)).split("\n", 1)[0];
  }
};

/** Takes it back. Throws what the file system throws. */
export const forgetState = (name: string): void => {
  append(process.env["GITHUB_STATE"] ?? "", namedValues({ [name]: "" }));
  const variables = process.env["GITHUB_ENV"] ?? "";
  if (variables !== "") writeFileSync(variables, readWhole(variables).replaceAll(LEFT, ""));
};

/** Empty where main has left nothing of the name. */
export const loadState = (name: string): string => process.env[`STATE_${name}`] ?? "";
