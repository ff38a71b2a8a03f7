import { describe, expect, test } from "@jest/globals";
import { eventOf } from "../../src/inputs/event.ts";
import fc from "../property.ts";

const pull = {
  number: 7,
  user: { login: "alice" },
  head: { sha: "abc", repo: { full_name: "acme/orders" } },
  base: { sha: "def", repo: { full_name: "acme/orders" } },
};

const workflowRun = (head: string) => ({
  head_sha: "head",
  head_repository: { full_name: head },
  repository: { full_name: "acme/orders" },
});

const checks = (branch: string | null) => ({ head_sha: "head", head_branch: branch });
const asked = { id: 5, node_id: "DE_5", environment: "test", sha: "d" };

describe("an event", () => {
  test.each([
    ["closed", { state: "closed", merged: true }, { open: false, merged: true }],
    ["closed", {}, { open: false, merged: false }],
    ["labeled", { state: "closed" }, { open: false }],
    ["labeled", { labels: [{ name: "bug" }, { name: "preview" }] }, { labels: ["bug", "preview"], label: "preview" }],
    ["converted_to_draft", { draft: true }, { draft: true, open: true }],
  ])("%s with %j tells the pull request's state", (action, members, expected) => {
    const payload = { action, label: { name: "preview" }, pull_request: { ...pull, ...members } };
    expect(eventOf("pull_request", payload, "")).toMatchObject({ action, ...expected });
  });

  test.each(["pull_request", "pull_request_target", "pull_request_review"])("%s is a pull request's", (name) => {
    expect(eventOf(name, { action: "opened", pull_request: pull }, "merge")).toEqual({
      kind: "pull-request",
      name,
      action: "opened",
      number: 7,
      headSha: "abc",
      baseSha: "def",
      fromFork: false,
      author: "alice",
      open: true,
      merged: false,
      draft: false,
      labels: [],
      label: "",
    });
  });

  test.each([
    ["a fork", { sha: "abc", repo: { full_name: "mallory/orders" } }],
    ["a fork that is gone", { sha: "abc", repo: null }],
  ])("knows a pull request from %s", (_, head) => {
    expect(eventOf("pull_request", { pull_request: { ...pull, head } }, "")).toMatchObject({ fromFork: true });
  });

  test.each([
    ["push", {}, { kind: "commit", sha: "sha", fromFork: false }],
    ["workflow_run", { workflow_run: workflowRun("acme/orders") }, { kind: "commit", sha: "head", fromFork: false }],
    ["workflow_run", { workflow_run: workflowRun("mallory/orders") }, { kind: "commit", sha: "head", fromFork: true }],
    ["workflow_run", {}, { kind: "other", name: "workflow_run" }],
    ["check_suite", { check_suite: checks("feature") }, { kind: "commit", sha: "head", fromFork: false }],
    ["check_suite", { check_suite: checks(null) }, { kind: "commit", sha: "head", fromFork: true }],
    ["check_suite", {}, { kind: "other", name: "check_suite" }],
    ["check_run", { check_run: { check_suite: checks("main") } }, { kind: "commit", sha: "head", fromFork: false }],
    ["check_run", { check_run: { check_suite: checks(null) } }, { kind: "commit", sha: "head", fromFork: true }],
    ["deployment", { deployment: asked }, { kind: "deployment", id: 5, nodeId: "DE_5", environment: "test", sha: "d" }],
    ["deployment", { deployment: { ...asked, id: "5" } }, { kind: "other", name: "deployment" }],
    ["deployment", {}, { kind: "other", name: "deployment" }],
    ["deployment_status", { deployment: asked }, { kind: "commit", sha: "d", fromFork: false }],
    ["merge_group", { merge_group: { head_sha: "head" } }, { kind: "other", name: "merge_group" }],
    ["release", { release: { tag_name: "v1" } }, { kind: "other", name: "release" }],
    ["repository_dispatch", { client_payload: {} }, { kind: "other", name: "repository_dispatch" }],
    ["issue_comment", { issue: { number: 7, pull_request: {} } }, { kind: "pull-request-comment", number: 7 }],
    ["issue_comment", { issue: { number: 7 } }, { kind: "other", name: "issue_comment" }],
    ["schedule", {}, { kind: "schedule" }],
    ["workflow_dispatch", {}, { kind: "other", name: "workflow_dispatch" }],
    ["pull_request", {}, { kind: "other", name: "pull_request" }],
  ])("%s with %j", (name, payload, event) => {
    expect(eventOf(name, payload, "sha")).toEqual(event);
  });

  test("can be read from any payload", () => {
    const names = fc.constantFrom("pull_request", "workflow_run", "issue_comment", "push", "check_run", "deployment");
    fc.assert(
      fc.property(names, fc.jsonValue(), (name, payload) => {
        expect(typeof eventOf(name, payload, "sha").kind).toBe("string");
      }),
    );
  });
});
