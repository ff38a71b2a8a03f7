import { ActionError, type ErrorCode, type ErrorPlace } from "../domain/errors.ts";
import { badDefinition } from "./bad-definition.ts";
import { type Failure, failureOf, isCertificateTrouble, isPassingConflict, isQuota, isUnready } from "./failure.ts";
import { UnreadableAnswer } from "./unreadable-answer.ts";

/** One request, as far as its errors need to tell about it. */
export type Call = {
  /** Who is asked; API Gateway where nothing is said. */
  readonly service?:
    | "AWS Lambda"
    | "AWS STS"
    | "AWS WAF"
    | "CloudTrail"
    | "CloudWatch"
    | "CloudWatch Logs"
    | "Service Quotas";
  /** The operation's name in the API reference. */
  readonly operation: string;
  /** The end of a sentence that begins with "Could not". */
  readonly doing: string;
  /** What IAM calls it; where nothing is said, API Gateway's name for the verb. */
  readonly action?: string;
  /** IAM knows API Gateway's operations by HTTP verb and path (Service Authorization Reference). */
  readonly verb: "GET" | "POST" | "PATCH" | "DELETE" | "PUT";
  readonly resource: string;
  /** Where the resource's ARN begins: `arn:aws:apigateway:eu-central-1::`. */
  readonly arnPrefix: string;
  readonly restApiId: string;
  /** What people call the kind of API; absent where the request is not about the API. */
  readonly kindName?: string;
  readonly region: string;
  /** The definition that the request imports, as people know it. */
  readonly file?: string;
};

/** Describes requests to another service than API Gateway. `prefix`: what its actions begin with in IAM. */
export const callsTo =
  (
    service: NonNullable<Call["service"]>,
    prefix: string,
    about: Pick<Call, "restApiId" | "region">,
  ): ((call: Pick<Call, "operation" | "doing" | "resource"> & Partial<Pick<Call, "verb">>) => Call) =>
  (call) => ({ verb: "GET", ...call, ...about, service, action: `${prefix}:${call.operation}`, arnPrefix: "" });

export const serviceOf = ({ service }: Call): string => service ?? "API Gateway";

/** The ActionError for what was thrown: status first, then operation and error name, then the texts that AWS leaves as the only sign. */
export const translate = (thrown: unknown, call: Call): ActionError => {
  if (thrown instanceof ActionError) return thrown;
  const failure: Told = { ...failureOf(thrown), service: serviceOf(call) };
  const make = (code: ErrorCode, happened: string, facts: MadeFacts = {}): ActionError =>
    new ActionError({ code, doing: call.doing, happened, acted: "no", ...facts, cause: thrown });

  if (failure.name === "CredentialsProviderError" || failure.name === "TokenProviderError") {
    return make("CREDENTIALS_MISSING", `No AWS credentials were found: ${sentence(failure.message)}`);
  }
  const { status } = failure;
  if (status === 429 || /^(?:Request)?Throttl/.test(failure.name)) return overLimit(failure, call, make);
  if (status !== undefined && status >= 500) {
    return make("UPSTREAM", `${failure.service} answered ${status}${told(failure)}`, { acted: "unknown" });
  }
  if (thrown instanceof UnreadableAnswer) return make("UNREADABLE_ANSWER", failure.message, { acted: "unknown" });
  if (status === undefined) return unreachable(failure, call, make);
  if (status < 400) {
    // The SDK's own words are about its code, and end in advice for those who program with it.
    return make("UNREADABLE_ANSWER", `The answer has the status ${status} and cannot be read.`, { acted: "unknown" });
  }
  return refusedBy(status, failure, call, make);
};

const refusedBy = (status: number, failure: Told, call: Call, make: Make): ActionError => {
  if (isAboutAccess(status, failure.name)) return notAllowed(failure, call, make);
  const isBusy = status === 409 && isPassingConflict(failure.message);
  if (call.operation === "UpdateUsagePlan" && !isBusy) return make("USAGE_PLAN_REFUSED", said(failure));
  if (call.operation === "AssociateWebACL") return make("WEB_ACL_REFUSED", said(failure));
  if (isUnready(failure, call.operation)) return make("UNKNOWN_DEPLOYMENT", said(failure), GONE);
  const unknownRoute = unknownRouteIn(failure);
  if (unknownRoute !== undefined) return make("REJECTED", said(failure), staleRoute(unknownRoute));
  if (status === 404) return notFound(failure, call, make);
  if (status === 409) return make(isBusy ? "BUSY" : "STAGE_CHANGED", said(failure));
  if (/insufficient permissions to enable logging/i.test(failure.message)) {
    return make("ACCESS_DENIED", said(failure), LOG_RIGHTS);
  }
  if (call.file === undefined) return make(badRequestCode(failure.message), said(failure));
  const { code, happened, places } = badDefinition(failure.message, call.file);
  return make(code, happened, { places });
};

