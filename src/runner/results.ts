import * as core from "@actions/core";
import type { Log } from "./log.ts";

/** Writes the outputs and the job summary. What cannot be written (a full disk) is a warning: the deployment is done. */
export const writeResults = async (
  outputs: Readonly<Record<string, string>>,
  summary: string,
  log: Log,
): Promise<void> => {
  try {
    for (const [name, value] of Object.entries(outputs)) core.setOutput(name, value);
  } catch (thrown) {
    log.warning(`Could not write the step's outputs: ${messageOf(thrown)}`);
  }
  try {
    await core.summary.addRaw(summary, true).write();
  } catch (thrown) {
    log.warning(`Could not write the job summary: ${messageOf(thrown)}`);
  }
};

const messageOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown));
