import type { ActionError, ErrorPlace } from "./errors.ts";
import type { Fetch } from "./fetch.ts";
import type { Secrets } from "./secrets.ts";
import type { OpenWebSocket } from "./web-socket.ts";

/** What people read in the job's log. Every method takes plain text, which can hold nothing that the runner would obey. */
export type Log = {
  readonly info: (text: string) => void;
  readonly warning: (text: string) => void;
  readonly notice: (text: string, title: string) => void;
  /** `error`: what the text tells, for those who tell it in other words. */
  readonly error: (text: string, title: string, error?: ActionError) => void;
  /** Beside a line of a file, as its level says. */
  readonly at: (place: ErrorPlace, title: string) => void;
  /** Shown with debug logging only. */
  readonly debug: (text: string) => void;
  readonly group: (title: string, lines: readonly string[]) => void;
};

export type Environment = Readonly<Record<string, string | undefined>>;

/** A file that an input names. `because` ends a sentence that begins with "The file". */
export type WorkspaceFile =
  | { readonly kind: "file"; readonly bytes: Buffer }
  | { readonly kind: "missing" }
  | { readonly kind: "refused"; readonly because: string };

/** Reads a file of the workflow's workspace, of at most so many bytes. Answers every trouble as a value. */
export type WorkspaceFiles = (path: string, limitBytes: number) => WorkspaceFile;

export type Files = {
  readonly ofWorkspace: WorkspaceFiles;
  /** Any file, as text. Throws what the file system throws. */
  readonly read: (path: string) => string;
  /** Throws what the file system throws. */
  readonly append: (path: string, text: string) => void;
  /** Makes the folders above it, too. Throws what the file system throws. */
  readonly write: (path: string, text: string) => void;
};

export type Clock = {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Milliseconds from any start, always growing. */
  readonly elapsed: () => number;
  /** Rejects as soon as the signal is aborted. */
  readonly sleep: (milliseconds: number, signal: AbortSignal) => Promise<void>;
};

/** Milliseconds within which one request must be answered whole. */
export type Patience = {
  /** Until AWS takes the connection. */
  readonly connection: number;
  readonly request: number;
  /** What is known to take AWS long: the import and the deployment of a large definition. */
  readonly slow: number;
  readonly github: number;
};

/** 400 methods take API Gateway half a minute and more; what is only reported must not hold up a deployment. */
export const PATIENCE: Patience = { connection: 5000, request: 30_000, slow: 90_000, github: 15_000 };

/** All of the world that a run can touch, beside what AWS and GitHub are asked. */
export type World = {
  readonly environment: Environment;
  /** What must not leave by any of the channels; the log and all that goes to the runner pass it by themselves. */
  readonly secrets: Secrets;
  readonly files: Files;
  readonly log: Log;
  readonly clock: Clock;
  /** From 0 up to 1. */
  readonly random: () => number;
  /** Aborted when the run is cancelled. */
  readonly signal: AbortSignal;
  readonly fetch: Fetch;
  readonly openWebSocket: OpenWebSocket;
  readonly patience: Patience;
};
