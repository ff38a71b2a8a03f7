import { describe, expect, test } from "@jest/globals";
import type { MethodSetting, Stage } from "../../simulator/gateway/model.ts";
import { dispatchEvent } from "../../simulator/github/events.ts";
import { refusal } from "../faults/effects.ts";
import { addVersion, answerOf, changeDraft, dataPlane, deployTo, promote, written } from "./release-scene.ts";
import { inScene, kinds, kindsThat, routeSettingsOf, type Scene, variablesOf } from "./scene.ts";

const settings = "variables: { backend: v1 }\nthrottling: { rate: 5, burst: 10 }\nmetrics: true\n";

/** Answers the operations that change something, of those that are asked for later. */
const writtenFromNowOn = (scene: Scene): (() => string[]) => {
  const before = written(scene).length;
  return () => written(scene).slice(before);
};

/** A stage `prod` of ours, and a stage `test` with a later version. */
const release = async (scene: Scene, later: Parameters<typeof addVersion>[1] = {}) => {
  changeDraft(scene, {});
  await deployTo(scene, "prod", { settings: scene.httpApi === undefined ? `${settings}tracing: true\n` : settings });
  const first = scene.stage("prod")?.deploymentId ?? "";
  const next = addVersion(scene, { body: '{"health": "better"}', ...later });
  scene.addStage("test", { deploymentId: next });
  return { first, next, written: writtenFromNowOn(scene) };
};

const dark = (scene: Scene, more: Readonly<Record<string, string>> = {}) => ({
  "dark-stage": "true",
  "smoke-tests": 'GET /health 200 contains "better"',
  "smoke-test-timeout": "2",
  "invoke-url": dataPlane(scene),
  ...more,
});

type Watched = {
  readonly asked: string[];
  /** The dark stage, of either kind, as its first caller met it. */
  seen?: Partial<Stage> & { readonly ofAllRoutes: Partial<MethodSetting> };
};

/** Looks at the stage whenever its data plane is asked; `happens` at the first time. */
const watching = (scene: Scene, happens: () => Promise<void> = async () => {}): Watched => {
  const found: Watched = { asked: [] };
  scene.gateway.server.gate = async ({ operation, request }) => {
    if (operation !== "Invoke") return;
    const [, , name = ""] = (request.path ?? "").split("/");
    found.asked.push(`${name} while prod serves ${scene.stage("prod")?.deploymentId}`);
    const stage = scene.stage("prod-next");
    if (stage === undefined || found.seen !== undefined) return;
    found.seen = structuredClone({
      ...stage,
      variables: variablesOf(scene, "prod-next") ?? {},
      ofAllRoutes: routeSettingsOf(scene, "prod-next"),
    });
    await happens();
  };
  return found;
};

const titles = (run: { annotations: readonly { title?: string | undefined }[] }) =>
  run.annotations.map(({ title }) => title);

describe.each(kinds)("of $name: a promotion by a dark stage", ({ options, can }) => {
  test("is tested where nobody looks, with the target's settings, and pointed once that stage is gone", () =>
    inScene(options, async (scene) => {
      const { first, next, written } = await release(scene);
      const found = watching(scene);
      const more = { settings: "variables: { backend: v2 }\nthrottling: { burst: 20 }\n", export: "true" };
      const run = await promote(scene, dark(scene, more));
      expect(run.outputs).toMatchObject({ result: "promoted", "deployment-id": next });
      if (can("contract-export")) expect(run.outputs["breaking-changes"]).toBe("0");
      expect(found.asked[0]).toBe(`prod-next while prod serves ${first}`);
      expect(found.asked.at(-1)).toBe(`prod while prod serves ${next}`);
      expect(found.seen).toMatchObject({
        deploymentId: next,
        variables: { backend: "v2" },
        ofAllRoutes: { throttlingRateLimit: 5, throttlingBurstLimit: 20, metricsEnabled: true },
        ...(can("tracing") ? { tracingEnabled: true } : {}),
        ...(can("cache") ? { cacheClusterEnabled: false } : {}),
      });
      expect(written()).toEqual(expect.arrayContaining(["CreateStage", "DeleteStage", "UpdateStage", "TagResource"]));
      expect(written().lastIndexOf("UpdateStage")).toBeGreaterThan(written().indexOf("DeleteStage"));
      expect([...scene.api.stages.keys()].sort()).toEqual(["prod", "test"]);
      expect(run.summary).toContain("was tested on stage prod-next before callers met it. The smoke test passed.");
      expect(run.summary).not.toContain("/prod-next");
      expect(run.outputs["invoke-url"]).toMatch(/\/prod$/);
    }));

  test("that does not pass changes nothing for callers, also where it makes the deployment itself", () =>
    inScene(options, async (scene) => {
      const { first } = await release(scene, { status: 500 });
      const before = structuredClone(scene.stage("prod"));
      const promoted = await promote(scene, dark(scene));
      expect(promoted.outputs).toMatchObject({ result: "failed", changed: "false", "deployment-id": first });
      expect(titles(promoted)).toEqual(["SMOKE_TESTS_FAILED"]);
      expect(promoted.text).toContain("stage prod was not pointed at it");
      expect(promoted.text).toContain(`State: Stage prod still serves deployment ${first}; callers notice nothing.`);
      expect(promoted.text).toContain("Stage prod-next, which served it first, is removed.");
      const deployed = await deployTo(scene, "prod", dark(scene));
      expect(deployed.outputs).toMatchObject({ result: "failed", changed: "false" });
      expect(deployed.text).toContain("was created and no stage serves it");
      expect(scene.stage("prod")).toEqual(before);
      expect(scene.stage("prod-next")).toBeUndefined();
      expect(await answerOf(scene, "prod")).toContain("fine");
    }));

  test("of a stage that is new has nobody to spare, and says so; without change there is none", () =>
    inScene(options, async (scene) => {
      const { written } = await release(scene);
      const fresh = await promote(scene, { ...dark(scene), "stage-name": "fresh" });
      expect(fresh.outputs["result"]).toBe("promoted");
      expect(fresh.text).toContain("Stage fresh is new and has no callers");
      expect(written().filter((operation) => operation === "DeleteStage")).toEqual([]);
      const again = await promote(scene, { ...dark(scene), "stage-name": "fresh" });
      expect(again.outputs["result"]).toBe("unchanged");
    }));
});

