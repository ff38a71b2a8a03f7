/** What GitHub calls a permission in a workflow's `permissions:` block. */
export type Permission =
  | "deployments: write"
  | "deployments: read"
  | "pull-requests: write"
  | "pull-requests: read"
  | "checks: read";

/**
 * A warning for a request that GitHub refused or did not answer. `doing` ends a sentence that begins with "Could not".
 * GitHub answers a missing permission with 403 "Resource not accessible by integration", for things that the token may
 * not even see with 404, and GraphQL with an error of type FORBIDDEN.
 */
export const explainTrouble = (thrown: unknown, doing: string, permission: Permission): string => {
  const { status } = thrown as { status?: number };
  const message = messageOf(thrown);
  const head = `Could not ${doing}`;
  if (status === 401) return `${head}: GitHub does not accept the github-token (it ends with its job).`;
  if (/\blocked\b/i.test(message)) return `${head}: the conversation is locked. What was done in AWS is not affected.`;
  if (/rate limit/i.test(message))
    return `${head}: GitHub's rate limit is used up. What was done in AWS is not affected.`;
  if (status === 403 || status === 404 || /not accessible by/i.test(message)) {
    return `${head}: GitHub refused it (${firstLine(message)}). Give the job \`permissions: ${permission}\`; pull requests from forks and from Dependabot have a read-only token. What was done in AWS is not affected.`;
  }
  const answer = status === undefined ? firstLine(message) : `${status}, ${firstLine(message)}`;
  return `${head}: GitHub answered ${answer}. What was done in AWS is not affected.`;
};

/** GraphQL's own messages are inside of Octokit's. */
const messageOf = (thrown: unknown): string => {
  const { message, errors } = thrown as { message?: string; errors?: readonly { message?: string }[] };
  return errors?.[0]?.message ?? message ?? String(thrown);
};

const firstLine = (text: string): string => (text.split("\n", 1)[0] ?? "").slice(0, 200);
