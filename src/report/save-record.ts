import type { Secrets } from "../domain/secrets.ts";
import { saveState } from "../runner/state.ts";
import { OPEN_RECORD, type OpenRecord } from "./open-record.ts";

/** Answers `undefined`, or why it could not be left. */
export const saveOpenRecord = (open: OpenRecord, secrets: Secrets): string | undefined =>
  saveState(OPEN_RECORD, JSON.stringify(open), secrets);

/** Where it cannot be forgotten, post finds it closed. */
export const forgetOpenRecord = (secrets: Secrets): void => {
  saveState(OPEN_RECORD, "", secrets);
};
