import type { World } from "../../gateway/model.ts";
import { type TokenBucket, tokenBucket } from "../../http/token-bucket.ts";
import type { RouteSettings, Stage } from "../model.ts";

type Limits = { readonly rate: number; readonly burst: number };
type Kept = { readonly limits: string; readonly bucket: TokenBucket };

const buckets = new WeakMap<World, Map<string, Kept>>();

/** What holds for a route: its own settings before the stage's. */
export const settingsOf = ({ defaultRouteSettings, routeSettings }: Stage, routeKey: string): RouteSettings => ({
  ...defaultRouteSettings,
  ...routeSettings[routeKey],
});

/** The account's own limits (Amazon API Gateway quotas). */
const accountLimits: Limits = { rate: 10_000, burst: 5000 };

/** Whether a route may answer one more request (Developer Guide, "Throttle requests to your HTTP APIs"). */
export const mayAnswer = (world: World, apiId: string, stage: Stage, routeKey: string): boolean => {
  const { throttlingRateLimit, throttlingBurstLimit } = settingsOf(stage, routeKey);
  if (throttlingRateLimit === undefined && throttlingBurstLimit === undefined) return true;
  const rate = throttlingRateLimit ?? accountLimits.rate;
  const burst = throttlingBurstLimit ?? accountLimits.burst;
  const key = `${apiId} ${stage.stageName} ${routeKey}`;
  const ofWorld = buckets.get(world) ?? new Map<string, Kept>();
  buckets.set(world, ofWorld);
  const limits = `${rate} ${burst}`;
  const kept = ofWorld.get(key);
  const current = kept?.limits === limits ? kept : { limits, bucket: tokenBucket(world.clock, rate, burst) };
  ofWorld.set(key, current);
  return current.bucket.take();
};
