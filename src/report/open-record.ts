import type { RecordState } from "../domain/github-record.ts";
import type { NewRecord } from "../github/records.ts";

/** The name of the state in which main leaves its record. */
export const OPEN_RECORD = "open-record";

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
};
