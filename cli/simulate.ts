import { join } from "node:path";
import type { ScriptRunner } from "../simulator/runner/child-process.ts";
import { secretMasker } from "../simulator/runner/secret-masker.ts";
import type { Simulator } from "../simulator/simulator.ts";
import { simulate as serve } from "../simulator/start/command.ts";
import { type Services, StartFailure, startServices } from "../simulator/start/services.ts";
import { runWorkflow } from "../simulator/workflow-run.ts";
import { withReviewer } from "./approvals.ts";
import { type DispatchedInputs, dispatchedInputs } from "./dispatched-inputs.ts";
import { jobLogs } from "./job-logs.ts";
import { environmentsIn, missingIn, repositoryFiles } from "./named-in-workflow.ts";
import { readSimulateOptions, type SimulateOptions, usage } from "./simulate-options.ts";
import { type EndedEvent, endOf, hasFailed, resultOf, stateOf } from "./simulate-result.ts";
import { happen, type SimulatedEvent, usualEvent } from "./simulated-events.ts";
import { paint, plainLine, type Terminal } from "./terminal.ts";
import { answeredBy, type LocalWorkflow, readLocalWorkflow, workflowFailure } from "./workflow-of.ts";

export type Simulation = {
  /** The folder with action.yml, node24/ and dist/. */
  readonly actionPath: string;
  /** Where the workflow's files are. */
  readonly folder: string;
  /** Ends the services, or cancels the job that runs. */
  readonly stop: AbortSignal;
  /** What runs the action's scripts, where it is not processes. */
  readonly runScript?: ScriptRunner;
};

const NOT_USED =
  "No step of this workflow uses OWNER/apigw-stage-action, whoever OWNER is, so that nothing is done here.";

/** Runs the services until they are stopped, or a workflow on them. Answers the exit code. */
export const simulate = async (
  args: readonly string[],
  terminal: Terminal,
  simulation: Simulation,
): Promise<number> => {
  const options = readSimulateOptions(args);
  if (options === "help") {
    terminal.print(usage);
    return 0;
  }
  if ("problems" in options) return refuse(options.problems, terminal);
  const { workflow } = options;
  if (workflow === undefined) {
    const console = { print: terminal.print, complain: terminal.complain };
    return serve(options.args, console, simulation.stop, "apigw-stage simulate --help");
  }
  try {
    const local = readLocalWorkflow(simulation.folder, workflow);
    const play = playOf(options, local);
    if ("problems" in play) return refuse(play.problems, terminal);
    for (const line of remarksOn(options, local)) terminal.tell(line);
    const files = repositoryFiles(simulation.folder, local, options.start.definition);
    return await runOn(await startServices(options.start, files), { options, local, ...play }, terminal, simulation);
  } catch (error) {
    if (!(error instanceof StartFailure)) throw error;
    terminal.complain(error.message);
    return error.exitCode;
  }
};

const refuse = (problems: readonly string[], terminal: Terminal): number => {
  for (const problem of problems) terminal.complain(problem);
  terminal.complain("See apigw-stage simulate --help.");
  return 2;
};

type Play = { readonly events: readonly SimulatedEvent[]; readonly dispatched: DispatchedInputs };

/** What happens, as far as the workflow has it; `problems` lists all that it has not. */
const playOf = (
  { events: given, inputs, approve }: SimulateOptions,
  local: LocalWorkflow,
): Play | { readonly problems: readonly string[] } => {
  const problems: string[] = [];
  const events = given.length > 0 ? given : [usualEvent(local.on)];
  const isDispatched = events.some(({ name }) => name === "workflow_dispatch");
  if (!isDispatched && Object.keys(inputs).length > 0) {
    problems.push("--input is for workflow_dispatch. Give --event workflow_dispatch, too.");
  }
  const dispatched = isDispatched ? dispatchedInputs(local.on, inputs, problems) : { inputs: {}, texts: {} };
  const { names, all } = environmentsIn(local);
  const known = names.map((name) => name.toLowerCase());
  for (const name of all ? approve.filter((one) => !known.includes(one.toLowerCase())) : []) {
    const there = names.length === 0 ? "No job of the workflow is in one" : `There are ${names.join(", ")}`;
    problems.push(`--approve ${name} names an environment that no job is in. ${there}.`);
  }
  return problems.length > 0 ? { problems } : { events, dispatched };
};

