import { join } from "node:path";
import { runChild } from "../runner/child-process.ts";
import { median } from "./figures.ts";

/** Medians, in milliseconds, of whole processes. */
export type Starts = {
  /** `v20.19.5`. */
  readonly version: string;
  /** Node with nothing to do. */
  readonly bare: number;
  /** Each step of the action with an environment in which it finds nothing to ask for. */
  readonly main: number;
  readonly post: number;
};

/** Node with nothing to do. */
const BARE = ["-e", "0"];

export const bareDuration = (): Promise<number> => durationOf(process.execPath, BARE);

/** On this Node binary, by turns, so that what else the machine does falls on all alike. */
export const startDurations = async (actionPath: string, times: number, node = process.execPath): Promise<Starts> => {
  const scripts = {
    bare: BARE,
    main: [join(actionPath, "dist/index.js")],
    post: [join(actionPath, "dist/post.js")],
  };
  const measured = { bare: [] as number[], main: [] as number[], post: [] as number[] };
  for (let count = 0; count < times; count += 1) {
    for (const name of ["bare", "main", "post"] as const) measured[name].push(await durationOf(node, scripts[name]));
  }
  const version = await versionOf(node);
  return { version, bare: median(measured.bare), main: median(measured.main), post: median(measured.post) };
};

/** Those of the paths that cannot be started, or do not say a version of Node. */
export const notNode = async (paths: readonly string[]): Promise<readonly string[]> => {
  const versions = await Promise.all(paths.map((path) => versionOf(path).catch(() => "")));
  return paths.filter((_, index) => !/^v\d+\.\d+\.\d+$/.test(versions[index] ?? ""));
};

const versionOf = async (node: string): Promise<string> => {
  let version = "";
  const onLine = (line: string): void => {
    version = line;
  };
  await runChild({ command: node, args: ["--version"], cwd: process.cwd(), env: {}, onLine });
  return version;
};

const durationOf = async (node: string, args: readonly string[]): Promise<number> => {
  const startedAt = performance.now();
  await runChild({ command: node, args, cwd: process.cwd(), env: {}, onLine: () => {} });
  return performance.now() - startedAt;
};
