import { boundTo, provenOwner, type StageAddress } from "../domain/owner.ts";
import type { Stage } from "../domain/stage.ts";
import type { StageUser, StageUsers } from "../domain/stage-users.ts";
import { holdsStage, type PlanName, planText, type UsagePlan } from "../domain/usage-plan.ts";
import type { PointingRequest } from "../inputs/request.ts";
import { declaredIn } from "../inputs/settings/resolve.ts";
import type { SettingChange } from "./settings/change.ts";
import type { EndingStage, JoinPlanStep, LeavePlanStep } from "./step.ts";

/**
 * Which usage plans a stage joins, and which it may leave again. Entries of a plan carry no tags, so what was declared for
 * a stage is kept in a tag of the stage: by it a deletion knows, without the settings file, which entries are ours to take
 * out. Every other entry keeps the stage, as everything does that names it.
 */

export const PLANS_TAG = "apigw-stage-action:usage-plans";

/** API Gateway Developer Guide, "Tagging API Gateway resources". Ten ids of the length that the settings allow fit. */
const TAG_VALUE_LIMIT = 256;

const PLAN_ID = /^[a-z0-9]{1,20}$/;

/** The tag that keeps the ids, the first ones where 256 characters do not hold them all. */
export const plansTag = (ids: readonly string[], address: StageAddress): Record<string, string> => {
  let value = boundTo(address);
  for (const id of ids) {
    const longer = `${value} ${id}`;
    if (longer.length > TAG_VALUE_LIMIT) break;
    value = longer;
  }
  return { [PLANS_TAG]: value };
};

/** The ids that the tags of the stage at `address` hold; none without a tag that was written for it. */
export const plansInTag = (tags: Readonly<Record<string, string>>, address: StageAddress): readonly string[] => {
  const [bound, ...ids] = (tags[PLANS_TAG] ?? "").split(" ");
  return bound === boundTo(address) && ids.every((id) => PLAN_ID.test(id)) ? ids : [];
};

export type Joining = {
  readonly joins: readonly JoinPlanStep[];
  /** To be on the stage before it joins. */
  readonly tags: Readonly<Record<string, string>>;
};

export type JoinDecision = Joining & {
  readonly changes: readonly SettingChange[];
  /** Why this must not be done, in whole sentences. */
  readonly problems: readonly string[];
  readonly warnings: readonly string[];
};

const nothingDeclared: JoinDecision = { joins: [], tags: {}, changes: [], problems: [], warnings: [] };

/** `stage`: `undefined` when it does not exist yet. `plans`: those that exist of the declared ones, by id. */
export const decideJoins = (
  { restApiId, stageName, run, settings }: PointingRequest,
  stage: Stage | undefined,
  plans: ReadonlyMap<string, UsagePlan>,
): JoinDecision => {
  const declared = settings["usage-plans"];
  if (declared === undefined || declared.value.length === 0) return nothingDeclared;
  const address = { restApiId, stageName };
  const missing = declared.value.filter((id) => !plans.has(id));
  const found = declared.value.flatMap((id) => plans.get(id) ?? []);
  const lacking = found.filter((plan) => !holdsStage(plan, address));
  const problems = missing.map((id) => unknownPlan(id, declaredIn(declared)));
  const isOurs = stage === undefined || provenOwner(stage.tags, address)?.repositoryId === run.repository.id;
  if (!isOurs) return { ...nothingDeclared, problems, warnings: lacking.map((plan) => notOurs(plan, address)) };
  return {
    joins: lacking.map(({ id, name }) => joinStep({ id, name }, stageName, "its API keys are to open the stage")),
    tags: tagsToWrite(declared.value, stage, address),
    changes: lacking.map(({ id, name }) => ({
      setting: "usage-plans",
      from: undefined,
      to: name === "" ? id : `${name} (${id})`,
      source: declared.source,
    })),
    problems,
    warnings: [],
  };
};

/** What the stage joined by an earlier declaration stays its own to leave. */
const tagsToWrite = (
  declared: readonly string[],
  stage: Stage | undefined,
  address: StageAddress,
): Readonly<Record<string, string>> => {
  const before = stage === undefined ? [] : plansInTag(stage.tags, address);
  if (declared.every((id) => before.includes(id))) return {};
  return plansTag([...new Set([...declared, ...before])], address);
};

export const joinStep = (plan: PlanName, stageName: string, because: string): JoinPlanStep => ({
  kind: "join-usage-plan",
  plan,
  stageName,
  because,
  seenByCallers: true,
});

const unknownPlan = (id: string, where: string): string =>
  `usage-plans names ${id} (${where}), and there is no such usage plan in this account and Region. The plans are shown by: aws apigateway get-usage-plans`;

const notOurs = (plan: PlanName, { restApiId, stageName }: StageAddress): string =>
  `Stage ${stageName} is not in ${planText(plan)}, which usage-plans names. This action did not make the stage, so it leaves its usage plans alone. To add it: aws apigateway update-usage-plan --usage-plan-id ${plan.id} --patch-operations op=add,path=/apiStages,value=${restApiId}:${stageName}`;

/** What names a stage that is to go: the plans that it can be taken out of, and the rest, which keeps it. */
export type Naming = { readonly leaves: readonly PlanName[]; readonly keptBy: readonly StageUser[] };

export const namingOf = (
  { name, tags }: Pick<Stage, "name" | "tags">,
  users: StageUsers | undefined,
  restApiId: string,
): Naming => {
  const own = plansInTag(tags, { restApiId, stageName: name });
  const isLeft = (user: StageUser): user is Extract<StageUser, { kind: "usage-plan" }> =>
    user.kind === "usage-plan" && own.includes(user.id);
  const found = users?.found ?? [];
  return {
    leaves: found.filter(isLeft).map((plan) => ({ id: plan.id, name: plan.name })),
    keptBy: found.filter((user) => !isLeft(user)),
  };
};

export type Leaver = { readonly ending: EndingStage; readonly leaves: readonly PlanName[] };

/** One step a plan, whatever the number of stages: an account may change one plan in 20 seconds. */
export const leaveSteps = (leavers: readonly Leaver[]): readonly LeavePlanStep[] => {
  const plans = new Map(leavers.flatMap(({ leaves }) => leaves.map((plan) => [plan.id, plan] as const)));
  return [...plans.values()].map((plan) => {
    const stages = leavers
      .filter(({ leaves }) => leaves.some(({ id }) => id === plan.id))
      .map(({ ending: { stageName, owner, deploymentId, createdAt } }) => ({
        stageName,
        owner,
        deploymentId,
        createdAt,
      }));
    const what = stages.length === 1 ? "the stage is" : `${stages.length} stages are`;
    return {
      kind: "leave-usage-plan",
      plan,
      stages,
      because: `${what} deleted next, and joined it by the settings`,
      seenByCallers: true,
    };
  });
};
