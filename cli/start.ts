import { readFileSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import { parse } from "yaml";
import { visible } from "../src/domain/inert-text.ts";
import { cancellation, listenForCancellation, timeIsUp } from "../src/runner/cancel.ts";
import { processWorld } from "../src/runner/process-world.ts";
import { version } from "../src/version.ts";
import { readCommandLine, usage } from "./command-line.ts";
import { pagesOf } from "./pages.ts";
import { runOnTerminal } from "./run-on-terminal.ts";
import { paint, type Terminal, wantsColours } from "./terminal.ts";
import { validate } from "./validate.ts";

/** The folder with action.yml, above the one that this script is in. */
const root = dirname(dirname(realpathSync(process.argv[1] ?? "")));

/** Its other end was closed: nobody reads any more, as after `| head`. What a shell shows for SIGPIPE. */
const CLOSED = 141;

for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(CLOSED);
    throw error;
  });
}

/** With `json`, only the result goes to standard output. */
const terminalOf = (json: boolean): Terminal => ({
  print: (line) => console.log(line),
  tell: json ? (line) => console.error(line) : (line) => console.log(line),
  complain: (line) => console.error(line),
  colours: wantsColours(process.env, json ? process.stderr : process.stdout),
  ...(process.stderr.isTTY === true && !json ? { overwrite: (text: string) => process.stderr.write(text) } : {}),
});

const isJson = (read: ReturnType<typeof readCommandLine>): boolean => {
  if (typeof read !== "object" || "problems" in read) return false;
  return read.command === "simulate" ? read.args.includes("--json") : read.json;
};

const start = async (args: readonly string[], signal: AbortSignal): Promise<number> => {
  const { inputs } = parse(readFileSync(join(root, "action.yml"), "utf8")) as { inputs: Record<string, unknown> };
  const read = readCommandLine(args, Object.keys(inputs));
  const terminal = terminalOf(isJson(read));
  if (read === "help") {
    terminal.print(usage);
    return 0;
  }
  if (read === "version") {
    terminal.print(version);
    return 0;
  }
  if ("problems" in read) {
    const colours = wantsColours(process.env, process.stderr);
    for (const problem of read.problems) terminal.complain(paint({ colours }, "red", problem));
    terminal.complain("See apigw-stage --help.");
    return 2;
  }
  const folder = process.cwd();
  if (read.command === "simulate") {
    const { simulate } = await import("./simulate.ts");
    return simulate(read.args, terminal, { actionPath: root, folder, stop: signal });
  }
  const command = read.command === "validate" ? validate : runOnTerminal;
  return command({ ...read, folder, pages: pagesOf(root) }, terminal, () => processWorld(signal));
};

listenForCancellation();
/** For what nobody foresaw: everything else was told where it happened. */
const tellMistake = (error: unknown): number => {
  console.error("apigw-stage itself has a mistake, and stopped. Please report it, with the lines below.");
  console.error(visible(error instanceof Error ? (error.stack ?? error.message) : String(error)));
  return 1;
};

const exitCode = await Promise.race([
  start(process.argv.slice(2), cancellation).catch(tellMistake),
  timeIsUp(cancellation),
]);
// Connections that are kept alive would keep the process waiting.
process.stdout.write("", (closed) => process.exit(closed ? CLOSED : exitCode));
