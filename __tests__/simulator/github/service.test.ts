import { request } from "node:http";
import { afterEach, describe, expect, test } from "@jest/globals";
import { createRepository, issueToken, openPullRequest } from "../../../simulator/github/people.ts";
import { personalToken, profiles } from "../../../simulator/github/tokens.ts";
import type { GitHubWorldOptions } from "../../../simulator/github/world.ts";
import { handClock, openSetting, refusalOf, type Setting } from "./setting.ts";

let setting: Setting;
const open = async (options: GitHubWorldOptions = {}): Promise<Setting> => {
  setting = await openSetting(options);
  return setting;
};
afterEach(() => setting.server.close());

const deploy = (octokit = setting.octokit) =>
  octokit.rest.repos.createDeployment({ ...setting.at, ref: "main", auto_merge: false, required_contexts: [] });

describe("who asks", () => {
  test("nobody, and somebody unknown", async () => {
    await open();
    const anonymous = await fetch(`${setting.server.url}/repos/acme/orders`);
    expect([anonymous.status, await anonymous.json()]).toMatchObject([401, { message: "Requires authentication" }]);
    const unknown = await setting.fetch("/repos/acme/orders", {}, "nobody's");
    expect([unknown.status, await unknown.json()]).toMatchObject([401, { message: "Bad credentials", status: "401" }]);
    const oldStyle = await setting.fetch("/repos/acme/orders", { headers: { authorization: "token full-token" } });
    expect(oldStyle.status).toBe(200);
  });

  test("a program without a name", async () => {
    await open();
    const status = await new Promise((resolve, reject) => {
      const call = request(
        `${setting.server.url}/user`,
        { headers: { authorization: "token full-token" } },
        (answer) => {
          answer.resume();
          resolve(answer.statusCode);
        },
      );
      call.on("error", reject);
      call.end();
    });
    expect(status).toBe(403);
  });

  test("a person has a name; a workflow's token has none", async () => {
    await open();
    expect((await setting.person("ada").rest.users.getAuthenticated()).data).toMatchObject({
      login: "ada",
      type: "User",
    });
    expect(await refusalOf(setting.octokit.rest.users.getAuthenticated())).toMatchObject({
      status: 403,
      data: { message: "Resource not accessible by integration" },
    });
  });
});

describe("what a token may", () => {
  test.each([
    ["readOnly", "deployments=write"],
    ["noDeployments", "deployments=write"],
  ] as const)("%s cannot deploy", async (name, accepted) => {
    await open();
    const refusal = await refusalOf(deploy(setting.as(profiles[name])));
    expect(refusal).toMatchObject({
      status: 403,
      data: {
        message: "Resource not accessible by integration",
        documentation_url: "https://docs.github.com/rest/deployments/deployments#create-a-deployment",
        status: "403",
      },
    });
    expect(refusal.headers["x-accepted-github-permissions"]).toBe(accepted);
    expect(setting.repository.deployments.size).toBe(0);
  });

  test("noPullRequests cannot comment, noChecks cannot see check runs, readOnly can read", async () => {
    await open();
    const pull = openPullRequest(setting.world, setting.repository, { user: "ada", headRef: "topic" });
    const comment = setting
      .as(profiles.noPullRequests)
      .rest.issues.createComment({ ...setting.at, issue_number: pull.number, body: "x" });
    const refusal = await refusalOf(comment);
    expect(refusal.status).toBe(403);
    expect(refusal.headers["x-accepted-github-permissions"]).toBe("issues=write; pull_requests=write");
    const check = setting.as(profiles.noChecks).rest.checks.get({ ...setting.at, check_run_id: 1 });
    expect(await refusalOf(check)).toMatchObject({ status: 403 });
    const reader = setting.as(profiles.readOnly);
    expect((await reader.rest.repos.listDeployments(setting.at)).data).toEqual([]);
    const person = setting.person("ada", { deployments: "read" });
    expect(await refusalOf(deploy(person))).toMatchObject({
      data: { message: "Resource not accessible by personal access token" },
    });
  });

  test("private repositories are not there for tokens of others; public ones can be read", async () => {
    await open();
    createRepository(setting.world, "acme/secret", { private: true });
    const ofOrders = setting.as({ ...profiles.full, repositories: ["acme/orders"] });
    expect(await refusalOf(ofOrders.rest.repos.get({ owner: "acme", repo: "secret" }))).toMatchObject({ status: 404 });
    const ofSecret = setting.as({ ...profiles.full, repositories: ["Acme/Secret"] });
    expect((await ofSecret.rest.repos.get({ owner: "acme", repo: "secret" })).data).toMatchObject({ private: true });
    expect((await ofSecret.rest.repos.get(setting.at)).data).toMatchObject({
      full_name: "acme/orders",
      default_branch: "main",
    });
    expect(await refusalOf(deploy(ofSecret))).toMatchObject({ status: 403 });
    expect(await refusalOf(setting.octokit.rest.repos.get({ owner: "acme", repo: "none" }))).toMatchObject({
      status: 404,
      data: { message: "Not Found" },
    });
  });
});

