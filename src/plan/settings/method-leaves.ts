import type { MethodSettings } from "../../domain/stage-settings.ts";
import type { Declared, Sourced } from "../../inputs/settings/resolve.ts";
import type { StageLayer } from "../../inputs/settings/schema.ts";

export type MethodValue = string | number | boolean;

/** A setting that every route can have, under its two names. */
export type MethodLeaf = {
  readonly setting: string;
  /** In GetStage's answer. */
  readonly member: keyof MethodSettings;
  readonly declared: (wish: MethodWish) => Declared<MethodValue> | undefined;
};

/** What a stage says for all routes, or a route for itself. */
export type MethodWish = Pick<Sourced<StageLayer>, "logging" | "metrics" | "throttling" | "caching">;

export const methodLeaves: readonly MethodLeaf[] = [
  {
    setting: "logging.level",
    member: "loggingLevel",
    declared: ({ logging }) => logging?.level,
  },
  {
    setting: "logging.payload",
    member: "dataTraceEnabled",
    declared: ({ logging }) => logging?.payload,
  },
  { setting: "metrics", member: "metricsEnabled", declared: ({ metrics }) => metrics },
  {
    setting: "throttling.rate",
    member: "throttlingRateLimit",
    declared: ({ throttling }) => throttling?.rate,
  },
  {
    setting: "throttling.burst",
    member: "throttlingBurstLimit",
    declared: ({ throttling }) => throttling?.burst,
  },
  {
    setting: "caching.enabled",
    member: "cachingEnabled",
    declared: ({ caching }) => caching?.enabled,
  },
  {
    setting: "caching.ttl",
    member: "cacheTtlInSeconds",
    declared: ({ caching }) => caching?.ttl,
  },
  {
    setting: "caching.encrypted",
    member: "cacheDataEncrypted",
    declared: ({ caching }) => caching?.encrypted,
  },
  {
    setting: "caching.require-authorization",
    member: "requireAuthorizationForCacheControl",
    declared: ({ caching }) => caching?.["require-authorization"],
  },
  {
    setting: "caching.unauthorized",
    member: "unauthorizedCacheControlHeaderStrategy",
    declared: ({ caching }) => caching?.unauthorized,
  },
];

/**
 * What holds where a stage has no entry at all, and what an entry begins with there (recorded behaviour). The throttling
 * limits are those of the account, which are not known here.
 */
export const serviceDefaults: MethodSettings = {
  metricsEnabled: false,
  loggingLevel: "OFF",
  dataTraceEnabled: false,
  cachingEnabled: false,
  cacheTtlInSeconds: 300,
  cacheDataEncrypted: false,
  requireAuthorizationForCacheControl: true,
  unauthorizedCacheControlHeaderStrategy: "SUCCEED_WITH_RESPONSE_HEADER",
};

/** The value in an entry; `undefined` when it is not known. */
export const valueIn = (entry: MethodSettings, { member }: MethodLeaf): MethodValue | undefined =>
  entry[member] ?? (member === "loggingLevel" ? "OFF" : undefined);

/** An entry's value as text; what is unknown is a limit of the account. */
export const shownValue = (entry: MethodSettings, leaf: MethodLeaf): string =>
  String(valueIn(entry, leaf) ?? "the account's limit");
