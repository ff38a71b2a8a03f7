import { announceKeys } from "../data-plane/key-rings.ts";
import type { UsagePlan, World } from "../model.ts";
import { conflict, notFound } from "../service-error.ts";

/** @throws ServiceError 404 */
export const requireUsagePlan = (world: World, id: string): UsagePlan => {
  const plan = world.usagePlans.get(id);
  if (!plan) throw notFound("Invalid Usage Plan ID specified");
  return plan;
};

export const plansOfKey = (world: World, keyId: string): UsagePlan[] =>
  [...world.usagePlans.values()].filter(({ keyIds }) => keyIds?.includes(keyId));

/**
 * A key may be in several plans, but for a stage in one only (API Gateway Developer Guide, usage plans).
 *
 * @throws ServiceError 409; neither the error's class nor its text is documented
 */
export const checkOnePlanPerStage = (world: World, plan: UsagePlan): void => {
  for (const keyId of plan.keyIds ?? []) {
    for (const other of plansOfKey(world, keyId)) {
      const shared = other.id === plan.id ? undefined : plan.apiStages.find((stage) => holds(other, stage));
      if (!shared) continue;
      throw conflict(`API Key ${keyId} is already in usage plan ${other.id} for ${shared.apiId}:${shared.stage}`);
    }
  }
};

type ApiStage = UsagePlan["apiStages"][number];

const isSame = (one: ApiStage, other: ApiStage): boolean => one.apiId === other.apiId && one.stage === other.stage;

const holds = ({ apiStages }: UsagePlan, apiStage: ApiStage): boolean =>
  apiStages.some((entry) => isSame(entry, apiStage));

/** Takes a stage out of every plan. */
export const leavePlans = (world: World, apiStage: ApiStage): void => {
  for (const plan of world.usagePlans.values()) {
    plan.apiStages = plan.apiStages.filter((entry) => !isSame(entry, apiStage));
  }
  announceKeys(world);
};
