/**
 * What a GitHub deployment tells of the stage: one of ours, see its payload, or one that GitHub made for a job of ours,
 * which has no payload (an empty nonce).
 */
export type StageRecord = {
  /** As GraphQL spells it; `standingOf` says what it means. */
  readonly state: string;
  /**
   * The login of who says so: of the record's creator, or of the status' where GitHub made the record for a job. Bots
   * with `[bot]`; empty where GitHub did not tell.
   */
  readonly creator: string;
  /** Whether that is the account which this run writes as. */
  readonly ours: boolean;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  readonly commit: string;
  /** Of the newest status that says what the stage serves; of a record that is ours only by our own statuses. Or empty. */
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

/**
 * Our record of a deployment: a GitHub deployment in an environment. Its payload says which stage it is about and which
 * process made it; only records whose payload is ours are ever touched.
 */
export type RecordPayload = {
  readonly restApiId: string;
  readonly stageName: string;
  readonly pullRequest: number | undefined;
  readonly runId: string;
  readonly runAttempt: number;
  readonly nonce: string;
  /** `deploy`, `promote`, `rollback`, `canary` or `CANARY_PART`; empty in records that do not say. The same holds for the next three. */
  readonly command: string;
  /** The deployment that the stage is to serve, where it existed before; a new one is found by the nonce. */
  readonly deploymentId: string;
  /** What the stage served before. */
  readonly previousDeploymentId: string;
  readonly actor: string;
};

/** The command in records of runs that gave a deployment a part of the traffic only: the stage never served it. */
export const CANARY_PART = "canary-part";

/** States that we set; `inactive` takes the link off the page. GitHub docs, "Deployment statuses". */
export type RecordState = "in_progress" | "success" | "failure" | "inactive";

/**
 * An earlier record of ours: its payload is, and the account that this run writes as created it. `state` as GraphQL
 * spells it: ACTIVE, IN_PROGRESS, INACTIVE, …
 */
export type EarlierRecord = {
  /** `undefined` where the id has outgrown GraphQL's 32-bit integers; `recordIds` tells it. */
  readonly id: number | undefined;
  readonly nodeId: string;
  readonly state: string;
  /** A login; bots with `[bot]`. */
  readonly creator: string;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  readonly payload: RecordPayload;
};

/**
 * What a record's state means: `live` shows the stage as deployed, `under-way` as being deployed, `ended` and `failed` as
 * neither. A state that nobody has told us about is `unknown`: it is neither left open nor closed.
 */
export type RecordStanding = "live" | "under-way" | "ended" | "failed" | "unknown";

/**
 * GraphQL's `DeploymentState` and REST's states of deployment statuses, which are the same words in capitals and not.
 * ABANDONED is GraphQL's for a record that has been pending for half an hour.
 */
const STANDINGS: ReadonlyMap<string, RecordStanding> = new Map([
  ["ACTIVE", "live"],
  ["SUCCESS", "live"],
  ["IN_PROGRESS", "under-way"],
  ["QUEUED", "under-way"],
  ["PENDING", "under-way"],
  ["WAITING", "under-way"],
  ["ABANDONED", "under-way"],
  ["INACTIVE", "ended"],
  ["DESTROYED", "ended"],
  ["FAILURE", "failed"],
  ["ERROR", "failed"],
]);

/** In either spelling. */
export const standingOf = (state: string): RecordStanding => STANDINGS.get(state.toUpperCase()) ?? "unknown";
