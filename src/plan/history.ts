import { parseMarker } from "../domain/marker.ts";
import { boundTo, type StageAddress } from "../domain/owner.ts";
import type { Deployment } from "../domain/stage.ts";

/**
 * What a stage served, newest first. API Gateway keeps no such list (a deployment does not know its stages), so it is
 * kept in a tag on stages of ours; for others it is put together from the GitHub deployments that we recorded, or else
 * from the markers in the descriptions of API Gateway's deployments.
 */

export type HistoryEntry = {
  readonly deploymentId: string;
  /** Milliseconds since 1970: when the stage was pointed at it; from markers, when the deployment was made. */
  readonly at: number;
  /** Somebody went back from it: it is no place to go back to by itself. */
  readonly rolledBack: boolean;
  readonly commit: string | undefined;
  readonly runId: string | undefined;
  /** The login of who started the run. */
  readonly who: string | undefined;
  /** Whether API Gateway still has the deployment. */
  readonly exists: boolean;
  /** Only a record says so that nothing bears out: it is shown, and no place to go back to by itself. */
  readonly claimed?: true;
};

export type History = {
  readonly source: "tag" | "records" | "markers" | "none";
  /** Newest first, at most ten. */
  readonly entries: readonly HistoryEntry[];
};

/** What a GitHub deployment of ours tells, once it has succeeded. */
export type ServedRecord = {
  readonly deploymentId: string;
  /** What the stage served before; `undefined` for a new stage, and in records that do not say. */
  readonly previousDeploymentId: string | undefined;
  /** Whether the run was a rollback: what the stage served before is then no place to go back to. */
  readonly rollback: boolean;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly commit: string | undefined;
  readonly runId: string | undefined;
  readonly who: string | undefined;
};

export type HistorySources = {
  readonly tags: Readonly<Record<string, string>>;
  /** Of this API and stage only, in any order. */
  readonly records: readonly ServedRecord[];
  /** Of the same, what nothing bears out. */
  readonly claims?: readonly ServedRecord[];
  /** All deployments of the API. */
  readonly deployments: readonly Deployment[];
};

export const HISTORY_TAG = "apigw-stage-action:history";

const LIMIT = 10;
/** API Gateway Developer Guide, "Tagging API Gateway resources". */
const TAG_VALUE_LIMIT = 256;

/** One entry of the tag: a leading minus stands for rolled back, the time is in seconds since 1970. */
const TAG_ENTRY = /^(-?)([a-z0-9]{1,64})@([0-9]{1,12})$/;

/** What the tag keeps of an entry. */
export type TagEntry = Pick<HistoryEntry, "deploymentId" | "at" | "rolledBack">;

/**
 * The tag that keeps the entries; the oldest are left out where 256 characters do not hold them, and so is what could not
 * be read back, because it would take the others with it.
 */
export const historyTag = (entries: readonly TagEntry[], address: StageAddress): Record<string, string> => {
  let value = boundTo(address);
  for (const entry of entries.slice(0, LIMIT)) {
    const word = entryText(entry);
    if (parseEntry(word)?.deploymentId !== entry.deploymentId) continue;
    const longer = `${value} ${word}`;
    if (longer.length > TAG_VALUE_LIMIT) break;
    value = longer;
  }
  return { [HISTORY_TAG]: value };
};

/** The entries that the tags of the stage at `address` hold; `undefined` without a tag that was written for it. */
export const parseHistoryTag = (
  tags: Readonly<Record<string, string>>,
  address: StageAddress,
): readonly TagEntry[] | undefined => {
  const [bound, ...words] = (tags[HISTORY_TAG] ?? "").split(" ");
  if (bound !== boundTo(address)) return undefined;
  const entries = words.map(parseEntry);
  return entries.every((entry) => entry !== undefined) ? entries : undefined;
};

const entryText = ({ deploymentId, at, rolledBack }: TagEntry): string =>
  `${rolledBack ? "-" : ""}${deploymentId}@${Math.floor(at / 1000)}`;

const parseEntry = (word: string): TagEntry | undefined => {
  const [, minus, deploymentId, seconds] = TAG_ENTRY.exec(word) ?? [];
  if (deploymentId === undefined) return undefined;
  return { deploymentId, at: Number(seconds) * 1000, rolledBack: minus === "-" };
};

/** One pointing of the stage: what it served before, and what since. */
export type Pointing = Pick<ServedRecord, "deploymentId" | "previousDeploymentId" | "rollback" | "at">;

/**
 * The entries after the stage was pointed. What it served before is added where nobody had written it down; of that, `at`
 * is the latest time. Pointing at what is served already adds nothing.
 */
