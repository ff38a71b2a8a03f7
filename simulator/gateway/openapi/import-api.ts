import { newIntegration } from "../integration.ts";
import type { Definition, IntegrationResponse, Method, Resource, RestApi, World } from "../model.ts";
import { checkModelName } from "../model-name.ts";
import { addResource, childrenOf } from "../resource-tree.ts";
import { emptyDefinition, endpointConfiguration, rootResource, setPolicy } from "../rest-api.ts";
import { badRequest, ServiceError } from "../service-error.ts";
import { objectAt, readDocument } from "./document.ts";
import type { ImportedApi, ImportedMethod, ImportedModel } from "./imported-api.ts";
import { modelSchema } from "./model-schema.ts";
import { readApi } from "./read-api.ts";

export type ImportOptions = {
  readonly mode: "merge" | "overwrite";
  readonly failOnWarnings?: boolean;
  /** What becomes of the definition's base path: `ignore` (default), `prepend`, or `split` off its first segment. */
  readonly basePath?: string;
};

/**
 * Brings a definition into the draft of `api`. `merge` adds and replaces, `overwrite` leaves nothing but the
 * definition; neither touches stages, deployments or the endpoint type. On any error, and on warnings that are to fail,
 * nothing has changed.
 *
 * @returns the warnings
 * @throws ServiceError 400 in recorded texts, 413 for a body above the quota
 */
export const importApi = (world: World, api: RestApi, body: Buffer, options: ImportOptions): string[] => {
  const document = readDocument(body, world.quotas.definitionBytes);
  const imported = readApi(document, () => `MODEL${world.newId(6)}`);
  const target = draftFor(world, api, options.mode);
  const errors = fillDraft(world, api, target, imported, options);
  if (errors.length > 0) throw badRequest(foundDuringImport("Errors", errors));
  if (options.failOnWarnings && imported.warnings.length > 0) {
    throw badRequest(foundDuringImport("Warnings", imported.warnings));
  }
  takeOver(api, target, imported, options);
  return [...imported.warnings];
};

const foundDuringImport = (what: string, lines: readonly string[]): string =>
  [`${what} found during import:`, ...lines].join("\n\t");

/** A copy to work on, so that a refused import leaves the draft as it was. The root resource stays the same. */
const draftFor = (world: World, api: RestApi, mode: ImportOptions["mode"]): Definition => {
  if (mode === "merge") return structuredClone(api.draft);
  const root = rootResource(api.draft);
  return { ...emptyDefinition(world), resources: new Map([[root.id, { ...root, methods: new Map() }]]) };
};

const takeOver = (api: RestApi, target: Definition, imported: ImportedApi, { mode }: ImportOptions): void => {
  const policy = imported.policy ?? (mode === "merge" ? api.policy : undefined);
  const mediaTypes = new Set([...target.binaryMediaTypes, ...imported.binaryMediaTypes]);
  api.draft = { ...target, binaryMediaTypes: [...mediaTypes] };
  setPolicy(api, policy);
  const { title, description, version, minimumCompressionSize, apiKeySource, disableExecuteApiEndpoint } = imported;
  if (title !== undefined) api.name = title;
  if (description !== undefined) api.description = description;
  if (version !== undefined) api.version = version;
  if (minimumCompressionSize !== undefined) api.minimumCompressionSize = minimumCompressionSize;
  if (apiKeySource !== undefined) api.apiKeySource = apiKeySource;
  if (disableExecuteApiEndpoint !== undefined) api.disableExecuteApiEndpoint = disableExecuteApiEndpoint;
  if (imported.vpcEndpointIds !== undefined) {
    const { types, ipAddressType } = api.endpointConfiguration;
    api.endpointConfiguration = endpointConfiguration({
      types,
      ...(ipAddressType === undefined ? {} : { ipAddressType }),
      vpcEndpointIds: imported.vpcEndpointIds,
    });
  }
};

/** @returns the errors, one line each, as the service words them */
const fillDraft = (
  world: World,
  api: RestApi,
  target: Definition,
  imported: ImportedApi,
  options: ImportOptions,
): string[] => {
  const attempt = attempts();
  for (const model of imported.models) {
    attempt.run(`Unable to create model for '${model.name}'`, () => addModel(world, api, target, model));
  }
  for (const [type, response] of imported.gatewayResponses) target.gatewayResponses.set(type, response);
  const authorizerIds = addNamed(world, target.authorizers, imported.authorizers);
  const validatorIds = addNamed(world, target.requestValidators, imported.requestValidators);
  const identifiers: Identifiers = { authorizerIds, validatorIds };
  const prefix = prefixOf(imported.basePath, options.basePath);
  for (const { path, methods } of imported.paths) {
    const full = `${prefix}${path}`;
    const resource = attempt.run(`Unable to create resource at path '${full}'`, () => resourceAt(world, target, full));
    for (const method of resource ? methods : []) {
      const place = `on '${method.verb}' for resource at path '${full}'`;
      if (resource)
        addMethod(resource, method, identifiers, (work) => attempt.run(`Unable to put integration ${place}`, work));
    }
  }
  return attempt.errors;
};

/** Collects what goes wrong, so that an import reports everything at once. */
const attempts = () => {
  const errors: string[] = [];
  return {
    errors,
    run: <Result>(what: string, work: () => Result): Result | undefined => {
      try {
        return work();
      } catch (error) {
        if (!(error instanceof ServiceError)) throw error;
        if (error.type === "LimitExceededException") throw error;
        errors.push(`${what}: ${error.message}`);
        return undefined;
      }
    },
  };
};

