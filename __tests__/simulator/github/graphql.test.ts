import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { PullRequest } from "../../../simulator/github/model.ts";
import { addComment, closePullRequest, label, lock, openPullRequest } from "../../../simulator/github/people.ts";
import { appToken, profiles, workflowTokenWith } from "../../../simulator/github/tokens.ts";
import { handClock, type Octokit, openSetting, type Setting } from "./setting.ts";

const clock = handClock();
let setting: Setting;
let pull: PullRequest;
beforeEach(async () => {
  setting = await openSetting({ clock });
  pull = openPullRequest(setting.world, setting.repository, { user: "ada", headRef: "topic", title: "A change" });
});
afterEach(() => setting.server.close());

const ask = <Answer = unknown>(
  query: string,
  variables: Record<string, unknown> = {},
  octokit: Octokit = setting.octokit,
): Promise<Answer> => octokit.graphql<Answer>(query, variables);

/** An answer that comes with 200, its errors included. */
const wholeAnswer = async (query: string, variables: Record<string, unknown> = {}): Promise<unknown> => {
  const response = await setting.fetch("/graphql", { method: "POST", body: JSON.stringify({ query, variables }) });
  expect(response.status).toBe(200);
  return response.json();
};

type Nodes<Node> = {
  readonly totalCount: number;
  readonly nodes: readonly Node[];
  readonly pageInfo: { readonly startCursor: string };
};

const inRepository = (fields: string) => `{ repository(owner: "acme", name: "orders") { ${fields} } }`;
const inPull = (fields: string) => inRepository(`pullRequest(number: ${pull.number}) { ${fields} }`);

const askRepository = async <Repository>(fields: string): Promise<Repository> =>
  (await ask<{ repository: Repository }>(inRepository(fields))).repository;

const askPull = async <Pull>(fields: string): Promise<Pull> =>
  (await askRepository<{ pullRequest: Pull }>(`pullRequest(number: ${pull.number}) { ${fields} }`)).pullRequest;

const pullId = async (): Promise<string> => (await askPull<{ id: string }>("id")).id;

const comment = (user: string, body: string) => addComment(setting.world, setting.repository, pull, { user, body });

