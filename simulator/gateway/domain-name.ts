import type { BasePathMapping, DomainName, RoutingMode, RoutingRule, World } from "./model.ts";
import { badRequest } from "./service-error.ts";

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

/**
 * Before an API of either version, or a stage of it, is deleted.
 *
 * @throws ServiceError 400 that names the domains which map it
 */
export const checkUnmapped = (world: World, apiId: string, stageName?: string): void => {
  const domains = domainsThatMap(world, apiId, stageName);
  if (domains.length === 0) return;
  const [named, kind] = stageName === undefined ? ["API", "API"] : [`stage ${stageName}`, "stage"];
  throw badRequest(
    `Deleting ${named} failed. Please remove all base path mappings related to the ${kind} in your domains: ${domains.join(", ")}`,
  );
};

const domainsThatMap = ({ domainNames }: World, apiId: string, stageName: string | undefined): string[] =>
  [...domainNames.values()]
    .filter(({ basePathMappings }) =>
      [...basePathMappings.values()].some(
        ({ restApiId, stage }) => restApiId === apiId && (stageName === undefined || stage === stageName),
      ),
    )
    .map(({ domainName }) => domainName);
