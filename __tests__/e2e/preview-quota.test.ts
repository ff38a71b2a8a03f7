import { describe, expect, test } from "@jest/globals";
import { statementsOf } from "../../scripts/iam-policies.ts";
import type { Access } from "../../simulator/aws/access.ts";
import { addMapping, newDomainName } from "../../simulator/gateway/domain-name.ts";
import type { Stage } from "../../simulator/gateway/model.ts";
import { pullRequestEvent, pushEvent } from "../../simulator/github/events.ts";
import { openPullRequest } from "../../simulator/github/people.ts";
import { accessBy } from "../access.ts";
import { refusal } from "../faults/effects.ts";
import type { Ended, Scene, SceneOptions } from "./scene.ts";
import { inScene, kinds, statesOf } from "./scene.ts";

type Denied = { readonly access?: Access; readonly granted?: boolean };

const DAY = 86_400_000;

/** Two previews of ours, of pull requests 2 (the older) and 3, and a stage of others; then pull request 1 wants one. */
const inFullScene = (options: SceneOptions, play: (scene: Scene) => Promise<void>): Promise<void> =>
  inScene(options, async (scene) => {
    scene.addStage("prod");
    for (const [user, days] of [
      ["bob", 9],
      ["carol", 2],
    ] as const) {
      const pull = openPullRequest(scene.github.world, scene.repository, { user, headRef: user });
      await scene.deploy({}, { event: pullRequestEvent(scene.repository, pull, "opened") });
      const name = `pr-${pull.number}`;
      const stage = scene.stage(name);
      if (stage === undefined) throw new Error("the preview was not made");
      const aged: Stage = { ...stage, createdDate: Date.now() - days * DAY - 60_000 };
      scene.api.stages.set(name, aged);
    }
    await play(scene);
  });

const newDeployments = (scene: Scene, run: Ended): number =>
  [...scene.api.deployments.values()].filter(({ description }) => description?.includes(`/${run.run.id}.`)).length;

const commentOf = (scene: Scene, number: number): string => {
  const [comment, ...more] = scene.comments().filter(({ issue }) => issue.number === number);
  expect(more).toEqual([]);
  return comment?.body ?? "";
};

/** The last state of each record, by the stage that it is about. */
const states = (scene: Scene): Record<string, string | undefined> =>
  Object.fromEntries(
    scene.records().map((record) => {
      const { "stage-name": stageName } = record.payload as Record<string, unknown>;
      return [String(stageName), statesOf(record).at(-1)];
    }),
  );

const holders = [
  "pr-2: preview of pull request #2 of this repository, 9 days old",
  "pr-3: preview of pull request #3 of this repository, 2 days old",
];

const full: readonly (readonly [string, SceneOptions, Record<string, string>])[] = [
  ["preview-limit", {}, { "preview-limit": "2" }],
  ["the service's own quota", { gateway: { quotas: { stagesPerApi: 3 } } }, {}],
];

