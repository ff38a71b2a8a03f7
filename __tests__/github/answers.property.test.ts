import { describe, expect, test } from "@jest/globals";
import { startJob, startRun } from "../../simulator/github/jobs.ts";
import { createEnvironment } from "../../simulator/github/people.ts";
import { findOlderComment, putComment } from "../../src/github/comments.ts";
import { observeGate } from "../../src/github/gate.ts";
import { jobDeployment } from "../../src/github/job-deployment.ts";
import { observeGitHub } from "../../src/github/observe.ts";
import { findPreviewComments } from "../../src/github/preview-comments.ts";
import { pullRequestStates } from "../../src/github/pull-requests.ts";
import { readEarlierRecords, readRecords } from "../../src/github/record-list.ts";
import { createRecord, currentState, findRecord } from "../../src/github/records.ts";
import { explainTrouble, GitHubTrouble } from "../../src/github/trouble.ts";
import type { RecordEnding } from "../../src/plan/records.ts";
import { retireRecords } from "../../src/report/retired-records.ts";
import { type Damage, damage, damaged } from "../damage.ts";
import { addPreviewRecord, payloadOf } from "../preview-record.ts";
import fc from "../property.ts";
import { seed, times } from "../seed.ts";
import { type Change, fetchFrom, GITHUB } from "./in-process.ts";
import { aNewRecord, connect, logUrl, marker, openGitHub } from "./scene.ts";

/** Without waiting, between tries, for what does not change. */
const through = (fetch: typeof globalThis.fetch) => connect(GITHUB, { fetch, wait: async () => {} });

/** One scene for all: reading changes nothing. */
const scene = await openGitHub();
const { world, repository, pull } = scene;
scene.ourComment("live");
scene.botComment("another");
const records = ["11111111", "22222222"].map((nonce) =>
  addPreviewRecord(world, repository, {
    sha: pull.head.sha,
    state: "success",
    payload: payloadOf("pr-7", { "pull-request": pull.number, nonce }),
    description: "Stage pr-7 serves deployment k4d2fz",
    logUrl,
  }),
);
createEnvironment(world, repository, "preview", { reviewers: ["grace"] });
const run = startRun(world, {
  repository: "acme/orders",
  event: "push",
  sha: pull.head.sha,
  ref: "refs/heads/main",
  workflow: "Deploy",
  actor: "ada",
});
const job = startJob(world, run, { name: "deploy", environment: { name: "preview" } });
world.limits.requestsPerHour = 1e9;

const question = {
  restApiId: "a1b2c3d4e5",
  stageName: "pr-7",
  environment: "preview",
  environmentIsGiven: true,
  checkRunId: job.id,
  pullRequest: { number: pull.number },
  commentMarker: marker,
  records: "with-history",
} as const;

/** Every read of the room, and what must hold of its answer whatever GitHub said. */
const reads: Readonly<Record<string, (change: Change) => Promise<readonly string[]>>> = {
  "the observing query": async (change) => {
    const observed = await observeGitHub(clientWith(change), question);
    if (observed.pullRequest) expect(["open", "unknown"]).toContain(observed.pullRequest.state);
    const known = records.map(({ id }) => id);
    for (const { payload: told, creator } of observed.earlierRecords)
      expect([told.restApiId, told.stageName, creator]).toEqual(["a1b2c3d4e5", "pr-7", observed.viewer]);
    expect(observed.earlierRecords.length).toBeLessThanOrEqual(known.length + 1);
    expect(observed.warnings.length).toBeLessThanOrEqual(3);
    return observed.warnings;
  },
  "the pull requests' states": async (change) => {
    const { states, warnings } = await pullRequestStates(clientWith(change), [pull.number]);
    expect(["open", "unknown"]).toContain(states.get(pull.number));
    expect(warnings).toHaveLength(states.get(pull.number) === "open" ? warnings.length : 1);
    return warnings;
  },
  "the environment's records": async (change) => {
    const { records: read, warnings } = await readRecords(clientWith(change), "preview");
    for (const record of read) expect(Number.isFinite(record.createdAt)).toBe(true);
    expect(warnings.length).toBeLessThanOrEqual(1);
    return warnings;
  },
  "older records": async (change) => {
    const { environment, restApiId, stageName } = question;
    const asked = { environment, restApiId, stageName, known: [], olderFrom: cursor, since: undefined };
    return (await readEarlierRecords(clientWith(change), asked)).warnings;
  },
  "the previews' comments": async (change) => {
    const preview = { pullRequest: pull.number, stageName: "pr-7", marker, stageCreatedAt: Date.now() };
    const { warnings } = await findPreviewComments(clientWith(change), [preview]);
    expect(warnings().length).toBeLessThanOrEqual(1);
    return warnings();
  },
  "the gate": async (change) => {
    const asked = { environment: "preview", runId: String(run.id), checkRunId: job.id, jobDeployment: undefined };
    const evidence = await observeGate(asked, clientWith(change), async () => ({ kind: "not-offered" }));
    const { job: named, protection } = evidence;
    return [
      named.kind === "unknown" ? named.because : [],
      protection.kind === "unknown" ? protection.because : [],
    ].flat();
  },
};

