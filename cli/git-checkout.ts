import { readFileSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

/** Where git keeps what a checkout needs (gitrepository-layout). */
export type Checkout = {
  /** Its own: `HEAD`. */
  readonly own: string;
  /** What all worktrees of a repository share: `config`, `refs`. */
  readonly common: string;
};

/** The checkout that the folder is in, also deep in it; `undefined`: none. */
export const checkoutAround = (folder: string): Checkout | undefined => {
  const own = gitFolderOf(folder);
  if (own === undefined) return dirname(folder) === folder ? undefined : checkoutAround(dirname(folder));
  const common = textOf(join(own, "commondir"))?.trim();
  return { own, common: common === undefined ? own : resolve(own, common) };
};

/** `.git` is a folder, or in worktrees and submodules a file that names one. */
const gitFolderOf = (folder: string): string | undefined => {
  const path = join(folder, ".git");
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return path;
  const named = /^gitdir: (.+)$/m.exec(textOf(path) ?? "")?.[1];
  return named === undefined ? undefined : resolve(folder, named.trim());
};

const textOf = (path: string): string | undefined => {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
};

export type Remote = {
  /** In lower case, without a port. */
  readonly host: string;
  /** `owner/name` on GitHub; elsewhere it may have more parts. */
  readonly path: string;
};

/** The remote `origin`; `undefined` where there is none, or none on a server. */
export const originOf = ({ common }: Checkout): Remote | undefined => {
  const config = textOf(join(common, "config")) ?? "";
  const origin = /^\[remote "origin"\]\r?\n((?:[ \t].*(?:\r?\n|$))*)/m.exec(config)?.[1] ?? "";
  return remoteOf(/^\s*url\s*=\s*(.*?)\s*$/m.exec(origin)?.[1] ?? "");
};

/** By either form of URL that git takes for a server (git-fetch, "GIT URLS"). */
const remoteOf = (url: string): Remote | undefined => {
  const address = /^(?:https?|ssh|git):\/\/(?:[^/@]*@)?(?<host>[\w.-]+)(?::\d+)?\/+(?<path>.+)$/i;
  const likeScp = /^(?:[^/@:]+@)?(?<host>[\w.-]+):(?!\/\/)(?<path>.+)$/;
  const { host, path } = (address.exec(url) ?? likeScp.exec(url))?.groups ?? {};
  if (host === undefined || path === undefined) return undefined;
  return { host: host.toLowerCase(), path: path.replace(/^\/+/, "").replace(/(?:\.git)?\/*$/, "") };
};

/** The commit that is checked out; `undefined` before the first. */
export const commitOf = ({ own, common }: Checkout): string | undefined => {
  const head = textOf(join(own, "HEAD"))?.trim();
  const [, reference] = /^ref: (refs\/[^\s]+)$/.exec(head ?? "") ?? [];
  const packed = (): string | undefined =>
    textOf(join(common, "packed-refs"))
      ?.split("\n")
      .find((line) => line.endsWith(` ${reference}`))
      ?.split(" ")[0];
  const commit = reference === undefined ? head : (textOf(join(common, reference))?.trim() ?? packed());
  return commit !== undefined && /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/.test(commit) ? commit : undefined;
};
