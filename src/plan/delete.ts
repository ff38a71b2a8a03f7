import { type Marker, markerOf, parseMarker } from "../domain/marker.ts";
import { type Owner, provenOwner, sameOwner } from "../domain/owner.ts";
import type { Run } from "../domain/run.ts";
import type { Deployment, Stage } from "../domain/stage.ts";
import { type StageUsers, userText } from "../domain/stage-users.ts";

/** One thing to remove. `because` is one sentence for people; `seenByCallers` says whether an API caller could notice it. */
export type RemovalStep = { readonly because: string } & (
  | {
      readonly kind: "delete-stage";
      readonly stageName: string;
      /** Who the stage must still prove to belong to when it is deleted. */
      readonly owner: Owner;
      /** What it serves; a stage that was deployed to meanwhile serves another. */
      readonly deploymentId: string;
      /** Milliseconds since 1970; a stage that was made anew under the name has another. */
      readonly createdAt: number | undefined;
      readonly seenByCallers: true;
    }
  | { readonly kind: "delete-deployment"; readonly deploymentId: string; readonly seenByCallers: false }
);

/**
 * How a step ended. `absent`: somebody else had removed it. `not-ours`: the stage was changed or made anew meanwhile, and
 * was kept. `in-use`: a stage references the deployment after all, and it was kept. `not-reached`: the run ended before.
 */
export type RemovalResult = "deleted" | "absent" | "not-ours" | "in-use" | "failed" | "not-reached" | "planned";

export type DeleteQuestion = {
  readonly run: Run;
  readonly restApiId: string;
  readonly stageName: string;
  /** Who the stage must be proven to belong to. */
  readonly owner: Owner;
  /** All stages of the REST API. */
  readonly stages: readonly Stage[];
  readonly deployments: readonly Deployment[];
  readonly users: StageUsers;
};

export type DeletePlan = {
  readonly command: "delete";
  readonly restApiId: string;
  readonly stageName: string;
  /** `unchanged`: there was nothing to delete, which is a good end. */
  readonly result: "deleted" | "unchanged";
  /** The deployment that the stage serves now; `undefined` for a stage that does not exist. */
  readonly serves: string | undefined;
  readonly steps: readonly RemovalStep[];
  readonly warnings: readonly string[];
};

export type DeleteRefusal = {
  readonly refused: "STAGE_NOT_OURS" | "STAGE_IN_USE";
  readonly happened: string;
  readonly remedy: string;
};

/**
 * Decides what `delete` does: the stage, then those of its deployments that nothing references any more. A stage that is
 * gone already still has its deployments removed: an earlier deletion may have been interrupted between the two.
 */
export const planDelete = (question: DeleteQuestion): DeletePlan | DeleteRefusal => {
  const { restApiId, stageName, owner, stages, users } = question;
  const stage = stages.find(({ name }) => name === stageName);
  const refusal = stage && (refuseForeign(stage, question) ?? refuseUsed(stage, question));
  if (refusal !== undefined) return refusal;

  const steps: RemovalStep[] = [
    ...(stage === undefined ? [] : [stageStep(stage, owner, whyOver(owner))]),
    ...deploymentSteps(question),
  ];
  return {
    command: "delete",
    restApiId,
    stageName,
    result: steps.length === 0 ? "unchanged" : "deleted",
    serves: stage?.deploymentId,
    steps,
    warnings: stage === undefined ? [] : users.unknown,
  };
};

const whyOver = ({ pullRequest }: Owner): string =>
  pullRequest === undefined
    ? "this repository made it, and wants it no more"
    : `the preview of pull request #${pullRequest} is over`;

const ownerText = ({ pullRequest }: Owner): string =>
  pullRequest === undefined ? "this repository" : `pull request #${pullRequest} of this repository`;

const refuseForeign = (stage: Stage, { restApiId, stageName, owner }: DeleteQuestion): DeleteRefusal | undefined => {
  const found = provenOwner(stage.tags, { restApiId, stageName });
  if (found !== undefined && sameOwner(found, owner)) return undefined;
  return {
    refused: "STAGE_NOT_OURS",
    happened: `Stage ${stageName} exists, and nothing on it proves that it was made for ${ownerText(owner)}.`,
    remedy: `Nothing is deleted that is not proven ours. If nobody needs the stage, delete it by hand: aws apigateway delete-stage --rest-api-id ${restApiId} --stage-name ${stageName}`,
  };
};

const refuseUsed = ({ name }: Stage, { users }: DeleteQuestion): DeleteRefusal | undefined =>
  users.found.length === 0
    ? undefined
    : {
        refused: "STAGE_IN_USE",
        happened: [`Stage ${name} is still in use:`, ...users.found.map((user) => `  ${userText(user)}`)].join("\n"),
        remedy: "Take the stage out of what is named above and run the job again; the stage is kept until then.",
      };

export const stageStep = (stage: Stage, owner: Owner, because: string): RemovalStep => ({
  kind: "delete-stage",
  stageName: stage.name,
  owner,
  deploymentId: stage.deploymentId,
  createdAt: stage.createdAt,
  because,
  seenByCallers: true,
});

const deploymentSteps = ({ run, stageName, stages, deployments }: DeleteQuestion): readonly RemovalStep[] => {
  const referenced = referencedBy(stages.filter(({ name }) => name !== stageName));
  return deployments
    .filter(({ id, description }) => !referenced.has(id) && wasMadeFor(parseMarker(description), run, stageName))
    .sort(oldestFirst)
    .map(({ id }) => deploymentStep(id, `it was made for stage ${stageName}, and no stage references it any more`));
};

export const deploymentStep = (deploymentId: string, because: string): RemovalStep => ({
  kind: "delete-deployment",
  deploymentId,
  because,
  seenByCallers: false,
});

/** The deployments that the stages serve, canaries included. */
export const referencedBy = (stages: readonly Stage[]): ReadonlySet<string> =>
  new Set(stages.flatMap(({ deploymentId, canary }) => [deploymentId, ...(canary ? [canary.deploymentId] : [])]));

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
  step: Extract<RemovalStep, { kind: "delete-stage" }>,
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
