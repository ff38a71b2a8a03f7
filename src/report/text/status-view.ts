import { someOf } from "../../domain/route.ts";
import { ageText, minuteText, secondText } from "../../domain/time-text.ts";
import { planText } from "../../domain/usage-plan.ts";
import type { ApiStatus, CanaryStatus, StageStatus, Status, UsagePlanStatus } from "../../plan/status/status.ts";
import { counted } from "./prose.ts";
import { shownValue } from "./settings-diff.ts";

/** What is shown of a status, alike in the log and in Markdown. Names and values are other people's: data. */

/** `id`: something to copy. `path`: where below the repository's page it can be looked at. */
export type Cell = { readonly text: string; readonly kind: "id" | "words" | "url"; readonly path?: string };

export type ApiView = {
  readonly headline: string;
  readonly rows: readonly (readonly Cell[])[];
  /** Whole sentences: what differs, and what is not known. */
  readonly findings: readonly string[];
  readonly unknown: readonly string[];
};

export const COLUMNS = [
  "Stage",
  "Deployment",
  "Commit",
  "Run",
  "Served since",
  "By",
  "Canary",
  "Preview of",
  "Settings",
  "Draft",
  "URL",
] as const;

export const UNKNOWN = "unknown";
const NOTHING = "–";

const words = (text: string): Cell => ({ text, kind: "words" });
const id = (text: string, path?: string): Cell => ({ text, kind: "id", ...(path === undefined ? {} : { path }) });

/** `repositoryId`: of the run, whose page has what belongs to it. */
export const apiView = (
  api: ApiStatus,
  { at, quotaRaised }: Omit<Status, "restApis">,
  repositoryId: string,
): ApiView => ({
  headline: `${api.name} (${api.id}): ${stagesText(api)}.`,
  rows: (api.stages ?? []).map((stage) => rowOf(stage, at, repositoryId)),
  findings: [
    ...(isFull(api) ? [`There is no room for another stage. ${quotaRaised}`.trim()] : []),
    ...draftFindings(api),
    ...(api.usagePlans ?? []).map(usagePlanFinding),
    ...(api.stages ?? []).flatMap(({ pointedBy }) => pointedBy ?? []),
    ...(api.stages ?? []).flatMap(settingsFindings),
  ],
  unknown: unknownLines(api),
});

/** `3 stages`, or `3 of 10 stages` where the quota is known. */
const stagesText = ({ stages, stageQuota }: ApiStatus): string => {
  if (stages === null) return UNKNOWN;
  return stageQuota === null ? counted(stages.length, "stage") : `${stages.length} of ${counted(stageQuota, "stage")}`;
};

const isFull = ({ stages, stageQuota }: ApiStatus): boolean =>
  stages !== null && stageQuota !== null && stages.length >= stageQuota;

const rowOf = (stage: StageStatus, at: number, repositoryId: string): readonly Cell[] => {
  const { unknown, commit, runId, who } = stage;
  const or = (member: keyof StageStatus, cell: Cell | undefined): Cell =>
    cell ?? words(member in unknown ? UNKNOWN : NOTHING);
  const here = stage.repositoryId === repositoryId;
  return [
    id(stage.name),
    stage.deploymentId === "" ? words(NOTHING) : id(stage.deploymentId),
    or("commit", commit === null ? undefined : id(commit.slice(0, 7), here ? `commit/${commit}` : undefined)),
    or("runId", runId === null ? undefined : id(runId, here ? `actions/runs/${runId}` : undefined)),
    sinceCell(stage, at),
    or("who", who === null ? undefined : id(who)),
    words(stage.canary === null ? NOTHING : canaryText(stage.canary)),
    previewCell(stage, repositoryId),
    or("settings", settingsCell(stage)),
    or("draft", draftCell(stage)),
    stage.url === null ? words(NOTHING) : { text: stage.url, kind: "url" },
  ];
};

/** A deployment that is not known to be served since then was made then. */
const sinceCell = ({ servedSince, madeAt }: StageStatus, at: number): Cell => {
  if (servedSince !== null) return words(`${minuteText(servedSince)} (${ageText(at - servedSince)})`);
  return words(madeAt === null ? UNKNOWN : `${UNKNOWN}; made ${minuteText(madeAt)} (${ageText(at - madeAt)})`);
};

const CANARIES: Readonly<Record<CanaryStatus["state"], string>> = {
  ours: "ours",
  shifted: "ours, at another share than was set",
  "base-moved": "ours, and the stage serves another deployment since",
  "re-pointed": "at another deployment than was started",
  promoted: "completed, to be removed",
  foreign: "of others",
};

const canaryText = ({ percent, deploymentId, state, since }: CanaryStatus): string =>
  `${percent} % on ${deploymentId}, ${CANARIES[state]}${since === null ? "" : `, since ${minuteText(since)}`}`;

const previewCell = ({ preview, darkStageOf }: StageStatus, repositoryId: string): Cell => {
  if (darkStageOf !== null) return words(`none: the dark stage of ${darkStageOf}`);
  if (preview === null) return words(NOTHING);
  const { pullRequest } = preview;
  return preview.repositoryId === repositoryId
    ? id(`#${pullRequest}`, `pull/${pullRequest}`)
    : words(`#${pullRequest} of repository ${preview.repositoryId}`);
};

const settingsCell = ({ settings }: StageStatus): Cell | undefined => {
  if (settings === null) return undefined;
  if (settings.declared === 0) return words("nothing declared");
  const unread = Object.keys(settings.unknown).length;
  const told = settings.differ.length === 0 ? "as declared" : `${settings.differ.length} differ`;
  return words(unread === 0 ? told : `${told}, ${unread} ${UNKNOWN}`);
};

