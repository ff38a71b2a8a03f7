import { addMapping, ROOT } from "../domain-name.ts";
import type { BasePathMapping, DomainName, Operation, World } from "../model.ts";
import { badRequest, conflict, notFound } from "../service-error.ts";
import { requireDomainName, requireRestApi } from "./identifiers.ts";
import { pageOf } from "./pages.ts";
import { parseOneOf, patchesOf } from "./patch.ts";
import { applyPatches, leaf, plainRefusals } from "./patch-rules.ts";

/** Base path mappings, and API mappings, which are the same things as the second version of the interface sees them. */

const createBasePathMapping: Operation = (input, world) =>
  mappingAnswer(
    addChecked(world, requireDomainName(world, input.domainName, input.domainNameId), {
      basePath: input.basePath || ROOT,
      apiId: input.restApiId,
      stage: input.stage,
      taken: "Base path already exists for this domain name",
    }),
  );

type Wanted = { readonly basePath: string; readonly apiId: string; readonly stage?: string; readonly taken: string };

/** What is refused in which mode is documented (Developer Guide, "Set the routing mode"); the text is not. */
const addChecked = (world: World, domain: DomainName, { basePath, apiId, stage, taken }: Wanted): BasePathMapping => {
  if (domain.routingMode === "ROUTING_RULE_ONLY") {
    throw badRequest("API mappings can't be created for a domain name whose routing mode is ROUTING_RULE_ONLY");
  }
  if (domain.basePathMappings.has(basePath)) throw conflict(taken);
  const stages = stagesOf(world, domain, apiId);
  if (stage && !stages.has(stage)) throw badRequest("Invalid stage identifier specified");
  return addMapping(world, domain, { basePath, restApiId: apiId, ...(stage ? { stage } : {}) });
};

/**
 * The stages of an API of either version. One WebSocket API alone can be a domain's (Developer Guide, "Map API stages to
 * a custom domain name"); the text is that of a report.
 */
const stagesOf = (world: World, { basePathMappings }: DomainName, apiId: string): ReadonlyMap<string, unknown> => {
  const api = world.apis.get(apiId);
  if (api === undefined) return requireRestApi(world, apiId).stages;
  if (api.protocolType === "WEBSOCKET" && basePathMappings.size > 0) {
    throw badRequest("This custom domain name cannot map to WEBSOCKET protocol APIs");
  }
  return api.stages;
};

const mappingAnswer = ({ id: _, ...mapping }: BasePathMapping): Record<string, unknown> => mapping;

const getBasePathMappings: Operation = (input, world) => {
  const { basePathMappings } = requireDomainName(world, input.domainName, input.domainNameId);
  const page = pageOf(basePathMappings.values(), ({ basePath }) => basePath, input);
  return { ...page, items: page.items.map(mappingAnswer) };
};

const getBasePathMapping: Operation = (input, world) => mappingAnswer(requireMapping(input, world).mapping);

const requireMapping = (
  input: { domainName: string; domainNameId?: string; basePath: string },
  world: World,
): { readonly domain: DomainName; readonly mapping: BasePathMapping } => {
  const domain = requireDomainName(world, input.domainName, input.domainNameId);
  const mapping = domain.basePathMappings.get(input.basePath || ROOT);
  if (!mapping) throw notFound("Invalid base path mapping identifier specified");
  return { domain, mapping };
};

/** Of what can be changed, the stage alone is simulated: re-pointing a mapping is one call. */
const updateBasePathMapping: Operation = (input, world) => {
  const { mapping } = requireMapping(input, world);
  const api = world.apis.get(mapping.restApiId) ?? requireRestApi(world, mapping.restApiId);
  const stages = api.stages.keys();
  const changed = { ...mapping };
  const stage = leaf("stage", (text) => parseOneOf(...stages)(text, "/stage"));
  applyPatches(changed, patchesOf(input), [stage], plainRefusals);
  Object.assign(mapping, changed);
  return mappingAnswer(mapping);
};

const deleteBasePathMapping: Operation = (input, world) => {
  const { domain, mapping } = requireMapping(input, world);
  domain.basePathMappings.delete(mapping.basePath);
};

const createApiMapping: Operation = (input, world) =>
  apiMappingAnswer(
    addChecked(world, requireDomainName(world, input.DomainName, undefined), {
      basePath: input.ApiMappingKey || ROOT,
      apiId: input.ApiId,
      stage: input.Stage,
      taken: "ApiMapping key already exists for this domain name",
    }),
  );

const apiMappingAnswer = ({ id, basePath, restApiId, stage }: BasePathMapping): Record<string, unknown> => ({
  ApiMappingId: id,
  ApiMappingKey: basePath === ROOT ? "" : basePath,
  ApiId: restApiId,
  Stage: stage ?? "",
});

const getApiMappings: Operation = (input, world) => {
  const { basePathMappings } = requireDomainName(world, input.DomainName, undefined);
  const request = { position: input.NextToken, limit: Number(input.MaxResults ?? 100) };
  const { items, position } = pageOf(basePathMappings.values(), ({ id }) => id, request);
  return { Items: items.map(apiMappingAnswer), ...(position === undefined ? {} : { NextToken: position }) };
};

const requireApiMapping = (
  input: { DomainName: string; ApiMappingId: string },
  world: World,
): { readonly domain: DomainName; readonly mapping: BasePathMapping } => {
  const domain = requireDomainName(world, input.DomainName, undefined);
  const mapping = [...domain.basePathMappings.values()].find(({ id }) => id === input.ApiMappingId);
  if (!mapping) throw notFound("Invalid API mapping identifier specified");
  return { domain, mapping };
};

const getApiMapping: Operation = (input, world) => apiMappingAnswer(requireApiMapping(input, world).mapping);

const deleteApiMapping: Operation = (input, world) => {
  const { domain, mapping } = requireApiMapping(input, world);
  domain.basePathMappings.delete(mapping.basePath);
};

export const mappingOperations: Record<string, Operation> = {
  CreateBasePathMapping: createBasePathMapping,
  GetBasePathMapping: getBasePathMapping,
  GetBasePathMappings: getBasePathMappings,
  UpdateBasePathMapping: updateBasePathMapping,
  DeleteBasePathMapping: deleteBasePathMapping,
};

export const apiMappingOperations: Record<string, Operation> = {
  CreateApiMapping: createApiMapping,
  GetApiMapping: getApiMapping,
  GetApiMappings: getApiMappings,
  DeleteApiMapping: deleteApiMapping,
};
