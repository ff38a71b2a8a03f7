import { type ServedRecord, servedInDescription } from "./history.ts";
import { parseMarker } from "./marker.ts";
import type { Deployment } from "./observed.ts";

/** What a GitHub deployment of ours for the stage tells; see its payload. */
export type StageRecord = {
  /** As GraphQL spells it. */
  readonly state: string;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  readonly commit: string;
  /** Of the newest status. */
  readonly description: string;
  readonly payload: {
    readonly command: string;
    readonly deploymentId: string;
    readonly previousDeploymentId: string;
    readonly nonce: string;
    readonly runId: string;
    readonly actor: string;
  };
};

/** What a record ends with that succeeded: GitHub itself makes it inactive when a later one takes its place. */
const SUCCEEDED = ["ACTIVE", "SUCCESS", "INACTIVE", "DESTROYED"];

/** The deployments that the records say the stage has served. A record that names none is told by its run's own mark. */
export const servedRecords = (
  records: readonly StageRecord[],
  deployments: readonly Deployment[],
): readonly ServedRecord[] => {
  const byNonce = new Map(deployments.map(({ id, description }) => [parseMarker(description)?.nonce, id]));
  return records
    .filter(({ state }) => SUCCEEDED.includes(state))
    .flatMap(({ payload, createdAt, commit, description }): ServedRecord[] => {
      const deploymentId = servedInDescription(description) ?? (payload.deploymentId || byNonce.get(payload.nonce));
      if (deploymentId === undefined) return [];
      return [
        {
          deploymentId,
          previousDeploymentId: payload.previousDeploymentId || undefined,
          rollback: payload.command === "rollback",
          at: createdAt,
          commit,
          runId: payload.runId || undefined,
          who: payload.actor || undefined,
        },
      ];
    });
};
