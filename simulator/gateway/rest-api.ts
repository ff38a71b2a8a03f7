import type { Definition, Resource, RestApi, World } from "./model.ts";
import { badRequest } from "./service-error.ts";

export type EndpointConfiguration = RestApi["endpointConfiguration"];

/** The draft that a REST API begins with: the root resource and no method. */
export const emptyDefinition = (world: World): Definition => {
  const root: Resource = { id: world.newId(10), path: "/", methods: new Map() };
  return {
    binaryMediaTypes: [],
    resources: new Map([[root.id, root]]),
    models: new Map(),
    authorizers: new Map(),
    gatewayResponses: new Map(),
    requestValidators: new Map(),
  };
};

/** A REST API with an empty draft. It is not yet part of the world. */
export const newRestApi = (world: World, name: string, id: string = world.newId(10)): RestApi => ({
  id,
  name,
  createdDate: world.clock.now(),
  endpointConfiguration: endpointConfiguration(undefined),
  tags: {},
  disableExecuteApiEndpoint: false,
  apiKeySource: "HEADER",
  draft: emptyDefinition(world),
  deployments: new Map(),
  stages: new Map(),
  documentationParts: new Map(),
  documentationVersions: new Map(),
});

export const rootResource = (definition: Definition): Resource => {
  for (const resource of definition.resources.values()) {
    if (resource.parentId === undefined) return resource;
  }
  throw new Error("a definition always holds its root resource");
};

/** The policy belongs to the draft, and so to every deployment; GetRestApi shows the draft's. */
export const setPolicy = (api: RestApi, policy: string | undefined): void => {
  if (policy === undefined) {
    delete api.policy;
    delete api.draft.policy;
    return;
  }
  api.policy = policy;
  api.draft.policy = policy;
};

/**
 * The endpoint configuration with the service's defaults: EDGE, `ipv4`, and `dualstack` for private APIs.
 *
 * @throws ServiceError 400 in recorded texts
 */
export const endpointConfiguration = (given: Partial<EndpointConfiguration> | undefined): EndpointConfiguration => {
  const types = given?.types ?? ["EDGE"];
  if (types.length === 0) {
    throw badRequest("REGIONAL Configuration and EDGE Configuration cannot be both DISABLED.");
  }
  if (types.length > 1) throw badRequest("Cannot create an api with multiple Endpoint Types.");
  const isPrivate = types[0] === "PRIVATE";
  const ipAddressType = given?.ipAddressType ?? (isPrivate ? "dualstack" : "ipv4");
  if (isPrivate && ipAddressType === "ipv4") {
    throw badRequest("Only dualstack ipAddressType is supported for Private APIs.");
  }
  return { types, ipAddressType, ...(given?.vpcEndpointIds ? { vpcEndpointIds: given.vpcEndpointIds } : {}) };
};

export const checkCompressionSize = (size: number): number => {
  if (Number.isInteger(size) && size >= 0 && size <= 10485760) return size;
  throw badRequest("Invalid minimum compression size, must be between 0 and 10485760");
};

/** @throws ServiceError 400 for a text that is no policy document */
export const checkPolicy = (policy: string): string => {
  try {
    const document: unknown = JSON.parse(policy);
    if (typeof document === "object" && document !== null) return policy;
  } catch {
    // Falls through to the one refusal.
  }
  throw badRequest("Invalid policy document. Please check the policy syntax and ensure that Principals are valid.");
};

/**
 * A REST API as answers show it: unset members are absent, and the policy is a JSON string whose quotes are escaped
 * once more.
 */
export const restApiView = (api: RestApi) => ({
  ...api,
  binaryMediaTypes: api.draft.binaryMediaTypes.length > 0 ? api.draft.binaryMediaTypes : undefined,
  policy: api.policy === undefined ? undefined : JSON.stringify(api.policy).slice(1, -1),
  rootResourceId: rootResource(api.draft).id,
});

/** Creation and listings leave an empty set of tags out; all other answers show it (recorded behaviour). */
export const restApiViewWithoutEmptyTags = (api: RestApi) => ({
  ...restApiView(api),
  tags: Object.keys(api.tags).length > 0 ? api.tags : undefined,
});
