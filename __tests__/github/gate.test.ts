import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { approveJob, rejectJob, startJob, startRun } from "../../simulator/github/jobs.ts";
import type { Job, Profile, WorkflowRun } from "../../simulator/github/model.ts";
import { createEnvironment, issueToken } from "../../simulator/github/people.ts";
import { profiles, workflowTokenWith } from "../../simulator/github/tokens.ts";
import type { GateEvidence } from "../../src/domain/gate.ts";
import { openSecrets } from "../../src/domain/secrets.ts";
import { connectGitHub, type GitHubClient } from "../../src/github/client.ts";
import { gateWithoutGitHub, observeGate, type ReadClaims } from "../../src/github/gate.ts";
import { openSetting, type Setting } from "../simulator/github/setting.ts";

let setting: Setting;
let run: WorkflowRun;
beforeEach(async () => {
  setting = await openSetting();
  run = startRun(setting.world, {
    repository: "acme/orders",
    event: "push",
    sha: setting.repository.refs.get("refs/heads/main") ?? "",
    ref: "refs/heads/main",
    workflow: "Deploy",
    actor: "ada",
  });
});
afterEach(() => setting.server.close());

const start = (environment?: { name: string; deployment?: boolean }): Job =>
  startJob(setting.world, run, { name: "production", ...(environment === undefined ? {} : { environment }) });

const connect = (profile: Profile = profiles.full): GitHubClient => {
  issueToken(setting.world, "job-token", profile);
  return connectGitHub({
    token: "job-token",
    apiUrl: setting.server.url,
    repository: { owner: "acme", name: "orders" },
    fetch,
    secrets: openSecrets(),
    wait: async () => {},
  });
};

const notOffered: ReadClaims = async () => ({ kind: "not-offered" });
const unasked: ReadClaims = async () => {
  throw new Error("asked");
};

type Asked = { job?: Job; profile?: Profile; environment?: string; claims?: ReadClaims };

const observe = ({ job, profile, environment = "production", claims = notOffered }: Asked): Promise<GateEvidence> =>
  observeGate(
    { environment, runId: String(run.id), checkRunId: job?.id, jobDeployment: undefined },
    connect(profile),
    claims,
  );

describe("the job's environment", () => {
  test("is that of its own GitHub deployment, and no token is asked for", async () => {
    expect(await observe({ job: start({ name: "production" }), claims: unasked })).toMatchObject({
      job: { kind: "named", name: "production", evidence: "github-deployment" },
    });
  });

  test("need not be read again where it is known", async () => {
    const question = {
      environment: "production",
      runId: String(run.id),
      checkRunId: 1,
      jobDeployment: { environment: "test" },
    };
    expect(await observeGate(question, connect(), unasked)).toMatchObject({ job: { kind: "named", name: "test" } });
  });

  test("is the claim of the token where the job makes no deployment", async () => {
    const job = start({ name: "production", deployment: false });
    const claims: ReadClaims = async () => ({ kind: "known", environment: "production" });
    expect(await observe({ job, claims })).toMatchObject({
      job: { kind: "named", name: "production", evidence: "oidc-claim" },
    });
  });

  test("is none when the token says so", async () => {
    expect(
      await observe({ job: start(), claims: async () => ({ kind: "known", environment: undefined }) }),
    ).toMatchObject({
      job: { kind: "none" },
    });
  });

  test.each<[string, () => Asked, readonly RegExp[], boolean]>([
    [
      "no deployment and no token",
      () => ({ job: start() }),
      [/no GitHub deployment of its own/, /offers no OpenID Connect token/],
      true,
    ],
    ["no check run id", () => ({}), [/check-run-id is empty/, /offers no OpenID Connect token/], true],
    [
      "no permission to read checks",
      () => ({ job: start({ name: "production" }), profile: profiles.noChecks }),
      [/could not be read: 403, Resource not accessible by integration/, /offers no/],
      true,
    ],
    [
      "a token service that fails",
      () => ({ job: start(), claims: async () => ({ kind: "failed", because: "No answer." }) }),
      [/no GitHub deployment/, /could not be had: No answer\./],
      false,
    ],
  ])("is unknown with %s", async (_case, asked, patterns, refused) => {
    const { job } = await observe(asked());
    const because = patterns.map((pattern) => expect.stringMatching(pattern));
    expect(job).toEqual({ kind: "unknown", because, refused });
  });
});

