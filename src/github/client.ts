import { getOctokit } from "@actions/github";
import type { Secrets } from "../domain/secrets.ts";
import { version } from "../version.ts";

export type Repository = { readonly owner: string; readonly name: string };

/**
 * GitHub's REST and GraphQL interfaces for one repository. Both throw what Octokit throws (`RequestError`,
 * `GraphqlResponseError`), and an Error without a status for an answer that cannot be read.
 */
export type GitHubClient = {
  readonly repository: Repository;
  /** `route` as in the REST reference, below the repository: `POST /deployments`. */
  readonly rest: (
    route: string,
    parameters?: Readonly<Record<string, unknown>>,
  ) => Promise<{ status: number; data: unknown }>;
  /** A query about the repository; it gets `$owner` and `$name`. */
  readonly graphql: (query: string, variables: Readonly<Record<string, unknown>>) => Promise<unknown>;
  readonly mutate: (mutation: string, variables: Readonly<Record<string, unknown>>) => Promise<unknown>;
};

/** Milliseconds that one request may take. */
const REQUEST_TIMEOUT = 15_000;

/** `apiUrl` is GITHUB_API_URL: github.com, GitHub Enterprise Server and data residency have one each. */
export const connectGitHub = (
  token: string,
  apiUrl: string,
  repository: Repository,
  { hide }: Pick<Secrets, "hide">,
): GitHubClient => {
  const safe = <T>(values: T): T =>
    JSON.parse(JSON.stringify(values, (_, value: unknown) => (typeof value === "string" ? hide(value) : value)));
  const octokit = getOctokit(token, {
    baseUrl: apiUrl,
    userAgent: `apigw-stage-action/${version}`,
    // Octokit reports a failed request on the console by itself; we report it once, in our own words.
    log: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
  });
  const request = () => ({ signal: AbortSignal.timeout(REQUEST_TIMEOUT) });
  return {
    repository,
    rest: async (route, parameters = {}) => {
      const [method, path] = route.split(" ", 2);
      const answer = await octokit.request(`${method} /repos/{owner}/{repo}${path}`, {
        owner: repository.owner,
        repo: repository.name,
        headers: { "x-github-api-version": "2022-11-28" },
        ...safe(parameters),
        request: request(),
      });
      return { status: answer.status, data: readable(answer.data) };
    },
    mutate: async (mutation, variables) =>
      readable(await octokit.graphql(mutation, { ...safe(variables), request: request() })),
    graphql: async (query, variables) =>
      readable(
        await octokit.graphql(query, {
          owner: repository.owner,
          name: repository.name,
          ...safe(variables),
          request: request(),
        }),
      ),
  };
};

/** Octokit hands over as text, or as nothing, what it cannot parse: half an answer, for example. */
const readable = (data: unknown): unknown => {
  if (typeof data === "object" && data !== null) return data;
  throw new Error("the answer could not be read");
};
