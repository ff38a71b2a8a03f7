import * as core from "@actions/core";
import type { Secrets } from "../domain/secrets.ts";

/** What main leaves for post, in the runner's state file. */
export const saveState = (name: string, text: string, { hide }: Secrets): void => core.saveState(name, hide(text));

/** Empty where main has left nothing of the name. */
export const loadState = (name: string): string => core.getState(name);
