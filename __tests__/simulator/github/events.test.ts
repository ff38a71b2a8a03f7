import { beforeEach, describe, expect, test } from "@jest/globals";
import {
  pullRequestEvent,
  pullRequestTargetEvent,
  scheduleEvent,
  type WorkflowEvent,
  workflowRunEvent,
} from "../../../simulator/github/events.ts";
import type { PullRequest, Repository, World } from "../../../simulator/github/model.ts";
import {
  closePullRequest,
  createRepository,
  deleteFork,
  label,
  openPullRequest,
  push,
} from "../../../simulator/github/people.ts";
import { createGitHubWorld } from "../../../simulator/github/world.ts";
import { eventOf } from "../../../src/inputs/event.ts";

let world: World;
let repository: Repository;
let pull: PullRequest;
let fromFork: PullRequest;
beforeEach(() => {
  world = createGitHubWorld();
  repository = createRepository(world, "acme/orders");
  pull = openPullRequest(world, repository, { user: "alice", headRef: "feature" });
  fromFork = openPullRequest(world, repository, {
    user: "mallory",
    headRef: "feature",
    headRepository: "mallory/orders",
  });
});

const asTheActionReadsIt = ({ name, payload, sha }: WorkflowEvent) => eventOf(name, payload, sha);
const onDefaultBranch = () => ({ ref: "refs/heads/main", sha: repository.refs.get("refs/heads/main") });

describe("pull_request", () => {
  test("runs on the test merge, and once merged on the base branch", () => {
    expect(pullRequestEvent(repository, pull, "opened")).toMatchObject({
      ref: "refs/pull/1/merge",
      sha: repository.refs.get("refs/pull/1/merge"),
    });
    closePullRequest(world, repository, pull, { mergedBy: "alice" });
    expect(pullRequestEvent(repository, pull, "closed")).toMatchObject(onDefaultBranch());
  });

  test("labeled and unlabeled name the label beside those that are there", () => {
    label(world, pull, "preview");
    label(world, pull, "bug");
    expect(asTheActionReadsIt(pullRequestEvent(repository, pull, "unlabeled", "wip"))).toMatchObject({
      action: "unlabeled",
      label: "wip",
      labels: ["preview", "bug"],
    });
    expect(pullRequestEvent(repository, pull, "opened").payload).not.toHaveProperty("label");
  });
});

test("pull_request_target has the same payload, on the default branch", () => {
  push(world, repository, "main");
  const event = pullRequestTargetEvent(repository, fromFork, "labeled", "preview");
  expect(event).toMatchObject({ name: "pull_request_target", ...onDefaultBranch() });
  expect(event.payload).toEqual(pullRequestEvent(repository, fromFork, "labeled", "preview").payload);
  expect(asTheActionReadsIt(event)).toMatchObject({ fromFork: true, headSha: fromFork.head.sha, label: "preview" });
});

describe("workflow_run", () => {
  const pullRequestsIn = ({ payload }: WorkflowEvent): unknown =>
    (payload["workflow_run"] as { pull_requests: unknown }).pull_requests;

  test("names the head's commit, on the default branch", () => {
    const event = workflowRunEvent(repository, pull);
    expect(event).toMatchObject({ name: "workflow_run", ...onDefaultBranch() });
    expect(pullRequestsIn(event)).toMatchObject([{ number: pull.number }]);
    expect(asTheActionReadsIt(event)).toEqual({ kind: "commit", sha: pull.head.sha, fromFork: false });
  });

  test("of a fork names no pull request, and of a fork that is gone no repository", () => {
    const event = workflowRunEvent(repository, fromFork, "failure");
    expect(pullRequestsIn(event)).toEqual([]);
    expect(asTheActionReadsIt(event)).toEqual({ kind: "commit", sha: fromFork.head.sha, fromFork: true });
    deleteFork(fromFork);
    expect(asTheActionReadsIt(workflowRunEvent(repository, fromFork))).toMatchObject({ fromFork: true });
  });
});

test("schedule runs on the default branch and names its cron line", () => {
  const event = scheduleEvent(repository, "17 3 * * *");
  expect(event).toMatchObject({ name: "schedule", payload: { schedule: "17 3 * * *" }, ...onDefaultBranch() });
  expect(asTheActionReadsIt(event)).toEqual({ kind: "schedule" });
});
