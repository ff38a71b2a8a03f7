import type { CloudWatch } from "../aws/cloudwatch/cloudwatch.ts";
import type { Gateway } from "../aws/gateway.ts";
import type { Stage } from "../domain/stage.ts";
import type { SettingWrite } from "../domain/stage-write.ts";
import type { World } from "../domain/world.ts";
import type { Definition } from "../inputs/definition/read-definition.ts";
import type { RouteChanges } from "../plan/plan.ts";
import type { DarkStageStep, DeleteStageStep, Step } from "../plan/step.ts";
import type { Progress } from "./progress.ts";

/** What a plan is carried out with. */
export type Applying = {
  readonly gateway: Gateway;
  readonly cloudWatch: () => Promise<CloudWatch>;
  readonly world: World;
  readonly progress: Progress;
  /** The file to import, which is too large for a plan. */
  readonly definition: Pick<Definition, "bytes" | "locate"> | undefined;
  /** What would still have to be sent for the stage to have the settings that are declared for it. */
  readonly settingsLeft: (stage: Stage) => readonly SettingWrite[];
  /** Throws when it turns out that the stage must not be pointed after all. */
  readonly beforePointing: () => Promise<void>;
  /** Throws when the deployment that the dark stage serves must not be served to callers. */
  readonly prove: (step: DarkStageStep, deploymentId: string) => Promise<void>;
  /** For what must be put in order though the run is cancelled, within so many milliseconds from now. */
  readonly finishing: (milliseconds: number) => Promise<Gateway>;
  /** Told as soon as it is known what the new deployment changes for callers. */
  readonly compared: (routes: RouteChanges) => void;
  /** Awaited right after a stage is gone; must not throw. */
  readonly stageDeleted: (step: DeleteStageStep) => Promise<void>;
};

/** Carries out one more step within another. Throws ActionError. */
export type TakeStep = (step: Step, applying: Applying) => Promise<void>;
