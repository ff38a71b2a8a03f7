import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import {
  approveJob,
  finishJob,
  type NewJob,
  passCustomRule,
  rejectJob,
  settleJob,
  startJob,
  startRun,
} from "../../../simulator/github/jobs.ts";
import type { App, Job, WorkflowRun } from "../../../simulator/github/model.ts";
import { createEnvironment, openPullRequest } from "../../../simulator/github/people.ts";
import { handClock, openSetting, refusalOf, type Setting } from "./setting.ts";

const clock = handClock();
let setting: Setting;
let run: WorkflowRun;
beforeEach(async () => {
  setting = await openSetting({ clock });
  run = start();
});
afterEach(() => setting.server.close());

const start = (fields: { runId?: number; ref?: string; event?: string; sha?: string } = {}): WorkflowRun =>
  startRun(setting.world, {
    repository: "acme/orders",
    event: "push",
    sha: setting.repository.refs.get("refs/heads/main") ?? "",
    ref: "refs/heads/main",
    workflow: "Deploy API",
    actor: "ada",
    ...fields,
  });

const begin = (environment?: NewJob["environment"], of = run): Job =>
  startJob(setting.world, of, {
    name: "deploy",
    runnerName: "Runner 1",
    ...(environment === undefined ? {} : { environment }),
  });

const checkRun = async (job: Job) =>
  (await setting.octokit.rest.checks.get({ ...setting.at, check_run_id: job.id })).data;

const statesOf = async (deployment_id: number) =>
  (await setting.octokit.rest.repos.listDeploymentStatuses({ ...setting.at, deployment_id })).data.map(
    (status) => `${status.state}`,
  );

const deploymentId = (job: Job): number => {
  if (!job.deployment) throw new Error("The job has no deployment.");
  return job.deployment.id;
};

const pending = async (octokit = setting.octokit) =>
  (await octokit.rest.actions.getPendingDeploymentsForRun({ ...setting.at, run_id: run.id })).data;

const review = (login: string, environment_ids: number[], state: "approved" | "rejected" = "approved") =>
  setting.person(login).rest.actions.reviewPendingDeploymentsForRun({
    ...setting.at,
    run_id: run.id,
    environment_ids,
    state,
    comment: "",
  });

describe("a job without environment", () => {
  test("is a check run of the same id, and has no deployment", async () => {
    const job = begin();
    const check = await checkRun(job);
    expect(check).toMatchObject({
      id: job.id,
      status: "in_progress",
      conclusion: null,
      name: "deploy",
      head_sha: run.sha,
      app: { slug: "github-actions" },
    });
    expect(check).not.toHaveProperty("deployment");
    const { data } = await setting.octokit.rest.actions.listJobsForWorkflowRunAttempt({
      ...setting.at,
      run_id: run.id,
      attempt_number: 1,
    });
    expect(data).toMatchObject({
      total_count: 1,
      jobs: [{ id: job.id, runner_name: "Runner 1", status: "in_progress" }],
    });
    finishJob(setting.world, job, { conclusion: "success" });
    expect(await checkRun(job)).toMatchObject({ status: "completed", conclusion: "success" });
    expect(() => finishJob(setting.world, job, { conclusion: "failure" })).toThrow("has ended");
  });
});

