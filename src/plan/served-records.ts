import { CANARY_PART, type StageRecord, standingOf } from "../domain/github-record.ts";
import { parseMarker } from "../domain/marker.ts";
import { servedByDescription } from "../domain/served.ts";
import type { Deployment } from "../domain/stage.ts";
import type { ServedRecord } from "./history.ts";

/** GitHub itself ends a record that succeeded when a later one takes its place. */
const hasSucceeded = (state: string): boolean => ["live", "ended"].includes(standingOf(state));

/** Whether the record of ours is the one of the deployment's own making, and not of a rollback to it. */
export const standsFor = ({ state, payload, description }: StageRecord, deploymentId: string): boolean =>
  hasSucceeded(state) &&
  payload.nonce !== "" &&
  payload.command !== "rollback" &&
  payload.command !== CANARY_PART &&
  (servedByDescription(description)?.deploymentId ?? payload.deploymentId) === deploymentId;

/**
 * The deployments that the records say the stage has served. A record that names none is told by its run's own mark. One
 * without a payload does not say which API it is about, so it counts for deployments that this one has.
 */
export const servedRecords = (
  records: readonly StageRecord[],
  deployments: readonly Deployment[],
): readonly ServedRecord[] => {
  const known = new Set(deployments.map(({ id }) => id));
  const byNonce = new Map(deployments.map(({ id, description }) => [parseMarker(description)?.nonce, id]));
  return records
    .filter(({ state, payload }) => hasSucceeded(state) && payload.command !== CANARY_PART)
    .flatMap(({ payload, createdAt, commit, description }): ServedRecord[] => {
      const told = servedByDescription(description);
      const deploymentId = told?.deploymentId ?? (payload.deploymentId || byNonce.get(payload.nonce));
      if (deploymentId === undefined || (payload.nonce === "" && !known.has(deploymentId))) return [];
      return [
        {
          deploymentId,
          previousDeploymentId: payload.previousDeploymentId || undefined,
          rollback: payload.command === "rollback" || told?.rollback === true,
          at: createdAt,
          commit,
          runId: payload.runId || undefined,
          who: payload.actor || undefined,
        },
      ];
    });
};
