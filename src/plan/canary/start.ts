import type { Stage } from "../../domain/stage.ts";
import { type CanaryStart, stepOf } from "../../inputs/canary/policy.ts";
import type { DeployRequest, PromoteRequest } from "../../inputs/request.ts";
import type { Plan, Refusal } from "../plan.ts";
import type { PointingQuestion, Source } from "../pointing.ts";
import type { SettingChange } from "../settings/change.ts";
import type { SettingsPlan } from "../settings/plan-settings.ts";
import type { MarkCanaryStep, Step } from "../step.ts";
import { undoByAbort } from "./abort.ts";
import { refuseCanary } from "./has-canary.ts";
import { readIntent } from "./intent.ts";

/**
 * The start of a canary: the stage keeps its deployment and settings, and a part of its requests goes to the other
 * deployment. What is declared for the stage otherwise than it is would reach all callers: only variables can go with the
 * canary alone, and all else waits for the deployment after it.
 */
type StartQuestion = {
  readonly request: DeployRequest | PromoteRequest;
  readonly start: CanaryStart;
  readonly stage: Stage;
  readonly source: Source;
  readonly settings: SettingsPlan;
  /** Milliseconds since 1970. */
  readonly now: number;
};

type Starting = {
  readonly steps: readonly Step[];
  readonly undo: readonly Step[];
  /** Of what is declared, what the canary gets. */
  readonly changes: readonly SettingChange[];
  readonly warnings: readonly string[];
  /** Why there is nothing to do. */
  readonly unchangedBecause: string | undefined;
};

/** Why the stage's canary, or the lack of a stage, forbids what is asked. */
export const refuseByCanary = (
  { restApiId, stageName, canary: start }: StartQuestion["request"],
  stage: Stage | undefined,
  source: Source,
): Refusal | undefined => {
  if (start === undefined) return stage?.canary && refuseCanary(restApiId, stage, stage.canary);
  if (stage === undefined) {
    return {
      refused: "CANARY_WITHOUT_BASE",
      happened: `API ${restApiId} has no stage ${stageName}: a canary is a part of a stage's traffic, so the stage must be there first.`,
    };
  }
  return stage.canary === undefined || isStarted(stage, start.percent, source)
    ? undefined
    : refuseCanary(restApiId, stage, stage.canary);
};

/** An earlier attempt of the run has started it: running again converges (I5). */
const isStarted = ({ canary }: Stage, percent: number, { deployment }: Source): boolean =>
  deployment.kind === "existing" && canary?.deploymentId === deployment.id && canary.percentTraffic === percent;

/** Whether the canary that is asked for is there already. */
export const isStartedCanary = (
  { canary: start }: StartQuestion["request"],
  stage: Stage | undefined,
  source: Source,
): boolean => start !== undefined && stage !== undefined && isStarted(stage, start.percent, source);

/** The plan with a canary in place of a pointing, where one is asked for. */
export const withCanary = (question: PointingQuestion, now: number, plan: Plan): Plan => {
  const { request, stage, source, settings } = question;
  const start = request.command === "rollback" ? undefined : request.canary;
  if (start === undefined || stage === undefined || request.command === "rollback") return plan;
  const starting = startCanary({ request, start, stage, source, settings, now });
  return {
    ...plan,
    result: starting.steps.some(({ seenByCallers }) => seenByCallers) ? "canary-started" : "unchanged",
    unchangedBecause: starting.unchangedBecause,
    deployment: undefined,
    steps: [...plan.steps.filter(comesBefore), ...starting.steps],
    undo: starting.undo,
    watch: undefined,
    settings: starting.changes,
    canary: {
      does: starting.steps.length === 0 ? "nothing" : "start",
      base: stage.deploymentId,
      found: stage.canary,
      until: readIntent(stage.tags, request)?.until ?? now + start.policy.deadline,
      atEnd: start.policy.onFailure,
      checkAt: now + start.policy.interval,
      goesOn: true,
    },
    warnings: [...plan.warnings, ...starting.warnings],
  };
};

