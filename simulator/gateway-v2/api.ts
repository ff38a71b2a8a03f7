import { dnsSuffixOf } from "../aws/partition.ts";
import type { World } from "../gateway/model.ts";
import type { Api, Definition } from "./model.ts";

export const emptyDefinition = (): Definition => ({
  routes: new Map(),
  integrations: new Map(),
  authorizers: new Map(),
  models: new Map(),
});

/** The one expression of HTTP APIs, as answers write it. */
export const httpRouteSelection = "$request.method $request.path";

export type NewApi = Pick<Api, "name" | "protocolType"> & Partial<Api>;

/** An API that is not yet the world's. Ids come from the same alphabet and count as those of REST APIs. */
export const newApi = (world: World, members: NewApi): Api => ({
  apiId: world.newId(10),
  routeSelectionExpression: httpRouteSelection,
  apiKeySelectionExpression: "$request.header.x-api-key",
  disableExecuteApiEndpoint: false,
  ipAddressType: "ipv4",
  tags: {},
  createdDate: world.clock.now(),
  draft: emptyDefinition(),
  deployments: new Map(),
  stages: new Map(),
  ...members,
});

/** `wss://` for WebSocket APIs (Terraform's acceptance tests run against the service). */
export const apiEndpoint = (world: World, { apiId, protocolType }: Pick<Api, "apiId" | "protocolType">): string =>
  `${protocolType === "HTTP" ? "https" : "wss"}://${apiId}.execute-api.${world.region}.${dnsSuffixOf(world.region)}`;

/** What the service answers about an API. */
export const apiView = (world: World, api: Api): Record<string, unknown> => {
  const { draft, deployments: _, stages: __, ...members } = api;
  return structuredClone({
    ...members,
    apiEndpoint: apiEndpoint(world, api),
    ...(draft.corsConfiguration === undefined ? {} : { corsConfiguration: draft.corsConfiguration }),
  });
};