const GONE = { remedy: "The deployment was deleted meanwhile. Run the job again: it takes or makes one that exists." };

/** Of access logs, which are set up with the caller's own rights (Developer Guide, "Configure logging for HTTP APIs"; user reports). */
const LOG_RIGHTS = {
  remedy:
    "API Gateway sets access logs up with the rights of the job's role: add the statement SetUpAccessLogs of docs/iam.md to its policy. If it is there, the account's resource policies of CloudWatch Logs may be full: aws logs describe-resource-policies",
};

/** `service`: its name for people. */
type Told = Failure & { readonly service: string };

type MadeFacts = {
  readonly remedy?: string;
  readonly acted?: "no" | "unknown";
  readonly places?: readonly ErrorPlace[];
};
type Make = (code: ErrorCode, happened: string, facts?: MadeFacts) => ActionError;

const sentence = (text: string): string => {
  const trimmed = text.trim();
  return /[.!?]$/.test(trimmed.slice(-1)) ? trimmed : `${trimmed}.`;
};

const said = ({ message, name, status, service }: Told): string =>
  message.trim() === ""
    ? `${service} answered ${status}${name === "" || name === "Error" ? "" : ` (${name})`} and did not say why.`
    : `${service} said: ${sentence(message)}`;

/** `: …`, or the end of the sentence. */
const told = ({ message }: Told): string => (message.trim() === "" ? "." : `: ${sentence(message)}`);

/** What may keep a request from its host. */
const NETWORK =
  "AWS_ENDPOINT_URL where it is set, and the runner's network: its firewall, and HTTPS_PROXY where the way out is a proxy.";

const unreachable = (failure: Told, call: Call, make: Make): ActionError => {
  const { code, name, message, service } = failure;
  if (isCertificateTrouble(failure)) {
    return make("CERTIFICATE_NOT_TRUSTED", `The certificate of ${service}'s host is not trusted (${code}).`);
  }
  if (code === "ERR_INVALID_CHAR") {
    return make(
      "CREDENTIALS_MALFORMED",
      "The credentials hold a character that no request can carry, a line end for example.",
    );
  }
  if (code === "ENOTFOUND" || code === "EAI_AGAIN") {
    return make("UPSTREAM", `${service}'s host cannot be resolved: ${sentence(message)}`, {
      remedy: `Check AWS_REGION (it is ${call.region}), ${NETWORK}`,
    });
  }
  if (code === "ERR_INVALID_URL") {
    return make("ENDPOINT_INVALID", `The endpoint that AWS_ENDPOINT_URL… names for ${service} is no URL.`);
  }
  if (name === "RangeError" && /call stack/.test(message)) {
    return make("UNREADABLE_ANSWER", "The answer is nested too deeply to be read.", { acted: "unknown" });
  }
  if (name === "EndpointError" || /^Invalid Configuration: /.test(message)) {
    return make("ENDPOINT_INVALID", `The AWS SDK finds no endpoint: ${sentence(message)}`);
  }
  if ((code === "" || code.startsWith("ERR_")) && !["TimeoutError", "AbortError"].includes(name)) {
    return make("BUG", `${name}: ${message}`, { acted: "unknown" });
  }
  const neverSent = ["ECONNREFUSED", "EHOSTUNREACH", "ENETUNREACH"].includes(code);
  return make("UPSTREAM", `${service} could not be reached: ${sentence(message === "" ? code : message)}`, {
    acted: neverSent ? "no" : "unknown",
    remedy: `Run the job again. If it stays so, check ${NETWORK}`,
  });
};

/** Of a stage's settings, declared or of before, which name a route that the API has not (user reports). */
const unknownRouteIn = ({ message }: Told): string | undefined =>
  /unable to find route by key (.+) within the provided/i.exec(message)?.[1];

