import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { PullRequest } from "../../../simulator/github/model.ts";
import {
  addComment,
  deleteIssue,
  editComment,
  label,
  lock,
  openIssue,
  openPullRequest,
} from "../../../simulator/github/people.ts";
import { workflowTokenWith } from "../../../simulator/github/tokens.ts";
import { handClock, openSetting, refusalOf, type Setting } from "./setting.ts";

const clock = handClock();
let setting: Setting;
let pull: PullRequest;
beforeEach(async () => {
  setting = await openSetting({ clock });
  pull = openPullRequest(setting.world, setting.repository, { user: "ada", headRef: "topic" });
});
afterEach(() => setting.server.close());

const create = (body: string, octokit = setting.octokit) =>
  octokit.rest.issues.createComment({ ...setting.at, issue_number: pull.number, body });

const list = (query: Record<string, unknown> = {}) =>
  setting.octokit.rest.issues.listComments({ ...setting.at, issue_number: pull.number, ...query });

describe("comments of a pull request", () => {
  test("created, read, changed and deleted", async () => {
    const { data, status, headers } = await create("first");
    expect(status).toBe(201);
    expect(headers.location).toBe(data.url);
    expect(data).toMatchObject({
      body: "first",
      user: { login: "github-actions[bot]" },
      performed_via_github_app: { slug: "github-actions" },
      html_url: `https://github.com/acme/orders/pull/${pull.number}#issuecomment-${data.id}`,
    });
    const at = { ...setting.at, comment_id: data.id };
    clock.advance(5000);
    const { data: updated } = await setting.octokit.rest.issues.updateComment({ ...at, body: "second" });
    expect(updated.body).toBe("second");
    expect(Date.parse(updated.updated_at) - Date.parse(updated.created_at)).toBe(5000);
    expect((await setting.octokit.rest.issues.getComment(at)).data.body).toBe("second");
    expect((await setting.octokit.rest.issues.deleteComment(at)).status).toBe(204);
    expect(await refusalOf(setting.octokit.rest.issues.getComment(at))).toMatchObject({ status: 404 });
  });

  test("ids do not fit into 32 bits", async () => {
    expect((await create("x")).data.id).toBeGreaterThan(2 ** 31);
  });

  test("listed in ascending order, at most 100 a page", async () => {
    for (let number = 1; number <= 105; number += 1) {
      addComment(setting.world, setting.repository, pull, { user: "ada", body: `${number}` });
    }
    const first = await list({ per_page: 500, direction: "desc", sort: "updated" });
    expect(first.data).toHaveLength(100);
    expect(first.data[0]?.body).toBe("1");
    expect(first.headers.link).toContain('rel="last"');
    expect((await list({ per_page: 100, page: 2 })).data.map((comment) => comment.body)).toEqual([
      "101",
      "102",
      "103",
      "104",
      "105",
    ]);
    expect((await list()).data).toHaveLength(30);
    const all = await setting.octokit.paginate(setting.octokit.rest.issues.listComments, {
      ...setting.at,
      issue_number: pull.number,
    });
    expect(all).toHaveLength(105);
  });

  test("`since` looks at the time of the last change", async () => {
    const old = addComment(setting.world, setting.repository, pull, { user: "ada", body: "old" });
    addComment(setting.world, setting.repository, pull, { user: "ada", body: "untouched" });
    clock.advance(10_000);
    const since = new Date(clock.now()).toISOString().replace(/\.\d+/, "");
    editComment(setting.world, old, "edited");
    expect((await list({ since })).data.map((comment) => comment.body)).toEqual(["edited"]);
  });

  test("has 65,536 characters at most, and at least one", async () => {
    expect((await create("😀".repeat(65_536))).status).toBe(201);
    expect(await refusalOf(create("x".repeat(65_537)))).toMatchObject({
      status: 422,
      data: {
        message: "Validation Failed",
        errors: [
          {
            resource: "IssueComment",
            code: "unprocessable",
            field: "data",
            message: "Body is too long (maximum is 65536 characters)",
          },
        ],
      },
    });
    expect(await refusalOf(create(""))).toMatchObject({ status: 422 });
  });

  test("refused on locked pull requests and deleted issues", async () => {
    lock(pull);
    expect(await refusalOf(create("x"))).toMatchObject({ status: 403 });
    const issue = openIssue(setting.world, setting.repository, { user: "ada" });
    deleteIssue(issue);
    const call = setting.octokit.rest.issues.createComment({ ...setting.at, issue_number: issue.number, body: "x" });
    expect(await refusalOf(call)).toMatchObject({ status: 410 });
    expect(
      await refusalOf(setting.octokit.rest.issues.listComments({ ...setting.at, issue_number: 99 })),
    ).toMatchObject({
      status: 404,
    });
  });

  test("either permission will do for a pull request, `issues` only for an issue", async () => {
    const issue = openIssue(setting.world, setting.repository, { user: "ada" });
    const pulls = setting.as(workflowTokenWith({ "pull-requests": "write" }));
    const issues = setting.as(workflowTokenWith({ issues: "write" }));
    expect((await create("x", pulls)).status).toBe(201);
    expect((await create("x", issues)).status).toBe(201);
    const onIssue = { ...setting.at, issue_number: issue.number, body: "x" };
    expect((await issues.rest.issues.createComment(onIssue)).status).toBe(201);
    expect(await refusalOf(pulls.rest.issues.createComment(onIssue))).toMatchObject({ status: 403 });
  });

  test("of another author: changed or not, as the world says", async () => {
    const theirs = addComment(setting.world, setting.repository, pull, { user: "ada", body: "mine" });
    const update = () =>
      setting.octokit.rest.issues.updateComment({ ...setting.at, comment_id: theirs.id, body: "taken" });
    setting.world.editCommentsOfOthers = false;
    expect(await refusalOf(update())).toMatchObject({ status: 403 });
    expect(theirs.body).toBe("mine");
    setting.world.editCommentsOfOthers = true;
    expect((await update()).data.body).toBe("taken");
  });
});

test("a pull request is an issue too", async () => {
  label(setting.world, pull, "preview");
  await create("x");
  const { data } = await setting.octokit.rest.issues.get({ ...setting.at, issue_number: pull.number });
  expect(data).toMatchObject({ number: pull.number, comments: 1, labels: [{ name: "preview" }], locked: false });
  expect(data.pull_request?.url).toContain(`/pulls/${pull.number}`);
});
