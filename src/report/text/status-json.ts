import { secondText } from "../../domain/time-text.ts";
import { MASK } from "../../inputs/settings/secret-names.ts";
import type { ApiStatus, CanaryStatus, SettingsStatus, StageStatus, Status } from "../../plan/status/status.ts";

/** Grows when a member goes or changes its meaning; new members leave it. */
export const STATUS_VERSION = 1;

/** Characters; a job's outputs may have a mebibyte together, in UTF-16 (GitHub docs, "Workflow syntax", outputs). */
const LIMIT = 450_000;

/** The status as JSON, as docs/status.md describes it. Points in time as in ISO 8601, in UTC. Of what does not fit, whole APIs are left out. */
export const statusJson = ({ region, at, restApis }: Status, limit = LIMIT): string => {
  let room = limit;
  const fitting = restApis.map(apiJson).filter((api) => {
    room -= JSON.stringify(api).length + 1;
    return room >= 0;
  });
  const leftOut = restApis.length - fitting.length;
  return JSON.stringify({ version: STATUS_VERSION, at: secondText(at), region, leftOut, restApis: fitting });
};

const timeOrNull = (at: number | null): string | null => (at === null ? null : secondText(at));

const apiJson = ({ stages, imported, changes, ...api }: ApiStatus) => ({
  ...api,
  changes: changes && {
    since: secondText(changes.since),
    events: changes.events.map((event) => ({ ...event, at: secondText(event.at) })),
  },
  imported: imported && {
    repositoryId: imported.repositoryId,
    commit: imported.commit,
    runId: imported.runId,
    pullRequest: imported.pullRequest ?? null,
  },
  stages: stages?.map(stageJson) ?? null,
});

const stageJson = ({ madeAt, servedSince, canary, settings, ...stage }: StageStatus) => ({
  ...stage,
  madeAt: timeOrNull(madeAt),
  servedSince: timeOrNull(servedSince),
  canary: canary && canaryJson(canary),
  settings: settings && settingsJson(settings),
});

const canaryJson = ({ since, until, ...canary }: CanaryStatus) => ({
  ...canary,
  since: timeOrNull(since),
  until: timeOrNull(until),
});

const settingsJson = ({ declared, differ, unknown }: SettingsStatus) => ({
  declared,
  unknown,
  differ: differ.map(({ setting, from, to, source, masked }) => ({
    setting,
    is: masked ? MASK : (from ?? null),
    declared: masked ? MASK : (to ?? null),
    source,
  })),
});