describe.each(kindsThat("contract-export"))("of $name: a deployment by a dark stage", ({ options }) => {
  test("is stopped by what breaks callers, which it tells exactly, also of a draft", () =>
    inScene(options, async (scene) => {
      const { first } = await release(scene, { routes: ["GET /pets"] });
      const { paths } = { paths: scene.api.draft.resources };
      const health = [...paths.values()].find(({ path }) => path === "/health")?.methods.get("GET");
      if (health !== undefined) health.requestParameters = { "method.request.querystring.deep": true };
      const asked = dark(scene, { "fail-on": "breaking" });
      const dry = await deployTo(scene, "prod", { ...asked, "dry-run": "true" });
      expect(dry.outputs).toMatchObject({ result: "planned" });
      expect(dry.text).toContain("Serve the deployment by stage prod-next first");
      const run = await deployTo(scene, "prod", asked);
      expect(titles(run)).toContain("FAIL_ON");
      expect(run.text).toContain("breaking: GET /health: query parameter deep is new and required.");
      expect(run.outputs).toMatchObject({ result: "failed", "breaking-changes": "1", "deployment-id": first });
      expect(scene.stage("prod-next")).toBeUndefined();
    }));
});

describe.each(kindsThat("canary", "tracing"))("of $name:", ({ options }) => {
  test("a canary starts once its deployment and its variables have been tested", () =>
    inScene(options, async (scene) => {
      const { first, next } = await release(scene);
      const found = watching(scene);
      const more = { "canary-percent": "10", settings: "variables: { backend: v2 }\nthrottling: { burst: 20 }\n" };
      const run = await promote(
        scene,
        dark(scene, { ...more, "smoke-tests": "GET /health 200", "smoke-test-timeout": "60" }),
      );
      expect(run.outputs).toMatchObject({ result: "canary-started", "deployment-id": first });
      expect(found.seen).toMatchObject({
        deploymentId: next,
        variables: { backend: "v2" },
        ofAllRoutes: { throttlingBurstLimit: 10 },
      });
      expect(scene.stage("prod")?.canarySettings).toMatchObject({ deploymentId: next, percentTraffic: 10 });
      expect(scene.stage("prod-next")).toBeUndefined();
    }));
});

