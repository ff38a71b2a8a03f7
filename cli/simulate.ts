import { join } from "node:path";
import {
  dispatchEvent,
  pullRequestEvent,
  pushEvent,
  scheduleEvent,
  type WorkflowEvent,
} from "../simulator/github/events.ts";
import { closePullRequest, push, pushToPullRequest } from "../simulator/github/people.ts";
import type { ScriptRunner } from "../simulator/runner/child-process.ts";
import { simulate as serve } from "../simulator/start/command.ts";
import { type Services, StartFailure, startServices } from "../simulator/start/services.ts";
import { runWorkflow, type SimulatedWorkflowRun } from "../simulator/workflow-run.ts";
import { withReviewer } from "./approvals.ts";
import { readSimulateOptions, type SimulateOptions, usage } from "./simulate-options.ts";
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
  if ("problems" in options) {
    for (const problem of options.problems) terminal.complain(problem);
    terminal.complain("See apigw-stage simulate --help.");
    return 2;
  }
  const { workflow } = options;
  if (workflow === undefined) {
    const console = { print: terminal.print, complain: terminal.complain };
    return serve(options.args, console, simulation.stop, "apigw-stage simulate --help");
  }
  try {
    const local = readLocalWorkflow(simulation.folder, workflow);
    if (local.action === undefined) terminal.tell(NOT_USED);
    for (const place of local.pathFilters) terminal.tell(`Path filters are not simulated: ${place} counts as met.`);
    return await runOn(await startServices(options.start), options, local, terminal, simulation);
  } catch (error) {
    if (!(error instanceof StartFailure)) throw error;
    terminal.tell(error.message);
    return error.exitCode;
  }
};

const runOn = async (
  services: Services,
  { events, vars, inputs, approve }: SimulateOptions,
  local: LocalWorkflow,
  terminal: Terminal,
  { actionPath, folder, stop, runScript }: Simulation,
): Promise<number> => {
  const { simulator, api, httpApi } = services;
  const { text, files } = answeredBy(local, `${simulator.gateway.server.url}/{rest-api-id}/{stage}`);
  try {
    let failed = false;
    for (const name of events.length > 0 ? events : [local.firstEvent]) {
      terminal.tell(paint(terminal, "bold", name));
      const event = eventOf(services, name);
      const workflow = {
        text,
        files,
        event,
        ...actionOf(local, actionPath),
        vars: {
          REST_API_ID: api.id,
          API_ID: httpApi.apiId,
          AWS_ROLE_ARN: "arn:aws:iam::123456789012:role/simulated",
          ...vars,
        },
        inputs,
        runner: {
          workspace: folder,
          cancel: stop,
          onLog: (line: string) => terminal.tell(coloured(terminal, line)),
          ...(runScript === undefined ? {} : { runScript }),
        },
      };
      const run = await withReviewer(simulator, approve, terminal.tell, () => runWorkflow(simulator, workflow)).catch(
        (error: unknown) => {
          throw workflowFailure(local.path, error);
        },
      );
      for (const line of endOf(run)) terminal.tell(line);
      failed ||= Object.values(run.jobs).some(({ result }) => result === "failure" || result === "cancelled");
    }
    for (const line of stateOf(services)) terminal.print(line);
    return failed ? 1 : 0;
  } finally {
    await simulator.close();
  }
};

/** `/node24` is the same action. */
const actionOf = ({ action }: LocalWorkflow, actionPath: string) => {
  if (action === undefined) return { actionPath };
  return { actionName: action, actionPath: action.endsWith("/node24") ? join(actionPath, "node24") : actionPath };
};

/** Makes it happen on the simulated GitHub. Throws for what it does not know. */
const eventOf = ({ simulator, pull }: Services, text: string): WorkflowEvent => {
  const { github, repository } = simulator;
  const [name = "", action = "opened"] = text.split(":", 2);
  switch (name) {
    case "pull_request":
      if (action === "closed") closePullRequest(github.world, repository, pull);
      if (action === "synchronize") pushToPullRequest(github.world, repository, pull);
      return pullRequestEvent(repository, pull, action);
    case "push":
      push(github.world, repository, repository.defaultBranch);
      return pushEvent(repository, repository.defaultBranch, "alice");
    case "workflow_dispatch":
      return dispatchEvent(repository, "alice");
    case "schedule":
      return scheduleEvent(repository, "17 3 * * *");
    default:
      throw new StartFailure(
        `The event ${JSON.stringify(text)} is not simulated. Give --event pull_request:TYPE, push, workflow_dispatch or schedule.`,
        2,
      );
  }
};

const coloured = (terminal: Terminal, line: string): string => {
  const [, kind = "", text = line] = /^##\[(\w+)\](.*)$/.exec(line) ?? [];
  if (kind === "endgroup") return "";
  const colour = ({ error: "red", warning: "yellow", notice: "green", group: "cyan" } as const)[kind];
  return colour === undefined ? plainLine(line) : paint(terminal, colour, plainLine(text));
};

const endOf = ({ jobs }: SimulatedWorkflowRun): readonly string[] => {
  const ended = Object.entries(jobs);
  return ended.length === 0
    ? ["The workflow does not listen to this event: no job ran."]
    : ended.map(([name, { result }]) => `Job ${name}: ${result}`);
};

/** What is there now, and what people would read on the pull request. */
const stateOf = ({ simulator, api, httpApi }: Services): readonly string[] => [
  ...stageLines([...api.stages.values(), ...httpApi.stages.values()]),
  ...[...simulator.repository.comments.values()].flatMap(({ body }) => [
    "",
    ...body.split("\n").filter((line) => !line.startsWith("<!--")),
  ]),
];

const stageLines = (
  stages: readonly { readonly stageName: string; readonly deploymentId?: string | undefined }[],
): readonly string[] =>
  stages.length === 0
    ? ["There is no stage."]
    : stages.map(({ stageName, deploymentId }) => `Stage ${stageName} serves deployment ${deploymentId ?? "none"}.`);
