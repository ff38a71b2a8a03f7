import { describe, expect, test } from "@jest/globals";
import type { Event } from "../../src/domain/event.ts";
import {
  namedStageDecision,
  type PreviewDecision,
  type PreviewQuestion,
  type PreviewRules,
  previewDecision,
} from "../../src/inputs/preview-rules.ts";
import fc from "../property.ts";

type PullRequestEvent = Extract<Event, { kind: "pull-request" }>;

const pull = (changes: Partial<PullRequestEvent> = {}): PullRequestEvent => ({
  kind: "pull-request",
  name: "pull_request",
  action: "opened",
  number: 7,
  headSha: "abc",
  baseSha: "def",
  fromFork: false,
  author: "alice",
  open: changes.action !== "closed",
  merged: false,
  draft: false,
  labels: [],
  label: "",
  ...changes,
});

const anyPull: PreviewRules = { label: undefined, drafts: true, allowForks: false };
const labelled: PreviewRules = { ...anyPull, label: "preview" };
const noDrafts: PreviewRules = { ...anyPull, drafts: false };

const decide = (event: Event, rules = anyPull, changes: Partial<PreviewQuestion> = {}): PreviewDecision =>
  previewDecision({ event, command: "auto", rules, hasCredentials: true, numberGiven: false, ...changes });

const outcome = (event: Event, rules = anyPull, changes: Partial<PreviewQuestion> = {}): string =>
  decide(event, rules, changes).decision;

const has = { labels: ["bug", "Preview"] };

describe("each event of a pull request's life", () => {
  test.each([
    ["opened", {}, anyPull, "deploy"],
    ["opened", { draft: true }, anyPull, "deploy"],
    ["opened", { draft: true }, noDrafts, "skip"],
    ["opened", {}, labelled, "skip"],
    ["opened", has, labelled, "deploy"],
    ["synchronize", {}, anyPull, "deploy"],
    ["synchronize", { draft: true }, noDrafts, "skip"],
    ["synchronize", {}, labelled, "skip"],
    ["synchronize", has, labelled, "deploy"],
    ["reopened", {}, anyPull, "deploy"],
    ["reopened", {}, labelled, "skip"],
    ["reopened", has, labelled, "deploy"],
    ["ready_for_review", {}, noDrafts, "deploy"],
    ["ready_for_review", {}, anyPull, "deploy"],
    ["ready_for_review", {}, { ...noDrafts, label: "preview" }, "skip"],
    ["ready_for_review", has, { ...noDrafts, label: "preview" }, "deploy"],
    ["labeled", { ...has, label: "preview" }, labelled, "deploy"],
    ["labeled", { ...has, label: "bug" }, labelled, "deploy"],
    ["labeled", { labels: ["bug"], label: "bug" }, labelled, "skip"],
    ["labeled", { ...has, draft: true, label: "preview" }, { ...noDrafts, label: "preview" }, "skip"],
    ["labeled", { labels: ["bug"], label: "bug" }, anyPull, "deploy"],
    ["labeled", { ...has, open: false, label: "preview" }, labelled, "delete"],
    ["unlabeled", { label: "Preview" }, labelled, "delete"],
    ["unlabeled", { ...has, label: "bug" }, labelled, "skip"],
    ["unlabeled", { label: "preview" }, anyPull, "skip"],
    ["converted_to_draft", { draft: true }, noDrafts, "delete"],
    ["converted_to_draft", { draft: true }, anyPull, "skip"],
    ["closed", {}, anyPull, "delete"],
    ["closed", { merged: true }, anyPull, "delete"],
    ["closed", { draft: true }, noDrafts, "delete"],
    ["closed", {}, labelled, "delete"],
    ["edited", {}, anyPull, "deploy"],
    ["edited", { open: false }, anyPull, "delete"],
  ] as const)("%s %j under %j: %s", (action, changes, rules, expected) => {
    expect(outcome(pull({ action, ...changes }), rules)).toBe(expected);
  });

  test.each([
    ["push", { kind: "commit", sha: "abc", fromFork: false }],
    ["a comment", { kind: "pull-request-comment", number: 7 }],
    ["dispatch", { kind: "other", name: "workflow_dispatch" }],
  ] as const)("other events deploy: %s", (_, event) => {
    expect(outcome(event)).toBe("deploy");
  });

  const mergeGroup: Event = { kind: "other", name: "merge_group" };
  const onIssue: Event = { kind: "other", name: "issue_comment" };
  test.each<[string, Event, Partial<PreviewQuestion>, string]>([
    ["a merge queue", mergeGroup, {}, "skip"],
    ["a merge queue, by command", mergeGroup, { command: "deploy" }, "skip"],
    ["a merge queue, to delete", mergeGroup, { command: "delete" }, "skip"],
    ["a merge queue with pr-number", mergeGroup, { numberGiven: true }, "deploy"],
    ["a comment on an issue", onIssue, {}, "skip"],
    ["a comment on an issue with pr-number", onIssue, { numberGiven: true }, "deploy"],
  ])("a preview is of one pull request: %s", (_, event, changes, expected) => {
    expect(outcome(event, anyPull, changes)).toBe(expected);
  });

  test("a closed pull request is never deployed, whatever the event, the command and the rules", () => {
    const action = fc.constantFrom("opened", "synchronize", "reopened", "labeled", "unlabeled", "edited", "closed");
    const rules = fc.record({
      label: fc.constantFrom(undefined, "preview"),
      drafts: fc.boolean(),
      allowForks: fc.boolean(),
    });
    const command = fc.constantFrom("auto" as const, "deploy" as const, "delete" as const);
    fc.assert(
      fc.property(action, rules, command, fc.boolean(), (name, rule, wanted, draft) => {
        const event = pull({ action: name, open: false, draft, labels: ["preview"], label: "preview" });
        expect(outcome(event, rule, { command: wanted })).not.toBe("deploy");
      }),
    );
  });

  test("skips say what would change it", () => {
    expect(decide(pull(), labelled)).toMatchObject({ advice: expect.stringContaining("Add the label preview") });
    expect(decide(pull({ draft: true }), noDrafts)).toMatchObject({ advice: expect.stringContaining("ready") });
  });
});

