import { randomBytes } from "node:crypto";
import { announceKeys } from "../data-plane/key-rings.ts";
import type { ApiKey, Operation, UsagePlan, World } from "../model.ts";
import { badRequest, conflict, limitExceeded, notFound } from "../service-error.ts";
import { pageOf } from "./pages.ts";
import { applyPatches, isTrue, leaf, optionalLeaf, type Patched, plainRefusals } from "./patch-rules.ts";
import { checkTags } from "./tag-rules.ts";
import { checkOnePlanPerStage, plansOfKey, requireUsagePlan } from "./usage-plan-rules.ts";

const requireApiKey = (world: World, id: string): ApiKey => {
  const key = world.apiKeys.get(id);
  if (!key) throw notFound("Invalid API Key identifier specified");
  return key;
};

/** A listing names the stages that a key was bound to before there were usage plans; none here ever was. */
const keyAnswer = ({ value, ...members }: ApiKey, withValue: boolean): Record<string, unknown> =>
  structuredClone({ ...members, ...(withValue ? { value } : {}), stageKeys: [] });

/** Lengths are recorded behaviour. */
const checkValue = (world: World, value: string): void => {
  if (value.length < 20) throw badRequest("API Key value should be at least 20 characters");
  if (value.length > 128) throw badRequest("API Key value exceeds maximum size of 128 characters");
  if ([...world.apiKeys.values()].some((key) => key.value === value)) throw conflict("API Key already exists");
};

const createApiKey: Operation = (input, world) => {
  const { name, description, enabled = false, tags } = input;
  if (name !== undefined && name.length > 1024)
    throw badRequest("Invalid API Key name, can be at most 1024 characters.");
  checkTags(tags ?? {});
  const value: string = input.value ?? randomBytes(20).toString("hex");
  checkValue(world, value);
  const now = world.clock.now();
  const key: ApiKey = {
    id: world.newId(10),
    ...(name === undefined ? {} : { name }),
    ...(description === undefined ? {} : { description }),
    value,
    enabled,
    createdDate: now,
    lastUpdatedDate: now,
    ...(tags === undefined ? {} : { tags: { ...tags } }),
  };
  world.apiKeys.set(key.id, key);
  return keyAnswer(key, true);
};

const getApiKey: Operation = (input, world) =>
  keyAnswer(requireApiKey(world, input.apiKey), input.includeValue === true);

/** `nameQuery` is the beginning of a name, in its letter case (recorded behaviour). */
const getApiKeys: Operation = (input, world) => {
  const found = [...world.apiKeys.values()].filter(({ name = "" }) => name.startsWith(input.nameQuery ?? ""));
  const page = pageOf(found, ({ id }) => id, input);
  return { ...page, items: page.items.map((key) => keyAnswer(key, input.includeValues === true)) };
};

const patchRules = [leaf("name"), optionalLeaf("description"), leaf("enabled", isTrue)];

const updateApiKey: Operation = (input, world) => {
  const key = requireApiKey(world, input.apiKey);
  const { id, value, createdDate, ...changeable } = key;
  const patched: Patched = { ...changeable };
  applyPatches(patched, input.patchOperations, patchRules, plainRefusals);
  const changed = { ...patched, id, value, createdDate, lastUpdatedDate: world.clock.now() } as ApiKey;
  world.apiKeys.set(id, changed);
  announceKeys(world);
  return keyAnswer(changed, false);
};

const deleteApiKey: Operation = (input, world) => {
  const { id } = requireApiKey(world, input.apiKey);
  world.apiKeys.delete(id);
  for (const plan of plansOfKey(world, id)) plan.keyIds = plan.keyIds?.filter((keyId) => keyId !== id) ?? [];
  announceKeys(world);
};

const planKeyAnswer = ({ id, name, value }: ApiKey): Record<string, unknown> => ({
  id,
  type: "API_KEY",
  value,
  ...(name === undefined ? {} : { name }),
});

const createUsagePlanKey: Operation = (input, world) => {
  const plan = requireUsagePlan(world, input.usagePlanId);
  const key = requireApiKey(world, input.keyId);
  if (input.keyType !== "API_KEY") throw badRequest("Invalid usage plan key type specified");
  if (plan.keyIds?.includes(key.id)) throw conflict(`Usage Plan Key ${key.id} already exists in Usage Plan ${plan.id}`);
  if (plansOfKey(world, key.id).length >= world.quotas.plansPerKey) {
    throw limitExceeded(`API Key ${key.id} is in the maximum number of usage plans (${world.quotas.plansPerKey})`);
  }
  const joined = { ...plan, keyIds: [...(plan.keyIds ?? []), key.id] };
  checkOnePlanPerStage(world, joined);
  world.usagePlans.set(plan.id, joined);
  announceKeys(world);
  return planKeyAnswer(key);
};

const requirePlanKey = (world: World, plan: UsagePlan, keyId: string): ApiKey => {
  const key = plan.keyIds?.includes(keyId) ? world.apiKeys.get(keyId) : undefined;
  if (!key) throw notFound("Invalid Usage Plan Key specified");
  return key;
};

const getUsagePlanKey: Operation = (input, world) =>
  planKeyAnswer(requirePlanKey(world, requireUsagePlan(world, input.usagePlanId), input.keyId));

const getUsagePlanKeys: Operation = (input, world) => {
  const { keyIds = [] } = requireUsagePlan(world, input.usagePlanId);
  const keys = keyIds
    .flatMap((id) => world.apiKeys.get(id) ?? [])
    .filter(({ name = "" }) => name.startsWith(input.nameQuery ?? ""));
  const page = pageOf(keys, ({ id }) => id, input);
  return { ...page, items: page.items.map(planKeyAnswer) };
};

const deleteUsagePlanKey: Operation = (input, world) => {
  const plan = requireUsagePlan(world, input.usagePlanId);
  const { id } = requirePlanKey(world, plan, input.keyId);
  plan.keyIds = plan.keyIds?.filter((keyId) => keyId !== id) ?? [];
  announceKeys(world);
};

export const apiKeyOperations: Record<string, Operation> = {
  CreateApiKey: createApiKey,
  GetApiKey: getApiKey,
  GetApiKeys: getApiKeys,
  UpdateApiKey: updateApiKey,
  DeleteApiKey: deleteApiKey,
  CreateUsagePlanKey: createUsagePlanKey,
  GetUsagePlanKey: getUsagePlanKey,
  GetUsagePlanKeys: getUsagePlanKeys,
  DeleteUsagePlanKey: deleteUsagePlanKey,
};
