import type { BasePathMapping, DomainName, RoutingMode, RoutingRule, World } from "./model.ts";

/** The base path of a mapping at the domain's root, as the first version of the interface calls it. */
export const ROOT = "(none)";

export const keyOfDomain = (domainName: string, domainNameId: string | undefined): string =>
  domainNameId === undefined ? domainName : `${domainName}+${domainNameId}`;

export type DomainNameOptions = {
  /** EDGE, REGIONAL or PRIVATE. Default REGIONAL. */
  readonly endpointType?: string;
  readonly routingMode?: RoutingMode;
};

/** A custom domain without mappings and rules. Certificates, policies and endpoints are not simulated. */
export const newDomainName = (
  world: World,
  domainName: string,
  { endpointType = "REGIONAL", routingMode = "BASE_PATH_MAPPING_ONLY" }: DomainNameOptions = {},
): DomainName => {
  const domain: DomainName = {
    domainName,
    ...(endpointType === "PRIVATE" ? { domainNameId: world.newId(10) } : {}),
    endpointType,
    routingMode,
    basePathMappings: new Map(),
    routingRules: new Map(),
  };
  world.domainNames.set(keyOfDomain(domainName, domain.domainNameId), domain);
  return domain;
};

/** Maps a base path to a stage, whatever the service would say of it: the API may be one that the world does not have. */
export const addMapping = (world: World, domain: DomainName, mapping: Omit<BasePathMapping, "id">): BasePathMapping => {
  const added = { ...mapping, id: world.newId(6) };
  domain.basePathMappings.set(mapping.basePath, added);
  return added;
};

/** Adds a rule, whatever the service would say of it. Without conditions it takes every request. */
export const addRoutingRule = (
  world: World,
  domain: DomainName,
  rule: Pick<RoutingRule, "priority" | "restApiId" | "stage"> & Partial<RoutingRule>,
): RoutingRule => {
  const id = rule.id ?? world.newId(6);
  const added: RoutingRule = { headers: [], basePath: undefined, stripBasePath: false, ...rule, id };
  domain.routingRules.set(added.id, added);
  return added;
};

/** The domains that map the API, or that stage of it; an API of either version. */
export const domainsThatMap = ({ domainNames }: World, apiId: string, stageName?: string): string[] =>
  [...domainNames.values()]
    .filter(({ basePathMappings }) =>
      [...basePathMappings.values()].some(
        ({ restApiId, stage }) => restApiId === apiId && (stageName === undefined || stage === stageName),
      ),
    )
    .map(({ domainName }) => domainName);
