import type { EarlierRecord, StageRecord } from "../domain/github-record.ts";
import type { PullRequestFacts } from "../domain/pull-request.ts";
import { anObject, checked, ifReadable, leftOutWarnings } from "./answers/checked.ts";
import { readConversation } from "./answers/comments.ts";
import type { GraphAnswer } from "./answers/envelope.ts";
import { type ReadPullRequest, readPullRequest, readPullRequestsOfCommit } from "./answers/pull-requests.ts";
import { readRecordPage } from "./answers/records.ts";
import { readViewer } from "./answers/viewer.ts";
import { findSticky, type StickyComment } from "./comments.ts";
import type { GitHubQuestion } from "./observing-query.ts";
import { earlierRecord } from "./record-list.ts";
import { isAbout, servedRecordOf } from "./served-record.ts";
import { explainTrouble, GitHubRefusal, type GraphError, type Permission, UnreadableAnswer } from "./trouble.ts";

export type PullRequestObserved = PullRequestFacts & {
  /** Our comment among the first and last hundred. */
  readonly comment: StickyComment | undefined;
  /** Whether those are all comments that there are, and all could be read. */
  readonly allSeen: boolean;
};

/** What GitHub's environment tells of what was deployed to it. */
export type Records = {
  /** Of the newest hundred in the environment; `readEarlierRecords` reads on from `olderRecords`. */
  readonly earlierRecords: readonly EarlierRecord[];
  /** Those of other stages of the API among them. */
  readonly otherRecords: readonly EarlierRecord[];
  /** Where records that are older than those begin; `undefined` when there are none. */
  readonly olderRecords: string | undefined;
  /** What the environment's newest records tell of what the stage served, newest first; from others, too (`ours`). */
  readonly served: readonly StageRecord[];
  /** Whether this environment has records of ours that are about other APIs or stages, as far as the newest tell. */
  readonly isShared: boolean;
};

export type GraphObserved = Records & {
  /** The login that the token acts as; empty where it is not known. */
  readonly viewer: string;
  readonly pullRequest: PullRequestObserved | undefined;
  readonly warnings: readonly string[];
};

type Part = { readonly doing: string; readonly permission: Permission };

const RECORDS: Part = {
  doing: "look for earlier GitHub deployments of the stage",
  permission: "deployments: write",
};

const pullRequestPart = ({ commentMarker }: GitHubQuestion): Part =>
  commentMarker === undefined
    ? { doing: "look at the pull request", permission: "pull-requests: read" }
    : { doing: "look for the comment on the pull request", permission: "pull-requests: write" };

const explain = (thrown: unknown, { doing, permission }: Part): string => explainTrouble(thrown, doing, permission);

/** What GitHub's answer to the observing query tells, which is loaded while the query is under way. Throws nothing. */
export const readObserved = (
  question: GitHubQuestion,
  answer: PromiseSettledResult<GraphAnswer>,
): Partial<GraphObserved> & Pick<GraphObserved, "warnings"> => {
  try {
    if (answer.status === "rejected") throw answer.reason;
    const { data, errors } = answer.value;
    const viewer = readViewer(data);
    const pull = pullRequestIn(
      question,
      data["repository"],
      errors.filter((error) => !isOfRecords(error)),
    );
    const records = recordsIn(question, data["records"], { viewer, errors: errors.filter(isOfRecords) });
    return { viewer, pullRequest: pull.value, ...records.value, warnings: [...pull.warnings, ...records.warnings] };
  } catch (thrown) {
    const onlyRecords = thrown instanceof GitHubRefusal && thrown.errors.some(isOfRecords);
    const part = question.pullRequest === undefined || onlyRecords ? RECORDS : pullRequestPart(question);
    return { warnings: [explain(thrown, part)] };
  }
};

const isOfRecords = ({ path }: GraphError): boolean => path[0] === "records" || path.includes("deployments");

type Taken<T> = { readonly value: T; readonly warnings: readonly string[] };

