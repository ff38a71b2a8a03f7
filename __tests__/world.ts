import { openSecrets } from "../src/domain/secrets.ts";
import { PATIENCE, type World } from "../src/domain/world.ts";

/** A world without a runner: what its log was told, and a clock that goes on only while somebody sleeps. */
export type QuietWorld = World & {
  /** What people read, without the kind of line; a group's title begins with `#`. */
  readonly lines: readonly string[];
  readonly cancel: () => void;
};

export const aWorld = (changes: Partial<World> = {}): QuietWorld => {
  const lines: string[] = [];
  const controller = new AbortController();
  let elapsed = 0;
  const write = (text: string): void => {
    lines.push(text);
  };
  return {
    lines,
    cancel: () => controller.abort(),
    environment: {},
    secrets: openSecrets(),
    files: {
      ofWorkspace: () => ({ kind: "missing" }),
      read: (path) => {
        throw new Error(`no file ${path}`);
      },
      append: () => {},
      write: () => {},
    },
    log: {
      info: write,
      warning: write,
      notice: write,
      error: write,
      at: ({ message }) => write(message),
      debug: () => {},
      group: (title, inside) => lines.push(`# ${title}`, ...inside),
    },
    clock: {
      now: () => 1_800_000_000_000 + elapsed,
      elapsed: () => elapsed,
      sleep: async (milliseconds, signal) => {
        signal.throwIfAborted();
        elapsed += milliseconds;
      },
    },
    random: () => 0,
    signal: controller.signal,
    patience: PATIENCE,
    openWebSocket: async () => Promise.reject(new Error("nobody is connected to here")),
    fetch: async () => Promise.reject(new Error("nothing is asked here")),
    ...changes,
  };
};
