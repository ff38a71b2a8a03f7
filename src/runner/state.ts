import * as core from "@actions/core";
import type { NewRecord } from "../github/records.ts";
import type { Ending } from "../github/reporting.ts";

/**
 * What main leaves for post, in the runner's state file. It is written before the request that it is about, so that it
 * survives a main that is killed in the middle. It holds no token: post reads its own input.
 */
export type OpenRecord = {
  /** Absent until GitHub has answered. */
  readonly id?: number;
  readonly record: NewRecord;
  readonly logUrl: string;
  /** Present once main knows how it ended: then only telling GitHub so is left. */
  readonly ending?: Ending;
};

const MAIN_STARTED = "main-started";
const OPEN_RECORD = "open-record";

export const markMainStarted = (): void => core.saveState(MAIN_STARTED, "true");

/** Both halves of the action are one bundle; the state tells them apart. */
export const isPost = (): boolean => core.getState(MAIN_STARTED) === "true";

export const saveOpenRecord = (open: OpenRecord): void => core.saveState(OPEN_RECORD, JSON.stringify(open));

export const forgetOpenRecord = (): void => core.saveState(OPEN_RECORD, "");

export const loadOpenRecord = (): OpenRecord | undefined => {
  const text = core.getState(OPEN_RECORD);
  return text === "" ? undefined : (JSON.parse(text) as OpenRecord);
};
