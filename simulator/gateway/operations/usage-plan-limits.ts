import type { OperationInput, UsagePlan } from "../model.ts";
import { badRequest, ServiceError } from "../service-error.ts";
import { type PatchOperation, patchValue } from "./patch.ts";

/** What a plan allows each of its keys. The texts of refusals are the simulator's own: none is documented. */

type Throttle = NonNullable<UsagePlan["throttle"]>;
type Quota = NonNullable<UsagePlan["quota"]>;

const PERIODS: readonly string[] = ["DAY", "WEEK", "MONTH"] satisfies Quota["period"][];

const numberOf = (value: string, path: string): number => {
  const number = Number(value);
  if (value.trim() === "" || !Number.isFinite(number) || number < 0)
    throw badRequest(`Invalid value for ${path}: ${value}`);
  return number;
};

const unsimulated = (what: string): ServiceError =>
  new ServiceError(501, "NotImplementedException", `The simulator does not know a usage plan's ${what}`);

/** A quota counts requests of a period; how the offset shifts its first one is not simulated. */
const checkQuota = ({ limit, period, offset }: Partial<Quota> & { readonly offset?: number }): Quota => {
  if (offset) throw unsimulated("quota offset");
  if (limit === undefined || period === undefined) throw badRequest("A quota has a limit and a period");
  if (!PERIODS.includes(period)) throw badRequest(`Invalid quota period: ${period}`);
  return { limit, period };
};

/** Of CreateUsagePlan. */
export const limitsOf = ({ throttle, quota }: OperationInput): Pick<UsagePlan, "throttle" | "quota"> => ({
  ...(throttle === undefined ? {} : { throttle: { ...throttle } as Throttle }),
  ...(quota === undefined ? {} : { quota: checkQuota(quota) }),
});

/** Answers whether the patch is about limits. A quota that is not whole yet is for `checkLimits` to judge. */
export const patchLimits = (plan: UsagePlan, patch: PatchOperation): boolean => {
  const { op, path } = patch;
  if (/^\/apiStages\/[^/]+\/throttle(\/|$)/.test(path)) throw unsimulated("throttle of single routes");
  const [, part, member] = /^\/(throttle|quota)(?:\/(rateLimit|burstLimit|limit|period|offset))?$/.exec(path) ?? [];
  if (part !== "throttle" && part !== "quota") return false;
  if (member === undefined) {
    if (op !== "remove") throw badRequest("Invalid patch operation specified. Must be one of: [remove]");
    delete plan[part];
    return true;
  }
  if (op !== "add" && op !== "replace") {
    throw badRequest("Invalid patch operation specified. Must be one of: [add, replace]");
  }
  const value = patchValue(patch);
  const members: Readonly<Record<string, unknown>> = {
    ...plan[part],
    [member]: member === "period" ? value : numberOf(value, path),
  };
  if (part === "throttle") plan.throttle = members;
  else plan.quota = members as Quota;
  return true;
};

/** After all patches of a request. */
export const checkLimits = (plan: UsagePlan): void => {
  if (plan.quota !== undefined) plan.quota = checkQuota(plan.quota);
};
