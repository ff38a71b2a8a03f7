import type { Comparison } from "../../domain/comparison.ts";
import { DARK_TAG, darkNameOf, darkTag, ownMark } from "../../domain/dark-stage.ts";
import { besideUrlOf, whyNoUrl } from "../../domain/invoke-url.ts";
import { ownerTags, provenOwner } from "../../domain/owner.ts";
import type { Routes } from "../../domain/route.ts";
import type { Stage } from "../../domain/stage.ts";
import { raiseText } from "../../domain/stage-quota.ts";
import { regionOfWebAcl, webAclText } from "../../domain/web-acl.ts";
import { type DeployRequest, failOnOf, type PromoteRequest } from "../../inputs/request.ts";
import type { DeployObserved, PromoteObserved } from "../../observe/observed.ts";
import { isStartedCanary } from "../canary/start.ts";
import { comparedRoutes, ifTold, plannedBy, routeChangesOf, withoutComparison } from "../comparison.ts";
import { notInvocable } from "../invocable.ts";
import type { Refusal, RouteChanges } from "../plan.ts";
import { type Source, servesAlready } from "../pointing.ts";
import { holderText } from "../room.ts";
import { splitCreation } from "../settings/batches.ts";
import type { SettingsDecision } from "../settings/decide-settings.ts";
import type { DarkStageStep, RouteJudgement } from "../step.ts";
import { plansInTag, plansTag } from "../usage-plans.ts";
import { darkSettings } from "./settings.ts";

/** Whether the deployment is served by a dark stage first, and why that cannot be. */
export type DarkDecision = {
  readonly steps: readonly DarkStageStep[];
  readonly refusal: Refusal | undefined;
  readonly notes: readonly string[];
  readonly warnings: readonly string[];
};

export type DarkQuestion = {
  readonly request: DeployRequest | PromoteRequest;
  /** The stage that is to be pointed; `undefined`: it does not exist yet. */
  readonly stage: Stage | undefined;
  readonly source: Source;
  readonly settings: SettingsDecision;
};

type Observed = DeployObserved | PromoteObserved;

const NONE: DarkDecision = { steps: [], refusal: undefined, notes: [], warnings: [] };

/** What comes before the stage is pointed, and what is known of it by then at the latest. */
export type Ahead = {
  readonly dark: DarkDecision;
  /** What the routes are compared with. */
  readonly comparison: Comparison | undefined;
  readonly changes: RouteChanges | undefined;
  readonly notes: readonly string[];
};

/** `held`: what the routes would be compared with. `routes`: what is known of the deployment's beforehand. */
export const lookAhead = (
  question: DarkQuestion,
  observed: Observed,
  held: Comparison | undefined,
  routes: Routes | undefined,
): Ahead => {
  const { request, source } = question;
  const showing = decideShowing(question, observed, held, routes);
  const comparison = showing.judgement === undefined ? ifTold(held, source, routes, showing.whyNot) : held;
  const dark = decideDarkStage(question, observed, showing, routes);
  const definition = request.command === "deploy" ? request.definition : undefined;
  return {
    dark,
    comparison,
    changes: routeChangesOf(comparison, routes, plannedBy(observed.api, source, definition)),
    notes: [...dark.notes, ...withoutComparison(failOnOf(request), { comparison, routes }, dark.steps)],
  };
};

