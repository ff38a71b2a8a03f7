import type { World } from "../gateway/model.ts";
import { newApi } from "./api.ts";
import type { Api } from "./model.ts";
import { importApi } from "./openapi/import-api.ts";

/**
 * Puts an HTTP API into the world whose draft is the definition, OpenAPI 3.0, JSON or YAML. Nothing is deployed.
 *
 * @throws ServiceError for a definition that the service would refuse
 */
export const seedHttpApi = (world: World, definition: string, options: { readonly id?: string } = {}): Api => {
  const api = newApi(world, {
    name: "",
    protocolType: "HTTP",
    ...(options.id === undefined ? {} : { apiId: options.id }),
  });
  importApi(world, api, definition, {});
  world.apis.set(api.apiId, api);
  return api;
};
