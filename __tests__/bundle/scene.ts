import { spawnOn } from "../../simulator/runner/child-process.ts";
import { scenesWith } from "../scene.ts";

export * from "../scene.ts";

/** A runner that runs the committed bundle in processes of its own, on the Node that runs the tests. */
export const inProcesses = { runScript: spawnOn(process.execPath) };

/** Scenes in which each job of the action is a process. */
export const { openScene, inScene } = scenesWith(inProcesses.runScript);
