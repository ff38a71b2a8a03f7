import { holdsStage, type UsagePlan } from "../../domain/usage-plan.ts";
import type { StageWish } from "../../inputs/settings/resolve.ts";
import type { ApiSeen } from "../../observe/observed.ts";
import type { SettingChange } from "../settings/change.ts";
import type { Unknown } from "./status.ts";

/** Declared settings that are no members of a stage: what stands before it, and what opens it. */

type Question = {
  readonly wanted: StageWish;
  readonly stage: ApiSeen["stages"][number];
  readonly seen: Pick<ApiSeen, "api" | "stages">;
  /** All of the account; `undefined`: the role may not read them. */
  readonly usagePlans: readonly UsagePlan[] | undefined;
};

/** Those that are other than declared, and those of which that is not known, by their names. */
export const attachedSettings = (
  question: Question,
): { readonly differ: readonly SettingChange[]; readonly unknown: Unknown } => {
  const { usagePlans } = question;
  const joined = declaredPlans(question);
  return {
    differ: [...otherWebAcl(question), ...(usagePlans === undefined ? [] : lackedPlans(question, joined, usagePlans))],
    unknown: usagePlans === undefined && joined.length > 0 ? { "usage-plans": PLANS_UNREAD } : {},
  };
};

export const PLANS_UNREAD = "the role may not read them (apigateway:GET on /usageplans)";

/** As for a deployment, nothing is declared by null, nor by a stage that has none. */
const otherWebAcl = ({ wanted, stage, seen: { api, stages } }: Question): readonly SettingChange[] => {
  const declared = wanted["web-acl"];
  if (declared === undefined || api.kind.lacks["web-acl"] !== undefined) return [];
  const { value, source } = "value" in declared ? declared : declared["same-as"];
  const model = "value" in declared ? undefined : stages.find(({ name }) => name === value);
  const isMissing = !("value" in declared) && model === undefined;
  const to = isMissing ? `that of stage ${value}, which is not there` : "value" in declared ? value : model?.webAclArn;
  return to == null || to === stage.webAclArn ? [] : [{ setting: "web-acl", from: stage.webAclArn, to, source }];
};

const declaredPlans = ({ wanted, seen: { api } }: Question): readonly string[] =>
  api.kind.lacks["usage-plans"] === undefined ? (wanted["usage-plans"]?.value ?? []) : [];

const lackedPlans = (
  { wanted, stage, seen: { api } }: Question,
  declared: readonly string[],
  plans: readonly UsagePlan[],
): readonly SettingChange[] =>
  declared.flatMap((id) => {
    const plan = plans.find((one) => one.id === id);
    if (plan !== undefined && holdsStage(plan, { restApiId: api.id, stageName: stage.name })) return [];
    const name = plan?.name ?? "";
    const to = plan === undefined ? `${id}, which is not there` : name === "" ? id : `${name} (${id})`;
    return [{ setting: "usage-plans", from: undefined, to, source: wanted["usage-plans"]?.source ?? "" }];
  });
