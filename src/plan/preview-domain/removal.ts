import { isOurRule, type RoutingRule, type RuledDomain } from "../../domain/routing-rule.ts";
import { compareTexts } from "../../domain/text-order.ts";
import type { DeleteRuleStep, DeleteStageStep, EvictionStep, Step } from "../step.ts";

/** What is known of a domain's rules where stages end. */
export type KnownRules = {
  readonly domain: RuledDomain;
  readonly restApiId: string;
  readonly rules: readonly RoutingRule[];
};

/** The same steps, each deletion of a stage preceded by those of the rules of ours that lead to it. */
export const withRuleRemovals = (steps: readonly Step[], known: KnownRules): readonly Step[] =>
  steps.flatMap((step): readonly Step[] => {
    if (step.kind === "delete-stage") return [...rulesBefore(step, known), step];
    if (step.kind !== "create-stage" || step.ifFull?.kind !== "evict") return [step];
    const evictions = step.ifFull.steps.flatMap((eviction): readonly EvictionStep[] =>
      eviction.kind === "delete-stage" ? [...rulesBefore(eviction, known), eviction] : [eviction],
    );
    return [{ ...step, ifFull: { ...step.ifFull, steps: evictions } }];
  });

const rulesBefore = (step: DeleteStageStep, known: KnownRules): readonly DeleteRuleStep[] => {
  const { stageName, owner, deploymentId, createdAt } = step;
  const when = { kind: "stage-ends", stage: { stageName, owner, deploymentId, createdAt } } as const;
  return ours(known)
    .filter((rule) => rule.stageName === stageName)
    .map((rule) => removalOf(rule, known, when, `it leads to stage ${stageName}, which is deleted next`));
};

/** Rules of ours that lead to a stage that is not there: a removal was broken off, or the stage was deleted by hand. */
export const danglingRules = (known: KnownRules, stageNames: ReadonlySet<string>): readonly DeleteRuleStep[] =>
  ours(known)
    .filter(({ stageName = "" }) => !stageNames.has(stageName))
    .map((rule) =>
      removalOf(rule, known, { kind: "stage-gone" }, `it leads to stage ${rule.stageName}, which is gone`),
    );

const ours = ({ domain, restApiId, rules }: KnownRules): readonly RoutingRule[] =>
  rules
    .filter((rule) => isOurRule(rule, domain, restApiId))
    .toSorted((one, other) => one.priority - other.priority || compareTexts(one.id, other.id));

const removalOf = (
  { id: ruleId, stageName = "" }: RoutingRule,
  { domain: { name, id, band } }: KnownRules,
  when: DeleteRuleStep["when"],
  because: string,
): DeleteRuleStep => ({
  kind: "delete-routing-rule",
  domain: { name, id, band },
  ruleId,
  stageName,
  when,
  because,
  seenByCallers: true,
});
