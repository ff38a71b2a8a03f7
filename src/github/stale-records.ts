import { type EarlierRecord, type StaleRecord, standingOf } from "../domain/github-record.ts";
import type { PullRequestState } from "../domain/pull-request.ts";
import type { Stage } from "../domain/stage.ts";
import { YOUNG } from "../plan/sweep.ts";

/**
 * Our records in an environment that nothing stands behind any more: of previews that are gone, and of runs that ended
 * without closing them. Records whose payload is not ours are never touched.
 */

export type StaleQuestion = {
  readonly restApiId: string;
  /** By number; a pull request that is missing here counts as unknown. */
  readonly pullRequests: ReadonlyMap<number, PullRequestState>;
  /** Stages that were deleted: in this run, or some time ago. */
  readonly deletedStages: ReadonlySet<string>;
  /** Milliseconds since 1970. */
  readonly now: number;
};

/** Whether the record shows nothing as live or under way, as far as its state is known. */
const isSettled = (state: string): boolean => !["live", "under-way"].includes(standingOf(state));

/** Milliseconds; the longest that a job may take on GitHub's own runners (GitHub docs, "Actions limits"). */
const LONGEST_JOB = 6 * 3_600_000;

/** The pull requests whose state decides about a record, each once. */
export const pullRequestsOfRecords = (records: readonly EarlierRecord[], restApiId: string): readonly number[] => [
  ...new Set(
    records.flatMap(({ payload, state }) =>
      payload.restApiId === restApiId && payload.pullRequest !== undefined && !isSettled(state)
        ? [payload.pullRequest]
        : [],
    ),
  ),
];

/**
 * Stages that have records and do not exist: an earlier sweep may have been ended between the two. A stage with a young
 * record is none of them, because a run may be about to make it.
 */
export const missingStages = (
  records: readonly EarlierRecord[],
  stages: readonly Stage[],
  { restApiId, now }: Pick<StaleQuestion, "restApiId" | "now">,
): ReadonlySet<string> => {
  const ours = records.filter(({ payload }) => payload.restApiId === restApiId);
  const missing = new Set(ours.map(({ payload }) => payload.stageName));
  for (const { name } of stages) missing.delete(name);
  for (const { createdAt, payload } of ours) if (now - createdAt <= YOUNG) missing.delete(payload.stageName);
  return missing;
};

/** The records to be made inactive, and why. */
export const staleRecords = (records: readonly EarlierRecord[], question: StaleQuestion): readonly StaleRecord[] =>
  records.flatMap((record) => {
    const because = whyStale(record, question);
    return because === undefined ? [] : [{ ...record, because }];
  });

const whyStale = ({ payload, state, createdAt }: EarlierRecord, question: StaleQuestion): string | undefined => {
  const { restApiId, stageName, pullRequest } = payload;
  if (restApiId !== question.restApiId || isSettled(state)) return undefined;
  if (question.deletedStages.has(stageName)) return `stage ${stageName} was deleted`;
  const pullRequestState = pullRequest === undefined ? "unknown" : question.pullRequests.get(pullRequest);
  if (pullRequestState === "closed") return `pull request #${pullRequest} is closed`;
  if (pullRequestState === "gone") return `pull request #${pullRequest} does not exist`;
  return standingOf(state) === "under-way" && question.now - createdAt > LONGEST_JOB
    ? `run ${payload.runId} ended without closing it`
    : undefined;
};
