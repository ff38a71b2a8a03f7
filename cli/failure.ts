import { type ActionError, docsAnchor, type ErrorCode } from "../src/domain/errors.ts";
import type { Environment, Log, World } from "../src/domain/world.ts";
import { errorText } from "../src/report/text/error-text.ts";

/** Where the action's pages of this release are, without a slash at the end; empty: nobody knows. */
export type Pages = string;

const SIGN_IN =
  "Sign in, with `aws sso login` for one, or set AWS_PROFILE. Keys in AWS_ACCESS_KEY_ID win over a profile, also when they are old.";

/** What to do here, where the error says what to do in a job. */
const REMEDIES: Readonly<Partial<Record<ErrorCode, string>>> = {
  CREDENTIALS_MISSING: SIGN_IN,
  CREDENTIALS_EXPIRED: SIGN_IN,
  CREDENTIALS_INVALID: `${SIGN_IN} A clock that is off by minutes makes good ones invalid, too.`,
  REGION_MISSING: "Set AWS_REGION, or a Region in your profile.",
  WRONG_ACCOUNT: "Check AWS_PROFILE, or correct --expected-account-id.",
};

/** What is said of jobs, and how it is said here. */
const WORDS: readonly (readonly [RegExp, string])[] = [
  [/\b([Rr])un the job again\b/g, "$1un it again"],
  [/\bthe runner's network\b/g, "this machine's network"],
  [/\bthe job's role\b/g, "the role that you use here"],
  [/\bthe job's credentials\b/g, "your credentials"],
  // It may have been asked for the repository's number.
  [/\bfrom AWS or GitHub\b/g, "from AWS"],
];

/** Of services whose host is told by a variable, and where that leads to; without what a URL may hold beside it. */
const endpointsIn = (environment: Environment): readonly string[] =>
  Object.entries(environment).flatMap(([name, value = ""]) =>
    name.startsWith("AWS_ENDPOINT_URL") && URL.canParse(value) ? [`${name} is ${new URL(value).origin}`] : [],
  );

const inWordsOfHere = (said: string): string =>
  WORDS.reduce((text, [job, machine]) => text.replaceAll(job, machine), said);

const remedyHere = ({ code, happened, remedy }: ActionError, environment: Environment): string => {
  const here = REMEDIES[code] ?? inWordsOfHere(remedy);
  const silent = code === "UPSTREAM" && /could not be reached|cannot be resolved/.test(happened);
  const endpoints = silent ? endpointsIn(environment) : [];
  return endpoints.length === 0
    ? here
    : `${endpoints.join(", ")}: correct it, start what is to answer there, or unset it. HTTPS_PROXY counts, too, where it is set.`;
};

export type Failure = {
  readonly code: ErrorCode;
  readonly message: string;
  readonly remedy: string;
  readonly problems: ActionError["places"];
};

/** A log that tells errors for whoever sits at this machine, and the failure that it was told last. */
export const failuresHere = (
  log: Log,
  pages: Pages,
  { environment }: Pick<World, "environment">,
): { readonly log: Log; readonly failure: () => Failure | undefined } => {
  let failed: ActionError | undefined;
  const error: Log["error"] = (text, title, thrown) => {
    if (thrown === undefined) return log.error(text, title);
    const told = thrown.withRemedy(remedyHere(thrown, environment));
    failed = told.state === undefined ? told : told.withState(inWordsOfHere(told.state));
    log.error(withPage(errorText(failed, pages), failed.code, pages), title);
  };
  const failure = (): Failure | undefined =>
    failed && { code: failed.code, message: failed.happened, remedy: failed.remedy, problems: failed.places };
  return { log: { ...log, error }, failure };
};

/** A path leads nowhere without the files of the action. */
const withPage = (text: string, code: ErrorCode, pages: Pages): string =>
  pages === "" ? text.replace(`More: ${docsAnchor(code)} `, "More: docs/errors.md of the action ") : text;

/** JSON in which nothing is shown that must not be. */
export const jsonOf = (result: object, { secrets: { hide } }: Pick<World, "secrets">): string =>
  JSON.stringify(result, (_, value: unknown) => (typeof value === "string" ? hide(value) : value), 2);
