import type { Dialect } from "./definition.ts";
import type { SettingWrite, StageAttribute } from "./stage-write.ts";

/**
 * What a kind of API is called, and what it can do. The rooms of AWS say so, each for the kind that it talks to; nobody
 * else asks which kind an API is.
 */
export type ApiKind = {
  /** As people say it: "REST API". */
  readonly name: string;
  /** How an import reads a definition; `undefined` where there is no import. */
  readonly dialect: Dialect | undefined;
  /** By what CloudWatch keeps its metrics. */
  readonly metricsBy: "name" | "id";
  /** What it cannot do, and why, each in whole sentences. */
  readonly lacks: Readonly<Partial<Record<Capability, string>>>;
  /** The settings that a stage can be made with; all others follow in an update. */
  readonly settableAtCreation: readonly SettingName[];
  /** How many writes one update of a stage takes. */
  readonly writesPerUpdate: number;
};

/** What an input or a setting may ask for, and not every kind of API can do. */
export type Capability =
  | "access-logs"
  | "cache"
  | "canary"
  | "client-certificate"
  | "dark-stage"
  | "connect-smoke-tests"
  | "default-stage"
  | "definition"
  | "documentation-version"
  | "execution-logs"
  | "import-merge"
  | "request-smoke-tests"
  | "route-comparison"
  | "tracing"
  | "usage-plans"
  | "web-acl";

export type SettingName = Exclude<SettingWrite["kind"], "attribute"> | StageAttribute;

export const nameOfSetting = (write: SettingWrite): SettingName =>
  write.kind === "attribute" ? write.member : write.kind;
