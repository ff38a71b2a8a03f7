import type { Access } from "../../simulator/aws/access.ts";
import { inThisProcessBy, leapingClock } from "../in-process.ts";
import { inWorkspace } from "./files.ts";
import { addStageOf, type Version } from "./release-scene.ts";
import type { JobSettings, Scene, SceneOptions } from "./scene.ts";

/** A release that is watched: the services' time is the run's, which leaps, and others call the stage meanwhile. */

export type WatchScene = {
  readonly scene: Scene;
  /** For the job that watches. */
  readonly job: JobSettings;
  /** Calls `GET` of a path of stage `prod` so many times. */
  readonly call: (times: number, path?: string) => Promise<void>;
  /** Lets the time pass. */
  readonly later: (milliseconds: number) => Promise<void>;
  /** Done each time that the run waits, with the number of the wait, from 0, and for how many milliseconds it waits. */
  meanwhile: (wait: number, milliseconds: number) => void | Promise<void>;
};

export type WatchSceneOptions = {
  /** What `test` serves, and what `prod` does. */
  readonly comes?: Version;
  readonly served?: Version;
  readonly access?: Access;
  readonly kind?: SceneOptions["kind"];
  /** Of the job's workspace. */
  readonly files?: Readonly<Record<string, string>>;
};

/** A role that may do all but these. The set can grow. */
export const accessWithout = (actions: ReadonlySet<string>): Access => ({
  keys: new Map([
    [
      "AKIASIMULATED0000000",
      {
        arn: "arn:aws:sts::123456789012:assumed-role/deploy/run",
        status: "active",
        denied: (action) => actions.has(action),
      },
    ],
  ]),
});

export const inWatch = (
  { comes = {}, served = {}, access, kind, files = {} }: WatchSceneOptions,
  play: (watching: WatchScene) => Promise<void>,
): Promise<void> => {
  const clock = leapingClock();
  return inWorkspace(
    files,
    async (scene, { folder: workspace }) => {
      for (const [name, version] of [
        ["prod", served],
        ["test", comes],
      ] as const) {
        if (kind === "websocket") scene.addStage(name);
        else addStageOf(scene, name, version);
      }
      let waits = 0;
      const sleep = async (milliseconds: number, signal: AbortSignal): Promise<void> => {
        await watching.meanwhile(waits, milliseconds);
        waits += 1;
        await clock.sleep(milliseconds, signal);
      };
      const watching: WatchScene = {
        scene,
        job: { runner: { workspace, runScript: inThisProcessBy(() => ({ ...clock, sleep })) } },
        call: async (times, path = "/health") => {
          const url = `${scene.gateway.server.url}/${scene.api.id}/prod${path}`;
          for (let time = 0; time < times; time += 1) await (await fetch(url)).arrayBuffer();
        },
        later: (milliseconds) => clock.sleep(milliseconds, new AbortController().signal),
        meanwhile: () => {},
      };
      await play(watching);
    },
    { gateway: { clock }, github: { clock }, ...(access === undefined ? {} : { access }), ...(kind && { kind }) },
  );
};

/** How often an operation was asked for. */
export const count = (scene: Scene, operation: string): number =>
  scene.asked().filter((asked) => asked === operation).length;
