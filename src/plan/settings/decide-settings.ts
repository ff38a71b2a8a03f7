import { isProduction } from "../../domain/environment.ts";
import type { Route } from "../../domain/route.ts";
import type { IntegrationText, Stage } from "../../domain/stage.ts";
import type { PointingRequest } from "../../inputs/request.ts";
import type { SettingsFacts, StageObserved } from "../../observe/observed.ts";
import type { Refusal } from "../plan.ts";
import { checkSettings } from "./checks.ts";
import { planSettings, type SettingsPlan } from "./plan-settings.ts";

export type SettingsDecision = {
  /** Its warnings are those of the checks, too. */
  readonly plan: SettingsPlan;
  /** Settings that cannot be applied are refused before anything is made. */
  readonly refusal: Refusal | undefined;
};

export type SettingsSubject = {
  readonly request: PointingRequest;
  /** `undefined`: it does not exist yet. */
  readonly stage: Stage | undefined;
  /** Of the deployment that the stage will serve; `undefined` when they are not known. */
  readonly routes: readonly Route[] | undefined;
  /** Of the same; `undefined` when they could not be read. */
  readonly integrations: readonly IntegrationText[] | undefined;
};

/** What becomes of the stage's settings, whichever command points it. */
export const decideSettings = (
  { request, stage, routes, integrations }: SettingsSubject,
  { cloudWatchRole, environment }: SettingsFacts & Pick<StageObserved, "environment">,
): SettingsDecision => {
  const plan = planSettings({ wanted: request.settings, current: stage?.settings, routes });
  const checked = checkSettings({
    plan,
    wanted: request.settings,
    cloudWatchRole,
    integrations,
    preview: request.previewOf !== undefined,
    production: isProduction(environment),
  });
  return {
    plan: { ...plan, warnings: [...plan.warnings, ...checked.warnings] },
    refusal: refuseSettings([...plan.problems, ...checked.problems]),
  };
};

const refuseSettings = (problems: readonly string[]): Refusal | undefined =>
  problems.length === 0
    ? undefined
    : {
        refused: "INVALID_SETTINGS",
        happened: ["The declared settings cannot be applied:", ...problems.map((problem) => `  ${problem}`)].join("\n"),
      };
