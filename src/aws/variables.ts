import { ActionError } from "../domain/errors.ts";
import type { Environment, World } from "../domain/world.ts";

/** The environment variables that say where AWS is and who asks, checked before anything is sent. */

/** Whether the job has exported keys. They win over every other source: who exports keys means them. */
export const exportsKeys = (environment: Environment): boolean =>
  Boolean(environment["AWS_ACCESS_KEY_ID"] && environment["AWS_SECRET_ACCESS_KEY"]);

const KEYS = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"] as const;

/** Throws `CREDENTIALS_MALFORMED` or `ENDPOINT_INVALID`, which name the variables; values of secrets are never shown. */
export const checkVariables = ({ environment, files }: Pick<World, "environment" | "files">): void => {
  const problems = [
    ...regionProblems(environment),
    ...keyProblems(environment),
    ...modeProblems(environment),
    ...fileProblems(environment, files),
  ];
  if (problems.length > 0) throw wrong("CREDENTIALS_MALFORMED", problems);
  const endpoints = endpointProblems(environment);
  if (endpoints.length > 0) throw wrong("ENDPOINT_INVALID", endpoints);
};

const wrong = (code: "CREDENTIALS_MALFORMED" | "ENDPOINT_INVALID", problems: readonly string[]): ActionError =>
  new ActionError({
    code,
    doing: "connect to API Gateway",
    happened: problems.join("\n"),
    acted: "no",
    state: "Nothing was touched.",
  });

const keyProblems = (environment: Environment): readonly string[] => {
  const [missing, ...others] = KEYS.filter((name) => !environment[name]);
  if (others.length > 0) return [];
  if (missing !== undefined) {
    const [present] = KEYS.filter((name) => environment[name]);
    return [`${present} is set and ${missing} is not; one without the other is no credential.`];
  }
  return [...KEYS, "AWS_SESSION_TOKEN"].flatMap((name) => {
    const flaw = flawOf(environment[name] ?? "");
    return flaw === undefined ? [] : [`${name} ${flaw}.`];
  });
};

/** What the SDK knows (AWS SDKs and Tools Reference Guide, "Smart configuration defaults"). */
const MODES = ["auto", "cross-region", "in-region", "legacy", "mobile", "standard"];

const modeProblems = ({ AWS_DEFAULTS_MODE: mode }: Environment): readonly string[] =>
  !mode || MODES.includes(mode.toLowerCase())
    ? []
    : [`AWS_DEFAULTS_MODE is ${JSON.stringify(mode.slice(0, 100))}; it must be one of ${MODES.join(", ")}.`];

/** The SDK reads these itself, and for ever where one is a device without an end or a pipe without a writer. */
const FILES = ["AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE", "AWS_WEB_IDENTITY_TOKEN_FILE"];

/** One that is missing is the SDK's to tell. */
export const fileProblems = (environment: Environment, { read }: World["files"]): readonly string[] =>
  FILES.flatMap((name) => {
    try {
      if (environment[name]) read(environment[name]);
      return [];
    } catch (thrown) {
      const { code, message } = thrown as NodeJS.ErrnoException;
      return code === undefined ? [`${name} names a file that cannot be read: ${message}.`] : [];
    }
  });

/** What a value has that no key, token or Region has, without the value. */
const flawOf = (value: string): string | undefined => {
  if (/^["']|["']$/.test(value)) return "is in quotes";
  if (/[\r\n]$/.test(value)) return "ends with a line end";
  if (/[\r\n]/.test(value)) return "has more than one line";
  if (/^\s|\s$/.test(value)) return "begins or ends with a blank";
  if (/\s/.test(value)) return "has a blank in it";
  return /[^\x21-\x7e]/.test(value) ? "has a character in it that is no letter, digit or sign of ASCII" : undefined;
};

/** Regions are public, so the value helps. */
const regionProblems = (environment: Environment): readonly string[] => {
  const region = environment["AWS_REGION"] ?? "";
  if (region === "") return [];
  const shown = JSON.stringify(region.slice(0, 100));
  const flaw = flawOf(region);
  if (flaw !== undefined) return [`AWS_REGION is ${shown}: it ${flaw}.`];
  return /^[a-z]{2,}(?:-[a-z]+)+-[0-9]+$/.test(region)
    ? []
    : [`AWS_REGION is ${shown}, which is no Region's name; one is for example eu-central-1.`];
};

const ENDPOINTS = ["AWS_ENDPOINT_URL_API_GATEWAY", "AWS_ENDPOINT_URL"] as const;
/** Of what some runs ask beside it. */
const OTHERS = [
  "APIGATEWAYV2",
  "CLOUDTRAIL",
  "CLOUDWATCH",
  "CLOUDWATCH_LOGS",
  "LAMBDA",
  "SERVICE_QUOTAS",
  "STS",
  "WAFV2",
];
const VARIANTS = ["AWS_USE_FIPS_ENDPOINT", "AWS_USE_DUALSTACK_ENDPOINT"] as const;

/** Of the environment alone; what the AWS configuration file adds, the SDK finds itself. */
const endpointProblems = (environment: Environment): readonly string[] => {
  if (environment["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"] === "true") return [];
  const given = [...ENDPOINTS, ...OTHERS.map((service) => `AWS_ENDPOINT_URL_${service}`)].filter(
    (candidate) => environment[candidate],
  );
  const wrong = given.filter((candidate) => {
    const value = environment[candidate] ?? "";
    return !URL.canParse(value) || !/^https?:/i.test(value);
  });
  if (wrong.length > 0) {
    return wrong.map((name) => `${name} is not the URL of an endpoint, which begins with https:// or http://.`);
  }
  const name = ENDPOINTS.find((candidate) => given.includes(candidate));
  if (name === undefined) return [];
  return VARIANTS.filter((variant) => environment[variant]?.toLowerCase() === "true").map(
    (variant) => `${variant} and ${name} are both set, and a custom endpoint has no such variant.`,
  );
};
