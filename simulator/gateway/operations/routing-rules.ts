import { partitionOf } from "../../aws/partition.ts";
import { addRoutingRule, keyOfDomain } from "../domain-name.ts";
import type { DomainName, Operation, OperationInput, RoutingRule, World } from "../model.ts";
import { badRequest, conflict, limitExceeded, notFound } from "../service-error.ts";
import { requireDomainName } from "./identifiers.ts";
import { pageOf } from "./pages.ts";
import { actionOf, conditionsOf, requireUsable } from "./routing-rule-rules.ts";

/** Which input is refused, and with which error, is documented (API reference, Developer Guide); the texts are not. */

const ruleAnswer = (world: World, domain: DomainName, rule: RoutingRule): Record<string, unknown> => ({
  Actions: [{ InvokeApi: { ApiId: rule.restApiId, Stage: rule.stage, StripBasePath: rule.stripBasePath } }],
  Conditions: [
    ...rule.headers.map(({ name, glob }) => ({ MatchHeaders: { AnyOf: [{ Header: name, ValueGlob: glob }] } })),
    ...(rule.basePath === undefined ? [] : [{ MatchBasePaths: { AnyOf: [rule.basePath] } }]),
  ],
  Priority: rule.priority,
  RoutingRuleArn: ruleArn(world, domain, rule.id),
  RoutingRuleId: rule.id,
});

/** Service Authorization Reference, Amazon API Gateway Management V2, resource type RoutingRule. */
export const ruleArn = (
  { region, accountId }: World,
  { domainName, domainNameId }: Pick<DomainName, "domainName" | "domainNameId">,
  ruleId: string,
): string =>
  `arn:${partitionOf(region)}:apigateway:${region}:${accountId}:/domainnames/${keyOfDomain(domainName, domainNameId)}/routingrules/${ruleId}`;

const domainOf = (input: OperationInput, world: World): DomainName =>
  requireDomainName(world, input.DomainName, input.DomainNameId);

/** A rule without the domain's id, all of it checked. `but`: the rule that is replaced. */
const checked = (input: OperationInput, world: World, domain: DomainName, but?: string): Omit<RoutingRule, "id"> => {
  requireUsable(world, domain);
  const { Priority: priority } = input;
  if (!Number.isInteger(priority) || priority < 1 || priority > 1_000_000) {
    throw badRequest("Invalid priority specified. Must be between 1 and 1000000");
  }
  const rule = { priority, ...conditionsOf(input.Conditions), ...actionOf(input.Actions, world, domain) };
  if ([...domain.routingRules.values()].some(({ id, priority: taken }) => taken === priority && id !== but)) {
    throw conflict("A routing rule with this priority already exists for this domain name");
  }
  return rule;
};

const createRoutingRule: Operation = (input, world) => {
  const domain = domainOf(input, world);
  const rule = checked(input, world, domain);
  if (domain.routingRules.size >= world.quotas.routingRulesPerDomain) {
    throw limitExceeded(
      "Maximum number of routing rules for this domain name has been reached. Please contact AWS if you need additional routing rules.",
    );
  }
  return ruleAnswer(world, domain, addRoutingRule(world, domain, rule));
};

const requireRule = (input: OperationInput, world: World): { domain: DomainName; rule: RoutingRule } => {
  const domain = domainOf(input, world);
  const rule = domain.routingRules.get(input.RoutingRuleId);
  if (!rule) throw notFound("Invalid routing rule identifier specified");
  return { domain, rule };
};

const getRoutingRule: Operation = (input, world) => {
  const { domain, rule } = requireRule(input, world);
  return ruleAnswer(world, domain, rule);
};

const listRoutingRules: Operation = (input, world) => {
  const domain = domainOf(input, world);
  const limit = Number(input.MaxResults ?? 100);
  if (!(limit >= 1 && limit <= 100)) throw badRequest("Invalid maxResults specified. Must be between 1 and 100");
  const inOrder = ({ priority }: RoutingRule): string => String(priority).padStart(7, "0");
  const { items, position } = pageOf(domain.routingRules.values(), inOrder, { limit, position: input.NextToken });
  return {
    RoutingRules: items.map((rule) => ruleAnswer(world, domain, rule)),
    ...(position === undefined ? {} : { NextToken: position }),
  };
};

/** Replaces all of a rule but its id. */
const putRoutingRule: Operation = (input, world) => {
  const { domain, rule } = requireRule(input, world);
  Object.assign(rule, checked(input, world, domain, rule.id));
  return ruleAnswer(world, domain, rule);
};

const deleteRoutingRule: Operation = (input, world) => {
  const { domain, rule } = requireRule(input, world);
  domain.routingRules.delete(rule.id);
};

export const routingRuleOperations: Record<string, Operation> = {
  CreateRoutingRule: createRoutingRule,
  GetRoutingRule: getRoutingRule,
  ListRoutingRules: listRoutingRules,
  PutRoutingRule: putRoutingRule,
  DeleteRoutingRule: deleteRoutingRule,
};