/** What is made and proven first, and the end of a canary whose deadline has passed. */
const comesBefore = ({ kind }: Step): boolean => FIRST.includes(kind);

const FIRST: readonly Step["kind"][] = [
  "import-definition",
  "create-deployment",
  "prove-on-dark-stage",
  "remove-canary",
  "mark-canary",
];

const startCanary = (question: StartQuestion): Starting => {
  const { start, stage, source, settings } = question;
  const { variables, changes, waiting } = splitSettings(settings);
  const warnings = waitingWarnings(waiting, stage.name);
  if (isStarted(stage, start.percent, source)) return { ...alreadyStarted(question), warnings };
  const same = source.deployment.kind === "existing" && source.deployment.id === stage.deploymentId;
  if (same && Object.keys(variables).length === 0) {
    return { steps: [], undo: [], changes: [], warnings, unchangedBecause: `it serves ${source.name}` };
  }
  const overrides = changes.length === 0 ? "" : `, with ${changes.map(({ setting }) => setting).join(", ")} of its own`;
  const begin: Step = {
    kind: "start-canary",
    stageName: stage.name,
    base: stage.deploymentId,
    deployment: source.deployment,
    percent: start.percent,
    variables,
    useStageCache: start.policy.useStageCache,
    because: `${start.percent} % of the requests go to ${source.name}${overrides}; the rest stays with deployment ${stage.deploymentId}`,
    seenByCallers: true,
  };
  return {
    steps: [markStart(question), begin],
    undo: undoByAbort(question.request, question.stage),
    changes,
    warnings,
    unchangedBecause: undefined,
  };
};

/** Before the canary, so that one that is there is never nobody's. */
const markStart = ({ request, start, stage, source, now }: StartQuestion): MarkCanaryStep => ({
  kind: "mark-canary",
  stageName: stage.name,
  intent: {
    deployment: source.deployment,
    base: stage.deploymentId,
    step: stepOf(start.policy, start.percent),
    percent: start.percent,
    since: "now",
    until: now + start.policy.deadline,
    atEnd: start.policy.onFailure,
    failed: 0,
    repositoryId: request.run.repository.id,
    runId: request.run.runId,
  },
  because: "later runs go by it: whose the canary is, and when it must have ended",
  seenByCallers: false,
});

const alreadyStarted = (question: StartQuestion): Omit<Starting, "warnings"> => {
  const { request, start, stage, source } = question;
  const intent = readIntent(stage.tags, request);
  const marked = intent?.canary === stage.canary?.deploymentId && intent?.percent === start.percent;
  return {
    steps: marked ? [] : [markStart(question)],
    undo: undoByAbort(question.request, question.stage),
    changes: [],
    unchangedBecause: `its canary gets ${start.percent} % of the traffic for ${source.name} already`,
  };
};

type Split = {
  readonly variables: Readonly<Record<string, string>>;
  readonly changes: readonly SettingChange[];
  /** Settings that would reach all callers. */
  readonly waiting: readonly SettingChange[];
};

/** An override adds or replaces a variable; it can never unset one (recorded behaviour). */
const splitSettings = ({ writes, changes }: SettingsPlan): Split => {
  const overrides = writes.flatMap((write) =>
    write.kind === "variable" && write.value !== null ? [[write.name, write.value] as const] : [],
  );
  const names = new Set(overrides.map(([name]) => name));
  const goes = ({ setting }: SettingChange): boolean =>
    setting.startsWith("variables.") && names.has(setting.slice("variables.".length));
  return {
    variables: Object.fromEntries(overrides),
    changes: changes.filter(goes),
    waiting: changes.filter((change) => !goes(change)),
  };
};

const waitingWarnings = (waiting: readonly SettingChange[], stageName: string): readonly string[] =>
  waiting.length === 0
    ? []
    : [
        `These settings of stage ${stageName} are other than declared and stay so while it has a canary, because they would reach all callers: ${[...new Set(waiting.map(({ setting }) => setting))].join(", ")}. The next deployment after the canary applies them.`,
      ];