const addModel = (world: World, api: RestApi, target: Definition, model: ImportedModel): void => {
  checkModelName(model.name);
  const id = target.models.get(model.name)?.["id"] ?? world.newId(6);
  target.models.set(model.name, {
    id,
    name: model.name,
    contentType: "application/json",
    schema: modelSchema(api.id, model.schema),
    ...(model.description === undefined ? {} : { description: model.description }),
  });
};

type Identifiers = {
  readonly authorizerIds: ReadonlyMap<string, string>;
  readonly validatorIds: ReadonlyMap<string, string>;
};

/** Adds what methods refer to by name, keeping the id of one that is there already. @returns ids by name */
const addNamed = (
  world: World,
  target: Map<string, Record<string, unknown>>,
  imported: ReadonlyMap<string, Record<string, unknown>>,
): Map<string, string> => {
  const ids = new Map([...target].map(([id, members]) => [String(members["name"]), id]));
  for (const [name, members] of imported) {
    const id = ids.get(name) ?? world.newId(6);
    ids.set(name, id);
    target.set(id, { id, ...members });
  }
  return ids;
};

const prefixOf = (basePath: string, treatment = "ignore"): string => {
  if (treatment === "prepend") return basePath;
  return treatment === "split" ? basePath.replace(/^\/[^/]*/, "") : "";
};

/** The resource at a path, with every resource on the way to it. */
const resourceAt = (world: World, target: Definition, path: string): Resource => {
  let resource = rootResource(target);
  for (const pathPart of path.split("/").filter((part) => part !== "")) {
    const existing = childrenOf(target, resource.id).find((child) => child.pathPart === pathPart);
    resource = existing ?? addResource(world, target, resource, pathPart);
  }
  return resource;
};

const unlessEmpty = <Key extends string, Entries extends object>(key: Key, entries: Entries) =>
  (Object.keys(entries).length > 0 ? { [key]: entries } : {}) as { [K in Key]?: Entries };

const addMethod = (
  resource: Resource,
  imported: ImportedMethod,
  { authorizerIds, validatorIds }: Identifiers,
  attempt: (work: () => void) => void,
): void => {
  const authorizerId = authorizerIds.get(imported.authorizer ?? "");
  const validatorId = validatorIds.get(imported.requestValidator ?? "");
  const method: Method = {
    httpMethod: imported.verb,
    authorizationType: imported.authorizationType,
    apiKeyRequired: imported.apiKeyRequired,
    ...(authorizerId === undefined ? {} : { authorizerId }),
    ...(validatorId === undefined ? {} : { requestValidatorId: validatorId }),
    ...(imported.operationName === undefined ? {} : { operationName: imported.operationName }),
    ...(imported.authorizationScopes ? { authorizationScopes: imported.authorizationScopes } : {}),
    ...unlessEmpty("requestParameters", imported.requestParameters),
    ...unlessEmpty("requestModels", imported.requestModels),
    methodResponses: new Map(imported.responses.map((response) => [response.statusCode, methodResponse(response)])),
  };
  resource.methods.set(method.httpMethod, method);
  const { integration } = imported;
  if (integration) attempt(() => addIntegration(resource, method, integration));
};

const methodResponse = ({ statusCode, headers, models }: ImportedMethod["responses"][number]) => ({
  statusCode,
  ...unlessEmpty(
    "responseParameters",
    Object.fromEntries(headers.map((header) => [`method.response.header.${header}`, false])),
  ),
  ...unlessEmpty("responseModels", models),
});

/** Members that the extension writes in lower case and the API in upper case. */
const enumerated = ["passthroughBehavior", "contentHandling", "connectionType", "responseTransferMode"];

const addIntegration = (resource: Resource, method: Method, extension: Readonly<Record<string, unknown>>): void => {
  const { responses, type, ...members } = extension;
  const upperCased = enumerated
    .filter((name) => typeof members[name] === "string")
    .map((name) => [name, String(members[name]).toUpperCase()]);
  const request = { ...members, ...Object.fromEntries(upperCased), type: integrationType(type) };
  const integration = newIntegration(request, resource.id);
  for (const [pattern, response] of Object.entries(objectAt(responses))) {
    const converted = integrationResponse(pattern, objectAt(response));
    integration.integrationResponses.set(converted.statusCode, converted);
  }
  method.methodIntegration = integration;
};

const integrationTypes = ["HTTP", "MOCK", "AWS_PROXY", "HTTP_PROXY", "AWS"];

const integrationType = (type: unknown): string => {
  const upper = String(type ?? "").toUpperCase();
  if (integrationTypes.includes(upper)) return upper;
  throw badRequest(`Invalid integration type specified: ${type ?? null}`);
};

/** The key is the pattern that selects a response; `default` selects what no other does. */
const integrationResponse = (pattern: string, response: Readonly<Record<string, unknown>>): IntegrationResponse => {
  const { statusCode, contentHandling, ...members } = response;
  return {
    ...members,
    statusCode: String(statusCode),
    ...(pattern === "default" ? {} : { selectionPattern: pattern }),
    ...(contentHandling === undefined ? {} : { contentHandling: String(contentHandling).toUpperCase() }),
  };
};
