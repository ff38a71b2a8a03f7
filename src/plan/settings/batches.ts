import { type ApiKind, nameOfSetting } from "../../domain/api-kind.ts";
import type { SettingWrite } from "../../domain/stage-write.ts";

/** The updates that so many writes need, in order; the write that points the stage is the very last. */
export const batches = <T>(
  writes: readonly T[],
  { writesPerUpdate: most }: Pick<ApiKind, "writesPerUpdate">,
  pointer?: T,
): readonly (readonly T[])[] => {
  const all = pointer === undefined ? writes : [...writes, pointer];
  return Array.from({ length: Math.ceil(all.length / most) }, (_, call) => all.slice(call * most, (call + 1) * most));
};

/**
 * Splits what a new stage is to get: what it is made with, so that it never serves without its variables, and what can
 * only follow.
 */
export const splitCreation = (
  writes: readonly SettingWrite[],
  { settableAtCreation }: Pick<ApiKind, "settableAtCreation">,
): { readonly creation: readonly SettingWrite[]; readonly rest: readonly SettingWrite[] } => {
  const isTaken = (write: SettingWrite): boolean => settableAtCreation.includes(nameOfSetting(write));
  return { creation: writes.filter(isTaken), rest: writes.filter((write) => !isTaken(write)) };
};
