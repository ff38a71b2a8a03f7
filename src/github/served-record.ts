import type { RecordPayload, StageRecord } from "../domain/github-record.ts";
import type { StageAddress } from "../domain/owner.ts";
import { servedByDescription } from "../domain/served.ts";
import type { ReadRecord } from "./answers/records.ts";

/** What a GitHub deployment tells of a stage. */

export const isAbout = ({ restApiId, stageName }: StageAddress, payload: RecordPayload): boolean =>
  payload.restApiId === restApiId && payload.stageName === stageName;

/** What GitHub records for a job of ours has no payload, but a status of ours that names the stage. */
export const servedRecordOf = (
  address: StageAddress,
  { payload, creator, statuses, state, createdAt, commit }: ReadRecord,
  viewer: string,
): StageRecord | undefined => {
  if (payload !== undefined && !isAbout(address, payload)) return undefined;
  const telling = statuses.entries.filter(
    ({ description }) => servedByDescription(description)?.stageName === address.stageName,
  );
  const ofUs = telling.find((status) => status.creator === viewer);
  const ours = payload === undefined ? ofUs !== undefined : creator === viewer;
  const told = ours ? ofUs : telling[0];
  if (payload === undefined && told === undefined) return undefined;
  return {
    state,
    creator: payload === undefined ? (told?.creator ?? "") : creator,
    ours,
    createdAt,
    commit,
    description: told?.description ?? "",
    payload: payload ?? {
      command: "",
      deploymentId: "",
      previousDeploymentId: "",
      nonce: "",
      runId: /\/actions\/runs\/([0-9]+)\//.exec(told?.logUrl ?? "")?.[1] ?? "",
      actor: creator,
    },
  };
};
