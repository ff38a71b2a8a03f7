import { ActionError, type ErrorCode, type ErrorPlace } from "../domain/errors.ts";
import { badDefinition } from "./bad-definition.ts";

/** One request, as far as its errors need to tell about it. */
export type Call = {
  /** The operation's name in the API reference. */
  readonly operation: string;
  /** The end of a sentence that begins with "Could not". */
  readonly doing: string;
  /** IAM knows API Gateway's operations by HTTP verb and path (Service Authorization Reference). */
  readonly verb: "GET" | "POST" | "PATCH" | "DELETE" | "PUT";
  readonly resource: string;
  /** Where the resource's ARN begins: `arn:aws:apigateway:eu-central-1::`. */
  readonly arnPrefix: string;
  readonly restApiId: string;
  readonly region: string;
  /** The definition that the request imports, as people know it. */
  readonly file?: string;
};

type Failure = {
  readonly status: number | undefined;
  readonly name: string;
  readonly message: string;
  readonly code: string;
};

/** The ActionError for what the SDK threw: status first, then error name, then the texts that AWS leaves as the only sign. */
export const translate = (thrown: unknown, call: Call): ActionError => {
  const failure = failureOf(thrown);
  const make = (code: ErrorCode, happened: string, facts: MadeFacts = {}): ActionError =>
    new ActionError({ code, doing: call.doing, happened, acted: "no", ...facts, cause: thrown });

  if (failure.name === "CredentialsProviderError" || failure.name === "TokenProviderError") {
    return make("CREDENTIALS_MISSING", `No AWS credentials were found: ${sentence(failure.message)}`);
  }
  if (failure.status === undefined) return unreachable(failure, call, make);
  if (failure.status < 300) {
    return make("UNCLEAR_WRITE", `API Gateway answered ${failure.status}, but the answer could not be read.`, {
      acted: "unknown",
    });
  }
  if (failure.status >= 500) {
    return make("UPSTREAM", `API Gateway answered ${failure.status}: ${sentence(failure.message)}`, {
      acted: "unknown",
    });
  }
  if (failure.status === 429 || /^(?:Request)?Throttl/.test(failure.name)) return overLimit(failure, call, make);
  if (failure.status === 401 || failure.status === 403) return notAllowed(failure, call, make);
  if (failure.status === 404) return notFound(failure, call, make);
  if (failure.status === 409) {
    const code = /try again later/i.test(failure.message) ? "BUSY" : "STAGE_CHANGED";
    return make(code, said(failure));
  }
  if (call.file === undefined) return make(badRequestCode(failure.message), said(failure));
  const { code, happened, places } = badDefinition(failure.message, call.file);
  return make(code, happened, { places });
};

type MadeFacts = {
  readonly remedy?: string;
  readonly acted?: "no" | "unknown";
  readonly places?: readonly ErrorPlace[];
};
type Make = (code: ErrorCode, happened: string, facts?: MadeFacts) => ActionError;

const failureOf = (thrown: unknown): Failure => {
  const error = thrown as { name?: string; message?: string; code?: string; $metadata?: { httpStatusCode?: number } };
  return {
    status: error.$metadata?.httpStatusCode,
    name: error.name ?? "",
    message: error.message ?? String(thrown),
    code: error.code ?? "",
  };
};

const sentence = (text: string): string => (/[.!?]$/.test(text.trim()) ? text.trim() : `${text.trim()}.`);

const said = (failure: Failure): string => `API Gateway said: ${sentence(failure.message)}`;

const unreachable = (failure: Failure, call: Call, make: Make): ActionError => {
  if (failure.code === "ENOTFOUND") {
    return make(
      "UPSTREAM",
      `API Gateway's host for Region ${call.region} cannot be resolved: ${sentence(failure.message)}`,
      {
        remedy: `Check AWS_REGION (it is ${call.region}) and the runner's network.`,
      },
    );
  }
  if (failure.code === "" && !["TimeoutError", "AbortError"].includes(failure.name)) {
    return make("BUG", `${failure.name}: ${failure.message}`, { acted: "unknown" });
  }
  return make("UPSTREAM", `API Gateway could not be reached: ${sentence(failure.message)}`, { acted: "unknown" });
};

const overLimit = (failure: Failure, call: Call, make: Make): ActionError => {
  if (failure.name !== "LimitExceededException") return make("THROTTLED", said(failure));
  return make(call.operation === "CreateStage" ? "STAGE_QUOTA" : "QUOTA", said(failure));
};

const EXPIRED = ["ExpiredTokenException", "ExpiredToken", "RequestExpired"];

const notAllowed = (failure: Failure, call: Call, make: Make): ActionError => {
  if (EXPIRED.includes(failure.name)) return make("CREDENTIALS_EXPIRED", said(failure));
  if (!/AccessDenied|UnauthorizedException/.test(failure.name)) return make("CREDENTIALS_INVALID", said(failure));
  const named = /perform: (\S+) on resource: (\S+)/.exec(failure.message);
  const action = named?.[1] ?? `apigateway:${call.verb}`;
  const resource = named?.[2] ?? `${call.arnPrefix}${call.resource}`;
  const statement = JSON.stringify({ Effect: "Allow", Action: action, Resource: resource });
  const denied = /explicit deny/i.test(failure.message);
  return make("ACCESS_DENIED", `${said(failure)}\nMissing: ${action} on ${resource}`, {
    remedy: denied
      ? "A policy denies this explicitly (identity policy, permissions boundary, session policy or service control policy): no allow statement can override it. Find the Deny statement and narrow it."
      : `Add this statement to the policy of the job's role:\n  ${statement}`,
  });
};

const notFound = (failure: Failure, call: Call, make: Make): ActionError => {
  if (!/API identifier/i.test(failure.message)) return make("STAGE_CHANGED", said(failure));
  const account = /([0-9]{12}):/.exec(failure.message)?.[1];
  const where = `Region ${call.region}${account === undefined ? "" : ` of account ${account}`}`;
  return make("UNKNOWN_API", `There is no REST API ${call.restApiId} in ${where}. ${said(failure)}`);
};

const badRequestCode = (message: string): ErrorCode => {
  if (/doesn't contain any methods/i.test(message)) return "API_WITHOUT_METHODS";
  if (/no integration defined/i.test(message)) return "METHOD_WITHOUT_INTEGRATION";
  if (/resource policy attached/i.test(message)) return "PRIVATE_API_WITHOUT_POLICY";
  // The class of this error is not documented; seen as a 400 on other quotas.
  if (/maximum number of stages/i.test(message)) return "STAGE_QUOTA";
  return "REJECTED";
};
