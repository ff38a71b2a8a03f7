import { isProduction } from "../domain/environment.ts";
import type { GateEvidence } from "../domain/gate.ts";
import { type EarlierRecord, type RecordPayload, type RecordState, standingOf } from "../domain/github-record.ts";
import type { PullRequestState } from "../domain/pull-request.ts";
import { describeServedAgain } from "../domain/served.ts";
import type { Target } from "../inputs/target.ts";
import { standsFor } from "../plan/served-records.ts";
import type { GitHubClient } from "./client.ts";
import { findOlderComment, putComment, type StickyComment } from "./comments.ts";
import { gateWithoutGitHub, observeGate, type ReadClaims } from "./gate.ts";
import { type GitHubObserved, NOTHING_OBSERVED, observeGitHub } from "./observe.ts";
import type { GitHubQuestion } from "./observing-query.ts";
import { findPreviewComments, type RemovedPreview } from "./preview-comments.ts";
import { pullRequestStates } from "./pull-requests.ts";
import { readEarlierRecords, readRecords } from "./record-list.ts";
import { addStatus, createRecord, type NewRecord, recordIds } from "./records.ts";
import { explainTrouble } from "./trouble.ts";

/** Where what is open is written down, before the request that opens it and after the one that closes it. */
export type RecordJournal = {
  readonly opening: (record: NewRecord, id: number | undefined) => void;
  readonly closing: (record: NewRecord, id: number, ending: Ending) => void;
  readonly closed: () => void;
};

/** How a record ends. An empty `environmentUrl` posts no link. */
export type Ending = {
  /** `inactive`: nothing was deployed, and nothing went wrong. */
  readonly state: Extract<RecordState, "success" | "failure" | "inactive">;
  readonly description: string;
  readonly environmentUrl: string;
};

/** What a record is about, beside the stage. */
export type RecordSubject = Pick<RecordPayload, "command" | "deploymentId" | "previousDeploymentId">;

/** A run's reporting to GitHub. Nothing here throws: trouble becomes a warning, and the deployment goes on. */
export type Reporting = {
  /** `wantsHistory`: also all that records tell of what the stage served. */
  readonly observe: (wantsHistory?: boolean) => Promise<void>;
  /** Goes on looking for our comment where there are many; `stageCreatedAt` in milliseconds since 1970. */
  readonly locateComment: (stageCreatedAt: number | undefined) => void;
  /** The first call decides. Opens nothing after closeRecord: a run can be cancelled before it comes here. */
  readonly openRecord: (about: RecordSubject) => Promise<void>;
  /** The first call decides; later ones change nothing. */
  readonly closeRecord: (ending: Ending) => Promise<void>;
  /** The newest record of ours that stands for the deployment gets a fresh `success`: the stage serves it once more. */
  readonly renewRecord: (deploymentId: string, environmentUrl: string) => Promise<void>;
  /** Marks all records of the stage inactive that still show it as live or under way. */
  readonly retireRecords: (because: string) => Promise<void>;
  /** Answers whether the pull request is still open, as far as that came along. `editOnly` posts no new comment. */
  readonly comment: (body: string, editOnly?: boolean) => Promise<PullRequestState>;
  readonly pullRequestState: (number: number) => Promise<PullRequestState>;
  /** What tells whether this job went through a gate. */
  readonly gateEvidence: (readClaims: ReadClaims) => Promise<GateEvidence>;
  /** Tells the pull requests of previews that had to make room, and marks their records inactive. */
  readonly tellEvicted: (previews: readonly (RemovedPreview & { readonly body: string })[]) => Promise<void>;
  /** What GitHub told in `observe`. */
  readonly observed: () => GitHubObserved;
  readonly reported: () => { readonly recordId: number | undefined; readonly comment: StickyComment | undefined };
  readonly warnings: () => readonly string[];
};

/** For a run without a token. */
export const noReporting: Reporting = {
  observe: async () => {},
  locateComment: () => {},
  openRecord: async () => {},
  closeRecord: async () => {},
  renewRecord: async () => {},
  retireRecords: async () => {},
  comment: async () => "unknown",
  pullRequestState: async () => "unknown",
  gateEvidence: gateWithoutGitHub,
  tellEvicted: async () => {},
  observed: () => NOTHING_OBSERVED,
  reported: () => ({ recordId: undefined, comment: undefined }),
  warnings: () => ["There is no github-token, so nothing is reported to the pull request or the environment."],
};