describe.each(kinds)("of $name: a run that is broken off while it tests", ({ options }) => {
  test("by a cancel still removes the dark stage, and has pointed nothing", () =>
    inScene(options, async (scene) => {
      const { first } = await release(scene);
      const cancel = new AbortController();
      watching(scene, async () => cancel.abort());
      const run = await promote(scene, dark(scene), { runner: { cancel: cancel.signal } });
      expect(titles(run)).toContain("CANCELLED");
      expect(scene.stage("prod-next")).toBeUndefined();
      expect(scene.stage("prod")?.deploymentId).toBe(first);
      expect(run.text).toContain("Stage prod-next, which served it first, is removed.");
    }));

  test("by a kill leaves it to the next run, which removes it first, or to a sweep", () =>
    inScene(options, async (scene) => {
      const { next } = await release(scene);
      const kill = new AbortController();
      watching(scene, async () => {
        kill.abort();
        // What goes on in this process would have died with the other.
        await new Promise(() => {});
      });
      // Nor does it give up waiting, however slow this machine is.
      await promote(scene, dark(scene, { "smoke-test-timeout": "600" }), { kill: kill.signal });
      const left = structuredClone(scene.stage("prod-next"));
      expect(left).toBeDefined();

      scene.gateway.server.gate = async () => {};
      const foreign = await deployTo(scene, "prod-next");
      expect(titles(foreign)).toEqual(["STAGE_NOT_OURS"]);
      const sweep = await scene.deploy({ command: "sweep" }, { event: dispatchEvent(scene.repository, "alice") });
      expect(sweep.text).toContain("it is a dark stage younger than an hour");

      const run = await promote(scene, dark(scene));
      expect(run.outputs).toMatchObject({ result: "promoted", "deployment-id": next });
      expect(run.text).toContain("One that a run has left, which was broken off, is deleted before.");
      expect(scene.stage("prod-next")).toBeUndefined();

      if (left !== undefined) scene.api.stages.set("prod-next", { ...left, createdDate: 1 });
      await scene.deploy({ command: "sweep" }, { event: dispatchEvent(scene.repository, "alice") });
      expect([...scene.api.stages.keys()].sort()).toEqual(["prod", "test"]);
    }));

  test("I6: by somebody who points it elsewhere points nothing, because that is what would have been tested", () =>
    inScene(options, async (scene) => {
      const { first } = await release(scene);
      scene.gateway.server.faults.add({
        operation: "CreateStage",
        effect: {
          kind: "change",
          change: (response) => {
            const body = JSON.stringify({ ...JSON.parse(response.body.toString()), deploymentId: "other1" });
            return { ...response, body };
          },
        },
      });
      const run = await promote(scene, dark(scene));
      expect(titles(run)).toEqual(["STAGE_CHANGED"]);
      expect([scene.stage("prod")?.deploymentId, scene.stage("prod-next")]).toEqual([first, undefined]);
    }));

  test("I6: by another run that takes its place points nothing, and leaves what is the other's", () =>
    inScene(options, async (scene) => {
      const { first } = await release(scene);
      watching(scene, async () => {
        const stage = scene.stage("prod-next");
        const tag = "apigw-stage-action:dark-stage";
        if (stage?.tags !== undefined) stage.tags[tag] = stage.tags[tag]?.replace(/nonce=.*/, "nonce=00000000") ?? "";
      });
      const run = await promote(scene, dark(scene));
      expect(titles(run)).toEqual(["STAGE_CHANGED"]);
      expect(scene.stage("prod")?.deploymentId).toBe(first);
      expect(scene.stage("prod-next")).toBeDefined();
    }));
});

describe.each(kinds)("of $name: a run without room", ({ options, can }) => {
  test("is refused before any write, with all reasons", () =>
    inScene(options, async (scene) => {
      const { written } = await release(scene);
      scene.addStage("prod-next");
      const inputs = dark(scene, {
        "smoke-test-api-key": "a-key-of-20-characters",
        "invoke-url": "https://api.example.com",
      });
      scene.api.disableExecuteApiEndpoint = true;
      const run = await promote(scene, inputs);
      expect(titles(run)).toEqual(["NO_DARK_STAGE"]);
      expect(run.text).toContain("it is no dark stage of ours: not made by this action");
      expect(run.text).toContain("Smoke tests could not reach it.");
      if (can("usage-plans")) expect(run.text).toContain("name the plan in the settings");
      expect(written()).toEqual([]);
    }));

  test("without a slot is refused where the quota is known, and a clean failure where it is not", () =>
    inScene({ ...options, gateway: { quotas: { stagesPerApi: 2 } } }, async (scene) => {
      const { first, written } = await release(scene);
      const known = await promote(scene, dark(scene));
      expect(titles(known)).toEqual(["NO_DARK_STAGE"]);
      const raised = "The quota is raised here: https://console.aws.amazon.com/servicequotas/";
      expect(known.text).toContain(`2 of 2 stages are there, says Service Quotas, and it needs one more. ${raised}`);
      expect(written()).toEqual([]);
      const status = await scene.deploy({ command: "status" }, { event: dispatchEvent(scene.repository, "alice") });
      expect(status.text).toContain(`There is no room for another stage. ${raised}`);
      scene.gateway.server.faults.add({
        operation: "GetServiceQuota",
        times: 10,
        effect: refusal(403, "AccessDeniedException", "not authorized to perform: servicequotas:GetServiceQuota"),
      });
      const unknown = await promote(scene, dark(scene));
      expect(titles(unknown)).toEqual(["STAGE_QUOTA"]);
      expect(unknown.text).toContain(`Stage prod still serves deployment ${first}; callers notice nothing.`);
    }));
});
