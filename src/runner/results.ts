import { join } from "node:path";
import type { World } from "../domain/world.ts";
import { namedValues } from "./file-commands.ts";

/** Writes the step's outputs. What cannot be written (a full disk) is a warning: the deployment is done. */
export const writeOutputs = (
  outputs: Readonly<Record<string, string>>,
  { environment, files, log, secrets }: World,
): void => {
  const path = environment["GITHUB_OUTPUT"] ?? "";
  if (path === "") return;
  const shown = Object.entries(outputs).map(([name, value]) => [name, secrets.hide(value)]);
  try {
    files.append(path, namedValues(Object.fromEntries(shown)));
  } catch (thrown) {
    log.warning(`Could not write the step's outputs: ${messageOf(thrown)}`);
  }
};

/** Writes the job summary, past the toolkit, too, whose summary knows one file in a process. */
export const writeSummary = (summary: string, { environment, files, log, secrets }: World): void => {
  const path = environment["GITHUB_STEP_SUMMARY"] ?? "";
  if (path === "") return;
  try {
    // What comes after it must not become part of its last block.
    files.append(path, `${secrets.hide(summary)}\n\n`);
  } catch (thrown) {
    log.warning(`Could not write the job summary: ${messageOf(thrown)}`);
  }
};

/**
 * Writes a document for later steps, in a folder of the run's own, and answers its path; `undefined` where that is not
 * possible, with a warning.
 */
export const writeExport = (
  text: string,
  name: string,
  nonce: string,
  { environment, files, log, secrets }: World,
): string | undefined => {
  const folder = environment["RUNNER_TEMP"] ?? "";
  if (folder === "") {
    log.warning("There is no export-file: the runner names no folder for it (RUNNER_TEMP).");
    return undefined;
  }
  const path = join(folder, `apigw-stage-action-${nonce}`, name);
  try {
    files.write(path, secrets.hide(text));
    return path;
  } catch (thrown) {
    log.warning(`There is no export-file, because it could not be written: ${messageOf(thrown)}`);
    return undefined;
  }
};

const messageOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown));
