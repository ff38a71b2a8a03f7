import { checkAuthorizer } from "../authorizer.ts";
import type { Definition, Method, Resource, RestApi, World } from "../model.ts";
import { checkModelName } from "../model-name.ts";
import { addResource, childrenOf } from "../resource-tree.ts";
import { checkCompressionSize, emptyDefinition, rootResource, setPolicy } from "../rest-api.ts";
import { badRequest } from "../service-error.ts";
import { withAwsVariables } from "./aws-variables.ts";
import { readDocument } from "./document.ts";
import { takePartsIn } from "./documentation-parts.ts";
import { importedIntegration } from "./import-integration.ts";
import { endOnTrouble, type ImportReport, newReport } from "./import-report.ts";
import type { ImportedApi, ImportedMethod, ImportedModel } from "./imported-api.ts";
import { checkReferences, modelSchema } from "./model-schema.ts";
import { readApi } from "./read-api.ts";
import { missingModel } from "./read-operation.ts";
import { pathPrefix } from "./servers.ts";
import { takeOverSettings } from "./take-over-settings.ts";

export type ImportOptions = {
  readonly mode: "merge" | "overwrite";
  readonly failOnWarnings?: boolean;
  /** What becomes of the definition's base path: `ignore` (default), `prepend`, or `split` off its first segment. */
  readonly basePath?: string;
  /** Leaves documentation parts as they are. */
  readonly ignoreDocumentation?: boolean;
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
  const document = withAwsVariables(world, readDocument(body, world.quotas.definitionBytes));
  const imported = readApi(document, () => `MODEL${world.newId(6)}`);
  if (imported.minimumCompressionSize !== undefined) checkCompressionSize(imported.minimumCompressionSize);
  const target = draftFor(world, api, options.mode);
  const report = newReport();
  report.warnings.push(...imported.warnings);
  fillDraft({ world, api, target, report }, imported, pathPrefix(imported.basePath, options.basePath));
  endOnTrouble(report, options.failOnWarnings === true);
  takeOver(world, api, target, imported, options);
  return report.warnings;
};

/**
 * A copy to work on, so that a refused import leaves the draft as it was. The root resource stays the same. Whether an
 * overwrite keeps the ids of authorizers, validators and models is not known; those of resources it keeps.
 */
const draftFor = (world: World, api: RestApi, mode: ImportOptions["mode"]): Definition => {
  if (mode === "merge") return structuredClone(api.draft);
  const root = rootResource(api.draft);
  return { ...emptyDefinition(world), resources: new Map([[root.id, { ...root, methods: new Map() }]]) };
};

const takeOver = (
  world: World,
  api: RestApi,
  target: Definition,
  imported: ImportedApi,
  { mode, ignoreDocumentation }: ImportOptions,
): void => {
  const policy = imported.policy ?? (mode === "merge" ? api.policy : undefined);
  const mediaTypes = new Set([...target.binaryMediaTypes, ...imported.binaryMediaTypes]);
  api.draft = { ...target, binaryMediaTypes: [...mediaTypes] };
  setPolicy(api, policy);
  takeOverSettings(api, imported, mode);
  if (!ignoreDocumentation) takePartsIn(world, api.documentationParts, imported.documentationParts, mode);
};

/** @returns the errors and warnings in the report, one line each, as the service words them */
const fillDraft = (work: ImportWork, imported: ImportedApi, prefix: string): void => {
  const { world, api, target, report } = work;
  for (const model of imported.models) {
    report.attempt(`Unable to create model for '${model.name}'`, () => addModel(world, api, target, model));
  }
  for (const [type, response] of imported.gatewayResponses) target.gatewayResponses.set(type, response);
  const identifiers: Identifiers = {
    authorizerIds: addNamed(world, target.authorizers, imported.authorizers, report),
    validatorIds: addNamed(world, target.requestValidators, imported.requestValidators, report),
  };
  const keptIds = new Map([...api.draft.resources.values()].map(({ path, id }) => [path, id]));
  for (const { path, methods } of imported.paths) {
    const full = `${prefix}${path}`;
    const resource = report.attempt(`Unable to create resource at path '${full}'`, () =>
      resourceAt(world, target, full, keptIds),
    );
    if (resource) for (const method of methods) addMethod(work, resource, method, identifiers);
  }
};

type ImportWork = {
  readonly world: World;
  readonly api: RestApi;
  readonly target: Definition;
  readonly report: ImportReport;
};

