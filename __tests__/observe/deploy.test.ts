import { describe, expect, test } from "@jest/globals";
import type { Gateway } from "../../src/aws/gateway.ts";
import { restApi } from "../../src/aws/rest-api/kind.ts";
import { describe as description, markerOf } from "../../src/domain/marker.ts";
import type { Deployment, Draft } from "../../src/domain/stage.ts";
import { NOTHING_OBSERVED } from "../../src/github/observe.ts";
import { observeDeploy } from "../../src/observe/deploy.ts";
import type { Session } from "../../src/observe/session.ts";
import { withoutCloudTrail, withoutCloudWatch } from "../alarms.ts";
import { aRecord, aRequest, aRestApi, aRun, aStage, observedWith } from "../requests.ts";
import { aWorld } from "../world.ts";
import { withoutGitHub } from "./without-github.ts";

const sessionOf = (gateway: Gateway): Session => ({
  gateway,
  gatewayTo: async () => gateway,
  gatewayOf: async () => gateway,
  finishing: async () => gateway,
  cloudWatch: withoutCloudWatch,
  logs: () => Promise.reject(new Error("nobody asks")),
  cloudTrail: withoutCloudTrail,
  functionPolicies: () => Promise.reject(new Error("nobody asks")),
  world: aWorld(),
  turn: async () => {},
  rightAccount: Promise.resolve(),
  asked: Promise.resolve(),
  github: withoutGitHub,
  credentialsFrom: undefined,
});

/** A gateway that only answers what is asked of it here, and keeps what it was asked. */
const gatewayWith = (deployments: readonly Deployment[], draft?: Draft) => {
  const asked: string[] = [];
  const answering =
    <T>(name: string, answer: T) =>
    async (): Promise<T> => {
      asked.push(name);
      return answer;
    };
  const gateway = {
    place: observedWith().place,
    getApi: answering("getApi", aRestApi()),
    getStages: answering("getStages", [aStage()]),
    getDeployments: answering("getDeployments", deployments),
    getDeployment: async (id: string) => {
      asked.push(`getDeployment ${id}`);
      return deployments.find((deployment) => deployment.id === id);
    },
    kind: restApi,
    getDraft: answering("getDraft", draft),
    getAuthorizers: answering("getAuthorizers", [{ route: "authorizer pool", text: "stageVariables.pool" }]),
    getStageUsers: async (names: readonly string[]) => {
      asked.push(`getStageUsers ${names.join(" ")}`);
      return new Map();
    },
    getCloudWatchRole: answering("getCloudWatchRole", "present" as const),
  };
  return { asked, session: sessionOf(gateway as unknown as Gateway) };
};

const existing = { id: "dep222", description: "Friday's release", createdAt: 3 };
const made = { id: "dep333", description: description(markerOf(aRun(), "pr-7")), createdAt: 1 };
const newer = { ...made, id: "dep444", createdAt: 2 };
const ofAnotherStage = { ...made, id: "dep555", description: description(markerOf(aRun(), "pr-8")), createdAt: 4 };
const secondAttempt = aRequest({ run: aRun({ attempt: 2, nonce: "22222222" }) });

describe("the deployment of an earlier attempt", () => {
  test.each([
    ["the newest of several", [existing, newer, made, ofAnotherStage], "dep444"],
    ["none, where none is this run's", [existing, ofAnotherStage], undefined],
  ])("is %s", async (_, deployments, id) => {
    expect((await observeDeploy(secondAttempt, gatewayWith(deployments).session)).earlier?.id).toBe(id);
  });

  test("is not looked for in the first attempt", async () => {
    const { asked, session } = gatewayWith([made]);
    expect((await observeDeploy(aRequest(), session)).earlier).toBeUndefined();
    expect(asked.toSorted()).toEqual(["getApi", "getDraft", "getStages"]);
  });
});

test("what the settings need is read only where they need it", async () => {
  const declared = (value: string) => ({ value, source: "settings" });
  const { asked, session } = gatewayWith([]);
  await observeDeploy(aRequest({ settings: { description: declared("live") } }), session);
  expect(asked).not.toContain("getCloudWatchRole");
  await observeDeploy(aRequest({ settings: { logging: { level: { value: "INFO", source: "settings" } } } }), session);
  expect(asked.filter((name) => name === "getCloudWatchRole")).toHaveLength(1);
});

test.each([
  ["CUSTOM", ["GET /pets", "authorizer pool"]],
  ["AWS_IAM", ["GET /pets"]],
])("a draft whose routes need %s is read with the authorizers that it needs", async (authorizationType, expected) => {
  const routes = new Map([["GET /pets", { authorizationType, apiKeyRequired: false }]]);
  const { session } = gatewayWith([], { routes, integrations: [{ route: "GET /pets", text: "{}" }] });
  const { draft } = await observeDeploy(aRequest(), session);
  expect(draft?.integrations.map(({ route }) => route)).toEqual(expected);
});

test.each([
  [
    "a new preview that may take another one's place",
    { slots: { limit: 1, onLimit: "evict-oldest" } },
    ["getStageUsers pr-7"],
  ],
  ["a new preview that may not", { slots: { limit: 1, onLimit: "skip" } }, []],
  ["a preview that is there", { stageName: "pr-7", slots: { limit: 1, onLimit: "evict-oldest" } }, []],
  ["a lasting stage", { previewOf: undefined, slots: { limit: 1, onLimit: "evict-oldest" } }, []],
] as const)("who uses the other stages is asked only for %s", async (_, changes, expected) => {
  const { asked, session } = gatewayWith([]);
  await observeDeploy(aRequest({ stageName: "pr-8", previewOf: 8, ...changes }), session);
  expect(asked.filter((name) => name.startsWith("getStageUsers"))).toEqual(expected);
});

test("what GitHub tells, and the time, come along", async () => {
  const { session } = gatewayWith([]);
  const records = [aRecord()];
  const observed = Promise.resolve({ ...NOTHING_OBSERVED, earlierRecords: records });
  const github = { ...withoutGitHub, observed };
  const found = await observeDeploy(aRequest(), { ...session, github });
  expect(found).toMatchObject({ records, now: session.world.clock.now() });
});
