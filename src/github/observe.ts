import type { GitHubClient } from "./client.ts";
import { jobDeployment } from "./job-deployment.ts";
import { type GitHubQuestion, OBSERVING_QUERY, variablesOf } from "./observing-query.ts";
import type { GraphObserved, Records } from "./read-observed.ts";
import { repeatable } from "./retry.ts";
import { explainTrouble } from "./trouble.ts";

/** What GitHub tells about where to report. Nothing here can fail: what GitHub refuses becomes a warning. */
export type GitHubObserved = GraphObserved & {
  /** The deployment that GitHub made for this job. */
  readonly jobDeployment: { readonly id: number; readonly environment: string } | undefined;
};

export const NOTHING_OBSERVED: GitHubObserved = {
  viewer: "",
  jobDeployment: undefined,
  pullRequest: undefined,
  earlierRecords: [],
  otherRecords: [],
  olderRecords: undefined,
  served: [],
  isShared: false,
  warnings: [],
};

/** Asks everything at once: one GraphQL request, and the check run where the job may have a deployment of its own. */
export const observeGitHub = async (client: GitHubClient, question: GitHubQuestion): Promise<GitHubObserved> => {
  const [job, graph] = await Promise.all([observeJob(client, question), observeGraph(client, question)]);
  const elsewhere = await observeElsewhere(client, question, job.deployment?.environment);
  const warnings = [...job.warnings, ...graph.warnings, ...(elsewhere?.warnings ?? [])];
  return { ...graph, ...elsewhere, jobDeployment: job.deployment, warnings };
};

/** The records of the job's own environment, where that turns out to be another than the one that was asked for. */
const observeElsewhere = async (
  client: GitHubClient,
  question: GitHubQuestion,
  own: string | undefined,
): Promise<(Records & Pick<GitHubObserved, "warnings">) | undefined> => {
  const { environment, environmentIsGiven, records } = question;
  if (environmentIsGiven || own === undefined || records === "none") return undefined;
  if (own.toLowerCase() === environment.toLowerCase()) return undefined;
  const asked = { ...question, environment: own, pullRequest: undefined, commentMarker: undefined };
  const { earlierRecords, otherRecords, olderRecords, served, isShared, warnings } = await observeGraph(client, asked);
  return { earlierRecords, otherRecords, olderRecords, served, isShared, warnings };
};

const observeJob = async (
  client: GitHubClient,
  { checkRunId }: GitHubQuestion,
): Promise<{ readonly deployment: GitHubObserved["jobDeployment"]; readonly warnings: readonly string[] }> => {
  if (checkRunId === undefined) return { deployment: undefined, warnings: [] };
  try {
    return { deployment: await jobDeployment(client, checkRunId), warnings: [] };
  } catch (thrown) {
    const doing = "find out whether this job has a GitHub deployment of its own";
    return { deployment: undefined, warnings: [explainTrouble(thrown, doing, "checks: read")] };
  }
};

const observeGraph = async (client: GitHubClient, question: GitHubQuestion): Promise<GitHubObserved> => {
  if (question.pullRequest === undefined && question.records === "none") return NOTHING_OBSERVED;
  const asked = repeatable(client, () => client.graphql(OBSERVING_QUERY, variablesOf(question)));
  const [answer] = await Promise.allSettled([asked]);
  const { readObserved } = await import(/* webpackChunkName: "story" */ "./read-observed.ts");
  return { ...NOTHING_OBSERVED, ...readObserved(question, answer) };
};