export const afterPointing = (entries: readonly TagEntry[], pointing: Pointing): readonly TagEntry[] => {
  const { deploymentId, previousDeploymentId, rollback, at } = pointing;
  if (deploymentId === previousDeploymentId) return entries.slice(0, LIMIT);
  const before =
    previousDeploymentId === undefined || entries[0]?.deploymentId === previousDeploymentId
      ? entries
      : [{ deploymentId: previousDeploymentId, at, rolledBack: false }, ...entries];
  const marked = before.map((entry) =>
    rollback && entry.deploymentId === previousDeploymentId ? { ...entry, rolledBack: true } : entry,
  );
  return [{ deploymentId, at, rolledBack: false }, ...marked].slice(0, LIMIT);
};

/** What the stage served, from the best source that there is; the others fill in who, when and why. */
export const historyOf = (address: StageAddress, sources: HistorySources): History => {
  const { tags, deployments } = sources;
  const records = sources.records.toSorted((one, other) => other.at - one.at);
  const known = new Map(deployments.map((deployment) => [deployment.id, deployment]));
  const details = (entries: readonly TagEntry[], from: readonly ServedRecord[]): readonly HistoryEntry[] =>
    entries.slice(0, LIMIT).map((entry) => detailed(entry, from, known.get(entry.deploymentId)));
  const tell = (source: History["source"], entries: readonly TagEntry[]): History => ({
    source,
    entries: details(entries, records),
  });
  const tagged = parseHistoryTag(tags, address);
  if (tagged !== undefined && tagged.length > 0) return tell("tag", tagged);
  const marked = entriesOfMarkers(address.stageName, deployments);
  const proven =
    records.length > 0
      ? tell("records", entriesOfRecords(records))
      : tell(marked.length > 0 ? "markers" : "none", marked);
  return withClaims(proven, claimsBeside(proven, sources.claims ?? [], details));
};

type Details = (entries: readonly TagEntry[], from: readonly ServedRecord[]) => readonly HistoryEntry[];

/** What is proven needs no claim. */
const claimsBeside = (
  { entries }: History,
  claims: readonly ServedRecord[],
  details: Details,
): readonly HistoryEntry[] => {
  const proven = new Set(entries.map(({ deploymentId }) => deploymentId));
  const beside = claims.filter(({ deploymentId }) => !proven.has(deploymentId));
  const newest = [...new Map(beside.toSorted((one, other) => one.at - other.at).map((one) => [one.deploymentId, one]))];
  const told = newest.map(([deploymentId, { at }]) => ({ deploymentId, at, rolledBack: false }));
  return details(told, beside).map((entry) => ({ ...entry, claimed: true }));
};

const withClaims = ({ source, entries }: History, claims: readonly HistoryEntry[]): History => ({
  source,
  entries: [...entries, ...claims].toSorted((one, other) => other.at - one.at),
});

/** A rollback that does not say what it went back from went back from what stands before it. */
const entriesOfRecords = (newestFirst: readonly ServedRecord[]): readonly TagEntry[] =>
  newestFirst.toReversed().reduce<readonly TagEntry[]>((entries, record) => {
    const before = record.rollback ? entries[0]?.deploymentId : undefined;
    return afterPointing(entries, { ...record, previousDeploymentId: record.previousDeploymentId ?? before });
  }, []);

/** Of a name above 64 characters a marker holds a part only, which is no proof. */
const entriesOfMarkers = (stageName: string, deployments: readonly Deployment[]): readonly TagEntry[] =>
  deployments
    .filter(({ description }) => parseMarker(description)?.stage === stageName)
    .sort((one, other) => other.createdAt - one.createdAt)
    .map(({ id, createdAt }) => ({ deploymentId: id, at: createdAt, rolledBack: false }));

const detailed = (
  entry: TagEntry,
  records: readonly ServedRecord[],
  deployment: Deployment | undefined,
): HistoryEntry => {
  const own = records.filter(({ deploymentId }) => deploymentId === entry.deploymentId);
  // A deployment may have been served several times; the record nearest in time tells of this one.
  const [record] = own.toSorted((one, other) => Math.abs(one.at - entry.at) - Math.abs(other.at - entry.at));
  const marker = parseMarker(deployment?.description ?? "");
  return {
    ...entry,
    // A rollback runs on a commit of its own.
    commit: marker?.commit ?? own.findLast(({ rollback }) => !rollback)?.commit,
    runId: record?.runId ?? marker?.runId,
    who: record?.who,
    exists: deployment !== undefined,
  };
};
