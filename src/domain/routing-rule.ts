/**
 * Routing rules of custom domains (API Gateway Developer Guide, "Routing rules to connect API stages to a custom domain
 * name for REST APIs"). They carry neither tags nor a description.
 */

export type RuleCondition =
  /** `glob`: the value, with `*` at an end or at both. */
  | { readonly kind: "header"; readonly name: string; readonly glob: string }
  /** Without slashes at its ends. */
  | { readonly kind: "base-path"; readonly path: string }
  /** One that this action does not know. */
  | { readonly kind: "other" };

/** All conditions must hold; a rule without any takes every request that no rule before it took. */
export type RoutingRule = {
  readonly id: string;
  /** 1 to 1,000,000, each once on a domain; the lowest is asked first. */
  readonly priority: number;
  readonly conditions: readonly RuleCondition[];
  /** What it invokes; `undefined` where that is no stage. */
  readonly restApiId: string | undefined;
  readonly stageName: string | undefined;
  readonly stripsBasePath: boolean;
};

/** The priorities that rules of this action have, both ends included. */
export type Band = { readonly from: number; readonly to: number };

/** A custom domain, and the part of its rules that is this action's. */
export type RuledDomain = {
  readonly name: string;
  /** Of a private domain, which may share its name with others. */
  readonly id: string | undefined;
  readonly band: Band;
};

/**
 * A rule is ours when it leads to a stage of the REST API, its priority lies in the band, and its conditions are such as
 * this action makes; nothing else tells.
 */
export const isOurRule = (
  { restApiId, stageName, priority, conditions }: Omit<RoutingRule, "id" | "stripsBasePath">,
  { band }: Pick<RuledDomain, "band">,
  ours: string,
): boolean =>
  restApiId === ours &&
  stageName !== undefined &&
  priority >= band.from &&
  priority <= band.to &&
  tellPreview(conditions, stageName);

/** At least one condition, and of each kind one at most: a header with the stage's name, a base path. */
const tellPreview = (conditions: readonly RuleCondition[], stageName: string): boolean =>
  conditions.length > 0 &&
  new Set(conditions.map(({ kind }) => kind)).size === conditions.length &&
  conditions.every(
    (condition) => condition.kind === "base-path" || (condition.kind === "header" && condition.glob === stageName),
  );

/** Whether the two take the same requests. */
export const sameConditions = (one: readonly RuleCondition[], other: readonly RuleCondition[]): boolean => {
  const texts = (conditions: readonly RuleCondition[]): string => conditions.map(conditionKey).sort().join("\n");
  return texts(one) === texts(other);
};

const conditionKey = (condition: RuleCondition): string => {
  if (condition.kind === "header") return `header ${condition.name.toLowerCase()}: ${condition.glob}`;
  return condition.kind === "base-path" ? `base path ${condition.path}` : "other";
};

/** As people read them: `header X-Preview: pr-7`, `base path /pr-7`. */
export const conditionsText = (conditions: readonly RuleCondition[]): string =>
  conditions.length === 0
    ? "every request"
    : conditions
        .map((condition) => {
          if (condition.kind === "header") return `header ${condition.name}: ${condition.glob}`;
          return condition.kind === "base-path" ? `base path /${condition.path}` : "a condition that is not known here";
        })
        .join(" and ");

/** Whether a base path covers another, by whole segments; the root, "", covers all. */
export const covers = (basePath: string, other: string): boolean =>
  basePath === "" || other === basePath || other.startsWith(`${basePath}/`);
