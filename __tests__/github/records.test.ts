import { describe, expect, test } from "@jest/globals";
import { parsePayload } from "../../src/github/answers/records.ts";
import { createRecord, currentState, findRecord, type NewRecord } from "../../src/github/records.ts";
import { githubRefusal, reset } from "../faults/effects.ts";
import { answering } from "./in-process.ts";
import { connect, openGitHub } from "./scene.ts";

const POST = "POST /repos/{owner}/{repo}/deployments";

const recordOf = (sha: string): NewRecord => ({
  sha,
  environment: "preview",
  transient: true,
  production: false,
  payload: {
    restApiId: "a1b2c3d4e5",
    stageName: "pr-7",
    pullRequest: 7,
    runId: "9001",
    runAttempt: 1,
    nonce: "00c0ffee",
    command: "deploy",
    deploymentId: "",
    previousDeploymentId: "old111",
    actor: "alice",
  },
});

describe("a record is made once", () => {
  test.each([
    ["500 before", githubRefusal(500, "Server Error")],
    ["500 after", githubRefusal(500, "Server Error", "after")],
    ["a reset before", reset("before")],
    ["a reset after", reset("after")],
    ["half an answer", { kind: "truncate" }],
  ] as const)("whatever comes in between: %s", async (_, effect) => {
    const { server, client, pull, records } = await openGitHub();
    server.faults.add({ operation: POST, effect });
    const id = await createRecord(client, recordOf(pull.head.sha));
    expect(records().map((record) => record.id)).toEqual([id]);
    expect(await findRecord(client, pull.head.sha, "preview", "00c0ffee")).toBe(id);
    expect(await findRecord(client, pull.head.sha, "preview", "11111111")).toBeUndefined();
  });
});

test.each([["{}"], ["[]"], ["[null]"], ['{"id": "7"}'], ['{"id": -1}'], [""], ["<html>"]])(
  "a success whose body is %j: the record that was made is looked up, and not made again",
  async (body) => {
    const { server, client, pull, records } = await openGitHub();
    const response = { status: 201, headers: { "content-type": "application/json" }, body };
    server.faults.add({ operation: POST, effect: { kind: "answer", when: "after", response } });
    const id = await createRecord(client, recordOf(pull.head.sha));
    expect(records().map((record) => record.id)).toEqual([id]);
  },
);

test("I3: of several records with our nonce ours is the oldest, because nobody knew the nonce before", async () => {
  const { client, pull } = await openGitHub();
  const ours = await createRecord(client, recordOf(pull.head.sha));
  await createRecord(client, recordOf(pull.head.sha));
  expect(await findRecord(client, pull.head.sha, "preview", "00c0ffee")).toBe(ours);
});

test.each([
  ["no status", "[]", undefined],
  ["one", '[{"state": "success"}]', "success"],
  ["one of a kind that nobody knows", '[{"state": "paused"}]', "paused"],
])("a record's state: %s", async (_, body, state) => {
  const client = connect("https://api.github.test", { fetch: answering(200, body).fetch });
  expect(await currentState(client, 1)).toBe(state);
});

test.each([["{}"], ["[null]"], ['[{"state": 7}]'], ["[{}]"]])("I8: %j is no state", async (body) => {
  const client = connect("https://api.github.test", { fetch: answering(200, body).fetch });
  await expect(currentState(client, 1)).rejects.toMatchObject({ name: "UnreadableAnswer" });
});

test("a record tells GitHub what it is about", async () => {
  const { client, pull, records } = await openGitHub();
  await createRecord(client, recordOf(pull.head.sha));
  expect(records()[0]).toMatchObject({
    sha: pull.head.sha,
    environment: "preview",
    transient: true,
    production: false,
    payload: { "stage-name": "pr-7", "pull-request": 7, "run-id": "9001" },
  });
});

test.each([
  ["an object", { kind: "apigw-stage-action", "stage-name": "pr-7" }],
  ["JSON text", JSON.stringify({ kind: "apigw-stage-action", "stage-name": "pr-7" })],
  ["JSON text of text", JSON.stringify(JSON.stringify({ kind: "apigw-stage-action", "stage-name": "pr-7" }))],
])("a payload of ours is known as %s", (_, payload) => {
  expect(parsePayload(payload)?.stageName).toBe("pr-7");
});

test.each([[null], [""], ["{"], [{}], [{ kind: "another" }], ["null"], [7]])(
  "I3: %j is no payload of ours",
  (payload) => {
    expect(parsePayload(payload)).toBeUndefined();
  },
);
