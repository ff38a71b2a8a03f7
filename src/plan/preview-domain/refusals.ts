import type { ApiMapping, DomainFacts, DomainSeen } from "../../domain/preview-domain.ts";
import {
  conditionsText,
  covers,
  isOurRule,
  type RoutingRule,
  type RuleCondition,
  type RuledDomain,
} from "../../domain/routing-rule.ts";
import { matchesPattern } from "../../inputs/settings/resolve.ts";

/** Why no rule can be made, and what the domain's owner has to do; in whole sentences. */
export type DomainProblem = {
  readonly code: "PREVIEW_DOMAIN_REFUSED" | "ROUTING_RULE_QUOTA";
  readonly happened: string;
  readonly remedy: string;
};

const refusedWith = (happened: string, remedy: string): DomainProblem => ({
  code: "PREVIEW_DOMAIN_REFUSED",
  happened,
  remedy,
});

/** In this mode a domain knows no rules (Developer Guide, "Set the routing mode"); older domains do not tell it. */
export const modeProblem = (
  domain: RuledDomain,
  { routingMode, visibility }: DomainFacts,
): readonly DomainProblem[] => {
  if (routingMode !== undefined && routingMode !== "BASE_PATH_MAPPING_ONLY") return [];
  const command =
    visibility === "private"
      ? `aws apigateway update-domain-name --domain-name ${domain.name} --domain-name-id ${domain.id} --patch-operations op=replace,path=/routingMode,value=ROUTING_RULE_THEN_BASE_PATH_MAPPING`
      : `aws apigatewayv2 update-domain-name --domain-name ${domain.name} --routing-mode ROUTING_RULE_THEN_API_MAPPING`;
  return [
    refusedWith(
      `Domain ${domain.name} sends requests by its API mappings alone, so that no routing rule can lead to a preview.`,
      `Its owner lets it know rules, which come before the mappings; this action never changes the mode:\n  ${command}`,
    ),
  ];
};

export const visibilityProblem = (
  domain: RuledDomain,
  { visibility }: DomainFacts,
  api: "public" | "private",
): readonly DomainProblem[] =>
  visibility === api
    ? []
    : [
        refusedWith(
          `Domain ${domain.name} is ${visibility} and the REST API is ${api}; a rule leads from a public domain to a public API, from a private one to a private one.`,
          `Name a ${api} domain in preview-domain${api === "private" ? ", with its id as in its ARN: name+id" : ""}.`,
        ),
      ];

/** Rules do not work on a domain that maps APIs of both kinds (Developer Guide, Restrictions). */
export const mixedProblem = (
  domain: RuledDomain,
  mappings: readonly ApiMapping[],
  httpApis: ReadonlySet<string>,
): readonly DomainProblem[] => {
  const theirs = mappings.filter(({ apiId }) => httpApis.has(apiId));
  if (theirs.length === 0) return [];
  const names = theirs.map(({ apiId, basePath }) => `/${basePath} to ${apiId}`).join(", ");
  return [
    refusedWith(
      `Domain ${domain.name} has mappings to HTTP APIs (${names}), and API Gateway knows no routing rules to REST APIs beside them.`,
      "Its owner moves one of the two to another domain, or previews get a domain of their own in preview-domain.",
    ),
  ];
};

/** A base path alone must be the preview's own. */
export const pathProblem = (
  {
    domain,
    basePath,
    stageName,
    restApiId,
  }: { domain: RuledDomain; basePath: string; stageName: string; restApiId: string },
  mappings: readonly ApiMapping[],
  rules: readonly RoutingRule[],
): readonly DomainProblem[] => {
  const others = [
    ...mappings.map((mapping) => ({ path: mapping.basePath, what: `the mapping of API ${mapping.apiId}` })),
    ...rules
      .filter((rule) => !(isOurRule(rule, domain, restApiId) && rule.stageName === stageName))
      .flatMap((rule) =>
        rule.conditions.flatMap((condition) =>
          condition.kind === "base-path" ? [{ path: condition.path, what: `routing rule ${rule.id}` }] : [],
        ),
      ),
  ];
  const taken = others.find(({ path }) => path !== "" && covers(basePath, path));
  return taken === undefined
    ? []
    : [
        refusedWith(
          `Base path /${basePath} would take requests of ${taken.what} at /${taken.path} on domain ${domain.name}.`,
          "Give another preview-path, or a preview-header beside it.",
        ),
      ];
};

