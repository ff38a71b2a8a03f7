import type { MethodSettings } from "../../domain/stage-settings.ts";
import type { StageAttribute, StageWrite } from "../../domain/stage-write.ts";
import { methodSettingsKey } from "./method-settings-key.ts";

/** One operation of UpdateStage; every value is text, numbers and truth values too (recorded behaviour). */
export type PatchOperation = {
  /** `copy` takes what `from` holds; a stage knows it for its canary alone. */
  op: "replace" | "remove" | "copy";
  path: string;
  value?: string;
  from?: string;
};

const replace = (path: string, value: string): PatchOperation => ({ op: "replace", path, value });
const remove = (path: string): PatchOperation => ({ op: "remove", path });

/** How UpdateStage says it (API reference, UpdateStage patch operations): each write is one operation. */
export const patchOf = (write: StageWrite): PatchOperation => {
  switch (write.kind) {
    case "deployment":
      return replace("/deploymentId", write.id);
    case "variable":
      return write.value === null
        ? remove(`/variables/${write.name}`)
        : replace(`/variables/${write.name}`, write.value);
    case "route-setting":
      return replace(`/${methodSettingsKey(write.route)}/${LEAVES[write.member]}`, String(write.value));
    case "route-reset":
      return remove(`/${methodSettingsKey(write.route)}`);
    case "access-log":
      return replace(`/accessLogSettings/${write.member}`, write.value);
    case "no-access-log":
      return remove("/accessLogSettings");
    case "attribute":
      return replace(`/${write.member}`, write.value);
    case "canary":
      return replace(`${CANARY}/${write.member}`, canaryValue(write));
    case "canary-variable":
      return replace(`${CANARY}/stageVariableOverrides/${write.name}`, write.value);
    case "canary-to-stage":
      return write.what === "deployment"
        ? { op: "copy", from: `${CANARY}/deploymentId`, path: "/deploymentId" }
        : { op: "copy", from: `${CANARY}/stageVariableOverrides`, path: "/variables" };
    case "no-canary":
      return remove(CANARY);
  }
};

const CANARY = "/canarySettings";

const canaryValue = ({ value }: Extract<StageWrite, { kind: "canary" }>): string =>
  typeof value === "number" ? value.toFixed(1) : String(value);

/** Below `/{key}/`. */
const LEAVES: Readonly<Record<keyof MethodSettings, string>> = {
  loggingLevel: "logging/loglevel",
  dataTraceEnabled: "logging/dataTrace",
  metricsEnabled: "metrics/enabled",
  throttlingRateLimit: "throttling/rateLimit",
  throttlingBurstLimit: "throttling/burstLimit",
  cachingEnabled: "caching/enabled",
  cacheTtlInSeconds: "caching/ttlInSeconds",
  cacheDataEncrypted: "caching/dataEncrypted",
  requireAuthorizationForCacheControl: "caching/requireAuthorizationForCacheControl",
  unauthorizedCacheControlHeaderStrategy: "caching/unauthorizedCacheControlHeaderStrategy",
};

/** What CreateStage can take beside the deployment and tags, by its own names (API reference, CreateStage). */
export type StageCreation = { variables?: Record<string, string> } & Partial<
  Record<Exclude<StageAttribute, (typeof FLAGS)[number]>, string> & Record<(typeof FLAGS)[number], boolean>
>;

const FLAGS = ["cacheClusterEnabled", "tracingEnabled"] as const;

/** Of a stage that is made; the plan sends here only what CreateStage takes. */
export const creationOf = (writes: readonly StageWrite[]): StageCreation => {
  const variables = writes.flatMap((write) =>
    write.kind === "variable" && write.value !== null ? [[write.name, write.value] as const] : [],
  );
  const attributes = writes.flatMap((write) =>
    write.kind === "attribute"
      ? [[write.member, (FLAGS as readonly string[]).includes(write.member) ? write.value === "true" : write.value]]
      : [],
  );
  return {
    ...Object.fromEntries(attributes),
    ...(variables.length === 0 ? {} : { variables: Object.fromEntries(variables) }),
  };
};
