import { type ExecutionResult, execute, type GraphQLError } from "graphql";
import { jsonResponse, type Matched, type SimulatedRequest, type SimulatedResponse } from "../../http/exchange.ts";
import { authenticate, newRequestId } from "../authentication.ts";
import { primaryLimitMessage, rateLimitHeaders, spendRequest } from "../limits.ts";
import type { World } from "../model.ts";
import { maySee } from "../permissions.ts";
import { ApiError } from "../rest/api-error.ts";
import { objectOf } from "../rest/request-body.ts";
import { accountOf } from "../world.ts";
import type { Context } from "./context.ts";
import { nodeOf } from "./lookup.ts";
import { mutations } from "./mutations.ts";
import { actorNode, repositoryNode } from "./nodes.ts";
import { refusal } from "./refusal.ts";
import { requestDocument } from "./request-document.ts";
import { schemaWithout, undefinedFieldBody } from "./undefined-field.ts";

/** The GraphQL API. Refusals are part of a 200, except of those who are not known (401) or send no JSON (400). */
export const matchGraphql = (world: World, request: SimulatedRequest): Matched => ({
  operation: "POST /graphql",
  answer: () => answerTo(world, request),
});

const answerTo = async (world: World, request: SimulatedRequest): Promise<SimulatedResponse> => {
  const headers: Record<string, string> = {
    "content-type": "application/json; charset=utf-8",
    "x-github-request-id": newRequestId(),
  };
  try {
    const profile = authenticate(world, request);
    const allowed = spendRequest(world, profile.login, "graphql");
    Object.assign(headers, rateLimitHeaders(world, profile.login, "graphql"));
    if (!allowed)
      return jsonResponse(200, { errors: [{ type: "RATE_LIMITED", message: primaryLimitMessage }] }, headers);
    return jsonResponse(200, await answered({ world, profile }, objectOf(request)), headers);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const body = {
      message: error.message,
      documentation_url: "https://docs.github.com/graphql",
      status: String(error.status),
    };
    return jsonResponse(error.status, body, headers);
  }
};

const answered = async (context: Context, body: Record<string, unknown>): Promise<Record<string, unknown>> => {
  const { query, variables, operationName } = body;
  if (typeof query !== "string") {
    return { errors: [{ message: "A query attribute must be specified and must be a string." }] };
  }
  const schema = schemaWithout(context.world.missing.fields);
  const request = requestDocument(schema, query);
  const result: ExecutionResult =
    "errors" in request
      ? request
      : await execute({
          schema,
          document: request.document,
          rootValue: root,
          contextValue: context,
          variableValues: typeof variables === "object" ? (variables as Record<string, unknown> | null) : null,
          operationName: typeof operationName === "string" ? operationName : null,
        });
  return {
    ...(result.data === undefined ? {} : { data: result.data }),
    ...(result.errors
      ? { errors: result.errors.map((error) => undefinedFieldBody(error, query) ?? errorBody(error)) }
      : {}),
  };
};

/** GitHub puts the kind of an error beside its message, not into `extensions`. */
const errorBody = (error: GraphQLError): Record<string, unknown> => {
  const { type, ...extensions } = error.extensions;
  return {
    ...(type === undefined ? {} : { type }),
    ...(error.path ? { path: error.path } : {}),
    ...(Object.keys(extensions).length > 0 ? { extensions } : {}),
    ...(error.locations ? { locations: error.locations } : {}),
    message: error.message,
  };
};

const root = {
  viewer: (_: unknown, context: Context) => {
    const account = accountOf(context.world, context.profile.login);
    return { ...actorNode(context, account), login: account.login };
  },
  repository: ({ owner, name }: { owner: string; name: string }, context: Context) => {
    const repository = context.world.repositories.get(`${owner}/${name}`.toLowerCase());
    if (repository && maySee(context.profile, repository)) return repositoryNode(context, repository);
    throw refusal("NOT_FOUND", `Could not resolve to a Repository with the name '${owner}/${name}'.`);
  },
  node: ({ id }: { id: string }, context: Context) => nodeOf(context, id),
  ...mutations,
};
