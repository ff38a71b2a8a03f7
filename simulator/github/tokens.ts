import type { Access, Account, App, PermissionKey, Profile } from "./model.ts";

/** Author of all that `GITHUB_TOKEN` does. */
export const githubActionsBot: Account = { id: 41898282, login: "github-actions[bot]", type: "Bot" };
export const githubActionsApp: App = { id: 15368, slug: "github-actions", name: "GitHub Actions" };

const access = (level: Access): Record<PermissionKey, Access> => ({
  actions: level,
  checks: level,
  contents: level,
  deployments: level,
  issues: level,
  "pull-requests": level,
});

const workflowToken = (permissions: Partial<Record<PermissionKey, Access>>): Profile => ({
  login: githubActionsBot.login,
  app: githubActionsApp,
  permissions: { ...access("write"), ...permissions },
});

/** Ready profiles of a `GITHUB_TOKEN`. `noPullRequests` cannot comment: it lacks `issues` too, which would do. */
export const profiles = {
  full: workflowToken({}),
  /** What runs of forks and of Dependabot get. */
  readOnly: workflowToken(access("read")),
  noDeployments: workflowToken({ deployments: "none" }),
  noPullRequests: workflowToken({ "pull-requests": "none", issues: "none" }),
  noChecks: workflowToken({ checks: "none" }),
} satisfies Record<string, Profile>;

/** A `GITHUB_TOKEN` with exactly these permissions: as in a workflow, keys that are not named are `none`. */
export const workflowTokenWith = (permissions: Partial<Record<PermissionKey, Access>>): Profile =>
  workflowToken({ ...access("none"), ...permissions });

/** A token of a person, who may do everything unless told otherwise. */
export const personalToken = (login: string, permissions: Partial<Record<PermissionKey, Access>> = {}): Profile => ({
  login,
  permissions: { ...access("write"), ...permissions },
});

/** An installation token of another GitHub App: it acts as `slug[bot]`. */
export const appToken = (app: App, permissions: Partial<Record<PermissionKey, Access>> = {}): Profile => ({
  login: `${app.slug}[bot]`,
  app,
  permissions: { ...access("write"), ...permissions },
});
