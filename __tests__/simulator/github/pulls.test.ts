import { afterEach, beforeEach, expect, test } from "@jest/globals";
import {
  closePullRequest,
  deleteFork,
  label,
  openPullRequest,
  push,
  pushToPullRequest,
  reopenPullRequest,
  setDraft,
  unlabel,
} from "../../../simulator/github/people.ts";
import { workflowTokenWith } from "../../../simulator/github/tokens.ts";
import { openSetting, refusalOf, type Setting } from "./setting.ts";

let setting: Setting;
beforeEach(async () => {
  setting = await openSetting();
});
afterEach(() => setting.server.close());

const open = (headRef: string, fields: { headRepository?: string; draft?: boolean } = {}) =>
  openPullRequest(setting.world, setting.repository, { user: "ada", headRef, ...fields });

const get = async (pull_number: number) => (await setting.octokit.rest.pulls.get({ ...setting.at, pull_number })).data;

const numbersOf = async (query: Record<string, string>) =>
  (await setting.octokit.rest.pulls.list({ ...setting.at, ...query })).data.map((pull) => pull.number);

const numbersWith = async (commit_sha: string) =>
  (await setting.octokit.rest.repos.listPullRequestsAssociatedWithCommit({ ...setting.at, commit_sha })).data.map(
    (pull) => pull.number,
  );

test("follows what people do to it", async () => {
  const pull = open("topic", { draft: true });
  expect(await get(pull.number)).toMatchObject({ state: "open", draft: true, merged: false, mergeable: true });
  setDraft(setting.world, pull, false);
  label(setting.world, pull, "preview");
  const commit = pushToPullRequest(setting.world, setting.repository, pull);
  expect(await get(pull.number)).toMatchObject({
    draft: false,
    labels: [{ name: "preview" }],
    head: { sha: commit.sha, ref: "topic", label: "acme:topic", repo: { full_name: "acme/orders" } },
    base: { ref: "main", repo: { full_name: "acme/orders", default_branch: "main" } },
  });
  unlabel(setting.world, pull, "preview");
  closePullRequest(setting.world, setting.repository, pull);
  expect(await get(pull.number)).toMatchObject({ state: "closed", merged: false, merged_at: null, labels: [] });
  reopenPullRequest(setting.world, pull);
  expect(await get(pull.number)).toMatchObject({ state: "open", closed_at: null });
  closePullRequest(setting.world, setting.repository, pull, { mergedBy: "grace" });
  expect(await get(pull.number)).toMatchObject({
    state: "closed",
    merged: true,
    merged_by: { login: "grace" },
    merge_commit_sha: setting.repository.refs.get("refs/heads/main"),
  });
});

test("a fork's head has its own repository, until that is gone", async () => {
  const pull = open("topic", { headRepository: "eve/orders" });
  expect((await get(pull.number)).head).toMatchObject({
    label: "eve:topic",
    repo: { full_name: "eve/orders", fork: true },
  });
  deleteFork(pull);
  expect((await get(pull.number)).head).toMatchObject({ label: "eve:topic", repo: null });
});

test("listed by state, head and base, newest first", async () => {
  const first = open("one");
  const second = open("two");
  const forked = open("one", { headRepository: "eve/orders" });
  closePullRequest(setting.world, setting.repository, second);
  expect(await numbersOf({})).toEqual([forked.number, first.number]);
  expect(await numbersOf({ direction: "asc" })).toEqual([first.number, forked.number]);
  expect(await numbersOf({ state: "closed" })).toEqual([second.number]);
  expect(await numbersOf({ state: "all", base: "main" })).toHaveLength(3);
  expect(await numbersOf({ head: "eve:one" })).toEqual([forked.number]);
  expect(await numbersOf({ base: "other" })).toEqual([]);
  expect(await refusalOf(numbersOf({ state: "merged" }))).toMatchObject({ status: 422 });
});

test("found by a commit: the merged one on the default branch, else open and merged ones", async () => {
  const pull = open("topic");
  const inner = pull.head.sha;
  pushToPullRequest(setting.world, setting.repository, pull);
  const other = open("topic");
  const closed = open("topic");
  closePullRequest(setting.world, setting.repository, closed);
  expect(await numbersWith(inner)).toEqual([pull.number, other.number]);
  closePullRequest(setting.world, setting.repository, pull, { mergedBy: "ada" });
  expect(await numbersWith(inner)).toEqual([pull.number]);
  expect(await numbersWith(setting.repository.refs.get("refs/heads/main") ?? "")).toEqual([pull.number]);
  expect(await numbersWith(push(setting.world, setting.repository, "alone").sha)).toEqual([]);
  expect(await refusalOf(numbersWith("0".repeat(40)))).toMatchObject({ status: 422 });
});

test("reading them needs pull-requests, not contents", async () => {
  const pull = open("topic");
  const contents = setting.as(workflowTokenWith({ contents: "write" }));
  const byCommit = contents.rest.repos.listPullRequestsAssociatedWithCommit({
    ...setting.at,
    commit_sha: pull.head.sha,
  });
  const refusal = await refusalOf(byCommit);
  expect(refusal).toMatchObject({ status: 403, data: { message: "Resource not accessible by integration" } });
  expect(refusal.headers["x-accepted-github-permissions"]).toBe("pull_requests=read");
});
