import { parseDuration } from "../domain/duration.ts";
import type { RuledDomain } from "../domain/routing-rule.ts";
import type { Run } from "../domain/run.ts";
import { readRuledDomain } from "./preview-domain.ts";
import type { InputReader } from "./reader.ts";
import { type ApiGivenAs, readApi, readEnvironment, readExpectedAccountId, readLabel } from "./target.ts";

/** What `command: sweep` was asked to do. */
export type SweepRequest = {
  readonly command: "sweep";
  readonly run: Run;
  readonly restApiId: string;
  readonly apiGivenAs: ApiGivenAs;
  /** What people call the API; `undefined`: by its id. */
  readonly label: string | undefined;
  /** The account that the credentials must belong to; `undefined`: any. */
  readonly expectedAccountId: string | undefined;
  /** Empty when the workflow gave none. */
  readonly githubToken: string;
  readonly dryRun: boolean;
  /** The environment whose GitHub deployments are looked through. */
  readonly environment: string;
  /** Milliseconds after its last deployment at which a preview expires; `undefined`: never. */
  readonly ttl: number | undefined;
  /** Unreferenced deployments to keep; 0 keeps all. */
  readonly keepDeployments: number;
  /** The custom domain that rules of ours lead to previews on; `undefined`: none. */
  readonly ruledDomain?: RuledDomain | undefined;
};

const DEFAULT_ENVIRONMENT = "preview";
const DEFAULT_KEEP_DEPLOYMENTS = 20;

export const readSweepRequest = (read: InputReader, run: Run): SweepRequest => ({
  command: "sweep",
  run,
  ...readApi(read),
  label: readLabel(read),
  expectedAccountId: readExpectedAccountId(read),
  githubToken: read.text("github-token") ?? "",
  dryRun: read.boolean("dry-run", false),
  environment: readEnvironment(read, DEFAULT_ENVIRONMENT) ?? DEFAULT_ENVIRONMENT,
  ttl: readTtl(read),
  keepDeployments: readKeepDeployments(read),
  ruledDomain: readRuledDomain(read),
});

/** Milliseconds that a preview lives after its last deployment; `undefined`: as long as its pull request is open. */
export const readTtl = (read: InputReader): number | undefined => {
  const value = read.matching(
    "preview-ttl",
    /^[1-9][0-9]{0,4}[dh]$/,
    "a number of days or hours above zero, for example 7d or 12h",
  );
  return value === undefined ? undefined : parseDuration(value, ["h", "d"]);
};

export const readKeepDeployments = (read: InputReader): number => {
  const value = read.matching(
    "keep-deployments",
    /^(?:0|[1-9][0-9]{0,8})$/,
    "a whole number, for example 20; 0 keeps all",
  );
  return value === undefined ? DEFAULT_KEEP_DEPLOYMENTS : Number(value);
};
