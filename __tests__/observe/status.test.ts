import { describe, expect, test } from "@jest/globals";
import type { Gateway } from "../../src/aws/gateway.ts";
import type { ErrorCode } from "../../src/domain/errors.ts";
import type { Session } from "../../src/observe/session.ts";
import { observeStatus } from "../../src/observe/status.ts";
import { withoutCloudTrail, withoutCloudWatch } from "../alarms.ts";
import { failure, gatewayWith } from "../apply/scene.ts";
import { aDeployment, aRestApi, aStage, aStatusRequest } from "../requests.ts";
import { aWorld } from "../world.ts";
import { withoutGitHub } from "./without-github.ts";

/** What a session waited for and asked, in order. */
const sessionOf = (ofApi: (id: string, asked: string[]) => Partial<Gateway>, ids: readonly string[]) => {
  const asked: string[] = [];
  const world = aWorld();
  const session: Session = {
    world,
    github: withoutGitHub,
    credentialsFrom: undefined,
    rightAccount: Promise.resolve(),
    asked: Promise.resolve(),
    cloudWatch: withoutCloudWatch,
    logs: () => Promise.reject(new Error("nobody asks")),
    cloudTrail: withoutCloudTrail,
    functionPolicies: () => Promise.reject(new Error("nobody asks")),
    turn: async (requests = 1) => {
      asked.push(`turn ${requests}`);
    },
    gateway: gatewayWith({ getApis: async () => ids.map((id) => aRestApi({ id })) }),
    gatewayTo: async (id) => gatewayWith(ofApi(id, asked)),
    gatewayOf: async ({ id }) => gatewayWith(ofApi(id, asked)),
    finishing: async () => gatewayWith({}),
  };
  return { asked, session, world };
};

const stages = (asked: string[], id: string) => async () => {
  asked.push(`stages ${id}`);
  return [aStage({ deploymentId: `dep${id}` })];
};
const deployments = (asked: string[], id: string) => async () => {
  asked.push(`deployments ${id}`);
  return [aDeployment(`dep${id}`)];
};
const refusing = (code: ErrorCode) => async (): Promise<never> => {
  throw failure(code);
};
const all = aStatusRequest({ restApiId: "all", details: false });

describe("all REST APIs", () => {
  test("are looked at one after the other, each once there is room for its two requests", async () => {
    const { asked, session } = sessionOf(
      (id, asked) => ({ getStages: stages(asked, id), getDeployments: deployments(asked, id) }),
      ["a", "b"],
    );
    await observeStatus(all, session);
    expect(asked).toEqual(["turn 2", "stages a", "deployments a", "turn 2", "stages b", "deployments b"]);
  });

  test("with details, each further request waits for its turn, too", async () => {
    const { asked, session } = sessionOf(
      (id, asked) => ({
        getStages: stages(asked, id),
        getDraft: async () => ({ routes: new Map(), integrations: [] }),
        getDeployment: async (deploymentId) => {
          asked.push(`deployment ${deploymentId}`);
          return aDeployment(deploymentId);
        },
      }),
      ["a"],
    );
    await observeStatus({ ...all, details: true }, session);
    expect(asked).toEqual(["turn 5", "stages a", "turn 1", "deployment depa"]);
  });

  test("I8: one that cannot be looked at is unseen, and the others are not", async () => {
    const { session } = sessionOf(
      (id) => (id === "b" ? { getStages: refusing("ACCESS_DENIED") } : {}),
      ["a", "b", "c"],
    );
    const { apis } = await observeStatus(all, session);
    expect(apis.map((api) => ("because" in api ? api.because : api.api.id))).toEqual([
      "a",
      "ACCESS_DENIED: It failed: ACCESS_DENIED.",
      "c",
    ]);
  });

  test("I8: one that is of no kind that is known is not looked at, and told as it is", async () => {
    const { asked, session } = sessionOf((id, asked) => ({ getStages: stages(asked, id) }), ["b"]);
    const unseen = { api: { id: "a", name: "A", tags: {} }, because: "its kind is new" };
    const gateway = gatewayWith({ getApis: async () => [unseen, aRestApi({ id: "b" })] });
    const { apis } = await observeStatus(all, { ...session, gateway });
    expect([apis[0], asked]).toEqual([unseen, ["turn 2", "stages b"]]);
  });

  test.each(["CANCELLED", "CREDENTIALS_EXPIRED"] as const)("%s ends it", async (code) => {
    const { session } = sessionOf(() => ({ getStages: refusing(code) }), ["a", "b"]);
    await expect(observeStatus(all, session)).rejects.toMatchObject({ code });
  });
});