describe("headers", () => {
  test("of every answer", async () => {
    await open();
    const answer = await setting.fetch("/repos/acme/orders");
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      "x-github-request-id": expect.stringMatching(/^[0-9A-F:]+$/),
      "x-ratelimit-limit": "1000",
      "x-ratelimit-remaining": "999",
      "x-ratelimit-used": "1",
      "x-ratelimit-resource": "core",
      "x-github-api-version-selected": "2022-11-28",
      "content-type": "application/json; charset=utf-8",
    });
    const graphql = await setting.fetch("/graphql", { method: "POST", body: '{"query":"{ viewer { login } }"}' });
    expect(graphql.headers.get("x-ratelimit-resource")).toBe("graphql");
    expect(graphql.headers.get("x-ratelimit-remaining")).toBe("999");
  });

  test("the version of the API", async () => {
    await open();
    const version = (value: string) =>
      setting.fetch("/repos/acme/orders", { headers: { "x-github-api-version": value } });
    expect((await version("2026-03-10")).headers.get("x-github-api-version-selected")).toBe("2026-03-10");
    expect((await version("2019-01-01")).status).toBe(400);
  });
});

describe("limits", () => {
  test("the primary one, and its reset", async () => {
    const clock = handClock();
    await open({ clock, limits: { requestsPerHour: 2 } });
    const call = () => setting.octokit.rest.repos.get(setting.at);
    await call();
    await call();
    const refusal = await refusalOf(call());
    expect(refusal).toMatchObject({
      status: 403,
      data: { message: expect.stringContaining("API rate limit exceeded") },
    });
    expect(refusal.headers).toMatchObject({ "x-ratelimit-remaining": "0", "x-ratelimit-used": "2" });
    const reset = Number(refusal.headers["x-ratelimit-reset"]);
    expect(reset).toBe(Math.floor((clock.now() + 3_600_000) / 1000));
    const { data } = await setting.octokit.rest.rateLimit.get();
    expect(data.resources).toMatchObject({
      core: { limit: 2, remaining: 0, used: 2, reset },
      graphql: { remaining: 2 },
    });
    clock.advance(3_600_000);
    expect((await call()).status).toBe(200);
  });

  test("GraphQL has a budget of its own, and refuses inside a 200", async () => {
    await open({ limits: { requestsPerHour: 1 } });
    const ask = () => setting.octokit.graphql("{ viewer { login } }");
    await ask();
    await expect(ask()).rejects.toMatchObject({ errors: [{ type: "RATE_LIMITED" }] });
    expect((await setting.octokit.rest.repos.get(setting.at)).status).toBe(200);
  });

  test("the secondary one, on creating content", async () => {
    const clock = handClock();
    await open({ clock, limits: { contentPerMinute: 2 } });
    const pull = openPullRequest(setting.world, setting.repository, { user: "ada", headRef: "topic" });
    const comment = () =>
      setting.octokit.rest.issues.createComment({ ...setting.at, issue_number: pull.number, body: "x" });
    const first = await comment();
    await comment();
    const refusal = await refusalOf(comment());
    expect(refusal).toMatchObject({ status: 403, data: { message: expect.stringContaining("secondary rate limit") } });
    expect(refusal.headers["retry-after"]).toBe("60");
    expect(Number(refusal.headers["x-ratelimit-remaining"])).toBeGreaterThan(0);
    // Editing creates nothing.
    const edit = await setting.octokit.rest.issues.updateComment({
      ...setting.at,
      comment_id: first.data.id,
      body: "y",
    });
    expect(edit.status).toBe(200);
    clock.advance(60_000);
    expect((await comment()).status).toBe(201);
  });
});

describe("addresses", () => {
  test("what nobody has built says so", async () => {
    await open();
    const answer = await setting.fetch("/repos/acme/orders/deployments", { method: "PUT" });
    expect([answer.status, await answer.json()]).toEqual([
      501,
      { message: "The simulated GitHub does not implement PUT /repos/acme/orders/deployments." },
    ]);
  });

  test("under /api/v3, URLs stay there and GraphQL is beside it", async () => {
    await open();
    const enterprise = setting.as(profiles.full, "/api/v3");
    const { data } = await deploy(enterprise);
    if (!("id" in data)) throw new Error("No deployment.");
    expect(data.url).toBe(`${setting.server.url}/api/v3/repos/acme/orders/deployments/${data.id}`);
    await deploy(enterprise);
    const all = await enterprise.paginate(enterprise.rest.repos.listDeployments, { ...setting.at, per_page: 1 });
    expect(all).toHaveLength(2);
    expect(await enterprise.graphql("{ viewer { login } }")).toEqual({ viewer: { login: "github-actions[bot]" } });
  });

  test("operations are known by method and route", async () => {
    await open();
    const { data } = await deploy();
    if (!("id" in data)) throw new Error("No deployment.");
    await setting.octokit.rest.repos.createDeploymentStatus({
      ...setting.at,
      deployment_id: data.id,
      state: "success",
    });
    await setting.octokit.graphql("{ viewer { login } }");
    await setting.fetch("/nowhere");
    expect(setting.server.exchanges.map((exchange) => exchange.operation)).toEqual([
      "POST /repos/{owner}/{repo}/deployments",
      "POST /repos/{owner}/{repo}/deployments/{deployment_id}/statuses",
      "POST /graphql",
      "GET /nowhere",
    ]);
  });

  test("names are compared without case", async () => {
    await open();
    issueToken(setting.world, "lower", personalToken("ADA"));
    const answer = await setting.fetch("/repos/ACME/Orders", {}, "lower");
    expect(await answer.json()).toMatchObject({ full_name: "acme/orders" });
  });
});