/** Reads that throw: GitHubTrouble, and nothing else. */
const throwing: Readonly<Record<string, (change: Change) => Promise<unknown>>> = {
  "the job's deployment": (change) => jobDeployment(clientWith(change), job.id),
  "a record by its nonce": async (change) => {
    const found = await findRecord(clientWith(change), pull.head.sha, "preview", "22222222");
    if (found !== undefined) expect(Number.isSafeInteger(found)).toBe(true);
  },
  "a record's state": async (change) => {
    const state = await currentState(clientWith(change), records[0]?.id ?? 0);
    expect(["string", "undefined"]).toContain(typeof state);
  },
};

const clientWith = (change: Change) => through(fetchFrom(world, change));

const firstPage = await scene.client.graphql(
  'query ($owner: String!, $name: String!) { repository(owner: $owner, name: $name) { deployments(environments: ["preview"], first: 1, orderBy: { field: CREATED_AT, direction: DESC }) { pageInfo { endCursor } } } }',
  {},
);
const cursor = /"endCursor":"([^"]+)"/.exec(JSON.stringify(firstPage.data))?.[1];

const ourWords =
  /Cannot read|is not (?:a function|iterable|defined|an object)|undefined|\[object|TypeError|bug of the action|NaN/;

const damageAll =
  (damages: Damage): Change =>
  (response) => ({ ...response, body: damaged(String(response.body), damages) });

const runs = { seed, numRuns: 40 * times };

describe(`answers that are damaged at random (seed ${seed})`, () => {
  test.each(Object.entries(reads))("%s: a warning at most, in words of ours about GitHub", async (_, readWith) => {
    await fc.assert(
      fc.asyncProperty(damage, async (damages) => {
        for (const warning of await readWith(damageAll(damages))) expect(warning).not.toMatch(ourWords);
      }),
      runs,
    );
  });

  test.each(Object.entries(throwing))("%s: GitHubTrouble or a checked answer", async (_, readWith) => {
    await fc.assert(
      fc.asyncProperty(damage, async (damages) => {
        const trouble = await readWith(damageAll(damages)).catch((thrown: unknown) => thrown);
        if (trouble instanceof Error) expect(trouble).toBeInstanceOf(GitHubTrouble);
      }),
      runs,
    );
  });

  test("undamaged, all of them read what is there, without a warning", async () => {
    for (const readWith of Object.values(reads)) expect(await readWith((response) => response)).toEqual([]);
    const undamaged = clientWith((response) => response);
    expect(await jobDeployment(undamaged, job.id)).toMatchObject({ environment: "preview" });
    expect(await currentState(undamaged, records[0]?.id ?? 0)).toBe("success");
  });
});

describe(`writes whose answer is damaged at random (seed ${seed})`, () => {
  const writes = { seed, numRuns: 8 * times };

  test("I5: one record is made, and one comment", async () => {
    await fc.assert(
      fc.asyncProperty(damage, async (damages) => {
        const fresh = await openGitHub();
        const isWrite = (operation: string): boolean => /^POST .*(?:deployments|comments)$/.test(operation);
        let left = 1;
        const client = through(
          fetchFrom(fresh.world, (response, operation) => {
            if (!isWrite(operation) || left === 0) return response;
            left -= 1;
            return damageAll(damages)(response, operation, 0);
          }),
        );
        left = 1;
        await createRecord(client, aNewRecord(fresh));
        left = 1;
        const address = { pullRequest: fresh.pull.number, marker };
        const viewer = "github-actions[bot]";
        const body = `${marker}\ntext`;
        await putComment(client, { address, viewer, body, existing: undefined, lookedAt: Date.now() });
        expect([fresh.records().length, fresh.comments().length]).toEqual([1, 1]);
      }),
      writes,
    );
  });

  test("I8: an edit never tells that an open pull request is closed", async () => {
    await fc.assert(
      fc.asyncProperty(damage, async (damages) => {
        const fresh = await openGitHub();
        const ours = fresh.ourComment("old");
        let damaging = false;
        const fetch = fetchFrom(fresh.world, (response, operation, number) =>
          damaging ? damageAll(damages)(response, operation, number) : response,
        );
        const client = through(fetch);
        const observed = await fresh.observing({ githubDeployment: "never" }).observed;
        const existing = await findOlderComment(client, observed, marker, undefined);
        damaging = true;
        const address = { pullRequest: fresh.pull.number, marker };
        const told = await putComment(client, {
          address,
          viewer: observed.viewer,
          body: `${marker}\nnew`,
          existing,
          lookedAt: Date.now(),
        }).then(
          ({ state }) => state,
          (thrown: unknown) => explainTrouble(thrown, "comment", "pull-requests: write"),
        );
        if (!["open", "unknown"].includes(told)) expect(told).toMatch(/^Could not comment: /);
        expect(told).not.toMatch(ourWords);
        expect(fresh.comments().map(({ id }) => id)).toEqual([ours.id]);
      }),
      writes,
    );
  });

  test("closing records never throws", async () => {
    await fc.assert(
      fc.asyncProperty(damage, async (damages) => {
        const fresh = await openGitHub();
        fresh.earlierRecord("success");
        const { records: read } = await readRecords(fresh.client, "preview");
        const endings = read.map(
          (record): RecordEnding => ({ record: { ...record, id: undefined }, because: "it is gone", once: "always" }),
        );
        const client = through(fetchFrom(fresh.world, damageAll(damages)));
        const warnings: string[] = [];
        await retireRecords(client, endings, {
          environment: "preview",
          logUrl,
          describe: (because) => because,
          signal: undefined,
          warn: (text) => warnings.push(text),
        });
        for (const warning of warnings) expect(warning).not.toMatch(ourWords);
      }),
      writes,
    );
  });
});
