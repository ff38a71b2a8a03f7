import type { Target } from "../inputs/target.ts";
import { isProduction } from "../plan/environment.ts";
import type { GitHubClient } from "./client.ts";
import { putComment, type StickyComment } from "./comments.ts";
import { type EarlierRecord, findOlderComment, type GitHubObserved, observeGitHub } from "./observe.ts";
import { addStatus, createRecord, type NewRecord, type RecordState, recordIds } from "./records.ts";
import { explainTrouble } from "./trouble.ts";

/** Where what is open is written down, before the request that opens it and after the one that closes it. */
export type RecordJournal = {
  readonly opening: (record: NewRecord, id: number | undefined) => void;
  readonly closing: (record: NewRecord, id: number, ending: Ending) => void;
  readonly closed: () => void;
};

/** How a record ends. An empty `environmentUrl` posts no link. */
export type Ending = {
  readonly state: Extract<RecordState, "success" | "failure">;
  readonly description: string;
  readonly environmentUrl: string;
};

/** A run's reporting to GitHub. Nothing here throws: trouble becomes a warning, and the deployment goes on. */
export type Reporting = {
  readonly observe: () => Promise<void>;
  /** Goes on looking for our comment where there are many; `stageCreatedAt` in milliseconds since 1970. */
  readonly locateComment: (stageCreatedAt: number | undefined) => void;
  /** Opens nothing after closeRecord: a run can be cancelled before it comes here. */
  readonly openRecord: () => Promise<void>;
  /** The first call decides; later ones change nothing. */
  readonly closeRecord: (ending: Ending) => Promise<void>;
  readonly comment: (body: string) => Promise<void>;
  readonly reported: () => { readonly recordId: number | undefined; readonly comment: StickyComment | undefined };
  readonly warnings: () => readonly string[];
};

/** For a run without a token. */
export const noReporting: Reporting = {
  observe: async () => {},
  locateComment: () => {},
  openRecord: async () => {},
  closeRecord: async () => {},
  comment: async () => {},
  reported: () => ({ recordId: undefined, comment: undefined }),
  warnings: () => ["There is no github-token, so nothing is reported to the pull request or the environment."],
};

const NOTHING: GitHubObserved = {
  viewer: "",
  jobDeployment: undefined,
  pullRequest: undefined,
  earlierRecords: [],
  warnings: [],
};

/** A record whose run never ended it (the runner was lost), as GraphQL names the states. */
const UNFINISHED = ["IN_PROGRESS", "QUEUED", "PENDING", "WAITING", "ABANDONED"];

export const openReporting = (
  request: Target,
  client: GitHubClient,
  marker: string,
  logUrl: string,
  journal: RecordJournal,
): Reporting => {
  const warnings: string[] = [];
  let observed = NOTHING;
  let located: Promise<StickyComment | undefined> | undefined;
  let comment: StickyComment | undefined;
  let opened: Promise<{ readonly id: number; readonly adopted: boolean } | undefined> = Promise.resolve(undefined);
  let recordId: number | undefined;
  let closing: Promise<void> | undefined;

  const record: NewRecord = {
    sha: request.run.commit,
    environment: request.environment,
    transient: request.previewOf !== undefined,
    production: isProduction(request.environment),
    payload: {
      restApiId: request.restApiId,
      stageName: request.stageName,
      pullRequest: request.previewOf,
      runId: request.run.runId,
      runAttempt: request.run.attempt,
      nonce: request.run.nonce,
    },
  };
  // GitHub's own rule knows no pull requests: in an environment that all previews share it would end everybody's.
  const autoInactive = !record.transient;
  const addOwnStatus = (id: number, state: RecordState, description: string, environmentUrl: string): Promise<void> =>
    addStatus(client, id, { state, description, logUrl, environmentUrl, autoInactive });

  const open = async (): Promise<{ id: number; adopted: boolean } | undefined> => {
    if (request.githubDeployment === "never") return undefined;
    if (observed.jobDeployment !== undefined) {
      recordId = observed.jobDeployment.id;
      return { id: recordId, adopted: true };
    }
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
    return recordId === undefined ? undefined : { id: recordId, adopted: false };
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
      journal.closing(record, own.id, ending);
      await addOwnStatus(own.id, ending.state, ending.description, ending.environmentUrl);
      journal.closed();
    } catch (thrown) {
      warnings.push(explainTrouble(thrown, "add the final status to the GitHub deployment", "deployments: write"));
    }
  };

  const retire = async (stale: readonly EarlierRecord[]): Promise<void> => {
    const ids = stale.every(({ id }) => id !== undefined) ? undefined : await recordIds(client, request.environment);
    const status = {
      state: "inactive",
      description: `Replaced by run ${request.run.runId}`,
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

  const retireEarlier = async (ending: Ending): Promise<void> => {
    const stale = observed.earlierRecords.filter((earlier) => isStale(earlier, request, ending));
    if (stale.length === 0) return;
    try {
      await retire(stale);
    } catch (thrown) {
      warnings.push(explainTrouble(thrown, "mark an earlier GitHub deployment inactive", "deployments: write"));
    }
  };

  return {
    observe: async () => {
      observed = await observeGitHub(request, client, marker);
      warnings.push(...observed.warnings);
    },
    locateComment: (stageCreatedAt) => {
      located = findOlderComment(client, observed, marker, stageCreatedAt);
      // Whoever awaits it later handles the failure; until then it must not count as unhandled.
      located.catch(() => {});
    },
    openRecord: async () => {
      if (closing !== undefined) return;
      opened = open();
      await opened;
    },
    closeRecord: (ending) => {
      closing ??= Promise.all([close(ending), retireEarlier(ending)]).then(() => {});
      return closing;
    },
    comment: async (body) => {
      const { pullRequest, viewer } = observed;
      if (!request.comment || pullRequest === undefined) return;
      try {
        // A run that failed before it knew the stage has not looked yet.
        located ??= findOlderComment(client, observed, marker, undefined);
        comment = await putComment(client, pullRequest.number, marker, viewer, body, await located);
      } catch (thrown) {
        warnings.push(explainTrouble(thrown, `comment on pull request #${pullRequest.number}`, "pull-requests: write"));
      }
    },
    reported: () => ({ recordId, comment }),
    warnings: () => warnings,
  };
};

/** A new preview replaces the link of the one before; a record that its run never ended is closed in any case. */
const isStale = (earlier: EarlierRecord, request: Target, ending: Ending): boolean =>
  UNFINISHED.includes(earlier.state) ||
  (earlier.state === "ACTIVE" && request.previewOf !== undefined && ending.state === "success");
