/** How a canary goes on, and what ends it. */
export type CanaryPolicy = {
  /** Shares in per cent, ascending. */
  readonly steps: readonly number[];
  readonly onFailure: "abort" | "hold";
  /** Milliseconds: within this time after its start a canary must have ended. */
  readonly deadline: number;
  readonly useStageCache: boolean;
};

/** With which share a canary is started, and how it is to go on. */
export type CanaryStart = { readonly percent: number; readonly policy: CanaryPolicy };

export const DEFAULT_POLICY: CanaryPolicy = {
  steps: [10, 50],
  onFailure: "abort",
  deadline: 24 * 3_600_000,
  useStageCache: false,
};

/** Which step a share is, from 1; 0 below the first. A share between two counts as the lower. */
export const stepOf = ({ steps }: Pick<CanaryPolicy, "steps">, percent: number): number =>
  steps.filter((share) => share <= percent).length;
