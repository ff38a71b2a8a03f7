import { setTimeout as wait } from "node:timers/promises";
import { expect, test } from "@jest/globals";
import { seedRestApi } from "../../../simulator/gateway/world.ts";
import { dispatchEvent, pullRequestEvent } from "../../../simulator/github/events.ts";
import { openPullRequest } from "../../../simulator/github/people.ts";
import { scaledClock } from "../../../simulator/http/clock.ts";
import { parseMarker } from "../../../src/domain/marker.ts";
import type { World } from "../../../src/domain/world.ts";
import { inThisProcessBy } from "../../in-process.ts";
import { ordersApi, scenesWith } from "../../scene.ts";

/** How much faster time goes than it is, for the service and for the runs. */
const SCALE = 20;
const RUNS = 50;

const clock: World["clock"] = {
  now: () => Date.now(),
  elapsed: () => performance.now() * SCALE,
  sleep: async (milliseconds, signal) => {
    await wait(milliseconds / SCALE, undefined, { signal });
  },
};

/** Milliseconds of real time: on a slow machine it is the waiting that is looked at, and no time-out. */
const LONG = 300_000;
const patience = { connection: LONG, request: LONG, slow: LONG, github: LONG };

const { inScene } = scenesWith(inThisProcessBy(() => clock, patience));

test(
  `${RUNS} runs at once share one CreateDeployment in 5 seconds: all succeed, none makes a second deployment, and each says why it waits`,
  () =>
    inScene(
      {
        gateway: { rateLimits: true, clock: scaledClock(SCALE), quotas: { stagesPerApi: RUNS + 1 } },
        github: { clock: scaledClock(SCALE) },
      },
      async (scene) => {
        // However slow the machine is, they meet where the queue is.
        let left = RUNS;
        let letAllGo = (): void => {};
        const all = new Promise<void>((resolve) => {
          letAllGo = resolve;
        });
        scene.gateway.server.gate = async ({ operation }) => {
          if (operation !== "CreateDeployment") return;
          left -= 1;
          if (left === 0) letAllGo();
          await all;
        };
        const runs = await Promise.all(
          Array.from({ length: RUNS }, async (_, index) => {
            const pull = openPullRequest(scene.github.world, scene.repository, {
              user: "alice",
              headRef: `topic-${index}`,
            });
            const waits: number[] = [];
            const run = await scene.deploy({}, { event: pullRequestEvent(scene.repository, pull, "opened") });
            for (const line of run.log) {
              const seconds = /API Gateway is getting too many requests; trying to .* again in (\d+) s\./.exec(
                line,
              )?.[1];
              if (seconds !== undefined) waits.push(Number(seconds));
            }
            return { run, waits, pull };
          }),
        );
        expect(runs.filter(({ run }) => run.conclusion !== "success").map(({ run }) => run.text.slice(-1500))).toEqual(
          [],
        );
        const makers = [...scene.api.deployments.values()].map(
          ({ description = "" }) => parseMarker(description)?.runId,
        );
        expect(new Set(makers).size).toBe(RUNS);
        expect(makers).toHaveLength(RUNS);
        // GitHub, too, takes only so many comments in a minute; those that come are one for each pull request.
        const marked = scene.comments().map(({ body }) => body.split("\n", 1)[0]);
        expect(new Set(marked).size).toBe(marked.length);
        // Who waited for longer than ten seconds was told so at least every ten.
        for (const { waits } of runs) {
          for (const [index, seconds] of waits.entries()) {
            if (seconds > 10) expect(waits[index + 1]).toBe(seconds - 10);
          }
        }
        expect(runs.filter(({ waits }) => waits.length > 0).length).toBeGreaterThan(RUNS / 2);
      },
    ),
  300_000,
);

/** Of one account, in a matrix with `max-parallel`, as examples/waves.yml has it. */
const FLEET = { apis: 200, atOnce: 4 };

test(
  `a fleet of ${FLEET.apis} REST APIs, ${FLEET.atOnce} at a time, keeps to the account's rates: all succeed, with one deployment each`,
  () =>
    inScene(
      { gateway: { rateLimits: true, clock: scaledClock(SCALE) }, github: { clock: scaledClock(SCALE) } },
      async (scene) => {
        Object.assign(scene.github.world.limits, { requestsPerHour: 1e6, contentPerMinute: 1e6, contentPerHour: 1e6 });
        const { world } = scene.gateway;
        const fleet = Array.from({ length: FLEET.apis }, (_, index) =>
          seedRestApi(world, ordersApi, { id: `f${String(index).padStart(9, "0")}` }),
        );
        const waiting = [...fleet];
        const failed: string[] = [];
        const runner = async (): Promise<void> => {
          for (let api = waiting.shift(); api !== undefined; api = waiting.shift()) {
            const event = dispatchEvent(scene.repository, "alice");
            const inputs = { "rest-api-id": api.id, "stage-name": "prod", environment: api.id };
            const { conclusion, text } = await scene.deploy(inputs, { event });
            if (conclusion !== "success") failed.push(text.slice(-1500));
          }
        };
        await Promise.all(Array.from({ length: FLEET.atOnce }, runner));
        expect(failed).toEqual([]);
        expect(fleet.filter(({ deployments, stages }) => deployments.size !== 1 || !stages.has("prod"))).toEqual([]);
        const asked = scene.gateway.server.exchanges.filter(({ operation }) => operation === "CreateDeployment");
        // Who is refused waits for as long as the rate needs: while one deployment is made, nobody else asks twice.
        expect(asked.length).toBeLessThan(FLEET.apis * FLEET.atOnce);
      },
    ),
  300_000,
);
