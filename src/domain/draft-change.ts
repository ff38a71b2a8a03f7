/** A call that changed the draft of an API, as the account's audit trail tells it. */
export type DraftChange = {
  readonly restApiId: string;
  /** The operation: `PutIntegration`. */
  readonly operation: string;
  /** Milliseconds since 1970, in whole seconds. */
  readonly at: number;
  /** Whose credentials it was sent with: `assumed-role/deploy/run`, `user/alice`. */
  readonly who: string;
};

export type DraftChanges = {
  /** Of all APIs, oldest first. */
  readonly changes: readonly DraftChange[];
  /** Since when all are there; older ones may be missing. */
  readonly since: number;
};
