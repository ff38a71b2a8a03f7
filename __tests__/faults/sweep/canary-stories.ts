import { dispatchEvent } from "../../../simulator/github/events.ts";
import { createGroup } from "../../../simulator/logs/delivery.ts";
import { addVersion, deployTo, promote } from "../../e2e/release-scene.ts";
import type { Ended, JobSettings, Scene } from "../../e2e/scene.ts";
import { inThisProcessBy, leapingClock } from "../../in-process.ts";
import type { Story } from "./story.ts";

/** A canary of a stage `prod` of ours that is behind stage `test`, judged by access logs. */

type Inputs = Readonly<Record<string, string>>;

const MINUTE = 60_000;

const quiet = async (ended: Promise<Ended>): Promise<void> => {
  const { conclusion, text } = await ended;
  if (conclusion !== "success") throw new Error(text);
};

const release = async (scene: Scene): Promise<void> => {
  await quiet(deployTo(scene, "prod"));
  addVersion(scene, { routes: ["GET /later"] });
  await quiet(deployTo(scene, "test"));
};

const start = async (scene: Scene, inputs: Inputs = {}): Promise<void> => {
  await release(scene);
  await quiet(promote(scene, { "canary-percent": "10", settings: "variables: { alias: next }", ...inputs }));
};

const onCanary =
  (scene: Scene, inputs: Inputs) =>
  (job: JobSettings = {}): Promise<Ended> =>
    scene.deploy(
      { command: "canary", "stage-name": "prod", ...inputs },
      { event: dispatchEvent(scene.repository, "alice"), ...job },
    );

/** Lines of both sides in the middle of the step, which have arrived. */
const addLines = ({ logs }: Scene): void => {
  const at = Date.now() + 5 * MINUTE;
  for (const [name, canary] of [
    ["/orders", "false"],
    ["/orders/Canary", "true"],
  ] as const) {
    const message = JSON.stringify({ canary, status: "200" });
    createGroup(logs, name, at).events.push({ at, ingestedAt: 0, message });
  }
};

export const canaryThatGoesOn: Story = {
  name: "a canary that goes on",
  againAfter: 11 * MINUTE,
  prepare: async (scene) => {
    const settings = "canary: { min-requests: 1 }";
    await start(scene, { settings });
    Object.assign(scene.stage("prod") ?? {}, {
      accessLogSettings: {
        destinationArn: `arn:aws:logs:${scene.gateway.world.region}:${scene.gateway.world.accountId}:log-group:/orders`,
        format: '{"canary": "$context.isCanaryRequest", "status": "$context.status"}',
      },
    });
    addLines(scene);
    Object.assign(scene.logs, { queryMs: 0 });
    const inTime = { runScript: inThisProcessBy(() => leapingClock(11 * MINUTE)) };
    return (job = {}) => onCanary(scene, { settings })({ ...job, runner: { ...inTime, ...job.runner } });
  },
};
