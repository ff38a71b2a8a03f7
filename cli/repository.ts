import type { Environment, World } from "../src/domain/world.ts";
import { connectGitHub, connectionIn } from "../src/github/client.ts";
import { repositoryId } from "../src/github/repository.ts";
import { reasonOf } from "../src/github/trouble.ts";
import { type Checkout, originOf } from "./git-checkout.ts";

/** The GitHub that is meant: both are URLs without a slash at their end. */
export type Server = { readonly serverUrl: string; readonly apiUrl: string };

const GITHUB: Server = { serverUrl: "https://github.com", apiUrl: "https://api.github.com" };

/**
 * By the variables of a runner, of which one tells the other: GitHub Enterprise Server has its API below /api/v3, data
 * residency at `api.` before the host (GitHub docs, "Getting started with the REST API").
 */
export const serverIn = (environment: Environment): Server => {
  const [serverUrl, apiUrl] = ["GITHUB_SERVER_URL", "GITHUB_API_URL"].map((name) =>
    (environment[name] ?? "").replace(/\/+$/, ""),
  );
  if (serverUrl && apiUrl) return { serverUrl, apiUrl };
  if (serverUrl) return { serverUrl, apiUrl: apiOf(serverUrl) };
  if (apiUrl) return { serverUrl: apiUrl.replace(/\/api\/v3$/, "").replace("//api.", "//"), apiUrl };
  return GITHUB;
};

const apiOf = (serverUrl: string): string =>
  /^https:\/\/(?:github\.com|[\w-]+\.ghe\.com)$/i.test(serverUrl)
    ? serverUrl.replace("//", "//api.")
    : `${serverUrl}/api/v3`;

/** `because` ends a sentence. */
export type Repository = { readonly fullName: string } | { readonly because: string };

/** The repository on the server that `origin` names. */
export const repositoryOn = ({ serverUrl }: Server, checkout: Checkout | undefined): Repository => {
  if (checkout === undefined) return { because: "this folder is in no git repository" };
  const origin = originOf(checkout);
  if (origin === undefined) return { because: "git knows no remote `origin` on a server" };
  const { host, path } = origin;
  const wanted = URL.canParse(serverUrl) ? new URL(serverUrl).hostname : "";
  // By port 443 SSH has a host of its own (GitHub docs, "Using SSH over the HTTPS port").
  if (host !== wanted && host !== `ssh.${wanted}`) {
    return {
      because: `the remote \`origin\` is on ${host}, and not on ${wanted} (GITHUB_SERVER_URL names another GitHub)`,
    };
  }
  return /^[\w.-]+\/[\w.-]+$/.test(path)
    ? { fullName: path }
    : { because: "the remote `origin` is no repository of GitHub's" };
};

/** Its number, as GitHub tells it. Throws nothing. */
export const askNumber = async (
  fullName: string,
  { apiUrl }: Server,
  token: string,
  world: World,
): Promise<{ readonly id: string } | { readonly because: string }> => {
  const [owner = "", name = ""] = fullName.split("/");
  try {
    const connection = { token, apiUrl, repository: { owner, name }, ...connectionIn(world) };
    return { id: await repositoryId(connectGitHub(connection)) };
  } catch (thrown) {
    return { because: `${reasonOf(thrown)} when it was asked for ${fullName} (GITHUB_TOKEN)` };
  }
};