/** `showing`: what it is to tell beside being tested. `routes`: those of the deployment, where they are known. */
const decideDarkStage = (
  question: DarkQuestion,
  observed: Observed,
  showing: Showing,
  routes: Routes | undefined,
): DarkDecision => {
  const { request, stage } = question;
  const isNew = request.darkStage && stage === undefined;
  const tested = request.darkStage && stage !== undefined && isAboutToChange(question) ? stage : undefined;
  const notes = [
    ...(isNew
      ? [`Stage ${request.stageName} is new and has no callers: it is tested itself, without a dark stage.`]
      : []),
    ...(showing.whyNot === undefined || question.source.deployment.kind === "existing"
      ? []
      : [`No stage tells the routes of the new deployment, as \`compare: exact\` asks. ${showing.whyNot}`]),
  ];
  const problems =
    tested === undefined ? [] : [...placeProblems(request, observed), ...testProblems(question, tested, observed)];
  if (problems.length > 0) {
    return { ...NONE, refusal: { refused: "NO_DARK_STAGE", happened: happenedOf(request, problems) } };
  }
  const isMade = tested !== undefined || showing.judgement !== undefined;
  const address = { restApiId: request.restApiId, stageName: darkNameOf(request.stageName) };
  // Its smoke tests would fail by what the target's callers never meet.
  const isAsked = tested !== undefined && request.smokeTests.tests.length > 0;
  const warnings = !isAsked ? [] : notInvocable(address, observed.functions ?? [], observed.place);
  return {
    ...NONE,
    notes,
    warnings,
    steps: isMade ? [stepFor(question, tested, observed, { ...showing, routes })] : [],
  };
};

/**
 * Whether a dark stage tells the routes of the deployment (`compare: exact`), where nothing else does. `whyNot`: whole
 * sentences, where that was asked for and cannot be.
 */
type Showing = { readonly judgement: RouteJudgement | undefined; readonly whyNot: string | undefined };

const decideShowing = (
  question: DarkQuestion,
  observed: Observed,
  held: Comparison | undefined,
  routes: Routes | undefined,
): Showing => {
  const { request, source } = question;
  const compared = comparedRoutes(held);
  const isUntold = observed.api.kind.lacks["deployment-routes"] !== undefined;
  const isUnknown = source.deployment.kind === "new" || routes === undefined;
  if (!request.exact || !isUntold || compared === undefined || !isUnknown || !isAboutToChange(question))
    return { judgement: undefined, whyNot: undefined };
  const problems = placeProblems(request, observed);
  return problems.length > 0
    ? { judgement: undefined, whyNot: problems.join(" ") }
    : { judgement: { compared, failOn: failOnOf(request) }, whyNot: undefined };
};

const happenedOf = ({ stageName, restApiId }: DarkQuestion["request"], problems: readonly string[]): string =>
  [
    `Stage ${darkNameOf(stageName)} of API ${restApiId} cannot be made to serve the deployment first:`,
    ...problems.map((problem) => `  ${problem}`),
  ].join("\n");

/** Whether callers are about to meet anything else; of a canary also by its variables alone. */
const isAboutToChange = ({ request, stage, source, settings }: DarkQuestion): boolean =>
  !isStartedCanary(request, stage, source) &&
  (!servesAlready(source, stage) || (request.canary !== undefined && writesFor({ request, settings }).length > 0));

/** A canary takes nothing but variables along (see `withCanary`). */
const writesFor = ({ request, settings: { plan } }: Pick<DarkQuestion, "request" | "settings">) =>
  request.canary === undefined
    ? plan.writes
    : plan.writes.filter((write) => write.kind === "variable" && write.value !== null);

const LONGEST_NAME = 128;

/** What keeps it from being made. */
const placeProblems = (
  request: DarkQuestion["request"],
  { stages, stageQuota, place }: Observed,
): readonly string[] => {
  const { stageName, restApiId, run } = request;
  const name = darkNameOf(stageName);
  const taken = stages.find((stage) => stage.name === name);
  return [
    ...(name.length > LONGEST_NAME
      ? [`Its name would have ${name.length} characters, and API Gateway allows ${LONGEST_NAME}.`]
      : []),
    ...(taken !== undefined && ownMark(taken, restApiId, run.repository.id) === undefined
      ? [`There is a stage ${name}, and it is no dark stage of ours: ${holderOf(taken, request)}. Rename it.`]
      : []),
    ...(taken === undefined && stageQuota !== undefined && stages.length >= stageQuota
      ? [
          `${stages.length} of ${stageQuota} stages are there, says Service Quotas, and it needs one more. ${raiseText(place)}`.trim(),
        ]
      : []),
  ];
};

