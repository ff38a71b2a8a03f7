import { commentMarker } from "../domain/comment-marker.ts";
import type { PullRequestState } from "../domain/pull-request.ts";
import type { RestApi } from "../domain/stage.ts";
import type { GitHubClient } from "../github/client.ts";
import {
  findPreviewComments,
  noPreviewComments,
  type PreviewComments,
  type RemovedPreview,
} from "../github/preview-comments.ts";
import { isStageRequest, type Request } from "../inputs/request.ts";
import type { Plan } from "../plan/plan.ts";
import type { DeleteStageStep, Step } from "../plan/step.ts";
import { apiName } from "./text/headline.ts";
import { gonePreviewComment, sweptPreviewComment, tellsRemoval } from "./text/sweep-page.ts";

/** Tells the pull requests of previews that a run removes, beside its own. Nothing here throws. */
export type RemovedPreviews = {
  readonly tell: (step: DeleteStageStep) => Promise<void>;
  /** Those whose stage was gone before this run, too, where their comments do not say so. */
  readonly tellMissing: () => Promise<void>;
  /** Stages whose comments are left for another run. */
  readonly left: () => ReadonlySet<string>;
  readonly warnings: () => readonly string[];
};

export type RemovedSubject = {
  readonly request: Request;
  readonly client: GitHubClient | undefined;
  readonly plan: Plan;
  /** As far as the run has read it. */
  readonly api: RestApi | undefined;
  readonly logUrl: string;
  /** As far as the run knows it. */
  readonly pullRequestState: (number: number) => PullRequestState;
};

export const openRemovedPreviews = (subject: RemovedSubject): RemovedPreviews => {
  const { request, client, plan } = subject;
  const mayComment = request.command === "sweep" || (isStageRequest(request) && request.comment);
  const wanted = client !== undefined && plan.command !== "delete" && mayComment;
  if (!wanted)
    return {
      tell: async () => {},
      tellMissing: async () => {},
      left: () => noPreviewComments.left,
      warnings: () => [],
    };
  let comments: Promise<PreviewComments> | undefined;
  let found = noPreviewComments;
  const missing = missingOf(subject);
  const find = async (): Promise<PreviewComments> => {
    comments ??= findPreviewComments(client, [...deletedOf(subject), ...missing]);
    found = await comments;
    return found;
  };
  return {
    // At once, so that the comment of a deployment that comes after the deletion is not overwritten.
    tell: async (step) => (await find()).replace(step.stageName, bodyOf(step, subject)),
    tellMissing: async () => {
      if (missing.length === 0) return;
      const { replace } = await find();
      for (const preview of missing) await replace(preview.stageName, missingBodyOf(preview, subject), saysLive);
    },
    left: () => found.left,
    warnings: () => found.warnings(),
  };
};

const saysLive = (text: string): boolean => !tellsRemoval(text);

const deletedOf = (subject: RemovedSubject): readonly RemovedPreview[] =>
  subject.plan.steps
    .flatMap(deletionsIn)
    .flatMap(({ stageName, owner: { pullRequest }, createdAt }) =>
      previewIn(subject, stageName, pullRequest, createdAt),
    );

/** Each once, whatever the number of its records; the oldest of them tells since when there may be a comment. */
const missingOf = (subject: RemovedSubject): readonly RemovedPreview[] => {
  const oldest = new Map<string, RemovedPreview>();
  for (const { untold, record } of subject.plan.records) {
    if (untold !== true) continue;
    const { stageName, pullRequest } = record.payload;
    const since = Math.min(record.createdAt, oldest.get(stageName)?.stageCreatedAt ?? record.createdAt);
    for (const preview of previewIn(subject, stageName, pullRequest, since)) oldest.set(stageName, preview);
  }
  return [...oldest.values()];
};

/** Pull requests that do not exist, or of which nothing is known, have no conversation. */
const previewIn = (
  { plan, request, pullRequestState }: RemovedSubject,
  stageName: string,
  pullRequest: number | undefined,
  stageCreatedAt: number | undefined,
): readonly RemovedPreview[] => {
  if (pullRequest === undefined) return [];
  const known = request.command !== "sweep" || ["open", "closed"].includes(pullRequestState(pullRequest));
  return known ? [{ pullRequest, stageName, marker: commentMarker(plan.restApiId, stageName), stageCreatedAt }] : [];
};

const missingBodyOf = (
  { stageName, pullRequest }: RemovedPreview,
  { request, api, plan: { restApiId }, logUrl, pullRequestState }: RemovedSubject,
): string =>
  gonePreviewComment({
    restApiId,
    apiName: apiName({ request, api }),
    stageName,
    pullRequestIsOpen: pullRequestState(pullRequest) === "open",
    logUrl,
  });

/** The deletions that a step is, or that may take its place. */
const deletionsIn = (step: Step): readonly DeleteStageStep[] => {
  if (step.kind === "delete-stage") return [step];
  return step.kind === "create-stage" && step.ifFull?.kind === "evict" ? step.ifFull.steps.flatMap(deletionsIn) : [];
};

const bodyOf = (
  { stageName, because, owner }: DeleteStageStep,
  { request, plan, api, logUrl, pullRequestState }: RemovedSubject,
): string => {
  const removal =
    request.command === "sweep"
      ? { because, pullRequestIsOpen: pullRequestState(owner.pullRequest ?? 0) === "open" }
      : {
          because: `it was the oldest preview, and preview ${plan.stageName} needed its place`,
          pullRequestIsOpen: true,
          remover: "A newer preview",
        };
  return sweptPreviewComment({
    restApiId: plan.restApiId,
    apiName: apiName({ request, api }),
    stageName,
    logUrl,
    ...removal,
  });
};
