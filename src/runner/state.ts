import * as core from "@actions/core";

/**
 * What main leaves for post, in the runner's state file. Answers `undefined`, or why it could not be left, as one line.
 */
export const saveState = (name: string, text: string): string | undefined => {
  try {
    core.saveState(name, text);
    return undefined;
  } catch (thrown) {
    return (thrown instanceof Error ? thrown.message : String(thrown)).split("\n", 1)[0];
  }
};

/** Empty where main has left nothing of the name. */
export const loadState = (name: string): string => core.getState(name);
