import type { ApiKind } from "../../domain/api-kind.ts";
import { isProduction } from "../../domain/environment.ts";
import { type Routes, routeFrom } from "../../domain/route.ts";
import type { IntegrationText, Stage } from "../../domain/stage.ts";
import type { PointingRequest } from "../../inputs/request.ts";
import type { SettingsFacts, StageObserved } from "../../observe/observed.ts";
import type { Attaching } from "../attaching.ts";
import { decideDocumentation } from "../documentation.ts";
import type { Refusal } from "../plan.ts";
import { readinessWarnings } from "../readiness.ts";
import type { Step } from "../step.ts";
import { decideJoins } from "../usage-plans.ts";
import { decideWebAcl } from "../web-acl.ts";
import { changedByOthers } from "./applied.ts";
import { checkSettings } from "./checks.ts";
import { planSettings, type SettingsPlan } from "./plan-settings.ts";

export type SettingsDecision = {
  /** Its changes and warnings are those of the checks and of what the stage is attached to, too. */
  readonly plan: SettingsPlan;
  /** The same, and what else the steps that point the stage go by. */
  readonly forPointing: {
    readonly settings: SettingsPlan;
    readonly attaching: Attaching;
    readonly kind: ApiKind;
  };
  /** Before the stage is pointed. */
  readonly publish: readonly Step[];
  /** Settings that cannot be applied are refused before anything is made. */
  readonly refusal: Refusal | undefined;
};

export type SettingsSubject = {
  readonly request: PointingRequest;
  /** `undefined`: it does not exist yet. */
  readonly stage: Stage | undefined;
  /** Of the deployment that the stage will serve; `undefined` when they are not known. */
  readonly routes: Routes | undefined;
  /** Of the same; `undefined` when they could not be read. */
  readonly integrations: readonly IntegrationText[] | undefined;
  /** The deployment, where it was asked for by its id alone, so that its integrations may be nobody's to read. */
  readonly unread: string | undefined;
};

/** What becomes of the stage's settings, whichever command points it. */
export const decideSettings = (
  { request, stage, routes, integrations, unread }: SettingsSubject,
  {
    cloudWatchRole,
    usagePlans,
    documentation: presence,
    environment,
    stages,
    place,
    api,
    ...found
  }: SettingsFacts & Pick<StageObserved, "api" | "environment" | "stages" | "place" | "now">,
): SettingsDecision => {
  const routeNames = routes && [...routes.keys()].map(routeFrom);
  const { kind } = api;
  const plan = planSettings({ wanted: request.settings, current: stage?.settings, routes: routeNames, kind });
  const checked = checkSettings({
    plan,
    wanted: request.settings,
    cloudWatchRole,
    integrations,
    preview: request.previewOf !== undefined,
    production: isProduction(environment),
  });
  const documentation = decideDocumentation(request, stage, presence);
  const webAcl = decideWebAcl(request, stage, { stages, place });
  const joins = decideJoins(request, stage, usagePlans);
  const whole: SettingsPlan = {
    ...plan,
    changes: [...plan.changes, ...webAcl.changes, ...joins.changes],
    warnings: [
      ...plan.warnings,
      ...checked.warnings,
      ...(stage === undefined ? [] : changedByOthers(stage, request.restApiId, request.settings, plan.changes)),
      ...documentation.warnings,
      ...webAcl.warnings,
      ...joins.warnings,
      ...readinessWarnings(request, stage, {
        ...found,
        stages,
        place,
        cloudWatchRole,
        routes,
        settings: plan,
        unread: integrations === undefined ? unread : undefined,
      }),
    ],
  };
  return {
    plan: whole,
    forPointing: { settings: whole, attaching: attachingOf(webAcl, joins), kind: api.kind },
    publish: documentation.publish,
    refusal: refuseSettings([
      ...plan.problems,
      ...checked.problems,
      ...documentation.problems,
      ...webAcl.problems,
      ...joins.problems,
    ]),
  };
};

const attachingOf = (
  webAcl: ReturnType<typeof decideWebAcl>,
  { joins, tags }: ReturnType<typeof decideJoins>,
): Attaching => ({ steps: [...webAcl.steps, ...joins], tags });

const refuseSettings = (problems: readonly string[]): Refusal | undefined =>
  problems.length === 0
    ? undefined
    : {
        refused: "INVALID_SETTINGS",
        happened: ["The declared settings cannot be applied:", ...problems.map((problem) => `  ${problem}`)].join("\n"),
      };
