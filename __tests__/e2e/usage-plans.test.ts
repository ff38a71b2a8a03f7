import { describe, expect, test } from "@jest/globals";
import { announceKeys } from "../../simulator/gateway/data-plane/key-rings.ts";
import type { UsagePlan } from "../../simulator/gateway/model.ts";
import { pullRequestEvent, pushEvent, scheduleEvent } from "../../simulator/github/events.ts";
import { closePullRequest, openPullRequest } from "../../simulator/github/people.ts";
import { seedWebAcl } from "../../simulator/waf/service.ts";
import { refusal } from "../faults/effects.ts";
import { inThisProcessBy, leapingClock } from "../in-process.ts";
import { scenesWith } from "../scene.ts";
import { yamlWith } from "./files.ts";
import { addStageOf, dataPlane, promote } from "./release-scene.ts";
import { type Ended, type JobSettings, kindsThat, type Scene, type SceneOptions } from "./scene.ts";

const KEY = "the-key-of-the-smoke-tests-0123";
const ROLE = "arn:aws:sts::123456789012:assumed-role/deploy/run";
const definition = yamlWith({ "GET /orders": { needs: "key" } });
const declared = { settings: "usage-plans: [plan01, plan02]" };
const tested = { ...declared, "smoke-tests": "GET /orders 200", "smoke-test-api-key": KEY };

const addPlan = ({ gateway: { world } }: Scene, id: string, keyIds: string[] = []): UsagePlan => {
  const plan: UsagePlan = { id, name: `Plan ${id}`, apiStages: [], keyIds };
  world.usagePlans.set(id, plan);
  announceKeys(world);
  return plan;
};

/** Everybody lives by one clock, so that paces and delays are true. Two usage plans; the first has a key. */
const play = (story: (scene: Scene) => Promise<void>, gateway: SceneOptions["gateway"] = {}): Promise<void> => {
  const clock = leapingClock();
  const { inScene } = scenesWith(inThisProcessBy(() => clock));
  return inScene({ definition, gateway: { ...gateway, clock, rateLimits: true } }, async (scene) => {
    const at = { createdDate: 0, lastUpdatedDate: 0 };
    scene.gateway.world.apiKeys.set("key001", { id: "key001", value: KEY, enabled: true, ...at });
    addPlan(scene, "plan01", ["key001"]);
    addPlan(scene, "plan02");
    await story(scene);
  });
};

const entries = ({ gateway }: Scene): Record<string, string[]> =>
  Object.fromEntries(
    [...gateway.world.usagePlans].map(([id, { apiStages }]) => [id, apiStages.map(({ stage }) => stage)]),
  );

/** Somewhen later, so that no bucket of the account is empty any more. */
const aMinute = ({ gateway }: Scene): Promise<void> =>
  (gateway.world.clock as ReturnType<typeof leapingClock>).sleep(60_000, new AbortController().signal);

/** Keys open what was added to their plan as soon as it is. */
const AT_ONCE: SceneOptions["gateway"] = { delays: { keysMs: 0 } };

/** The writes of API Gateway in order, with the status of their answers. */
const writes = ({ gateway }: Scene, from = 0): string[] =>
  gateway.server.exchanges
    .slice(from)
    .filter(({ operation }) => /^(?:Create|Update|Delete)/.test(operation))
    .map(({ operation, status }) => `${operation} ${status}`);

const preview = async (scene: Scene, inputs: Readonly<Record<string, string>> = declared) => {
  const pull = openPullRequest(scene.github.world, scene.repository, { user: "bob", headRef: "more" });
  await aMinute(scene);
  await scene.deploy(inputs, { event: pullRequestEvent(scene.repository, pull, "opened") });
  return pull;
};

const warnings = (run: Ended): string[] =>
  run.annotations.filter(({ level }) => level === "warning").map(({ message }) => message);

