import { readFileSync, realpathSync, statSync } from "node:fs";
import { resolve, sep } from "node:path";
import type { WorkspaceFile, WorkspaceFiles } from "../inputs/files.ts";

/**
 * Files below GITHUB_WORKSPACE and nowhere else: symbolic links are followed first, so that a pull request cannot lead the
 * action to a file of the runner.
 */
export const workspaceFiles = (workspace: string): WorkspaceFiles => {
  return (path, limitBytes) => {
    try {
      const root = realpathSync(workspace);
      const file = realpathSync(resolve(root, path));
      if (file !== root && !file.startsWith(root + sep)) return refused("is outside the workspace");
      const status = statSync(file);
      if (!status.isFile()) return refused("is not a regular file");
      if (status.size > limitBytes) return refused(`has ${status.size} bytes; at most ${limitBytes} are allowed`);
      return { kind: "file", bytes: readFileSync(file) };
    } catch (thrown) {
      const { code, message } = thrown as NodeJS.ErrnoException;
      return code === "ENOENT" || code === "ENOTDIR" ? { kind: "missing" } : refused(`cannot be read: ${message}`);
    }
  };
};

const refused = (because: string): WorkspaceFile => ({ kind: "refused", because });
