import type { RestApi } from "../model.ts";
import { endpointConfiguration } from "../rest-api.ts";
import type { ImportedApi } from "./imported-api.ts";

/**
 * What a definition says about the API itself. The API gets the definition's title for its name (recorded behaviour).
 * An overwrite takes away what the definition does not name: documented for the whole definition, and what Terraform's
 * provider sets again after each one: description, version, compression, API key source, the default endpoint's switch
 * and VPC endpoints. The endpoint's type and address type stay (API reference, PutRestApi).
 */
export const takeOverSettings = (api: RestApi, imported: ImportedApi, mode: "merge" | "overwrite"): void => {
  if (mode === "overwrite") resetSettings(api);
  const { title, description, version, minimumCompressionSize, apiKeySource, disableExecuteApiEndpoint } = imported;
  if (title !== undefined) api.name = title;
  if (description !== undefined) api.description = description;
  if (version !== undefined) api.version = version;
  if (minimumCompressionSize !== undefined) api.minimumCompressionSize = minimumCompressionSize;
  if (apiKeySource !== undefined) api.apiKeySource = apiKeySource;
  if (disableExecuteApiEndpoint !== undefined) api.disableExecuteApiEndpoint = disableExecuteApiEndpoint;
  if (imported.vpcEndpointIds !== undefined) setVpcEndpoints(api, imported.vpcEndpointIds);
};

const resetSettings = (api: RestApi): void => {
  delete api.description;
  delete api.version;
  delete api.minimumCompressionSize;
  api.apiKeySource = "HEADER";
  api.disableExecuteApiEndpoint = false;
  setVpcEndpoints(api, undefined);
};

const setVpcEndpoints = (api: RestApi, vpcEndpointIds: string[] | undefined): void => {
  const { types, ipAddressType } = api.endpointConfiguration;
  api.endpointConfiguration = endpointConfiguration({
    types,
    ...(ipAddressType === undefined ? {} : { ipAddressType }),
    ...(vpcEndpointIds === undefined ? {} : { vpcEndpointIds }),
  });
};
