import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import type { Event } from "../../src/domain/event.ts";
import { ownerTags } from "../../src/domain/owner.ts";
import {
  namedStageDecision,
  type PreviewDecision,
  type PreviewQuestion,
  type PreviewRules,
  previewDecision,
} from "../../src/inputs/preview-rules.ts";
import { decisionNow } from "../../src/plan/preview-now.ts";
import { ageText, type SlotQuestion, slotDecision } from "../../src/plan/room.ts";
import { aStage } from "../requests.ts";

type PullRequestEvent = Extract<Event, { kind: "pull-request" }>;

const pull = (changes: Partial<PullRequestEvent> = {}): PullRequestEvent => ({
  kind: "pull-request",
  name: "pull_request",
  action: "opened",
  number: 7,
  headSha: "abc",
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
  previewDecision({ event, command: "auto", rules, hasCredentials: true, ...changes });

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
    ["a fork with credentials", pull({ fromFork: true }), anyPull, true, "deploy"],
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

describe("looking again", () => {
  const event = pull();
  const closing = pull({ action: "closed" });
  test.each([
    ["a deployment", event, "open", "deploy"],
    ["a deployment", event, "closed", "delete"],
    ["a deployment", event, "gone", "delete"],
    ["a deployment", event, "unknown", "deploy"],
    ["a closing", closing, "closed", "delete"],
    ["a closing", closing, "open", "skip"],
    ["a closing", closing, "unknown", "delete"],
  ] as const)("at %s: %j, now %s", (_, happened, state, expected) => {
    expect(decisionNow(decide(happened), happened, 7, state).decision).toBe(expected);
  });

  test("a label that was removed ends the preview of an open pull request", () => {
    const unlabelled = pull({ action: "unlabeled", label: "preview" });
    expect(decisionNow(decide(unlabelled, labelled), unlabelled, 7, "open").decision).toBe("delete");
  });
});

const DAY = 86_400_000;
const now = 1_800_000_000_000;
const preview = (number: number, ageInDays: number | undefined, repositoryId = "42") => {
  const name = `pr-${number}`;
  const tags = ownerTags({ repositoryId, pullRequest: number }, { restApiId: "a1b2c3d4e5", stageName: name });
  return aStage({ name, tags, createdAt: ageInDays === undefined ? undefined : now - ageInDays * DAY });
};
const prod = aStage({ name: "prod", tags: {}, createdAt: now - 900 * DAY });

const slot = (changes: Partial<SlotQuestion> = {}) =>
  slotDecision({
    restApiId: "a1b2c3d4e5",
    stageName: "pr-7",
    repositoryId: "42",
    stages: [prod, preview(1, 3), preview(2, 9), preview(3, 20, "99")],
    limit: { of: "stages", most: 4 },
    inUse: new Set(),
    onLimit: "fail",
    now,
    ...changes,
  });

describe("room for one more stage", () => {
  test.each([
    ["below the quota", { limit: { of: "stages", most: 5 } }, "proceed"],
    ["at the quota", {}, "fail"],
    ["at the quota, the stage exists", { stageName: "pr-1" }, "proceed"],
    ["at the quota, skip", { onLimit: "skip" }, "skip"],
    ["at the quota, evict", { onLimit: "evict-oldest" }, "evict"],
    ["previews below the limit", { limit: { of: "previews", most: 4 } }, "proceed"],
    ["previews at the limit", { limit: { of: "previews", most: 3 } }, "fail"],
    ["nothing of ours to evict", { onLimit: "evict-oldest", repositoryId: "7" }, "fail"],
  ] as const)("%s", (_, changes, expected) => {
    expect(slot(changes).slot).toBe(expected);
  });

  test("a failure names the holders, their pull requests and ages, and how to raise the quota", () => {
    expect(slot()).toMatchObject({
      refused: "STAGE_QUOTA",
      happened: [
        "REST API a1b2c3d4e5 has 4 stages, and its quota allows 4. They are:",
        "  prod: not made by this action, 900 days old",
        "  pr-1: preview of pull request #1 of this repository, 3 days old",
        "  pr-2: preview of pull request #2 of this repository, 9 days old",
        "  pr-3: preview of pull request #3 of repository 99, 20 days old",
      ].join("\n"),
      remedy: expect.stringContaining("Stages per API"),
    });
    expect(slot({ limit: { of: "previews", most: 1 } })).toMatchObject({
      happened: expect.not.stringContaining("prod"),
      remedy: expect.stringContaining("preview-limit"),
    });
  });

  test("the oldest of ours makes room, as many as it takes", () => {
    const names = (most: number) => {
      const decision = slot({ onLimit: "evict-oldest", limit: { of: "stages", most } });
      return decision.slot === "evict" ? decision.stages.map(({ name }) => name) : decision.slot;
    };
    expect(names(4)).toEqual(["pr-2"]);
    expect(names(3)).toEqual(["pr-2", "pr-1"]);
    expect(names(2)).toBe("fail");
  });

  test("what something else names stays, and the next oldest goes", () => {
    const question = { onLimit: "evict-oldest", inUse: new Set(["pr-2"]) } as const;
    expect(slot(question)).toMatchObject({ slot: "evict", stages: [{ name: "pr-1" }] });
    expect(slot({ ...question, limit: { of: "stages", most: 3 } }).slot).toBe("fail");
  });

  test("I3: only previews proven ours and of known age are evicted, and enough of them", () => {
    const stages = fc.uniqueArray(
      fc.record({
        number: fc.integer({ min: 1, max: 40 }),
        age: fc.option(fc.integer({ min: 0, max: 50 }), { nil: undefined }),
        repository: fc.constantFrom("42", "99"),
        copied: fc.boolean(),
      }),
      { selector: ({ number }) => number, maxLength: 14 },
    );
    fc.assert(
      fc.property(stages, fc.integer({ min: 1, max: 12 }), (seeds, most) => {
        const all = seeds.map(({ number, age, repository, copied }) => {
          const stage = preview(number, age, repository);
          return copied ? { ...stage, tags: preview(number + 100, age, repository).tags } : stage;
        });
        const limit = { of: "stages", most } as const;
        const decision = slot({ stages: all, stageName: "pr-99", onLimit: "evict-oldest", limit });
        if (decision.slot !== "evict") return;
        expect(all.length - decision.stages.length).toBeLessThan(most);
        for (const { name, createdAt } of decision.stages) {
          expect(createdAt).toBeDefined();
          const seed = seeds.find(({ number }) => `pr-${number}` === name);
          expect(seed).toMatchObject({ repository: "42", copied: false });
        }
      }),
    );
  });
});

test.each([
  [undefined, "of unknown age"],
  [now, "less than an hour old"],
  [now + 5000, "less than an hour old"],
  [now - 3_600_000, "1 hour old"],
  [now - 47 * 3_600_000, "47 hours old"],
  [now - 2 * DAY, "2 days old"],
])("the age of %p", (createdAt, expected) => {
  expect(ageText(createdAt, now)).toBe(expected);
});