describe("a job with an environment", () => {
  test("has a deployment by the triggering person, by way of GitHub Actions", async () => {
    const job = begin({ name: "test" });
    const { deployment } = await checkRun(job);
    expect(deployment).toMatchObject({ id: deploymentId(job), environment: "test", production_environment: false });
    expect(deployment).not.toHaveProperty("sha");
    const { data } = await setting.octokit.rest.repos.getDeployment({
      ...setting.at,
      deployment_id: deploymentId(job),
    });
    expect(data).toMatchObject({
      sha: run.sha,
      ref: "main",
      task: "deploy",
      payload: {},
      description: null,
      creator: { login: "ada" },
      performed_via_github_app: { slug: "github-actions", id: 15368 },
    });
    expect(await statesOf(data.id)).toEqual(["in_progress", "queued"]);
  });

  test("makes the environment, unprotected, when nobody has named it before", async () => {
    begin({ name: "prodution" });
    const { data } = await setting.octokit.rest.repos.getEnvironment({ ...setting.at, environment_name: "Prodution" });
    expect(data).toMatchObject({ name: "prodution", protection_rules: [], deployment_branch_policy: null });
  });

  test("ends with a status that has the job's page and the URL, and makes earlier ones inactive", async () => {
    const first = begin({ name: "test" });
    finishJob(setting.world, first, { conclusion: "success", environmentUrl: "https://one.example" });
    const second = begin({ name: "test" });
    finishJob(setting.world, second, { conclusion: "success", environmentUrl: "https://two.example" });
    const { data } = await setting.octokit.rest.repos.listDeploymentStatuses({
      ...setting.at,
      deployment_id: deploymentId(second),
    });
    expect(data[0]).toMatchObject({
      state: "success",
      environment_url: "https://two.example",
      log_url: `https://github.com/acme/orders/actions/runs/${run.id}/job/${second.id}`,
    });
    expect(await statesOf(deploymentId(first))).toEqual(["inactive", "success", "in_progress", "queued"]);
  });

  test.each(["failure", "cancelled"] as const)("that ends in %s leaves a failure", async (conclusion) => {
    const job = begin({ name: "test" });
    finishJob(setting.world, job, { conclusion });
    expect((await statesOf(deploymentId(job)))[0]).toBe("failure");
    expect(await checkRun(job)).toMatchObject({ conclusion });
  });

  test("that is run again is another check run with another deployment", async () => {
    const job = begin({ name: "test" });
    finishJob(setting.world, job, { conclusion: "failure" });
    const again = start({ runId: run.id });
    expect(again).toBe(run);
    const second = begin({ name: "test" });
    expect(second.id).not.toBe(job.id);
    expect(deploymentId(second)).not.toBe(deploymentId(job));
    const jobsOf = async (attempt_number: number) =>
      (
        await setting.octokit.rest.actions.listJobsForWorkflowRunAttempt({
          ...setting.at,
          run_id: run.id,
          attempt_number,
        })
      ).data.jobs.map(({ id }) => id);
    expect(await jobsOf(1)).toEqual([job.id]);
    expect(await jobsOf(2)).toEqual([second.id]);
    expect(await refusalOf(jobsOf(3))).toMatchObject({ status: 404 });
    const { data } = await setting.octokit.rest.actions.getWorkflowRun({ ...setting.at, run_id: run.id });
    expect(data).toMatchObject({ run_attempt: 2, status: "in_progress", path: ".github/workflows/deploy-api.yml" });
  });

  test("of a pull request belongs to its head", async () => {
    const pull = openPullRequest(setting.world, setting.repository, { user: "ada", headRef: "topic" });
    const ref = `refs/pull/${pull.number}/merge`;
    const ofPull = start({ event: "pull_request", ref, sha: setting.repository.refs.get(ref) ?? "" });
    const job = begin({ name: "preview" }, ofPull);
    expect(await checkRun(job)).toMatchObject({ head_sha: pull.head.sha, pull_requests: [{ number: pull.number }] });
    expect(job.deployment).toMatchObject({ sha: pull.head.sha, ref: "topic" });
  });
});

describe("deployment: false", () => {
  test("uses the environment without a record of it", async () => {
    const job = begin({ name: "preview", deployment: false });
    expect(job.status).toBe("in_progress");
    expect(await checkRun(job)).not.toHaveProperty("deployment");
    expect(setting.repository.deployments.size).toBe(0);
    expect(setting.repository.environments.has("preview")).toBe(true);
  });

  test("keeps the gates, and fails with a custom rule", () => {
    createEnvironment(setting.world, setting.repository, "guarded", { reviewers: ["grace"] });
    expect(begin({ name: "guarded", deployment: false }).status).toBe("waiting");
    const app: App = { id: 7, slug: "gatekeeper", name: "Gatekeeper" };
    createEnvironment(setting.world, setting.repository, "custom", { customRules: [app] });
    expect(begin({ name: "custom", deployment: false })).toMatchObject({ status: "completed", conclusion: "failure" });
    const held = begin({ name: "custom" });
    expect(held.status).toBe("waiting");
    expect(passCustomRule(setting.world, held, app).status).toBe("in_progress");
  });
});

describe("branch policies", () => {
  test("turn a job away before it reaches a runner", async () => {
    createEnvironment(setting.world, setting.repository, "production", {
      branchPolicy: [{ type: "branch", name: "release/*" }],
    });
    const job = begin({ name: "production" });
    const message = 'Branch "main" is not allowed to deploy to production due to environment protection rules.';
    expect(job).toMatchObject({ status: "completed", conclusion: "failure", failure: message, deployment: null });
    expect((await checkRun(job)).output).toMatchObject({ summary: message, annotations_count: 1 });
    expect(begin({ name: "production" }, start({ ref: "refs/heads/release/1" })).status).toBe("in_progress");
  });

  test("match the executing ref of a pull request, and protected branches", () => {
    createEnvironment(setting.world, setting.repository, "preview", {
      branchPolicy: [{ type: "branch", name: "refs/pull/*/merge" }],
    });
    expect(begin({ name: "preview" }, start({ ref: "refs/pull/9/merge" })).status).toBe("in_progress");
    expect(begin({ name: "preview" }).conclusion).toBe("failure");
    createEnvironment(setting.world, setting.repository, "production", { branchPolicy: "protected" });
    expect(begin({ name: "production" }).conclusion).toBe("failure");
    setting.repository.protectedBranches.add("main");
    expect(begin({ name: "production" }).status).toBe("in_progress");
  });
});

