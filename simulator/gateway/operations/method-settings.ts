import type { MethodSetting, Stage, World } from "../model.ts";
import {
  type PatchOperation,
  parseBoolean,
  parseDouble,
  parseInteger,
  parseMap,
  parseOneOf,
  patchValue,
  type ValueParser,
} from "./patch.ts";
import { checkCloudWatchRole } from "./stage-rules.ts";

/** A new entry where the stage has no entry for all methods (recorded behaviour). No `loggingLevel` means OFF. */
const defaults: MethodSetting = {
  metricsEnabled: false,
  dataTraceEnabled: false,
  throttlingBurstLimit: 5000,
  throttlingRateLimit: 10_000,
  cachingEnabled: false,
  cacheTtlInSeconds: 300,
  cacheDataEncrypted: false,
  requireAuthorizationForCacheControl: true,
  unauthorizedCacheControlHeaderStrategy: "SUCCEED_WITH_RESPONSE_HEADER",
};

type Leaf = { readonly member: keyof MethodSetting; readonly parse: ValueParser<string | number | boolean> };

/**
 * The settings by their path below `/{resourcePath}/{httpMethod}/` (API Gateway REST API reference, patch operations).
 * A throttling limit of -1 switches the throttling off.
 */
const leaves: Readonly<Record<string, Leaf>> = {
  "metrics/enabled": { member: "metricsEnabled", parse: parseBoolean },
  "logging/dataTrace": { member: "dataTraceEnabled", parse: parseBoolean },
  "logging/loglevel": { member: "loggingLevel", parse: parseOneOf("OFF", "ERROR", "INFO") },
  "throttling/burstLimit": { member: "throttlingBurstLimit", parse: parseInteger(-1, 2 ** 31 - 1) },
  "throttling/rateLimit": { member: "throttlingRateLimit", parse: parseDouble(-1) },
  "caching/ttlInSeconds": { member: "cacheTtlInSeconds", parse: parseInteger(0, 3600) },
  "caching/enabled": { member: "cachingEnabled", parse: parseBoolean },
  "caching/dataEncrypted": { member: "cacheDataEncrypted", parse: parseBoolean },
  "caching/requireAuthorizationForCacheControl": { member: "requireAuthorizationForCacheControl", parse: parseBoolean },
  "caching/unauthorizedCacheControlHeaderStrategy": {
    member: "unauthorizedCacheControlHeaderStrategy",
    parse: parseOneOf("FAIL_WITH_403", "SUCCEED_WITH_RESPONSE_HEADER", "SUCCEED_WITHOUT_RESPONSE_HEADER"),
  },
};

export type MethodSettingPath = { readonly key: string; readonly leaf: Leaf };

/**
 * The entry and the setting that a path addresses; nothing when it addresses none. Whether the API has such a method
 * is not asked: an entry for a method that does not exist is stored and has no effect (recorded behaviour).
 */
export const methodSettingPath = (path: string): MethodSettingPath | undefined => {
  const [, key = "", leafPath = ""] = /^\/([^/]+\/[^/]+)\/(.+)$/.exec(path) ?? [];
  const leaf = Object.hasOwn(leaves, leafPath) ? leaves[leafPath] : undefined;
  return leaf && { key, leaf };
};

export const replaceMethodSetting = (
  stage: Stage,
  { key, leaf }: MethodSettingPath,
  patch: PatchOperation,
  world: World,
): void => {
  const value = leaf.parse(patchValue(patch), patch.path);
  checkLogging(leaf, value, world);
  stage.methodSettings[key] = { ...entryOf(stage, key), [leaf.member]: value };
};

/** The whole map as JSON, each entry by the members of the MethodSetting shape. */
export const replaceMethodSettings = (stage: Stage, patch: PatchOperation, world: World): void => {
  const entries = parseMap(patchValue(patch), patch.path);
  stage.methodSettings = {};
  for (const [key, entry] of Object.entries(entries)) {
    const members = parseMap(JSON.stringify(entry), patch.path);
    const settings: Record<string, unknown> = { ...defaults };
    for (const leaf of Object.values(leaves)) {
      if (members[leaf.member] === undefined) continue;
      const value = leaf.parse(String(members[leaf.member]), patch.path);
      checkLogging(leaf, value, world);
      settings[leaf.member] = value;
    }
    stage.methodSettings[key] = settings as MethodSetting;
  }
};

/** Recorded behaviour: a new entry starts as a copy of the entry for all methods. */
const entryOf = (stage: Stage, key: string): MethodSetting =>
  stage.methodSettings[key] ?? stage.methodSettings["*/*"] ?? defaults;

const checkLogging = (leaf: Leaf, value: unknown, world: World): void => {
  if (leaf.member === "loggingLevel" && value !== "OFF") checkCloudWatchRole(world);
};
