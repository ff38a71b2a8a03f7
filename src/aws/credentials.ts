import { fromEnv } from "@aws-sdk/credential-provider-env";
import { loadSharedConfigFiles } from "@smithy/core/config";
import { ActionError } from "../domain/errors.ts";
import type { Environment } from "../domain/world.ts";
import { failureOf } from "./failure.ts";
import { exportsKeys } from "./variables.ts";

/**
 * Whose credentials a run works with. Keys that the job exported win over a profile beside them; the SDK's own chain
 * would take the profile and print a warning. All else is the SDK's default chain.
 */

type Identity = { readonly accountId?: string; readonly $source?: Readonly<Record<string, unknown>> };

/** For the client's configuration: nothing, where the default chain is to be asked. */
export const credentialSettings = (environment: Environment) =>
  exportsKeys(environment) ? { credentials: fromEnv() } : {};

/** Throws `CREDENTIALS_MISSING` for a profile that is in no file: the chain would go on and find somebody else's. */
export const requireProfile = async (environment: Environment): Promise<void> => {
  const profile = environment["AWS_PROFILE"];
  if (!profile || exportsKeys(environment)) return;
  const { configFile, credentialsFile } = await loadSharedConfigFiles();
  if (Object.hasOwn(configFile, profile) || Object.hasOwn(credentialsFile, profile)) return;
  const names = [...new Set([...Object.keys(configFile), ...Object.keys(credentialsFile)])].sort();
  throw missing(
    `AWS_PROFILE names the profile ${JSON.stringify(profile)}, and the AWS configuration files of this runner have ${
      names.length === 0 ? "no profile" : `only ${names.slice(0, 10).join(", ")}`
    }.`,
    "Correct AWS_PROFILE, or take it away where the job gets its credentials in another way.",
  );
};

/**
 * Resolves the credentials and answers a sentence about where they come from. Throws `CREDENTIALS_MISSING`; what else
 * keeps a source from answering is for the first request to tell, which tries it again.
 */
export const findCredentials = async (
  provide: () => Promise<Identity>,
  environment: Environment,
): Promise<string | undefined> => {
  try {
    const identity = await provide();
    const account = identity.accountId ?? accountOfRole(environment, identity);
    return `AWS credentials: ${sourceOf(identity, environment)}${account === undefined ? "" : `, account ${account}`}.`;
  } catch (thrown) {
    const { name, message } = failureOf(thrown);
    if (name !== "CredentialsProviderError") return undefined;
    throw missing(`No AWS credentials were found: ${message.trim()}`);
  }
};

/** Codes of the system for a file that is missing or cannot be read. */
const NO_FILE = ["ENOENT", "EACCES", "EISDIR"];
/** What the SDK makes of a page that it cannot read. */
const SDK_WORDS = /^Unknown$|hidden field|^Invalid response from /;

/**
 * The provider, whose failures are told as the source's own: a role that may not be assumed, a file that is missing. As
 * they come they would count as answers of the service that the credentials are for. Throws ActionError for them, and
 * where a source takes longer than `limit` (milliseconds), for which the SDK itself waits for ever; that there is no source
 * at all stays the SDK's error.
 */
export const explained =
  <Options extends unknown[], Found>(
    provide: (...options: Options) => Promise<Found>,
    limit: number,
    cancelled: AbortSignal,
  ) =>
  async (...options: Options): Promise<Found> => {
    try {
      return await inTime(provide(...options), limit, cancelled);
    } catch (thrown) {
      throw isOfSource(thrown) ? sourceFailed(thrown) : thrown;
    }
  };

const inTime = async <Found>(found: Promise<Found>, limit: number, cancelled: AbortSignal): Promise<Found> => {
  let forget = (): void => {};
  const tooLate = new Promise<never>((_, reject) => {
    const end = (because: string): void => reject(Object.assign(new Error(because), { code: "ETIMEDOUT" }));
    const stop = (): void => end("the run was cancelled");
    const timer = setTimeout(end, limit, `no answer came within ${limit / 1000} s`);
    if (cancelled.aborted) stop();
    cancelled.addEventListener("abort", stop);
    forget = () => {
      clearTimeout(timer);
      cancelled.removeEventListener("abort", stop);
    };
  });
  try {
    return await Promise.race([found, tooLate]);
  } finally {
    forget();
  }
};

const isOfSource = (thrown: unknown): boolean => {
  const { name, status, code } = failureOf(thrown);
  if (name === "CredentialsProviderError" || name === "TokenProviderError") return false;
  return !(thrown instanceof ActionError) && (status !== undefined || code !== "" || name === "Error");
};

const sourceFailed = (thrown: unknown): ActionError => {
  const { status, name, code, message } = failureOf(thrown);
  const words = SDK_WORDS.test(message) ? "" : (message.trim().split("\n", 1)[0] ?? "");
  const isRefusal =
    status === undefined
      ? NO_FILE.includes(code)
      : status >= 400 && status < 500 && words !== "" && !/Throttl/.test(name);
  const answered = status === undefined ? "gave none" : `answered ${status}${words === "" ? "" : ` (${name})`}`;
  return new ActionError({
    code: isRefusal ? "CREDENTIALS_MISSING" : "UPSTREAM",
    doing: "get AWS credentials",
    happened: `The source of the AWS credentials ${answered}: ${words || "what came cannot be read"}.`.replace(
      /\.+$/,
      ".",
    ),
    acted: "no",
    remedy: isRefusal
      ? "Check what the job gives to that source: the role (does its trust policy allow this job's token?), the token's file, the profile."
      : "Run the job again. If it stays so, check the runner's network: its firewall, and HTTPS_PROXY where the way out is a proxy.",
    cause: thrown,
  });
};

const missing = (happened: string, remedy?: string): ActionError =>
  new ActionError({
    code: "CREDENTIALS_MISSING",
    doing: "connect to API Gateway",
    happened,
    acted: "no",
    state: "Nothing was touched.",
    ...(remedy === undefined ? {} : { remedy }),
  });

/** Other sources that are set beside exported keys, and are not used. */
const OTHERS = ["AWS_PROFILE", "AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_CONTAINER_CREDENTIALS_FULL_URI"];

const sourceOf = (identity: Identity, environment: Environment): string => {
  if (exportsKeys(environment)) {
    const others = OTHERS.filter((name) => environment[name]);
    const unused =
      others.length === 0 ? "" : `; ${others.join(" and ")} beside them ${others.length === 1 ? "is" : "are"} not used`;
    return `the keys that the job exported (AWS_ACCESS_KEY_ID)${unused}`;
  }
  const profile = environment["AWS_PROFILE"];
  if (profile) return `profile ${profile} (AWS_PROFILE)`;
  const marks = Object.keys(identity.$source ?? {});
  if (marks.includes("CREDENTIALS_ENV_VARS_STS_WEB_ID_TOKEN")) {
    return `the web identity of role ${environment["AWS_ROLE_ARN"] ?? ""} (AWS_WEB_IDENTITY_TOKEN_FILE)`;
  }
  if (marks.includes("CREDENTIALS_HTTP")) return "the role of the runner's container";
  if (marks.some((mark) => /PROFILE|SSO|PROCESS|LOGIN/.test(mark))) return "the default profile";
  return "the role of the runner's machine";
};

const accountOfRole = (environment: Environment, identity: Identity): string | undefined =>
  Object.keys(identity.$source ?? {}).includes("CREDENTIALS_ENV_VARS_STS_WEB_ID_TOKEN")
    ? /^arn:[\w-]+:iam::([0-9]{12}):/.exec(environment["AWS_ROLE_ARN"] ?? "")?.[1]
    : undefined;
