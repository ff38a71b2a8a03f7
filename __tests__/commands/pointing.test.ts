import { describe, expect, test } from "@jest/globals";
import { deploy } from "../../src/commands/deploy.ts";
import { promote } from "../../src/commands/promote.ts";
import type { PullRequestState } from "../../src/domain/pull-request.ts";
import type { DeployRequest } from "../../src/inputs/request.ts";
import { observePromote } from "../../src/observe/promote.ts";
import type { Session } from "../../src/observe/session.ts";
import { isRefusal } from "../../src/plan/plan.ts";
import { planPromote } from "../../src/plan/promote.ts";
import type { StageOutcome } from "../../src/report/outcome.ts";
import { withoutCloudTrail, withoutCloudWatch } from "../alarms.ts";
import { gatewayWith } from "../apply/scene.ts";
import { withoutGitHub } from "../observe/without-github.ts";
import { anOutcome, failure } from "../report/outcomes.ts";
import { aPromotion, aRequest, aStage, forProd } from "../requests.ts";
import { aWorld } from "../world.ts";

describe("what follows a deployment", () => {
  const follows = async (
    told: PullRequestState,
    changes: Partial<DeployRequest> = {},
    outcome: Partial<StageOutcome> = {},
  ) => deploy(aRequest(changes)).follow(anOutcome(outcome), told, withoutGitHub, aWorld());

  test("is the preview's deletion where its pull request was closed meanwhile, and why", async () => {
    expect(await follows("closed")).toMatchObject({
      command: "delete",
      stageName: "pr-7",
      because: expect.stringContaining("was closed while this run was at work"),
    });
  });

  test.each<[string, ReturnType<typeof follows>]>([
    ["the pull request is open", follows("open")],
    ["nobody knows (I8)", follows("unknown")],
    ["the stage is no preview", follows("closed", forProd)],
    ["nothing was written", follows("closed", { dryRun: true })],
    ["the run failed", follows("closed", {}, { error: failure("No.") })],
    ["the run waits for a place", follows("closed", {}, { result: "skipped" })],
  ])("is nothing where %s", async (_, next) => {
    expect(await next).toBeUndefined();
  });
});

describe("right before the target of a promotion is pointed", () => {
  const request = aPromotion();
  const stages = (served: string) => [aStage({ name: "test", deploymentId: served, tags: {} })];
  const sessionWith = (served: string): Session => ({
    world: aWorld(),
    github: withoutGitHub,
    credentialsFrom: undefined,
    turn: async () => {},
    rightAccount: Promise.resolve(),
    asked: Promise.resolve(),
    gateway: gatewayWith({
      getStages: async () => stages(served),
      getDeployment: async (id) => ({ id, description: "", createdAt: 1 }),
    }),
    gatewayTo: async () => gatewayWith(),
    gatewayOf: async () => gatewayWith(),
    finishing: async () => gatewayWith(),
    cloudWatch: withoutCloudWatch,
    logs: () => Promise.reject(new Error("nobody asks")),
    cloudTrail: withoutCloudTrail,
    functionPolicies: () => Promise.reject(new Error("nobody asks")),
  });
  const looking = async (servesNow: string): Promise<void> => {
    const plan = planPromote(request, await observePromote(request, sessionWith("new111")));
    if (isRefusal(plan)) throw new Error(plan.happened);
    await promote(request).beforePointing(plan, sessionWith(servesNow));
  };

  test("the source is looked at once more, and nothing is said while it is the same", async () => {
    expect(await looking("new111")).toBeUndefined();
  });

  test("what was shown and approved is what goes out, or nothing", async () => {
    await expect(looking("newer1")).rejects.toMatchObject({ code: "SOURCE_STAGE_CHANGED", acted: "no" });
  });
});
