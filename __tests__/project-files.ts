import { execFileSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** The repository's root. */
export const root = fileURLToPath(new URL("..", import.meta.url));

export const readProjectFile = (path: string): Promise<string> => readFile(resolve(root, path), "utf8");

/** Git's answer. The checkout may belong to another user, as it does in many containers. */
export const git = (args: readonly string[], input = ""): string =>
  execFileSync("git", ["-c", "safe.directory=*", ...args], { cwd: root, encoding: "utf8", input });

/** All files of the project that git knows or would add, by paths that start at the root. */
export const projectFiles = (): readonly string[] => {
  const list = (...flags: string[]) => git(["ls-files", "-z", ...flags]).split("\0");
  const deleted = new Set(list("--deleted"));
  return list("--cached", "--others", "--exclude-standard").filter((path) => path !== "" && !deleted.has(path));
};
