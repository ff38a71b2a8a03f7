import { describe, expect, test } from "@jest/globals";
import { addDeployment, addDeploymentStatus } from "../../simulator/github/deployments.ts";
import { startJob, startRun } from "../../simulator/github/jobs.ts";
import { closePullRequest, createEnvironment, openPullRequest } from "../../simulator/github/people.ts";
import { githubActionsApp, githubActionsBot, profiles, workflowTokenWith } from "../../simulator/github/tokens.ts";
import { accountOf } from "../../simulator/github/world.ts";
import { type GitHubObserved, observeGitHub } from "../../src/github/observe.ts";
import type { GitHubQuestion } from "../../src/github/observing-query.ts";
import { fetchFrom, GITHUB } from "./in-process.ts";
import { connect, type GitHubScene, marker, openGitHub } from "./scene.ts";

const question = ({ pull }: GitHubScene, changes: Partial<GitHubQuestion> = {}): GitHubQuestion => ({
  restApiId: "a1b2c3d4e5",
  stageName: "pr-7",
  environment: "preview",
  environmentIsGiven: false,
  checkRunId: undefined,
  pullRequest: { number: pull.number },
  commentMarker: marker,
  records: "newest",
  ...changes,
});

const observe = (scene: GitHubScene, changes: Partial<GitHubQuestion> = {}): Promise<GitHubObserved> =>
  observeGitHub(scene.client, question(scene, changes));

// biome-ignore lint/suspicious/noExplicitAny: an answer of any shape is the subject.
type Any = any;

/** Observes through a GitHub whose answer's JSON is changed on the way. */
const observeChanged = (
  scene: GitHubScene,
  change: (body: Any) => void,
  changes: Partial<GitHubQuestion> = {},
): Promise<GitHubObserved> => {
  const fetch = fetchFrom(scene.world, (response) => {
    const body = JSON.parse(String(response.body));
    change(body);
    return { ...response, body: JSON.stringify(body) };
  });
  return observeGitHub(connect(GITHUB, { fetch }), question(scene, changes));
};

describe("the pull request", () => {
  const commit = (scene: GitHubScene) => ({ pullRequest: { headCommit: scene.pull.head.sha } });

  test.each([
    ["by its number", () => ({})],
    ["by its head commit", commit],
  ])("%s: state, commits, and whether it is a fork's", async (_, by) => {
    const scene = await openGitHub();
    expect((await observe(scene, by(scene))).pullRequest).toEqual({
      number: scene.pull.number,
      state: "open",
      headCommit: scene.pull.head.sha,
      baseCommit: scene.pull.base.sha,
      fromFork: false,
      comment: undefined,
      allSeen: true,
    });
    const fork = openPullRequest(scene.world, scene.repository, {
      user: "mallory",
      headRef: "x",
      headRepository: "mallory/orders",
    });
    const { pullRequest } = await observe(scene, { pullRequest: { number: fork.number }, commentMarker: undefined });
    expect(pullRequest).toMatchObject({ fromFork: true, headCommit: fork.head.sha, comment: undefined });
  });

  test("without its comments, where none is kept", async () => {
    const scene = await openGitHub();
    scene.ourComment("old");
    const { pullRequest, warnings } = await observe(scene, { commentMarker: undefined, records: "none" });
    expect(pullRequest).toMatchObject({ number: scene.pull.number, comment: undefined });
    expect(warnings).toEqual([]);
  });

  test("of a commit whose pull request is closed is none", async () => {
    const scene = await openGitHub();
    closePullRequest(scene.world, scene.repository, scene.pull);
    expect(await observe(scene, commit(scene))).toMatchObject({ pullRequest: undefined, warnings: [] });
  });

  test.each([
    ["DRAFTED", "unknown"],
    ["open", "unknown"],
    [null, "unknown"],
    [7, "unknown"],
    ["MERGED", "closed"],
    ["CLOSED", "closed"],
  ])("I8: in state %j is %s", async (state, expected) => {
    const scene = await openGitHub();
    const observed = await observeChanged(scene, ({ data }) => {
      data.repository.pullRequest.state = state;
    });
    expect(observed.pullRequest?.state).toBe(expected);
  });

  test.each(["headRefOid", "baseRefOid", "isCrossRepository"])("I8: without %s, that is not known", async (field) => {
    const scene = await openGitHub();
    for (const value of [undefined, null, 7, "main", {}]) {
      const { pullRequest } = await observeChanged(scene, ({ data }) => {
        data.repository.pullRequest[field] = value;
      });
      expect(Object.values({ ...pullRequest, comment: 0 }).filter((member) => member === undefined)).toHaveLength(1);
    }
  });
});

