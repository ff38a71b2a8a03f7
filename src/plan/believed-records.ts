import type { StageRecord } from "../domain/github-record.ts";
import { type Marker, parseMarker } from "../domain/marker.ts";
import { provenOwner } from "../domain/owner.ts";
import type { Deployment, Stage } from "../domain/stage.ts";
import type { RollbackRequest } from "../inputs/request.ts";
import type { ServedRecord } from "./history.ts";
import { servedRecords } from "./served-records.ts";

/**
 * Anybody who may write GitHub deployments can say that a stage served something. A record is believed when the account
 * that this run writes as made it, and API Gateway's own deployment bears it out: its marker says that it was made for
 * this stage, or for one whose deployments come here. Writing that takes the right to deploy.
 */
export type JudgedRecords = {
  readonly believed: readonly ServedRecord[];
  /** To be shown, and not to be gone back to unasked. */
  readonly claimed: readonly ServedRecord[];
};

export type RecordEvidence = {
  readonly served: readonly StageRecord[];
  readonly stages: readonly Stage[];
  readonly deployments: readonly Deployment[];
};

/** Whose records they are, and of which stage. */
type Subject = Pick<RollbackRequest, "restApiId" | "stageName" | "run">;

export const judgeRecords = (request: Subject, evidence: RecordEvidence): JudgedRecords => {
  const { served, deployments } = evidence;
  const isBorneOut = borneOut(request, evidence);
  const believed: ServedRecord[] = [];
  const claimed: ServedRecord[] = [];
  for (const record of served) {
    const [told] = servedRecords([record], deployments);
    if (told === undefined) continue;
    const previous = told.previousDeploymentId;
    if (!record.ours || !isBorneOut(told.deploymentId)) claimed.push(told);
    else if (previous === undefined || isBorneOut(previous)) believed.push(told);
    else {
      believed.push({ ...told, previousDeploymentId: undefined });
      claimed.push({ ...told, deploymentId: previous, previousDeploymentId: undefined, rollback: false });
    }
  }
  return { believed, claimed };
};

const borneOut = (
  { restApiId, stageName, run }: Subject,
  { stages, deployments }: RecordEvidence,
): ((deploymentId: string) => boolean) => {
  const markers = new Map<string, Marker | undefined>(
    deployments.map(({ id, description }) => [id, parseMarker(description)]),
  );
  const ownerOf = ({ name, tags }: Stage) => provenOwner(tags, { restApiId, stageName: name });
  const previews = stages.filter((stage) => ownerOf(stage)?.pullRequest !== undefined).map(({ name }) => name);
  const lasting = stages.filter((stage) => {
    const owner = ownerOf(stage);
    return owner?.repositoryId === run.repository.id && owner.pullRequest === undefined;
  });
  const servesNow = stages.find(({ name }) => name === stageName)?.deploymentId ?? "";
  const sources = new Set([stageName, ...lasting.map(({ name }) => name), markers.get(servesNow)?.stage ?? stageName]);
  for (const name of previews) sources.delete(name);
  sources.add(stageName);
  return (deploymentId) => {
    const marker = markers.get(deploymentId);
    return marker?.repositoryId === run.repository.id && sources.has(marker.stage);
  };
};
