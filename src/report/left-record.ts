import { loadState } from "../runner/left-state.ts";
import { OPEN_RECORD, type OpenRecord } from "./open-record.ts";

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
  typeof saved === "object" &&
  saved !== null &&
  "record" in saved &&
  typeof saved.record === "object" &&
  saved.record !== null &&
  "payload" in saved.record &&
  "logUrl" in saved;