describe("the job's own environment", () => {
  const behind = async (changes: Partial<GitHubQuestion>) => {
    const scene = await openGitHub();
    scene.earlierRecord("success", "prod");
    for (const record of scene.records()) Object.assign(record, { environment: "production" });
    createEnvironment(scene.world, scene.repository, "production");
    const run = startRun(scene.world, {
      repository: "acme/orders",
      event: "push",
      sha: scene.pull.head.sha,
      ref: "refs/heads/main",
      workflow: "Deploy",
      actor: "alice",
    });
    const job = startJob(scene.world, run, { name: "deploy", environment: { name: "production" } });
    const asked = { stageName: "prod", environment: "prod", checkRunId: job.id, pullRequest: undefined, ...changes };
    return { observed: await observe(scene, asked), operations: scene.operations() };
  };

  test("is where its records are, unless another is named", async () => {
    const { observed, operations } = await behind({});
    expect(observed.earlierRecords).toHaveLength(1);
    expect(observed.jobDeployment?.environment).toBe("production");
    expect(operations).toHaveLength(3);
    expect((await behind({ environmentIsGiven: true })).observed.earlierRecords).toEqual([]);
  });

  test("costs no further request where it is the one that was asked for", async () => {
    const { observed, operations } = await behind({ environment: "Production" });
    expect(observed.earlierRecords).toHaveLength(1);
    expect(operations).toHaveLength(2);
  });
});

describe("what cannot be read is left out, and one warning says so", () => {
  test("a null among comments: ours is found all the same", async () => {
    const scene = await openGitHub();
    const ours = scene.ourComment("old");
    const observed = await observeChanged(scene, ({ data }) => {
      data.repository.pullRequest.oldest.nodes.unshift(null, {}, [null], {
        ...data.repository.pullRequest.oldest.nodes[0],
        body: null,
      });
    });
    expect(observed.pullRequest?.comment?.id).toBe(ours.id);
    expect(observed.warnings).toEqual([expect.stringContaining("4 comments that could not be read")]);
  });

  test("I5: a comment that could not be read may be ours, so not all are seen", async () => {
    const scene = await openGitHub();
    scene.ourComment("old");
    const observed = await observeChanged(scene, ({ data }) => {
      data.repository.pullRequest.oldest.nodes = [null];
      data.repository.pullRequest.newest.nodes = [null];
    });
    expect(observed.pullRequest).toMatchObject({ comment: undefined, allSeen: false });
  });

  test("a null among records, with the partial error that comes with it", async () => {
    const scene = await openGitHub();
    scene.earlierRecord("success");
    scene.earlierRecord("failure");
    const observed = await observeChanged(scene, (body) => {
      body.data.records.deployments.nodes[1] = null;
      body.errors = [{ message: "Something went wrong.", path: ["records", "deployments", "nodes", 1] }];
    });
    expect(observed.earlierRecords.map(({ state }) => state)).toEqual(["FAILURE"]);
    expect(observed.pullRequest?.number).toBe(scene.pull.number);
    expect(observed.warnings).toEqual([expect.stringContaining("1 GitHub deployments that could not be read")]);
  });

  test.each([[null], [{}], [[]], [7], [{ nodes: null }], [{ nodes: {} }]])(
    "records that are %j",
    async (deployments) => {
      const scene = await openGitHub();
      scene.earlierRecord("success");
      const ours = scene.ourComment("old");
      const observed = await observeChanged(scene, ({ data }) => {
        data.records.deployments = deployments;
      });
      expect(observed).toMatchObject({ earlierRecords: [], served: [], pullRequest: { comment: { id: ours.id } } });
      expect(observed.warnings).toHaveLength(1);
      expect(observed.warnings[0]).toContain(
        "look for earlier GitHub deployments of the stage: GitHub's answer could not",
      );
    },
  );

  test.each([[null], [{}], [[]], ["x"], [{ number: "7" }], [{ number: 8, state: "OPEN" }]])(
    "a pull request that is %j",
    async (pullRequest) => {
      const scene = await openGitHub();
      const record = scene.earlierRecord("success");
      const observed = await observeChanged(scene, ({ data }) => {
        data.repository.pullRequest = pullRequest;
      });
      expect(observed.pullRequest).toBeUndefined();
      expect(observed.earlierRecords.map(({ id }) => id)).toEqual([record.id]);
      expect(observed.warnings).toEqual([expect.stringContaining("look for the comment on the pull request")]);
    },
  );
});