/** `header`: `undefined` where the base path alone tells the preview. */
type Asked = { readonly header: string | undefined; readonly stageName: string; readonly basePath: string };

/** A rule that comes before takes all of the preview's requests, or some. */
export const beforeIt = (
  { header, stageName, basePath }: Asked,
  priority: number,
  rules: readonly RoutingRule[],
): { readonly all: RoutingRule | undefined; readonly some: readonly RoutingRule[] } => {
  const sendsIt = (condition: RuleCondition): boolean =>
    condition.kind === "header" &&
    condition.name.toLowerCase() === header?.toLowerCase() &&
    matchesPattern(condition.glob, stageName);
  const earlier = rules.filter(
    (rule) =>
      rule.priority < priority &&
      rule.conditions.every((condition) => condition.kind === "base-path" || sendsIt(condition)),
  );
  const pathOf = ({ conditions }: RoutingRule): string =>
    conditions.flatMap((condition) => (condition.kind === "base-path" ? [condition.path] : []))[0] ?? "";
  const all = earlier.find((rule) => covers(pathOf(rule), basePath));
  return { all, some: all === undefined ? earlier.filter((rule) => covers(basePath, pathOf(rule))) : [] };
};

export const hiddenProblem = (domain: RuledDomain, rule: RoutingRule | undefined): readonly DomainProblem[] =>
  rule === undefined
    ? []
    : [
        refusedWith(
          `Routing rule ${rule.id} of domain ${domain.name} takes ${conditionsText(rule.conditions)} at priority ${rule.priority}, before any rule of a preview is asked.`,
          `Give a preview-priority that ends below ${rule.priority}, or have that rule's priority raised above ${domain.band.to}.`,
        ),
      ];

/** API Gateway quotas; they can be raised, and more rules than that prove that they were. */
const RULES_PER_DOMAIN = 50;

export const roomProblem = (
  domain: RuledDomain,
  rules: readonly RoutingRule[],
  priority: number | undefined,
): readonly DomainProblem[] => {
  const sweep = "Run `command: sweep` with preview-domain, which removes rules of previews that are gone";
  const { from, to } = domain.band;
  if (priority === undefined) {
    return [
      {
        code: "ROUTING_RULE_QUOTA",
        happened: `All priorities of ${from} to ${to} are taken on domain ${domain.name}.`,
        remedy: `${sweep}, or give a wider preview-priority.`,
      },
    ];
  }
  return rules.length === RULES_PER_DOMAIN
    ? [
        {
          code: "ROUTING_RULE_QUOTA",
          happened: `Domain ${domain.name} has ${rules.length} routing rules, and API Gateway allows no more.`,
          remedy: `${sweep}, close a pull request whose preview nobody needs, or have the quota raised and make the next rule by hand once.`,
        },
      ]
    : [];
};

/** Where nobody may look which of the domain's APIs are of the other kind. */
export const unknownKinds = (
  { name }: RuledDomain,
  restApiId: string,
  { mappings, httpApis }: Pick<DomainSeen, "mappings" | "httpApis">,
): readonly string[] =>
  httpApis === undefined && mappings.some(({ apiId }) => apiId !== restApiId)
    ? [
        `Could not list the HTTP APIs, so it is not known whether domain ${name} has mappings to some; beside them API Gateway knows no routing rules.`,
      ]
    : [];
