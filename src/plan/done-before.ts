import type { EarlierRecord } from "../domain/github-record.ts";
import { markerOf } from "../domain/marker.ts";
import { boundTo, type StageAddress } from "../domain/owner.ts";
import type { Run } from "../domain/run.ts";
import type { Stage } from "../domain/stage.ts";

/**
 * Whether an earlier attempt of this very run has pointed the stage already. To go back, and to take what another stage
 * serves, mean something else once it is done: a job that is run again must not go on from there.
 */

export const RUN_TAG = "apigw-stage-action:run";

const RUN = /^(of=[0-9a-f]{16}) run=([0-9]+)\/([0-9]+) step=([0-9a-f]{8}) deployment=([a-z0-9]{1,64})$/;

const stepOf = (run: Run): string => markerOf(run, "").step;

/** The tag that says which run has pointed the stage at the deployment. */
export const runTag = (run: Run, deploymentId: string, address: StageAddress): Record<string, string> => ({
  [RUN_TAG]: `${boundTo(address)} run=${run.repository.id}/${run.runId} step=${stepOf(run)} deployment=${deploymentId}`,
});

export type Pointed = {
  readonly run: Run;
  readonly command: "promote" | "rollback" | "canary";
  readonly restApiId: string;
  readonly stageName: string;
};

/** The tag tells, and where none could be written the record, which is opened before the stage is pointed. */
export const doneBefore = (pointed: Pointed, stage: Stage, records: readonly EarlierRecord[]): boolean => {
  const { run, command, restApiId, stageName } = pointed;
  const serves = stage.deploymentId;
  const [, bound, repositoryId, runId, step, deploymentId] = RUN.exec(stage.tags[RUN_TAG] ?? "") ?? [];
  const tagged =
    bound === boundTo({ restApiId, stageName }) &&
    repositoryId === run.repository.id &&
    runId === run.runId &&
    step === stepOf(run) &&
    deploymentId === serves;
  return (
    tagged ||
    records.some(
      ({ payload }) =>
        payload.runId === run.runId &&
        payload.runAttempt < run.attempt &&
        payload.command === command &&
        payload.deploymentId === serves &&
        payload.previousDeploymentId !== serves,
    )
  );
};