test("what the token may not see costs the rest nothing", async () => {
  const token = { ...profiles.full, permissions: { ...profiles.full.permissions, deployments: "none" as const } };
  const scene = await openGitHub({ token });
  const ours = scene.ourComment("old");
  const { pullRequest, warnings } = await observe(scene);
  expect(pullRequest?.comment?.id).toBe(ours.id);
  expect(warnings).toEqual([expect.stringContaining("`permissions: deployments: write`")]);
});

test("without any permission there is a warning for each part, and nothing is thrown", async () => {
  const scene = await openGitHub({ token: workflowTokenWith({}) });
  const { warnings } = await observe(scene);
  expect(warnings).toHaveLength(2);
});

describe("records count by who made them", () => {
  const bot = { creator: githubActionsBot, app: githubActionsApp };
  const payload = { kind: "apigw-stage-action", "rest-api-id": "a1b2c3d4e5", "stage-name": "pr-7", nonce: "1" };
  const serves = "Stage pr-7 serves deployment k4d2fz";

  const record = ({ world, repository, pull }: GitHubScene, login: string, given: Record<string, unknown> = payload) =>
    addDeployment(world, repository, {
      creator: accountOf(world, login),
      app: null,
      sha: pull.head.sha,
      ref: pull.head.sha,
      environment: "preview",
      transient: true,
      payload: given,
    });

  test("I3: a record with our payload that another account made is none of ours to close", async () => {
    const scene = await openGitHub();
    const ours = scene.earlierRecord("success");
    record(scene, "mallory");
    record(scene, "github-actions");
    const { earlierRecords, served } = await observe(scene);
    expect(earlierRecords.map(({ id, creator }) => [id, creator])).toEqual([[ours.id, "github-actions[bot]"]]);
    expect(served.map(({ creator, ours: byUs }) => [creator, byUs])).toEqual([
      ["github-actions", false],
      ["mallory", false],
      ["github-actions[bot]", true],
    ]);
  });

  test("of GitHub's own record of a job, by who wrote the status", async () => {
    const scene = await openGitHub();
    const status = { state: "success", autoInactive: false, description: serves } as const;
    addDeploymentStatus(scene.world, scene.repository, record(scene, "ada", {}), { ...bot, ...status });
    const theirs = record(scene, "ada", {});
    addDeploymentStatus(scene.world, scene.repository, theirs, {
      ...status,
      creator: accountOf(scene.world, "mallory"),
      app: null,
    });
    const { served } = await observe(scene, { records: "with-history" });
    expect(served.map(({ creator, ours, description }) => [creator, ours, description])).toEqual([
      ["mallory", false, serves],
      ["github-actions[bot]", true, serves],
    ]);
  });

  test("a stranger's status on our record says nothing", async () => {
    const scene = await openGitHub();
    addDeploymentStatus(scene.world, scene.repository, scene.earlierRecord("success"), {
      state: "success",
      autoInactive: false,
      description: serves,
      creator: accountOf(scene.world, "mallory"),
      app: null,
    });
    const { served } = await observe(scene, { records: "with-history" });
    expect(served.map(({ ours, description }) => [ours, description])).toEqual([[true, ""]]);
  });

  test("I8: where nobody tells whom the token acts as, none is ours", async () => {
    const scene = await openGitHub();
    scene.earlierRecord("success");
    const observed = await observeChanged(scene, ({ data }) => {
      data.viewer = null;
    });
    expect(observed).toMatchObject({ earlierRecords: [], served: [] });
    expect(observed.warnings).toEqual([expect.stringContaining("whom the token acts as")]);
  });
});
