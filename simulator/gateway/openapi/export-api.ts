import { dnsSuffixOf } from "../../aws/partition.ts";
import type { Definition, Integration, IntegrationResponse, Method, Resource, RestApi } from "../model.ts";
import { documentSchema } from "./model-schema.ts";

export type ExportRequest = {
  readonly api: RestApi;
  readonly definition: Definition;
  readonly stageName: string;
  readonly region: string;
  readonly dialect: "swagger" | "oas30";
  readonly integrations: boolean;
  readonly authorizers: boolean;
  /** All that the service can say: integrations, authorizers and the document's own extensions. */
  readonly apigateway: boolean;
};

type Json = Record<string, unknown>;

/** A definition as a document: the dialect, its order of members and its version are recorded behaviour. */
export const exportApi = (request: ExportRequest): Json => {
  const paths = exportPaths(request);
  const schemas = exportModels(request);
  const schemes = exportSecuritySchemes(request);
  const extensions = request.apigateway ? documentExtensions(request) : {};
  if (request.dialect === "swagger") {
    return {
      swagger: "2.0",
      info: exportInfo(request.api),
      host: hostOf(request),
      basePath: `/${request.stageName}`,
      schemes: ["https"],
      paths,
      ...unlessEmpty("securityDefinitions", schemes),
      ...unlessEmpty("definitions", schemas),
      ...extensions,
    };
  }
  return {
    openapi: "3.0.1",
    info: exportInfo(request.api),
    servers: [
      { url: `https://${hostOf(request)}/{basePath}`, variables: { basePath: { default: request.stageName } } },
    ],
    paths,
    components: { ...unlessEmpty("schemas", schemas), ...unlessEmpty("securitySchemes", schemes) },
    ...extensions,
  };
};

/** An API without a version is exported under the time of its creation (recorded: a timestamp). */
export const exportVersion = (api: RestApi): string =>
  api.version ?? `${new Date(api.createdDate).toISOString().slice(0, 19)}Z`;

const unlessEmpty = (key: string, entries: object): Json => (Object.keys(entries).length > 0 ? { [key]: entries } : {});

const exportInfo = (api: RestApi): Json => ({
  title: api.name,
  ...(api.description === undefined ? {} : { description: api.description }),
  version: exportVersion(api),
});

const hostOf = ({ api, region }: ExportRequest): string => `${api.id}.execute-api.${region}.${dnsSuffixOf(region)}`;

const verbOrder = ["GET", "PUT", "POST", "DELETE", "OPTIONS", "HEAD", "PATCH", "ANY"];

const exportPaths = (request: ExportRequest): Json => {
  const resources = [...request.definition.resources.values()]
    .filter(({ methods }) => methods.size > 0)
    .sort((left, right) => (left.path < right.path ? -1 : 1));
  return Object.fromEntries(resources.map((resource) => [resource.path, exportResource(request, resource)]));
};

const exportResource = (request: ExportRequest, resource: Resource): Json => {
  const methods = [...resource.methods.values()].sort(
    (left, right) => verbOrder.indexOf(left.httpMethod) - verbOrder.indexOf(right.httpMethod),
  );
  return Object.fromEntries(
    methods.map((method) => [
      method.httpMethod === "ANY" ? "x-amazon-apigateway-any-method" : method.httpMethod.toLowerCase(),
      exportMethod(request, method),
    ]),
  );
};

const exportMethod = (request: ExportRequest, method: Method): Json => {
  const shape = request.dialect === "swagger" ? swaggerMethod(method) : openApiMethod(method);
  const security = exportSecurity(request, method);
  const validator = request.definition.requestValidators.get(method.requestValidatorId ?? "")?.["name"];
  return {
    ...(method.operationName === undefined ? {} : { operationId: method.operationName }),
    ...shape,
    ...(security.length > 0 ? { security } : {}),
    ...(request.apigateway && validator ? { "x-amazon-apigateway-request-validator": validator } : {}),
    ...(request.integrations && method.methodIntegration
      ? { "x-amazon-apigateway-integration": exportIntegration(method.methodIntegration) }
      : {}),
  };
};

type Parameter = { readonly name: string; readonly in: string; readonly required: boolean };

const parameterPlaces: Readonly<Record<string, string>> = { querystring: "query", header: "header", path: "path" };