describe.each(kindsThat("usage-plans"))("of $name:", () => {
  describe("a preview", () => {
    test("joins its plans one by one, is tested with a key that opens it late, and leaves them before it is deleted", () =>
      play(async (scene) => {
        const inputs = { ...tested, "invoke-url": dataPlane(scene) };
        const run = await scene.deploy(inputs);
        expect(warnings(run)).toEqual([]);
        expect([run.outputs["result"], run.text]).toEqual([
          "created",
          expect.stringContaining("The smoke test passed."),
        ]);
        expect(writes(scene)).toEqual([
          "CreateDeployment 201",
          "CreateStage 201",
          "UpdateUsagePlan 200",
          "UpdateUsagePlan 200",
        ]);
        expect(entries(scene)).toEqual({ plan01: ["pr-1"], plan02: ["pr-1"] });
        expect(run.text).toContain("3. Add stage pr-1 to usage plan Plan plan01 (plan01)");
        expect(run.text).toContain("going to add stage pr-1 to usage plan plan02 in 20 s");
        // The runner itself shows what a step is given; from a secret, it hides that.
        expect(run.text.slice(run.text.indexOf("##[endgroup]"))).not.toContain(KEY);
        expect(run.summary + JSON.stringify(scene.comments()) + run.outputs["plan"]).not.toContain(KEY);

        const before = scene.gateway.server.exchanges.length;
        const again = await scene.deploy(inputs, { rerunOf: run.run });
        expect(again.outputs["result"]).toBe("unchanged");
        expect(writes(scene, before)).toEqual([]);

        await aMinute(scene);
        closePullRequest(scene.github.world, scene.repository, scene.pull);
        const closed = await scene.deploy({}, { event: scene.opened("closed") });
        expect(closed.outputs["result"]).toBe("deleted");
        expect(writes(scene, before)).toEqual([
          "UpdateUsagePlan 200",
          "UpdateUsagePlan 200",
          "DeleteStage 202",
          "DeleteDeployment 202",
        ]);
        expect(entries(scene)).toEqual({ plan01: [], plan02: [] });
      }));

    test("that could not join all plans is finished by the next attempt", () =>
      play(async (scene) => {
        const effect = refusal(400, "BadRequestException", "The plan is locked");
        scene.gateway.server.faults.add({ operation: "UpdateUsagePlan", effect, times: 1 });
        const run = await scene.deploy(declared);
        expect(run.conclusion).toBe("failure");
        expect(run.text).toContain("(USAGE_PLAN_REFUSED)");
        expect(run.text).toContain("Not all of its settings are as declared; running this job again applies them.");
        expect(entries(scene)).toEqual({ plan01: [], plan02: [] });

        const before = scene.gateway.server.exchanges.length;
        await aMinute(scene);
        const again = await scene.deploy(declared, { rerunOf: run.run });
        expect(again.outputs["result"]).toBe("updated");
        expect(writes(scene, before)).toEqual(["UpdateUsagePlan 200", "UpdateUsagePlan 200"]);
      }));

    test("whose plan does not exist is not made", () =>
      play(async (scene) => {
        const run = await scene.deploy({ settings: "usage-plans: [plan01, gone99]" });
        expect(run.text).toContain("(INVALID_SETTINGS)");
        expect(run.text).toContain("usage-plans names gone99 (settings), and there is no such usage plan");
        expect(writes(scene)).toEqual([]);
      }));
  });

  describe("routes that require an API key, on a stage that is in no plan", () => {
    const locked = "GET /orders requires an API key, and stage pr-1 is in no usage plan";
    const asks = (scene: Scene): number => scene.asked().filter((operation) => operation === "GetUsagePlans").length;

    test("are warned of, by one request", () =>
      play(async (scene) => {
        expect(warnings(await scene.deploy({}))).toEqual([expect.stringContaining(locked)]);
        expect(asks(scene)).toBe(1);
        await aMinute(scene);
        expect(warnings(await scene.deploy(declared))).toEqual([]);
        expect(asks(scene)).toBe(1);
        await aMinute(scene);
        expect(warnings(await scene.deploy({}))).toEqual([]);
        expect(asks(scene)).toBe(2);
      }));

    test("I8: are not, where the role may not read the plans, and the log says so", () => {
      const denied = (_: string, resource: string): boolean => resource.endsWith("/usageplans");
      return scenesWith(inThisProcessBy(leapingClock)).inScene(
        { definition, access: { keys: new Map([["AKIASIMULATED0000000", { arn: ROLE, status: "active", denied }]]) } },
        async (scene) => {
          const run = await scene.deploy({});
          expect([run.conclusion, warnings(run), asks(scene)]).toEqual(["success", [], 1]);
          expect(run.text).toMatch(/Nobody checked whether stage pr-1 is in a usage plan.*GET on \/usageplans/);
        },
      );
    });
  });

  test("a stage of others joins nothing, and people are told how it would", () =>
    play(async (scene) => {
      scene.addStage("prod");
      const event = pushEvent(scene.repository, "main", "alice");
      const run = await scene.deploy({ "stage-name": "prod", settings: "usage-plans: [plan01]" }, { event });
      expect(run.outputs["result"]).toBe("updated");
      expect(warnings(run)).toEqual([
        expect.stringContaining(
          "--usage-plan-id plan01 --patch-operations op=add,path=/apiStages,value=a1b2c3d4e5:prod",
        ),
      ]);
      expect(entries(scene)).toEqual({ plan01: [], plan02: [] });
    }));

  describe("a sweep", () => {
    const nightly = (scene: Scene) => ({ event: scheduleEvent(scene.repository, "17 3 * * *") });

    /** Three previews of pull requests that are closed without a run; somebody has put the third into another plan. */
    const threeEnded = async (scene: Scene): Promise<number> => {
      await scene.deploy(declared);
      const pulls = [scene.pull, await preview(scene), await preview(scene)];
      for (const pull of pulls) closePullRequest(scene.github.world, scene.repository, pull);
      await aMinute(scene);
      addPlan(scene, "gold01").apiStages.push({ apiId: scene.api.id, stage: "pr-3" });
      return scene.gateway.server.exchanges.length;
    };

    test("takes all stages that go out of a plan in one request, and keeps what another plan names", () =>
      play(async (scene) => {
        const before = await threeEnded(scene);
        const run = await scene.deploy({}, nightly(scene));
        expect(run.outputs["result"]).toBe("swept");
        expect(writes(scene, before).filter((write) => !write.startsWith("DeleteDeployment"))).toEqual([
          "UpdateUsagePlan 200",
          "UpdateUsagePlan 200",
          "DeleteStage 202",
          "DeleteStage 202",
        ]);
        expect(entries(scene)).toEqual({ plan01: ["pr-3"], plan02: ["pr-3"], gold01: ["pr-3"] });
        expect(run.summary).toContain("| 2 stages in usage plan Plan plan01 (plan01) | taken out |");
        expect(run.text).toContain("but the stage is in use: usage plan Plan gold01 (gold01)");
      }));

    test("deletes no stage that it could not take out, and the next one does", () =>
      play(async (scene) => {
        const before = await threeEnded(scene);
        const effect = refusal(400, "BadRequestException", "The plan is locked");
        scene.gateway.server.faults.add({ operation: "UpdateUsagePlan", effect, times: 1 });
        const run = await scene.deploy({}, nightly(scene));
        expect(run.conclusion).toBe("failure");
        expect(run.text).toContain("(USAGE_PLAN_REFUSED)");
        expect(run.summary).toContain("kept: it is in its usage plan still");
        expect(writes(scene, before)).not.toContain("DeleteStage 202");

        await scene.deploy({}, nightly(scene));
        expect([...scene.api.stages.keys()]).toEqual(["pr-3"]);
      }));
  });

  test("a preview that is deployed to after it has left its plans is back in them, and stays", () =>
    play(async (scene) => {
      await scene.deploy(declared);
      closePullRequest(scene.github.world, scene.repository, scene.pull);
      scene.gateway.server.gate = async ({ operation }) => {
        const stage = scene.stage("pr-1");
        if (operation !== "UpdateUsagePlan" || stage === undefined) return;
        scene.gateway.server.gate = undefined;
        const id = "again1";
        scene.api.deployments.set(id, { id, createdDate: 1, definition: scene.api.draft });
        stage.deploymentId = id;
      };
      const run = await scene.deploy({}, { event: scene.opened("closed") });
      expect(run.outputs["result"]).toBe("skipped");
      expect(scene.stage("pr-1")?.deploymentId).toBe("again1");
      expect(entries(scene)).toEqual({ plan01: ["pr-1"], plan02: ["pr-1"] });
    }));

  describe("an eviction", () => {
    test.each<[string, SceneOptions["gateway"], Record<string, string>, string[]]>([
      ["preview-limit", {}, { "preview-limit": "1" }, []],
      ["the service's own quota", { quotas: { stagesPerApi: 1 } }, {}, ["CreateStage 429"]],
    ])("by %s takes the preview out of its plans before it is deleted (I13)", (_, gateway, limit, refused) =>
      play(async (scene) => {
        await scene.deploy(declared);
        await aMinute(scene);
        const before = scene.gateway.server.exchanges.length;
        await preview(scene, { ...declared, ...limit, "on-limit": "evict-oldest" });
        expect(writes(scene, before)).toEqual([
          "CreateDeployment 201",
          ...refused,
          "UpdateUsagePlan 200",
          "UpdateUsagePlan 200",
          "DeleteStage 202",
          "CreateStage 201",
          "UpdateUsagePlan 200",
          "UpdateUsagePlan 200",
        ]);
        expect(entries(scene)).toEqual({ plan01: ["pr-2"], plan02: ["pr-2"] });
      }, gateway),
    );
  });

  describe("I5: a run that is killed between two writes is finished by the next", () => {
    /** Lets the run end right before it sends this operation for the nth time. */
    const killBefore = ({ gateway }: Scene, operation: string, nth: number): AbortSignal => {
      const kill = new AbortController();
      let seen = 0;
      gateway.server.gate = async (request) => {
        if (request.operation !== operation || ++seen < nth) return;
        gateway.server.gate = undefined;
        kill.abort();
        await new Promise(() => {});
      };
      return kill.signal;
    };

    test("a preview that has joined one of its plans", () =>
      play(async (scene) => {
        const first = await scene.deploy(declared, { kill: killBefore(scene, "UpdateUsagePlan", 2) });
        expect(entries(scene)).toEqual({ plan01: ["pr-1"], plan02: [] });
        await aMinute(scene);
        const before = scene.gateway.server.exchanges.length;
        const again = await scene.deploy(declared, { rerunOf: first.run });
        expect(again.outputs["result"]).toBe("updated");
        expect(writes(scene, before)).toEqual(["UpdateUsagePlan 200"]);
        expect(entries(scene)).toEqual({ plan01: ["pr-1"], plan02: ["pr-1"] });
      }));

    test.each<[string, string, number, string[]]>([
      ["left one of its plans", "UpdateUsagePlan", 2, ["UpdateUsagePlan 200"]],
      ["left its plans", "DeleteStage", 1, []],
    ])("a preview of a closed pull request that has %s", (_, operation, nth, left) =>
      play(async (scene) => {
        await scene.deploy(declared);
        await aMinute(scene);
        closePullRequest(scene.github.world, scene.repository, scene.pull);
        const closed = scene.opened("closed");
        const first = await scene.deploy({}, { event: closed, kill: killBefore(scene, operation, nth) });
        await aMinute(scene);
        const before = scene.gateway.server.exchanges.length;
        const again = await scene.deploy({}, { event: closed, rerunOf: first.run });
        expect(again.outputs["result"]).toBe("deleted");
        expect(writes(scene, before)).toEqual([...left, "DeleteStage 202", "DeleteDeployment 202"]);
        expect(entries(scene)).toEqual({ plan01: [], plan02: [] });
      }),
    );
  });

  test("a canary joins no plan: the stage's plans are for all its callers, and wait for the deployment after it", () =>
    play(async (scene) => {
      const tags = { "apigw-stage-action": `repository=${scene.repository.id}/rest-api=a1b2c3d4e5/stage=prod` };
      addStageOf(scene, "prod", { body: "old" }, { tags });
      addStageOf(scene, "test", { body: "new" });
      const run = await promote(scene, { ...declared, "canary-percent": "10" });
      expect(run.outputs["result"]).toBe("canary-started");
      expect(warnings(run)).toEqual([
        expect.stringMatching(/stay so while it has a canary.*: usage-plans\. The next deployment after the canary/),
      ]);
      expect(writes(scene)).toEqual(["UpdateStage 200"]);
      expect(entries(scene)).toEqual({ plan01: [], plan02: [] });

      const ended = { "stage-name": "prod", command: "canary", "canary-percent": "100" };
      const event = pushEvent(scene.repository, "main", "alice");
      expect((await scene.deploy(ended, { event })).outputs["result"]).toBe("canary-completed");
      const next = await promote(scene, declared);
      expect(next.outputs["result"]).toBe("promoted");
      expect(entries(scene)).toEqual({ plan01: ["prod"], plan02: ["prod"] });
    }));

  describe("a dark stage", () => {
    /** A stage `prod` of ours in the first plan, behind a web ACL; the next deployment of the draft is tested first. */
    const released = async (scene: Scene) => {
      const { arn } = seedWebAcl(scene.gateway.world, "shop");
      const settings = `usage-plans: [plan01]\nweb-acl: ${arn}`;
      const event = pushEvent(scene.repository, "main", "alice");
      const deploy = (inputs: Readonly<Record<string, string>> = {}, job: JobSettings = {}) =>
        scene.deploy({ "stage-name": "prod", settings, ...inputs }, { event, ...job });
      const { outputs } = await deploy();
      await aMinute(scene);
      const dark = { ...tested, settings, "dark-stage": "true", "invoke-url": dataPlane(scene) };
      return {
        arn,
        served: outputs["deployment-id"],
        from: scene.gateway.server.exchanges.length,
        again: (inputs: Readonly<Record<string, string>> = {}, job: JobSettings = {}) =>
          deploy({ ...dark, ...inputs }, job),
      };
    };

    /** What stands before the dark stage and opens it, when it is asked for the first time. */
    const asked = (scene: Scene, happens: () => Promise<void> = async () => {}): unknown[] => {
      const seen: unknown[] = [];
      scene.gateway.server.gate = async ({ operation }) => {
        const stage = scene.stage("prod-next");
        if (operation !== "Invoke" || stage === undefined || seen.push([stage.webAclArn, entries(scene)]) > 1) return;
        await happens();
      };
      return seen;
    };

    test("joins the plans of the settings for its tests, behind the target's web ACL, and leaves them before it goes", () =>
      play(async (scene) => {
        const { arn, from, again } = await released(scene);
        const seen = asked(scene);
        const run = await again();
        expect([run.outputs["result"], run.text]).toEqual([
          "updated",
          expect.stringContaining("before callers met it"),
        ]);
        expect(run.text).toContain("They will be as soon as stage prod-next serves the deployment.");
        expect(seen[0]).toEqual([arn, { plan01: ["prod", "prod-next"], plan02: [] }]);
        expect(run.text).not.toContain("An account may change one usage plan");
        expect(writes(scene, from)).toEqual([
          "CreateDeployment 201",
          "CreateStage 201",
          "UpdateUsagePlan 200",
          "UpdateUsagePlan 200",
          "DeleteStage 202",
          "UpdateStage 200",
        ]);
        expect(entries(scene)).toEqual({ plan01: ["prod"], plan02: [] });
      }));

    test.each(["cancelled", "killed"])(
      "of a run that is %s leaves its plans all the same, then or with the next",
      (how) =>
        play(async (scene) => {
          const { served, again } = await released(scene);
          const end = new AbortController();
          asked(scene, async () => {
            await aMinute(scene);
            end.abort();
            if (how === "killed") await new Promise(() => {});
          });
          await again({}, how === "killed" ? { kill: end.signal } : { runner: { cancel: end.signal } });
          const isLeft = how === "killed";
          expect([scene.stage("prod-next") !== undefined, entries(scene)["plan01"]]).toEqual([
            isLeft,
            isLeft ? ["prod", "prod-next"] : ["prod"],
          ]);
          expect(scene.stage("prod")?.deploymentId).toBe(served);

          await aMinute(scene);
          scene.gateway.server.gate = undefined;
          expect((await again()).outputs["result"]).toBe("updated");
          expect([scene.stage("prod-next"), entries(scene)["plan01"]]).toEqual([undefined, ["prod"]]);
        }, AT_ONCE),
    );

    test("of a run that is cancelled goes, too, where the account's pace leaves no time to leave its plans first", () =>
      play(async (scene) => {
        const { served, again } = await released(scene);
        const end = new AbortController();
        const throttled = {
          operation: "UpdateUsagePlan",
          effect: refusal(429, "TooManyRequestsException", ""),
          times: 99,
        };
        asked(scene, async () => {
          scene.gateway.server.faults.add(throttled);
          end.abort();
        });
        const run = await again({}, { runner: { cancel: end.signal } });
        expect([scene.stage("prod-next"), scene.stage("prod")?.deploymentId]).toEqual([undefined, served]);
        expect(run.text).toContain("Stage prod-next, which served it first, is removed.");
        expect(warnings(run)).toEqual([
          expect.stringContaining("Stage prod-next is deleted, and could not be taken out of its usage plans before"),
        ]);
      }, AT_ONCE));
  });
});
