import type { DomainSeen, PreviewDomain } from "../../domain/preview-domain.ts";
import {
  conditionsText,
  isOurRule,
  type RoutingRule,
  type RuleCondition,
  sameConditions,
} from "../../domain/routing-rule.ts";
import type { DeployRequest } from "../../inputs/request.ts";
import type { Refusal } from "../plan.ts";
import type { CreateRuleStep, DeleteRuleStep } from "../step.ts";
import { freePriority } from "./priority.ts";
import {
  beforeIt,
  type DomainProblem,
  hiddenProblem,
  mixedProblem,
  modeProblem,
  pathProblem,
  roomProblem,
  unknownKinds,
  visibilityProblem,
} from "./refusals.ts";

export type RuleQuestion = Pick<DeployRequest, "restApiId" | "stageName"> & {
  readonly domain: PreviewDomain;
  readonly number: number;
  readonly visibility: "public" | "private";
};

export type RuleDecision = {
  /** What leads to the stage, then what led there before. */
  readonly steps: readonly (CreateRuleStep | DeleteRuleStep)[];
  readonly basePath: string;
  readonly warnings: readonly string[];
};

/** Decides how requests to the domain get to the preview, or why they must not. */
export const decideRule = (question: RuleQuestion, seen: DomainSeen): RuleDecision | Refusal => {
  const { domain } = question;
  if (seen.facts === undefined) return unknownDomain(domain);
  const path = basePathFor(question, seen);
  const wanted = conditionsFor(question, path.basePath);
  const own = ownRules(question, seen);
  const kept = own.find((rule) => isWanted(rule, wanted, path.basePath));
  const priority = kept?.priority ?? freePriority(question.number, domain.band, seen.rules);
  const hidden = beforeIt(
    { header: domain.header, stageName: question.stageName, basePath: path.basePath },
    priority ?? domain.band.from,
    seen.rules.filter((rule) => !own.includes(rule)),
  );
  const problems: readonly DomainProblem[] = [
    ...modeProblem(domain, seen.facts),
    ...visibilityProblem(domain, seen.facts, question.visibility),
    ...mixedProblem(domain, seen.mappings, seen.httpApis ?? new Set()),
    ...path.problems,
    ...(domain.header === undefined
      ? pathProblem({ ...question, basePath: path.basePath }, seen.mappings, seen.rules)
      : []),
    ...hiddenProblem(domain, hidden.all),
    ...(kept === undefined ? roomProblem(domain, seen.rules, priority) : []),
  ];
  const [first] = problems;
  if (first !== undefined || priority === undefined) return refusalFor(problems);
  return {
    steps: [
      ...(kept === undefined ? [createStep(question, wanted, path.basePath, priority)] : []),
      ...own.filter((rule) => rule !== kept).map((rule) => replacedStep(question, rule)),
    ],
    basePath: path.basePath,
    warnings: [...partlyHidden(domain, hidden.some), ...unknownKinds(domain, question.restApiId, seen)],
  };
};

const unknownDomain = ({ name, id }: PreviewDomain): Refusal => ({
  refused: "PREVIEW_DOMAIN_UNKNOWN",
  happened: `There is no custom domain ${name}${id === undefined ? "" : ` with id ${id}`} in this account and Region.`,
  remedy: `Correct preview-domain; a private domain is given with its id as in its ARN, for example ${name}+abcd1234. What there is: aws apigateway get-domain-names`,
});

const refusalFor = (problems: readonly DomainProblem[]): Refusal => ({
  refused: problems[0]?.code ?? "PREVIEW_DOMAIN_REFUSED",
  happened: problems.map(({ happened }) => happened).join("\n"),
  remedy: problems.map(({ remedy }) => remedy).join("\n"),
});

const ownRules = ({ domain, restApiId, stageName }: RuleQuestion, { rules }: DomainSeen): readonly RoutingRule[] =>
  rules
    .filter((rule) => isOurRule(rule, domain, restApiId) && rule.stageName === stageName)
    .toSorted((one, other) => one.priority - other.priority);

/** A base path that a rule matches is not the stage's: it is taken off, as a mapping does. */
const stripsBasePath = (basePath: string): boolean => basePath !== "";

const isWanted = (rule: RoutingRule, wanted: readonly RuleCondition[], basePath: string): boolean =>
  sameConditions(rule.conditions, wanted) && (basePath === "" || rule.stripsBasePath);

const conditionsFor = ({ domain: { header }, stageName }: RuleQuestion, basePath: string): readonly RuleCondition[] => [
  ...(header === undefined ? [] : [{ kind: "header", name: header, glob: stageName } as const]),
  ...(basePath === "" ? [] : [{ kind: "base-path", path: basePath } as const]),
];

/** With a header, callers use the paths of production: the preview is where the domain has the API. */
const basePathFor = (
  { domain, restApiId }: RuleQuestion,
  { facts, mappings, rules }: DomainSeen,
): { readonly basePath: string; readonly problems: readonly DomainProblem[] } => {
  if (domain.basePath !== undefined) return { basePath: domain.basePath, problems: [] };
  const mapped = facts?.routingMode === "ROUTING_RULE_ONLY" ? [] : mappings.filter(({ apiId }) => apiId === restApiId);
  const ruled = rules.filter(
    (rule) =>
      rule.restApiId === restApiId &&
      !isOurRule(rule, domain, restApiId) &&
      rule.conditions.every(({ kind }) => kind === "base-path"),
  );
  const places = new Set([...mapped.map(({ basePath }) => basePath), ...ruled.map(strippedPath)]);
  const [basePath = "", ...others] = [...places].sort();
  if (others.length === 0) return { basePath, problems: [] };
  const happened = `Domain ${domain.name} has API ${restApiId} at several places: ${[basePath, ...others].map((one) => `/${one}`).join(", ")}.`;
  const remedy = "Say in preview-path at which of them the preview is to be.";
  return { basePath, problems: [{ code: "PREVIEW_DOMAIN_REFUSED", happened, remedy }] };
};

const strippedPath = ({ stripsBasePath: strips, conditions: [first] }: RoutingRule): string =>
  strips && first?.kind === "base-path" ? first.path : "";

const createStep = (
  { domain: { name, id, band }, stageName, number }: RuleQuestion,
  conditions: readonly RuleCondition[],
  basePath: string,
  priority: number,
): CreateRuleStep => ({
  kind: "create-routing-rule",
  domain: { name, id, band },
  stageName,
  conditions,
  stripsBasePath: stripsBasePath(basePath),
  number,
  priority,
  because: `requests with ${conditionsText(conditions)} are to get to stage ${stageName}`,
  seenByCallers: true,
});

const replacedStep = ({ domain: { name, id, band }, stageName }: RuleQuestion, rule: RoutingRule): DeleteRuleStep => ({
  kind: "delete-routing-rule",
  domain: { name, id, band },
  ruleId: rule.id,
  stageName,
  when: { kind: "replaced" },
  because: `another rule leads to stage ${stageName}`,
  seenByCallers: true,
});

const partlyHidden = (domain: PreviewDomain, rules: readonly RoutingRule[]): readonly string[] =>
  rules.map(
    (rule) =>
      `Routing rule ${rule.id} of domain ${domain.name} (priority ${rule.priority}) comes before the preview's and takes ${conditionsText(rule.conditions)}: there the preview is not reached. A preview-priority that ends below ${rule.priority} changes that.`,
  );
