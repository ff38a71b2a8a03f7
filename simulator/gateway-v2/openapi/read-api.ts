import type { World } from "../../gateway/model.ts";
import { withAwsVariables } from "../../gateway/openapi/aws-variables.ts";
import {
  isObject,
  type JsonObject,
  listAt,
  type OpenApiDocument,
  objectAt,
  readDocument,
  resolve,
  stringAt,
  verbs,
} from "../../gateway/openapi/document.ts";
import { basePathOf, endpointSettingsOf, pathPrefix } from "../../gateway/openapi/servers.ts";
import { unknownAttributes } from "../../gateway/openapi/unknown-attributes.ts";
import { badRequest } from "../../gateway/service-error.ts";
import type { CorsConfiguration } from "../model.ts";
import { type Requirement, requirementOf, type Scheme, schemesOf } from "./security.ts";

/** An HTTP API as a definition describes it. */
export type ReadApi = {
  readonly name: string;
  readonly description?: string;
  readonly version?: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly disableExecuteApiEndpoint?: boolean;
  readonly cors?: CorsConfiguration;
  readonly schemes: ReadonlyMap<string, Scheme>;
  readonly routes: readonly ReadRoute[];
  /** What the parser says about the document. */
  readonly parseIssues: readonly string[];
  /** What HTTP APIs make nothing of. */
  readonly ignored: readonly string[];
};

export type ReadRoute = {
  readonly routeKey: string;
  readonly operationName?: string;
  readonly requirement: Requirement;
  /** The extension, wherever it stands. Absent: the route has no integration. */
  readonly integration?: JsonObject;
};

/**
 * Reads a definition, JSON or YAML, OpenAPI 3.0 only (Developer Guide, "Import HTTP APIs"; extensions of HTTP APIs).
 *
 * @param basepath what becomes of the first server's path: `ignore`, the default, `prepend` or `split`
 * @throws ServiceError 400 for what is no such definition
 */
export const readApi = (world: World, body: string, basepath: string | undefined): ReadApi => {
  const document = withAwsVariables(world, readDocument(Buffer.from(body), world.quotas.definitionBytes));
  // The service's answer to Swagger is not known.
  if (document.dialect !== "openapi") throw badRequest("Invalid OpenAPI input.");
  const { content } = document;
  const info = objectAt(content["info"]);
  const name = stringAt(info["title"]);
  if (!name) throw badRequest("Invalid OpenAPI input.");
  const [description, version] = [stringAt(info["description"]), stringAt(info["version"])];
  const cors = content["x-amazon-apigateway-cors"];
  return {
    name,
    ...(description === undefined ? {} : { description }),
    ...(version === undefined ? {} : { version }),
    tags: tagsOf(content),
    ...endpointOf(document),
    ...(isObject(cors) ? { cors } : {}),
    schemes: schemesOf(content),
    routes: routesOf(content, pathPrefix(basePathOf(document), basepath)),
    // The parser does not look into extensions such as the operation for any method, whose member this is.
    ignored: ignoredKeys(content),
    parseIssues: unknownAttributes(document).filter((issue) => !issue.includes(".isDefaultRoute ")),
  };
};

/** A recorded import names these places, one by one; for components other than schemas it is assumed. */
const ignoredKeys = (content: JsonObject): string[] => [
  ...Object.keys(objectAt(content["components"]))
    .filter((key) => key !== "securitySchemes" && !key.startsWith("x-"))
    .map((key) => `components: key [${key}] will be ignored by API Gateway`),
  ...operationsOf(content).flatMap(({ path, key, operation }) =>
    ["requestBody", "responses", "parameters"]
      .filter((member) => operation[member] !== undefined)
      .map((member) => `paths.${path}.${key}: key [${member}] will be ignored by API Gateway`),
  ),
];

const endpointOf = (document: OpenApiDocument): Pick<ReadApi, "disableExecuteApiEndpoint"> => {
  const { disableExecuteApiEndpoint } = endpointSettingsOf(document);
  return disableExecuteApiEndpoint === undefined ? {} : { disableExecuteApiEndpoint };
};

const tagsOf = (content: JsonObject): Record<string, string> =>
  Object.fromEntries(
    listAt(content["tags"]).flatMap((tag) => {
      const { name, "x-amazon-apigateway-tag-value": value } = objectAt(tag);
      return typeof name === "string" && typeof value === "string" ? [[name, value]] : [];
    }),
  );

const operationsOf = (content: JsonObject) =>
  Object.entries(objectAt(content["paths"])).flatMap(([path, item]) =>
    Object.entries(objectAt(resolve(content, item)))
      .filter(([key]) => Object.hasOwn(verbs, key))
      .map(([key, operation]) => ({ path, key, operation: objectAt(operation) })),
  );

const routesOf = (content: JsonObject, prefix: string): ReadRoute[] =>
  operationsOf(content).map(({ path, key, operation }) =>
    routeOf(content, `${verbs[key]} ${prefix}${path}`, path, operation),
  );

/** The path `/$default` stands for what no other route takes. */
const routeOf = (content: JsonObject, routeKey: string, path: string, operation: JsonObject): ReadRoute => {
  const operationName = stringAt(operation["operationId"]);
  const integration = resolve(content, operation["x-amazon-apigateway-integration"]);
  return {
    routeKey: path === "/$default" ? "$default" : routeKey.replace(/(?<=\/.*)\/$/, ""),
    ...(operationName === undefined ? {} : { operationName }),
    requirement: requirementOf(content, operation),
    ...(integration === undefined ? {} : { integration }),
  };
};
