import { NoOperationTraceWriter, parseWorkflow } from "@actions/workflow-parser";
import { beforeEach, describe, expect, test } from "@jest/globals";
import { pullRequestEvent } from "../../simulator/github/events.ts";
import type { PullRequest, Repository, World } from "../../simulator/github/model.ts";
import { closePullRequest, createRepository, openPullRequest } from "../../simulator/github/people.ts";
import { createGitHubWorld } from "../../simulator/github/world.ts";
import { githubContext } from "../../simulator/runner/environment.ts";
import { evaluateCondition } from "../../simulator/runner/expressions.ts";
import { jobsFor, type WorkflowJob } from "../../simulator/runner/workflow.ts";
import { readProjectFile } from "../project-files.ts";

const preview = await readProjectFile("examples/preview.yml");
const sweep = await readProjectFile("examples/sweep.yml");

let world: World;
let repository: Repository;
let pull: PullRequest;
beforeEach(() => {
  world = createGitHubWorld();
  repository = createRepository(world, "acme/orders");
  pull = openPullRequest(world, repository, { user: "alice", headRef: "feature" });
});

type Started = { readonly job: WorkflowJob | undefined; readonly steps: readonly string[] };

/** The job that the event starts, and the actions of the steps whose `if:` holds. */
const start = (workflow: string, event: ReturnType<typeof pullRequestEvent>): Started => {
  const run = {
    repository: "acme/orders",
    eventName: event.name,
    event: event.payload,
    sha: event.sha,
    ref: event.ref,
    token: "t",
  };
  const [job] = jobsFor(workflow, run);
  const steps = (job?.definition.steps ?? []).filter((step) =>
    evaluateCondition(step.if ?? "", { github: githubContext(run) }, { status: "success", impliedSuccess: true }),
  );
  return { job, steps: steps.map(({ uses = "" }) => uses.replace(/@.*/, "")) };
};

const onPull = (action: string): Started => start(preview, pullRequestEvent(repository, pull, action));

describe.each([
  ["preview.yml", preview],
  ["sweep.yml", sweep],
])("%s", (name, content) => {
  test("is a workflow that GitHub reads without complaint", () => {
    const { context } = parseWorkflow({ name, content }, new NoOperationTraceWriter());
    expect(context.errors.getErrors().map(({ message }) => message)).toEqual([]);
  });

  test("gives the token what the action needs", () => {
    const event =
      name === "sweep.yml"
        ? { ...pullRequestEvent(repository, pull, "opened"), name: "schedule" }
        : pullRequestEvent(repository, pull, "opened");
    expect(start(content, event).job?.permissions).toEqual({
      contents: "read",
      "id-token": "write",
      deployments: "write",
      "pull-requests": "write",
      checks: "read",
    });
  });
});

describe("preview.yml", () => {
  const all = ["actions/checkout", "aws-actions/configure-aws-credentials", "OWNER/apigw-stage-action/node24"];

  test.each(["opened", "reopened", "synchronize", "ready_for_review"])("deploys on %s", (action) => {
    expect(onPull(action).steps).toEqual(all);
  });

  test("starts for nothing else", () => {
    expect(onPull("edited").job).toBeUndefined();
  });

  test("deletes in the group that it deploys in, merged or not, and needs no checkout", () => {
    const opened = onPull("opened").job?.concurrency;
    // No variable is set here.
    expect(opened).toEqual({ group: "preview--1", cancelInProgress: false });
    closePullRequest(world, repository, pull, { mergedBy: "alice" });
    expect(pullRequestEvent(repository, pull, "closed").ref).toBe("refs/heads/main");
    expect(onPull("closed").job?.concurrency).toEqual(opened);
    expect(onPull("closed").steps).toEqual(all.slice(1));
  });

  test("gives pull requests groups of their own", () => {
    pull = openPullRequest(world, repository, { user: "alice", headRef: "another" });
    expect(onPull("opened").job?.concurrency?.group).toBe("preview--2");
  });

  test.each([
    ["a fork", { user: "mallory", headRef: "feature", headRepository: "mallory/orders" }],
    ["Dependabot", { user: "dependabot[bot]", headRef: "dependabot/npm/x" }],
  ])("asks for no credentials for %s, and lets the action say so", (_, fields) => {
    pull = openPullRequest(world, repository, fields);
    expect(onPull("opened").steps).toEqual(["actions/checkout", "OWNER/apigw-stage-action/node24"]);
  });
});

test.each(["schedule", "workflow_dispatch"])("sweep.yml sweeps on %s, one at a time", (name) => {
  const { job, steps } = start(sweep, { ...pullRequestEvent(repository, pull, "opened"), name });
  expect(job?.concurrency?.group).toBe("sweep-REST_API_ID");
  expect(steps).toEqual(["aws-actions/configure-aws-credentials", "OWNER/apigw-stage-action/node24"]);
  expect(job?.definition.steps.at(-1)?.with).toMatchObject({ command: "sweep" });
});
