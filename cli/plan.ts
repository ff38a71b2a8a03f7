import type { World } from "../src/domain/world.ts";
import { run } from "../src/run.ts";
import { localEnvironment, openOutputFile } from "./local-run.ts";
import { type Terminal, terminalLog, withProgress } from "./terminal.ts";

/** All that a plan must not touch, whatever the flags say. */
const NOTHING_WRITTEN = { "dry-run": "true", comment: "false", "github-deployment": "never" };

export type Asked = {
  readonly inputs: Readonly<Record<string, string>>;
  readonly json: boolean;
  /** The folder that paths start from. */
  readonly folder: string;
};

/** The runner's way to give inputs: variables of the process, which the toolkit reads. */
export const asVariables = (inputs: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]));

/**
 * The action's own run, as a dry run, told on a terminal. `worldOf` is asked once the environment of the process is that
 * of a job. Answers the exit code.
 */
export const plan = async (
  { inputs, json, folder }: Asked,
  terminal: Terminal,
  worldOf: () => World,
): Promise<number> => {
  const file = openOutputFile();
  const given = { command: "deploy", "github-token": process.env["GITHUB_TOKEN"] ?? "", ...inputs, ...NOTHING_WRITTEN };
  Object.assign(process.env, localEnvironment(folder, process.env), file.variables, asVariables(given));
  const progress = withProgress(terminal, (turn) => {
    const timer = setInterval(turn, 120);
    return () => clearInterval(timer);
  });
  try {
    const world = worldOf();
    const exitCode = await run({ ...world, log: terminalLog(progress.terminal, world.secrets) });
    progress.stop();
    if (json) terminal.print(JSON.stringify(resultOf(file.read()), undefined, 2));
    return exitCode;
  } finally {
    progress.stop();
    file.remove();
  }
};

/** The outputs by the names of action.yml, the plan as what it is. */
const resultOf = ({ plan: text = "", ...outputs }: Readonly<Record<string, string>>): object => ({
  ...outputs,
  plan: text === "" ? null : JSON.parse(text),
});
