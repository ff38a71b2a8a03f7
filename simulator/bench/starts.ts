import { join } from "node:path";
import { runChild } from "../runner/child-process.ts";
import { median } from "./figures.ts";

/** Medians, in milliseconds, of whole processes. */
export type Starts = {
  /** Node with nothing to do. */
  readonly bare: number;
  /** Each step of the action with an environment in which it finds nothing to ask for. */
  readonly main: number;
  readonly post: number;
};

/** By turns, so that what else the machine does falls on all alike. */
export const startDurations = async (actionPath: string, times: number): Promise<Starts> => {
  const scripts = {
    bare: ["-e", "0"],
    main: [join(actionPath, "dist/index.js")],
    post: [join(actionPath, "dist/post.js")],
  };
  const measured = { bare: [] as number[], main: [] as number[], post: [] as number[] };
  for (let count = 0; count < times; count += 1) {
    for (const name of ["bare", "main", "post"] as const) measured[name].push(await durationOf(scripts[name]));
  }
  return { bare: median(measured.bare), main: median(measured.main), post: median(measured.post) };
};

const durationOf = async (args: readonly string[]): Promise<number> => {
  const startedAt = performance.now();
  await runChild({ command: process.execPath, args, cwd: process.cwd(), env: {}, onLine: () => {} });
  return performance.now() - startedAt;
};
