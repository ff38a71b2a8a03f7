import { getOctokit } from "@actions/github";
import type { PermissionKey, Profile, Repository, World } from "../../../simulator/github/model.ts";
import { createRepository, issueToken } from "../../../simulator/github/people.ts";
import { githubService } from "../../../simulator/github/service.ts";
import { personalToken, profiles } from "../../../simulator/github/tokens.ts";
import { createGitHubWorld, type GitHubWorldOptions } from "../../../simulator/github/world.ts";
import { type Clock, scaledClock } from "../../../simulator/http/clock.ts";
import { listen, type SimulatorServer } from "../../../simulator/http/server.ts";

export type Octokit = ReturnType<typeof getOctokit>;

/** A GitHub with the public repository `acme/orders`, and clients with different rights. */
export type Setting = {
  readonly world: World;
  readonly repository: Repository;
  readonly server: SimulatorServer;
  /** Coordinates of the repository, as Octokit wants them. */
  readonly at: { readonly owner: string; readonly repo: string };
  readonly octokit: Octokit;
  readonly as: (profile: Profile, base?: string) => Octokit;
  readonly person: (login: string, permissions?: Partial<Record<PermissionKey, "none" | "read" | "write">>) => Octokit;
  readonly fetch: (path: string, init?: RequestInit, token?: string) => Promise<Response>;
};

export const openSetting = async (options: GitHubWorldOptions = {}): Promise<Setting> => {
  const world = createGitHubWorld(options);
  const repository = createRepository(world, "acme/orders");
  const server = await listen(githubService(world));
  issueToken(world, "full-token", profiles.full);
  let tokens = 0;
  const as = (profile: Profile, base = ""): Octokit => {
    tokens += 1;
    const token = `token-${tokens}`;
    issueToken(world, token, profile);
    return getOctokit(token, { baseUrl: `${server.url}${base}` });
  };
  return {
    world,
    repository,
    server,
    at: { owner: "acme", repo: "orders" },
    octokit: as(profiles.full),
    as,
    person: (login, permissions) => as(personalToken(login, permissions)),
    fetch: (path, init = {}, token = "full-token") =>
      fetch(`${server.url}${path}`, { ...init, headers: { authorization: `Bearer ${token}`, ...init.headers } }),
  };
};

/** A clock that goes only when told. */
export const handClock = (): Clock & { readonly advance: (milliseconds: number) => void } => {
  let now = scaledClock().now();
  return {
    now: () => now,
    advance: (milliseconds) => {
      now += milliseconds;
    },
  };
};

/** What a call was refused with. Fails when it was not refused. */
export const refusalOf = async (
  call: Promise<unknown>,
): Promise<{
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly data: { message: string; status: string; documentation_url: string; errors?: unknown };
}> => {
  const outcome = await call.then(
    () => undefined,
    (error) => error,
  );
  if (!outcome?.response) throw new Error(`Expected a refusal, got ${outcome}`);
  return { status: outcome.status, headers: outcome.response.headers, data: outcome.response.data };
};
