import { type ErrorCode, type ErrorKind, register } from "../src/domain/error-register.ts";

/** What the kinds have in common, for those who read a log and not the code. */
const kinds: Readonly<Record<ErrorKind, string>> = {
  config: "the workflow's inputs or environment",
  definition: "the API itself",
  refused: "refused by this action, to protect what is there",
  credentials: "AWS credentials",
  permission: "AWS permissions",
  quota: "a quota of the AWS account",
  throttled: "AWS request rate",
  conflict: "somebody else's change",
  unclear: "a request without a readable answer",
  unhealthy: "the new version does not work",
  cancelled: "the run was cancelled",
  upstream: "AWS or the network",
  bug: "this action",
};

const section = (code: ErrorCode): string => {
  const { kind, summary, remedy } = register[code];
  return [
    `## ${code}`,
    `Where it comes from: ${kinds[kind]} (\`${kind}\`).`,
    `**What happened.** ${summary}`,
    `**What to do.** ${remedy}`,
  ].join("\n\n");
};

const codes = Object.keys(register) as ErrorCode[];

/** Which codes there are of each kind, with a link to each. */
export const errorIndex = (): string => {
  const rows = (Object.keys(kinds) as ErrorKind[]).map((kind) => {
    const links = codes
      .filter((code) => register[code].kind === kind)
      .map((code) => `[${code}](#${code.toLowerCase()})`);
    return `| ${kinds[kind]} (\`${kind}\`) | ${links.join(", ")} |`;
  });
  return ["| Where it comes from | Codes |", "| --- | --- |", ...rows].join("\n");
};

/** One section per error code. GitHub makes the anchor of a heading by lower case, as `docsAnchor` expects it. */
export const errorSections = (): string => codes.map(section).join("\n\n");