const staleRoute = (route: string): MadeFacts => ({
  remedy: `The draft has no such route, and as long as the stage has settings for it, API Gateway takes no other settings of routes. Where nobody needs it any more, declare under routes that there are none, ${JSON.stringify(route)}: null, and run again. Where what the stage is to serve still has it, import a definition with it first, and its settings stay.`,
});

const overLimit = (failure: Told, call: Call, make: Make): ActionError => {
  if (!isQuota(failure)) {
    return make("THROTTLED", said(failure), call.service === undefined ? {} : LATER);
  }
  return make(call.operation === "CreateStage" ? "STAGE_QUOTA" : "QUOTA", said(failure));
};

/** The register's advice is about API Gateway's own rates. */
const LATER = { remedy: "Its rates are shared by the whole account and Region. Run the job again later." };

const EXPIRED = ["ExpiredTokenException", "ExpiredToken", "RequestExpired"];
const INVALID = [
  "IncompleteSignature",
  "IncompleteSignatureException",
  "InvalidAccessKeyId",
  "InvalidClientTokenId",
  "InvalidSignatureException",
  "MissingAuthenticationToken",
  "MissingAuthenticationTokenException",
  "NotAuthorized",
  "OptInRequired",
  "RequestTimeTooSkewed",
  "SignatureDoesNotMatch",
  "UnrecognizedClientException",
];

/** Services that speak JSON alone say so with a 400 (API references, common errors). */
const isAboutAccess = (status: number, name: string): boolean =>
  status === 401 || status === 403 || [...EXPIRED, ...INVALID, "AccessDeniedException"].includes(name);

const notAllowed = (failure: Told, call: Call, make: Make): ActionError => {
  if (EXPIRED.includes(failure.name)) return make("CREDENTIALS_EXPIRED", said(failure));
  if (INVALID.includes(failure.name)) return make("CREDENTIALS_INVALID", said(failure));
  const named = /perform: (\S+) on resource: (\S+)/.exec(failure.message);
  const action = named?.[1] ?? call.action ?? `apigateway:${call.verb}`;
  const resource = named?.[2] ?? `${call.arnPrefix}${call.resource}`;
  const statement = JSON.stringify({ Effect: "Allow", Action: action, Resource: resource });
  const denied = /explicit deny/i.test(failure.message);
  return make("ACCESS_DENIED", `${said(failure)}\nMissing: ${action} on ${resource}`, {
    remedy: denied
      ? "A policy denies this explicitly (identity policy, permissions boundary, session policy or service control policy): no allow statement can override it. Find the Deny statement and narrow it."
      : `Add this statement to the policy of the job's role:\n  ${statement}`,
  });
};

/** Operations whose path names nothing but the API, so that a 404 is about it in whatever words. */
const OF_THE_API = [
  "GetRestApi",
  "GetApi",
  "GetStages",
  "GetDeployments",
  "GetResources",
  "GetRoutes",
  "PutRestApi",
  "ReimportApi",
  "CreateDeployment",
];

const notFound = (failure: Told, call: Call, make: Make): ActionError => {
  if (!OF_THE_API.includes(call.operation) && !/API identifier/i.test(failure.message)) {
    return make("STAGE_CHANGED", said(failure));
  }
  const account = /([0-9]{12}):/.exec(failure.message)?.[1];
  const where = `Region ${call.region}${account === undefined ? "" : ` of account ${account}`}`;
  return make("UNKNOWN_API", `There is no ${call.kindName ?? "API"} ${call.restApiId} in ${where}. ${said(failure)}`);
};

const badRequestCode = (message: string): ErrorCode => {
  // Of HTTP and WebSocket APIs: user reports.
  if (/doesn't contain any methods|no routes exist|at least one route is required/i.test(message))
    return "API_WITHOUT_METHODS";
  // Switched on a moment ago (live runs of cdkd).
  if (/because AutoDeploy is enabled/i.test(message)) return "STAGE_DEPLOYS_ITSELF";
  if (/no integration defined/i.test(message)) return "METHOD_WITHOUT_INTEGRATION";
  if (/resource policy attached/i.test(message)) return "PRIVATE_API_WITHOUT_POLICY";
  // The class of this error is not documented; seen as a 400 on other quotas.
  if (/maximum number of stages/i.test(message)) return "STAGE_QUOTA";
  return "REJECTED";
};
