/** What the SDK, Node or this room itself throws, reduced to what errors are judged and told by. */
export type Failure = {
  /** `undefined`: no answer came. */
  readonly status: number | undefined;
  readonly name: string;
  /** What the service or the system said; empty when it said nothing. */
  readonly message: string;
  readonly code: string;
};

/** Characters of a service's text that are read and shown. */
const LONGEST_TEXT = 16_000;

export const failureOf = (thrown: unknown): Failure => {
  const error = (thrown ?? {}) as {
    name?: unknown;
    message?: unknown;
    code?: unknown;
    $metadata?: { httpStatusCode?: number };
  };
  const message = typeof error.message === "string" ? error.message : "";
  return {
    status: error.$metadata?.httpStatusCode,
    name: typeof error.name === "string" ? error.name : "",
    // The SDK's word for an error without a text.
    message: message === "UnknownError" ? "" : shortened(message),
    code: typeof error.code === "string" ? error.code : "",
  };
};

const shortened = (text: string): string => (text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT)} …` : text);

/** Node's and OpenSSL's names for a certificate that is not accepted. */
const CERTIFICATE_CODES = [
  "CERT_HAS_EXPIRED",
  "CERT_NOT_YET_VALID",
  "CERT_REVOKED",
  "CERT_SIGNATURE_FAILURE",
  "CERT_UNTRUSTED",
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "ERR_TLS_CERT_ALTNAME_INVALID",
  "HOSTNAME_MISMATCH",
  "INVALID_CA",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
];

export const isCertificateTrouble = ({ code }: { readonly code?: unknown }): boolean =>
  typeof code === "string" && CERTIFICATE_CODES.includes(code);

/**
 * Whether a quota is used up, which no waiting helps. Version 2 of the service has no class for it and answers a conflict
 * with the status 429 (user reports), and REST APIs a 400 on some quotas.
 */
export const isQuota = ({ name, message }: Pick<Failure, "name" | "message">): boolean =>
  name === "LimitExceededException" || /maximum number of \w+/i.test(message);

/** Two requests at once, of which one is to come again; version 2 of the service has words of its own (user reports). */
export const isPassingConflict = (message: string): boolean => /try again later|concurrent modification/i.test(message);

/** Whether Node refused to send the request at all. */
export const isWrongRequest = ({ code }: { readonly code?: unknown }): boolean =>
  typeof code === "string" && /^ERR_(?:INVALID|UNESCAPED|HTTP_INVALID)/.test(code);

/**
 * A web ACL or a stage that was just made is one of these to AWS WAF for seconds to minutes (API reference, AssociateWebACL;
 * user reports). One that does not exist at all looks the same.
 */
const UNKNOWN_TO_WAF = ["WAFUnavailableEntityException", "WAFNonexistentItemException"];

/**
 * "Deployment id does not exist" (400, recorded); a 404 of CreateStage is about the one thing that it names, unless it names
 * a route of its settings. A stage that is not known yet is an "Invalid API Stage {…}" of a usage plan (404, recorded).
 */
export const isUnready = ({ status, name, message: text }: Omit<Failure, "code">, operation: string): boolean => {
  if (operation === "AssociateWebACL") return UNKNOWN_TO_WAF.includes(name);
  if (operation === "UpdateUsagePlan") return status === 404 && /invalid api stage/i.test(text);
  if (!["CreateStage", "UpdateStage"].includes(operation)) return false;
  if (/API identifier|find route by key/i.test(text)) return false;
  if (status === 404 && operation === "CreateStage") return true;
  return (status === 400 || status === 404) && /deployment id does not exist|invalid deployment identifier/i.test(text);
};
