import type { Taken } from "../apply/progress.ts";
import type { GitHubClient } from "../github/client.ts";
import { addStatus, recordIds } from "../github/records.ts";
import { explainTrouble } from "../github/trouble.ts";
import type { Plan } from "../plan/plan.ts";
import type { RecordEnding } from "../plan/records.ts";

/** The records to be made inactive, now that the run has ended so. */
export const dueEndings = (plan: Plan, taken: readonly Taken[], succeeded: boolean): readonly RecordEnding[] =>
  plan.records.filter(({ once }) => {
    if (once === "always") return true;
    return once === "success" ? succeeded : isGone(once.stageGone, plan, taken);
  });

const isGone = (stageName: string, { steps }: Plan, taken: readonly Taken[]): boolean => {
  const isAbout = (step: Taken["step"]): boolean => step.kind === "delete-stage" && step.stageName === stageName;
  return (
    !steps.some(isAbout) ||
    taken.some(({ step, result }) => isAbout(step) && (result === "deleted" || result === "absent"))
  );
};

/**
 * Records that one run closes at most. GitHub allows 80 requests a minute that make something (GitHub docs, "Rate
 * limits for the REST API"), and the next sweep goes on.
 */
const AT_MOST = 60;

export type Retiring = {
  readonly environment: string;
  readonly logUrl: string;
  readonly describe: (because: string) => string;
  readonly signal: AbortSignal | undefined;
  readonly warn: (text: string) => void;
};

/** Makes the records inactive, oldest first, and answers those that are. Throws nothing; stops when the run is cancelled. */
export const retireRecords = async (
  client: GitHubClient,
  endings: readonly RecordEnding[],
  { environment, logUrl, describe, signal, warn }: Retiring,
): Promise<readonly RecordEnding[]> => {
  if (endings.length === 0) return [];
  const oldestFirst = endings.toSorted((one, other) => one.record.createdAt - other.record.createdAt);
  const batch = oldestFirst.slice(0, AT_MOST);
  const retired: RecordEnding[] = [];
  try {
    const ids = await recordIds(
      client,
      environment,
      batch.map(({ record }) => record),
    );
    for (const ending of batch) {
      const id = ending.record.id ?? ids.get(ending.record.nodeId);
      if (signal?.aborted) break;
      if (id === undefined) continue;
      const description = describe(ending.because);
      await addStatus(client, id, { state: "inactive", description, logUrl, environmentUrl: "", autoInactive: false });
      retired.push(ending);
    }
  } catch (thrown) {
    warn(explainTrouble(thrown, "mark an earlier GitHub deployment inactive", "deployments: write"));
    return retired;
  }
  const left = endings.length - retired.length;
  if (left > 0) warn(`${left} GitHub deployments are left for the next sweep to close.`);
  return retired;
};