const addModel = (world: World, api: RestApi, target: Definition, model: ImportedModel): void => {
  checkModelName(model.name);
  checkReferences(model.schema);
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
  report: ImportReport,
): Map<string, string> => {
  const ids = new Map([...target].map(([id, members]) => [String(members["name"]), id]));
  for (const [name, members] of imported) {
    const id = ids.get(name) ?? world.newId(6);
    // The words before the colon are not recorded.
    report.attempt(`Unable to create authorizer '${name}'`, () => checkAuthorizer(members));
    ids.set(name, id);
    target.set(id, { id, ...members });
  }
  return ids;
};

/**
 * The resource at a path, with every resource on the way to it. One at a path that the draft has had keeps its id, even
 * when the import overwrites (recorded behaviour).
 */
const resourceAt = (world: World, target: Definition, path: string, keptIds: ReadonlyMap<string, string>): Resource => {
  let resource = rootResource(target);
  for (const pathPart of path.split("/").filter((part) => part !== "")) {
    const existing = childrenOf(target, resource.id).find((child) => child.pathPart === pathPart);
    resource = existing ?? addResource(world, target, resource, pathPart, keptIds);
  }
  return resource;
};

const unlessEmpty = <Key extends string, Entries extends object>(key: Key, entries: Entries) =>
  (Object.keys(entries).length > 0 ? { [key]: entries } : {}) as { [K in Key]?: Entries };

const addMethod = (
  { target, report }: ImportWork,
  resource: Resource,
  imported: ImportedMethod,
  { authorizerIds, validatorIds }: Identifiers,
): void => {
  const { verb, integration } = imported;
  const made = report.attempt(`Unable to put method '${verb}' on resource at path '${resource.path}'`, () =>
    checkParameterNames(imported.requestParameters),
  );
  if (!made) return;
  const authorizerId = authorizerIds.get(imported.authorizer ?? "");
  const validatorId = validatorIds.get(imported.requestValidator ?? "");
  const models = (named: Record<string, string>) => knownModels(target, verb, named, report.warnings);
  const method: Method = {
    httpMethod: verb,
    authorizationType: imported.authorizationType,
    apiKeyRequired: imported.apiKeyRequired,
    ...(authorizerId === undefined ? {} : { authorizerId }),
    ...(validatorId === undefined ? {} : { requestValidatorId: validatorId }),
    ...(imported.operationName === undefined ? {} : { operationName: imported.operationName }),
    ...(imported.authorizationScopes ? { authorizationScopes: imported.authorizationScopes } : {}),
    ...unlessEmpty("requestParameters", imported.requestParameters),
    ...unlessEmpty("requestModels", models(imported.requestModels)),
    methodResponses: new Map(
      imported.responses.map((response) => [response.statusCode, methodResponse(response, models(response.models))]),
    ),
  };
  resource.methods.set(verb, method);
  if (integration === undefined) return;
  report.attempt(`Unable to put integration on '${verb}' for resource at path '${resource.path}'`, () => {
    const place = { resourceId: resource.id, path: resource.path, verb };
    method.methodIntegration = importedIntegration(integration, place, (warning) => report.warnings.push(warning));
  });
};

/** Text of a report of an import. */
const checkParameterNames = (parameters: Readonly<Record<string, boolean>>): true => {
  const names = Object.keys(parameters).map((source) => source.split(".").slice(3).join("."));
  if (names.every((name) => /^[a-zA-Z0-9._$-]+$/.test(name))) return true;
  throw badRequest(
    "Invalid mapping expression specified: Validation Result: warnings : [], errors : " +
      "[Parameter name should match the following regular expression: ^[a-zA-Z0-9._$-]+$]",
  );
};

/**
 * Without the models that could not be made, for each of which there are warnings (texts of a report of an import, where
 * the first stands twice for reasons that it does not tell).
 */
const knownModels = (
  target: Definition,
  verb: string,
  named: Readonly<Record<string, string>>,
  warnings: string[],
): Record<string, string> =>
  Object.fromEntries(
    Object.entries(named).filter(([contentType, name]) => {
      if (target.models.has(name)) return true;
      warnings.push(missingModel(name), `Invalid format for model ${contentType} for method ${verb}`);
      return false;
    }),
  );

const methodResponse = (
  { statusCode, headers }: ImportedMethod["responses"][number],
  models: Record<string, string>,
) => ({
  statusCode,
  ...unlessEmpty(
    "responseParameters",
    Object.fromEntries(headers.map((header) => [`method.response.header.${header}`, false])),
  ),
  ...unlessEmpty("responseModels", models),
});
