import * as core from "@actions/core";
import type { World } from "../domain/world.ts";

/** Writes the step's outputs. What cannot be written (a full disk) is a warning: the deployment is done. */
export const writeOutputs = (outputs: Readonly<Record<string, string>>, { log, secrets }: World): void => {
  try {
    for (const [name, value] of Object.entries(outputs)) core.setOutput(name, secrets.hide(value));
  } catch (thrown) {
    log.warning(`Could not write the step's outputs: ${messageOf(thrown)}`);
  }
};

/** Writes the job summary, past the toolkit, whose summary knows one file in a process. */
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

const messageOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown));
