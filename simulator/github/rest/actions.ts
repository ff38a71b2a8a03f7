import { isoTime, isoTimeOrNull } from "../iso-time.ts";
import { awaitingReview, mayReview, reviewRun } from "../jobs.ts";
import type { Gate, Job, WorkflowRun } from "../model.ts";
import { nodeId } from "../node-id.ts";
import { notAccessible } from "../permissions.ts";
import { githubActionsApp } from "../tokens.ts";
import { jobPage, pullRequestsOf } from "../world.ts";
import { appBody, userBody } from "./account-bodies.ts";
import { ApiError, notFound } from "./api-error.ts";
import { type Answer, numberOf, ok, type RepositoryCall, type Route, read, write } from "./call.ts";
import { deploymentBody, simpleDeploymentBody } from "./deployments.ts";
import { environmentReference } from "./environments.ts";
import { pageOf } from "./paging.ts";
import { repositoryBody, repositoryPage, repositoryUrl } from "./repository.ts";
import { bodyOf } from "./request-body.ts";
import type { ApprovalBody, CheckRunBody, JobBody, PendingDeploymentBody, RunBody } from "./wire.ts";

const runAt = (call: RepositoryCall): WorkflowRun => {
  const run = call.repository.runs.get(numberOf(call, "run_id"));
  if (!run) throw notFound();
  return run;
};

const jobAt = (call: RepositoryCall, placeholder: string): { run: WorkflowRun; job: Job } => {
  for (const run of call.repository.runs.values()) {
    const job = run.jobs.find((known) => known.id === numberOf(call, placeholder));
    if (job) return { run, job };
  }
  throw notFound();
};

const runUrl = (call: RepositoryCall, run: WorkflowRun): string =>
  `${repositoryUrl(call, call.repository)}/actions/runs/${run.id}`;

const currentJobs = (run: WorkflowRun): Job[] => run.jobs.filter((job) => job.attempt === run.attempt);

const runStatus = (jobs: readonly Job[]): string => {
  if (jobs.length === 0) return "queued";
  if (jobs.every((job) => job.status === "completed")) return "completed";
  return jobs.some((job) => job.status === "waiting") ? "waiting" : "in_progress";
};

const runConclusion = (jobs: readonly Job[]): string | null => {
  if (runStatus(jobs) !== "completed") return null;
  const worst = (["cancelled", "failure"] as const).find((end) => jobs.some((job) => job.conclusion === end));
  return worst ?? "success";
};

const pullRequestReferences = (call: RepositoryCall, run: WorkflowRun): CheckRunBody["pull_requests"] =>
  pullRequestsOf(call.repository)
    .filter((pull) => run.pullRequests.includes(pull.number))
    .map((pull) => {
      const repository = {
        id: call.repository.id,
        url: repositoryUrl(call, call.repository),
        name: call.repository.name,
      };
      return {
        id: pull.id,
        number: pull.number,
        url: `${repository.url}/pulls/${pull.number}`,
        head: { ref: pull.head.ref, sha: pull.head.sha, repo: repository },
        base: { ref: pull.base.ref, sha: pull.base.sha, repo: repository },
      };
    });

const runBody = (call: RepositoryCall, run: WorkflowRun): RunBody => {
  const url = runUrl(call, run);
  const base = repositoryUrl(call, call.repository);
  const jobs = currentJobs(run);
  const updatedAt = Math.max(run.startedAt, ...jobs.map((job) => job.completedAt ?? job.startedAt ?? job.createdAt));
  return {
    id: run.id,
    name: run.workflow.name,
    node_id: nodeId("WorkflowRun", run.id),
    check_suite_id: run.id,
    check_suite_node_id: nodeId("CheckSuite", run.id),
    head_branch: run.headBranch,
    head_sha: run.headSha,
    path: run.workflow.path,
    run_number: run.number,
    run_attempt: run.attempt,
    referenced_workflows: [],
    event: run.event,
    status: runStatus(jobs),
    conclusion: runConclusion(jobs),
    workflow_id: run.workflow.id,
    url,
    html_url: `${repositoryPage(call, call.repository)}/actions/runs/${run.id}`,
    pull_requests: pullRequestReferences(call, run),
    created_at: isoTime(run.createdAt),
    updated_at: isoTime(updatedAt),
    run_started_at: isoTime(run.startedAt),
    actor: userBody(call, run.actor),
    triggering_actor: userBody(call, run.triggeringActor),
    jobs_url: `${url}/jobs`,
    logs_url: `${url}/logs`,
    check_suite_url: `${base}/check-suites/${run.id}`,
    artifacts_url: `${url}/artifacts`,
    cancel_url: `${url}/cancel`,
    rerun_url: `${url}/rerun`,
    previous_attempt_url: run.attempt > 1 ? `${url}/attempts/${run.attempt - 1}` : null,
    workflow_url: `${base}/actions/workflows/${run.workflow.id}`,
    head_commit: null,
    repository: repositoryBody(call, call.repository),
    head_repository: repositoryBody(call, call.repository),
    display_title: run.workflow.name,
  };
};

