import type { InvokeUrl } from "../domain/invoke-url.ts";
import type { Canary } from "../domain/stage.ts";
import type { SmokeTests } from "../inputs/smoke-tests.ts";
import { repeatSmokeTests, type SmokeWorld } from "./smoke-tests.ts";
import type { SmokeVerdict } from "./verdict.ts";

/** Requests that a repeated test needs at most; at 1 % it would take 688. */
const MOST_ATTEMPTS = 200;

/** Whoever asks so often has met a canary of this share with 99.9 %: the split is random, and nothing selects a side. */
export const attemptsFor = (percent: number): number =>
  percent >= 100 ? 1 : Math.min(MOST_ATTEMPTS, Math.ceil(Math.log(0.001) / Math.log(1 - percent / 100)));

export type Asking = {
  readonly invokeUrl: InvokeUrl;
  /** Milliseconds until the stage serves the canary. */
  readonly settle: number;
};

/** Asks the stage as often as it takes to meet its canary; `undefined` without a test. Throws `CANCELLED`. */
export const askCanary = async (
  { tests, timeout, apiKey }: SmokeTests,
  { percentTraffic }: Canary,
  { invokeUrl, settle }: Asking,
  world: SmokeWorld,
): Promise<SmokeVerdict | undefined> =>
  tests.length === 0 || percentTraffic === 0
    ? undefined
    : repeatSmokeTests(tests, { invokeUrl, timeout, settle, apiKey, attempts: attemptsFor(percentTraffic) }, world);
