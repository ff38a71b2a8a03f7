import { flagsUsage, readOptions, type StartOptions } from "../simulator/start/options.ts";
import { readEvents, type SimulatedEvent } from "./simulated-events.ts";

export const usage = `Usage: apigw-stage simulate --definition FILE [--workflow FILE [--event EVENT]…] [flags]

Starts AWS and GitHub on this machine, with a REST API of your definition and an open pull request. Without --workflow
they run until Ctrl-C, for the AWS CLI, curl and your own tests. With it, your workflow runs on them, and then it ends.

  --workflow FILE   a workflow that uses this action. Steps of other actions and \`run:\` succeed and do nothing; files are
                    those of the folder you are in
  --event EVENT     what happens: pull_request:opened (or any other type), pull_request:labeled=LABEL, push,
                    workflow_dispatch, schedule. May be given repeatedly. Default: what the workflow listens to first
  --var NAME=VALUE  variables of the repository; REST_API_ID, API_ID (an HTTP API) and AWS_ROLE_ARN are set
  --secret NAME=VALUE  secrets of the repository, which no log shows
  --input NAME=VALUE  inputs of workflow_dispatch
  --approve ENVIRONMENT  gets a reviewer, who approves every job that waits for it; jobs of others do not wait
  --json            what came of every event and job, as JSON on standard output; the log goes to standard error

The repository has the files of your folder that the workflow names. Is --definition another file than the workflow's,
it is how that one was before, and comments show what changes.

The flags of the simulator:

${flagsUsage.replace(/^ +--definition .*\n/m, "")}`;

export type SimulateOptions = {
  readonly start: StartOptions;
  /** The simulator's own flags, as given. */
  readonly args: readonly string[];
  readonly workflow: string | undefined;
  readonly events: readonly SimulatedEvent[];
  readonly vars: Readonly<Record<string, string>>;
  readonly secrets: Readonly<Record<string, string>>;
  readonly inputs: Readonly<Record<string, string>>;
  /** Environments with a reviewer. */
  readonly approve: readonly string[];
  readonly json: boolean;
};

const OWN = ["workflow", "event", "var", "secret", "input", "approve"] as const;

/** Reads the command line; `problems` lists everything that is wrong with it. */
export const readSimulateOptions = (
  args: readonly string[],
): "help" | SimulateOptions | { readonly problems: readonly string[] } => {
  const { own, others, problems, json } = split(args);
  if (others.includes("--help") || others.includes("-h")) return "help";
  const vars = pairs("--var", own.var, problems);
  const secrets = pairs("--secret", own.secret, problems);
  const inputs = pairs("--input", own.input, problems);
  const events = readEvents(own.event, problems);
  const [workflow, ...more] = own.workflow;
  if (more.length > 0) problems.push("--workflow is given more than once. Only one workflow can be run.");
  if (workflow === undefined) problems.push(...forWorkflows(own, json));
  const ports = workflow === undefined ? [] : ["--port", "0", "--github-port", "0"];
  const read = readOptions([...ports, ...others]);
  if (read === "help") return "help";
  if ("problems" in read) problems.push(...read.problems);
  else if (!others.some((flag) => /^--definition(?:=|$)/.test(flag))) problems.push("--definition is required.");
  if (problems.length > 0 || "problems" in read) return { problems };
  const { approve } = own;
  return { start: read.options, args: others, workflow, events, vars, secrets, inputs, approve, json };
};

type Own = Record<(typeof OWN)[number], string[]>;

const forWorkflows = (own: Own, json: boolean): readonly string[] =>
  [...OWN.filter((name) => own[name].length > 0), ...(json ? ["json"] : [])].map(
    (name) => `--${name} is for a workflow. Give --workflow, too.`,
  );

const split = (args: readonly string[]) => {
  const own: Own = { workflow: [], event: [], var: [], secret: [], input: [], approve: [] };
  const others: string[] = [];
  const problems: string[] = [];
  let json = false;
  for (let index = 0; index < args.length; index += 1) {
    const [flag = "", inline] = (args[index] ?? "").split(/=(.*)/s, 2);
    const name = OWN.find((one) => `--${one}` === flag);
    if (name === undefined) {
      if (args[index] === "--json") json = true;
      else others.push(args[index] ?? "");
      continue;
    }
    if (inline === undefined) index += 1;
    const value = inline ?? args[index];
    if (value === undefined || value === "") problems.push(`${flag} needs a value.`);
    else own[name].push(value);
  }
  return { own, others, problems, json };
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
