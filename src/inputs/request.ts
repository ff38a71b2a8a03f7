import { ActionError } from "../errors.ts";
import { invokeUrlTemplateProblem } from "../plan/invoke-url.ts";
import type { Event } from "./event.ts";
import { type InputProblem, type InputReader, inputReader, type RawInputs } from "./reader.ts";

/** The workflow run that this is, and the commit it is about. */
export type Run = {
  readonly repository: { readonly owner: string; readonly name: string; readonly id: string };
  readonly runId: string;
  readonly attempt: number;
  /** The commit that people mean: a pull request's head, else GITHUB_SHA. */
  readonly commit: string;
  /** GITHUB_JOB and GITHUB_ACTION: tell the steps of one run apart. */
  readonly job: string;
  readonly step: string;
  readonly actor: string;
  readonly event: Event;
  /** Without a trailing slash. */
  readonly serverUrl: string;
  readonly apiUrl: string;
  /** Where the action's own files can be read at the release in use; empty for an action in the workflow's repository. */
  readonly actionUrl: string;
  /** Random, new in each process: tells this process's writes from all others. */
  readonly nonce: string;
};

/** What the workflow asked for: validated, complete, never changed afterwards. */
export type Request = {
  readonly run: Run;
  readonly command: "deploy";
  readonly restApiId: string;
  readonly stageName: string;
  /** Set when the stage belongs to a pull request, and to which. */
  readonly previewOf: number | undefined;
  /** The pull request that gets the comment, as far as the inputs tell; a commit's is looked up. */
  readonly pullRequest: number | undefined;
  readonly deploymentId: string | undefined;
  readonly environment: string;
  readonly githubDeployment: "auto" | "always" | "never";
  readonly comment: boolean;
  readonly invokeUrl: string | undefined;
  readonly dryRun: boolean;
  /** Empty when the workflow gave none. */
  readonly githubToken: string;
  readonly checkRunId: number | undefined;
};

/** A run that rightly does nothing. */
export type Skip = { readonly command: "skip"; readonly because: string };

const REST_API_ID = /^[a-z0-9]{1,64}$/;
const STAGE_NAME = /^[A-Za-z0-9_-]{1,128}$/;
const NUMBER = "{number}";

/**
 * Makes the request from the inputs. Throws one `INVALID_INPUT` that lists everything that is wrong. The shapes of ids
 * and names are API Gateway's (API reference, CreateStage and CreateDeployment).
 */
export const readRequest = (raw: RawInputs, run: Run): Request | Skip => {
  const read = inputReader(raw);
  const command = read.oneOf("command", ["auto", "deploy"], "auto");
  const { event } = run;
  if (command === "auto" && event.kind === "pull-request" && event.action === "closed" && read.problems.length === 0) {
    return { command: "skip", because: `pull request #${event.number} is closed, there is nothing to deploy for it` };
  }
  const restApiId = readRestApiId(read);
  const numberGiven = read.positiveInteger("pr-number");
  const pullRequest = numberGiven ?? ("number" in event ? event.number : undefined);
  const stage = readStageName(read, event, pullRequest);
  const deploymentId = read.matching(
    "deployment-id",
    /^[a-z0-9]{1,64}$/,
    "the id of a deployment: lower-case letters and digits, for example k4d2fz",
  );
  const environment = read.matching(
    "environment",
    /^[^\p{Cc}]{1,255}$/u,
    "the name of a GitHub environment, at most 255 characters on one line, for example production",
  );
  const request: Request = {
    run,
    command: "deploy",
    restApiId,
    stageName: stage.name,
    previewOf: stage.previewOf,
    pullRequest,
    deploymentId,
    environment: environment ?? (stage.previewOf === undefined ? stage.name : "preview"),
    githubDeployment: read.oneOf("github-deployment", ["auto", "always", "never"], "auto"),
    comment: read.boolean("comment", true),
    invokeUrl: readInvokeUrl(read),
    dryRun: read.boolean("dry-run", false),
    githubToken: read.text("github-token") ?? "",
    checkRunId: read.positiveInteger("check-run-id"),
  };
  if (read.problems.length > 0) throw invalidInput(read.problems);
  return Object.freeze(request);
};

const readRestApiId = (read: InputReader): string => {
  const value = read.text("rest-api-id");
  if (value === undefined) {
    read.report("rest-api-id", "It is required: the id of the REST API, for example a1b2c3d4e5.");
  } else if (!REST_API_ID.test(value)) {
    const inside = /([a-z0-9]{10})\.execute-api\.|\/restapis\/([a-z0-9]+)/.exec(value);
    const id = inside?.[1] ?? inside?.[2];
    const hint = id === undefined ? "" : ` The id in this value is ${id}.`;
    read.report("rest-api-id", `It must be lower-case letters and digits only, for example a1b2c3d4e5.${hint}`);
  }
  return value ?? "";
};

const readStageName = (
  read: InputReader,
  event: Event,
  pullRequest: number | undefined,
): { readonly name: string; readonly previewOf: number | undefined } => {
  const given = read.text("stage-name");
  const template = given ?? (event.kind === "pull-request" ? `pr-${NUMBER}` : undefined);
  if (template === undefined) {
    read.report(
      "stage-name",
      "It is required here (only pull requests have a default, pr-{number}), for example prod.",
    );
    return { name: "", previewOf: undefined };
  }
  if (template.includes(NUMBER) && pullRequest === undefined) {
    read.report("stage-name", "{number} stands for a pull request's number, and this run has none: give pr-number.");
    return { name: "", previewOf: undefined };
  }
  const name = template.replaceAll(NUMBER, () => String(pullRequest));
  if (!STAGE_NAME.test(name)) {
    read.report("stage-name", "It must be 1 to 128 letters, digits, hyphens or underscores, for example pr-{number}.");
  }
  return { name, previewOf: template.includes(NUMBER) ? pullRequest : undefined };
};

const readInvokeUrl = (read: InputReader): string | undefined => {
  const template = read.text("invoke-url");
  const problem = template === undefined ? undefined : invokeUrlTemplateProblem(template);
  if (problem !== undefined) read.report("invoke-url", problem);
  return template;
};

const invalidInput = (problems: readonly InputProblem[]): ActionError => {
  const lines = problems.map(({ input, value, message }) =>
    value === "" ? `  ${input} is not given. ${message}` : `  ${input} is ${JSON.stringify(value)}. ${message}`,
  );
  const count = problems.length === 1 ? "One input is" : `${problems.length} inputs are`;
  return new ActionError({
    code: "INVALID_INPUT",
    doing: "read the inputs",
    happened: [`${count} missing or wrong:`, ...lines].join("\n"),
    acted: "no",
    state: "Nothing was requested from AWS or GitHub.",
  });
};
