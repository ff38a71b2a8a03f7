import type { Service, SimulatedRequest } from "../http/exchange.ts";
import { matchGraphql } from "./graphql/service.ts";
import { settleJobs } from "./jobs.ts";
import type { World } from "./model.ts";
import { matchIdToken } from "./oidc.ts";
import { matchRest } from "./rest/service.ts";

/** The simulated GitHub: REST, GraphQL, and the OpenID Connect tokens of workflow jobs. */
export const githubService = (world: World): Service => ({
  match: (request) => {
    const { operation, answer } = matcherOf(request)(world, request);
    return {
      operation,
      answer: () => {
        settleJobs(world);
        return answer();
      },
    };
  },
});

const matcherOf = (request: SimulatedRequest): typeof matchRest => {
  const operation = `${request.method} ${request.path}`;
  if (operation === "GET /_oidc/token") return matchIdToken;
  return operation === "POST /graphql" || operation === "POST /api/graphql" ? matchGraphql : matchRest;
};