/** What the workflow will not find, or what is not as it would be. */
const remarksOn = ({ vars, secrets }: SimulateOptions, local: LocalWorkflow): readonly string[] => [
  ...(local.action === undefined ? [NOT_USED] : []),
  ...local.pathFilters.map((place) => `Path filters are not simulated: ${place} counts as met.`),
  ...missingIn(local, "vars", { ...variables, ...vars }).map(
    (name) => `The variable ${name} is empty. Give --var ${name}=VALUE.`,
  ),
  ...missingIn(local, "secrets", { GITHUB_TOKEN: "", ...secrets }).map(
    (name) => `The secret ${name} is empty. Give --secret ${name}=VALUE.`,
  ),
];

/** Those of the repository; which APIs they name is known when the services have started. */
const variables = { REST_API_ID: "", API_ID: "", AWS_ROLE_ARN: "arn:aws:iam::123456789012:role/simulated" };

const runOn = async (
  services: Services,
  { options, local, events, dispatched }: Play & { readonly options: SimulateOptions; readonly local: LocalWorkflow },
  terminal: Terminal,
  simulation: Simulation,
): Promise<number> => {
  const { simulator } = services;
  const { mask } = secretMasker(Object.values(options.secrets));
  try {
    const ends: EndedEvent[] = [];
    for (const event of events) {
      if (ends.length > 0 && simulation.stop.aborted) break;
      terminal.tell(paint(terminal, "bold", plainLine(event.text)));
      const workflow = simulatedWorkflow(services, { options, local, event, dispatched }, simulation);
      const ended = { event: event.text, jobs: await jobsOf(simulator, workflow, options.approve, terminal, local) };
      for (const line of endOf(ended)) terminal.tell(line);
      ends.push(ended);
    }
    if (options.json) {
      const hide = (_: string, value: unknown): unknown => (typeof value === "string" ? mask(value) : value);
      terminal.print(JSON.stringify(resultOf(ends, services), hide, 2));
    } else for (const line of stateOf(services)) terminal.print(mask(line));
    if (simulation.stop.aborted) return 130;
    return ends.some(hasFailed) ? 1 : 0;
  } finally {
    await simulator.close();
  }
};

type SimulatedWorkflow = Parameters<typeof runWorkflow>[1];

const simulatedWorkflow = (
  services: Services,
  {
    options,
    local,
    event,
    dispatched,
  }: {
    readonly options: SimulateOptions;
    readonly local: LocalWorkflow;
    readonly event: SimulatedEvent;
    readonly dispatched: DispatchedInputs;
  },
  { actionPath, folder, stop, runScript }: Simulation,
): SimulatedWorkflow => {
  const { simulator, api, httpApi } = services;
  return {
    ...answeredBy(local, `${simulator.gateway.server.url}/{rest-api-id}/{stage}`),
    event: happen(services, event, dispatched.texts),
    ...actionOf(local, actionPath),
    vars: { ...variables, REST_API_ID: api.id, API_ID: httpApi.apiId, ...options.vars },
    inputs: event.name === "workflow_dispatch" ? dispatched.inputs : {},
    runner: {
      workspace: folder,
      cancel: stop,
      secrets: options.secrets,
      ...(runScript === undefined ? {} : { runScript }),
    },
  };
};

/** Runs them, with their logs on the terminal. */
const jobsOf = async (
  simulator: Simulator,
  workflow: SimulatedWorkflow,
  approve: readonly string[],
  terminal: Terminal,
  { path }: LocalWorkflow,
): Promise<EndedEvent["jobs"]> => {
  const logs = jobLogs(
    (title) => terminal.tell(paint(terminal, "bold", plainLine(`Job ${title}`))),
    (line) => terminal.tell(coloured(terminal, line)),
  );
  const runJob: Simulator["runJob"] = async (job) => {
    const log = logs.open(job.title ?? job.name ?? "");
    return simulator.runJob({ ...job, runner: { ...job.runner, onLog: log.line } }).finally(log.end);
  };
  try {
    const work = () => runWorkflow({ ...simulator, runJob }, workflow);
    return (await withReviewer(simulator, approve, terminal.tell, work)).jobs;
  } catch (error) {
    throw workflowFailure(path, error);
  } finally {
    logs.endAll();
  }
};

/** `/node24` is the same action. */
const actionOf = ({ action }: LocalWorkflow, actionPath: string) => {
  if (action === undefined) return { actionPath };
  return { actionName: action, actionPath: action.endsWith("/node24") ? join(actionPath, "node24") : actionPath };
};

const coloured = (terminal: Terminal, line: string): string => {
  const [, kind = "", text = line] = /^##\[(\w+)\](.*)$/.exec(line) ?? [];
  if (kind === "endgroup") return "";
  const colour = ({ error: "red", warning: "yellow", notice: "green", group: "cyan" } as const)[kind];
  return colour === undefined ? plainLine(line) : paint(terminal, colour, plainLine(text));
};
