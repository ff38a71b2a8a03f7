import { markIn } from "../domain/dark-stage.ts";
import { type Owner, provenOwner, sameOwner } from "../domain/owner.ts";
import type { Stage } from "../domain/stage.ts";
import type { CanaryRequest, PointingRequest } from "../inputs/request.ts";
import { refuseCanary } from "./canary/has-canary.ts";
import type { Refusal, StageMeant } from "./plan.ts";
import { holderText } from "./room.ts";

/** Which stages a run may point, and whether a stage is still the one that was read. */

/**
 * A preview is pointed for its own pull request only, whatever the stage is called: a name that is made of a branch's may
 * be any. Other stages may have been made by hand.
 */
export const refuseForeign = (request: PointingRequest | CanaryRequest, stage: Stage): Refusal | undefined => {
  const { previewOf, pullRequest, run, stageName } = request;
  const itself = deploysItself(stage, request.restApiId);
  if (itself !== undefined) return itself;
  const repositoryId = run.repository.id;
  const owner = provenOwner(stage.tags, request);
  if (markIn(stage.tags, request) !== undefined) return isDark(stageName);
  if (owner === undefined && previewOf === undefined) return undefined;
  if (owner !== undefined && previewOf === undefined && owner.pullRequest === undefined) return undefined;
  const own: Owner = { repositoryId, pullRequest: previewOf ?? pullRequest };
  if (owner !== undefined && sameOwner(owner, own)) return undefined;
  return previewOf === undefined
    ? {
        refused: "STAGE_NOT_OURS",
        happened: `Stage ${stageName} exists, and it is the ${holderText(owner, { repositoryId })}.`,
        remedy: "Choose another `stage-name`: a preview is deployed to by its own pull request's runs only.",
      }
    : {
        refused: "STAGE_NOT_OURS",
        happened: `Stage ${stageName} exists, and nothing on it proves that it was made for pull request #${previewOf} of this repository.`,
      };
};

const deploysItself = ({ pointedBy }: Stage, restApiId: string): Refusal | undefined =>
  pointedBy && {
    refused: "STAGE_DEPLOYS_ITSELF",
    happened: pointedBy.happened,
    remedy: pointedBy.remedy.replaceAll("{api}", restApiId),
  };

const isDark = (stageName: string): Refusal => ({
  refused: "STAGE_NOT_OURS",
  happened: `Stage ${stageName} is a dark stage, on which a run tests a deployment and which is removed again.`,
  remedy: "Choose another `stage-name`.",
});

export const meantStage = (stage: Stage | undefined, restApiId: string, ending?: string): StageMeant | undefined =>
  stage && {
    name: stage.name,
    createdAt: stage.createdAt,
    owner: provenOwner(stage.tags, { restApiId, stageName: stage.name }),
    ending,
  };

/** Why a stage must not be pointed any more that was read before and is so `now`. */
export const stageChanged = (meant: StageMeant, now: Stage | undefined, restApiId: string): Refusal | undefined => {
  const { name } = meant;
  const changed = (happened: string): Refusal => ({ refused: "STAGE_CHANGED", happened });
  if (now === undefined) return changed(`Stage ${name} was deleted while this run was at work.`);
  if (now.createdAt !== meant.createdAt)
    return changed(`Stage ${name} was deleted and made anew while this run was at work.`);
  const owner = provenOwner(now.tags, { restApiId, stageName: name });
  const same = owner === undefined || meant.owner === undefined ? owner === meant.owner : sameOwner(owner, meant.owner);
  if (!same) return changed(`The tag that says whose stage ${name} is was changed while this run was at work.`);
  return now.canary === undefined || now.canary.deploymentId === meant.ending
    ? deploysItself(now, restApiId)
    : refuseCanary(restApiId, now, now.canary);
};
