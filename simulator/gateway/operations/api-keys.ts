import { announceKeys } from "../data-plane/key-rings.ts";
import type { ApiKey, Operation, UsagePlan, World } from "../model.ts";
import { badRequest, conflict, limitExceeded, notFound } from "../service-error.ts";
import { pageOf } from "./pages.ts";
import { applyPatches, isTrue, leaf, optionalLeaf, type Patched, replaceOnlyRefusals } from "./patch-rules.ts";
import { checkTags } from "./tag-rules.ts";
import { checkOnePlanPerStage, plansOfKey, requireUsagePlan } from "./usage-plan-rules.ts";

/** API keys of the account, and their places in usage plans. Texts are recorded unless they say otherwise. */

const requireApiKey = (world: World, id: string): ApiKey => {
  const key = world.apiKeys.get(id);
  // Not recorded.
  if (!key) throw notFound("Invalid API Key identifier specified");
  return key;
};

const createApiKey: Operation = (input, world) => {
  checkName(input.name ?? "");
  checkDescription(input.description ?? "");
  checkTags(input.tags ?? {});
  const now = world.clock.now();
  const key: ApiKey = {
    id: world.newId(10),
    value: input.value ? checkedValue(world, input.value) : world.newId(40),
    ...(input.name ? { name: input.name } : {}),
    ...(input.description ? { description: input.description } : {}),
    ...(input.customerId ? { customerId: input.customerId } : {}),
    ...(input.tags ? { tags: { ...input.tags } } : {}),
    enabled: input.enabled ?? false,
    createdDate: now,
    lastUpdatedDate: now,
  };
  world.apiKeys.set(key.id, key);
  return { ...key, stageKeys: [] };
};

const checkName = (name: string): void => {
  if (name.length > 1024) throw badRequest("Invalid API Key name, can be at most 1024 characters.");
};

const checkDescription = (description: string): void => {
  if (description.length > 125000) throw badRequest("Invalid API Key description specified.");
};

const checkedValue = (world: World, value: string): string => {
  if (value.length < 20) throw badRequest("API Key value should be at least 20 characters");
  if (value.length > 128) throw badRequest("API Key value exceeds maximum size of 128 characters");
  // Not recorded.
  if ([...world.apiKeys.values()].some((key) => key.value === value)) throw conflict("API Key already exists");
  return value;
};

/**
 * Listings leave tags out, and the value unless asked for it. They name the stages that a key was bound to before there
 * were usage plans; none here ever was.
 */
const listedKey = ({ tags: _, value, ...members }: ApiKey, withValue: boolean) => ({
  ...members,
  stageKeys: [],
  ...(withValue ? { value } : {}),
});

const shownKey = (key: ApiKey, withValue: boolean) => ({ ...listedKey(key, withValue), tags: { ...key.tags } });

const getApiKey: Operation = (input, world) =>
  shownKey(requireApiKey(world, input.apiKey), input.includeValue === true);

/** The newest first, as far as was seen; no order is documented. */
const newestFirst = ({ createdDate, id }: ApiKey): string => `${String(1e15 - createdDate).padStart(16, "0")} ${id}`;

/** `nameQuery` is the beginning of a name, in its letter case (recorded behaviour). */
const startsWith = ({ name = "" }: ApiKey, nameQuery = ""): boolean => name.startsWith(nameQuery);

/** A limit that is none counts as the default. */
const getApiKeys: Operation = (input, world) => {
  const { limit, nameQuery, customerId, includeValues, ...paging } = input;
  const found = [...world.apiKeys.values()].filter(
    (key) => startsWith(key, nameQuery) && (customerId === undefined || key.customerId === customerId),
  );
  const page = pageOf(found, newestFirst, limit >= 1 ? { ...paging, limit } : paging);
  return { ...page, items: page.items.map((key) => listedKey(key, includeValues === true)) };
};

const replaceOnly = (name: string) => ({ ...optionalLeaf(name), operations: ["replace"] });
const rules = [replaceOnly("description"), leaf("enabled", isTrue), replaceOnly("name"), replaceOnly("customerId")];
const refusals = replaceOnlyRefusals(["/description", "/enabled", "/name", "/customerId"]);

const updateApiKey: Operation = (input, world) => {
  const patched: Patched = { ...requireApiKey(world, input.apiKey) };
  applyPatches(patched, input.patchOperations, rules, refusals);
  checkName(String(patched["name"] ?? ""));
  checkDescription(String(patched["description"] ?? ""));
  const key = { ...(patched as ApiKey), lastUpdatedDate: world.clock.now() };
  world.apiKeys.set(key.id, key);
  announceKeys(world);
  return shownKey(key, false);
};

/** A key that is deleted leaves its usage plans. */
const deleteApiKey: Operation = (input, world) => {
  const { id } = requireApiKey(world, input.apiKey);
  world.apiKeys.delete(id);
  for (const plan of plansOfKey(world, id)) removeKey(plan, id);
  announceKeys(world);
};

const removeKey = (plan: UsagePlan, id: string): void => {
  plan.keyIds = plan.keyIds?.filter((keyId) => keyId !== id) ?? [];
};

const planKey = ({ id, name, value }: ApiKey) => ({
  id,
  ...(name === undefined ? {} : { name }),
  type: "API_KEY",
  value,
});

/** None of its refusals is recorded. */
const createUsagePlanKey: Operation = (input, world) => {
  const plan = requireUsagePlan(world, input.usagePlanId);
  if (input.keyType !== "API_KEY") throw badRequest("Invalid key type specified. Must be one of: [API_KEY]");
  const key = requireApiKey(world, input.keyId);
  if (plan.keyIds?.includes(key.id)) throw conflict(`Usage Plan Key ${key.id} already exists in Usage Plan ${plan.id}`);
  if (plansOfKey(world, key.id).length >= world.quotas.plansPerKey) {
    throw limitExceeded(`API Key ${key.id} is in the maximum number of usage plans (${world.quotas.plansPerKey})`);
  }
  const joined = { ...plan, keyIds: [...(plan.keyIds ?? []), key.id] };
  checkOnePlanPerStage(world, joined);
  world.usagePlans.set(plan.id, joined);
  announceKeys(world);
  return planKey(key);
};

/** A usage plan that is not there has no keys. */
const getUsagePlanKeys: Operation = (input, world) => {
  const ids = world.usagePlans.get(input.usagePlanId)?.keyIds ?? [];
  const keys = ids.map((id) => requireApiKey(world, id)).filter((key) => startsWith(key, input.nameQuery));
  const page = pageOf(keys, newestFirst, input);
  return { ...page, items: page.items.map(planKey) };
};

const requirePlanKey = (world: World, usagePlanId: string, keyId: string): { plan: UsagePlan; key: ApiKey } => {
  const plan = requireUsagePlan(world, usagePlanId);
  const key = requireApiKey(world, keyId);
  // Not recorded.
  if (!plan.keyIds?.includes(keyId)) throw notFound("Invalid Usage Plan Key identifier specified");
  return { plan, key };
};

const getUsagePlanKey: Operation = (input, world) => planKey(requirePlanKey(world, input.usagePlanId, input.keyId).key);

const deleteUsagePlanKey: Operation = (input, world) => {
  const { plan, key } = requirePlanKey(world, input.usagePlanId, input.keyId);
  removeKey(plan, key.id);
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
