import { mapping } from "./workflow-file.ts";

/** What `permissions:` of a workflow says ("Workflow syntax", GitHub docs), by scope. One that is absent is `none`. */
export type Permissions = Readonly<Record<string, string>>;

const levels = ["none", "read", "write"];

/** Scopes that have but one level beside `none`, and that (the schema of actions/languageservices). */
const onlyLevels: Readonly<Record<string, string>> = {
  "copilot-requests": "write",
  "id-token": "write",
  models: "read",
  "vulnerability-alerts": "read",
};

const scopes = [
  ["actions", "artifact-metadata", "attestations", "checks", "code-quality", "contents", "deployments", "discussions"],
  ["drives", "issues", "packages", "pages", "pull-requests", "repository-projects", "security-events", "statuses"],
  Object.keys(onlyLevels),
].flat();

/** Of a token of a workflow that says nothing, as GitHub's restricted setting has it, which new repositories start with. */
export const defaultPermissions: Permissions = { contents: "read", packages: "read" };

/** Throws for scopes and levels that there are not. */
export const permissionsIn = (value: unknown, place: string): Permissions => {
  if (value === "read-all" || value === "write-all") return everywhere(value === "read-all" ? "read" : "write");
  const asked = mapping(value, place);
  for (const [scope, level] of Object.entries(asked)) {
    if (!scopes.includes(scope)) throw new Error(`${place}: Unexpected value '${scope}'`);
    if (!isLevelOf(scope, level)) throw new Error(`${place}.${scope}: Unexpected value '${level}'`);
  }
  return asked as Permissions;
};

const isLevelOf = (scope: string, level: unknown): boolean =>
  level === "none" || (levels.includes(String(level)) && (onlyLevels[scope] ?? level) === level);

const everywhere = (level: string): Permissions =>
  Object.fromEntries(
    scopes.flatMap((scope) => {
      const highest = onlyLevels[scope] === "read" ? "read" : level;
      return isLevelOf(scope, highest) ? [[scope, highest]] : [];
    }),
  );

/** Throws where a job of a called workflow asks for more than the calling job has: GitHub then starts nothing. */
export const checkPermissions = (id: string, asked: Permissions, allowed: Permissions): void => {
  const tooMuch = Object.entries(asked).filter(
    ([scope, level]) => levels.indexOf(level) > levels.indexOf(allowed[scope] ?? "none"),
  );
  if (tooMuch.length === 0) return;
  const requested = tooMuch.map(([scope, level]) => `${scope}: ${level}`).join(", ");
  const most = tooMuch.map(([scope]) => `${scope}: ${allowed[scope] ?? "none"}`).join(", ");
  throw new Error(`The nested job '${id}' is requesting '${requested}', but is only allowed '${most}'.`);
};
