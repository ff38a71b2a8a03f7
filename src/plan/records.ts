import { type EarlierRecord, type StageRecord, standingOf } from "../domain/github-record.ts";
import type { PullRequestState } from "../domain/pull-request.ts";
import type { Stage } from "../domain/stage.ts";
import { standsFor } from "./served-records.ts";

/**
 * Our GitHub deployments that nothing stands behind any more: of previews that are gone, of runs that ended without
 * closing them, and those that a newer one takes the place of. Records whose payload is not ours are never touched.
 */

/** A record to be made inactive. */
export type RecordEnding = {
  readonly record: EarlierRecord;
  /** Why, as people read it: `Replaced by run 9001`; of a sweep the end of a sentence, `stage pr-7 was deleted`. */
  readonly because: string;
  /** What must have come true first: the run's success, or that a stage is gone. */
  readonly once: "always" | "success" | { readonly stageGone: string };
  /**
   * The stage was gone before this run: whoever removed it may have been ended before it could say so in the preview's
   * comment.
   */
  readonly untold?: true;
};

/** Whether the record shows something as live or under way, as far as its state is known. */
const isOpen = ({ state }: EarlierRecord): boolean => ["live", "under-way"].includes(standingOf(state));

/**
 * A new record replaces the link of the one before where GitHub does not see to that: for previews, and where an
 * environment is shared (`byHand`). A record that its run never ended is closed in any case.
 */
export const replacedRecords = (
  records: readonly EarlierRecord[],
  runId: string,
  byHand: boolean,
): readonly RecordEnding[] =>
  records.flatMap((record): RecordEnding[] => {
    const because = `Replaced by run ${runId}`;
    if (standingOf(record.state) === "under-way") return [{ record, because, once: "always" }];
    return standingOf(record.state) === "live" && byHand ? [{ record, because, once: "success" }] : [];
  });

/** The records of a stage that the run deletes. */
export const recordsOfStage = (
  records: readonly EarlierRecord[],
  { restApiId, stageName }: { readonly restApiId: string; readonly stageName: string },
  because: string,
): readonly RecordEnding[] =>
  records
    .filter(
      (record) => record.payload.restApiId === restApiId && record.payload.stageName === stageName && isOpen(record),
    )
    .map((record) => ({ record, because, once: { stageGone: stageName } }));

/** Milliseconds. The list of stages and that of records are not of the same moment. */
const SETTLED = 600_000;

/** Of `others` those that show a preview as live whose stage is gone: an eviction may have been ended in the middle. */
export const recordsOfMissing = (
  others: readonly EarlierRecord[],
  { stages, now }: { readonly stages: readonly Stage[]; readonly now: number },
): readonly RecordEnding[] =>
  others.flatMap((record): RecordEnding[] => {
    const { state, createdAt, payload } = record;
    const isMissing = !stages.some(({ name }) => name === payload.stageName) && now - createdAt > SETTLED;
    return isMissing && payload.pullRequest !== undefined && standingOf(state) === "live"
      ? [{ record, because: `Stage ${payload.stageName} is gone`, once: "always", untold: true }]
      : [];
  });

/** The newest record of ours that stands for a deployment, so that it can be shown as current once more. */
export type StandingRecord = { readonly deploymentId: string; readonly record: EarlierRecord };

/** Those of the deployments that the stage may be led back to; none where nothing of ours tells of one. */
export const standingRecords = (
  records: readonly EarlierRecord[],
  served: readonly StageRecord[],
  deploymentIds: readonly string[],
): readonly StandingRecord[] =>
  deploymentIds.flatMap((deploymentId) => {
    const stood = served.find((record) => standsFor(record, deploymentId));
    const record = stood && records.find(({ payload }) => payload.nonce === stood.payload.nonce);
    return record === undefined ? [] : [{ deploymentId, record }];
  });

/**
 * What a stage that serves `serves` served before an earlier attempt of this run pointed it; `undefined` where no record
 * of ours tells. An attempt that was ended before its verdict leaves that to the next one.
 */
