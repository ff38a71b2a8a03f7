import type { SimulatedRequest } from "../../http/exchange.ts";
import { ROOT } from "../domain-name.ts";
import type { DomainName, RoutingRule, World } from "../model.ts";

/** A request to a public custom domain. `path`: as the domain sees it, undecoded, with its leading slash. */
export type DomainRequest = { readonly domain: DomainName; readonly path: string };

/**
 * By its Host header, or at `/{domainName}/…`, as stages answer at `/{apiId}/{stage}/…`: the simulator has one host.
 * Private domains are reached inside a VPC only, which the simulator has none of.
 */
export const domainRequestOf = (
  { domainNames }: World,
  request: Pick<SimulatedRequest, "path" | "headers">,
): DomainRequest | undefined => {
  const [, first = ""] = request.path.split("/", 2);
  const atPath = domainNames.get(first);
  if (atPath !== undefined) return { domain: atPath, path: request.path.slice(first.length + 1) || "/" };
  const host = (request.headers["host"] ?? "").replace(/:\d+$/, "").toLowerCase();
  const domain = domainNames.get(host) ?? domainNames.get(host.replace(/^[^.]+/, "*"));
  return domain === undefined ? undefined : { domain, path: request.path };
};

/** The stage that a request to a domain is sent to. `path`: what is left of it below the stage. */
export type DomainTarget = {
  readonly restApiId: string;
  readonly stageName: string;
  readonly path: string;
  /** As `$context.customDomain` tells it (Developer Guide, "Variables for data transformations"). */
  readonly matched: { readonly routingRuleIdMatched: string } | { readonly basePathMatched: string };
};

/** Rules come before mappings where the mode has both (Developer Guide, "Set the routing mode"). */
export const targetOf = (
  { domain, path }: DomainRequest,
  headers: SimulatedRequest["headers"],
): DomainTarget | undefined =>
  (domain.routingMode === "BASE_PATH_MAPPING_ONLY" ? undefined : byRule(domain, path, headers)) ??
  (domain.routingMode === "ROUTING_RULE_ONLY" ? undefined : byMapping(domain, path));

const byRule = (
  { routingRules }: DomainName,
  path: string,
  headers: SimulatedRequest["headers"],
): DomainTarget | undefined => {
  const rule = [...routingRules.values()]
    .sort((one, other) => one.priority - other.priority)
    .find((candidate) => matches(candidate, path, headers));
  if (rule === undefined) return undefined;
  return {
    restApiId: rule.restApiId,
    stageName: rule.stage,
    path: (rule.stripBasePath ? below(rule.basePath ?? "", path) : undefined) ?? path,
    matched: { routingRuleIdMatched: rule.id },
  };
};

const matches = (
  { headers: wanted, basePath }: RoutingRule,
  path: string,
  headers: SimulatedRequest["headers"],
): boolean =>
  (basePath === undefined || below(basePath, path) !== undefined) &&
  wanted.every(({ name, glob }) => fits(glob, headers[name.toLowerCase()]));

/** The wildcard stands at an end of the glob or at both; a value's case matters, a name's does not. */
const fits = (glob: string, value: string | undefined): boolean => {
  if (value === undefined) return false;
  const text = glob.replace(/^\*|\*$/g, "");
  if (glob.startsWith("*") && glob.endsWith("*")) return value.includes(text);
  if (glob.startsWith("*")) return value.endsWith(text);
  return glob.endsWith("*") ? value.startsWith(text) : value === glob;
};

/** What is left of a path below a base path, by whole segments; `undefined` where it lies elsewhere. */
const below = (basePath: string, path: string): string | undefined => {
  if (basePath === "") return path;
  const prefix = `/${basePath}`;
  if (path === prefix) return "/";
  return path.startsWith(`${prefix}/`) ? path.slice(prefix.length) : undefined;
};

/** The longest base path wins (Developer Guide, "Map API stages to a custom domain name"). */
const byMapping = ({ basePathMappings }: DomainName, path: string): DomainTarget | undefined => {
  const [best] = [...basePathMappings.values()]
    .map((mapping) => ({ mapping, basePath: mapping.basePath === ROOT ? "" : mapping.basePath }))
    .flatMap(({ mapping, basePath }) => {
      const rest = below(basePath, path);
      return rest === undefined ? [] : [{ mapping, basePath, rest }];
    })
    .sort((one, other) => other.basePath.length - one.basePath.length);
  if (best === undefined) return undefined;
  const { mapping, rest } = best;
  const matched = { basePathMatched: mapping.basePath };
  if (mapping.stage !== undefined) {
    return { restApiId: mapping.restApiId, stageName: mapping.stage, path: rest, matched };
  }
  // Without a stage the caller names it.
  const [, stageName = "", ...segments] = rest.split("/");
  return { restApiId: mapping.restApiId, stageName, path: `/${segments.join("/")}`, matched };
};
