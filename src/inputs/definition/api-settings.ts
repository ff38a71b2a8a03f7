import { isMapping, listAt, type Mapping, mappingAt, textOf } from "./values.ts";

/** What a definition says about the API as a whole. An overwrite takes away what it does not say. */
export type ApiSettings = {
  /** `info.title`, which an import makes the API's name. */
  readonly title: string | undefined;
  /** Whether it has a resource policy. */
  readonly hasPolicy: boolean;
  /** Whether it says who may call it from other origins. */
  readonly namesCors: boolean;
  readonly binaryMediaTypes: readonly string[];
  readonly namesCompression: boolean;
  readonly namesApiKeySource: boolean;
  /** Whether it switches the API's default endpoint off; `undefined` where it does not say. */
  readonly disablesDefaultEndpoint: boolean | undefined;
  /** `undefined` where it does not say. */
  readonly vpcEndpointIds: readonly string[] | undefined;
};

/** Developer Guide, "OpenAPI extensions for API Gateway". */
export const apiSettingsOf = (document: Mapping): ApiSettings => {
  const endpoint = endpointSettings(document);
  return {
    title: textOf(mappingAt(document["info"])["title"]),
    hasPolicy: isMapping(document["x-amazon-apigateway-policy"]),
    namesCors: names(document, "x-amazon-apigateway-cors"),
    binaryMediaTypes: listAt(document["x-amazon-apigateway-binary-media-types"]).flatMap((type) => textOf(type) ?? []),
    namesCompression: names(document, "x-amazon-apigateway-minimum-compression-size"),
    namesApiKeySource: names(document, "x-amazon-apigateway-api-key-source"),
    disablesDefaultEndpoint: names(endpoint, "disableExecuteApiEndpoint")
      ? endpoint["disableExecuteApiEndpoint"] === true
      : undefined,
    vpcEndpointIds: names(endpoint, "vpcEndpointIds")
      ? listAt(endpoint["vpcEndpointIds"]).flatMap((id) => textOf(id) ?? [])
      : undefined,
  };
};

const ENDPOINT = "x-amazon-apigateway-endpoint-configuration";

/** At the top in Swagger, in the first server in OpenAPI. */
const endpointSettings = (document: Mapping): Mapping =>
  mappingAt(document[ENDPOINT] ?? mappingAt(listAt(document["servers"])[0])[ENDPOINT]);

const names = (mapping: Mapping, member: string): boolean => (mapping[member] ?? null) !== null;