describe("comments", () => {
  const page = `query($before: String) {
    repository(owner: "acme", name: "orders") { pullRequest(number: 1) {
      comments(last: 2, before: $before) {
        totalCount
        nodes { id databaseId fullDatabaseId viewerDidAuthor isMinimized body author { __typename login } url }
        pageInfo { startCursor endCursor hasPreviousPage hasNextPage }
      }
    } }
  }`;

  type CommentNode = { readonly body: string; readonly viewerDidAuthor: boolean };
  const pageOfComments = async (variables = {}, octokit = setting.octokit): Promise<Nodes<CommentNode>> => {
    type Answer = { repository: { pullRequest: { comments: Nodes<CommentNode> } } };
    return (await ask<Answer>(page, variables, octokit)).repository.pullRequest.comments;
  };

  test("from the end, backwards", async () => {
    for (const body of ["1", "2", "3"]) comment("ada", body);
    const last = await pageOfComments();
    expect(last.totalCount).toBe(3);
    expect(last.nodes.map((node) => node.body)).toEqual(["2", "3"]);
    expect(last.pageInfo).toMatchObject({ hasPreviousPage: true, hasNextPage: false });
    const before = await pageOfComments({ before: last.pageInfo.startCursor });
    expect(before.nodes.map((node) => node.body)).toEqual(["1"]);
    expect(before.pageInfo).toMatchObject({ hasPreviousPage: false, hasNextPage: true });
  });

  test("authorship: the bot's name lacks its suffix, except the viewer's", async () => {
    const { data } = await setting.octokit.rest.issues.createComment({
      ...setting.at,
      issue_number: pull.number,
      body: "mine",
    });
    comment("ada", "theirs");
    expect((await pageOfComments()).nodes).toMatchObject([
      {
        id: data.node_id,
        databaseId: null,
        fullDatabaseId: String(data.id),
        viewerDidAuthor: true,
        author: { __typename: "Bot", login: "github-actions" },
        url: data.html_url,
      },
      { viewerDidAuthor: false, author: { __typename: "User", login: "ada" } },
    ]);
    expect(await ask("{ viewer { login } }")).toEqual({ viewer: { login: "github-actions[bot]" } });
    const other = setting.as(appToken({ id: 7, slug: "deployer", name: "Deployer" }));
    expect((await pageOfComments({}, other)).nodes[0]?.viewerDidAuthor).toBe(false);
  });

  test("must be asked for in pages of 100 at most", async () => {
    expect(await wholeAnswer(inPull("comments { totalCount }"))).toEqual({
      data: { repository: { pullRequest: null } },
      errors: [
        {
          type: "MISSING_PAGINATION_BOUNDARIES",
          path: ["repository", "pullRequest", "comments"],
          locations: [expect.anything()],
          message: "You must provide a `first` or `last` value to properly paginate the `comments` connection.",
        },
      ],
    });
    expect(await wholeAnswer(inPull("comments(first: 101) { totalCount }"))).toMatchObject({
      errors: [
        {
          type: "EXCESSIVE_PAGINATION",
          message: "Requesting 101 records on the `comments` connection exceeds the `first` limit of 100 records.",
        },
      ],
    });
    expect(await wholeAnswer(inPull('comments(first: 1, after: "x") { totalCount }'))).toMatchObject({
      errors: [{ type: "INVALID_CURSOR_ARGUMENTS" }],
    });
  });

  test("added, changed, hidden and shown again", async () => {
    const id = await pullId();
    type Added = { addComment: { commentEdge: { node: { id: string } } } };
    const added = await ask<Added>(
      `mutation($id: ID!) { addComment(input: { subjectId: $id, body: "one", clientMutationId: "m" }) {
        clientMutationId commentEdge { node { id body } } subject { id }
      } }`,
      { id },
    );
    const node = added.addComment.commentEdge.node;
    expect(added.addComment).toMatchObject({
      clientMutationId: "m",
      subject: { id },
      commentEdge: { node: { body: "one" } },
    });
    const updated = await ask(
      `mutation($id: ID!) { updateIssueComment(input: { id: $id, body: "two" }) { issueComment { body } } }`,
      { id: node.id },
    );
    expect(updated).toEqual({ updateIssueComment: { issueComment: { body: "two" } } });
    const hidden = await ask(
      `mutation($id: ID!) { minimizeComment(input: { subjectId: $id, classifier: OUTDATED }) {
        minimizedComment { isMinimized minimizedReason }
      } }`,
      { id: node.id },
    );
    expect(hidden).toEqual({
      minimizeComment: { minimizedComment: { isMinimized: true, minimizedReason: "outdated" } },
    });
    const seen = await ask(`query($id: ID!) { node(id: $id) { ... on IssueComment { body isMinimized } } }`, {
      id: node.id,
    });
    expect(seen).toEqual({ node: { body: "two", isMinimized: true } });
    const shown = await ask(
      `mutation($id: ID!) { unminimizeComment(input: { subjectId: $id }) { unminimizedComment { isMinimized } } }`,
      { id: node.id },
    );
    expect(shown).toEqual({ unminimizeComment: { unminimizedComment: { isMinimized: false } } });
  });

  test("refused: locked, too long, of others", async () => {
    const id = await pullId();
    const add = `mutation($id: ID!, $body: String!) { addComment(input: { subjectId: $id, body: $body }) { subject { id } } }`;
    expect(await wholeAnswer(add, { id, body: "x".repeat(65_537) })).toMatchObject({
      data: { addComment: null },
      errors: [{ type: "UNPROCESSABLE", path: ["addComment"] }],
    });
    lock(pull);
    expect(await wholeAnswer(add, { id, body: "x" })).toMatchObject({ errors: [{ type: "FORBIDDEN" }] });
    comment("ada", "theirs");
    setting.world.editCommentsOfOthers = false;
    const { comments } = await askPull<{ comments: Nodes<{ id: string }> }>("comments(first: 1) { nodes { id } }");
    const update = `mutation($id: ID!) { updateIssueComment(input: { id: $id, body: "x" }) { issueComment { id } } }`;
    expect(await wholeAnswer(update, { id: comments.nodes[0]?.id })).toMatchObject({ errors: [{ type: "FORBIDDEN" }] });
  });
});

