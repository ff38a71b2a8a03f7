import { tokenBucket } from "../../http/token-bucket.ts";
import type { KeyUse, UsagePlan, World } from "../model.ts";
import { type Refusal, refusals } from "./gateway-response.ts";

/**
 * Counts a request of a key against the plan that has both the key and the stage. Throttle and quota hold for a key over
 * all stages of the plan (Developer Guide, "Usage plans"); the service takes neither as a hard limit, the simulator does.
 */
export const useKey = (world: World, value: string, apiId: string, stageName: string): Refusal | undefined => {
  const key = [...world.apiKeys.values()].find((one) => one.value === value);
  const plan = [...world.usagePlans.values()].find(
    ({ keyIds = [], apiStages }) =>
      key !== undefined &&
      keyIds.includes(key.id) &&
      apiStages.some((entry) => entry.apiId === apiId && entry.stage === stageName),
  );
  if (key === undefined || plan === undefined) return undefined;
  const use = useOf(world, plan, key.id);
  if (use.bucket?.take() === false) return refusals.throttled;
  if (plan.quota === undefined) return undefined;
  if (use.count >= plan.quota.limit) return refusals.quotaExceeded;
  use.count += 1;
  return undefined;
};

const useOf = (world: World, { id, throttle, quota }: UsagePlan, keyId: string): KeyUse => {
  const name = `${id}/${keyId}`;
  const limits = JSON.stringify(throttle ?? {});
  const period = quota === undefined ? "" : periodAt(world.clock.now(), quota.period);
  const before = world.keyUses.get(name);
  const { rateLimit, burstLimit } = throttle ?? {};
  const bucket =
    rateLimit === undefined || burstLimit === undefined ? undefined : tokenBucket(world.clock, rateLimit, burstLimit);
  const use: KeyUse = {
    limits,
    bucket: before?.limits === limits ? before.bucket : bucket,
    period,
    count: before?.period === period ? before.count : 0,
  };
  world.keyUses.set(name, use);
  return use;
};

const DAY = 86_400_000;

/** In UTC; when a week begins is not documented. */
const periodAt = (now: number, period: NonNullable<UsagePlan["quota"]>["period"]): string => {
  if (period === "MONTH") return new Date(now).toISOString().slice(0, 7);
  return `${period} ${Math.floor(now / (period === "WEEK" ? 7 * DAY : DAY))}`;
};
