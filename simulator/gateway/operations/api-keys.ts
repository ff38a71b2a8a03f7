import type { ApiKey, Operation, UsagePlan, World } from "../model.ts";
import { badRequest, notFound } from "../service-error.ts";
import { pageOf } from "./pages.ts";
import { applyPatches, isTrue, leaf, optionalLeaf, type Patched, replaceOnlyRefusals } from "./patch-rules.ts";
import { checkTags } from "./tag-rules.ts";
import { requireUsagePlan } from "./usage-plans.ts";

/** API keys of the account, and their places in usage plans. Texts are recorded unless they say otherwise. */

const requireApiKey = (world: World, id: string): ApiKey => {
  const key = world.issuedApiKeys.get(id);
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
    value: input.value ? checkedValue(input.value) : world.newId(40),
    ...(input.name ? { name: input.name } : {}),
    ...(input.description ? { description: input.description } : {}),
    ...(input.customerId ? { customerId: input.customerId } : {}),
    ...(input.tags ? { tags: { ...input.tags } } : {}),
    enabled: input.enabled ?? false,
    createdDate: now,
    lastUpdatedDate: now,
  };
  world.issuedApiKeys.set(key.id, key);
  return { ...key, stageKeys: [] };
};

const checkName = (name: string): void => {
  if (name.length > 1024) throw badRequest("Invalid API Key name, can be at most 1024 characters.");
};

const checkDescription = (description: string): string => {
  if (description.length > 125000) throw badRequest("Invalid API Key description specified.");
  return description;
};

const checkedValue = (value: string): string => {
  if (value.length < 20) throw badRequest("API Key value should be at least 20 characters");
  if (value.length > 128) throw badRequest("API Key value exceeds maximum size of 128 characters");
  return value;
};

/** Listings leave tags out, and the value unless asked for it. */
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

const startsWith = (name: string | undefined, query: string | undefined): boolean =>
  query === undefined || (name ?? "").startsWith(query);

/** A limit that is none counts as the default. */
const getApiKeys: Operation = (input, world) => {
  const keys = [...world.issuedApiKeys.values()].filter(
    ({ name, customerId }) =>
      startsWith(name, input.nameQuery) && (input.customerId === undefined || customerId === input.customerId),
  );
  const { limit, ...paging } = input;
  const page = pageOf(keys, newestFirst, limit >= 1 ? { ...paging, limit } : paging);
  return { ...page, items: page.items.map((key) => listedKey(key, input.includeValues === true)) };
};

const rules = [
  { ...optionalLeaf("description"), operations: ["replace"] },
  leaf("enabled", isTrue),
  { ...optionalLeaf("name"), operations: ["replace"] },
  { ...optionalLeaf("customerId"), operations: ["replace"] },
];
const refusals = replaceOnlyRefusals(["/description", "/enabled", "/name", "/customerId"]);

const updateApiKey: Operation = (input, world) => {
  const patched: Patched = { ...requireApiKey(world, input.apiKey) };
  applyPatches(patched, input.patchOperations, rules, refusals);
  checkName(String(patched["name"] ?? ""));
  checkDescription(String(patched["description"] ?? ""));
  const key = { ...(patched as ApiKey), lastUpdatedDate: world.clock.now() };
  world.issuedApiKeys.set(key.id, key);
  return shownKey(key, false);
};

/** A key that is deleted leaves its usage plans. */
const deleteApiKey: Operation = (input, world) => {
  const { id } = requireApiKey(world, input.apiKey);
  world.issuedApiKeys.delete(id);
  for (const plan of world.usagePlans.values()) removeKey(plan, id);
};

const removeKey = (plan: UsagePlan, id: string): void => {
  plan.keyIds = (plan.keyIds ?? []).filter((keyId) => keyId !== id);
};

const planKey = ({ id, name, value }: ApiKey) => ({
  id,
  ...(name === undefined ? {} : { name }),
  type: "API_KEY",
  value,
});

const createUsagePlanKey: Operation = (input, world) => {
  const plan = requireUsagePlan(world, input.usagePlanId);
  // Not recorded.
  if (input.keyType !== "API_KEY") throw badRequest("Invalid key type specified. Must be one of: [API_KEY]");
  const key = requireApiKey(world, input.keyId);
  removeKey(plan, key.id);
  plan.keyIds = [...(plan.keyIds ?? []), key.id];
  return planKey(key);
};

/** A usage plan that is not there has no keys. */
const getUsagePlanKeys: Operation = (input, world) => {
  const ids = world.usagePlans.get(input.usagePlanId)?.keyIds ?? [];
  const keys = ids.map((id) => requireApiKey(world, id)).filter(({ name }) => startsWith(name, input.nameQuery));
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
