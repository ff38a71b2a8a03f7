import { jsonResponse, type Matched, type Service, type SimulatedRequest } from "../http/exchange.ts";
import { matchGraphql } from "./graphql/service.ts";
import { settleJobs } from "./jobs.ts";
import type { World } from "./model.ts";
import { matchIdToken } from "./oidc.ts";
import { matchRest } from "./rest/service.ts";

/** The simulated GitHub: REST, GraphQL, and the OpenID Connect tokens of workflow jobs. */
export const githubService = (world: World): Service => ({
  match: (request) => {
    const { operation, answer } = isMissing(world, request) ? unknownPath(request) : matcherOf(request)(world, request);
    return {
      operation,
      answer: () => {
        settleJobs(world);
        return answer();
      },
    };
  },
});

const isGraphql = ({ method, path }: SimulatedRequest): boolean =>
  method === "POST" && (path === "/graphql" || path === "/api/graphql");

/** Whether the request is to a part that this server does not have. */
const isMissing = ({ missing }: World, request: SimulatedRequest): boolean =>
  (missing.graphql && isGraphql(request)) ||
  (missing.deployments && /^(?:\/api\/v3)?\/repos\/[^/]+\/[^/]+\/deployments(?:\/|$)/.test(request.path));

/** As GitHub answers on a path that is none of its API; servers that only resemble it do so, too. */
const unknownPath = ({ method, path }: SimulatedRequest): Matched => ({
  operation: `${method} ${path}`,
  answer: () =>
    jsonResponse(404, { message: "Not Found", documentation_url: "https://docs.github.com/rest", status: "404" }),
});

const matcherOf = (request: SimulatedRequest): typeof matchRest => {
  if (request.method === "GET" && request.path === "/_oidc/token") return matchIdToken;
  return isGraphql(request) ? matchGraphql : matchRest;
};
