import type { GateEvidence, JobEnvironment, Protection, ProtectionRule } from "../domain/gate.ts";
import type { GitHubClient } from "./client.ts";
import { jobDeployment } from "./records.ts";
import { repeatable } from "./retry.ts";

/** Reads the evidence of the gate. Nothing here throws: what cannot be read is evidence of nothing, and says why. */

export type GateQuestion = {
  /** The environment that is deployed to. */
  readonly environment: string;
  readonly runId: string;
  readonly checkRunId: number | undefined;
  /** The deployment that GitHub made for this job, where that was read already. */
  readonly jobDeployment: { readonly environment: string } | undefined;
};

/** What the OpenID Connect token of the job says; asked only when the job has no GitHub deployment of its own. */
export type ReadClaims = () => Promise<
  | { readonly kind: "known"; readonly environment: string | undefined }
  | { readonly kind: "not-offered" }
  | { readonly kind: "failed"; readonly because: string }
>;

export const observeGate = async (
  question: GateQuestion,
  client: GitHubClient,
  readClaims: ReadClaims,
): Promise<GateEvidence> => {
  const [job, protection, approvedBy] = await Promise.all([
    observeJobEnvironment(question, client, readClaims),
    observeProtection(question, client),
    observeApprovals(question, client),
  ]);
  return { job, protection, approvedBy };
};

/** For a run without a token: only the runner itself can tell. */
export const gateWithoutGitHub = async (readClaims: ReadClaims): Promise<GateEvidence> => {
  const noToken = "There is no github-token.";
  return {
    job: await environmentOfClaims(readClaims, [noToken]),
    protection: { kind: "unknown", because: noToken },
    approvedBy: [],
  };
};

const observeJobEnvironment = async (
  question: GateQuestion,
  client: GitHubClient,
  readClaims: ReadClaims,
): Promise<JobEnvironment> => {
  const known = question.jobDeployment ?? (await ownDeployment(question, client));
  if (typeof known === "object") return { kind: "named", name: known.environment, evidence: "github-deployment" };
  return environmentOfClaims(readClaims, [known]);
};

/** The job's own deployment, or a sentence that says why none is known. */
const ownDeployment = async (
  { checkRunId }: GateQuestion,
  client: GitHubClient,
): Promise<{ readonly environment: string } | string> => {
  if (checkRunId === undefined) return "The job's check run is not known (input check-run-id is empty).";
  try {
    return (await jobDeployment(client, checkRunId)) ?? "The job has no GitHub deployment of its own.";
  } catch (thrown) {
    return `The job's check run could not be read: ${reasonOf(thrown)}.`;
  }
};

const environmentOfClaims = async (readClaims: ReadClaims, sofar: readonly string[]): Promise<JobEnvironment> => {
  const claims = await readClaims();
  switch (claims.kind) {
    case "known":
      return claims.environment === undefined
        ? { kind: "none" }
        : { kind: "named", name: claims.environment, evidence: "oidc-claim" };
    case "not-offered":
      return { kind: "unknown", because: [...sofar, "The runner offers no OpenID Connect token."] };
    case "failed":
      return { kind: "unknown", because: [...sofar, `The OpenID Connect token could not be had: ${claims.because}`] };
  }
};

type EnvironmentBody = {
  readonly protection_rules?: readonly { readonly type: string }[];
  readonly deployment_branch_policy?: unknown;
};

type CustomRulesBody = { readonly custom_deployment_protection_rules?: readonly { readonly enabled: boolean }[] };

/** Types as in the REST reference, "Get an environment"; a type that is not known there is an App's rule. */
const RULE_TYPES: Readonly<Record<string, ProtectionRule>> = {
  required_reviewers: "required-reviewers",
  wait_timer: "wait-timer",
  branch_policy: "branch-policy",
};

const observeProtection = async ({ environment }: GateQuestion, client: GitHubClient): Promise<Protection> => {
  try {
    const { data } = await repeatable(() =>
      client.rest("GET /environments/{environment_name}", { environment_name: environment }),
    );
    const { protection_rules = [], deployment_branch_policy } = data as EnvironmentBody;
    const rules = new Set(protection_rules.map(({ type }): ProtectionRule => RULE_TYPES[type] ?? "custom"));
    if (deployment_branch_policy) rules.add("branch-policy");
    if (rules.size === 0 && (await hasCustomRule(environment, client))) rules.add("custom");
    return { kind: "known", rules: [...rules] };
  } catch (thrown) {
    const { status } = thrown as { status?: number };
    const absent = status === 404 ? " The environment does not exist, or the token may not see it." : "";
    return { kind: "unknown", because: `GitHub answered ${reasonOf(thrown)}.${absent}` };
  }
};

/** Rules of GitHub Apps have a list of their own. */
const hasCustomRule = async (environment: string, client: GitHubClient): Promise<boolean> => {
  const { data } = await repeatable(() =>
    client.rest("GET /environments/{environment_name}/deployment_protection_rules", { environment_name: environment }),
  );
  return ((data as CustomRulesBody).custom_deployment_protection_rules ?? []).some(({ enabled }) => enabled);
};

type ApprovalBody = {
  readonly state: string;
  readonly user: { readonly login: string } | null;
  readonly environments: readonly { readonly name: string }[];
};

/** Who approved is good to know and proves nothing, so that trouble in reading it is none. */
const observeApprovals = async (
  { environment, runId }: GateQuestion,
  client: GitHubClient,
): Promise<readonly string[]> => {
  try {
    const { data } = await repeatable(() => client.rest("GET /actions/runs/{run_id}/approvals", { run_id: runId }));
    const logins = (data as readonly ApprovalBody[])
      .filter(
        ({ state, environments }) => state === "approved" && environments.some(({ name }) => same(name, environment)),
      )
      .flatMap(({ user }) => (user === null ? [] : [user.login]));
    return [...new Set(logins)];
  } catch {
    return [];
  }
};

const same = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();

const reasonOf = (thrown: unknown): string => {
  const { status, message = String(thrown) } = thrown as { status?: number; message?: string };
  const text = (message.split("\n", 1)[0] ?? "").slice(0, 200);
  return status === undefined ? text : `${status}, ${text}`;
};
