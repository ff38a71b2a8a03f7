import { dnsSuffixOf } from "../../aws/partition.ts";
import type { World } from "../../gateway/model.ts";
import type { Api, Authorizer, Definition, Integration, Route } from "../model.ts";
import { partsOf } from "../route-key.ts";

export type ExportRequest = {
  readonly world: World;
  readonly api: Api;
  readonly definition: Definition;
  /** Empty for what is served at the root, and for the draft. */
  readonly basePath: string;
  /** Whether to say what only API Gateway understands. */
  readonly extensions: boolean;
};

type Json = Record<string, unknown>;

/** An HTTP API as a document, as the service's exports that users have published are built. */
export const exportApi = (request: ExportRequest): Json => {
  const { world, api, definition, basePath, extensions } = request;
  const host = `${api.apiId}.execute-api.${world.region}.${dnsSuffixOf(world.region)}`;
  const { corsConfiguration } = definition;
  return {
    openapi: "3.0.1",
    info: infoOf(api),
    servers: [{ url: `https://${host}/{basePath}`, variables: { basePath: { default: basePath } } }],
    ...(Object.keys(api.tags).length === 0 ? {} : { tags: tagsOf(api, extensions) }),
    paths: pathsOf(request),
    ...componentsOf(request),
    ...(extensions && corsConfiguration ? { "x-amazon-apigateway-cors": corsConfiguration } : {}),
    ...(extensions ? { "x-amazon-apigateway-importexport-version": "1.0" } : {}),
  };
};

/** Without a version the time stands in its place: `2025-06-20 17:22:45UTC`. */
const infoOf = ({ name, description, version, createdDate }: Api): Json => ({
  title: name,
  ...(description === undefined ? {} : { description }),
  version: version ?? `${new Date(createdDate).toISOString().slice(0, 19).replace("T", " ")}UTC`,
});

const tagsOf = ({ tags }: Api, extensions: boolean): Json[] =>
  Object.entries(tags).map(([name, value]) => ({
    name,
    ...(extensions ? { "x-amazon-apigateway-tag-value": value } : {}),
  }));

const pathsOf = (request: ExportRequest): Json => {
  const paths: Record<string, Json> = {};
  for (const route of request.definition.routes.values()) {
    const { verb, path } = partsOf(route.routeKey) ?? { verb: "ANY", path: "/$default" };
    const key = verb === "ANY" ? "x-amazon-apigateway-any-method" : verb.toLowerCase();
    paths[path] = { ...paths[path], [key]: operationOf(request, route) };
  }
  return Object.fromEntries(
    Object.entries(paths).map(([path, operations]) => [path, { ...operations, ...pathParameters(path) }]),
  );
};

const pathParameters = (path: string): Json => {
  const names = [...path.matchAll(/\{([^}]+)\}/g)].map(([, name = ""]) => name);
  if (names.length === 0) return {};
  return {
    parameters: names.map((name) => ({
      name,
      in: "path",
      description: `Generated path parameter for ${name}`,
      required: true,
      schema: { type: "string" },
    })),
  };
};

const operationOf = ({ definition, extensions }: ExportRequest, route: Route): Json => {
  const { routeKey, operationName, authorizationScopes = [] } = route;
  const scheme = schemeNameOf(definition, route);
  const integration = definition.integrations.get((route.target ?? "").replace("integrations/", ""));
  return {
    ...(operationName === undefined ? {} : { operationId: operationName }),
    responses: { default: { description: `Default response for ${routeKey}` } },
    ...(scheme === undefined ? {} : { security: [{ [scheme]: authorizationScopes }] }),
    ...(extensions && integration ? { "x-amazon-apigateway-integration": integrationOf(integration) } : {}),
    ...(extensions && routeKey === "$default" ? { isDefaultRoute: true } : {}),
  };
};

/** What the caller's signature is called (Developer Guide, "x-amazon-apigateway-auth"). */
const iamScheme = "sigv4Reference";

const schemeNameOf = ({ authorizers }: Definition, { authorizationType, authorizerId }: Route): string | undefined =>
  authorizationType === "AWS_IAM" ? iamScheme : authorizers.get(authorizerId ?? "")?.name;

const integrationOf = (integration: Integration): Json => {
  const members = {
    responseParameters: integration.responseParameters,
    requestParameters: integration.requestParameters,
    subtype: integration.integrationSubtype,
    credentials: integration["credentialsArn"],
    payloadFormatVersion: integration.payloadFormatVersion,
    type: integration.integrationType.toLowerCase(),
    httpMethod: integration.integrationMethod,
    uri: integration.integrationUri,
    connectionId: integration["connectionId"],
    connectionType: integration.connectionType,
    tlsConfig: integration["tlsConfig"],
    timeoutInMillis: integration.timeoutInMillis === 30_000 ? undefined : integration.timeoutInMillis,
  };
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
};

const componentsOf = (request: ExportRequest): Json => {
  const schemes = securitySchemes(request);
  const unused = request.extensions ? unusedIntegrations(request.definition) : {};
  const components = {
    ...(Object.keys(schemes).length === 0 ? {} : { securitySchemes: schemes }),
    ...(Object.keys(unused).length === 0 ? {} : { "x-amazon-apigateway-integrations": unused }),
  };
  return Object.keys(components).length === 0 ? {} : { components };
};

const securitySchemes = ({ definition, extensions }: ExportRequest): Json => {
  const schemes: Json = {};
  for (const authorizer of definition.authorizers.values()) schemes[authorizer.name] = schemeOf(authorizer, extensions);
  if ([...definition.routes.values()].some(({ authorizationType }) => authorizationType === "AWS_IAM")) {
    const authtype = extensions ? { "x-amazon-apigateway-authtype": "awsSigv4" } : {};
    schemes[iamScheme] = { type: "apiKey", name: "Authorization", in: "header", ...authtype };
  }
  return schemes;
};

const schemeOf = (authorizer: Authorizer, extensions: boolean): Json => {
  const { authorizerId: _, name: __, authorizerType, identitySource, ...members } = authorizer;
  const extension = { identitySource: identitySource.join(","), ...members, type: authorizerType.toLowerCase() };
  const scheme =
    authorizerType === "JWT" ? { type: "oauth2", flows: {} } : { type: "apiKey", name: "Authorization", in: "header" };
  return { ...scheme, ...(extensions ? { "x-amazon-apigateway-authorizer": extension } : {}) };
};

const unusedIntegrations = ({ routes, integrations }: Definition): Json => {
  const used = new Set([...routes.values()].map(({ target }) => target));
  return Object.fromEntries(
    [...integrations.values()]
      .filter(({ integrationId }) => !used.has(`integrations/${integrationId}`))
      .map((integration) => [`unusedIntegration_${integration.integrationId}`, integrationOf(integration)]),
  );
};
