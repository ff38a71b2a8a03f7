import { spawnOn } from "../../simulator/runner/child-process.ts";
import { scenesWith } from "../scene.ts";

export * from "../scene.ts";

/** The committed bundle in processes of its own, on the Node that runs the tests. */
const runScript = spawnOn(process.execPath);

/** Scenes in which each job of the action is a process. */
export const { openScene, inScene } = scenesWith(runScript);
