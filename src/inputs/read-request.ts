import { ActionError, placeText } from "../domain/errors.ts";
import type { Run } from "../domain/run.ts";
import type { WorkspaceFiles } from "../domain/world.ts";
import { readCanaryPercent, refuseCanaryPercent } from "./canary/canary-percent.ts";
import { readCanaryStart } from "./canary/canary-start.ts";
import { readPolicy } from "./canary/policy.ts";
import { CHOICES } from "./choices.ts";
import { impliedRules, readContractRules } from "./contract-rules.ts";
import { readDefinitionInput, readFailOn, readRouteRules } from "./definition/definition-inputs.ts";
import { problemsOfForms } from "./forms.ts";
import { readPreviewDomain } from "./preview-domain.ts";
import { namedStageDecision, type PreviewDecision, previewDecision } from "./preview-rules.ts";
import { type InputProblem, type InputReader, inputReader, type RawInputs } from "./reader.ts";
import type {
  CanaryRequest,
  DeployRequest,
  Pointing,
  PromoteRequest,
  Request,
  RollbackRequest,
  Skip,
} from "./request.ts";
import { INLINE, readInlineSettings, readStageSettings } from "./settings/settings-inputs.ts";
import { readApiKey, readSmokeTests } from "./smoke-tests.ts";
import { readStatusRequest } from "./status-request.ts";
import { readSweepRequest, readTtl } from "./sweep-request.ts";
import { asksForPreview, readDeploymentId, readOtherStage, readTarget, type Target } from "./target.ts";
import { readWatch } from "./watch.ts";

const COMMANDS = ["auto", "deploy", "promote", "rollback", "canary", "delete", "sweep", "status"] as const;

/**
 * Makes the request from the inputs. Throws one `INVALID_INPUT` that lists everything that is wrong, or the refusal to
 * deploy a fork's commit. `hasCredentials`: whether the job has AWS credentials, which a fork's pull request has not.
 * `ofRunner`: what is wrong with the runner's own variables.
 */
export const readRequest = async (
  raw: RawInputs,
  run: Run,
  files: WorkspaceFiles,
  hasCredentials: boolean,
  ofRunner: readonly InputProblem[] = [],
): Promise<Request | Skip> => {
  const read = inputReader(raw, ofRunner);
  const command = read.oneOf("command", COMMANDS, "auto");
  const intended = command === "auto" || command === "deploy" || command === "delete";
  const decision = intended ? decidePreview(read, run, command, hasCredentials) : undefined;
  // Before the other inputs are looked at: a fork's run has no variables either, and would be told that they are missing.
  if (decision?.decision === "skip") return { command: "skip", ...decision };
  if (decision?.decision === "refuse") throw refusedFork(decision);
  const request = await readCommand(
    read,
    run,
    files,
    decision?.decision === "delete" ? "delete" : command,
    decision?.because,
  );
  // What is wrong with settings is a mistake where none are applied, too.
  if (!("smokeTests" in request)) await readInlineSettings(read);
  const problems = [...read.problems, ...problemsOfForms(raw, read.problems)];
  if (problems.length + read.places.length > 0) throw invalidInput(problems, read.places);
  return Object.freeze(request);
};

/** What becomes of the stage by the pull request's event and the preview rules; `undefined`: what the command says. */
const decidePreview = (
  read: InputReader,
  run: Run,
  command: "auto" | "deploy" | "delete",
  hasCredentials: boolean,
): PreviewDecision | undefined => {
  const rules = {
    label: read.text("preview-label"),
    drafts: read.boolean("preview-drafts", true),
    allowForks: read.boolean("allow-forks", false),
  };
  const numberGiven = read.text("pr-number") !== undefined;
  const question = { event: run.event, command, rules, hasCredentials, numberGiven };
  return asksForPreview(read, run.event) ? previewDecision(question) : namedStageDecision(question);
};

const readCommand = async (
  read: InputReader,
  run: Run,
  files: WorkspaceFiles,
  command: (typeof COMMANDS)[number],
  because: string | undefined,
): Promise<Request> => {
  if (command === "sweep" || (command === "auto" && run.event.kind === "schedule")) return readSweepRequest(read, run);
  if (command === "status") return readStatusRequest(read, run, files);
  if (command === "delete" || command === "rollback") refuseCanaryPercent(read);
  const target = readTarget(read, run);
  switch (command) {
    case "delete":
      return { ...target, ...readPreviewDomain(read, target), command, because: because ?? "The command is delete." };
    case "promote":
      return readPromoteRequest(read, target, files);
    case "rollback":
      return readRollbackRequest(read, target, files);
    case "canary":
      return readCanaryRequest(read, target, files);
    default:
      return readDeployRequest(read, target, files);
  }
};