export const pointedFrom = (
  records: readonly EarlierRecord[],
  runId: string,
  serves: string | undefined,
): string | undefined =>
  newest(
    records.filter(({ payload }) => payload.runId === runId && !["", serves].includes(payload.previousDeploymentId)),
  )?.payload.previousDeploymentId;

/** When an earlier attempt of this run set out to point the stage, in milliseconds since 1970, as far as a record tells. */
export const pointedSince = (
  records: readonly EarlierRecord[],
  runId: string,
  serves: string | undefined,
): number | undefined =>
  newest(records.filter(({ payload }) => payload.runId === runId && payload.previousDeploymentId !== serves))
    ?.createdAt;

const newest = (records: readonly EarlierRecord[]): EarlierRecord | undefined =>
  records.toSorted((one, other) => other.createdAt - one.createdAt)[0];

/** Stages that are not there as far as the list says, and whose open records would be closed for it. */
export const goneByTheList = (
  records: readonly EarlierRecord[],
  question: Pick<StaleQuestion, "restApiId" | "stages" | "now" | "young">,
): readonly string[] => [...missingStages(records.filter(isOpen), question)];

/** The pull requests whose state decides about a record, each once. */
export const pullRequestsOfRecords = (records: readonly EarlierRecord[], restApiId: string): readonly number[] => [
  ...new Set(
    records.flatMap((record) => {
      const { restApiId: api, pullRequest } = record.payload;
      return api === restApiId && pullRequest !== undefined && isOpen(record) ? [pullRequest] : [];
    }),
  ),
];

export type StaleQuestion = {
  readonly restApiId: string;
  readonly stages: readonly Stage[];
  /** Stages that the run deletes. */
  readonly ending: ReadonlySet<string>;
  /** By number; a pull request that is missing here counts as unknown. */
  readonly pullRequests: ReadonlyMap<number, PullRequestState>;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Milliseconds; a stage with a younger record may be about to be made. */
  readonly young: number;
};

/** Milliseconds; the longest that a job may take on GitHub's own runners (GitHub docs, "Actions limits"). */
const LONGEST_JOB = 6 * 3_600_000;

/** What a sweep finds among the records of all stages. */
export const staleRecords = (records: readonly EarlierRecord[], question: StaleQuestion): readonly RecordEnding[] => {
  const missing = missingStages(records, question);
  return records.flatMap((record) => endingOf(record, missing, question) ?? []);
};

const endingOf = (
  record: EarlierRecord,
  missing: ReadonlySet<string>,
  { restApiId, ending, pullRequests, now }: StaleQuestion,
): RecordEnding | undefined => {
  const { payload, state, createdAt } = record;
  const { stageName, pullRequest } = payload;
  if (payload.restApiId !== restApiId || !isOpen(record)) return undefined;
  const always = (because: string): RecordEnding => ({ record, because, once: "always" });
  if (ending.has(stageName)) return { ...always(`stage ${stageName} was deleted`), once: { stageGone: stageName } };
  if (missing.has(stageName)) return { ...always(`stage ${stageName} was deleted`), untold: true };
  const pullRequestState = pullRequest === undefined ? "unknown" : pullRequests.get(pullRequest);
  if (pullRequestState === "closed") return always(`pull request #${pullRequest} is closed`);
  if (pullRequestState === "gone") return always(`pull request #${pullRequest} does not exist`);
  return standingOf(state) === "under-way" && now - createdAt > LONGEST_JOB
    ? always(`run ${payload.runId} ended without closing it`)
    : undefined;
};

/**
 * Stages that have records and do not exist: an earlier sweep may have been ended between the two. A stage with a young
 * record is none of them, because a run may be about to make it.
 */
const missingStages = (
  records: readonly EarlierRecord[],
  { restApiId, stages, now, young }: Pick<StaleQuestion, "restApiId" | "stages" | "now" | "young">,
): ReadonlySet<string> => {
  const ours = records.filter(({ payload }) => payload.restApiId === restApiId);
  const missing = new Set(ours.map(({ payload }) => payload.stageName));
  for (const { name } of stages) missing.delete(name);
  for (const { createdAt, payload } of ours) if (now - createdAt <= young) missing.delete(payload.stageName);
  return missing;
};