describe("the protection", () => {
  const app = { id: 77, slug: "change-board", name: "Change board" };
  test.each([
    ["none", {}, []],
    ["reviewers", { reviewers: ["grace"] }, ["required-reviewers"]],
    ["a wait timer", { waitTimer: 5 }, ["wait-timer"]],
    ["protected branches", { branchPolicy: "protected" }, ["branch-policy"]],
    ["a custom rule", { customRules: [app] }, ["custom"]],
    [
      "several",
      { reviewers: ["grace"], waitTimer: 5, branchPolicy: "protected" },
      ["wait-timer", "required-reviewers", "branch-policy"],
    ],
  ] as const)("%s", async (_case, settings, rules) => {
    createEnvironment(setting.world, setting.repository, "production", settings);
    expect((await observe({})).protection).toEqual({ kind: "known", rules });
  });

  test("is found whatever the case and the characters of the name", async () => {
    createEnvironment(setting.world, setting.repository, "prod/eu west", { waitTimer: 1 });
    expect((await observe({ environment: "PROD/eu west" })).protection).toEqual({
      kind: "known",
      rules: ["wait-timer"],
    });
  });

  test.each<[string, Profile, RegExp]>([
    ["of an environment that is missing", profiles.full, /404, Not Found.*does not exist, or the token may not see it/],
    ["without permission", workflowTokenWith({ checks: "read" }), /403, Resource not accessible by integration/],
  ])("%s is unknown", async (_case, profile, because) => {
    expect((await observe({ profile })).protection).toEqual({
      kind: "unknown",
      because: expect.stringMatching(because),
      refused: true,
    });
  });

  test("a rate limit is no refusal of this token", async () => {
    const message = "You have exceeded a secondary rate limit. Please wait a few minutes.";
    const response = { status: 403, headers: { "retry-after": "60" }, body: JSON.stringify({ message }) };
    setting.server.faults.add({ times: 100, effect: { kind: "answer", when: "before", response } });
    const because = "GitHub answered 403, You have exceeded a secondary rate limit. Please wait a few minutes.";
    const { protection, job } = await observe({ job: start() });
    expect(protection).toEqual({ kind: "unknown", because, refused: false });
    expect(job).toMatchObject({ kind: "unknown", refused: false });
  });

  test("is unknown when GitHub fails, and nothing is thrown", async () => {
    createEnvironment(setting.world, setting.repository, "production", { waitTimer: 1 });
    setting.server.faults.add({
      times: 100,
      effect: { kind: "answer", when: "before", response: { status: 502, headers: {}, body: "Bad gateway" } },
    });
    const evidence = await observe({ job: start() });
    expect(evidence.protection).toEqual({ kind: "unknown", because: expect.stringContaining("502"), refused: false });
    expect(evidence.job).toMatchObject({ kind: "unknown", refused: false });
    expect(evidence.approvedBy).toEqual([]);
  });
});

describe("who approved", () => {
  const held = (): Job => {
    createEnvironment(setting.world, setting.repository, "production", { reviewers: ["grace", "bob"] });
    createEnvironment(setting.world, setting.repository, "test", { reviewers: ["bob"] });
    return start({ name: "production" });
  };

  test("is told for this environment only", async () => {
    const job = held();
    approveJob(setting.world, start({ name: "test" }), { user: "bob" });
    approveJob(setting.world, job, { user: "grace", comment: "Looks good" });
    expect((await observe({ job })).approvedBy).toEqual(["grace"]);
  });

  test("is nobody when it was rejected, or cannot be read", async () => {
    rejectJob(setting.world, held(), { user: "grace" });
    expect((await observe({})).approvedBy).toEqual([]);
    const second = start({ name: "production" });
    approveJob(setting.world, second, { user: "grace" });
    expect((await observe({ job: second, profile: workflowTokenWith({ checks: "read" }) })).approvedBy).toEqual([]);
  });
});

test("without a github-token only the runner's token can prove anything", async () => {
  expect(await gateWithoutGitHub(async () => ({ kind: "known", environment: "production" }))).toEqual({
    job: { kind: "named", name: "production", evidence: "oidc-claim" },
    protection: { kind: "unknown", because: "There is no github-token.", refused: true },
    approvedBy: [],
  });
});

describe("I8: an answer of another shape is evidence of nothing", () => {
  const answered = async (operation: string, body: unknown) => {
    createEnvironment(setting.world, setting.repository, "production", { waitTimer: 1 });
    const response = { status: 200, headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
    setting.server.faults.add({ operation, effect: { kind: "answer", when: "before", response } });
    return observe({ job: start({ name: "production" }) });
  };

  test.each([
    [{}],
    [[]],
    [[null]],
    [{ name: "production", protection_rules: null }],
    [{ name: "production", protection_rules: [null] }],
    [{ name: "production", protection_rules: [{ type: 7 }] }],
  ])("protection that is %j is unknown, not none", async (body) => {
    const { protection } = await answered("GET /repos/{owner}/{repo}/environments/{environment_name}", body);
    expect(protection).toEqual({
      kind: "unknown",
      because: expect.stringContaining("answer could not be read"),
      refused: false,
    });
  });

  test("one rule that cannot be read costs the others nothing", async () => {
    const body = { name: "production", protection_rules: [null, { type: "required_reviewers" }, { type: "new" }] };
    const { protection } = await answered("GET /repos/{owner}/{repo}/environments/{environment_name}", body);
    expect(protection).toEqual({ kind: "known", rules: ["required-reviewers", "custom"] });
  });

  test.each([
    [{}],
    [[null]],
    [{ id: 1, deployment: 7 }],
    [{ id: 1, deployment: { id: "1", environment: "production" } }],
  ])("a check run that is %j names no environment", async (body) => {
    const { job } = await answered("GET /repos/{owner}/{repo}/check-runs/{check_run_id}", body);
    expect(job).toMatchObject({ kind: "unknown" });
  });

  test.each([[{}], [[null]], [[{ state: "approved" }]], [[{ state: "approved", user: null, environments: [] }]]])(
    "approvals that are %j are by nobody",
    async (body) => {
      const { approvedBy } = await answered("GET /repos/{owner}/{repo}/actions/runs/{run_id}/approvals", body);
      expect(approvedBy).toEqual([]);
    },
  );
});
