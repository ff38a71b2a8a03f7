import type { StageWish } from "../settings/resolve.ts";

/** How a canary goes on, and what ends it (block `canary:` of the settings). Times are in milliseconds. */
export type CanaryPolicy = {
  /** Shares in per cent, ascending. */
  readonly steps: readonly number[];
  /** How long each step is watched. */
  readonly interval: number;
  /** The start of each step, which is not judged. */
  readonly warmUp: number;
  /** Requests to the canary without which nothing is proven. */
  readonly minRequests: number;
  /** Shares of requests, from 0 to 1: of the canary's own, and above those of the base at the same time. */
  readonly maxErrorRate: number;
  readonly maxErrorIncrease: number;
  /** The canary's 95th percentile of latency over that of the base. */
  readonly maxP95Ratio: number;
  /** Names or ARNs of CloudWatch alarms. */
  readonly alarms: readonly string[];
  /** Failed checks that a step may have. */
  readonly failureLimit: number;
  readonly notProven: "hold" | "abort";
  readonly onFailure: "abort" | "hold";
  /** After its start a canary must have ended within this time. */
  readonly deadline: number;
  readonly work: "step" | "all";
  readonly useStageCache: boolean;
};

/** With which share a canary is started, and how it is to go on. */
export type CanaryStart = { readonly percent: number; readonly policy: CanaryPolicy };

const MINUTE = 60_000;

export const DEFAULT_POLICY: CanaryPolicy = {
  steps: [10, 50],
  interval: 10 * MINUTE,
  warmUp: 2 * MINUTE,
  minRequests: 200,
  maxErrorRate: 0.01,
  maxErrorIncrease: 0.005,
  maxP95Ratio: 1.5,
  alarms: [],
  failureLimit: 0,
  notProven: "hold",
  onFailure: "abort",
  deadline: 24 * 60 * MINUTE,
  work: "step",
  useStageCache: false,
};

/** What the settings declare, and the defaults of what they do not. */
export const policyOf = (_settings: StageWish): CanaryPolicy => DEFAULT_POLICY;

/** Which step a share is, from 1; 0 below the first. A share between two counts as the lower. */
export const stepOf = ({ steps }: Pick<CanaryPolicy, "steps">, percent: number): number =>
  steps.filter((share) => share <= percent).length;
