import { posix } from "node:path";
import type { World } from "../domain/world.ts";

const COMMIT = /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/;

/**
 * The commit that is checked out around a path of the workspace, in its folder or the nearest above; `undefined` where
 * there is no checkout. Git's own files tell (gitrepository-layout); no git is needed on the runner.
 */
export const checkedOutCommit = (path: string, { environment, files }: World): string | undefined => {
  const workspace = environment["GITHUB_WORKSPACE"] ?? "";
  const read = (name: string): string | undefined => {
    try {
      return files.read(posix.join(workspace, name));
    } catch {
      return undefined;
    }
  };
  for (let folder = posix.normalize(path === "" ? "any" : path); folder !== "." && folder !== "/"; ) {
    folder = posix.dirname(folder);
    const head = read(`${folder}/.git/HEAD`)?.trim();
    if (head === undefined) continue;
    const [, reference] = /^ref: (refs\/[^\s]+)$/.exec(head) ?? [];
    const commit = reference === undefined ? head : resolve(reference, (name) => read(`${folder}/.git/${name}`));
    return commit !== undefined && COMMIT.test(commit) ? commit : undefined;
  }
  return undefined;
};

/** A branch is a file of its own, or a line among the packed ones. */
const resolve = (reference: string, read: (name: string) => string | undefined): string | undefined => {
  if (reference.includes("..")) return undefined;
  const own = read(reference)?.trim();
  if (own !== undefined) return own;
  const line = (read("packed-refs") ?? "").split("\n").find((packed) => packed.endsWith(` ${reference}`));
  return line?.split(" ")[0];
};
