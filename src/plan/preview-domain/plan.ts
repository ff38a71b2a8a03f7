import type { DomainSeen } from "../../domain/preview-domain.ts";
import { isRefusal, type Plan, type Refusal } from "../plan.ts";
import type { Step } from "../step.ts";
import { danglingRules, type KnownRules, withRuleRemovals } from "./removal.ts";
import { decideRule, type RuleQuestion } from "./rule.ts";

/** The plan of a deployment, and the rule that leads to its stage; or why there must be none, before anything is written. */
export const withRule = (plan: Plan, question: RuleQuestion, seen: DomainSeen): Plan | Refusal => {
  if (plan.result === "skipped") return plan;
  const decision = decideRule(question, seen);
  if (isRefusal(decision)) return decision;
  const steps = [...withRuleRemovals(plan.steps, { ...question, rules: seen.rules }), ...decision.steps];
  return {
    ...plan,
    result: plan.result === "unchanged" && decision.steps.length > 0 ? "updated" : plan.result,
    steps,
    domainPath: decision.basePath,
    warnings: [...plan.warnings, ...decision.warnings],
  };
};

/** The plan of a deletion, the rules first, also of a stage that is gone already. */
export const withoutRule = (plan: Plan, stageName: string, known: KnownRules, stageNames: readonly string[]): Plan => {
  if (plan.result === "skipped") return plan;
  const left = danglingRules(known, new Set(stageNames)).filter((step) => step.stageName === stageName);
  const steps: readonly Step[] = [...left, ...withRuleRemovals(plan.steps, known)];
  return { ...plan, steps, result: steps.length === 0 ? plan.result : "deleted" };
};

/** The plan of a sweep, with the rules of all stages that end, and those whose stage is gone. */
export const withoutRules = (plan: Plan, known: KnownRules, stageNames: readonly string[]): Plan => ({
  ...plan,
  steps: [...danglingRules(known, new Set(stageNames)), ...withRuleRemovals(plan.steps, known)],
});
