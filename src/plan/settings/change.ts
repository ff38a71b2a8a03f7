/** One operation of UpdateStage; every value is text, numbers and truth values too (recorded behaviour). */
export type PatchOperation = { readonly op: "replace" | "remove"; readonly path: string; readonly value?: string };

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

/** Changes and the operations that bring them about, in order. */
export type Patch = { readonly changes: readonly SettingChange[]; readonly operations: readonly PatchOperation[] };

export const noPatch: Patch = { changes: [], operations: [] };

export const joinPatches = (...patches: readonly Patch[]): Patch => ({
  changes: patches.flatMap(({ changes }) => changes),
  operations: patches.flatMap(({ operations }) => operations),
});

export const replace = (path: string, value: string): PatchOperation => ({ op: "replace", path, value });
export const remove = (path: string): PatchOperation => ({ op: "remove", path });