const readPointing = async (read: InputReader, target: Target, files: WorkspaceFiles): Promise<Pointing> => ({
  settings: await readStageSettings(read, files, target.stageName),
  smokeTests: {
    tests: readSmokeTests(read),
    apiKey: readApiKey(read),
    timeout: (read.positiveInteger("smoke-test-timeout") ?? 60) * 1000,
    rollBack: read.boolean("rollback-on-failure", true),
  },
  watch: readWatch(read),
  ...readContractRules(read, target),
});

const readDeployRequest = async (read: InputReader, target: Target, files: WorkspaceFiles): Promise<DeployRequest> => {
  const deploymentId = readDeploymentId(read);
  const definition = await readDefinitionInput(read, files);
  if (deploymentId !== undefined && definition !== undefined) {
    read.report("definition", "It cannot be given together with deployment-id: an existing deployment never changes.");
  }
  const pointing = await readPointing(read, target, files);
  return {
    ...target,
    ...pointing,
    ...readCanaryStart(read, target, pointing),
    ...readPreviewDomain(read, target),
    command: "deploy",
    deploymentId,
    definition,
    routes: readRouteRules(read, target) ?? impliedRules(read, pointing),
    slots: {
      limit: read.positiveInteger("preview-limit"),
      onLimit: read.oneOf("on-limit", CHOICES["on-limit"], "fail"),
    },
    ttl: readTtl(read),
    // What is wrong with it was reported with the preview rules.
    allowForks: /^true$/i.test(read.text("allow-forks") ?? ""),
  };
};

const readPromoteRequest = async (
  read: InputReader,
  target: Target,
  files: WorkspaceFiles,
): Promise<PromoteRequest> => {
  const fromStageName = readOtherStage(read, "from-stage-name");
  const deploymentId = readDeploymentId(read);
  if (fromStageName === undefined && deploymentId === undefined) {
    read.report("from-stage-name", "promote needs it, or deployment-id: the stage whose deployment is to be served.");
  }
  if (fromStageName !== undefined && fromStageName === target.stageName) {
    read.report("from-stage-name", "It must be another stage than stage-name.");
  }
  const pointing = await readPointing(read, target, files);
  return {
    ...target,
    ...pointing,
    ...readCanaryStart(read, target, pointing),
    command: "promote",
    source:
      fromStageName === undefined
        ? { kind: "deployment", deploymentId: deploymentId ?? "" }
        : { kind: "stage", stageName: fromStageName, expected: deploymentId },
    gate: read.oneOf("gate", CHOICES.gate, "warn"),
    failOn: readFailOn(read),
  };
};

/** Of the settings only what they say of canaries: the stage's own stay as they are. */
const readCanaryRequest = async (read: InputReader, target: Target, files: WorkspaceFiles): Promise<CanaryRequest> => {
  const { smokeTests, settings, watch } = await readPointing(read, target, files);
  return {
    ...target,
    command: "canary",
    percent: readCanaryPercent(read),
    deploymentId: readDeploymentId(read),
    policy: readPolicy(read, settings, watch.alarms),
    smokeTests,
  };
};

/** Settings have no history: only those that are given along are applied, not what the file says today. */
const readRollbackRequest = async (
  read: InputReader,
  target: Target,
  files: WorkspaceFiles,
): Promise<RollbackRequest> => {
  const asked = read.text("settings") !== undefined || read.text("settings-file") !== undefined;
  return {
    ...target,
    ...(await readPointing(read, target, files)),
    ...(asked ? {} : { settings: {} }),
    command: "rollback",
    deploymentId: readDeploymentId(read),
  };
};

const refusedFork = ({ refused, happened, remedy }: Extract<PreviewDecision, { decision: "refuse" }>): ActionError =>
  new ActionError({
    code: refused,
    doing: "deploy the pull request's preview",
    happened,
    remedy,
    acted: "no",
    state: "Nothing was requested from AWS or GitHub.",
  });

const invalidInput = (problems: InputReader["problems"], places: InputReader["places"]): ActionError => {
  const count = problems.length + places.length;
  return new ActionError({
    code: "INVALID_INPUT",
    doing: "read the inputs",
    happened: [
      count === 1 ? "One thing is missing or wrong:" : `${count} things are missing or wrong:`,
      ...problems.map(problemLine),
      ...places.map((place) => `  ${placeText(place)}`),
    ].join("\n"),
    acted: "no",
    state: "Nothing was requested from AWS or GitHub.",
    // The settings input is no file that something could be shown beside.
    places: places.filter(({ file }) => file !== INLINE),
  });
};

/** Characters of an input that are told: enough to know it by. */
const SHOWN = 200;

const problemLine = ({ input, value, message }: InputProblem): string => {
  if (value === "") return `  ${input} is not given. ${message}`;
  const shown = value.length <= SHOWN ? value : `${value.slice(0, SHOWN)}…`;
  return `  ${input} is ${JSON.stringify(shown)}. ${message}`;
};