describe("pull requests", () => {
  test("by number, with everything that tells their state", async () => {
    label(setting.world, pull, "preview");
    const fields = `number state title url isDraft isCrossRepository headRefOid headRefName baseRefName merged mergedAt
      closedAt createdAt locked labels(first: 10) { nodes { name } } author { login }`;
    expect(await askPull(fields)).toMatchObject({
      number: pull.number,
      state: "OPEN",
      title: "A change",
      url: `https://github.com/acme/orders/pull/${pull.number}`,
      isDraft: false,
      isCrossRepository: false,
      headRefOid: pull.head.sha,
      headRefName: "topic",
      baseRefName: "main",
      merged: false,
      mergedAt: null,
      closedAt: null,
      locked: false,
      labels: { nodes: [{ name: "preview" }] },
      author: { login: "ada" },
    });
    closePullRequest(setting.world, setting.repository, pull, { mergedBy: "ada" });
    expect(await askPull("state merged")).toEqual({ state: "MERGED", merged: true });
  });

  test("listed by state and head, and by commit", async () => {
    const forked = openPullRequest(setting.world, setting.repository, {
      user: "eve",
      headRef: "topic",
      headRepository: "eve/orders",
    });
    closePullRequest(setting.world, setting.repository, forked);
    const list = async (filter: string) =>
      (
        await askRepository<{ pullRequests: Nodes<unknown> }>(
          `pullRequests(first: 5, ${filter}) { nodes { number isCrossRepository } }`,
        )
      ).pullRequests.nodes;
    expect(await list('states: [OPEN], headRefName: "topic"')).toEqual([
      { number: pull.number, isCrossRepository: false },
    ]);
    expect(await list("states: [CLOSED]")).toEqual([{ number: forked.number, isCrossRepository: true }]);
    const commit = await askRepository(
      `object(oid: "${pull.head.sha}") { ... on Commit { oid associatedPullRequests(first: 5) { nodes { number } } } }`,
    );
    expect(commit).toEqual({
      object: { oid: pull.head.sha, associatedPullRequests: { nodes: [{ number: pull.number }] } },
    });
    expect(await askRepository('object(expression: "nowhere") { oid }')).toEqual({ object: null });
  });
});

