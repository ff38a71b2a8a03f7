import type { DomainSeen, PreviewDomain } from "../domain/preview-domain.ts";
import type { RoutingRule, RuledDomain } from "../domain/routing-rule.ts";
import { isOurRule } from "../domain/routing-rule.ts";
import type { StageUser } from "../domain/stage-users.ts";
import type { Request } from "../inputs/request.ts";
import type { Observed } from "./observed.ts";
import type { Session } from "./session.ts";

/**
 * What the command reads, and beside it the domain's rules, once for all that goes by them; for a deployment what a new
 * rule depends on, too. Throws ActionError.
 */
export const lookOnDomain = async (
  request: Request,
  domain: RuledDomain,
  session: Session,
  look: (session: Session) => Promise<Observed>,
): Promise<Observed> => {
  const listed = session.gateway.routingRules(domain).then(({ list }) => list());
  const [found, rules, seen] = await Promise.all([
    look(withKnownRules(session, domain, listed)),
    listed,
    request.command === "deploy" && request.previewDomain !== undefined
      ? observeDomain(request.previewDomain, session, listed)
      : undefined,
  ]);
  return { ...found, rules, ...(seen === undefined ? {} : { domain: seen }) };
};

const observeDomain = async (
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
const withKnownRules = (session: Session, domain: RuledDomain, rules: Promise<readonly RoutingRule[]>): Session => {
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
