import type { SettingWrite } from "../../domain/stage-write.ts";

/** A setting that will be other than it is. */
export type SettingChange = {
  /** For people: `caching.ttl`, `variables.alias`, `tags.team`, `GET /pets/{id}: caching.ttl`. */
  readonly setting: string;
  /** `undefined`: not set. */
  readonly from: string | undefined;
  readonly to: string | undefined;
  /** Where it was declared: `defaults`, `stages.prod`, `settings`; `all routes` where a route now follows them. */
  readonly source: string;
  /** The values are secret by the setting's name; `from` and `to` hold a mask already. */
  readonly masked?: true;
};

/** Changes and the writes that bring them about, in order. */
export type Patch = { readonly changes: readonly SettingChange[]; readonly writes: readonly SettingWrite[] };

export const noPatch: Patch = { changes: [], writes: [] };

export const joinPatches = (...patches: readonly Patch[]): Patch => ({
  changes: patches.flatMap(({ changes }) => changes),
  writes: patches.flatMap(({ writes }) => writes),
});
