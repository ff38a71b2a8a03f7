import type { SimulatedResponse } from "../../../simulator/http/exchange.ts";
import type { FaultEffect } from "../../../simulator/http/faults.ts";
import { busy, githubRefusal, refusal, reset, serverError, throttled } from "../effects.ts";

/** What can go wrong with one request. */

export type Kind = {
  readonly name: string;
  readonly effect: FaultEffect;
  /** Whether every further request of the operation meets it, too. */
  readonly forGood?: boolean;
  /** Operations that can meet it. Absent: all of the service. */
  readonly only?: RegExp;
  /** Whether a run that met it must not end as if all were well. */
  readonly isTold?: boolean;
};

const page: SimulatedResponse = {
  status: 200,
  headers: { "content-type": "text/html" },
  body: "<html><body><h1>Please sign in</h1></body></html>",
};

const answered = (body: string, headers: Readonly<Record<string, string>> = {}): FaultEffect => ({
  kind: "answer",
  when: "after",
  response: { status: 200, headers: { "content-type": "application/json", ...headers }, body },
});

const redirect = (status: number): FaultEffect => ({
  kind: "answer",
  when: "before",
  response: { status, headers: { location: "http://127.0.0.1:9/elsewhere" }, body: "" },
});

/** The true answer with each of its own members changed by `to`. */
const withMembers = (to: (value: unknown) => unknown): FaultEffect => ({
  kind: "change",
  change: (response) => {
    try {
      const body: unknown = JSON.parse(response.body.toString());
      return { ...response, body: JSON.stringify(to(body)) };
    } catch {
      return response;
    }
  },
});

const isObject = (value: unknown): value is object =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const eachMember = (change: (value: unknown) => unknown) => (value: unknown) =>
  isObject(value) ? Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, change(inner)])) : value;

/** A word that no release of ours knows, wherever the service has a word in capitals. */
const unknownWords = (value: unknown): unknown => {
  if (typeof value === "string") return /^[A-Z_]{3,}$/.test(value) ? "FROM_TOMORROW" : value;
  if (Array.isArray(value)) return value.map(unknownWords);
  return eachMember(unknownWords)(value);
};

const shapes: readonly Kind[] = [
  { name: "HTML with 200", effect: { kind: "answer", when: "before", response: page } },
  { name: "HTML with 403", effect: { kind: "answer", when: "before", response: { ...page, status: 403 } } },
  { name: "HTML with 404", effect: { kind: "answer", when: "before", response: { ...page, status: 404 } } },
  { name: "HTML with 413", effect: { kind: "answer", when: "before", response: { ...page, status: 413 } } },
  {
    name: "HTML with 502 after it acted",
    effect: { kind: "answer", when: "after", response: { ...page, status: 502 } },
  },
  { name: "null", effect: answered("null") },
  { name: "a list", effect: answered("[null]") },
  { name: "no members", effect: answered("{}") },
  { name: "an empty body", effect: answered("") },
  { name: "members that are null", effect: withMembers(eachMember(() => null)) },
  { name: "unknown words", effect: withMembers(unknownWords) },
  { name: "a redirect with 302", effect: redirect(302) },
  { name: "a redirect with 307", effect: redirect(307) },
];

const connections: readonly Kind[] = [
  { name: "reset before it acted", effect: reset("before") },
  { name: "reset after it acted", effect: reset("after") },
  { name: "half an answer", effect: { kind: "truncate" } },
];

/** Somebody else was faster, in between: the answer tells of the stage as it is then. */
const overtaken: Kind = {
  name: "another's deployment in the answer",
  effect: withMembers((stage) => (isObject(stage) ? { ...stage, deploymentId: "other1" } : stage)),
  only: /^(?:Create|Update)Stage$/,
  isTold: true,
};

const denied = "User: x is not authorized to perform: apigateway:PATCH on resource: y";

export const kindsOfGateway: readonly Kind[] = [
  { name: "429", effect: throttled() },
  { name: "429 with Retry-After", effect: throttled({ "retry-after": "3" }) },
  { name: "429 with an absurd Retry-After", effect: throttled({ "retry-after": "-1e9" }) },
  {
    name: "a quota",
    effect: refusal(429, "LimitExceededException", "Maximum number of stages reached"),
    forGood: true,
  },
  { name: "409 try again", effect: busy },
  { name: "409 for good", effect: refusal(409, "ConflictException", "It exists already"), forGood: true },
  { name: "500 before it acted", effect: serverError("before") },
  { name: "500 after it acted", effect: serverError("after") },
  { name: "500 for good", effect: serverError("before"), forGood: true },
  { name: "400", effect: refusal(400, "BadRequestException", "It may not be."), forGood: true },
  { name: "403", effect: refusal(403, "AccessDeniedException", denied), forGood: true },
  {
    name: "expired credentials",
    effect: refusal(403, "ExpiredTokenException", "The security token has expired"),
    forGood: true,
  },
  {
    name: "revoked credentials",
    effect: refusal(403, "UnrecognizedClientException", "The security token is invalid"),
    forGood: true,
  },
  overtaken,
  ...connections,
  ...shapes,
];

export const kindsOfGitHub: readonly Kind[] = [
  { name: "429", effect: githubRefusal(429, "You have exceeded a secondary rate limit") },
  { name: "429 with Retry-After", effect: githubRefusal(429, "Slow down", "before", { "retry-after": "2" }) },
  { name: "403", effect: githubRefusal(403, "Resource not accessible by integration") },
  { name: "403 for good", effect: githubRefusal(403, "Resource not accessible by integration"), forGood: true },
  { name: "401 for good", effect: githubRefusal(401, "Bad credentials"), forGood: true },
  { name: "404", effect: githubRefusal(404, "Not Found") },
  { name: "500 before it acted", effect: githubRefusal(500, "Server Error") },
  { name: "500 after it acted", effect: githubRefusal(500, "Server Error", "after") },
  { name: "500 for good", effect: githubRefusal(500, "Server Error"), forGood: true },
  ...connections,
  ...shapes,
];

/** What only time tells: a run waits for it as long as its patience is. */
export const silences: readonly Kind[] = [
  { name: "no answer", effect: { kind: "hang", when: "after" } },
  { name: "half an answer, and no end", effect: { kind: "stall" } },
];

/** How a run ends that is ended from outside, at the moment of a request. */
export const endings = ["SIGINT", "SIGTERM", "SIGKILL, then post", "SIGKILL without post"] as const;
export type Ending = (typeof endings)[number];
