import { inThisProcess } from "../in-process.ts";
import { scenesWith } from "../scene.ts";

export * from "../scene.ts";

/** Scenes in which src/ runs in this process. */
export const { openScene, inScene } = scenesWith(inThisProcess);