/** What keeps it from being tested. */
const testProblems = (
  { request, settings: decided }: DarkQuestion,
  target: Stage,
  { api, place }: Observed,
): readonly string[] => {
  const webAcl = webAclOf(target, decided);
  const { stageName, smokeTests, settings, invokeUrl } = request;
  const name = darkNameOf(stageName);
  const unreachable = smokeTests.tests.length === 0 ? undefined : whyNoUrl(besideUrlOf(name, api, place, invokeUrl));
  const hasPlans = api.kind.lacks["usage-plans"] === undefined;
  const isKeyless = hasPlans && smokeTests.apiKey !== undefined && (settings["usage-plans"]?.value ?? []).length === 0;
  return [
    ...(unreachable === undefined ? [] : [`Smoke tests could not reach it. ${unreachable}`]),
    ...(isKeyless
      ? ["smoke-test-api-key is given: name the plan in the settings (`usage-plans`), which a dark stage joins, too."]
      : []),
    ...(webAcl !== undefined && regionOfWebAcl(webAcl) === undefined
      ? [
          `Stage ${stageName} has ${webAclText(webAcl)}, no regional one of AWS WAF: it cannot be put before another stage.`,
        ]
      : []),
  ];
};

const holderOf = ({ name, tags }: Stage, { restApiId, run }: DarkQuestion["request"]): string =>
  holderText(provenOwner(tags, { restApiId, stageName: name }), { repositoryId: run.repository.id });

/** `tested`: the target, where it is. */
const stepFor = (
  question: DarkQuestion,
  tested: Stage | undefined,
  { stages, usagePlans }: Observed,
  { judgement, routes }: Showing & { readonly routes: Routes | undefined },
): DarkStageStep => {
  const { request, source, settings } = question;
  const { run, restApiId, smokeTests, stageName: target } = request;
  const stageName = darkNameOf(target);
  const address = { restApiId, stageName };
  const writes = tested === undefined ? [] : darkSettings(tested.settings, writesFor(question), routes);
  const { creation, rest } = splitCreation(writes, settings.forPointing.kind);
  const isKeyed = tested !== undefined && smokeTests.apiKey !== undefined;
  const declared = isKeyed ? (request.settings["usage-plans"]?.value ?? []) : [];
  const plans = declared.flatMap((id) => usagePlans.get(id) ?? []).map(({ id, name }) => ({ id, name }));
  const left = stages.find(({ name }) => name === stageName);
  return {
    kind: "prove-on-dark-stage",
    stageName,
    target,
    isTested: tested !== undefined,
    judgement,
    deployment: source.deployment,
    tags: {
      ...darkTag(run, address),
      ...(plans.length === 0
        ? {}
        : plansTag(
            plans.map(({ id }) => id),
            address,
          )),
      ...ownerTags({ repositoryId: run.repository.id, pullRequest: undefined }, address),
    },
    creation,
    settings: rest,
    webAclArn: tested && webAclOf(tested, settings),
    plans,
    left: left && { mark: left.tags[DARK_TAG] ?? "", plans: plansInTag(left.tags, address) },
    because:
      tested === undefined
        ? `API Gateway tells which routes ${source.name} has only while a stage serves it, and it is removed again`
        : `${source.name} is tested on it before stage ${target} gets it, and it is removed again`,
    seenByCallers: false,
  };
};

/** What stands before the target, or is about to, stands before what is tested in its place. */
const webAclOf = ({ webAclArn }: Stage, { forPointing: { attaching } }: SettingsDecision): string | undefined =>
  attaching.steps.flatMap((step) => (step.kind === "associate-web-acl" ? [step.webAclArn] : []))[0] ?? webAclArn;
