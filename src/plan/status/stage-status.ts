import { targetOf } from "../../domain/dark-stage.ts";
import { invokeUrlOf } from "../../domain/invoke-url.ts";
import { type Marker, parseMarker } from "../../domain/marker.ts";
import { provenOwner, type StageAddress } from "../../domain/owner.ts";
import type { Stage } from "../../domain/stage.ts";
import { declaredLeaves, resolveSettings } from "../../inputs/settings/resolve.ts";
import type { StatusRequest } from "../../inputs/status-request.ts";
import type { ApiSeen, StatusObserved } from "../../observe/observed.ts";
import { judgeRecords } from "../believed-records.ts";
import { canaryStateOf } from "../canary/state.ts";
import { type History, type HistoryEntry, historyOf } from "../history.ts";
import { planSettings } from "../settings/plan-settings.ts";
import { attachedSettings } from "./attached.ts";
import { differenceFrom, SERVES_NOTHING } from "./draft-status.ts";
import type { CanaryStatus, SettingsStatus, StageStatus } from "./status.ts";
import { orUnknown, type Told, taken } from "./told.ts";

type Subject = {
  readonly request: StatusRequest;
  readonly observed: StatusObserved;
  readonly seen: ApiSeen;
  readonly stage: Stage;
  readonly address: StageAddress;
};

export const stageStatus = (
  request: StatusRequest,
  observed: StatusObserved,
  seen: ApiSeen,
  stage: Stage,
): StageStatus => {
  const subject = { request, observed, seen, stage, address: { restApiId: seen.api.id, stageName: stage.name } };
  const { values, unknown } = taken({
    ...served(subject),
    settings: settingsStatus(subject),
    draft: differenceFrom(stage.deploymentId, request, seen),
  });
  return {
    name: stage.name,
    deploymentId: stage.deploymentId,
    ...values,
    canary: canaryStatus(subject),
    url: urlOf(subject),
    preview: previewOf(subject),
    darkStageOf: targetOf(stage, seen.api.id) ?? null,
    pointedBy: stage.pointedBy?.happened ?? null,
    unknown,
  };
};

const NOT_OURS = "the deployment was not made by this action";

/** Marker, tag and records, each for what it tells best. */
const served = ({ request, observed, seen, stage, address }: Subject) => {
  const deployment = seen.deployments.find(({ id }) => id === stage.deploymentId);
  const { believed } = judgeRecords(
    { ...address, run: request.run },
    { served: seen.records.get(stage.name) ?? [], stages: seen.stages, deployments: seen.deployments },
  );
  const history = historyOf(address, { tags: stage.tags, records: believed, deployments: seen.deployments });
  const marker = parseMarker(deployment?.description ?? "");
  const [newest] = history.entries;
  const entry = newest?.deploymentId === stage.deploymentId ? newest : undefined;
  const nothing = stage.deploymentId === "" ? SERVES_NOTHING : undefined;
  return {
    madeAt: orUnknown(deployment?.createdAt, nothing ?? "the deployment is not in the list of deployments"),
    servedSince: nothing === undefined ? servedSince(history, entry) : { unknown: nothing },
    ...originOf(marker, entry, request, nothing ?? NOT_OURS),
    who: orUnknown(
      entry?.who,
      nothing ?? observed.recordsUnknown ?? "no GitHub deployment of this repository tells it",
    ),
  };
};

const originOf = (
  marker: Marker | undefined,
  entry: HistoryEntry | undefined,
  { run }: StatusRequest,
  because: string,
) => ({
  commit: orUnknown(marker?.commit ?? entry?.commit, because),
  runId: orUnknown(marker?.runId ?? entry?.runId, because),
  // Records are those of this repository.
  repositoryId: orUnknown(
    marker?.repositoryId ?? (entry?.commit === undefined ? undefined : run.repository.id),
    because,
  ),
});

/** Markers tell when a deployment was made, and not since when it is served. */
const servedSince = ({ source, entries }: History, entry: HistoryEntry | undefined): Told<number> => {
  if (source === "markers" || source === "none") return { unknown: "neither a tag nor a GitHub deployment tells it" };
  if (entry !== undefined) return { value: entry.at };
  const last = entries[0]?.deploymentId;
  return {
    unknown: `the ${source === "tag" ? "history tag ends" : "GitHub deployments end"} with deployment ${last}: somebody else pointed the stage since`,
  };
};

const canaryStatus = ({ request, stage, address }: Subject): CanaryStatus | null => {
  const state = canaryStateOf(stage, request.run.repository.id, address);
  if (state.kind === "none") return null;
  const { canary, intent, kind } = state;
  return {
    deploymentId: canary.deploymentId,
    percent: canary.percentTraffic,
    state: kind,
    since: intent?.since ?? null,
    until: intent?.until ?? null,
  };
};

const urlOf = ({ request, observed, seen, stage }: Subject): string | null => {
  const invokeUrl = invokeUrlOf(stage.name, seen.api, observed.place, request.invokeUrl);
  return "url" in invokeUrl ? (invokeUrl.url ?? null) : null;
};

const previewOf = ({ stage, address }: Subject): StageStatus["preview"] => {
  const owner = provenOwner(stage.tags, address);
  if (owner?.pullRequest === undefined) return null;
  return { repositoryId: owner.repositoryId, pullRequest: owner.pullRequest };
};

/** A dark stage has what its target has, as far as it has it. */
const settingsStatus = ({
  request: { settingsFile },
  observed: { usagePlans },
  seen,
  stage,
}: Subject): Told<SettingsStatus> => {
  if (targetOf(stage, seen.api.id) !== undefined) return { value: { declared: 0, differ: [], unknown: {} } };
  if (settingsFile === undefined) return { unknown: "there is no settings file" };
  const wanted = resolveSettings(stage.name, settingsFile, undefined);
  const { changes } = planSettings({ wanted, current: stage.settings, routes: undefined });
  const { differ, unknown } = attachedSettings({ wanted, stage, seen, usagePlans });
  return { value: { declared: declaredLeaves(wanted).length, differ: [...changes, ...differ], unknown } };
};
