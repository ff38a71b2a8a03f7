import type { OperationInput, UsagePlan } from "../model.ts";
import { badRequest, notFound, type ServiceError } from "../service-error.ts";
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

/**
 * A quota counts requests of a period. Its offset is a number of requests: the API reference says so (QuotaSettings), where
 * older editions of it called it the day on which a period begins.
 */
const checkQuota = ({ limit, period, offset }: Partial<Quota>): Quota => {
  if (limit === undefined || period === undefined) throw badRequest("A quota has a limit and a period");
  if (!PERIODS.includes(period)) throw badRequest(`Invalid quota period: ${period}`);
  if (offset !== undefined && offset > limit) throw badRequest("A quota's offset is not above its limit");
  return { limit, period, ...(offset === undefined ? {} : { offset }) };
};

/** Of CreateUsagePlan. */
export const limitsOf = ({ throttle, quota }: OperationInput): Pick<UsagePlan, "throttle" | "quota"> => ({
  ...(throttle === undefined ? {} : { throttle: { ...throttle } as Throttle }),
  ...(quota === undefined ? {} : { quota: checkQuota(quota) }),
});

/** Answers whether the patch is about limits. A quota that is not whole yet is for `checkLimits` to judge. */
export const patchLimits = (plan: UsagePlan, patch: PatchOperation): boolean => {
  const { op, path } = patch;
  const [, apiId, stage, below = ""] = /^\/apiStages\/([^/:]+):([^/]+)\/throttle(?:\/(.+))?$/.exec(path) ?? [];
  if (apiId !== undefined && stage !== undefined) {
    patchRouteThrottle(plan, { apiId, stage }, below, patch);
    return true;
  }
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

type ApiStage = { readonly apiId: string; readonly stage: string };

/** Recorded behaviour. */
export const invalidApiStage = ({ apiId, stage }: ApiStage, planId: string): ServiceError =>
  notFound(`Invalid API Stage {api: ${apiId}, stage: ${stage}} specified for usageplan ${planId}`);

/**
 * `below`: `~1pets/GET/rateLimit`, the path in JSON Pointer's form (Developer Guide, usage plans); `~1pets/GET` for a route
 * that is to lose its limits, and nothing for all of them.
 */
const patchRouteThrottle = (plan: UsagePlan, address: ApiStage, below: string, patch: PatchOperation): void => {
  const entry = plan.apiStages.find(({ apiId, stage }) => apiId === address.apiId && stage === address.stage);
  if (entry === undefined) throw invalidApiStage(address, plan.id);
  const [, place = "", member] = /^(.*?)(?:\/(rateLimit|burstLimit))?$/.exec(below) ?? [];
  const route = place.replaceAll("~1", "/").replaceAll("~0", "~");
  if (patch.op === "remove") {
    if (member !== undefined) throw badRequest(`Invalid patch path ${patch.path}`);
    const { [route]: _, ...others } = entry.throttle ?? {};
    entry.throttle = route === "" ? {} : others;
    return;
  }
  if (patch.op !== "add" && patch.op !== "replace") {
    throw badRequest("Invalid patch operation specified. Must be one of: [add, remove, replace]");
  }
  if (member === undefined || !/^\/.*\/[A-Z]+$/.test(route)) throw badRequest(`Invalid patch path ${patch.path}`);
  const limits = { ...entry.throttle?.[route], [member]: numberOf(patchValue(patch), patch.path) };
  entry.throttle = { ...entry.throttle, [route]: limits };
};

/** After all patches of a request. */
export const checkLimits = (plan: UsagePlan): void => {
  if (plan.quota !== undefined) plan.quota = checkQuota(plan.quota);
};
