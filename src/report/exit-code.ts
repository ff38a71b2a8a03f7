import type { ActionError } from "../domain/errors.ts";

/** 130 is what a process ends with that was interrupted. A run that ended well by then ended well: its report went on. */
export const exitCodeOf = (error: ActionError | undefined): number => {
  if (error === undefined) return 0;
  return error.kind === "cancelled" ? 130 : 1;
};
