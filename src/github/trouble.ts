/**
 * What can be wrong with a request to GitHub. This room throws nothing else, except for faults of its own; a message is
 * a piece of a sentence.
 */
export abstract class GitHubTrouble extends Error {}

/** GraphQL's error, in an answer with status 200. Those with a type are refusals. */
export type GraphError = {
  /** `FORBIDDEN`, `NOT_FOUND`, `RATE_LIMITED`, … */
  readonly type: string | undefined;
  /** Empty where the answer has none that can be read. */
  readonly message: string;
  readonly path: readonly (string | number)[];
  /** What the schema lacks, when the query asks for it, and where in the query (lines and columns from 1). */
  readonly undefinedField: { readonly name: string; readonly line: number; readonly column: number } | undefined;
};

/** GitHub understood the request and said no. The message is GitHub's own, or empty. */
export class GitHubRefusal extends GitHubTrouble {
  override readonly name = "GitHubRefusal";
  /** Absent in GraphQL's errors, which come with status 200. */
  readonly status: number | undefined;
  readonly errors: readonly GraphError[];
  /** Seconds, where GitHub said when to come back. */
  readonly retryAfter: number | undefined;

  constructor(
    message: string,
    facts: {
      readonly status?: number;
      readonly errors?: readonly GraphError[];
      readonly retryAfter?: number | undefined;
    },
  ) {
    super(message);
    this.status = facts.status;
    this.errors = facts.errors ?? [];
    this.retryAfter = facts.retryAfter;
  }
}

/** An answer that is not GitHub's, or none that we know: `message` says what it is, for example "an HTML page". */
export class UnreadableAnswer extends GitHubTrouble {
  override readonly name = "UnreadableAnswer";
  readonly status: number | undefined;
  /** Whether the same request would be answered in the same way. */
  readonly lasting: boolean;

  constructor(message: string, facts: { readonly status?: number; readonly lasting?: boolean } = {}) {
    super(message);
    this.status = facts.status;
    this.lasting = facts.lasting ?? false;
  }
}

/** No answer came, or not a whole one. */
export class GitHubUnreachable extends GitHubTrouble {
  override readonly name = "GitHubUnreachable";
  /** Whether a second try is sure to end like the first. */
  readonly lasting: boolean;

  constructor(message: string, { lasting = false }: { readonly lasting?: boolean } = {}) {
    super(message);
    this.lasting = lasting;
  }
}

/** The server has no such part: GraphQL, or deployments. The message is its address. */
export class NotOffered extends GitHubTrouble {
  override readonly name = "NotOffered";
}

/** What GitHub calls a permission in a workflow's `permissions:` block. */
export type Permission =
  | "deployments: write"
  | "deployments: read"
  | "pull-requests: write"
  | "pull-requests: read"
  | "contents: read"
  | "checks: read";

const UNAFFECTED = "What was done in AWS is not affected.";

/**
 * A warning for a request that GitHub refused or did not answer. `doing` ends a sentence that begins with "Could not".
 * GitHub answers a missing permission with 403 "Resource not accessible by integration", for things that the token may
 * not even see with 404, and GraphQL with an error of type FORBIDDEN. Of a server that lacks a part the sentence is
 * always the same, so that it need be told once only.
 */
export const explainTrouble = (thrown: unknown, doing: string, permission: Permission): string => {
  const head = `Could not ${doing}`;
  if (thrown instanceof NotOffered) return notOffered(thrown);
  if (thrown instanceof GitHubRefusal) return `${head}: ${refused(thrown, permission)}`;
  return `${head}: ${reasonOf(thrown)}. ${UNAFFECTED}`;
};

/** Trouble that kept several things from being done is told once: what `explainTrouble` says of them becomes one sentence. */
export const joinTroubles = (warnings: readonly string[]): readonly string[] => {
  const untold = new Map<string, Set<string>>();
  for (const warning of warnings) {
    const [, doing = "", reason = warning] = /^Could not (.+?)(: GitHub.+)$/s.exec(warning) ?? [];
    untold.set(reason, (untold.get(reason) ?? new Set()).add(doing));
  }
  return [...untold].map(([reason, doings]) => {
    if (doings.has("")) return reason;
    // What it needs takes 10 ms to load: runs without trouble do without.
    return `Could not ${new Intl.ListFormat("en").format(doings)}${reason}`;
  });
};

/** A sentence without its end and its full stop, for whoever knows what was asked. */
export const reasonOf = (thrown: unknown): string => {
  if (thrown instanceof GitHubRefusal) return `GitHub answered ${answerOf(thrown)}`;
  if (thrown instanceof UnreadableAnswer) {
    const status = thrown.status === undefined ? "" : `${thrown.status}, `;
    return `GitHub's answer could not be read (${status}${thrown.message})`;
  }
  if (thrown instanceof GitHubUnreachable) return `GitHub could not be reached (${thrown.message})`;
  if (thrown instanceof NotOffered) return "the server does not offer it";
  return "this action failed at it by itself, which is a bug of the action";
};

/** Status and message as GitHub gave them. */
export const answerOf = ({ status, message }: GitHubRefusal): string =>
  [status, firstLine(message).replace(/[.\s]+$/, "")].filter((part) => part !== undefined && part !== "").join(", ") ||
  "an error without a text";

const notOffered = ({ message: server }: NotOffered): string =>
  `The server ${firstLine(server)} does not offer all of GitHub's API that reporting needs (GraphQL and deployments), so the comment or the GitHub deployment is left out. \`comment: false\` and \`github-deployment: never\` end this warning. ${UNAFFECTED}`;

const refused = (refusal: GitHubRefusal, permission: Permission): string => {
  const { status, message } = refusal;
  if (status === 401) return "GitHub does not accept the github-token (it ends with its job).";
  if (/\blocked\b/i.test(message)) return `the conversation is locked. ${UNAFFECTED}`;
  if (isRateLimit(refusal)) return `GitHub's rate limit is used up. ${UNAFFECTED}`;
  if (isForbidden(refusal))
    return `GitHub refused it (${firstLine(message) || answerOf(refusal)}). Give the job \`permissions: ${permission}\`; pull requests from forks and from Dependabot have a read-only token. ${UNAFFECTED}`;
  return `GitHub answered ${answerOf(refusal)}. ${UNAFFECTED}`;
};

/** Whether it may be a permission that the token lacks: of what it may not see, GitHub says that it is not there. */
export const isForbidden = (thrown: unknown): boolean => {
  if (!(thrown instanceof GitHubRefusal) || isRateLimit(thrown)) return false;
  const { status, message, errors } = thrown;
  const denied = status === 403 || status === 404 || errors.some(({ type }) => type === "FORBIDDEN");
  return denied || /not accessible by/i.test(message);
};

/** GitHub docs, "Rate limits for the REST API": 403 or 429, told apart from other 403 by the text. */
export const isRateLimit = ({ status, message, errors }: GitHubRefusal): boolean =>
  status === 429 || errors.some(({ type }) => type === "RATE_LIMITED") || /rate limit/i.test(message);

const firstLine = (text: string): string => (text.split("\n", 1)[0] ?? "").slice(0, 200);
