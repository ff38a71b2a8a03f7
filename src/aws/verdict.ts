import { ActionError } from "../domain/errors.ts";
import { isCertificateTrouble, isPassingConflict, isQuota, isUnready, isWrongRequest } from "./failure.ts";
import type { Call } from "./translate.ts";
import { UnreadableAnswer } from "./unreadable-answer.ts";

/** What a failed request means for sending it again. */
export type Verdict =
  /** The service said no, or the request cannot be sent: trying again gets the same. */
  | { readonly kind: "final" }
  /** The service did nothing and may do it later. */
  | {
      readonly kind: "not-acted";
      /** `unready`: what the request names was made a moment ago, and is not known everywhere yet. */
      readonly because: "throttled" | "busy" | "skewed" | "unready" | "unreachable";
      /** Milliseconds, when the service named a time. */
      readonly retryAfter: number | undefined;
    }
  /** The request may have been carried out; `atWork`: the service may even be at it still. */
  | { readonly kind: "unknown"; readonly atWork: boolean };

const SKEW = ["RequestTimeTooSkewed", "RequestExpired", "InvalidSignatureException", "SignatureDoesNotMatch"];
const THROTTLING = ["TooManyRequestsException", "ThrottlingException", "Throttling", "RequestThrottled"];
const NEVER_SENT = ["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH"];
const WITHOUT_CREDENTIALS = ["CredentialsProviderError", "TokenProviderError"];
/** What a gateway on the way answers when the service has not answered it. */
const GATEWAY_STATUS = [502, 504];

type SdkError = {
  readonly name?: string;
  readonly message?: unknown;
  readonly code?: unknown;
  readonly $metadata?: { readonly httpStatusCode?: number };
  readonly $response?: { readonly headers?: Readonly<Record<string, string | undefined>> };
};

/**
 * Judges by status first, then by operation and error name; by text only where API Gateway leaves no other way: a
 * conflict that passes, and a deployment that is not known everywhere yet.
 */
export const verdictOf = (thrown: unknown, { operation }: Pick<Call, "operation">): Verdict => {
  if (thrown instanceof ActionError) return { kind: "final" };
  const error = thrown as SdkError;
  const status = error.$metadata?.httpStatusCode;
  if (status === undefined) return verdictWithoutAnswer(error);
  if (GATEWAY_STATUS.includes(status)) return { kind: "unknown", atWork: true };
  const name = error.name ?? "";
  const retryAfter = retryAfterOf(error);
  if (THROTTLING.includes(name) || (status === 429 && !isQuota({ name, message: textOf(error) }))) {
    return { kind: "not-acted", because: "throttled", retryAfter };
  }
  if (status >= 500 || status < 400 || thrown instanceof UnreadableAnswer) return { kind: "unknown", atWork: false };
  if (status === 409 && isPassingConflict(textOf(error))) {
    return { kind: "not-acted", because: "busy", retryAfter };
  }
  if (SKEW.includes(name) && clockIsOff(error)) return { kind: "not-acted", because: "skewed", retryAfter };
  if (isUnready({ status, name, message: textOf(error) }, operation))
    return { kind: "not-acted", because: "unready", retryAfter };
  return { kind: "final" };
};

const verdictWithoutAnswer = (error: SdkError): Verdict => {
  if (WITHOUT_CREDENTIALS.includes(error.name ?? "") || isCertificateTrouble(error) || isWrongRequest(error)) {
    return { kind: "final" };
  }
  const code = typeof error.code === "string" ? error.code : "";
  if (NEVER_SENT.includes(code)) return { kind: "not-acted", because: "unreachable", retryAfter: undefined };
  const isLost = code !== "" || ["TimeoutError", "AbortError"].includes(error.name ?? "");
  if (isLost) return { kind: "unknown", atWork: true };
  return error instanceof UnreadableAnswer ? { kind: "unknown", atWork: false } : { kind: "final" };
};

const textOf = ({ message }: SdkError): string => (typeof message === "string" ? message : "");

/** Milliseconds by which the SDK takes a clock for right; AWS itself allows five minutes. */
const CLOCK_TOLERANCE = 4 * 60_000;

/** The SDK has corrected its clock by the answer's date and signs the next request with it. Nothing else helps. */
const clockIsOff = (error: SdkError): boolean => {
  const date = Date.parse(error.$response?.headers?.["date"] ?? "");
  return Number.isFinite(date) && Math.abs(date - Date.now()) > CLOCK_TOLERANCE;
};

/** `Retry-After` is seconds or a date; anything else, and what lies in the past, counts as not given. */
const retryAfterOf = (error: SdkError): number | undefined => {
  const header = error.$response?.headers?.["retry-after"];
  if (header === undefined) return undefined;
  const seconds = /^[0-9]{1,9}$/.test(header) ? Number(header) : (Date.parse(header) - Date.now()) / 1000;
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : undefined;
};
