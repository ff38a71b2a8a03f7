import * as z from "zod/mini";
import type { ProtectionRule } from "../../domain/gate.ts";
import { UnreadableAnswer } from "../trouble.ts";
import { anything, checked, listed } from "./checked.ts";

/** Types as in the REST reference, "Get an environment"; a type that is not known there is an App's rule. */
const RULE_TYPES: ReadonlyMap<string, ProtectionRule> = new Map([
  ["required_reviewers", "required-reviewers"],
  ["wait_timer", "wait-timer"],
  ["branch_policy", "branch-policy"],
]);

const environment = z.looseObject({
  name: z.string(),
  protection_rules: anything,
  deployment_branch_policy: anything,
});

/** REST, "Get an environment". Rules of Apps may have a list of their own. Throws UnreadableAnswer. */
export const readProtection = (value: unknown): readonly ProtectionRule[] => {
  const { protection_rules: given = [], deployment_branch_policy } = checked(environment, value, "an environment");
  const { entries, leftOut } = listed(z.looseObject({ type: z.string() }), given, "a list of protection rules");
  const rules = new Set(entries.map(({ type }): ProtectionRule => RULE_TYPES.get(type) ?? "custom"));
  if (typeof deployment_branch_policy === "object" && deployment_branch_policy !== null) rules.add("branch-policy");
  if (rules.size === 0 && leftOut > 0) throw new UnreadableAnswer("it has protection rules that are none");
  return [...rules];
};

const customRules = z.looseObject({ custom_deployment_protection_rules: anything });

/** REST, "Get all deployment protection rules for an environment". Throws UnreadableAnswer. */
export const readHasCustomRule = (value: unknown): boolean => {
  const { custom_deployment_protection_rules: given = [] } = checked(customRules, value, "a list of custom rules");
  const { entries, leftOut } = listed(z.looseObject({ enabled: z.boolean() }), given, "a list of custom rules");
  if (entries.some(({ enabled }) => enabled)) return true;
  if (leftOut > 0) throw new UnreadableAnswer("it has custom rules that are none");
  return false;
};

const approval = z.looseObject({
  state: z.string(),
  user: z.looseObject({ login: z.string() }),
  environments: z.array(z.catch(z.looseObject({ name: z.string() }), { name: "" })),
});

export type ReadApproval = { readonly login: string; readonly state: string; readonly environments: readonly string[] };

/** REST, "Get the review history for a workflow run"; without those by accounts that are gone. Throws UnreadableAnswer. */
export const readApprovals = (value: unknown): readonly ReadApproval[] =>
  listed(approval, value, "a list of reviews").entries.map(({ user, state, environments }) => ({
    login: user.login,
    state,
    environments: environments.map(({ name }) => name),
  }));
