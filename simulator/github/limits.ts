import type { Usage, World } from "./model.ts";

export type Resource = "core" | "graphql";

const hour = 3_600_000;

const windowOf = (world: World, login: string, resource: Resource): Usage => {
  const key = `${resource} ${login.toLowerCase()}`;
  const now = world.clock.now();
  const known = world.usage.get(key);
  if (known && now < known.resetsAt) return known;
  const fresh: Usage = { used: 0, resetsAt: now + hour };
  world.usage.set(key, fresh);
  return fresh;
};

/** Counts a request against the primary limit; false when nothing is left. All tokens of a login share one budget. */
export const spendRequest = (world: World, login: string, resource: Resource): boolean => {
  const window = windowOf(world, login, resource);
  if (window.used >= world.limits.requestsPerHour) return false;
  window.used += 1;
  return true;
};

export type RateLimit = {
  readonly limit: number;
  readonly remaining: number;
  /** Seconds since 1970. */
  readonly reset: number;
  readonly used: number;
};

export const rateLimitOf = (world: World, login: string, resource: Resource): RateLimit => {
  const { used, resetsAt } = windowOf(world, login, resource);
  const limit = world.limits.requestsPerHour;
  return { limit, remaining: Math.max(0, limit - used), reset: Math.floor(resetsAt / 1000), used };
};

export const rateLimitHeaders = (world: World, login: string, resource: Resource): Record<string, string> => {
  const { limit, remaining, reset, used } = rateLimitOf(world, login, resource);
  return {
    "x-ratelimit-limit": String(limit),
    "x-ratelimit-remaining": String(remaining),
    "x-ratelimit-used": String(used),
    "x-ratelimit-reset": String(reset),
    "x-ratelimit-resource": resource,
  };
};

/** Counts a creation of content against the secondary limit; false when there were too many. */
export const spendContentCreation = (world: World, login: string): boolean => {
  const now = world.clock.now();
  const within = (milliseconds: number) => (time: number) => time > now - milliseconds;
  const recent = (world.contentCreations.get(login) ?? []).filter(within(hour));
  const lastMinute = recent.filter(within(60_000)).length;
  if (lastMinute >= world.limits.contentPerMinute || recent.length >= world.limits.contentPerHour) return false;
  world.contentCreations.set(login, [...recent, now]);
  return true;
};

export const primaryLimitMessage = "API rate limit exceeded for installation.";
export const secondaryLimitMessage =
  "You have exceeded a secondary rate limit and have been temporarily blocked from content creation. Please retry your request again later.";
