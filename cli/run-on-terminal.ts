import type { Log, World } from "../src/domain/world.ts";
import { run } from "../src/run.ts";
import type { RunCommand } from "./command-line.ts";
import { asOnThisMachine, localEnvironment, openOutputFile } from "./local-run.ts";
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
};

/** The runner's way to give inputs: variables of the process, which the toolkit reads. */
export const asVariables = (inputs: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]));

/**
 * The action's own run, which writes nothing here, told on a terminal. `worldOf` is asked once the environment of the process is that
 * of a job. Answers the exit code.
 */
export const runOnTerminal = async (
  { command, inputs, json, folder }: Asked,
  terminal: Terminal,
  worldOf: () => World,
): Promise<number> => {
  const file = openOutputFile();
  const usual = { command: "deploy", "github-token": process.env["GITHUB_TOKEN"] ?? "" };
  const given = { ...usual, ...inputs, ...IN_A_JOB[command], ...NOT_TO_GITHUB };
  Object.assign(process.env, localEnvironment(folder, process.env), file.variables, asVariables(given));
  const progress = withProgress(terminal, (turn) => {
    const timer = setInterval(turn, 120);
    return () => clearInterval(timer);
  });
  try {
    const world = worldOf();
    const exitCode = await run({ ...world, log: onThisMachine(terminalLog(progress.terminal, world.secrets)) });
    progress.stop();
    if (json) terminal.print(JSON.stringify(resultOf(file.read()), undefined, 2));
    return exitCode;
  } finally {
    progress.stop();
    file.remove();
  }
};

const SIGN_IN = "On this machine: sign in, with `aws sso login` for one, or set AWS_PROFILE.";

/** What to do here, where the error says what to do in a job. */
const REMEDIES: Readonly<Partial<Record<string, string>>> = {
  CREDENTIALS_MISSING: SIGN_IN,
  CREDENTIALS_EXPIRED: SIGN_IN,
  CREDENTIALS_INVALID: SIGN_IN,
  REGION_MISSING: "On this machine: set AWS_REGION, or a Region in your profile.",
};

const onThisMachine = (log: Log): Log => ({
  ...log,
  group: (title, lines) => log.group(title, lines.map(asOnThisMachine)),
  error: (text, code) => {
    log.error(text, code);
    const remedy = REMEDIES[code ?? ""];
    if (remedy !== undefined) log.info(remedy);
  },
});

/** The outputs by the names of action.yml, those that are JSON as what they are. */
const resultOf = ({ plan = "", status = "", ...outputs }: Readonly<Record<string, string>>): object => ({
  ...outputs,
  plan: plan === "" ? null : JSON.parse(plan),
  ...(status === "" ? {} : { status: JSON.parse(status) }),
});
