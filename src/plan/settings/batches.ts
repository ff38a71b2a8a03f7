import type { PatchOperation, StageCreation } from "../../domain/patch.ts";

/** Operations that one UpdateStage takes; with many more it says "Update size too large" (user reports). */
export const MAX_OPERATIONS = 80;

/** The calls that a patch needs, in order; the operation that points the stage is the very last. */
export const batches = <T extends PatchOperation>(patch: readonly T[], pointer?: T): readonly (readonly T[])[] => {
  const operations = pointer === undefined ? patch : [...patch, pointer];
  const calls = Math.ceil(operations.length / MAX_OPERATIONS);
  return Array.from({ length: calls }, (_, call) =>
    operations.slice(call * MAX_OPERATIONS, (call + 1) * MAX_OPERATIONS),
  );
};

/**
 * Splits the patch of a new stage: what the stage is created with, so that it never serves without its variables, and
 * what only UpdateStage can set.
 */
export const creationOf = (
  patch: readonly PatchOperation[],
): { readonly creation: StageCreation; readonly rest: readonly PatchOperation[] } => {
  const values = new Map(patch.map(({ path, value }) => [path, value ?? ""]));
  const variables = patch.flatMap(({ path, value = "" }) =>
    path.startsWith(VARIABLE) ? [[path.slice(VARIABLE.length), value] as const] : [],
  );
  const text = (member: keyof StageCreation) =>
    values.has(`/${member}`) ? { [member]: values.get(`/${member}`) } : {};
  const flag = (member: keyof StageCreation) =>
    values.has(`/${member}`) ? { [member]: values.get(`/${member}`) === "true" } : {};
  return {
    creation: {
      ...text("description"),
      ...(variables.length === 0 ? {} : { variables: Object.fromEntries(variables) }),
      ...flag("cacheClusterEnabled"),
      ...text("cacheClusterSize"),
      ...text("documentationVersion"),
      ...flag("tracingEnabled"),
    },
    rest: patch.filter(({ path }) => !path.startsWith(VARIABLE) && !CREATED.includes(path)),
  };
};

const VARIABLE = "/variables/";
const CREATED: readonly string[] = [
  "/description",
  "/cacheClusterEnabled",
  "/cacheClusterSize",
  "/documentationVersion",
  "/tracingEnabled",
];
