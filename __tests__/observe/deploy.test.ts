import { describe, expect, test } from "@jest/globals";
import type { Gateway } from "../../src/aws/rest-api/gateway.ts";
import { describe as description, markerOf } from "../../src/domain/marker.ts";
import type { Deployment } from "../../src/domain/stage.ts";
import { observeDeploy } from "../../src/observe/deploy.ts";
import type { Session } from "../../src/observe/session.ts";
import { aRequest, aRestApi, aRun, aStage, observedWith } from "../requests.ts";

/** A gateway that only answers what is asked of it here, and keeps what it was asked. */
const gatewayWith = (deployments: readonly Deployment[]) => {
  const asked: string[] = [];
  const answering =
    <T>(name: string, answer: T) =>
    async (): Promise<T> => {
      asked.push(name);
      return answer;
    };
  const gateway = {
    place: observedWith().place,
    getRestApi: answering("getRestApi", aRestApi()),
    getStages: answering("getStages", [aStage()]),
    getDeployments: answering("getDeployments", deployments),
    getDeployment: async (id: string) => {
      asked.push(`getDeployment ${id}`);
      return deployments.find((deployment) => deployment.id === id);
    },
    getDraft: answering("getDraft", undefined),
    getCloudWatchRole: answering("getCloudWatchRole", "present" as const),
  };
  return { asked, gateway: gateway as unknown as Gateway };
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
    expect((await observe(secondAttempt, gatewayWith(deployments).gateway)).earlier?.id).toBe(id);
  });

  test("is not looked for in the first attempt", async () => {
    const { asked, gateway } = gatewayWith([made]);
    expect((await observe(aRequest(), gateway)).earlier).toBeUndefined();
    expect(asked.toSorted()).toEqual(["getRestApi", "getStages"]);
  });
});

test("what the settings need is read only where they need it", async () => {
  const declared = (value: string) => ({ value, source: "settings" });
  const { asked, gateway } = gatewayWith([]);
  await observe(aRequest({ settings: { description: declared("live") } }), gateway);
  expect(asked).not.toContain("getCloudWatchRole");
  await observe(aRequest({ settings: { logging: { level: { value: "INFO", source: "settings" } } } }), gateway);
  expect(asked.filter((name) => name === "getCloudWatchRole")).toHaveLength(1);
});
