import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { startJob, startRun } from "../../../simulator/github/jobs.ts";
import { push, setCommitStatus, tag } from "../../../simulator/github/people.ts";
import { handClock, openSetting, refusalOf, type Setting } from "./setting.ts";

let setting: Setting;
beforeEach(async () => {
  setting = await openSetting();
});
afterEach(() => setting.server.close());

const create = async (fields: Record<string, unknown> = {}) => {
  const { data } = await setting.octokit.rest.repos.createDeployment({
    ...setting.at,
    ref: "main",
    auto_merge: false,
    required_contexts: [],
    ...fields,
  });
  if (!("id" in data)) throw new Error(`No deployment: ${data.message}`);
  return data;
};

type State = "error" | "failure" | "inactive" | "in_progress" | "queued" | "pending" | "success";
const setState = (deployment_id: number, state: State, fields: Record<string, unknown> = {}) =>
  setting.octokit.rest.repos.createDeploymentStatus({ ...setting.at, deployment_id, state, ...fields });

const states = async (deployment_id: number): Promise<string[]> => {
  const { data } = await setting.octokit.rest.repos.listDeploymentStatuses({ ...setting.at, deployment_id });
  return data.map((status) => status.state);
};

describe("creating a deployment", () => {
  test("fills in what was not given", async () => {
    const deployment = await create();
    expect(deployment).toMatchObject({
      ref: "main",
      sha: setting.repository.refs.get("refs/heads/main"),
      task: "deploy",
      payload: {},
      environment: "production",
      original_environment: "production",
      production_environment: true,
      transient_environment: false,
      creator: { login: "github-actions[bot]", type: "Bot" },
      performed_via_github_app: { id: 15368, slug: "github-actions" },
    });
    expect(deployment.created_at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    expect(deployment.url).toBe(`${setting.server.url}/repos/acme/orders/deployments/${deployment.id}`);
  });

  test("echoes the payload and takes tags and commits as refs", async () => {
    const sha = push(setting.world, setting.repository, "topic").sha;
    tag(setting.repository, "v1", sha);
    expect(await create({ ref: sha, payload: { key: 1 }, environment: "test" })).toMatchObject({
      sha,
      payload: { key: 1 },
      production_environment: false,
    });
    expect(await create({ ref: "v1", payload: "text" })).toMatchObject({ sha, ref: "v1", payload: "text" });
  });

  test("refuses an unknown ref, a missing ref, and members of the wrong type", async () => {
    const unknown = await refusalOf(create({ ref: "nowhere" }));
    expect(unknown).toMatchObject({ status: 422, data: { message: "No ref found for: nowhere", status: "422" } });
    expect(await refusalOf(create({ ref: undefined }))).toMatchObject({ status: 422 });
    const wrong = await refusalOf(create({ transient_environment: "yes" }));
    expect(wrong.status).toBe(422);
    expect(wrong.data.message).toContain("transient_environment");
    expect(setting.repository.deployments.size).toBe(0);
  });

  test("refuses what is no JSON object", async () => {
    const post = (body: string) => setting.fetch("/repos/acme/orders/deployments", { method: "POST", body });
    const broken = await post("{");
    expect([broken.status, await broken.json()]).toMatchObject([400, { message: "Problems parsing JSON" }]);
    const list = await post("[]");
    expect([list.status, await list.json()]).toMatchObject([400, { message: "Body should be a JSON object" }]);
  });

  test("merges the default branch into a branch that is behind, in place of a deployment", async () => {
    const topic = push(setting.world, setting.repository, "topic");
    push(setting.world, setting.repository, "main");
    const response = await setting.octokit.rest.repos.createDeployment({
      ...setting.at,
      ref: "topic",
      required_contexts: [],
    });
    expect(response).toMatchObject({ status: 202, data: { message: "Auto-merged main into topic on deployment." } });
    expect(setting.repository.refs.get("refs/heads/topic")).not.toBe(topic.sha);
    expect(setting.repository.deployments.size).toBe(0);
    const again = await create({ ref: "topic", auto_merge: true });
    expect(again.sha).toBe(setting.repository.refs.get("refs/heads/topic"));
  });

  test("answers 409 when that merge conflicts", async () => {
    push(setting.world, setting.repository, "topic");
    push(setting.world, setting.repository, "main");
    setting.repository.conflictingBranches.add("topic");
    const conflict = await refusalOf(create({ ref: "topic", auto_merge: true }));
    expect(conflict).toMatchObject({ status: 409, data: { message: expect.stringContaining("Conflict merging") } });
  });

  test("wants all contexts of the commit to be successful, unless told which", async () => {
    const sha = setting.repository.refs.get("refs/heads/main") ?? "";
    setCommitStatus(setting.repository, sha, "build", "success");
    setCommitStatus(setting.repository, sha, "lint", "pending");
    expect(await refusalOf(create({ required_contexts: undefined }))).toMatchObject({
      status: 409,
      data: {
        message: "Commit status checks failed for main.",
        errors: [{ resource: "Deployment", field: "required_contexts", code: "invalid" }],
      },
    });
    expect(await refusalOf(create({ required_contexts: ["unheard-of"] }))).toMatchObject({ status: 409 });
    expect(await create({ required_contexts: ["build"] })).toMatchObject({ sha });
  });

  test("a job that deploys its own commit waits for itself unless contexts are bypassed", async () => {
    const sha = setting.repository.refs.get("refs/heads/main") ?? "";
    const run = startRun(setting.world, {
      repository: "acme/orders",
      event: "push",
      sha,
      ref: "refs/heads/main",
      workflow: "Deploy",
      actor: "ada",
    });
    startJob(setting.world, run, { name: "deploy" });
    expect(await refusalOf(create({ required_contexts: undefined }))).toMatchObject({ status: 409 });
    expect(await create()).toMatchObject({ sha });
  });
});

describe("listing deployments", () => {
  test("newest first, by filters, page by page", async () => {
    for (const environment of ["test", "Test", "production"]) await create({ environment });
    const list = async (query: Record<string, string>) =>
      (await setting.octokit.rest.repos.listDeployments({ ...setting.at, ...query })).data.map((d) => d.environment);
    expect(await list({})).toEqual(["production", "Test", "test"]);
    expect(await list({ environment: "TEST" })).toEqual(["Test", "test"]);
    expect(await list({ sha: "none", ref: "main", task: "deploy" })).toHaveLength(3);
    expect(await list({ task: "other" })).toEqual([]);
    const all = await setting.octokit.paginate(setting.octokit.rest.repos.listDeployments, {
      ...setting.at,
      per_page: 1,
    });
    expect(all.map((deployment) => deployment.environment)).toEqual(["production", "Test", "test"]);
  });

  test("links lead by the repository's id, keep the query, and end", async () => {
    for (let count = 0; count < 3; count += 1) await create({ environment: "test" });
    const first = await setting.fetch("/repos/acme/orders/deployments?environment=test&per_page=2");
    expect(first.headers.get("link")).toBe(
      [
        `<${setting.server.url}/repositories/${setting.repository.id}/deployments?environment=test&per_page=2&page=2>; rel="next"`,
        `<${setting.server.url}/repositories/${setting.repository.id}/deployments?environment=test&per_page=2&page=2>; rel="last"`,
      ].join(", "),
    );
    const beyond = await setting.fetch("/repos/acme/orders/deployments?per_page=2&page=9");
    expect(await beyond.json()).toEqual([]);
    expect(beyond.headers.get("link")).not.toContain('rel="next"');
    const many = await setting.fetch("/repos/acme/orders/deployments?per_page=1000");
    expect(await many.json()).toHaveLength(3);
  });
});

describe("deployment statuses", () => {
  test("newest first; log_url takes the place of target_url; the environment stays until changed", async () => {
    const { id } = await create({ environment: "test" });
    await setState(id, "in_progress", { target_url: "https://old.example" });
    const { data } = await setState(id, "success", {
      log_url: "https://log.example",
      target_url: "https://old.example",
      environment_url: "https://app.example",
      environment: "staging",
    });
    expect(data).toMatchObject({
      state: "success",
      log_url: "https://log.example",
      target_url: "https://log.example",
      environment_url: "https://app.example",
      environment: "staging",
    });
    expect((await setState(id, "failure")).data.environment).toBe("staging");
    expect(await states(id)).toEqual(["failure", "success", "in_progress"]);
    const { data: deployment } = await setting.octokit.rest.repos.getDeployment({ ...setting.at, deployment_id: id });
    expect(deployment).toMatchObject({ environment: "staging", original_environment: "test" });
    expect(
      (await setting.octokit.rest.repos.getDeploymentStatus({ ...setting.at, deployment_id: id, status_id: data.id }))
        .data.id,
    ).toBe(data.id);
  });

  test("refuses a bad state and a description of more than 140 characters", async () => {
    const { id } = await create();
    expect(await refusalOf(setState(id, "done" as State))).toMatchObject({ status: 422 });
    expect(await refusalOf(setState(id, "waiting" as State))).toMatchObject({ status: 422 });
    expect(await refusalOf(setState(id, "success", { description: "x".repeat(141) }))).toMatchObject({
      status: 422,
      data: { message: "Validation Failed", errors: [{ resource: "DeploymentStatus", field: "description" }] },
    });
    expect((await setState(id, "success", { description: "x".repeat(140) })).status).toBe(201);
    expect(await refusalOf(setState(4, "success"))).toMatchObject({ status: 404 });
  });

  test("success makes earlier successes of the environment inactive, and only those", async () => {
    const earlier = await create({ environment: "Test" });
    const unfinished = await create({ environment: "test" });
    const transient = await create({ environment: "test", transient_environment: true });
    const production = await create({ environment: "test", production_environment: true });
    const elsewhere = await create({ environment: "other" });
    for (const { id } of [earlier, transient, production, elsewhere])
      await setState(id, "success", { auto_inactive: false });
    await setState(unfinished.id, "in_progress");
    const deployment = await create({ environment: "test" });
    const later = await create({ environment: "test" });
    await setState(later.id, "success", { auto_inactive: false });
    await setState(deployment.id, "success");

    expect(await states(earlier.id)).toEqual(["inactive", "success"]);
    for (const { id } of [transient, production, elsewhere, later, deployment])
      expect(await states(id)).toEqual(["success"]);
    expect(await states(unfinished.id)).toEqual(["in_progress"]);
  });

  test("auto_inactive false leaves them alone, and so does any other state", async () => {
    const earlier = await create({ environment: "test" });
    await setState(earlier.id, "success");
    const deployment = await create({ environment: "test" });
    await setState(deployment.id, "success", { auto_inactive: false });
    await setState(deployment.id, "failure");
    expect(await states(earlier.id)).toEqual(["success"]);
  });
});

describe("deleting a deployment", () => {
  const remove = (deployment_id: number) =>
    setting.octokit.rest.repos.deleteDeployment({ ...setting.at, deployment_id });

  test("the only one may go in any state", async () => {
    const { id } = await create();
    await setState(id, "success");
    expect((await remove(id)).status).toBe(204);
    expect(await refusalOf(remove(id))).toMatchObject({ status: 404, data: { message: "Not Found" } });
  });

  test("an active one beside others must be made inactive first", async () => {
    const { id } = await create({ environment: "test" });
    await setState(id, "success");
    await create({ environment: "other" });
    expect(await refusalOf(remove(id))).toMatchObject({ status: 422 });
    await setState(id, "inactive");
    expect((await remove(id)).status).toBe(204);
  });
});

test("times are the clock's, in whole seconds", async () => {
  const clock = handClock();
  const other = await openSetting({ clock });
  try {
    clock.advance(3_600_000);
    const { data } = await other.octokit.rest.repos.createDeployment({
      ...other.at,
      ref: "main",
      auto_merge: false,
      required_contexts: [],
    });
    if (!("id" in data)) throw new Error("No deployment.");
    expect(Date.parse(data.created_at)).toBe(Math.floor(clock.now() / 1000) * 1000);
  } finally {
    await other.server.close();
  }
});
