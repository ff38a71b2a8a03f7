import { appendFileSync, mkdirSync, readFileSync, realpathSync, statSync, writeFileSync } from "node:fs";
import { dirname, resolve, sep } from "node:path";
import type { Files, WorkspaceFile } from "../domain/world.ts";

export const filesBelow = (workspace: string): Files => ({
  ofWorkspace: (path, limitBytes) => workspaceFile(workspace, path, limitBytes),
  read: (path) => readFileSync(path, "utf8"),
  append: (path, text) => appendFileSync(path, text),
  write: (path, text) => {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  },
});

/**
 * A file below GITHUB_WORKSPACE and nowhere else: symbolic links are followed first, so that a pull request cannot lead
 * the action to a file of the runner.
 */
const workspaceFile = (workspace: string, path: string, limitBytes: number): WorkspaceFile => {
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

const refused = (because: string): WorkspaceFile => ({ kind: "refused", because });
