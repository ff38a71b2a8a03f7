import { ActionError } from "../errors.ts";
import {
  type DefinitionRequest,
  type RouteRules,
  readDefinitionInput,
  readRouteRules,
} from "./definition/definition-inputs.ts";
import type { WorkspaceFiles } from "./files.ts";
import { type InputProblem, type InputReader, inputReader, type Place, type RawInputs } from "./reader.ts";
import type { Run } from "./run.ts";
import type { StageWish } from "./settings/resolve.ts";
import { readStageSettings } from "./settings/settings-inputs.ts";
import { readDeploymentId, readTarget, type Target } from "./target.ts";

export type DeployRequest = Target & {
  readonly command: "deploy";
  readonly deploymentId: string | undefined;
  readonly definition: DefinitionRequest | undefined;
  readonly settings: StageWish;
  /** `undefined`: nobody asked for the routes to be compared. */
  readonly routes: RouteRules | undefined;
};

/** What the workflow asked for: validated, complete, never changed afterwards. */
export type Request = DeployRequest;

/** A run that rightly does nothing. */
export type Skip = { readonly command: "skip"; readonly because: string };

/** Makes the request from the inputs. Throws one `INVALID_INPUT` that lists everything that is wrong. */
export const readRequest = (raw: RawInputs, run: Run, files: WorkspaceFiles): Request | Skip => {
  const read = inputReader(raw);
  const command = read.oneOf("command", ["auto", "deploy"], "auto");
  const { event } = run;
  if (command === "auto" && event.kind === "pull-request" && !event.open) {
    return { command: "skip", because: `Pull request #${event.number} is closed, there is nothing to deploy for it.` };
  }
  const request = readDeployRequest(read, readTarget(read, run), files);
  if (read.problems.length + read.places.length > 0) throw invalidInput(read);
  return Object.freeze(request);
};

const readDeployRequest = (read: InputReader, target: Target, files: WorkspaceFiles): DeployRequest => {
  const deploymentId = readDeploymentId(read);
  const definition = readDefinitionInput(read, files);
  if (deploymentId !== undefined && definition !== undefined) {
    read.report("definition", "It cannot be given together with deployment-id: an existing deployment never changes.");
  }
  return {
    ...target,
    command: "deploy",
    deploymentId,
    definition,
    settings: readStageSettings(read, files, target.stageName),
    routes: readRouteRules(read, definition !== undefined),
  };
};

const invalidInput = ({ problems, places }: InputReader): ActionError => {
  const count = problems.length + places.length;
  return new ActionError({
    code: "INVALID_INPUT",
    doing: "read the inputs",
    happened: [
      count === 1 ? "One thing is missing or wrong:" : `${count} things are missing or wrong:`,
      ...problems.map(problemLine),
      ...places.map(placeLine),
    ].join("\n"),
    acted: "no",
    state: "Nothing was requested from AWS or GitHub.",
    places,
  });
};

const problemLine = ({ input, value, message }: InputProblem): string =>
  value === "" ? `  ${input} is not given. ${message}` : `  ${input} is ${JSON.stringify(value)}. ${message}`;

/** The form that editors and people can follow: `openapi.yml:3:5: …`. */
const placeLine = ({ file, line, column, message }: Place): string =>
  `  ${[file, line, column].filter((part) => part !== undefined).join(":")}: ${message}`;