describe("explicit commands", () => {
  test.each([
    ["deploy", "opened", "deploy"],
    ["deploy", "unlabeled", "deploy"],
    ["deploy", "closed", "skip"],
    ["delete", "opened", "delete"],
    ["delete", "closed", "delete"],
  ] as const)("%s on %s: %s", (command, action, expected) => {
    expect(outcome(pull({ action, label: "preview" }), labelled, { command })).toBe(expected);
  });
});

describe("forks and Dependabot", () => {
  const allowed = { ...anyPull, allowForks: true };
  const target = { name: "pull_request_target" };
  test.each([
    ["a fork without credentials", pull({ fromFork: true }), anyPull, false, "skip"],
    ["a fork without credentials, allowed", pull({ fromFork: true }), allowed, false, "skip"],
    ["a fork's closing without credentials", pull({ fromFork: true, action: "closed" }), anyPull, false, "skip"],
    ["a fork with credentials of the runner's own", pull({ fromFork: true }), anyPull, true, "refuse"],
    ["the same, allowed", pull({ fromFork: true }), allowed, true, "deploy"],
    [
      "pull_request_target that cannot be read",
      { kind: "other", name: "pull_request_target" },
      allowed,
      true,
      "refuse",
    ],
    ["Dependabot without credentials", pull({ author: "dependabot[bot]" }), anyPull, false, "skip"],
    ["Dependabot with credentials", pull({ author: "dependabot[bot]" }), anyPull, true, "deploy"],
    ["our own without credentials", pull(), anyPull, false, "deploy"],
    ["pull_request_target of a fork", pull({ ...target, fromFork: true }), anyPull, true, "refuse"],
    ["pull_request_target of a fork, allowed", pull({ ...target, fromFork: true }), allowed, true, "deploy"],
    ["its closing", pull({ ...target, fromFork: true, action: "closed" }), anyPull, true, "delete"],
    ["pull_request_target of our own", pull(target), anyPull, true, "deploy"],
    ["workflow_run of a fork", { kind: "commit", sha: "abc", fromFork: true }, anyPull, true, "refuse"],
    ["workflow_run of a fork, allowed", { kind: "commit", sha: "abc", fromFork: true }, allowed, true, "deploy"],
    ["workflow_run of our own", { kind: "commit", sha: "abc", fromFork: false }, anyPull, true, "deploy"],
  ] as const)("%s", (_, event, rules, hasCredentials, expected) => {
    expect(outcome(event, rules, { hasCredentials })).toBe(expected);
  });

  test("both say what to do", () => {
    expect(decide(pull({ fromFork: true }), anyPull, { hasCredentials: false })).toMatchObject({
      because: expect.stringContaining("comes from a fork"),
      advice: expect.stringContaining("workflow_run"),
    });
    expect(decide(pull({ ...target, fromFork: true }))).toMatchObject({
      refused: "FORK_NOT_ALLOWED",
      happened: expect.stringContaining("pull_request_target"),
      remedy: expect.stringContaining("allow-forks: true"),
    });
  });
});

describe("a stage with a name of its own", () => {
  const question = (event: Event, changes: Partial<PreviewQuestion> = {}): PreviewQuestion => ({
    event,
    command: "auto",
    rules: anyPull,
    hasCredentials: true,
    numberGiven: false,
    ...changes,
  });
  const closing = pull({ action: "closed", open: false });
  const fork = pull({ fromFork: true });
  const privileged = pull({ fromFork: true, name: "pull_request_target" });
  test.each<[string, PreviewQuestion, PreviewDecision["decision"] | undefined]>([
    ["is deployed for a pull request as for anything else", question(pull()), undefined],
    ["outlives the pull request", question(closing), "skip"],
    ["is deployed for a closed one by command", question(closing, { command: "deploy" }), undefined],
    ["is deleted by command only", question(closing, { command: "delete" }), undefined],
    ["waits for a maintainer where there are no credentials", question(fork, { hasCredentials: false }), "skip"],
    ["is not deployed from a fork with this repository's credentials", question(privileged), "refuse"],
    ["is so where forks are allowed", question(privileged, { rules: { ...anyPull, allowForks: true } }), undefined],
    ["is deleted there, which uses nothing of the fork", question(privileged, { command: "delete" }), undefined],
  ])("%s", (_, asked, decision) => {
    expect(namedStageDecision(asked)?.decision).toBe(decision);
  });
});
