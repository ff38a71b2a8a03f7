import { announceKeys } from "../data-plane/key-rings.ts";
import type { Operation, UsagePlan, World } from "../model.ts";
import { badRequest, limitExceeded, type ServiceError } from "../service-error.ts";
import { pageOf } from "./pages.ts";
import { type PatchOperation, patchesOf, patchValue } from "./patch.ts";
import { checkTags } from "./tag-rules.ts";
import { checkLimits, invalidApiStage, limitsOf, patchLimits } from "./usage-plan-limits.ts";
import { checkOnePlanPerStage, requireUsagePlan } from "./usage-plan-rules.ts";

type ApiStage = UsagePlan["apiStages"][number];

const checkApiStage = (world: World, apiStage: ApiStage, planId: string): void => {
  if (!world.restApis.get(apiStage.apiId)?.stages.has(apiStage.stage)) throw invalidApiStage(apiStage, planId);
};

const createUsagePlan: Operation = (input, world) => {
  checkTags(input.tags ?? {});
  const quota = world.quotas.usagePlans;
  if (world.usagePlans.size >= quota) throw limitExceeded(`Maximum number of usage plans (${quota}) has been reached`);
  const id = world.newId(6);
  const apiStages: ApiStage[] = (input.apiStages ?? []).map(({ apiId, stage, throttle }: ApiStage) => ({
    apiId,
    stage,
    ...(throttle === undefined ? {} : { throttle: structuredClone(throttle) }),
  }));
  for (const apiStage of apiStages) checkApiStage(world, apiStage, id);
  const plan: UsagePlan = {
    id,
    name: input.name,
    ...(input.description ? { description: input.description } : {}),
    apiStages,
    ...limitsOf(input),
    ...(input.quota === undefined ? {} : { quotaSince: world.clock.now() }),
    ...(input.tags ? { tags: { ...input.tags } } : {}),
  };
  world.usagePlans.set(id, plan);
  return planAnswer(plan);
};

const planAnswer = ({ keyIds: _, quotaSince: __, ...plan }: UsagePlan): Record<string, unknown> =>
  structuredClone(plan);

/** Listings leave the tags out (recorded behaviour). */
const listedPlan = ({ tags: _, ...plan }: UsagePlan): Record<string, unknown> => planAnswer(plan);

const getUsagePlan: Operation = (input, world) => planAnswer(requireUsagePlan(world, input.usagePlanId));

const getUsagePlans: Operation = (input, world) => {
  const plans = [...world.usagePlans.values()].filter(
    ({ keyIds = [] }) => input.keyId === undefined || keyIds.includes(input.keyId),
  );
  const page = pageOf(plans, ({ id }) => id, input);
  return { ...page, items: page.items.map(listedPlan) };
};

const updateUsagePlan: Operation = (input, world) => {
  const before = requireUsagePlan(world, input.usagePlanId);
  const plan = structuredClone(before);
  for (const patch of patchesOf(input)) {
    if (patch.path === "/apiStages") patchApiStages(world, plan, patch);
    else if (!patchLimits(plan, patch)) patchAttribute(plan, patch);
  }
  checkLimits(plan);
  if (JSON.stringify(plan.quota) !== JSON.stringify(before.quota)) plan.quotaSince = world.clock.now();
  checkOnePlanPerStage(world, plan);
  world.usagePlans.set(plan.id, plan);
  announceKeys(world);
  return planAnswer(plan);
};

/** The paths that the service knows, in its own order (reported behaviour). */
const knownPaths = [
  "/apiStages",
  "/quota",
  "/throttle",
  "/productCode",
  "/apiStages/{apiId}:{stage}/throttle",
  "/apiStages/{apiId}:{stage}/throttle/{path}/{verb}",
].join(", ");

const invalidPath = ({ path }: PatchOperation): ServiceError =>
  badRequest(`Invalid patch path ${path}. Must be one of: [${knownPaths}]`);

const patchAttribute = (plan: UsagePlan, patch: PatchOperation): void => {
  const { path } = patch;
  if (path !== "/name" && path !== "/description" && path !== "/productCode") throw invalidPath(patch);
  if (patch.op !== "replace") throw badRequest("Invalid patch operation specified. Must be one of: [replace]");
  if (path === "/name") plan.name = patchValue(patch);
  else if (path === "/productCode") plan.productCode = patchValue(patch);
  else plan.description = patchValue(patch);
};

const patchApiStages = (world: World, plan: UsagePlan, patch: PatchOperation): void => {
  const apiStage = apiStageOf(patch);
  const index = plan.apiStages.findIndex(({ apiId, stage }) => apiId === apiStage.apiId && stage === apiStage.stage);
  if (patch.op === "remove") {
    if (index === -1) throw invalidApiStage(apiStage, plan.id);
    plan.apiStages.splice(index, 1);
    return;
  }
  if (patch.op !== "add") throw badRequest("Invalid patch operation specified. Must be one of: [add, remove]");
  checkApiStage(world, apiStage, plan.id);
  if (index === -1) plan.apiStages.push(apiStage);
};

/** `apiId:stage`. A value of another form is refused like none at all (recorded behaviour for none). */
const apiStageOf = ({ value = "" }: PatchOperation): ApiStage => {
  const [, apiId, stage] = /^([^:]+):([^:]+)$/.exec(value) ?? [];
  if (apiId === undefined || stage === undefined) throw badRequest("Invalid API Stage specified");
  return { apiId, stage };
};

const deleteUsagePlan: Operation = (input, world) => {
  const { id, apiStages } = requireUsagePlan(world, input.usagePlanId);
  if (apiStages.length > 0) {
    const [first] = apiStages;
    throw badRequest(
      `Cannot delete Usage Plan ${id} because there are API Stages associated with it, ` +
        `including ${first?.apiId}:${first?.stage}`,
    );
  }
  world.usagePlans.delete(id);
  announceKeys(world);
};

export const usagePlanOperations: Record<string, Operation> = {
  CreateUsagePlan: createUsagePlan,
  GetUsagePlan: getUsagePlan,
  GetUsagePlans: getUsagePlans,
  UpdateUsagePlan: updateUsagePlan,
  DeleteUsagePlan: deleteUsagePlan,
};
