import type { World } from "../domain/world.ts";
import { writeExport } from "../runner/results.ts";
import { isAboutStage, type Outcome } from "./outcome.ts";

/** Leaves what the stage serves as a file for later steps, and answers its path; `undefined` where there is none. */
export const exportFileOf = (outcome: Outcome, world: World): string | undefined => {
  const { exported, error, request } = outcome;
  if (exported === undefined || error !== undefined || !isAboutStage(outcome)) return undefined;
  return writeExport(exported, `${request.restApiId}-${outcome.request.stageName}.json`, request.run.nonce, world);
};
