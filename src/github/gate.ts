import type { GateEvidence, JobClaims, JobEnvironment, Protection } from "../domain/gate.ts";
import { readApprovals, readHasCustomRule, readProtection } from "./answers/environments.ts";
import type { GitHubClient } from "./client.ts";
import { jobDeployment } from "./job-deployment.ts";
import { repeatable } from "./retry.ts";
import { answerOf, GitHubRefusal, isForbidden, reasonOf } from "./trouble.ts";

/** Reads the evidence of the gate. Nothing here throws: what cannot be read is evidence of nothing, and says why. */

export type GateQuestion = {
  /** The environment that is deployed to. */
  readonly environment: string;
  readonly runId: string;
  readonly checkRunId: number | undefined;
  /** The deployment that GitHub made for this job, where that was read already. */
  readonly jobDeployment: { readonly environment: string } | undefined;
};

/** Asks the runner's OpenID Connect provider; only when the job has no GitHub deployment of its own. */
export type ReadClaims = () => Promise<JobClaims>;

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
    job: await environmentOfClaims(readClaims, { because: noToken, refused: true }),
    protection: { kind: "unknown", because: noToken, refused: true },
    approvedBy: [],
  };
};

const observeJobEnvironment = async (
  question: GateQuestion,
  client: GitHubClient,
  readClaims: ReadClaims,
): Promise<JobEnvironment> => {
  const known = question.jobDeployment ?? (await ownDeployment(question, client));
  if ("environment" in known) return { kind: "named", name: known.environment, evidence: "github-deployment" };
  return environmentOfClaims(readClaims, known);
};

/** Why nothing is known, in a sentence. `refused`: asking again would lead to no more. */
type Untold = { readonly because: string; readonly refused: boolean };

/** The job's own deployment, or why none is known. */
const ownDeployment = async (
  { checkRunId }: GateQuestion,
  client: GitHubClient,
): Promise<{ readonly environment: string } | Untold> => {
  const none = (because: string, refused = true): Untold => ({ because, refused });
  if (checkRunId === undefined) return none("The job's check run is not known (input check-run-id is empty).");
  try {
    return (await jobDeployment(client, checkRunId)) ?? none("The job has no GitHub deployment of its own.");
  } catch (thrown) {
    const reason = thrown instanceof GitHubRefusal ? answerOf(thrown) : reasonOf(thrown);
    return none(`The job's check run could not be read: ${reason}.`, isForbidden(thrown));
  }
};

const environmentOfClaims = async (readClaims: ReadClaims, { because, refused }: Untold): Promise<JobEnvironment> => {
  const claims = await readClaims();
  switch (claims.kind) {
    case "known":
      return claims.environment === undefined
        ? { kind: "none" }
        : { kind: "named", name: claims.environment, evidence: "oidc-claim" };
    case "not-offered":
      return { kind: "unknown", because: [because, "The runner offers no OpenID Connect token."], refused };
    case "failed":
      return {
        kind: "unknown",
        because: [because, `The OpenID Connect token could not be had: ${claims.because}`],
        refused: false,
      };
  }
};

const observeProtection = async ({ environment }: GateQuestion, client: GitHubClient): Promise<Protection> => {
  try {
    const answer = await repeatable(client, () =>
      client.rest("GET /environments/{environment_name}", { environment_name: environment }),
    );
    const rules = readProtection(answer);
    const custom = rules.length === 0 && (await hasCustomRule(environment, client));
    return { kind: "known", rules: custom ? ["custom"] : rules };
  } catch (thrown) {
    const absent = thrown instanceof GitHubRefusal && thrown.status === 404;
    return {
      kind: "unknown",
      refused: isForbidden(thrown),
      because: `${reasonOf(thrown)}.${absent ? " The environment does not exist, or the token may not see it." : ""}`,
    };
  }
};

/** Rules of GitHub Apps have a list of their own. */
const hasCustomRule = async (environment: string, client: GitHubClient): Promise<boolean> => {
  const answer = await repeatable(client, () =>
    client.rest("GET /environments/{environment_name}/deployment_protection_rules", { environment_name: environment }),
  );
  return readHasCustomRule(answer);
};

/** Who approved is good to know and proves nothing, so that trouble in reading it is none. */
const observeApprovals = async (
  { environment, runId }: GateQuestion,
  client: GitHubClient,
): Promise<readonly string[]> => {
  try {
    const answer = await repeatable(client, () =>
      client.rest("GET /actions/runs/{run_id}/approvals", { run_id: runId }),
    );
    const logins = readApprovals(answer)
      .filter(({ state, environments }) => state === "approved" && environments.some((name) => same(name, environment)))
      .map(({ login }) => login);
    return [...new Set(logins)];
  } catch {
    return [];
  }
};

const same = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();
