import type { StageAddress } from "../../domain/owner.ts";
import type { Canary, Stage } from "../../domain/stage.ts";
import type { Target } from "../../inputs/target.ts";
import { type CanaryIntent, readIntent } from "./intent.ts";

/** What the stage says of its canary, held against what our tag says. The stage is the truth, the tag explains it. */
export type CanaryState =
  /** `intent`: the tag is there still; the canary was ended elsewhere. */
  | { readonly kind: "none"; readonly intent: CanaryIntent | undefined }
  /** The stage serves the canary's deployment with its variables already: only the canary is to be removed. */
  | { readonly kind: "promoted"; readonly canary: Canary; readonly intent: CanaryIntent | undefined }
  /** Nothing says that this repository started it; `intent` is another repository's. */
  | { readonly kind: "foreign"; readonly canary: Canary; readonly intent: CanaryIntent | undefined }
  | {
      /**
       * `re-pointed`: at another deployment than was started, as the console's "Deploy API" does. `base-moved`: the stage
       * serves another deployment beside it. `shifted`: a step was interrupted, or somebody set the share.
       */
      readonly kind: "ours" | "re-pointed" | "base-moved" | "shifted";
      readonly canary: Canary;
      readonly intent: CanaryIntent;
    };

export const canaryStateOf = (stage: Stage, repositoryId: string, address: StageAddress): CanaryState => {
  const { canary } = stage;
  const intent = readIntent(stage.tags, address);
  if (canary === undefined) return { kind: "none", intent };
  if (isPromoted(stage, canary, intent)) return { kind: "promoted", canary, intent };
  if (intent === undefined || intent.repositoryId !== repositoryId) return { kind: "foreign", canary, intent };
  if (canary.deploymentId !== intent.canary) return { kind: "re-pointed", canary, intent };
  if (stage.deploymentId !== intent.base) return { kind: "base-moved", canary, intent };
  return { kind: canary.percentTraffic === intent.percent ? "ours" : "shifted", canary, intent };
};

/** The canary of ours that goes on by its policy, and since when it has had its share; `undefined`: there is none. */
export const stepToJudge = (
  stage: Stage,
  { run, restApiId, stageName }: Pick<Target, "run" | "restApiId" | "stageName">,
  now: number,
): { readonly canary: Canary; readonly since: number } | undefined => {
  const state = canaryStateOf(stage, run.repository.id, { restApiId, stageName });
  return state.kind === "ours" && now <= state.intent.until
    ? { canary: state.canary, since: state.intent.since }
    : undefined;
};

/** By AWS's recipe the share is 0 then; explicit values leave it, and our tag tells what the stage served before. */
const isPromoted = (stage: Stage, canary: Canary, intent: CanaryIntent | undefined): boolean =>
  canary.deploymentId === stage.deploymentId &&
  Object.entries(canary.overrides).every(([name, value]) => stage.settings.variables[name] === value) &&
  (canary.percentTraffic === 0 || (intent?.canary === canary.deploymentId && intent.base !== stage.deploymentId));
