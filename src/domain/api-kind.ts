import type { Dialect } from "./definition.ts";
import type { StageMetrics } from "./metric.ts";
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
  readonly metrics: StageMetrics;
  /** What it cannot do, and why, each in whole sentences. */
  readonly lacks: Readonly<Partial<Record<Capability, string>>>;
  /** The settings that a stage can be made with; all others follow in an update. */
  readonly settableAtCreation: readonly SettingName[];
  /** Whether the service begins a route's own settings with what all routes have at that moment; else they begin empty. */
  readonly copiesForRoutes: boolean;
  /** How many writes one update of a stage takes. */
  readonly writesPerUpdate: number;
  /** Operations after which a new deployment may be another one than the last, as audit events name them. */
  readonly draftCalls: readonly string[];
  /** What a role must be allowed to GET that reads the draft, or what a stage serves; see `rightToRead`. */
  readonly reads: Readonly<Record<"draft" | "served", string>>;
  /** Calls of the AWS CLI for people, with `{api}`, `{stage}` and `{deployment}` to be filled in; see `byHand`. */
  readonly calls: Readonly<Record<CallByHand, string>>;
};

export type CallByHand =
  | "list-deployments"
  | "create-stage"
  | "point-stage"
  | "delete-stage"
  | "save-stage"
  | "import-saved";

type Values = { readonly api: string; readonly stage?: string; readonly deployment?: string };

const filledIn = (template: string, values: Values, written: (value: string) => string): string =>
  template.replaceAll(/\{(api|stage|deployment)\}/g, (whole, name: keyof Values) => written(values[name] ?? whole));

/** To a shell a `$` is no letter. */
export const inShell = (value: string): string => (value.includes("$") ? `'${value}'` : value);

/** A call for people to copy, with what they would have to fill in. */
export const byHand = ({ calls }: Pick<ApiKind, "calls">, call: CallByHand, values: Values): string =>
  filledIn(calls[call], values, inShell);

/** What a role lacks that may not read so: `apigateway:GET on /apis/a1b2c3d4e5/routes`. */
export const rightToRead = ({ reads }: Pick<ApiKind, "reads">, what: keyof ApiKind["reads"], values: Values): string =>
  `apigateway:GET on ${filledIn(reads[what], values, (value) => value)}`;

/** What an input or a setting may ask for, and not every kind of API can do. */
export type Capability =
  | "access-logs"
  | "cache"
  | "canary"
  | "client-certificate"
  | "connect-smoke-tests"
  | "contract-export"
  | "default-stage"
  | "definition"
  | "deployment-routes"
  | "documentation-version"
  | "execution-logs"
  | "import-merge"
  | "preview-domain"
  | "request-smoke-tests"
  | "route-comparison"
  | "routes-without-path"
  | "tracing"
  | "usage-plans"
  | "web-acl";

export type SettingName = Exclude<SettingWrite["kind"], "attribute"> | StageAttribute;

export const nameOfSetting = (write: SettingWrite): SettingName =>
  write.kind === "attribute" ? write.member : write.kind;
