import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { openSecrets } from "../../src/domain/secrets.ts";
import { readRecords } from "../../src/github/record-list.ts";
import type { DeployRequest } from "../../src/inputs/request.ts";
import type { Ending } from "../../src/report/open-record.ts";
import { openRecordChannel } from "../../src/report/record.ts";
import { githubRefusal } from "../faults/effects.ts";
import { type GitHubScene, lastState, logUrl, openGitHub } from "../github/scene.ts";
import { aRecord } from "../requests.ts";
import { plan } from "./outcomes.ts";

let folder: string;
const stateFile = (): string => join(folder, "state");
/** What post would find, the newest last. */
const leftForPost = (): string => readFileSync(stateFile(), "utf8");
/** By which the job knows whether post is to be started. */
const variablesFile = (): string => join(folder, "env");
const variables = (): string => readFileSync(variablesFile(), "utf8");

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "record-"));
  writeFileSync(stateFile(), "");
  process.env["GITHUB_STATE"] = stateFile();
  process.env["GITHUB_ENV"] = variablesFile();
});
afterEach(() => {
  delete process.env["GITHUB_STATE"];
  delete process.env["GITHUB_ENV"];
  rmSync(folder, { recursive: true });
});

const ending: Ending = { state: "success", description: "done", environmentUrl: "https://api.example.com" };
const cancelled: Ending = { state: "failure", description: "Cancelled", environmentUrl: "" };

const openChannel = (scene: GitHubScene, changes: Partial<DeployRequest> = {}) => {
  const warnings: string[] = [];
  const request = scene.request(changes);
  const github = scene.observing(changes);
  const warn = (text: string): void => {
    warnings.push(text);
  };
  return { warnings, channel: openRecordChannel({ request, github, secrets: openSecrets(), logUrl, warn }) };
};

describe("the record of a run", () => {
  test("is opened, closed, and says what it is about", async () => {
    const scene = await openGitHub();
    const { channel, warnings } = openChannel(scene);
    await channel.open(plan);
    await channel.close(ending);
    expect(warnings).toEqual([]);
    const [own] = scene.records();
    expect(own?.id).toBe(channel.id());
    expect(own?.statuses.map(({ state }) => state)).toEqual(["in_progress", "success"]);
    expect(own).toMatchObject({
      environment: "preview",
      transient: true,
      payload: { "stage-name": "pr-7", command: "deploy", "previous-deployment-id": "old111" },
    });
  });

  test("is closed once: the first ending counts", async () => {
    const scene = await openGitHub();
    const { channel } = openChannel(scene);
    await channel.open(plan);
    await Promise.all([channel.close(cancelled), channel.close(ending)]);
    expect(scene.records()[0]?.statuses.map(({ state }) => state)).toEqual(["in_progress", "failure"]);
  });

  test("is opened once, whoever asks", async () => {
    const scene = await openGitHub();
    const { channel } = openChannel(scene);
    await Promise.all([channel.open(plan), channel.open(plan)]);
    expect(scene.records()).toHaveLength(1);
  });

  test("is not opened once it is closed: the run was cancelled before", async () => {
    const scene = await openGitHub();
    const { channel } = openChannel(scene);
    await channel.close(cancelled);
    await channel.open(plan);
    expect(scene.records()).toEqual([]);
  });

  test.each([
    ["a dry run", { dryRun: true }],
    ["a run that wants none", { githubDeployment: "never" }],
  ] as const)("is not made for %s", async (_, changes) => {
    const scene = await openGitHub();
    const { channel } = openChannel(scene, changes);
    await channel.open(plan);
    await channel.close(ending);
    await channel.renew({ deploymentId: "old111", record: aRecord() }, "");
    expect(scene.records()).toEqual([]);
    expect(scene.operations().filter((operation) => operation !== "POST /graphql")).toEqual([]);
  });

  test("I4: is left for post before it is made, and no longer once it is closed", async () => {
    const scene = await openGitHub();
    const { channel } = openChannel(scene);
    // As a program may that tells the credentials.
    writeFileSync(variablesFile(), "OF_ANOTHER=kept");
    await channel.open(plan);
    expect(leftForPost()).toContain('"nonce":"00c0ffee"');
    expect(leftForPost()).not.toContain("token");
    expect(variables().split("\n")).toEqual(
      expect.arrayContaining(["OF_ANOTHER=kept", "APIGW_STAGE_ACTION_LEFT_OPEN=true"]),
    );
    await channel.close(ending);
    expect(leftForPost().trimEnd().split("\n").at(-2)).toBe("");
    expect(variables()).toBe("OF_ANOTHER=kept");
  });

  test("I9: that cannot be made is a warning that names the permission", async () => {
    const scene = await openGitHub();
    scene.server.faults.add({
      operation: "POST /repos/{owner}/{repo}/deployments",
      effect: githubRefusal(403, "Resource not accessible by integration"),
    });
    const { channel, warnings } = openChannel(scene);
    await channel.open(plan);
    await channel.close(ending);
    expect(warnings).toEqual([expect.stringContaining("deployments: write")]);
    // Post, which would be refused as well, has nothing to look for.
    expect(leftForPost().trimEnd().split("\n").at(-2)).toBe("");
  });
});

test("an earlier record is shown as current once more, also where its number is not known", async () => {
  const scene = await openGitHub();
  const { newId } = scene.world;
  Object.assign(scene.world, { newId: (kind?: "comment" | "run") => newId(kind) + 3_000_000_000 });
  const stood = scene.earlierRecord("success");
  const { channel, warnings } = openChannel(scene);
  const [record] = (await readRecords(scene.client, "preview")).records;
  if (record === undefined) throw new Error("the record cannot be read");
  expect(record.id).toBeUndefined();
  await channel.renew({ deploymentId: "old111", record }, "https://api.example.com");
  expect(warnings).toEqual([]);
  expect(lastState(stood)).toBe("success");
  expect(stood.statuses).toHaveLength(2);
  expect(stood.statuses.at(-1)).toMatchObject({ description: "Stage pr-7 serves deployment old111 again" });
});
