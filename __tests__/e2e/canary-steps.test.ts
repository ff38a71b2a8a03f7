import { describe, expect, test } from "@jest/globals";
import { dispatchEvent } from "../../simulator/github/events.ts";
import { promote, type Version } from "./release-scene.ts";
import { type Ended, kindsThat } from "./scene.ts";
import { inWatch, type WatchScene } from "./watch-scene.ts";

/** A canary goes on by what its step was like: every request is real, and what is known of it comes from the access log. */

const MINUTE = 60_000;

const accessLogSettings = {
  destinationArn: "arn:aws:logs:eu-central-1:123456789012:log-group:/orders",
  format: JSON.stringify({
    status: "$context.status",
    canary: "$context.isCanaryRequest",
    deployment: "$context.deploymentId",
    latency: "$context.responseLatency",
    stage: "$context.stage",
  }),
};

const policy = (more = ""): string =>
  `canary: { steps: [10, 50], interval: 10m, warm-up: 1m, min-requests: 4, max-p95-ratio: 100${more} }`;

/** Every second request goes to the canary. `prod` is logged, `test` is what comes. */
const inCanary = (comes: Version, play: (scene: CanaryScene) => Promise<void>): Promise<void> =>
  inWatch({ comes: { body: "new", ...comes }, served: { body: "old" } }, async (watching) => {
    const { scene, job } = watching;
    let asked = 0;
    scene.gateway.world.random = () => (asked++ % 2 === 0 ? 0.05 : 0.95);
    const prod = scene.stage("prod");
    if (prod !== undefined) prod.accessLogSettings = accessLogSettings;
    const inputs = { settings: policy() };
    await play({
      watching,
      ...watching,
      start: (more = {}) => promote(scene, { "canary-percent": "10", ...inputs, ...more }, job),
      goOn: (more = {}) =>
        scene.deploy(
          { "stage-name": "prod", command: "canary", ...inputs, ...more },
          { event: dispatchEvent(scene.repository, "alice"), ...job },
        ),
    });
  });

type CanaryScene = Omit<WatchScene, "meanwhile"> & {
  readonly watching: WatchScene;
  readonly start: (inputs?: Readonly<Record<string, string>>) => Promise<Ended>;
  readonly goOn: (inputs?: Readonly<Record<string, string>>) => Promise<Ended>;
};

describe.each(kindsThat("canary"))("of $name:", () => {
  describe("a canary that goes on by its policy", () => {
    test("and is healthy takes a step a run, tells its evidence, and is completed", () =>
      inCanary({}, async ({ scene, start, goOn, call, later }) => {
        const next = scene.stage("test")?.deploymentId ?? "";
        const started = await start();
        expect(started.text).toMatch(
          /To go on: from .* UTC on, command: canary without canary-percent judges its step/,
        );
        await later(4 * MINUTE);
        const early = await goOn();
        expect(early.outputs).toMatchObject({ result: "canary-held", changed: "false", "has-changes": "false" });
        expect(early.text).toContain("The canary stays as it is: its step is still being watched.");
        await call(20);
        await later(7 * MINUTE);
        const shifted = await goOn();
        expect(shifted.text).not.toContain("##[error]");
        expect(shifted.outputs).toMatchObject({ result: "canary-shifted", "canary-percent": "50" });
        expect(shifted.text).toContain("Canary: 10 requests, 0 server errors (0%), 0 client errors");
        expect(shifted.text).toContain("Base: 10 requests, 0 server errors (0%), 0 client errors");
        expect(shifted.summary).toContain("**Evidence.** This step of the canary is healthy.");
        expect(shifted.summary).toMatch(/\| Step \| 2 of 2 \(10 %, 50 %\) \|/);
        await later(4 * MINUTE);
        await call(20);
        await later(7 * MINUTE);
        const completed = await goOn();
        expect(completed.outputs).toMatchObject({ result: "canary-completed", "deployment-id": next });
        expect(scene.stage("prod")?.canarySettings).toBeUndefined();
        expect(scene.records().at(-2)?.statuses.at(-1)?.description).toMatch(
          /^Canary: 50 % of stage prod on deployment \w+; step 2 of 2; next from .* UTC on; before: healthy$/,
        );
      }));

    test("and fails more often than is allowed is aborted, whatever is left of its step", () =>
      inCanary({ status: 500 }, async ({ scene, start, goOn, call, later }) => {
        const old = scene.stage("prod")?.deploymentId;
        await start();
        await later(3 * MINUTE);
        await call(20);
        await later(3 * MINUTE);
        const run = await goOn();
        expect(run.conclusion).toBe("failure");
        expect(run.outputs).toMatchObject({ result: "canary-aborted", "deployment-id": old, "canary-percent": "" });
        expect(run.text).toContain("(CANARY_UNHEALTHY)");
        expect(run.text).toContain("10 of 10 requests ended in a server error (100%); allowed is 1%.");
        expect(run.text).toContain(`The canary was taken off stage prod, which serves deployment ${old} alone.`);
        expect(scene.stage("prod")?.canarySettings).toBeUndefined();
      }));

    test("and of which too little is known stays, or is aborted, and never goes on", () =>
      inCanary({}, async ({ scene, start, goOn, call, later }) => {
        await call(2);
        await start();
        await later(11 * MINUTE);
        const silent = await goOn();
        expect(silent.conclusion).toBe("success");
        expect(silent.outputs).toMatchObject({ result: "canary-held", "canary-percent": "10", changed: "false" });
        expect(silent.text).toContain("No request was counted; to tell, it takes 4.");
        const prod = scene.stage("prod");
        if (prod !== undefined)
          prod.accessLogSettings = { ...accessLogSettings, format: '{"status": "$context.status"}' };
        const blind = await goOn();
        expect(blind.outputs["result"]).toBe("canary-held");
        expect(blind.text).toContain("the access log format lacks $context.isCanaryRequest");
        const ended = await goOn({ settings: policy(", not-proven: abort") });
        expect(ended.outputs["result"]).toBe("canary-aborted");
        expect(ended.text).toContain("(CANARY_NOT_PROVEN)");
      }));
  });

  test("work: all takes all steps in one run", () =>
    inCanary({}, async ({ scene, watching, start, call }) => {
      const next = scene.stage("test")?.deploymentId ?? "";
      watching.meanwhile = (_, milliseconds) => (milliseconds > MINUTE ? call(12) : undefined);
      const run = await start({ settings: policy(", work: all") });
      expect(run.text).not.toContain("##[error]");
      expect(run.conclusion).toBe("success");
      expect(run.text).toContain("The canary of stage prod is watched for 10 more minutes.");
      expect(run.outputs).toMatchObject({ result: "canary-completed", "deployment-id": next });
      expect(scene.stage("prod")?.canarySettings).toBeUndefined();
    }));
});