const draftCell = ({ draft }: StageStatus): Cell | undefined => {
  if (draft === null) return undefined;
  const { added, removed, changed } = draft;
  if (added.length + removed.length + changed.length === 0) return words("same routes");
  return words(`+${added.length} -${removed.length} ~${changed.length}`);
};

const draftFindings = ({ undeployedRoutes, changes, imported, stages }: ApiStatus): readonly string[] => [
  ...(undeployedRoutes === null ? [] : [undeployedRoutes ? UNDEPLOYED : DEPLOYED]),
  ...changesFindings(changes),
  ...(imported === null
    ? []
    : [
        `The last import that was written down is of commit ${imported.commit.slice(0, 7)}, run ${imported.runId}${imported.pullRequest === undefined ? "" : `, pull request #${imported.pullRequest}`}.`,
      ]),
  ...(stages ?? []).flatMap(({ name, draft }) => {
    const parts = draft === null ? [] : differences(draft);
    return parts.length === 0 ? [] : [`Against stage ${name}, the draft ${parts.join("; ")}.`];
  }),
];

/** Changes that are named; a person at a console makes dozens. */
const EVENTS_SHOWN = 20;

const changesFindings = (changes: ApiStatus["changes"]): readonly string[] => {
  if (changes === null) return [];
  const { events, since } = changes;
  const shown = events.slice(-EVENTS_SHOWN);
  const more = events.length - shown.length;
  return [
    events.length === 0
      ? `The audit trail tells of no change of the draft since ${minuteText(since)}; events take minutes to get there.`
      : `The audit trail tells of ${counted(events.length, "change")} of the draft since ${minuteText(since)}${more === 0 ? "" : `, of which these are the last ${shown.length}`}:`,
    ...shown.map(({ operation, at, who }) => `${operation} at ${secondText(at)} by ${who}.`),
  ];
};

const UNDEPLOYED = "The draft holds what no stage serves.";
const DEPLOYED = "The draft's routes, with their authorization and their need of an API key, are served by a stage.";

const usagePlanFinding = ({ stages, quota, throttle, ...plan }: UsagePlanStatus): string => {
  const limits = [
    ...(quota === null ? [] : [`${counted(quota.requests, "request")} a ${quota.period.toLowerCase()}`]),
    ...(throttle === null ? [] : [`${throttle.rate} a second and ${throttle.burst} at once`]),
  ];
  const may = limits.length === 0 ? "as many requests as the stage takes" : limits.join(", ");
  return `In ${planText(plan)}: ${someOf(stages)}; each of its keys may send ${may}.`;
};

const differences = ({ added, removed, changed }: NonNullable<StageStatus["draft"]>): readonly string[] => [
  ...(added.length === 0 ? [] : [`adds ${someOf(added)}`]),
  ...(removed.length === 0 ? [] : [`lacks ${someOf(removed)}`]),
  ...(changed.length === 0 ? [] : [`has other authorization or API key need for ${someOf(changed)}`]),
];

const settingsFindings = ({ name, settings }: StageStatus): readonly string[] =>
  (settings?.differ ?? []).map(
    ({ setting, from, to, source, masked }) =>
      `Stage ${name}: ${setting} is ${shownValue(from, masked)}, and ${shownValue(to, masked)} is declared (${source}).`,
  );

/** What is told of the same commit is not told twice. */
const MEMBERS: Readonly<Record<string, string>> = {
  stages: "stages",
  stageQuota: "how many stages there may be",
  usagePlans: "usage plans",
  "usage-plans": "whether usage-plans is as declared",
  undeployed: "undeployed changes",
  undeployedRoutes: "undeployed routes",
  changes: "who changed the draft and when",
  madeAt: "when the deployment was made",
  servedSince: "since when it is served",
  commit: "commit",
  runId: "run",
  who: "by whom",
  settings: "settings",
  draft: "draft",
};

/** One line a reason, with all that it keeps from being known. */
const unknownLines = ({ unknown, stages }: ApiStatus): readonly string[] => {
  const subjects = [
    ...Object.entries(unknown).map(([member, because]) => ({ member, because, name: undefined })),
    ...(stages ?? []).flatMap(({ name, unknown: ofStage, settings }) =>
      Object.entries({ ...ofStage, ...settings?.unknown }).map(([member, because]) => ({ member, because, name })),
    ),
  ].filter(({ member }) => member in MEMBERS);
  const reasons = [...new Set(subjects.map(({ because }) => because))];
  return reasons.map((reason) => {
    const about = subjects.filter(({ because }) => because === reason);
    const members = [...new Set(about.map(({ member }) => MEMBERS[member] ?? member))].join(", ");
    const names = [...new Set(about.flatMap(({ name }) => (name === undefined ? [] : [name])))];
    return `Not known${names.length === 0 ? "" : ` of ${someOf(names)}`}: ${members}. Reason: ${reason}.`;
  });
};

/** The status in a sentence. */
export const statusSentence = ({ restApis }: Status): string => {
  const stages = restApis.flatMap((api) => api.stages ?? []);
  const unseen = restApis.filter((api) => api.stages === null).length;
  const drifted = stages.filter(({ settings }) => (settings?.differ.length ?? 0) > 0).length;
  const undeployed = restApis.filter((api) => api.undeployed).length;
  return [
    `${counted(stages.length, "stage")} of ${counted(restApis.length, "API")}.`,
    ...(unseen === 0 ? [] : [`${counted(unseen, "API")} could not be looked at.`]),
    ...(drifted === 0 ? [] : [`${counted(drifted, "stage")} with settings other than declared.`]),
    ...(undeployed === 0 ? [] : [`${counted(undeployed, "draft")} with undeployed changes.`]),
  ].join(" ");
};