const checkRunUrl = (call: RepositoryCall, job: Job): string =>
  `${repositoryUrl(call, call.repository)}/check-runs/${job.id}`;

const jobBody = (call: RepositoryCall, run: WorkflowRun, job: Job): JobBody => ({
  id: job.id,
  run_id: run.id,
  run_url: runUrl(call, run),
  run_attempt: job.attempt,
  node_id: nodeId("CheckRun", job.id),
  head_sha: run.headSha,
  url: `${repositoryUrl(call, call.repository)}/actions/jobs/${job.id}`,
  html_url: jobPage(call.world, run, job.id),
  status: job.status,
  conclusion: job.conclusion,
  created_at: isoTime(job.createdAt),
  started_at: isoTime(job.startedAt ?? job.createdAt),
  completed_at: isoTimeOrNull(job.completedAt),
  name: job.name,
  steps: [],
  check_run_url: checkRunUrl(call, job),
  labels: ["ubuntu-latest"],
  // A job has a runner only once it has reached one.
  runner_id: hasRunner(job) ? job.id : null,
  runner_name: hasRunner(job) ? job.runnerName : null,
  runner_group_id: hasRunner(job) ? 0 : null,
  runner_group_name: hasRunner(job) ? "GitHub Actions" : null,
  workflow_name: run.workflow.name,
  head_branch: run.headBranch,
});

const hasRunner = (job: Job): boolean => job.runnerName !== null && job.status !== "waiting" && job.failure === null;

const checkRunBody = (call: RepositoryCall, run: WorkflowRun, job: Job): CheckRunBody => ({
  id: job.id,
  head_sha: run.headSha,
  node_id: nodeId("CheckRun", job.id),
  external_id: nodeId("WorkflowRun", `${run.id}/${job.id}`),
  url: checkRunUrl(call, job),
  html_url: jobPage(call.world, run, job.id),
  details_url: jobPage(call.world, run, job.id),
  status: job.status,
  conclusion: job.conclusion,
  started_at: isoTimeOrNull(job.startedAt),
  completed_at: isoTimeOrNull(job.completedAt),
  output: {
    title: null,
    summary: job.failure,
    text: null,
    annotations_count: job.failure === null ? 0 : 1,
    annotations_url: `${checkRunUrl(call, job)}/annotations`,
  },
  name: job.name,
  check_suite: { id: run.id },
  app: appBody(call, githubActionsApp),
  pull_requests: pullRequestReferences(call, run),
  ...(job.deployment ? { deployment: simpleDeploymentBody(call, job.deployment) } : {}),
});

const jobsAnswer = (call: RepositoryCall, run: WorkflowRun, jobs: readonly Job[]): Answer => {
  const page = pageOf(call, jobs);
  return ok({ total_count: jobs.length, jobs: page.items.map((job) => jobBody(call, run, job)) }, page.headers);
};

const listJobs = (call: RepositoryCall): Answer => {
  const run = runAt(call);
  const all = call.request.url.searchParams.get("filter") === "all";
  return jobsAnswer(call, run, all ? run.jobs : currentJobs(run));
};

const listJobsOfAttempt = (call: RepositoryCall): Answer => {
  const run = runAt(call);
  const attempt = numberOf(call, "attempt_number");
  if (!(attempt >= 1 && attempt <= run.attempt)) throw notFound();
  return jobsAnswer(
    call,
    run,
    run.jobs.filter((job) => job.attempt === attempt),
  );
};

