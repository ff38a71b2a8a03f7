import { partitionOf } from "../../aws/partition.ts";
import { keyOfDomain, newDomainName } from "../domain-name.ts";
import type { DomainName, Operation, RoutingMode, World } from "../model.ts";
import { badRequest, notFound } from "../service-error.ts";
import { requireDomainName } from "./identifiers.ts";
import { pageOf } from "./pages.ts";
import { parseOneOf, patchesOf } from "./patch.ts";
import { applyPatches, leaf, plainRefusals } from "./patch-rules.ts";

const MODES: readonly RoutingMode[] = [
  "BASE_PATH_MAPPING_ONLY",
  "ROUTING_RULE_ONLY",
  "ROUTING_RULE_THEN_BASE_PATH_MAPPING",
];

/** The first version makes edge-optimized domains where nothing else is said (API reference, CreateDomainName). */
const createDomainName: Operation = (input, world) => {
  const { domainName, routingMode, endpointConfiguration } = input;
  const [endpointType = "EDGE"] = endpointConfiguration?.types ?? [];
  // Only private domains may share a name.
  if (endpointType !== "PRIVATE" && world.domainNames.has(domainName)) {
    throw badRequest("The domain name you provided already exists.");
  }
  return domainNameAnswer(world, newDomainName(world, domainName, { endpointType, routingMode }));
};

const domainNameAnswer = (world: World, domain: DomainName): Record<string, unknown> => {
  const { domainName, domainNameId, endpointType, routingMode } = domain;
  return {
    domainName,
    domainNameArn: domainArn(world, domain),
    ...(domainNameId === undefined ? {} : { domainNameId }),
    endpointConfiguration: { types: [endpointType] },
    routingMode,
    securityPolicy: "TLS_1_2",
    domainNameStatus: "AVAILABLE",
  };
};

/** Of a private domain with the account and the domain's id (Developer Guide, "Set the routing mode"). */
const domainArn = ({ region, accountId }: World, { domainName, domainNameId }: DomainName): string => {
  const account = domainNameId === undefined ? "" : accountId;
  return `arn:${partitionOf(region)}:apigateway:${region}:${account}:/domainnames/${keyOfDomain(domainName, domainNameId)}`;
};

const getDomainName: Operation = (input, world) =>
  domainNameAnswer(world, requireDomainName(world, input.domainName, input.domainNameId));

const getDomainNames: Operation = (input, world) => {
  const keyOf = ({ domainName, domainNameId }: DomainName): string => keyOfDomain(domainName, domainNameId);
  const page = pageOf(world.domainNames.values(), keyOf, input);
  return { ...page, items: page.items.map((domain) => domainNameAnswer(world, domain)) };
};

/** Of what a domain has, the routing mode alone can be changed here. */
const updateDomainName: Operation = (input, world) => {
  const domain = requireDomainName(world, input.domainName, input.domainNameId);
  const changed = { ...domain };
  const mode = leaf("routingMode", (text) => parseOneOf(...MODES)(text, "/routingMode"));
  applyPatches(changed, patchesOf(input), [mode], plainRefusals);
  domain.routingMode = changed.routingMode;
  return domainNameAnswer(world, domain);
};

const deleteDomainName: Operation = (input, world) => {
  const { domainName, domainNameId } = requireDomainName(world, input.domainName, input.domainNameId);
  world.domainNames.delete(keyOfDomain(domainName, domainNameId));
};

/** Private domains are unknown to the second version, but for their routing rules (API reference, DomainNames). */
const publicDomain = (world: World, domainName: string): DomainName => {
  const domain = world.domainNames.get(domainName);
  if (domain === undefined) throw notFound("Invalid domain name identifier specified");
  return domain;
};

const modeOfVersionTwo = (mode: RoutingMode): string => mode.replace("BASE_PATH_MAPPING", "API_MAPPING");

const answerOfVersionTwo = (world: World, domain: DomainName): Record<string, unknown> => ({
  ApiMappingSelectionExpression: "$request.basepath",
  DomainName: domain.domainName,
  DomainNameArn: domainArn(world, domain),
  DomainNameConfigurations: [
    { DomainNameStatus: "AVAILABLE", EndpointType: domain.endpointType, SecurityPolicy: "TLS_1_2" },
  ],
  RoutingMode: modeOfVersionTwo(domain.routingMode),
  Tags: {},
});

const getDomainNamesOfVersionTwo: Operation = (input, world) => {
  const all = [...world.domainNames.values()].filter(({ domainNameId }) => domainNameId === undefined);
  const request = { position: input.NextToken, limit: Number(input.MaxResults ?? 100) };
  const { items, position } = pageOf(all, ({ domainName }) => domainName, request);
  return {
    Items: items.map((domain) => answerOfVersionTwo(world, domain)),
    ...(position === undefined ? {} : { NextToken: position }),
  };
};

export const domainNameOperations: Record<string, Operation> = {
  CreateDomainName: createDomainName,
  GetDomainName: getDomainName,
  GetDomainNames: getDomainNames,
  UpdateDomainName: updateDomainName,
  DeleteDomainName: deleteDomainName,
};

/** Those that the second version calls by the same names. */
export const domainNameOperationsOfVersionTwo: Record<string, Operation> = {
  GetDomainName: (input, world) => answerOfVersionTwo(world, publicDomain(world, input.DomainName)),
  GetDomainNames: getDomainNamesOfVersionTwo,
};
