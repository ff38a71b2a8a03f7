import type { DomainName, Operation, World } from "../model.ts";
import { badRequest, conflict, notFound } from "../service-error.ts";
import { requireRestApi } from "./identifiers.ts";
import { pageOf } from "./pages.ts";

/** The base path of a mapping at the domain's root. */
const root = "(none)";

const requireDomainName = (world: World, domainName: string): DomainName => {
  const domain = world.domainNames.get(domainName);
  if (!domain) throw notFound("Invalid domain name identifier specified");
  return domain;
};

/** Certificates, endpoints and policies of a domain are not simulated: a domain is only a place for mappings. */
const createDomainName: Operation = (input, world) => {
  const { domainName, routingMode } = input;
  if (world.domainNames.has(domainName)) throw badRequest("The domain name you provided already exists.");
  const domain: DomainName = {
    domainName,
    basePathMappings: new Map(),
    ...(routingMode === undefined ? {} : { routingMode }),
  };
  world.domainNames.set(domainName, domain);
  return domainNameAnswer(domain);
};

const domainNameAnswer = ({ domainName, routingMode }: DomainName): Record<string, unknown> => ({
  domainName,
  ...(routingMode === undefined ? {} : { routingMode }),
  domainNameStatus: "AVAILABLE",
});

const listRoutingRules: Operation = (input, world) => {
  const { domainName, routingRules = new Map() } = requireDomainName(world, input.DomainName);
  return {
    RoutingRules: [...routingRules].map(([priority, { restApiId, stage }]) => ({
      Actions: [{ InvokeApi: { ApiId: restApiId, Stage: stage } }],
      Conditions: [],
      Priority: priority,
      RoutingRuleArn: `arn:aws:apigateway:${world.region}::/domainnames/${domainName}/routingrules/r${priority}`,
      RoutingRuleId: `r${priority}`,
    })),
  };
};

const getDomainNames: Operation = (input, world) => {
  const page = pageOf(world.domainNames.values(), ({ domainName }) => domainName, input);
  return { ...page, items: page.items.map(domainNameAnswer) };
};

const createBasePathMapping: Operation = (input, world) => {
  const { basePathMappings } = requireDomainName(world, input.domainName);
  const basePath: string = input.basePath || root;
  if (basePathMappings.has(basePath)) throw conflict("Base path already exists for this domain name");
  const api = requireRestApi(world, input.restApiId);
  if (input.stage && !api.stages.has(input.stage)) throw badRequest("Invalid stage identifier specified");
  const mapping = { basePath, restApiId: api.id, ...(input.stage ? { stage: input.stage } : {}) };
  basePathMappings.set(basePath, mapping);
  return { ...mapping };
};

const getBasePathMappings: Operation = (input, world) => {
  const { basePathMappings } = requireDomainName(world, input.domainName);
  return structuredClone(pageOf(basePathMappings.values(), ({ basePath }) => basePath, input));
};

const deleteBasePathMapping: Operation = (input, world) => {
  const { basePathMappings } = requireDomainName(world, input.domainName);
  if (!basePathMappings.delete(input.basePath || root))
    throw notFound("Invalid base path mapping identifier specified");
};

export const domainNameOperations: Record<string, Operation> = {
  ListRoutingRules: listRoutingRules,
  CreateDomainName: createDomainName,
  GetDomainNames: getDomainNames,
  CreateBasePathMapping: createBasePathMapping,
  GetBasePathMappings: getBasePathMappings,
  DeleteBasePathMapping: deleteBasePathMapping,
};
