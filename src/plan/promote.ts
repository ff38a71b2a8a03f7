import type { Deployment, Stage } from "../domain/stage.ts";
import type { PromoteSource } from "../inputs/promote-source.ts";
import { refuseCanary } from "./canary.ts";
import type { Plan, Refusal } from "./plan.ts";
import { pointStage } from "./pointing.ts";
import type { RouteDiff } from "./routes/diff.ts";
import type { SettingsPlan } from "./settings/plan-settings.ts";

/**
 * Promotion: the target stage is pointed at a deployment that exists already. No new snapshot is taken, so nothing that
 * entered the draft meanwhile can come along.
 */

export type PromoteRequest = {
  readonly restApiId: string;
  readonly stageName: string;
  readonly source: PromoteSource;
  /** Tags for a target stage that does not exist yet. */
  readonly tags: Readonly<Record<string, string>>;
};

export type PromoteObserved = {
  readonly stages: readonly Stage[];
  /** The deployment that a source of kind `deployment` names; `undefined` when it is not there. */
  readonly requestedDeployment: Deployment | undefined;
  /** The target's own settings, which a promotion does not take from the source. */
  readonly settings: SettingsPlan;
  /** What changes for callers of the target; `undefined` where it has no deployment to compare with. */
  readonly routes: RouteDiff | undefined;
};

type Found = { readonly deploymentId: string; readonly name: string; readonly source: Plan["source"] };

/** Decides what `promote` does: which deployment the target is to serve, and the one step that leads there. */
export const planPromote = (request: PromoteRequest, observed: PromoteObserved): Plan | Refusal => {
  const { restApiId, stageName } = request;
  const target = observed.stages.find(({ name }) => name === stageName);
  const found = findDeployment(request, observed);
  if ("refused" in found) return found;
  if (target?.canary !== undefined) return refuseCanary(restApiId, target, target.canary);
  const deployment = { kind: "existing", id: found.deploymentId } as const;
  const steps = pointStage({
    stageName,
    stage: target,
    source: { deployment, name: found.name },
    settings: observed.settings,
    ownerTags: request.tags,
  });
  return {
    command: "promote",
    restApiId,
    stageName,
    result: steps.length === 0 ? "unchanged" : "promoted",
    serves: target?.deploymentId,
    deployment,
    source: found.source,
    steps,
    unchangedBecause: steps.length === 0 ? `it serves ${found.name}` : undefined,
    settings: observed.settings.changes,
    routes: observed.routes,
    warnings: observed.settings.warnings,
  };
};

/**
 * Looks at the source again, right before the target is pointed: a person may have approved what the plan showed hours
 * ago. Answers why the plan no longer holds, or `undefined`.
 */
export const sourceChanged = (
  { source, restApiId }: Pick<Plan, "source" | "restApiId">,
  stages: readonly Stage[],
): Refusal | undefined => {
  if (source === undefined) return undefined;
  const found = findInStage(
    restApiId,
    { kind: "stage", stageName: source.stageName, expected: source.deploymentId },
    stages,
  );
  return "refused" in found ? found : undefined;
};

const findDeployment = (
  { restApiId, source }: PromoteRequest,
  { stages, requestedDeployment }: PromoteObserved,
): Found | Refusal => {
  if (source.kind === "stage") return findInStage(restApiId, source, stages);
  const { deploymentId } = source;
  if (requestedDeployment === undefined) {
    return {
      refused: "UNKNOWN_DEPLOYMENT",
      happened: `REST API ${restApiId} has no deployment ${deploymentId}.`,
      remedy: `See what exists: aws apigateway get-deployments --rest-api-id ${restApiId}`,
    };
  }
  return { deploymentId, name: `deployment ${deploymentId}, as deployment-id asks`, source: undefined };
};

const findInStage = (
  restApiId: string,
  { stageName, expected }: Extract<PromoteSource, { kind: "stage" }>,
  stages: readonly Stage[],
): Found | Refusal => {
  const stage = stages.find(({ name }) => name === stageName);
  if (stage === undefined) return unknownSource(restApiId, stageName, stages);
  const { deploymentId, canary } = stage;
  if (canary !== undefined && canary.deploymentId !== deploymentId) {
    return {
      refused: "SOURCE_STAGE_HAS_CANARY",
      happened: `Stage ${stageName} serves two versions: deployment ${deploymentId}, and deployment ${canary.deploymentId} as a canary that gets ${canary.percentTraffic} % of the traffic. Which of them is tested and meant is not for this action to guess.`,
      remedy: `Complete or abort the canary of stage ${stageName}, or say which deployment is meant: give deployment-id and no from-stage-name.`,
    };
  }
  if (expected !== undefined && expected !== deploymentId) {
    return {
      refused: "SOURCE_STAGE_CHANGED",
      happened: `Stage ${stageName} serves deployment ${deploymentId} now; what was planned, shown and approved is deployment ${expected}.`,
      remedy: `Run the newest workflow run, which shows and asks for deployment ${deploymentId}. If deployment ${expected} is what you want all the same, give deployment-id without from-stage-name.`,
    };
  }
  return {
    deploymentId,
    name: `deployment ${deploymentId}, which stage ${stageName} serves`,
    source: { stageName, deploymentId },
  };
};

const unknownSource = (restApiId: string, stageName: string, stages: readonly Stage[]): Refusal => ({
  refused: "SOURCE_STAGE_UNKNOWN",
  happened: `REST API ${restApiId} has no stage ${stageName} to take a deployment from.`,
  remedy:
    stages.length === 0
      ? "The REST API has no stage at all: deploy one first."
      : `Correct from-stage-name; the REST API has ${[...stages.map(({ name }) => name)].sort().join(", ")}.`,
});