describe.each(kinds)("of $name:", (kind) => {
  describe.each(full)("no room by %s", (name, options, limit) => {
    /** The limit is known before anything is made; the quota only by the service's refusal. */
    const made = name === "preview-limit" ? 0 : 1;

    test("fail: names who holds the stages, and how old they are", () =>
      inFullScene({ ...kind.options, ...options }, async (scene) => {
        const run = await scene.deploy(limit);
        expect(run.conclusion).toBe("failure");
        expect(run.outputs).toMatchObject({ result: "failed", changed: "false" });
        expect(run.text).toContain("(STAGE_QUOTA)");
        for (const holder of holders) expect(run.text).toContain(holder);
        expect(run.text).toContain(
          made === 0 ? "raise preview-limit" : "3 of 3 stages are there, says Service Quotas.",
        );
        expect(scene.asked().includes("GetServiceQuota")).toBe(made === 1);
        expect(newDeployments(scene, run)).toBe(made);
        expect([...scene.api.stages.keys()]).toEqual(["prod", "pr-2", "pr-3"]);
        expect(commentOf(scene, 1)).toContain("### ❌ Orders · preview `pr-1` was not deployed");
        expect(states(scene)["pr-1"]).toBe(made === 0 ? undefined : "failure");
      }));

    test("skip: green, and comment and summary say that it waits", () =>
      inFullScene({ ...kind.options, ...options }, async (scene) => {
        const run = await scene.deploy({ ...limit, "on-limit": "skip" });
        expect(run.conclusion).toBe("success");
        expect(run.annotations).toEqual([]);
        expect(run.outputs).toMatchObject({
          result: "skipped",
          changed: "false",
          "invoke-url": "",
          "deployment-id": "",
        });
        for (const text of [run.summary, commentOf(scene, 1)]) {
          expect(text).toContain("### ⏳ Orders · preview `pr-1` waits for a slot");
          expect(text).toMatch(/pull request #\u200b2 of this repository, 9 days old/);
          expect(text).not.toContain("What was done");
        }
        expect(newDeployments(scene, run)).toBe(made);
        expect([...scene.api.stages.keys()]).toEqual(["prod", "pr-2", "pr-3"]);
        expect(states(scene)["pr-1"]).toBe(made === 0 ? undefined : "inactive");

        scene.api.stages.delete("pr-2");
        const later = await scene.deploy({ ...limit, "on-limit": "skip" }, { rerunOf: run.run });
        expect(later.outputs["result"]).toBe("created");
        expect(newDeployments(scene, run)).toBe(1);
        expect(commentOf(scene, 1)).toContain("### ✅ Orders · preview `pr-1` is live");
      }));

    test("evict-oldest: the oldest of ours makes room, and its pull request is told", () =>
      inFullScene({ ...kind.options, ...options }, async (scene) => {
        const run = await scene.deploy({ ...limit, "on-limit": "evict-oldest" });
        expect(run.conclusion).toBe("success");
        expect(run.annotations).toEqual([]);
        expect(run.outputs["result"]).toBe("created");
        expect([...scene.api.stages.keys()]).toEqual(["prod", "pr-3", "pr-1"]);
        expect(newDeployments(scene, run)).toBe(1);
        expect(states(scene)).toEqual({ "pr-1": "success", "pr-2": "inactive", "pr-3": "success" });
        expect(scene.records()).toHaveLength(3);
        expect(commentOf(scene, 2)).toContain("### ⚪ Orders · preview `pr-2` was removed");
        expect(commentOf(scene, 2)).toContain("The next push to the pull request brings it back.");
        expect(commentOf(scene, 3)).toContain("### ✅ Orders · preview `pr-3` is live");
        expect(commentOf(scene, 1)).toContain("### ✅ Orders · preview `pr-1` is live");
        expect(run.summary).toContain("Stage pr-2 was deleted");
        expect(run.outputs["evicted-stages"]).toBe('["pr-2"]');
        expect(run.text).toContain("Deleted stage pr-2, the preview of pull request #2, to make room.");
      }));

    test("evict-oldest: what is evicted is known although the run is killed right after, and its pull request is told", () =>
      inFullScene({ ...kind.options, ...options }, async (scene) => {
        const kill = new AbortController();
        const remaining = (): boolean => scene.api.stages.has("pr-2");
        scene.gateway.server.gate = async ({ operation }) => {
          if (operation !== "CreateStage" || remaining()) return;
          kill.abort();
          await new Promise(() => {});
        };
        const run = await scene.deploy({ ...limit, "on-limit": "evict-oldest" }, { kill: kill.signal });
        expect(run.steps[0]?.exitCode).toBe(137);
        expect(run.outputs["evicted-stages"]).toBe('["pr-2"]');
        expect(run.text).toContain("Deleted stage pr-2, the preview of pull request #2, to make room.");
        expect(commentOf(scene, 2)).toContain("### ⚪ Orders · preview `pr-2` was removed");
      }));

    test("evict-oldest: an eviction that fails half-way tells what is gone, and what is not", () =>
      inFullScene({ ...kind.options, ...options }, async (scene) => {
        const pull = openPullRequest(scene.github.world, scene.repository, { user: "dave", headRef: "dave" });
        scene.gateway.server.faults.add({
          operation: "CreateStage",
          effect: refusal(403, "AccessDeniedException", "No."),
          skip: name === "preview-limit" ? 0 : 1,
        });
        const run = await scene.deploy(
          { ...limit, "on-limit": "evict-oldest" },
          { event: pullRequestEvent(scene.repository, pull, "opened") },
        );
        expect(run.conclusion).toBe("failure");
        expect(run.outputs).toMatchObject({ result: "failed", changed: "true", "evicted-stages": '["pr-2"]' });
        expect(run.text).toContain("Stage pr-2 was deleted.");
        expect(run.summary).toContain("Stage pr-2 was deleted.");
        expect(commentOf(scene, 2)).toContain("### ⚪ Orders · preview `pr-2` was removed");
        expect(states(scene)["pr-2"]).toBe("inactive");
      }));

    test("evict-oldest: what something else names stays, and the next oldest goes", () =>
      inFullScene({ ...kind.options, ...options }, async (scene) => {
        const { world } = scene.gateway;
        const mapping = { basePath: "orders", restApiId: scene.api.id, stage: "pr-2" };
        addMapping(world, newDomainName(world, "api.example.com"), mapping);
        const run = await scene.deploy({ ...limit, "on-limit": "evict-oldest" });
        expect(run.outputs["result"]).toBe("created");
        expect([...scene.api.stages.keys()]).toEqual(["prod", "pr-2", "pr-1"]);
      }));

    test("evict-oldest: nothing of others is ever evicted", () =>
      inFullScene({ ...kind.options, ...options }, async (scene) => {
        for (const [name, stage] of scene.api.stages) {
          const tags = { "apigw-stage-action": `repository=1/pull-request=9/rest-api=${scene.api.id}/stage=${name}` };
          if (name !== "prod") scene.api.stages.set(name, { ...stage, tags });
        }
        const run = await scene.deploy({ ...limit, "on-limit": "evict-oldest" });
        expect(run.conclusion).toBe("failure");
        expect(run.text).toContain("There are not enough previews of this repository that could make room.");
        expect([...scene.api.stages.keys()]).toEqual(["prod", "pr-2", "pr-3"]);
      }));

    test("a preview that has its stage already is not held up", () =>
      inFullScene({ ...kind.options, ...options }, async (scene) => {
        const pull = scene.repository.issues.get(2);
        if (pull === undefined || !("head" in pull)) throw new Error("no pull request 2");
        const run = await scene.deploy(limit, { event: pullRequestEvent(scene.repository, pull, "synchronize") });
        expect(run.outputs).toMatchObject({ result: "updated", "evicted-stages": "[]" });
      }));
  });

  test("evict-oldest: where the second of two cannot go, all say that the first is gone and the second is there", () =>
    inFullScene(kind.options, async (scene) => {
      const no = refusal(403, "AccessDeniedException", "No.");
      scene.gateway.server.faults.add({ operation: "DeleteStage", effect: no, skip: 1 });
      const run = await scene.deploy({ "preview-limit": "1", "on-limit": "evict-oldest" });
      expect(run.conclusion).toBe("failure");
      expect(run.outputs).toMatchObject({ result: "failed", changed: "true", "evicted-stages": '["pr-2"]' });
      expect([...scene.api.stages.keys()]).toEqual(["prod", "pr-3"]);
      expect(run.text).toContain("Deleted stage pr-2, the preview of pull request #2, to make room.");
      expect(run.text).not.toContain("Deleted stage pr-3");
      for (const text of [run.text, run.summary, commentOf(scene, 1)]) {
        expect(text).toContain("Stage pr-2 was deleted.");
        expect(text).not.toContain("Stage pr-3 was deleted.");
      }
      expect(commentOf(scene, 1)).toContain("### ❌ Orders · preview `pr-1` ");
      expect(commentOf(scene, 2)).toContain("### ⚪ Orders · preview `pr-2` was removed");
      expect(commentOf(scene, 3)).toContain("### ✅ Orders · preview `pr-3` is live");
      expect(states(scene)).toEqual({ "pr-1": "failure", "pr-2": "inactive", "pr-3": "success" });
    }));

  test("I5: an eviction that was killed before it could tell is told by the next attempt", () =>
    inFullScene(kind.options, async (scene) => {
      for (const record of scene.records()) Object.assign(record, { createdAt: Date.now() - DAY });
      const kill = new AbortController();
      scene.gateway.server.gate = async ({ operation }) => {
        if (operation !== "DeleteStage") return;
        scene.api.stages.delete("pr-2");
        kill.abort();
        await new Promise(() => {});
      };
      const inputs = { "preview-limit": "2", "on-limit": "evict-oldest" };
      const { run } = await scene.deploy(inputs, { kill: kill.signal });
      scene.gateway.server.gate = undefined;
      expect(commentOf(scene, 2)).toContain("### ✅ Orders · preview `pr-2` is live");
      const again = await scene.deploy(inputs, { rerunOf: run });
      expect(again.outputs["result"]).toBe("created");
      expect(commentOf(scene, 2)).toContain("### ⚪ Orders · preview `pr-2` was removed");
      expect(commentOf(scene, 3)).toContain("### ✅ Orders · preview `pr-3` is live");
      expect(states(scene)).toEqual({ "pr-1": "success", "pr-2": "inactive", "pr-3": "success" });
    }));

  test("a named stage is refused by the quota like anything else, and evicts nobody", () =>
    inFullScene({ ...kind.options, gateway: { quotas: { stagesPerApi: 3 } } }, async (scene) => {
      const run = await scene.deploy({ "stage-name": "test", "on-limit": "evict-oldest" });
      expect(run.conclusion).toBe("failure");
      expect(run.text).toContain("(STAGE_QUOTA)");
      expect([...scene.api.stages.keys()]).toEqual(["prod", "pr-2", "pr-3"]);
    }));

  describe("a lasting stage that API Gateway refuses", () => {
    const url =
      "https://console.aws.amazon.com/servicequotas/home/services/apigateway/quotas/L-379E48B0?region=eu-central-1";
    const refused = (play: (run: Ended, scene: Scene) => void, { access, granted }: Denied = {}): Promise<void> =>
      inScene(
        { ...kind.options, gateway: { quotas: { stagesPerApi: 1 } }, ...(access === undefined ? {} : { access }) },
        async (scene) => {
          if (granted) scene.gateway.world.quotas.stagesOfApi.set(scene.api.id, 2);
          for (const name of granted ? ["prod", "test"] : ["prod"]) scene.addStage(name);
          const event = pushEvent(scene.repository, "main", "alice");
          play(await scene.deploy({ "stage-name": "dev" }, { event }), scene);
        },
      );

    test("tells how many there may be, and where the quota is raised", () =>
      refused((run) => {
        expect(run.text).toContain("(STAGE_QUOTA)");
        expect(run.text).toContain("1 of 1 stages are there, says Service Quotas.");
        expect(run.text).toContain(`The quota is raised here: ${url}`);
      }));

    test("counts what was granted to the REST API alone", () =>
      refused((run) => expect(run.text).toContain("2 of 2 stages are there"), { granted: true }));

    test("tells no number to a role that may not ask", () =>
      refused(
        (run) => {
          expect(run.text).not.toContain("says Service Quotas");
          expect(run.text).toContain(`The quota is raised here: ${url}`);
          expect(run.text).not.toContain("servicequotas:GetServiceQuota");
        },
        { access: accessBy(statementsOf(["deploy", "http-apis"])) },
      ));
  });
});
