import { connect } from "../aws/client.ts";
import { keepSecret } from "../aws/keep-secret.ts";
import { type Gateway, openGateway } from "../aws/rest-api/gateway.ts";
import { pacingOf } from "../aws/retry.ts";
import { commentMarker } from "../domain/comment-marker.ts";
import type { World } from "../domain/world.ts";
import { connectGitHub, type GitHubClient } from "../github/client.ts";
import { type GitHubObserved, observeGitHub } from "../github/observe.ts";
import type { Request } from "../inputs/request.ts";

/** What a run talks to GitHub with, and what GitHub has told at its beginning. */
export type GitHubSide = {
  /** `undefined` without a token. */
  readonly client: GitHubClient | undefined;
  /** Never rejects: what GitHub refuses is a warning. */
  readonly observed: Promise<GitHubObserved>;
};

/** What a command observes and writes through. */
export type Session = { readonly world: World; readonly gateway: Gateway; readonly github: GitHubSide };

/** Throws ActionError where the job lacks what a connection to AWS needs. */
export const openSession = async (request: Request, github: GitHubSide, world: World): Promise<Session> => {
  const connection = await connect();
  keepSecret(connection, world.secrets);
  return { world, github, gateway: openGateway(connection, request.restApiId, pacingOf(world)) };
};

const NOTHING: GitHubObserved = {
  viewer: "",
  jobDeployment: undefined,
  pullRequest: undefined,
  earlierRecords: [],
  served: [],
  warnings: [],
};

/** Begins to look at once: what GitHub tells is needed for reporting, whatever becomes of AWS. */
export const openGitHub = (request: Request, { secrets }: Pick<World, "secrets">): GitHubSide => {
  const { githubToken, run } = request;
  if (githubToken === "") return { client: undefined, observed: Promise.resolve(NOTHING) };
  const client = connectGitHub(githubToken, run.apiUrl, run.repository, secrets);
  return {
    client,
    observed:
      request.command === "sweep"
        ? Promise.resolve(NOTHING)
        : observeGitHub(
            request,
            client,
            commentMarker(request.restApiId, request.stageName),
            request.command === "rollback",
          ),
  };
};
