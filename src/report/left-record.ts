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
  isObject(saved) && isObject(saved["record"]) && isObject(saved["record"]["payload"]) && "logUrl" in saved;

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null;