/** The one request before anything is done; a dry run needs no records of its own. */
const questionOf = (request: Target, commentMarker: string, wantsHistory: boolean): GitHubQuestion => {
  const { run, pullRequest, comment, githubDeployment, dryRun } = request;
  const byCommit = run.event.kind === "commit" ? { headCommit: run.event.sha } : undefined;
  const wantsRecords = githubDeployment !== "never" && !dryRun;
  return {
    restApiId: request.restApiId,
    stageName: request.stageName,
    environment: request.environment,
    checkRunId: githubDeployment === "auto" && !dryRun ? request.checkRunId : undefined,
    pullRequest: comment ? (pullRequest === undefined ? byCommit : { number: pullRequest }) : undefined,
    commentMarker: comment ? commentMarker : undefined,
    records: wantsHistory ? "with-history" : wantsRecords ? "newest" : "none",
  };
};

export const openReporting = (
  request: Target,
  client: GitHubClient,
  marker: string,
  logUrl: string,
  journal: RecordJournal,
): Reporting => {
  const warnings: string[] = [];
  let observed = NOTHING_OBSERVED;
  let stageCreatedAt: number | undefined;
  let located: Promise<StickyComment | undefined> | undefined;
  let comment: StickyComment | undefined;
  let opened: Promise<Opened | undefined> | undefined;
  let recordId: number | undefined;
  let closing: Promise<void> | undefined;

  const writesRecords = request.githubDeployment !== "never" && !request.dryRun;
  const transient = request.previewOf !== undefined;
  const recordAbout = (about: RecordSubject): NewRecord => ({
    sha: request.run.commit,
    environment: request.environment,
    transient,
    production: isProduction(request.environment),
    payload: {
      restApiId: request.restApiId,
      stageName: request.stageName,
      pullRequest: request.previewOf,
      runId: request.run.runId,
      runAttempt: request.run.attempt,
      nonce: request.run.nonce,
      actor: request.run.actor,
      ...about,
    },
  });
  // GitHub's own rule knows no pull requests: in an environment that all previews share it would end everybody's.
  const autoInactive = !transient;
  const addOwnStatus = (id: number, state: RecordState, description: string, environmentUrl: string): Promise<void> =>
    addStatus(client, id, { state, description, logUrl, environmentUrl, autoInactive });

  const open = async (about: RecordSubject): Promise<Opened | undefined> => {
    if (request.githubDeployment === "never") return undefined;
    if (observed.jobDeployment !== undefined) {
      recordId = observed.jobDeployment.id;
      return { id: recordId, adopted: true };
    }
    const record = recordAbout(about);
    try {
      journal.opening(record, undefined);
      recordId = await createRecord(client, record);
      journal.opening(record, recordId);
      await addOwnStatus(recordId, "in_progress", `Deploying stage ${request.stageName}`, "");
    } catch (thrown) {
      warnings.push(
        explainTrouble(thrown, `record the deployment in environment ${request.environment}`, "deployments: write"),
      );
    }
    return recordId === undefined ? undefined : { id: recordId, adopted: false, record };
  };

  const close = async (ending: Ending): Promise<void> => {
    const own = await opened;
    if (own === undefined) return;
    try {
      if (own.adopted) {
        // GitHub ends the job's own deployment with the job; until then the link can be shown.
        if (ending.state === "success")
          await addOwnStatus(own.id, "in_progress", ending.description, ending.environmentUrl);
        return;
      }
      journal.closing(own.record, own.id, ending);
      await addOwnStatus(own.id, ending.state, ending.description, ending.environmentUrl);
      journal.closed();
    } catch (thrown) {
      warnings.push(explainTrouble(thrown, "add the final status to the GitHub deployment", "deployments: write"));
    }
  };

  const replace = async (ending: Ending): Promise<void> => {
    const { environment, restApiId, stageName } = request;
    const { records, warnings: troubles } = await readEarlierRecords(client, {
      environment,
      restApiId,
      stageName,
      known: observed.earlierRecords,
      olderFrom: observed.olderRecords,
      since: stageCreatedAt,
    });
    warnings.push(...troubles);
    const stale = records.filter((earlier) => isStale(earlier, request, ending));
    await retire(stale, `Replaced by run ${request.run.runId}`);
  };

  const retire = async (stale: readonly EarlierRecord[], description: string): Promise<void> => {
    if (stale.length === 0) return;
    try {
      await markInactive(stale, description);
    } catch (thrown) {
      warnings.push(explainTrouble(thrown, "mark an earlier GitHub deployment inactive", "deployments: write"));
    }
  };

  /** Records that GitHub made for a job are not ours to write to once the job has ended. */
  const renew = async (deploymentId: string, environmentUrl: string): Promise<void> => {
    const stood = observed.served.find((record) => standsFor(record, deploymentId));
    const record = stood && observed.earlierRecords.find(({ payload }) => payload.nonce === stood.payload.nonce);
    if (record === undefined) return;
    try {
      const id = record.id ?? (await recordIds(client, request.environment, [record])).get(record.nodeId);
      if (id === undefined) return;
      const description = describeServedAgain(request.stageName, deploymentId);
      await addStatus(client, id, { state: "success", description, logUrl, environmentUrl, autoInactive: false });
    } catch (thrown) {
      warnings.push(
        explainTrouble(thrown, "show the earlier GitHub deployment as the current one", "deployments: write"),
      );
    }
  };

  const retireAllOf = async (stageNames: readonly string[], description: string): Promise<void> => {
    if (request.githubDeployment === "never") return;
    const { records, warnings: troubles } = await readRecords(client, request.environment);
    warnings.push(...troubles);
    const theirs = records.filter(
      ({ payload, state }) =>
        payload.restApiId === request.restApiId &&
        stageNames.includes(payload.stageName) &&
        ["live", "under-way"].includes(standingOf(state)),
    );
    await retire(theirs, description);
  };

  const markInactive = async (stale: readonly EarlierRecord[], description: string): Promise<void> => {
    const ids = await recordIds(client, request.environment, stale);
    const status = {
      state: "inactive",
      description,
      logUrl,
      environmentUrl: "",
      autoInactive: false,
    } as const;
    await Promise.all(
      stale.map(async ({ id, nodeId }) => {
        const known = id ?? ids?.get(nodeId);
        if (known !== undefined) await addStatus(client, known, status);
      }),
    );
  };

  return {
    observe: async (wantsHistory = false) => {
      observed = await observeGitHub(client, questionOf(request, marker, wantsHistory));
      warnings.push(...observed.warnings);
    },
    locateComment: (createdAt) => {
      stageCreatedAt = createdAt;
      located = findOlderComment(client, observed, marker, stageCreatedAt);
      // Whoever awaits it later handles the failure; until then it must not count as unhandled.
      located.catch(() => {});
    },
    openRecord: async (about) => {
      if (closing !== undefined) return;
      opened ??= open(about);
      await opened;
    },
    closeRecord: (ending) => {
      closing ??= Promise.all([close(ending), writesRecords ? replace(ending) : undefined]).then(() => {});
      return closing;
    },
    renewRecord: (deploymentId, environmentUrl) =>
      writesRecords ? renew(deploymentId, environmentUrl) : Promise.resolve(),
    retireRecords: (because) => retireAllOf([request.stageName], because),
    gateEvidence: (readClaims) =>
      observeGate(
        {
          environment: request.environment,
          runId: request.run.runId,
          checkRunId: request.checkRunId,
          jobDeployment: observed.jobDeployment,
        },
        client,
        readClaims,
      ),
    tellEvicted: async (previews) => {
      const comments = await findPreviewComments(client, request.comment ? previews : []);
      await Promise.all([
        ...previews.map(({ stageName, body }) => comments.replace(stageName, body)),
        retireAllOf(
          previews.map(({ stageName }) => stageName),
          `Made room for stage ${request.stageName}`,
        ),
      ]);
      warnings.push(...comments.warnings());
    },
    observed: () => observed,
    pullRequestState: async (number) => {
      const { states, warnings: troubles } = await pullRequestStates(client, [number]);
      warnings.push(...troubles);
      return states.get(number) ?? "unknown";
    },
    comment: async (body, editOnly = false) => {
      const { pullRequest, viewer } = observed;
      if (!request.comment || pullRequest === undefined) return "unknown";
      try {
        // A run that failed before it knew the stage has not looked yet.
        located ??= findOlderComment(client, observed, marker, undefined);
        const existing = await located;
        if (editOnly && existing === undefined) return "unknown";
        const address = { pullRequest: pullRequest.number, marker };
        const put = await putComment(client, { address, viewer, body, existing });
        comment = put.comment;
        return put.state;
      } catch (thrown) {
        warnings.push(explainTrouble(thrown, `comment on pull request #${pullRequest.number}`, "pull-requests: write"));
        return "unknown";
      }
    },
    reported: () => ({ recordId, comment }),
    warnings: () => [...new Set(warnings)],
  };
};

/** The record that this run reports to; `adopted` is the one that GitHub made for the job. */
type Opened =
  | { readonly id: number; readonly adopted: true }
  | { readonly id: number; readonly adopted: false; readonly record: NewRecord };

/** A new preview replaces the link of the one before; a record that its run never ended is closed in any case. */
const isStale = (earlier: EarlierRecord, request: Target, ending: Ending): boolean =>
  standingOf(earlier.state) === "under-way" ||
  (standingOf(earlier.state) === "live" && request.previewOf !== undefined && ending.state === "success");
