import { commentMarker } from "../domain/comment-marker.ts";
import type { PullRequestState } from "../domain/pull-request.ts";
import type { GitHubClient } from "../github/client.ts";
import { findPreviewComments, noPreviewComments, type PreviewComments } from "../github/preview-comments.ts";
import { isStageRequest, type Request } from "../inputs/request.ts";
import type { Plan } from "../plan/plan.ts";
import type { DeleteStageStep, Step } from "../plan/step.ts";
import { sweptPreviewComment } from "./text/sweep-page.ts";

/** Tells the pull requests of previews that a run removes, beside its own. Nothing here throws. */
export type RemovedPreviews = {
  readonly tell: (step: DeleteStageStep) => Promise<void>;
  readonly warnings: () => readonly string[];
};

export type RemovedSubject = {
  readonly request: Request;
  readonly client: GitHubClient | undefined;
  readonly plan: Plan;
  readonly logUrl: string;
  /** As far as the run knows it. */
  readonly pullRequestState: (number: number) => PullRequestState;
};

export const openRemovedPreviews = (subject: RemovedSubject): RemovedPreviews => {
  const { request, client, plan } = subject;
  const comments = request.command === "sweep" || (isStageRequest(request) && request.comment);
  const wanted = client !== undefined && plan.command !== "delete" && comments;
  if (!wanted) return { tell: async () => {}, warnings: () => [] };
  let previews: Promise<PreviewComments> | undefined;
  let found = noPreviewComments;
  return {
    // At once, so that the comment of a deployment that comes after the deletion is not overwritten.
    tell: async (step) => {
      previews ??= findPreviewComments(client, previewsOf(subject));
      found = await previews;
      await found.replace(step.stageName, bodyOf(step, subject));
    },
    warnings: () => found.warnings(),
  };
};

/** Pull requests that do not exist, or of which nothing is known, have no conversation. */
const previewsOf = ({ plan, request, pullRequestState }: RemovedSubject) =>
  plan.steps.flatMap(deletionsIn).flatMap(({ stageName, owner: { pullRequest }, createdAt }) => {
    const known =
      pullRequest !== undefined &&
      (request.command !== "sweep" || ["open", "closed"].includes(pullRequestState(pullRequest)));
    const marker = commentMarker(plan.restApiId, stageName);
    return known ? [{ pullRequest, stageName, marker, stageCreatedAt: createdAt }] : [];
  });

/** The deletions that a step is, or that may take its place. */
const deletionsIn = (step: Step): readonly DeleteStageStep[] => {
  if (step.kind === "delete-stage") return [step];
  return step.kind === "create-stage" && step.ifFull?.kind === "evict" ? step.ifFull.steps : [];
};

const bodyOf = (
  { stageName, because, owner }: DeleteStageStep,
  { request, plan, logUrl, pullRequestState }: RemovedSubject,
): string => {
  const { restApiId } = plan;
  return request.command === "sweep"
    ? sweptPreviewComment({
        restApiId,
        stageName,
        because,
        pullRequestIsOpen: pullRequestState(owner.pullRequest ?? 0) === "open",
        logUrl,
      })
    : sweptPreviewComment({
        restApiId,
        stageName,
        because: `it was the oldest preview, and preview ${plan.stageName} needed its place`,
        pullRequestIsOpen: true,
        logUrl,
        remover: "A newer preview",
      });
};
