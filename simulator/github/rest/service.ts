import { jsonResponse, type Matched, type SimulatedRequest, type SimulatedResponse } from "../../http/exchange.ts";
import { authenticate, newRequestId, selectVersion } from "../authentication.ts";
import {
  primaryLimitMessage,
  rateLimitHeaders,
  secondaryLimitMessage,
  spendContentCreation,
  spendRequest,
} from "../limits.ts";
import type { Profile, World } from "../model.ts";
import { isPermitted, maySee, notAccessible } from "../permissions.ts";
import { ApiError, notFound } from "./api-error.ts";
import type { Answer, Call, Need, RepositoryCall, Route } from "./call.ts";
import { type FoundRoute, findRoute } from "./routes.ts";

/** The REST API: at the root as on api.github.com, and under `/api/v3` as on GitHub Enterprise Server. */
export const matchRest = (world: World, request: SimulatedRequest): Matched => {
  const [, prefix = "", path = "/"] = /^(\/api\/v3)?(\/.*)$/.exec(request.path) ?? [];
  const found = findRoute(world, request.method, path);
  if (!found) return unknownOperation(request.method, path);
  return {
    operation: `${found.route.method} ${found.route.template}`,
    answer: () => answerTo(world, request, found, `${request.url.origin}${prefix}`),
  };
};

const unknownOperation = (method: string, path: string): Matched => ({
  operation: `${method} ${path}`,
  answer: () => jsonResponse(501, { message: `The simulated GitHub does not implement ${method} ${path}.` }),
});

const answerTo = (world: World, request: SimulatedRequest, found: FoundRoute, apiUrl: string): SimulatedResponse => {
  const headers: Record<string, string> = { "x-github-request-id": newRequestId() };
  try {
    const profile = authenticate(world, request);
    headers["x-github-api-version-selected"] = selectVersion(request);
    const { needs } = found.route;
    if (needs.length > 0) headers["x-accepted-github-permissions"] = needs.map(acceptedPermission).join("; ");
    const allowed = found.route.costsNothing || spendRequest(world, profile.login, "core");
    Object.assign(headers, rateLimitHeaders(world, profile.login, "core"));
    if (!allowed) throw new ApiError(403, primaryLimitMessage, limitDocs);
    return answerWith(answerOf({ world, profile, request, apiUrl, path: found.path }, found), headers);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return refusalWith(error, found.route.docs, headers);
  }
};

/** As GitHub spells it in the header: `pull_requests=write`. */
const acceptedPermission = (need: Need): string => `${need.key.replace("-", "_")}=${need.access}`;

const limitDocs = { documentation_url: "https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api" };

const answerOf = (call: Call, found: FoundRoute): Answer => {
  if (found.of === "account") return found.route.answer(call);
  const repository = call.world.repositories.get(`${call.path["owner"]}/${call.path["repo"]}`.toLowerCase());
  if (!repository || !maySee(call.profile, repository)) throw notFound();
  const repositoryCall: RepositoryCall = { ...call, repository };
  requirePermission(repositoryCall, found.route);
  if (found.route.createsContent) requireContentCreation(call.world, call.profile);
  return found.route.answer(repositoryCall);
};

const requirePermission = ({ profile, repository }: RepositoryCall, { needs }: Route): void => {
  if (needs.length === 0 || needs.some((need) => isPermitted(profile, repository, need.key, need.access))) return;
  throw new ApiError(403, notAccessible(profile));
};

const requireContentCreation = (world: World, profile: Profile): void => {
  if (spendContentCreation(world, profile.login)) return;
  throw new ApiError(403, secondaryLimitMessage, limitDocs, { "retry-after": String(world.limits.retryAfter) });
};

const contentType = { "content-type": "application/json; charset=utf-8" };

const answerWith = (answer: Answer, headers: Readonly<Record<string, string>>): SimulatedResponse =>
  answer.body === undefined
    ? { status: answer.status, headers: { ...headers, ...answer.headers }, body: "" }
    : jsonResponse(answer.status, answer.body, { ...contentType, ...headers, ...answer.headers });

const refusalWith = (error: ApiError, docs: string, headers: Readonly<Record<string, string>>): SimulatedResponse => {
  const body = {
    message: error.message,
    documentation_url: `https://docs.github.com/rest/${docs}`,
    ...error.details,
    status: String(error.status),
  };
  return jsonResponse(error.status, body, { ...contentType, ...headers, ...error.headers });
};
