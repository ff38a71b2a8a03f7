import { setTimeout as wait } from "node:timers/promises";
import type { Fetch } from "../domain/fetch.ts";
import type { Secrets } from "../domain/secrets.ts";
import type { World } from "../domain/world.ts";
import { version } from "../version.ts";
import type { GraphAnswer } from "./answers/envelope.ts";
import { withoutFields } from "./missing-fields.ts";
import { LIMITS, type Limits, type RawAnswer, type RawRequest, send } from "./send.ts";
import { GitHubRefusal, GitHubUnreachable, NotOffered } from "./trouble.ts";

export type Repository = { readonly owner: string; readonly name: string };

export type GitHubConnection = {
  readonly token: string;
  /** GITHUB_API_URL: github.com, GitHub Enterprise Server and data residency have one each. */
  readonly apiUrl: string;
  readonly repository: Repository;
  readonly fetch: Fetch;
  /** Whatever is written to GitHub passes them: anybody may read it. */
  readonly secrets: Pick<Secrets, "hide">;
  /** Between two tries; of the real clock unless told. May reject, which ends the request. */
  readonly wait?: (milliseconds: number) => Promise<void>;
  readonly limits?: Limits;
};

/** What a connection takes of the world. A run that is cancelled still tells people so. */
export const connectionIn = ({
  clock,
  fetch,
  secrets,
  patience,
}: Pick<World, "clock" | "fetch" | "secrets" | "patience">): Omit<
  GitHubConnection,
  "token" | "apiUrl" | "repository"
> => ({
  fetch,
  secrets,
  wait: (milliseconds) => clock.sleep(milliseconds, new AbortController().signal),
  limits: { ...LIMITS, time: patience.github },
});

type Values = Readonly<Record<string, unknown>>;

/** GitHub's REST and GraphQL interfaces for one repository. All of them throw GitHubTrouble and nothing else. */
export type GitHubClient = {
  readonly repository: Repository;
  readonly wait: (milliseconds: number) => Promise<void>;
  /**
   * `route` as in the REST reference, below the repository: `POST /deployments/{deployment_id}/statuses`; `GET ` is the
   * repository itself. Parameters
   * that the route does not name go into the query of a GET, else into the body. Answers the body of a success, and
   * only of the status that the method's success has; a DELETE's has none.
   */
  readonly rest: (
    route: "GET " | `${"GET" | "POST" | "PATCH" | "DELETE"} /${string}`,
    parameters?: Values,
  ) => Promise<unknown>;
  /**
   * A query about the repository, which gets `$owner` and `$name`. Parts that GitHub refused are errors beside the data;
   * without any data they are thrown. Fields that the server's schema lacks are left out in a second try.
   */
  readonly graphql: (query: string, variables: Values) => Promise<GraphAnswer>;
  readonly mutate: (mutation: string, variables: Values) => Promise<GraphAnswer>;
};

/** What a success of each method answers with, in all operations that are used here. */
const SUCCESS = { GET: 200, POST: 201, PATCH: 200, DELETE: 204 } as const;

/** What reads answers is loaded while the first request is under way. */
const readers = () => import(/* webpackChunkName: "story" */ "./answers/envelope.ts");

export const connectGitHub = (connection: GitHubConnection): GitHubClient => {
  const { repository, apiUrl } = connection;
  const { owner, name } = repository;
  let offersGraphql = true;

  const askGraphql = async (query: string, variables: Values): Promise<GraphAnswer> => {
    if (!offersGraphql) throw new NotOffered(apiUrl);
    const answer = await exchange(connection, "POST", graphqlUrl(apiUrl), { query, variables });
    const { readGraphAnswer, readRefusal } = await readers();
    // GitHub itself has no reason to answer so on this path.
    offersGraphql = answer.status !== 404 && answer.status !== 405;
    if (!offersGraphql) throw new NotOffered(apiUrl);
    if (answer.status !== 200) throw readRefusal(answer);
    return readGraphAnswer(answer);
  };

  return {
    repository,
    wait: connection.wait ?? ((milliseconds) => wait(milliseconds)),
    rest: async (route, parameters = {}) => {
      const { method, path, rest } = fill(route, parameters);
      const query = method === "GET" ? queryOf(rest) : "";
      const body = method === "GET" || method === "DELETE" ? undefined : rest;
      const url = `${apiUrl}/repos/${encodeURIComponent(owner)}/${encodeURIComponent(name)}${path}${query}`;
      const answer = await exchange(connection, method, url, body);
      const { readRefusal, readRestAnswer } = await readers();
      if (answer.status === SUCCESS[method]) return answer.status === 204 ? undefined : readRestAnswer(answer);
      const refusal = readRefusal(answer);
      throw answer.status === 404 && path === "/deployments" && !isDocumented(answer)
        ? new NotOffered(apiUrl)
        : refusal;
    },
    mutate: askGraphql,
    graphql: async (query, variables) => {
      try {
        return await askGraphql(query, { owner, name, ...variables });
      } catch (thrown) {
        const known = thrown instanceof GitHubRefusal ? withoutFields(query, thrown.errors) : undefined;
        if (known === undefined) throw thrown;
        return askGraphql(known, { owner, name, ...variables });
      }
    },
  };
};

/** GitHub's own "not found" of a page that exists names that page's documentation; others, and an unknown path, do not. */
const isDocumented = ({ body }: RawAnswer): boolean => /"documentation_url"\s*:\s*"[^"]*\/rest\/\w/.test(body);

const exchange = (
  { fetch, token, secrets, limits }: GitHubConnection,
  method: RawRequest["method"],
  url: string,
  body: Values | undefined,
): Promise<RawAnswer> => {
  if (!URL.canParse(url)) throw new GitHubUnreachable("GITHUB_API_URL is no URL", { lasting: true });
  if (!/^[\x21-\x7e]+$/.test(token))
    throw new GitHubUnreachable(
      "the github-token holds blanks, line ends or other characters that no header may hold",
      {
        lasting: true,
      },
    );
  const headers = {
    accept: "application/vnd.github+json",
    authorization: `Bearer ${token}`,
    "user-agent": `apigw-stage-action/${version}`,
    "x-github-api-version": "2022-11-28",
    ...(body === undefined ? {} : { "content-type": "application/json; charset=utf-8" }),
  };
  const request = { method, url, headers, body: body === undefined ? undefined : textOf(body, secrets) };
  return send(fetch, request, limits);
};

/** Only the text of a query is the action's own; what it is about are variables. */
const textOf = (body: Values, { hide }: Pick<Secrets, "hide">): string =>
  JSON.stringify(body, (_, value: unknown) =>
    typeof value === "string" && value !== body["query"] ? hide(value) : value,
  );

/** `/api/v3` is where GitHub Enterprise Server has its API, with GraphQL beside it. */
const graphqlUrl = (apiUrl: string): string => `${apiUrl.replace(/\/api\/v3\/?$/, "/api").replace(/\/$/, "")}/graphql`;

/** Puts parameters into the route's placeholders; `rest` are the others. */
const fill = (route: string, parameters: Values) => {
  const rest = { ...parameters };
  const [method = "", template = ""] = route.split(" ", 2);
  const path = template.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = rest[name];
    delete rest[name];
    return String(value)
      .split("/")
      .map(encodeURIComponent)
      .join(name === "path" ? "/" : "%2F");
  });
  return { method: method as RawRequest["method"], path, rest };
};

const queryOf = (parameters: Values): string => {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) query.set(name, String(value));
  return query.size === 0 ? "" : `?${query}`;
};
