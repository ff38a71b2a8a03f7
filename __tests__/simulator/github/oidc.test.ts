import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { finishJob, startJob, startRun } from "../../../simulator/github/jobs.ts";
import type { Job, Repository, WorkflowRun } from "../../../simulator/github/model.ts";
import { idTokenVariables } from "../../../simulator/github/oidc.ts";
import { createRepository } from "../../../simulator/github/people.ts";
import { openSetting, type Setting } from "./setting.ts";

let setting: Setting;
beforeEach(async () => {
  setting = await openSetting();
});
afterEach(() => setting.server.close());

type Start = { repository?: Repository; event?: string; ref?: string; environment?: string; deployment?: boolean };

const start = ({ repository = setting.repository, event = "push", ref = "refs/heads/main", ...use }: Start = {}) => {
  const run = startRun(setting.world, {
    repository: `${repository.owner.login}/${repository.name}`,
    event,
    sha: repository.refs.get("refs/heads/main") ?? "",
    ref,
    workflow: "Deploy",
    actor: "ada",
  });
  const deployment = use.deployment ?? true;
  const job = startJob(setting.world, run, {
    name: "deploy",
    ...(use.environment === undefined ? {} : { environment: { name: use.environment, deployment } }),
  });
  return { run, job };
};

const ask = ({ run, job }: { run: WorkflowRun; job: Job }, audience = "sts.amazonaws.com"): Promise<Response> => {
  const variables = idTokenVariables(setting.world, run, job, setting.server.url);
  return fetch(`${variables.ACTIONS_ID_TOKEN_REQUEST_URL}&audience=${audience}`, {
    headers: { authorization: `Bearer ${variables.ACTIONS_ID_TOKEN_REQUEST_TOKEN}` },
  });
};

const claimsOf = async (started: { run: WorkflowRun; job: Job }): Promise<Record<string, unknown>> => {
  const { value } = (await (await ask(started)).json()) as { value: string };
  return JSON.parse(Buffer.from(value.split(".")[1] ?? "", "base64url").toString());
};

test("claims tell the truth about the job", async () => {
  const started = start({ environment: "production" });
  expect(await claimsOf(started)).toMatchObject({
    sub: "repo:acme/orders:environment:production",
    aud: "sts.amazonaws.com",
    iss: "https://token.actions.githubusercontent.com",
    environment: "production",
    repository: "acme/orders",
    repository_id: String(setting.repository.id),
    run_id: String(started.run.id),
    check_run_id: String(started.job.id),
    ref: "refs/heads/main",
    sha: started.run.sha,
    job_workflow_ref: "acme/orders/.github/workflows/deploy.yml@refs/heads/main",
    event_name: "push",
  });
});

test("the subject depends on environment, event and repository", async () => {
  const subject = async (fields: Start) => (await claimsOf(start(fields)))["sub"];
  expect(await subject({})).toBe("repo:acme/orders:ref:refs/heads/main");
  expect(await subject({ event: "pull_request", ref: "refs/pull/3/merge" })).toBe("repo:acme/orders:pull_request");
  expect(await subject({ environment: "preview", deployment: false })).toBe("repo:acme/orders:environment:preview");
  expect(await subject({ environment: "a:b" })).toBe("repo:acme/orders:environment:a%3Ab");
  const young = createRepository(setting.world, "acme/young", { immutableSubject: true });
  expect(await subject({ repository: young, environment: "test" })).toBe(
    `repo:acme@${young.owner.id}/young@${young.id}:environment:test`,
  );
  expect(await claimsOf(start())).not.toHaveProperty("environment");
});

test("only a running job with its own request token gets one", async () => {
  const started = start();
  const stranger = await fetch(`${setting.server.url}/_oidc/token?api-version=2.0&audience=x`, {
    headers: { authorization: "Bearer full-token" },
  });
  expect(stranger.status).toBe(401);
  expect((await ask(started)).status).toBe(200);
  finishJob(setting.world, started.job, { conclusion: "success" });
  expect((await ask(started)).status).toBe(401);
});
