import type { Gateway } from "../aws/rest-api/gateway.ts";
import type { Facts } from "../decide.ts";
import { asActionError } from "../domain/errors.ts";
import { provenOwner } from "../domain/owner.ts";
import { afterPointing, historyTag, parseHistoryTag } from "../plan/history.ts";
import type { Plan } from "../plan/plan.ts";
import { type Story, stageIn } from "./story.ts";

/** On lasting stages of ours a tag tells what they served; without the permission, records and markers still do. */
export const keepHistory = async (
  { request, work }: Story,
  plan: Plan,
  facts: Facts,
  gateway: Gateway,
): Promise<void> => {
  const { pointedAt, made } = work.progress;
  const planned = plan.deployment.kind === "existing" ? plan.deployment.id : made;
  const address = { restApiId: request.restApiId, stageName: request.stageName };
  const tags = stageIn(facts, request.stageName)?.tags;
  const owner = provenOwner(tags ?? {}, address);
  const ours = plan.serves === undefined || owner?.repositoryId === request.run.repository.id;
  if (pointedAt === undefined || request.previewOf !== undefined || !ours) return;
  const at = Date.now();
  const before = parseHistoryTag(tags ?? {}, address) ?? [];
  const forward = planned ?? pointedAt;
  const pointed = afterPointing(before, {
    deploymentId: forward,
    at,
    previousDeploymentId: plan.serves,
    rollback: request.command === "rollback",
  });
  const entries = work.rolledBack
    ? afterPointing(pointed, {
        deploymentId: pointedAt,
        previousDeploymentId: forward,
        rollback: true,
        at,
      })
    : pointed;
  try {
    await gateway.tagStage(request.stageName, historyTag(entries, address), []);
  } catch (thrown) {
    const error = asActionError(thrown, "keep the stage's history");
    work.progress.warnings.push(`The stage's history could not be kept in its tags: ${error.message} ${error.remedy}`);
  }
};
