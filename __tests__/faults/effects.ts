import type { FaultEffect } from "../../simulator/http/faults.ts";

type When = "before" | "after";

/** API Gateway's answer with this status, error name and message, in place of the true one. */
export const refusal = (
  status: number,
  name: string,
  message: string,
  when: When = "before",
  headers: Readonly<Record<string, string>> = {},
): FaultEffect => ({
  kind: "answer",
  when,
  response: {
    status,
    headers: { "content-type": "application/json", "x-amzn-errortype": name, ...headers },
    body: JSON.stringify({ message }),
  },
});

export const throttled = (headers: Readonly<Record<string, string>> = {}): FaultEffect =>
  refusal(429, "TooManyRequestsException", "Too Many Requests", "before", headers);

export const busy = refusal(
  409,
  "ConflictException",
  "Unable to complete operation due to concurrent modification. Please try again later.",
);

export const serverError = (when: When): FaultEffect =>
  refusal(500, "InternalFailure", "The request processing has failed because of an unknown error.", when);

export const reset = (when: When): FaultEffect => ({ kind: "reset", when });

/** GitHub's answer with this status and message, in place of the true one. */
export const githubRefusal = (
  status: number,
  message: string,
  when: When = "before",
  headers: Readonly<Record<string, string>> = {},
): FaultEffect => ({
  kind: "answer",
  when,
  response: {
    status,
    headers: { "content-type": "application/json; charset=utf-8", ...headers },
    body: JSON.stringify({ message }),
  },
});