/** One warning a part: what GitHub refused of it, or that it cannot be read, or what was left out of it. */
const take = <T>(
  part: Part,
  errors: readonly GraphError[],
  read: () => { readonly value: T; readonly leftOut: number; readonly what: string },
  without: T,
): Taken<T> => {
  const [error] = errors;
  const refusal = error && new GitHubRefusal(error.message, { errors });
  try {
    const { value, leftOut, what } = read();
    const refused = refusal === undefined ? [] : [explain(refusal, part)];
    return { value, warnings: leftOut > 0 ? leftOutWarnings(leftOut, what) : refused };
  } catch (thrown) {
    return { value: without, warnings: [explain(refusal ?? thrown, part)] };
  }
};

const pullRequestIn = (
  question: GitHubQuestion,
  repository: unknown,
  errors: readonly GraphError[],
): Taken<PullRequestObserved | undefined> => {
  if (question.pullRequest === undefined) return { value: undefined, warnings: [] };
  const read = () => {
    const { pull, leftOut } = findPullRequest(question, checked(anObject, repository, "a repository"));
    if (pull === undefined) return { value: undefined, leftOut, what: "pull requests" };
    const { unread, ...value } = withComment(pull, question.commentMarker);
    return { value, leftOut: unread, what: "comments" };
  };
  return take(pullRequestPart(question), errors, read, undefined);
};

/** A commit of the default branch belongs to merged pull requests, too; only an open one's own head is meant. */
const findPullRequest = (
  { pullRequest }: GitHubQuestion,
  repository: Readonly<Record<string, unknown>>,
): { readonly pull: ReadPullRequest | undefined; readonly leftOut: number } => {
  if (pullRequest === undefined) return { pull: undefined, leftOut: 0 };
  if ("number" in pullRequest)
    return { pull: readPullRequest(repository["pullRequest"], pullRequest.number), leftOut: 0 };
  // GitHub does not know every commit, for example of a run of another repository.
  if (repository["object"] === null) return { pull: undefined, leftOut: 0 };
  const { entries, leftOut } = readPullRequestsOfCommit(repository["object"]);
  const pull = entries.find(
    ({ facts: { state, headCommit } }) => state === "open" && headCommit === pullRequest.headCommit,
  );
  return { pull, leftOut: pull === undefined ? leftOut : 0 };
};

const withComment = (
  { facts, oldest, newest }: ReadPullRequest,
  marker: string | undefined,
): PullRequestObserved & { readonly unread: number } => {
  if (marker === undefined) return { ...facts, comment: undefined, allSeen: false, unread: 0 };
  const first = readConversation(oldest);
  const last = readConversation(newest);
  const comment = findSticky([...first.entries, ...last.entries], { pullRequest: facts.number, marker });
  const unread = Math.max(first.leftOut, last.leftOut);
  return { ...facts, comment, allSeen: unread === 0 && first.total !== undefined && first.total <= 200, unread };
};

const NO_RECORDS: Records = {
  earlierRecords: [],
  otherRecords: [],
  olderRecords: undefined,
  served: [],
  isShared: false,
};

const recordsIn = (
  question: GitHubQuestion,
  repository: unknown,
  { viewer, errors }: { readonly viewer: string; readonly errors: readonly GraphError[] },
): Taken<Records> => {
  if (question.records === "none") return { value: NO_RECORDS, warnings: [] };
  const read = () => {
    const { entries, leftOut, next } = readRecordPage(ifReadable(anObject, repository)?.["deployments"]);
    if (viewer === "") throw new UnreadableAnswer("it does not say whom the token acts as");
    const ours = entries.flatMap((record) => earlierRecord(record, viewer) ?? []);
    const earlierRecords = ours.filter(({ payload }) => isAbout(question, payload));
    const isShared = earlierRecords.length < ours.length;
    const otherRecords = ours.filter(
      ({ payload: { restApiId, stageName } }) => restApiId === question.restApiId && stageName !== question.stageName,
    );
    const served = entries.flatMap((record) => servedRecordOf(question, record, viewer) ?? []);
    const value = { earlierRecords, otherRecords, olderRecords: next, served, isShared };
    return { value, leftOut, what: "GitHub deployments" };
  };
  return take(RECORDS, errors, read, NO_RECORDS);
};
