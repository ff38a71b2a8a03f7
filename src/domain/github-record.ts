/**
 * What a GitHub deployment tells of the stage: one of ours, see its payload, or one that GitHub made for a job of ours,
 * which has no payload (an empty nonce).
 */
export type StageRecord = {
  /** As GraphQL spells it. */
  readonly state: string;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  readonly commit: string;
  /** Of the status that says what the stage serves; else of the newest, or empty. */
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
  /** `deploy`, `promote` or `rollback`; empty in records that do not say. The same holds for the next three. */
  readonly command: string;
  /** The deployment that the stage is to serve, where it existed before; a new one is found by the nonce. */
  readonly deploymentId: string;
  /** What the stage served before. */
  readonly previousDeploymentId: string;
  readonly actor: string;
};

/** States that we set; `inactive` takes the link off the page. GitHub docs, "Deployment statuses". */
export type RecordState = "in_progress" | "success" | "failure" | "inactive";

/** An earlier record of ours for the same stage. `state` as GraphQL spells it: ACTIVE, IN_PROGRESS, INACTIVE, … */
export type EarlierRecord = {
  /** `undefined` where the id has outgrown GraphQL's 32-bit integers; `recordIds` tells it. */
  readonly id: number | undefined;
  readonly nodeId: string;
  readonly state: string;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  readonly payload: RecordPayload;
};
