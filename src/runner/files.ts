import {
  appendFileSync,
  closeSync,
  constants,
  mkdirSync,
  openSync,
  readFileSync,
  realpathSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { devNull } from "node:os";
import { dirname, resolve, sep } from "node:path";
import type { Files, WorkspaceFile } from "../domain/world.ts";

export const filesBelow = (workspace: string): Files => ({
  ofWorkspace: (path, limitBytes) => workspaceFile(workspace, path, limitBytes),
  read: readWhole,
  append,
  write: (path, text) => {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  },
});

/** Bytes. GitHub's largest event has 25 MB (docs, "Webhook events and payloads"). */
const LONGEST = 64 * 1024 * 1024;

/** A device may have no end, and a pipe nobody who writes. */
export const readWhole = (path: string): string => {
  const status = statSync(path);
  if (!status.isFile() && !status.isDirectory() && path !== devNull) throw new Error("it is no regular file");
  if (status.size > LONGEST) throw new Error(`it has ${status.size} bytes; at most ${LONGEST} are read`);
  return readFileSync(path, "utf8");
};

/** Windows knows no such flag, and no pipe among its files. */
const WITHOUT_WAITING = constants.O_NONBLOCK ?? 0;
const APPENDING = constants.O_WRONLY | constants.O_APPEND | WITHOUT_WAITING;

/** Throws what keeps it from being written: a pipe that nobody reads would keep the run waiting for ever. */
export const append = (path: string, text: string): void => {
  const file = openSync(path, APPENDING | constants.O_CREAT);
  try {
    appendFileSync(file, text);
  } finally {
    closeSync(file);
  }
};

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