describe("gates", () => {
  test("reviewers hold the job until one of them approves", async () => {
    const environment = createEnvironment(setting.world, setting.repository, "production", {
      reviewers: ["grace", "linus"],
    });
    const job = begin({ name: "production" });
    expect(await checkRun(job)).toMatchObject({ status: "waiting" });
    expect(await statesOf(deploymentId(job))).toEqual(["waiting"]);
    expect(await pending()).toMatchObject([
      {
        environment: { id: environment.id, name: "production" },
        wait_timer: 0,
        wait_timer_started_at: null,
        current_user_can_approve: false,
        reviewers: [
          { type: "User", reviewer: { login: "grace" } },
          { type: "User", reviewer: { login: "linus" } },
        ],
      },
    ]);
    expect((await pending(setting.person("Grace")))[0]?.current_user_can_approve).toBe(true);

    expect(await refusalOf(review("eve", [environment.id]))).toMatchObject({ status: 422 });
    expect(await refusalOf(review("grace", [4]))).toMatchObject({ status: 422 });
    const byBot = setting.octokit.rest.actions.reviewPendingDeploymentsForRun({
      ...setting.at,
      run_id: run.id,
      environment_ids: [environment.id],
      state: "approved",
      comment: "",
    });
    expect(await refusalOf(byBot)).toMatchObject({ status: 403 });
    expect(job.status).toBe("waiting");

    expect((await review("linus", [environment.id])).data).toMatchObject([{ id: deploymentId(job) }]);
    expect(job.status).toBe("in_progress");
    expect(await statesOf(deploymentId(job))).toEqual(["in_progress", "queued", "waiting"]);
    expect(await pending()).toEqual([]);
  });

  test("a rejection fails the job", async () => {
    const environment = createEnvironment(setting.world, setting.repository, "production", { reviewers: ["grace"] });
    const job = begin({ name: "production" });
    await review("grace", [environment.id], "rejected");
    expect(job).toMatchObject({ status: "completed", conclusion: "failure" });
    expect((await statesOf(deploymentId(job)))[0]).toBe("failure");
  });

  test("people of the same process review by the same rules", () => {
    createEnvironment(setting.world, setting.repository, "production", {
      reviewers: ["ada", "grace"],
      preventSelfReview: true,
    });
    const job = begin({ name: "production" });
    expect(() => approveJob(setting.world, job, { user: "ada" })).toThrow("may not review");
    expect(() => approveJob(setting.world, job, { user: "eve" })).toThrow("may not review");
    expect(approveJob(setting.world, job, { user: "grace" }).status).toBe("in_progress");
    const other = begin({ name: "production" });
    expect(rejectJob(setting.world, other, { user: "grace" }).conclusion).toBe("failure");
  });

  test("a wait timer holds the job for its minutes", async () => {
    createEnvironment(setting.world, setting.repository, "production", { waitTimer: 30, reviewers: ["grace"] });
    const job = begin({ name: "production" });
    expect((await pending())[0]).toMatchObject({ wait_timer: 30, wait_timer_started_at: expect.any(String) });
    approveJob(setting.world, job, { user: "grace" });
    clock.advance(29 * 60_000);
    expect(settleJob(setting.world, job).status).toBe("waiting");
    clock.advance(60_000);
    // Any request sees that the time has passed.
    expect(await checkRun(job)).toMatchObject({ status: "in_progress" });
  });

  test("are shown by the environment", async () => {
    createEnvironment(setting.world, setting.repository, "eu/production", {
      waitTimer: 5,
      reviewers: ["grace"],
      preventSelfReview: true,
      branchPolicy: [{ type: "branch", name: "main" }],
      customRules: [{ id: 7, slug: "gatekeeper", name: "Gatekeeper" }],
    });
    const at = { ...setting.at, environment_name: "eu/production" };
    const { data } = await setting.octokit.rest.repos.getEnvironment(at);
    expect(data).toMatchObject({
      name: "eu/production",
      html_url: "https://github.com/acme/orders/deployments/activity_log?environments_filter=eu%2Fproduction",
      protection_rules: [
        { type: "wait_timer", wait_timer: 5 },
        { type: "required_reviewers", prevent_self_review: true, reviewers: [{ reviewer: { login: "grace" } }] },
        { type: "branch_policy" },
      ],
      deployment_branch_policy: { protected_branches: false, custom_branch_policies: true },
    });
    const rules = await setting.octokit.rest.repos.getAllDeploymentProtectionRules(at);
    expect(rules.data).toMatchObject({
      total_count: 1,
      custom_deployment_protection_rules: [{ enabled: true, app: { slug: "gatekeeper" } }],
    });
    const all = await setting.octokit.rest.repos.getAllEnvironments(setting.at);
    expect(all.data).toMatchObject({ total_count: 1, environments: [{ name: "eu/production" }] });
    const unknown = setting.octokit.rest.repos.getEnvironment({ ...setting.at, environment_name: "eu" });
    expect(await refusalOf(unknown)).toMatchObject({ status: 404 });
  });

  test("do not hold deployments made by the API", async () => {
    createEnvironment(setting.world, setting.repository, "production", { reviewers: ["grace"] });
    const { status } = await setting.octokit.rest.repos.createDeployment({
      ...setting.at,
      ref: "main",
      auto_merge: false,
      required_contexts: [],
    });
    expect(status).toBe(201);
  });
});
