import type { DomainSeen, PreviewDomain } from "../domain/preview-domain.ts";
import type { RoutingRule, RuledDomain } from "../domain/routing-rule.ts";
import { isOurRule } from "../domain/routing-rule.ts";
import type { StageUser } from "../domain/stage-users.ts";
import type { Session } from "./session.ts";

/** The domain's rules, read once for all that goes by them. Throws ActionError. */
export const readRules = async (domain: RuledDomain, { gateway }: Session): Promise<readonly RoutingRule[]> =>
  (await gateway.routingRules(domain)).list();

/** What a rule on the domain depends on. Throws ActionError. */
export const observeDomain = async (
  domain: PreviewDomain,
  { gateway }: Session,
  rules: Promise<readonly RoutingRule[]>,
): Promise<DomainSeen> => {
  const reader = await gateway.domainReader(domain);
  const mapped = reader.mappings();
  const [facts, mappings, listed, httpApis] = await Promise.all([
    reader.facts(),
    mapped,
    rules,
    // Which kind an API is, its id does not tell; nobody asks where there are no others.
    mapped.then((found) =>
      found.some(({ apiId }) => apiId !== gateway.restApiId) ? reader.httpApis() : new Set<string>(),
    ),
  ]);
  return { facts, mappings, rules: listed, httpApis };
};

/**
 * The same session, where rules of ours on the domain do not count as users of a stage: they go with it. Rules of others
 * do, and are not read again.
 */
export const withKnownRules = (
  session: Session,
  domain: RuledDomain,
  rules: Promise<readonly RoutingRule[]>,
): Session => {
  const { gateway } = session;
  const getStageUsers: typeof gateway.getStageUsers = async (stageNames) => {
    const [users, listed] = await Promise.all([gateway.getStageUsers(stageNames, domain), rules]);
    const foreign = listed.filter(
      (rule) => rule.restApiId === gateway.restApiId && !isOurRule(rule, domain, gateway.restApiId),
    );
    const usersOf = (name: string): readonly StageUser[] =>
      foreign
        .filter(({ stageName }) => stageName === name)
        .map(({ id }) => ({ kind: "routing-rule", domainName: domain.name, id }));
    return new Map(
      [...users].map(([name, { found, unknown }]) => [name, { found: [...found, ...usersOf(name)], unknown }]),
    );
  };
  return { ...session, gateway: { ...gateway, getStageUsers } };
};
