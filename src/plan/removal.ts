import { type Marker, markerOf } from "../domain/marker.ts";
import { type Owner, provenOwner, sameOwner } from "../domain/owner.ts";
import type { Run } from "../domain/run.ts";
import type { Deployment, Stage } from "../domain/stage.ts";
import { parseHistoryTag } from "./history.ts";
import type { DeleteDeploymentStep, DeleteStageStep, EndingStage } from "./step.ts";

export const stageStep = (stage: Stage, owner: Owner, because: string): DeleteStageStep => ({
  kind: "delete-stage",
  stageName: stage.name,
  owner,
  deploymentId: stage.deploymentId,
  createdAt: stage.createdAt,
  because,
  seenByCallers: true,
});

export const deploymentStep = (deploymentId: string, because: string): DeleteDeploymentStep => ({
  kind: "delete-deployment",
  deploymentId,
  because,
  seenByCallers: false,
});

/** The deployments that the stages serve, canaries included. */
export const referencedBy = (stages: readonly Stage[]): ReadonlySet<string> =>
  new Set(stages.flatMap(({ deploymentId, canary }) => [deploymentId, ...(canary ? [canary.deploymentId] : [])]));

/** What lasting stages of ours may be rolled back to, as their history says. */
export const rememberedBy = (
  stages: readonly Stage[],
  { restApiId, run }: { readonly restApiId: string; readonly run: Run },
): ReadonlySet<string> =>
  new Set(
    stages.flatMap(({ name, tags }) => {
      const address = { restApiId, stageName: name };
      const owner = provenOwner(tags, address);
      const lasting = owner?.repositoryId === run.repository.id && owner.pullRequest === undefined;
      return lasting ? (parseHistoryTag(tags, address) ?? []).map(({ deploymentId }) => deploymentId) : [];
    }),
  );

/** Whether the marker says that a run of this repository made the deployment for the stage. */
export const wasMadeFor = (marker: Marker | undefined, run: Run, stageName: string): boolean => {
  const own = markerOf(run, stageName);
  return marker?.repositoryId === own.repositoryId && marker.stage === own.stage;
};

/** By date, then by id, because the service's order is not documented. */
export const oldestFirst = (one: Deployment, other: Deployment): number =>
  one.createdAt - other.createdAt || (one.id < other.id ? -1 : 1);

/**
 * Whether a stage that was read right before its deletion is still the one that the step means: proven to belong to the
 * same owner, and neither made anew nor deployed to meanwhile (its pull request may have been reopened).
 */
export const isStillMeant = (
  step: EndingStage,
  stage: Pick<Stage, "name" | "tags" | "deploymentId" | "createdAt">,
  restApiId: string,
): boolean => {
  const owner = provenOwner(stage.tags, { restApiId, stageName: stage.name });
  return (
    stage.name === step.stageName &&
    stage.deploymentId === step.deploymentId &&
    stage.createdAt === step.createdAt &&
    owner !== undefined &&
    sameOwner(owner, step.owner)
  );
};
