import type { Operation, UsagePlan, World } from "../model.ts";
import { badRequest, notFound, ServiceError } from "../service-error.ts";
import { pageOf } from "./pages.ts";
import { type PatchOperation, patchesOf, patchValue } from "./patch.ts";
import { checkTags } from "./tag-rules.ts";

type ApiStage = UsagePlan["apiStages"][number];

/** @throws ServiceError 404 */
export const requireUsagePlan = (world: World, id: string): UsagePlan => {
  const plan = world.usagePlans.get(id);
  if (!plan) throw notFound("Invalid Usage Plan ID specified");
  return plan;
};

/** Recorded behaviour. */
const checkApiStage = (world: World, { apiId, stage }: ApiStage, planId: string): void => {
  if (!world.restApis.get(apiId)?.stages.has(stage)) {
    throw notFound(`Invalid API Stage {api: ${apiId}, stage: ${stage}} specified for usageplan ${planId}`);
  }
};

const createUsagePlan: Operation = (input, world) => {
  refuseUnsimulated("throttle", input.throttle);
  refuseUnsimulated("quota", input.quota);
  checkTags(input.tags ?? {});
  const id = world.newId(6);
  const apiStages: ApiStage[] = (input.apiStages ?? []).map(({ apiId, stage }: ApiStage) => ({ apiId, stage }));
  for (const apiStage of apiStages) checkApiStage(world, apiStage, id);
  const plan: UsagePlan = {
    id,
    name: input.name,
    ...(input.description ? { description: input.description } : {}),
    apiStages,
    ...(input.tags ? { tags: { ...input.tags } } : {}),
  };
  world.usagePlans.set(id, plan);
  return structuredClone(plan);
};

const refuseUnsimulated = (member: string, value: unknown): void => {
  if (value !== undefined) {
    throw new ServiceError(501, "NotImplementedException", `The simulator does not know a usage plan's ${member}`);
  }
};

const getUsagePlan: Operation = (input, world) => structuredClone(requireUsagePlan(world, input.usagePlanId));

const getUsagePlans: Operation = (input, world) => {
  const plans = [...world.usagePlans.values()].filter(
    ({ keyIds }) => input.keyId === undefined || keyIds?.includes(input.keyId),
  );
  return structuredClone(pageOf(plans, ({ id }) => id, input));
};

const updateUsagePlan: Operation = (input, world) => {
  const plan = structuredClone(requireUsagePlan(world, input.usagePlanId));
  for (const patch of patchesOf(input)) {
    if (patch.path === "/apiStages") patchApiStages(world, plan, patch);
    else patchAttribute(plan, patch);
  }
  world.usagePlans.set(plan.id, plan);
  return structuredClone(plan);
};

const patchAttribute = (plan: UsagePlan, patch: PatchOperation): void => {
  if (/^\/(throttle|quota|productCode|apiStages\/)/.test(patch.path)) refuseUnsimulated(patch.path.slice(1), patch);
  if (patch.path !== "/name" && patch.path !== "/description") throw badRequest(`Invalid patch path ${patch.path}`);
  if (patch.op !== "replace") throw badRequest("Invalid patch operation specified. Must be one of: [replace]");
  if (patch.path === "/name") plan.name = patchValue(patch);
  else plan.description = patchValue(patch);
};

const patchApiStages = (world: World, plan: UsagePlan, patch: PatchOperation): void => {
  const [apiId = "", stage = ""] = patchValue(patch).split(":");
  const index = plan.apiStages.findIndex((entry) => entry.apiId === apiId && entry.stage === stage);
  if (patch.op === "remove") {
    if (index === -1)
      throw notFound(`Invalid API Stage {api: ${apiId}, stage: ${stage}} specified for usageplan ${plan.id}`);
    plan.apiStages.splice(index, 1);
    return;
  }
  if (patch.op !== "add") throw badRequest("Invalid patch operation specified. Must be one of: [add, remove]");
  checkApiStage(world, { apiId, stage }, plan.id);
  if (index === -1) plan.apiStages.push({ apiId, stage });
};

const deleteUsagePlan: Operation = (input, world) => {
  const { id, apiStages } = requireUsagePlan(world, input.usagePlanId);
  if (apiStages.length > 0) {
    throw badRequest(`Cannot delete Usage Plan ${id} because there are API Stages associated with it`);
  }
  world.usagePlans.delete(id);
};

export const usagePlanOperations: Record<string, Operation> = {
  CreateUsagePlan: createUsagePlan,
  GetUsagePlan: getUsagePlan,
  GetUsagePlans: getUsagePlans,
  UpdateUsagePlan: updateUsagePlan,
  DeleteUsagePlan: deleteUsagePlan,
};
