import type { WatchPlan } from "../plan/watch-plan.ts";
import type { SmokeVerdict } from "./verdict.ts";
import type { WatchVerdict } from "./watch-verdict.ts";

/** Who is told what is found of the stage, as soon as it is found. */
export type Tell = {
  readonly tested: (verdict: SmokeVerdict) => void;
  /** Of a dark stage, by its name. */
  readonly proven: (stageName: string, verdict: SmokeVerdict) => void;
  /** Before a watch begins; the deployment is live meanwhile. */
  readonly watching: (watch: WatchPlan) => void;
  readonly watched: (verdict: WatchVerdict) => void;
};