const pendingDeployments = (call: RepositoryCall): PendingDeploymentBody[] => {
  const run = runAt(call);
  const entries = new Map(awaitingReview(run).map((entry) => [entry.environment.id, entry]));
  return [...entries.values()].map(({ environment, gate }) => ({
    environment: environmentReference(call, environment),
    wait_timer: gate.timer?.minutes ?? 0,
    wait_timer_started_at: gate.timer ? isoTime(gate.timer.startedAt) : null,
    current_user_can_approve: !call.profile.app && mayReview(run, gate, call.profile.login),
    reviewers: reviewersOf(call, gate),
  }));
};

const reviewersOf = (call: RepositoryCall, gate: Gate): PendingDeploymentBody["reviewers"] =>
  (gate.reviewers?.accounts ?? []).map((account) => ({ type: "User", reviewer: userBody(call, account) }));

/** Reviewers are people: a workflow's token can never let its own run pass. */
const review = (call: RepositoryCall): Answer => {
  const run = runAt(call);
  const body = bodyOf(call.request, {
    environment_ids: { type: "integers", required: true },
    state: { type: "string", required: true, oneOf: ["approved", "rejected"] },
    comment: { type: "string", required: true },
  });
  if (call.profile.app) throw new ApiError(403, notAccessible(call.profile));
  const outcome = reviewRun(call.world, run, {
    state: body.state,
    user: call.profile.login,
    comment: body.comment,
    environmentIds: body.environment_ids,
  });
  if ("refusal" in outcome) throw new ApiError(422, outcome.refusal);
  return ok(outcome.jobs.flatMap((job) => (job.deployment ? [deploymentBody(call, job.deployment)] : [])));
};

const approvals = (call: RepositoryCall): ApprovalBody[] =>
  runAt(call).reviews.map(({ state, user, comment, environments }) => ({
    state,
    comment,
    user: userBody(call, user),
    environments: environments.map((environment) => ({
      ...environmentReference(call, environment),
      created_at: isoTime(environment.createdAt),
      updated_at: isoTime(environment.updatedAt),
    })),
  }));

const base = "/repos/{owner}/{repo}/actions";

export const actionsRoutes: readonly Route[] = [
  {
    method: "GET",
    template: `${base}/runs/{run_id}`,
    docs: "actions/workflow-runs#get-a-workflow-run",
    needs: read("actions"),
    answer: (call) => ok(runBody(call, runAt(call))),
  },
  {
    method: "GET",
    template: `${base}/runs/{run_id}/jobs`,
    docs: "actions/workflow-jobs#list-jobs-for-a-workflow-run",
    needs: read("actions"),
    answer: listJobs,
  },
  {
    method: "GET",
    template: `${base}/runs/{run_id}/attempts/{attempt_number}/jobs`,
    docs: "actions/workflow-jobs#list-jobs-for-a-workflow-run-attempt",
    needs: read("actions"),
    answer: listJobsOfAttempt,
  },
  {
    method: "GET",
    template: `${base}/jobs/{job_id}`,
    docs: "actions/workflow-jobs#get-a-job-for-a-workflow-run",
    needs: read("actions"),
    answer: (call) => {
      const { run, job } = jobAt(call, "job_id");
      return ok(jobBody(call, run, job));
    },
  },
  {
    method: "GET",
    template: `${base}/runs/{run_id}/pending_deployments`,
    docs: "actions/workflow-runs#get-pending-deployments-for-a-workflow-run",
    needs: read("actions"),
    answer: (call) => ok(pendingDeployments(call)),
  },
  {
    method: "GET",
    template: `${base}/runs/{run_id}/approvals`,
    docs: "actions/workflow-runs#get-the-review-history-for-a-workflow-run",
    needs: read("actions"),
    answer: (call) => ok(approvals(call)),
  },
  {
    method: "POST",
    template: `${base}/runs/{run_id}/pending_deployments`,
    docs: "actions/workflow-runs#review-pending-deployments-for-a-workflow-run",
    needs: write("deployments"),
    answer: review,
  },
  {
    method: "GET",
    template: "/repos/{owner}/{repo}/check-runs/{check_run_id}",
    docs: "checks/runs#get-a-check-run",
    needs: read("checks"),
    answer: (call) => {
      const { run, job } = jobAt(call, "check_run_id");
      return ok(checkRunBody(call, run, job));
    },
  },
];
