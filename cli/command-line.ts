import { parseArgs } from "node:util";

/** Those that take the action's inputs. */
export type RunCommand = "plan" | "status" | "validate";

/** What is typed after `apigw-stage`. */
export type CommandLine =
  | { readonly command: RunCommand; readonly inputs: Readonly<Record<string, string>>; readonly json: boolean }
  | { readonly command: "simulate"; readonly args: readonly string[] };

export const usage = `Usage: apigw-stage COMMAND [flags]

  plan       shows what a run would do, with your AWS credentials. Writes nothing, to AWS or to GitHub.
  status     tells how the stages are: what they serve, since when, and how far they are from what is declared.
  validate   checks the settings file and the definition, for REST and HTTP APIs. Needs no credentials and asks nobody.
  simulate   starts AWS and GitHub on this machine, with your definition, and runs your workflow on them.

plan, status and validate take every input of the action as a flag, but for those of what is never done here (dry-run,
comment, github-deployment, check-run-id) and for github-token, which is the variable GITHUB_TOKEN:

  apigw-stage plan --rest-api-id a1b2c3d4e5 --stage-name prod --definition openapi.yml
  apigw-stage plan --command promote --rest-api-id a1b2c3d4e5 --stage-name prod --from-stage-name test
  apigw-stage status --rest-api-id a1b2c3d4e5
  apigw-stage validate --definition openapi.yml --settings-file .github/apigw-stages.yml

  --json     the result as JSON on standard output; the log goes to standard error
  --help     this text; simulate has a text of its own (apigw-stage help simulate)
  --version  which release this is

Credentials and the Region come from where the AWS SDK finds them (AWS_PROFILE, AWS_REGION, …). With GITHUB_TOKEN in the
environment, plan also compares with the base of a pull request and knows which previews are this repository's, in a clone
of a repository on GitHub; GITHUB_SERVER_URL names another server than github.com. Colours follow NO_COLOR and FORCE_COLOR.`;

/** What a run on this machine decides by itself. */
const DECIDED: Readonly<Record<string, string>> = {
  "dry-run": "nothing is ever written to AWS",
  comment: "nothing is written to GitHub",
  "github-deployment": "nothing is written to GitHub",
  "check-run-id": "there is no job",
  "github-token": "it is read from the variable GITHUB_TOKEN, because other people can see the flags of a process",
};

/** Reads the command line; `problems` lists everything that is wrong with it, in whole sentences. */
export const readCommandLine = (
  [command = "--help", ...args]: readonly string[],
  inputNames: readonly string[],
): "help" | "version" | CommandLine | { readonly problems: readonly string[] } => {
  if (command === "help" && args[0] !== undefined) return readCommandLine([args[0], "--help"], inputNames);
  if (["--help", "-h", "help"].includes(command)) return "help";
  if (["--version", "-v", "-V", "version"].includes(command)) return "version";
  if (command === "simulate") return { command, args };
  if (command !== "plan" && command !== "status" && command !== "validate") {
    return { problems: [`There is no command ${command}. There are plan, status, validate and simulate.`] };
  }
  return readFlags(command, args, inputNames);
};

const readFlags = (
  command: RunCommand,
  args: readonly string[],
  inputNames: readonly string[],
): ReturnType<typeof readCommandLine> => {
  const flags = { json: { type: "boolean" as const }, help: { type: "boolean" as const } };
  const ofInputs = Object.fromEntries(inputNames.map((name) => [name, { type: "string" as const }]));
  const { tokens } = parseArgs({ args: [...args], options: { ...ofInputs, ...flags }, strict: false, tokens: true });
  const problems: string[] = [];
  const inputs: Record<string, string> = {};
  let json = false;
  for (const token of tokens) {
    if (token.kind === "positional") problems.push(`${JSON.stringify(token.value)} is no flag.`);
    if (token.kind !== "option") continue;
    if (token.name === "help" || token.rawName === "-h") return "help";
    if (token.name === "json") json = true;
    else if (token.value !== undefined && isFor(token.name, inputNames)) inputs[token.name] = token.value;
    else problems.push(problemWith(token.name, token.rawName, inputNames));
  }
  return problems.length > 0 ? { problems } : { command, inputs, json };
};

const isFor = (name: string, inputNames: readonly string[]): boolean => inputNames.includes(name) && !(name in DECIDED);

const problemWith = (name: string, flag: string, inputNames: readonly string[]): string => {
  if (!inputNames.includes(name)) return `There is no flag ${flag}.`;
  return name in DECIDED ? `${flag} is not for here: ${DECIDED[name]}.` : `${flag} needs a value.`;
};