const parametersOf = (method: Method): Parameter[] =>
  Object.entries(method.requestParameters ?? {}).map(([source, required]) => {
    const [, , place = "", ...name] = source.split(".");
    return { name: name.join("."), in: parameterPlaces[place] ?? place, required };
  });

const headersOf = (response: Json): string[] =>
  Object.keys((response["responseParameters"] as Json | undefined) ?? {}).map((source) =>
    source.replace("method.response.header.", ""),
  );

const modelsOf = (response: Json): [string, string][] =>
  Object.entries((response["responseModels"] as Record<string, string> | undefined) ?? {});

/** The media types that a method takes: those of its models and of its integration's templates (recorded behaviour). */
const consumedTypes = ({ requestModels, methodIntegration }: Method): string[] => [
  ...new Set([...Object.keys(requestModels ?? {}), ...Object.keys(methodIntegration?.requestTemplates ?? {})]),
];

/** The media types that a method answers in, likewise. */
const producedTypes = ({ methodResponses, methodIntegration }: Method): string[] => {
  const models = [...methodResponses.values()].flatMap((response) => modelsOf(response).map(([type]) => type));
  const answers = [...(methodIntegration?.integrationResponses.values() ?? [])];
  return [...new Set([...models, ...answers.flatMap(({ responseTemplates }) => Object.keys(responseTemplates ?? {}))])];
};

const swaggerMethod = (method: Method): Json => {
  const consumes = consumedTypes(method);
  const produces = producedTypes(method);
  const parameters: Json[] = parametersOf(method).map((parameter) => ({ ...parameter, type: "string" }));
  const model = Object.values(method.requestModels ?? {})[0];
  if (model) {
    parameters.push({ in: "body", name: model, required: true, schema: { $ref: `#/definitions/${model}` } });
  }
  const responses = [...method.methodResponses].map(([status, response]) => [
    status,
    swaggerResponse(status, response),
  ]);
  return {
    ...(consumes.length > 0 ? { consumes } : {}),
    ...(produces.length > 0 ? { produces } : {}),
    ...(parameters.length > 0 ? { parameters } : {}),
    responses: Object.fromEntries(responses),
  };
};

const swaggerResponse = (status: string, response: Json): Json => {
  const model = modelsOf(response)[0]?.[1];
  return {
    description: `${status} response`,
    ...(model ? { schema: { $ref: `#/definitions/${model}` } } : {}),
    ...unlessEmpty("headers", Object.fromEntries(headersOf(response).map((name) => [name, { type: "string" }]))),
  };
};

const openApiMethod = (method: Method): Json => {
  const parameters = parametersOf(method).map(({ required, ...parameter }) => ({
    ...parameter,
    ...(required ? { required } : {}),
    schema: { type: "string" },
  }));
  const content = openApiContent(Object.entries(method.requestModels ?? {}));
  const responses = [...method.methodResponses].map(([status, response]) => [
    status,
    openApiResponse(status, response),
  ]);
  return {
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(Object.keys(content).length > 0 ? { requestBody: { content, required: true } } : {}),
    ...unlessEmpty("responses", Object.fromEntries(responses)),
  };
};

const openApiResponse = (status: string, response: Json): Json => ({
  description: `${status} response`,
  ...unlessEmpty(
    "headers",
    Object.fromEntries(headersOf(response).map((name) => [name, { schema: { type: "string" } }])),
  ),
  content: openApiContent(modelsOf(response)),
});

const openApiContent = (models: readonly (readonly [string, string])[]): Json =>
  Object.fromEntries(models.map(([type, model]) => [type, { schema: { $ref: `#/components/schemas/${model}` } }]));

const exportModels = ({ api, definition, dialect }: ExportRequest): Json => {
  const prefix = dialect === "swagger" ? "#/definitions/" : "#/components/schemas/";
  return Object.fromEntries(
    [...definition.models].map(([name, model]) => [name, documentSchema(api.id, String(model["schema"]), prefix)]),
  );
};

const iamScheme = "sigv4";
const apiKeyScheme = "api_key";