describe("deployments", () => {
  const create = async (environment: string, transient = false) => {
    const { data } = await setting.octokit.rest.repos.createDeployment({
      ...setting.at,
      ref: "main",
      auto_merge: false,
      required_contexts: [],
      environment,
      transient_environment: transient,
      payload: { key: environment },
    });
    if (!("id" in data)) throw new Error("No deployment.");
    return data;
  };
  const stateOf = async (id: string) =>
    (
      await ask<{ node: { state: string } }>(`query($id: ID!) { node(id: $id) { ... on Deployment { state } } }`, {
        id,
      })
    ).node.state;
  const setState = (id: string, state: string) =>
    ask(
      `mutation($id: ID!, $state: DeploymentStatusState!) {
        createDeploymentStatus(input: { deploymentId: $id, state: $state, environmentUrl: "https://app.example" }) {
          deploymentStatus { state environmentUrl logUrl deployment { id } }
        }
      }`,
      { id, state },
    );

  test("oldest first unless ordered, by environment", async () => {
    const first = await create("test");
    await create("production");
    const last = await create("Test");
    const nodes = async (argument: string) =>
      (
        await askRepository<{ deployments: Nodes<unknown> }>(`deployments(first: 10, ${argument}) { totalCount nodes {
            databaseId task payload environment description commitOid latestStatus { state }
          } }`)
      ).deployments.nodes;
    expect(await nodes('environments: ["test"]')).toMatchObject([
      { databaseId: first.id, payload: '{"key":"test"}', commitOid: first.sha, latestStatus: null, task: "deploy" },
      { databaseId: last.id },
    ]);
    expect((await nodes("orderBy: { field: CREATED_AT, direction: DESC }"))[0]).toMatchObject({ databaseId: last.id });
  });

  test("state comes from the last status", async () => {
    const { node_id } = await create("test");
    expect(await stateOf(node_id)).toBe("PENDING");
    clock.advance(31 * 60_000);
    expect(await stateOf(node_id)).toBe("ABANDONED");
    expect(await setState(node_id, "SUCCESS")).toEqual({
      createDeploymentStatus: {
        deploymentStatus: {
          state: "SUCCESS",
          environmentUrl: "https://app.example",
          logUrl: null,
          deployment: { id: node_id },
        },
      },
    });
    expect(await stateOf(node_id)).toBe("ACTIVE");
    for (const state of ["QUEUED", "IN_PROGRESS", "FAILURE", "ERROR", "INACTIVE"]) {
      await setState(node_id, state);
      expect(await stateOf(node_id)).toBe(state);
    }
    const transient = await create("preview", true);
    await setState(transient.node_id, "INACTIVE");
    expect(await stateOf(transient.node_id)).toBe("DESTROYED");
  });

  test("environments are listed", async () => {
    await create("test");
    expect(await askRepository("environments(first: 10) { nodes { name databaseId } }")).toEqual({
      environments: { nodes: [{ name: "test", databaseId: expect.any(Number) }] },
    });
  });
});

describe("refusals", () => {
  test("what does not exist", async () => {
    expect(await wholeAnswer(`{ repository(owner: "acme", name: "none") { id } }`)).toMatchObject({
      data: { repository: null },
      errors: [
        {
          type: "NOT_FOUND",
          path: ["repository"],
          message: "Could not resolve to a Repository with the name 'acme/none'.",
        },
      ],
    });
    expect(await wholeAnswer(inRepository("pullRequest(number: 99) { id }"))).toMatchObject({
      data: { repository: { pullRequest: null } },
      errors: [
        {
          type: "NOT_FOUND",
          path: ["repository", "pullRequest"],
          message: "Could not resolve to a PullRequest with the number of 99.",
        },
      ],
    });
    expect(await wholeAnswer(`{ node(id: "x") { id } }`)).toMatchObject({ errors: [{ type: "NOT_FOUND" }] });
  });

  test("what the token may not, which Octokit throws as one error", async () => {
    const reader = setting.as(profiles.readOnly);
    expect(await ask(inPull("number"), {}, reader)).toEqual({ repository: { pullRequest: { number: pull.number } } });
    const id = await pullId();
    const add = `mutation($id: ID!) { addComment(input: { subjectId: $id, body: "x" }) { subject { id } } }`;
    await expect(ask(add, { id }, reader)).rejects.toMatchObject({
      name: "GraphqlResponseError",
      errors: [{ type: "FORBIDDEN", message: "Resource not accessible by integration", path: ["addComment"] }],
    });
    const blind = setting.as(workflowTokenWith({ contents: "read" }));
    await expect(ask(inRepository("deployments(first: 1) { totalCount }"), {}, blind)).rejects.toMatchObject({
      errors: [{ type: "FORBIDDEN" }],
    });
  });

  test("what is no query", async () => {
    expect(await wholeAnswer("{ viewer { shoeSize } }")).not.toHaveProperty("data");
    expect(await wholeAnswer("{")).toMatchObject({ errors: [{ message: expect.stringContaining("Syntax Error") }] });
    const bad = await setting.fetch("/graphql", { method: "POST", body: "{}" }, "nobody's");
    expect([bad.status, await bad.json()]).toMatchObject([401, { message: "Bad credentials" }]);
  });
});
