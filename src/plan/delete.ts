import { type ApiKind, byHand } from "../domain/api-kind.ts";
import { parseMarker } from "../domain/marker.ts";
import { type Owner, provenOwner, sameOwner } from "../domain/owner.ts";
import type { Stage } from "../domain/stage.ts";
import { userText } from "../domain/stage-users.ts";
import type { DeleteRequest } from "../inputs/request.ts";
import type { DeleteObserved } from "../observe/observed.ts";
import { emptyPlan, type Plan, type Refusal } from "./plan.ts";
import { decisionNow } from "./preview-now.ts";
import { recordsOfStage } from "./records.ts";
import { deploymentStep, oldestFirst, referencedBy, rememberedBy, stageStep, wasMadeFor } from "./removal.ts";
import type { DeleteDeploymentStep, DeleteStageStep, Step } from "./step.ts";
import { leaveSteps, type Naming, namingOf } from "./usage-plans.ts";

/**
 * Decides what `delete` does: the stage, then those of its deployments that nothing references any more. A stage that is
 * gone already still has its deployments removed: an earlier deletion may have been interrupted between the two.
 */
export const planDelete = (request: DeleteRequest, observed: DeleteObserved): Plan | Refusal => {
  const { restApiId, stageName, run, previewOf, because } = request;
  const owner: Owner = { repositoryId: run.repository.id, pullRequest: previewOf };
  const stage = observed.stages.find(({ name }) => name === stageName);
  const common = { ...emptyPlan, command: "delete", restApiId, stageName, serves: stage?.deploymentId } as const;
  const stays = whyStays(request, observed);
  if (stays !== undefined) return { ...common, result: "skipped", notes: [stays] };
  const naming = stage && namingOf(stage, observed.users, restApiId);
  const refusal = stage && (refuseForeign(stage, request, owner, observed.api.kind) ?? refuseUsed(stage, naming));
  if (refusal !== undefined) return refusal;
  const steps: readonly Step[] = [
    ...(stage === undefined ? [] : stageSteps(stageStep(stage, owner, whyOver(owner)), naming)),
    ...deploymentSteps(request, observed),
  ];
  return {
    ...common,
    result: steps.length === 0 ? "unchanged" : "deleted",
    unchangedBecause: "there is none, and no deployment that was made for it",
    steps,
    records: recordsOfStage(observed.records, request, `The stage was removed by run ${run.runId}`),
    notes: [because],
    warnings: stage === undefined ? [] : observed.users.unknown,
  };
};

/** Runs may start in another order than their events: a pull request that is open again keeps its preview. */
const whyStays = ({ previewOf, run, because }: DeleteRequest, { pullRequest }: DeleteObserved): string | undefined => {
  if (previewOf === undefined) return undefined;
  const now = decisionNow({ decision: "delete", because }, run.event, previewOf, pullRequest);
  return now.decision === "skip" ? now.because : undefined;
};

const whyOver = ({ pullRequest }: Owner): string =>
  pullRequest === undefined
    ? "this repository made it, and wants it no more"
    : `the preview of pull request #${pullRequest} is over`;

const ownerText = ({ pullRequest }: Owner): string =>
  pullRequest === undefined ? "this repository" : `pull request #${pullRequest} of this repository`;

const refuseForeign = (
  stage: Stage,
  { restApiId, stageName }: DeleteRequest,
  owner: Owner,
  kind: ApiKind,
): Refusal | undefined => {
  const found = provenOwner(stage.tags, { restApiId, stageName });
  if (found !== undefined && sameOwner(found, owner)) return undefined;
  return {
    refused: "STAGE_NOT_OURS",
    happened: `Stage ${stageName} exists, and nothing on it proves that it was made for ${ownerText(owner)}.`,
    remedy: `Nothing is deleted that is not proven ours. If nobody needs the stage, delete it by hand: ${byHand(kind, "delete-stage", { api: restApiId, stage: stageName })}`,
  };
};

/** It leaves its usage plans first. */
const stageSteps = (step: DeleteStageStep, naming: Naming | undefined): readonly Step[] => [
  ...leaveSteps([{ ending: step, leaves: naming?.leaves ?? [] }]),
  step,
];

const refuseUsed = ({ name }: Stage, naming: Naming | undefined): Refusal | undefined =>
  naming === undefined || naming.keptBy.length === 0
    ? undefined
    : {
        refused: "STAGE_IN_USE",
        happened: [`Stage ${name} is still in use:`, ...naming.keptBy.map((user) => `  ${userText(user)}`)].join("\n"),
      };

const deploymentSteps = (
  request: DeleteRequest,
  { stages, deployments }: DeleteObserved,
): readonly DeleteDeploymentStep[] => {
  const { run, stageName } = request;
  const others = stages.filter(({ name }) => name !== stageName);
  const needed = new Set([...referencedBy(others), ...rememberedBy(others, request)]);
  return deployments
    .filter(({ id, description }) => !needed.has(id) && wasMadeFor(parseMarker(description), run, stageName))
    .sort(oldestFirst)
    .map(({ id }) => deploymentStep(id, `it was made for stage ${stageName}, and no stage references it any more`));
};
