import type { Operation, World } from "../model.ts";
import { applyPatches, optionalLeaf, type Patched, replaceOnlyRefusals } from "./patch-rules.ts";

/** The limits of a fresh account (API Gateway quotas). */
const accountView = (world: World) => ({
  ...world.account,
  throttleSettings: { burstLimit: 5000, rateLimit: 10000 },
  features: ["UsagePlans"],
  apiKeyVersion: "4",
});

const updateAccount: Operation = (input, world) => {
  const members: Patched = { ...world.account };
  const rules = [{ ...optionalLeaf("cloudwatchRoleArn"), operations: ["replace"] }];
  applyPatches(members, input.patchOperations, rules, replaceOnlyRefusals(["/cloudwatchRoleArn"]));
  world.account = members;
  return accountView(world);
};

export const accountOperations: Record<string, Operation> = {
  GetAccount: (_, world) => accountView(world),
  UpdateAccount: updateAccount,
};
