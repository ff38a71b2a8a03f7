import { flagsUsage, readOptions, type StartOptions } from "../simulator/start/options.ts";

export const usage = `Usage: apigw-stage simulate --definition FILE [--workflow FILE [--event EVENT]…] [flags]

Starts AWS and GitHub on this machine, with a REST API of your definition and an open pull request. Without --workflow
they run until Ctrl-C, for the AWS CLI, curl and your own tests. With it, your workflow runs on them, and then it ends.

  --workflow FILE   a workflow that uses this action. Steps of other actions and \`run:\` succeed and do nothing; files are
                    those of the folder you are in
  --event EVENT     what happens: pull_request:opened (or any other type), push, workflow_dispatch, schedule. May be
                    given repeatedly. Default: what the workflow listens to first
  --var NAME=VALUE  variables of the repository; REST_API_ID, API_ID (an HTTP API) and AWS_ROLE_ARN are set
  --input NAME=VALUE  inputs of workflow_dispatch
  --approve ENVIRONMENT  gets a reviewer, who approves every job that waits for it; jobs of others do not wait

The flags of the simulator:

${flagsUsage.replace(/^ +--definition .*\n/m, "")}`;

export type SimulateOptions = {
  readonly start: StartOptions;
  /** The simulator's own flags, as given. */
  readonly args: readonly string[];
  readonly workflow: string | undefined;
  readonly events: readonly string[];
  readonly vars: Readonly<Record<string, string>>;
  readonly inputs: Readonly<Record<string, string>>;
  /** Environments with a reviewer. */
  readonly approve: readonly string[];
};

const OWN = ["workflow", "event", "var", "input", "approve"] as const;

/** Reads the command line; `problems` lists everything that is wrong with it. */
export const readSimulateOptions = (
  args: readonly string[],
): "help" | SimulateOptions | { readonly problems: readonly string[] } => {
  const { own, others, problems } = split(args);
  if (others.includes("--help") || others.includes("-h")) return "help";
  const vars = pairs("--var", own.var, problems);
  const inputs = pairs("--input", own.input, problems);
  const [workflow] = own.workflow;
  const ports = workflow === undefined ? [] : ["--port", "0", "--github-port", "0"];
  const read = readOptions([...ports, ...others]);
  if (read === "help") return "help";
  if ("problems" in read) problems.push(...read.problems);
  else if (!others.some((flag) => /^--definition(?:=|$)/.test(flag))) problems.push("--definition is required.");
  if (problems.length > 0 || "problems" in read) return { problems };
  return { start: read.options, args: others, workflow, events: own.event, vars, inputs, approve: own.approve };
};

const split = (args: readonly string[]) => {
  const own: Record<(typeof OWN)[number], string[]> = { workflow: [], event: [], var: [], input: [], approve: [] };
  const others: string[] = [];
  const problems: string[] = [];
  for (let index = 0; index < args.length; index += 1) {
    const [flag = "", inline] = (args[index] ?? "").split(/=(.*)/s, 2);
    const name = OWN.find((one) => `--${one}` === flag);
    if (name === undefined) {
      others.push(args[index] ?? "");
      continue;
    }
    if (inline === undefined) index += 1;
    const value = inline ?? args[index];
    if (value === undefined || value === "") problems.push(`${flag} needs a value.`);
    else own[name].push(value);
  }
  return { own, others, problems };
};

const pairs = (flag: string, texts: readonly string[], problems: string[]): Readonly<Record<string, string>> =>
  Object.fromEntries(
    texts.flatMap((text) => {
      const [name = "", value] = text.split(/=(.*)/s, 2);
      if (value !== undefined && name !== "") return [[name, value]];
      problems.push(`${flag} is ${JSON.stringify(text)}. It must be NAME=VALUE.`);
      return [];
    }),
  );
