import { tokenBucket } from "../../http/token-bucket.ts";
import type { KeyUse, UsagePlan, World } from "../model.ts";
import { type Refusal, refusals } from "./gateway-response.ts";

/** A stage's route, as it is called. */
export type CalledRoute = {
  readonly apiId: string;
  readonly stageName: string;
  readonly path: string;
  readonly verb: string;
};

/**
 * Counts a request of a key against the plan that has both the key and the stage. Throttle and quota hold for a key over
 * all stages of the plan, and a route's own throttle takes the place of the plan's (Developer Guide, "Usage plans"); the
 * service takes neither as a hard limit, the simulator does.
 */
export const useKey = (world: World, value: string, called: CalledRoute): Refusal | undefined => {
  const key = [...world.apiKeys.values()].find((one) => one.value === value);
  const isCalled = ({ apiId, stage }: UsagePlan["apiStages"][number]): boolean =>
    apiId === called.apiId && stage === called.stageName;
  const plan = [...world.usagePlans.values()].find(
    ({ keyIds = [], apiStages }) => key !== undefined && keyIds.includes(key.id) && apiStages.some(isCalled),
  );
  if (key === undefined || plan === undefined) return undefined;
  const route = `${called.path}/${called.verb}`;
  const ofRoute = plan.apiStages.find(isCalled)?.throttle?.[route];
  const use = useOf(world, `${plan.id}/${key.id}`, plan.throttle, plan.quota);
  const place = `${plan.id}/${key.id}/${called.apiId}:${called.stageName}${route}`;
  const { bucket } = ofRoute === undefined ? use : useOf(world, place, ofRoute, undefined);
  if (bucket?.take() === false) return refusals.throttled;
  if (plan.quota === undefined) return undefined;
  if (use.count >= limitNow(world, plan, plan.quota)) return refusals.quotaExceeded;
  use.count += 1;
  return undefined;
};

/** The offset counts in the period in which the quota was set. */
const limitNow = (
  { clock }: World,
  { quotaSince }: UsagePlan,
  { limit, period, offset = 0 }: NonNullable<UsagePlan["quota"]>,
): number => {
  const isFirst = quotaSince !== undefined && periodAt(quotaSince, period) === periodAt(clock.now(), period);
  return isFirst ? limit - offset : limit;
};

const useOf = (world: World, name: string, throttle: UsagePlan["throttle"], quota: UsagePlan["quota"]): KeyUse => {
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
