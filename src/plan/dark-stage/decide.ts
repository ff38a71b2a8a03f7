import { DARK_TAG, darkNameOf, darkTag, ownMark } from "../../domain/dark-stage.ts";
import { besideUrlOf, whyNoUrl } from "../../domain/invoke-url.ts";
import { ownerTags, provenOwner } from "../../domain/owner.ts";
import type { Stage } from "../../domain/stage.ts";
import type { DeployRequest, PromoteRequest } from "../../inputs/request.ts";
import type { DeployObserved, PromoteObserved } from "../../observe/observed.ts";
import { isStartedCanary } from "../canary/start.ts";
import type { Refusal } from "../plan.ts";
import { type Source, servesAlready } from "../pointing.ts";
import { holderText } from "../room.ts";
import { splitCreation } from "../settings/batches.ts";
import type { SettingsDecision } from "../settings/decide-settings.ts";
import type { DarkStageStep } from "../step.ts";
import { plansInTag, plansTag } from "../usage-plans.ts";
import { darkSettings } from "./settings.ts";

/** Whether the deployment is served by a dark stage first, and why that cannot be. */
export type DarkDecision = {
  readonly steps: readonly DarkStageStep[];
  readonly refusal: Refusal | undefined;
  readonly notes: readonly string[];
};

export type DarkQuestion = {
  readonly request: DeployRequest | PromoteRequest;
  /** The stage that is to be pointed; `undefined`: it does not exist yet. */
  readonly stage: Stage | undefined;
  readonly source: Source;
  readonly settings: SettingsDecision;
};

type Observed = DeployObserved | PromoteObserved;

const NONE: DarkDecision = { steps: [], refusal: undefined, notes: [] };

export const decideDarkStage = (question: DarkQuestion, observed: Observed): DarkDecision => {
  const { request, stage } = question;
  if (!request.darkStage) return NONE;
  if (stage === undefined) {
    const note = `Stage ${request.stageName} is new and has no callers: it is tested itself, without a dark stage.`;
    return { ...NONE, notes: [note] };
  }
  if (!isAboutToChange(question)) return NONE;
  const problems = problemsOf(question, observed);
  return problems.length > 0
    ? { ...NONE, refusal: { refused: "NO_DARK_STAGE", happened: happenedOf(request, problems) } }
    : { ...NONE, steps: [stepFor(question, stage, observed)] };
};

const happenedOf = ({ stageName, restApiId }: DarkQuestion["request"], problems: readonly string[]): string =>
  [
    `Stage ${darkNameOf(stageName)} of API ${restApiId} cannot be made to serve the deployment first:`,
    ...problems.map((problem) => `  ${problem}`),
  ].join("\n");

/** Whether callers are about to meet anything else; of a canary also by its variables alone. */
const isAboutToChange = ({ request, stage, source, settings }: DarkQuestion): boolean =>
  isStartedCanary(request, stage, source)
    ? false
    : !servesAlready(source, stage) || (request.canary !== undefined && writesFor({ request, settings }).length > 0);

/** A canary takes nothing but variables along (see `withCanary`). */
const writesFor = ({ request, settings: { plan } }: Pick<DarkQuestion, "request" | "settings">) =>
  request.canary === undefined
    ? plan.writes
    : plan.writes.filter((write) => write.kind === "variable" && write.value !== null);

const LONGEST_NAME = 128;

const problemsOf = ({ request }: DarkQuestion, observed: Observed): readonly string[] => {
  const { stageName, restApiId, run, smokeTests, settings, invokeUrl } = request;
  const { stages, stageQuota, api, place } = observed;
  const name = darkNameOf(stageName);
  const taken = stages.find((stage) => stage.name === name);
  const unreachable = smokeTests.tests.length === 0 ? undefined : whyNoUrl(besideUrlOf(name, api, place, invokeUrl));
  const isKeyless = smokeTests.apiKey !== undefined && (settings["usage-plans"]?.value ?? []).length === 0;
  return [
    ...(name.length > LONGEST_NAME
      ? [`Its name would have ${name.length} characters, and API Gateway allows ${LONGEST_NAME}.`]
      : []),
    ...(taken !== undefined && ownMark(taken, restApiId, run.repository.id) === undefined
      ? [`There is a stage of this name, and it is no dark stage of ours: ${holderOf(taken, request)}. Rename it.`]
      : []),
    ...(taken === undefined && stageQuota !== undefined && stages.length >= stageQuota
      ? [`${stages.length} of ${stageQuota} stages are there, says Service Quotas, and it needs one more.`]
      : []),
    ...(unreachable === undefined ? [] : [`Smoke tests could not reach it. ${unreachable}`]),
    ...(isKeyless
      ? ["smoke-test-api-key is given: name the plan in the settings (`usage-plans`), which a dark stage joins, too."]
      : []),
  ];
};

const holderOf = ({ name, tags }: Stage, { restApiId, run }: DarkQuestion["request"]): string =>
  holderText(provenOwner(tags, { restApiId, stageName: name }), { repositoryId: run.repository.id });

const stepFor = (question: DarkQuestion, target: Stage, observed: Observed): DarkStageStep => {
  const { request, source, settings } = question;
  const { run, restApiId, smokeTests } = request;
  const stageName = darkNameOf(target.name);
  const address = { restApiId, stageName };
  const writes = darkSettings(target.settings, writesFor(question));
  const { creation, rest } = splitCreation(writes, settings.forPointing.kind);
  const declared = smokeTests.apiKey === undefined ? [] : (request.settings["usage-plans"]?.value ?? []);
  const plans = declared.flatMap((id) => observed.usagePlans.get(id) ?? []).map(({ id, name }) => ({ id, name }));
  const left = observed.stages.find(({ name }) => name === stageName);
  return {
    kind: "prove-on-dark-stage",
    stageName,
    target: target.name,
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
    webAclArn: webAclOf(target, settings),
    plans,
    left: left && { mark: left.tags[DARK_TAG] ?? "", plans: plansInTag(left.tags, address) },
    because: `${source.name} is tested on it before stage ${target.name} gets it, and it is removed again`,
    seenByCallers: false,
  };
};

/** What stands before the target, or is about to, stands before what is tested in its place. */
const webAclOf = ({ webAclArn }: Stage, { forPointing: { attaching } }: SettingsDecision): string | undefined =>
  attaching.steps.flatMap((step) => (step.kind === "associate-web-acl" ? [step.webAclArn] : []))[0] ?? webAclArn;
