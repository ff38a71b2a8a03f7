import { spawnOn } from "../../simulator/runner/child-process.ts";
import { scenesWith } from "../scene.ts";

export * from "../scene.ts";

/** The committed bundle in processes of its own; the release check gives the Node.js binary of a second version. */
const runScript = spawnOn(process.env["BUNDLE_NODE"] ?? process.execPath);

/** Scenes in which each job of the action is a process. */
export const { openScene, inScene } = scenesWith(runScript);
