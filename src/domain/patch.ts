/** One operation of UpdateStage; every value is text, numbers and truth values too (recorded behaviour). */
export type PatchOperation = {
  /** `copy` takes what `from` holds; a stage knows it for its canary alone. */
  readonly op: "replace" | "remove" | "copy";
  readonly path: string;
  readonly value?: string;
  readonly from?: string;
};

export const replace = (path: string, value: string): PatchOperation => ({ op: "replace", path, value });

export const remove = (path: string): PatchOperation => ({ op: "remove", path });

export const copy = (from: string, path: string): PatchOperation => ({ op: "copy", from, path });

/** What CreateStage can take beside the deployment and tags, by its own names (API reference, CreateStage). */
export type StageCreation = {
  readonly description?: string;
  readonly variables?: Readonly<Record<string, string>>;
  readonly cacheClusterEnabled?: boolean;
  readonly cacheClusterSize?: string;
  readonly documentationVersion?: string;
  readonly tracingEnabled?: boolean;
};
