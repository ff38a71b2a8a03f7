import { ActionError } from "../domain/errors.ts";
import { conditionsText, isOurRule, type RoutingRule, sameConditions } from "../domain/routing-rule.ts";
import { freePriority } from "../plan/preview-domain/priority.ts";
import { isStillMeant } from "../plan/removal.ts";
import type { CreateRuleStep, DeleteRuleStep } from "../plan/step.ts";
import type { Applying } from "./applying.ts";
import type { StepResult } from "./progress.ts";

/** Other runs that take a priority between reading and writing; with each there is one free priority less. */
const MOST_RACES = 20;

export const createRule = async (step: CreateRuleStep, applying: Applying): Promise<StepResult> => {
  const { gateway, progress, world } = applying;
  const { domain, stageName, conditions, stripsBasePath } = step;
  const rules = await gateway.routingRules(domain);
  const isIt = (rule: RoutingRule): boolean =>
    isOurRule(rule, domain, gateway.restApiId) &&
    rule.stageName === stageName &&
    rule.stripsBasePath === stripsBasePath &&
    sameConditions(rule.conditions, conditions);
  const content = { conditions, restApiId: gateway.restApiId, stageName, stripsBasePath };
  let priority: number | undefined = step.priority;
  for (let race = 0; race < MOST_RACES && priority !== undefined; race += 1) {
    const made = await rules.create({ ...content, priority }, isIt);
    const rule = made === "taken" ? undefined : made;
    const listed = rule === undefined ? await rules.list() : [];
    const there = rule ?? listed.find(isIt);
    if (there !== undefined) {
      progress.settingsChanged = true;
      world.log.info(
        `Routing rule ${there.id} of domain ${domain.name} sends ${conditionsText(conditions)} to stage ${stageName}, at priority ${there.priority}.`,
      );
      return "done";
    }
    priority = freePriority(step.number, domain.band, listed);
  }
  throw lostRace(step, priority);
};

const lostRace = ({ domain: { name, band }, stageName }: CreateRuleStep, priority: number | undefined): ActionError =>
  new ActionError({
    code: priority === undefined ? "ROUTING_RULE_QUOTA" : "ROUTING_RULE_RACED",
    doing: `create a routing rule for stage ${stageName} on domain ${name}`,
    happened:
      priority === undefined
        ? `All priorities of ${band.from} to ${band.to} are taken by now.`
        : `${MOST_RACES} times another rule had taken the priority that was free a moment before.`,
    acted: "no",
  });

/** A rule goes only while it is ours, and what it leads to is as it was planned for. */
export const deleteRule = async (step: DeleteRuleStep, applying: Applying): Promise<StepResult> => {
  const { gateway, progress, world } = applying;
  const { domain, ruleId, stageName } = step;
  const rules = await gateway.routingRules(domain);
  let found: RoutingRule | undefined;
  const result = await rules.remove(ruleId, async (rule) => {
    found = rule;
    const isOurs = isOurRule(rule, domain, gateway.restApiId) && rule.stageName === stageName;
    return isOurs && (await holds(step, applying));
  });
  if (result !== "deleted") return result;
  progress.settingsChanged = true;
  if (found !== undefined && step.when.kind === "stage-ends") progress.givesBack.push(againStep(step, found));
  world.log.info(`Deleted routing rule ${ruleId} of domain ${domain.name}, which led to stage ${stageName}.`);
  return "deleted";
};

const holds = async ({ when, stageName }: DeleteRuleStep, { gateway }: Applying): Promise<boolean> => {
  if (when.kind === "replaced") return true;
  const stage = await gateway.getStage(stageName);
  return stage === undefined || (when.kind === "stage-ends" && isStillMeant(when.stage, stage, gateway.restApiId));
};

const againStep = (
  { domain, stageName }: DeleteRuleStep,
  { priority, conditions, stripsBasePath }: RoutingRule,
): CreateRuleStep => ({
  kind: "create-routing-rule",
  domain,
  stageName,
  conditions,
  stripsBasePath,
  number: priority - domain.band.from,
  priority,
  because: "the stage was deployed to meanwhile, and stays",
  seenByCallers: true,
});
