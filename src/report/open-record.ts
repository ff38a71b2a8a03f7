import type { RecordState } from "../domain/github-record.ts";
import type { Secrets } from "../domain/secrets.ts";
import type { NewRecord } from "../github/records.ts";
import { forgetState, loadState, saveState } from "../runner/state.ts";

/** The name of the state in which main leaves its record; scripts/build.sh has dist/post.js look for it. */
const OPEN_RECORD = "open-record";

/** How a record ends. An empty `environmentUrl` posts no link. */
export type Ending = {
  /** `inactive`: nothing was deployed, and nothing went wrong. */
  readonly state: Extract<RecordState, "success" | "failure" | "inactive">;
  readonly description: string;
  readonly environmentUrl: string;
};

/**
 * The GitHub deployment that main has opened, as it is left for post. It is written before the request that it is about,
 * so that it survives a main that is killed in the middle. It holds no token: post reads its own input.
 */
export type OpenRecord = {
  /** Absent until GitHub has answered. */
  readonly id?: number;
  readonly record: NewRecord;
  readonly logUrl: string;
  /** Present once main knows how it ended: then only telling GitHub so is left. */
  readonly ending?: Ending;
  /** Whether main has told people that GitHub does not know of it yet. */
  readonly told?: true;
};

/** Answers `undefined`, or why it could not be left. */
export const saveOpenRecord = (open: OpenRecord, secrets: Secrets): string | undefined =>
  saveState(OPEN_RECORD, JSON.stringify(open), secrets);

export const forgetOpenRecord = (): void => {
  try {
    forgetState(OPEN_RECORD);
  } catch {
    // Post finds it closed.
  }
};

/** `undefined` without a record, and for a state that we have not written. */
export const loadOpenRecord = (): OpenRecord | undefined => {
  const text = loadState(OPEN_RECORD);
  if (text === "") return undefined;
  try {
    const saved: unknown = JSON.parse(text);
    return isOpenRecord(saved) ? saved : undefined;
  } catch {
    return undefined;
  }
};

/** Main of the same release has written it, or it was not written whole. */
const isOpenRecord = (saved: unknown): saved is OpenRecord =>
  isObject(saved) && isObject(saved["record"]) && isObject(saved["record"]["payload"]) && "logUrl" in saved;

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null;
