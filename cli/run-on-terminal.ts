import type { Log, World } from "../src/domain/world.ts";
import { run } from "../src/run.ts";
import type { RunCommand } from "./command-line.ts";
import { failuresHere, jsonOf, type Pages } from "./failure.ts";
import { asOnThisMachine, type LocalRun, localRun, withoutFiles } from "./local-run.ts";
import { askNumber, serverIn } from "./repository.ts";
import { type Terminal, terminalLog, withProgress } from "./terminal.ts";

const NOT_TO_GITHUB = { comment: "false", "github-deployment": "never" };

/** What a command of the line is in a job, whatever the flags say. A status writes nothing. */
const IN_A_JOB = { plan: { "dry-run": "true" }, status: { command: "status" }, validate: {} };

export type Asked = {
  readonly command: RunCommand;
  readonly inputs: Readonly<Record<string, string>>;
  readonly json: boolean;
  /** The folder that paths start from. */
  readonly folder: string;
  readonly pages: Pages;
};

/** The runner's way to give inputs: variables of the process, which the toolkit reads. */
export const asVariables = (inputs: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]));

/**
 * The action's own run, which writes nothing here, told on a terminal. `worldOf` is asked once the environment of the process is that
 * of a job. Answers the exit code.
 */
export const runOnTerminal = async (
  { command, inputs, json, folder, pages }: Asked,
  terminal: Terminal,
  worldOf: () => World,
): Promise<number> => {
  const local = localRun(folder, process.env);
  const given = { command: "deploy", ...inputs, ...IN_A_JOB[command], ...NOT_TO_GITHUB };
  Object.assign(process.env, local.variables, asVariables(given));
  const progress = withProgress(terminal, (turn) => {
    const timer = setInterval(turn, 120);
    return () => clearInterval(timer);
  });
  try {
    const { world, outputs } = withoutFiles(worldOf());
    const { log, failure } = failuresHere(terminalLog(progress.terminal, world.secrets), pages, world);
    Object.assign(process.env, await askedOfGitHub(local, { ...world, log }));
    const exitCode = await run({ ...world, log: onThisMachine(log) });
    progress.stop();
    if (json) terminal.print(jsonOf({ ...resultOf(outputs()), ...failure() }, world));
    return exitCode;
  } finally {
    progress.stop();
  }
};

/** The variables by which a run knows its repository. Without its number GitHub is not asked for anything. */
const askedOfGitHub = async ({ repository }: LocalRun, world: World): Promise<Readonly<Record<string, string>>> => {
  const token = world.environment["GITHUB_TOKEN"] ?? "";
  if (token === "") return asVariables({ "github-token": "" });
  const told =
    "because" in repository
      ? repository
      : await askNumber(repository.fullName, serverIn(world.environment), token, world);
  if ("id" in told) return { GITHUB_REPOSITORY_ID: told.id, ...asVariables({ "github-token": token }) };
  world.log.warning(
    `GitHub is left out: ${told.because}. So it is not known which previews are this repository's, and one that exists counts as somebody else's; nor is known what GitHub recorded of deployments.`,
  );
  return asVariables({ "github-token": "" });
};

const onThisMachine = (log: Log): Log => ({
  ...log,
  group: (title, lines) => log.group(title, lines.map(asOnThisMachine)),
});

/** The outputs by the names of action.yml, those that are JSON as what they are. */
const resultOf = ({ plan = "", status = "", ...outputs }: Readonly<Record<string, string>>): object => ({
  ...outputs,
  plan: plan === "" ? null : JSON.parse(plan),
  ...(status === "" ? {} : { status: JSON.parse(status) }),
});
