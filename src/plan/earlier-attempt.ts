import type { EarlierRecord } from "../domain/github-record.ts";
import type { Run } from "../domain/run.ts";
import type { Stage } from "../domain/stage.ts";
import { parseHistoryTag } from "./history.ts";
import { pointedFrom, pointedSince } from "./records.ts";

/** What an earlier attempt of this very run has done to the stage, where it was ended before its verdict. */
export type EarlierAttempt = {
  /** Whether it has pointed the stage. */
  readonly pointed: boolean;
  /** What the stage served before that; `undefined`: nothing tells. */
  readonly from: string | undefined;
  /** When that was, in milliseconds since 1970; `undefined`: nothing tells. */
  readonly since: number | undefined;
};

type Question = {
  readonly request: { readonly run: Run; readonly restApiId: string; readonly stageName: string };
  readonly stage: Stage | undefined;
  readonly records: readonly EarlierRecord[];
  /** Whether the stage itself, or its deployment, tells so. */
  readonly marked: boolean;
};

/** The records tell, and where there are none the history that the stage carries. */
export const earlierAttempt = ({ request, stage, records, marked }: Question): EarlierAttempt => {
  const { runId } = request.run;
  const from = pointedFrom(records, runId, stage?.deploymentId);
  const since = pointedSince(records, runId, stage?.deploymentId);
  if (!marked || stage === undefined) return { pointed: from !== undefined, from, since };
  const [newest, before] = parseHistoryTag(stage.tags, request) ?? [];
  const known = newest?.deploymentId === stage.deploymentId;
  return {
    pointed: true,
    from: from ?? (known ? before?.deploymentId : undefined),
    since: since ?? (known ? newest.at : undefined),
  };
};
