import type { World } from "../../gateway/model.ts";
import { isObject, type JsonObject, objectAt } from "../../gateway/openapi/document.ts";
import { endOnTrouble, type ImportReport, newReport } from "../../gateway/openapi/import-report.ts";
import { ServiceError } from "../../gateway/service-error.ts";
import { emptyDefinition } from "../api.ts";
import type { Api, Authorizer, Definition, Integration, Route } from "../model.ts";
import { newAuthorizer } from "../operations/authorizers.ts";
import { newIntegration } from "../operations/integrations.ts";
import { newRoute } from "../operations/routes.ts";
import { type ReadApi, type ReadRoute, readApi } from "./read-api.ts";

export type ImportOptions = { readonly basepath?: string; readonly failOnWarnings?: boolean };

/**
 * Makes the API's draft, name and description what a definition says, and leaves its stages and deployments alone. Where
 * something is refused nothing has changed.
 *
 * @throws ServiceError 400 with everything that is wrong
 */
export const importApi = (world: World, api: Api, body: string, { basepath, failOnWarnings }: ImportOptions): void => {
  const read = readApi(world, body, basepath);
  const report = newReport();
  report.warnings.push(...read.parseIssues);
  const draft = definitionOf(world, api, read, report);
  endOnTrouble(report, failOnWarnings === true);
  const { name, description, version, tags, disableExecuteApiEndpoint } = read;
  Object.assign(api, { name, draft, tags: { ...api.tags, ...tags } });
  Object.assign(api, description === undefined ? {} : { description }, version === undefined ? {} : { version });
  if (disableExecuteApiEndpoint !== undefined) api.disableExecuteApiEndpoint = disableExecuteApiEndpoint;
  delete api.warnings;
  delete api.importInfo;
  if (report.warnings.length > 0) api.warnings = [...report.warnings];
  if (read.ignored.length > 0) api.importInfo = [...read.ignored];
};

/** Routes keep the ids that those of the same key had. */
const definitionOf = (world: World, api: Api, read: ReadApi, report: ImportReport): Definition => {
  const draft = emptyDefinition();
  const fresh: Api = { ...api, draft };
  if (read.cors) draft.corsConfiguration = structuredClone(read.cors);
  const authorizers = authorizersOf(world, fresh, read, report);
  const ids = new Map([...api.draft.routes.values()].map(({ routeKey, routeId }) => [routeKey, routeId]));
  for (const found of read.routes) {
    const members = { ...authorizationOf(found, read, authorizers, report), ...targetOf(world, fresh, found, report) };
    const { routeKey, operationName } = found;
    const route = report.attempt(`Unable to create route '${routeKey}'`, () =>
      newRoute(world, fresh, { routeKey, ...(operationName === undefined ? {} : { operationName }), ...members }),
    );
    if (!route) continue;
    const routeId = ids.get(routeKey) ?? route.routeId;
    draft.routes.set(routeId, { ...route, routeId });
  }
  return draft;
};

/** Those alone that a route asks for. */
const authorizersOf = (world: World, api: Api, read: ReadApi, report: ImportReport): Map<string, Authorizer> => {
  const asked = new Set(read.routes.flatMap(({ requirement }) => requirement.map(([name]) => name)));
  const made = new Map<string, Authorizer>();
  for (const [name, scheme] of read.schemes) {
    if (!asked.has(name) || scheme.kind !== "authorizer") continue;
    const what = `Unable to create authorizer from security definition: '${name}'`;
    const authorizer = report.attempt(what, () => newAuthorizer(world, api, scheme.members));
    if (!authorizer) continue;
    api.draft.authorizers.set(authorizer.authorizerId, authorizer);
    made.set(name, authorizer);
  }
  return made;
};

type Authorization = Partial<Pick<Route, "authorizationType" | "authorizerId" | "authorizationScopes">>;

/** The first scheme that means something. That others are ignored with a warning is as version 1 does. */
const authorizationOf = (
  { requirement }: ReadRoute,
  { schemes }: ReadApi,
  authorizers: ReadonlyMap<string, Authorizer>,
  report: ImportReport,
): Authorization => {
  for (const [name, scopes] of requirement) {
    const kind = schemes.get(name)?.kind;
    if (kind === "iam") return { authorizationType: "AWS_IAM" };
    const authorizer = authorizers.get(name);
    if (authorizer) {
      return {
        authorizationType: authorizer.authorizerType === "JWT" ? "JWT" : "CUSTOM",
        authorizerId: authorizer.authorizerId,
        ...(scopes.length > 0 ? { authorizationScopes: [...scopes] } : {}),
      };
    }
    const warning = `Unsupported security definition '${name}'. Ignoring.`;
    if (kind !== "authorizer" && !report.warnings.includes(warning)) report.warnings.push(warning);
  }
  return {};
};

/** An integration that the service cannot make is left out with a warning; its route is made (recorded behaviour). */
const targetOf = (world: World, api: Api, { routeKey, integration }: ReadRoute, report: ImportReport) => {
  if (integration === undefined) return {};
  try {
    const made = newIntegration(world, api, membersOf(integration));
    api.draft.integrations.set(made.integrationId, made);
    return { target: `integrations/${made.integrationId}` };
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    const what = `Unable to create integration for resource at path '${routeKey}'`;
    report.warnings.push(`${what}: ${error.message}. Ignoring.`);
    return {};
  }
};

/** Extensions have names of their own for some members, and types in lower case. */
const renamed: Readonly<Record<string, string>> = {
  uri: "integrationUri",
  httpMethod: "integrationMethod",
  credentials: "credentialsArn",
  subtype: "integrationSubtype",
};

const membersOf = ({ type, ...extension }: JsonObject): Pick<Integration, "integrationType"> => {
  const members = Object.entries(extension)
    .filter(([name]) => name !== "responses")
    .map(([name, value]) => [renamed[name] ?? name, value] as const)
    .map(([name, value]) => [name, name === "responseParameters" ? responseParameters(value) : value] as const)
    // A number is no version: 1.0 becomes "1" (recorded behaviour).
    .map(([name, value]) => [
      name,
      name === "payloadFormatVersion" && typeof value === "number" ? String(value) : value,
    ]);
  const integrationType = String(type ?? "").toUpperCase() as Integration["integrationType"];
  return { ...Object.fromEntries(members), integrationType };
};

const responseParameters = (value: unknown): Record<string, JsonObject> =>
  Object.fromEntries(
    Object.entries(objectAt(value)).filter((entry): entry is [string, JsonObject] => isObject(entry[1])),
  );