const exportSecurity = ({ definition }: ExportRequest, method: Method): Json[] => {
  const security: Json[] = [];
  const authorizer = definition.authorizers.get(method.authorizerId ?? "")?.["name"];
  if (typeof authorizer === "string") security.push({ [authorizer]: method.authorizationScopes ?? [] });
  if (method.authorizationType === "AWS_IAM") security.push({ [iamScheme]: [] });
  if (method.apiKeyRequired) security.push({ [apiKeyScheme]: [] });
  return security;
};

const exportSecuritySchemes = (request: ExportRequest): Json => {
  const methods = [...request.definition.resources.values()].flatMap((resource) => [...resource.methods.values()]);
  const schemes: Json = {};
  for (const authorizer of request.definition.authorizers.values()) {
    schemes[String(authorizer["name"])] = authorizerScheme(request, authorizer);
  }
  if (methods.some(({ authorizationType }) => authorizationType === "AWS_IAM")) {
    const extension = request.authorizers ? { "x-amazon-apigateway-authtype": "awsSigv4" } : {};
    schemes[iamScheme] = { type: "apiKey", name: "Authorization", in: "header", ...extension };
  }
  if (methods.some(({ apiKeyRequired }) => apiKeyRequired)) {
    schemes[apiKeyScheme] = { type: "apiKey", name: "x-api-key", in: "header" };
  }
  return schemes;
};

const authorizerScheme = ({ authorizers }: ExportRequest, authorizer: Json): Json => {
  const header = /^method\.request\.header\.([^,]+)$/.exec(String(authorizer["identitySource"] ?? ""))?.[1];
  const { id: _, name: __, type, authType, ...members } = authorizer;
  const extension = {
    "x-amazon-apigateway-authtype": authType ?? (type === "COGNITO_USER_POOLS" ? "cognito_user_pools" : "custom"),
    "x-amazon-apigateway-authorizer": { ...members, type: String(type).toLowerCase() },
  };
  return { type: "apiKey", name: header ?? "Unused", in: "header", ...(authorizers ? extension : {}) };
};

/** Members that stand at their default are left out. */
const exportIntegration = (integration: Integration): Json => {
  const {
    type,
    integrationResponses,
    cacheKeyParameters,
    cacheNamespace,
    connectionType,
    timeoutInMillis,
    ...members
  } = integration;
  const passthrough = members["passthroughBehavior"];
  const keys = (cacheKeyParameters as string[] | undefined) ?? [];
  const responses = [...integrationResponses.values()].map((response) => [
    response.selectionPattern ?? "default",
    exportIntegrationResponse(response),
  ]);
  return {
    ...members,
    ...(keys.length > 0 ? { cacheKeyParameters: keys, cacheNamespace } : {}),
    ...(connectionType === undefined || connectionType === "INTERNET" ? {} : { connectionType }),
    ...(timeoutInMillis === 29000 ? {} : { timeoutInMillis }),
    ...unlessEmpty("responses", Object.fromEntries(responses)),
    ...(typeof passthrough === "string" ? { passthroughBehavior: passthrough.toLowerCase() } : {}),
    type: type.toLowerCase(),
  };
};

const exportIntegrationResponse = ({ selectionPattern: _, ...members }: IntegrationResponse): Json => members;

const documentExtensions = ({ api, definition }: ExportRequest): Json => {
  const named = (entries: ReadonlyMap<string, Json>, dropped: readonly string[]): Json =>
    Object.fromEntries(
      [...entries.values()].map((entry) => [
        String(entry["name"] ?? entry["responseType"]),
        Object.fromEntries(Object.entries(entry).filter(([key]) => !dropped.includes(key))),
      ]),
    );
  return {
    ...unlessEmpty(
      "x-amazon-apigateway-gateway-responses",
      named(definition.gatewayResponses, ["responseType", "defaultResponse"]),
    ),
    ...unlessEmpty("x-amazon-apigateway-request-validators", named(definition.requestValidators, ["id", "name"])),
    ...(definition.policy === undefined ? {} : { "x-amazon-apigateway-policy": JSON.parse(definition.policy) }),
    ...(definition.binaryMediaTypes.length > 0
      ? { "x-amazon-apigateway-binary-media-types": definition.binaryMediaTypes }
      : {}),
    ...(api.minimumCompressionSize === undefined
      ? {}
      : { "x-amazon-apigateway-minimum-compression-size": api.minimumCompressionSize }),
  };
};
