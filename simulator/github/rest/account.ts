import { isoTime } from "../iso-time.ts";
import { rateLimitOf } from "../limits.ts";
import { notAccessible } from "../permissions.ts";
import { userBody } from "./account-bodies.ts";
import { ApiError } from "./api-error.ts";
import { type Answer, type Call, callerOf, ok, type Route } from "./call.ts";
import type { AuthenticatedUserBody, RateLimitBody } from "./wire.ts";

/** An installation is no user: a workflow's token cannot ask who it is. */
const getUser = (call: Call): Answer => {
  if (call.profile.app) throw new ApiError(403, notAccessible(call.profile));
  const created = isoTime(0);
  const body: AuthenticatedUserBody = {
    ...userBody(call, callerOf(call)),
    name: null,
    company: null,
    blog: null,
    location: null,
    email: null,
    hireable: null,
    bio: null,
    public_repos: 0,
    public_gists: 0,
    followers: 0,
    following: 0,
    created_at: created,
    updated_at: created,
  };
  return ok(body);
};

const getRateLimit = (call: Call): Answer => {
  const core = rateLimitOf(call.world, call.profile.login, "core");
  const graphql = rateLimitOf(call.world, call.profile.login, "graphql");
  const body: RateLimitBody = { resources: { core, graphql, search: core }, rate: core };
  return ok(body);
};

export const accountRoutes: readonly Route<Call>[] = [
  {
    method: "GET",
    template: "/user",
    docs: "users/users#get-the-authenticated-user",
    needs: [],
    answer: getUser,
  },
  {
    method: "GET",
    template: "/rate_limit",
    docs: "rate-limit/rate-limit#get-rate-limit-status-for-the-authenticated-user",
    needs: [],
    costsNothing: true,
    answer: getRateLimit,
  },
];
