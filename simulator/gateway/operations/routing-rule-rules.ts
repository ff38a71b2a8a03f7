import type { DomainName, OperationInput, RoutingRule, World } from "../model.ts";
import { badRequest } from "../service-error.ts";
import { requireRestApi } from "./identifiers.ts";

/**
 * What a routing rule may say (Developer Guide, "Routing rules to connect API stages to a custom domain name for REST
 * APIs", Restrictions).
 */

/** What is no REST API of this world is an HTTP API. */
const mapsBoth = (world: World, { basePathMappings }: DomainName): boolean =>
  new Set([...basePathMappings.values()].map(({ restApiId }) => world.restApis.has(restApiId))).size > 1;

/** @throws ServiceError 400 for a domain that can have no rules */
export const requireUsable = (world: World, domain: DomainName): void => {
  if (domain.routingMode === "BASE_PATH_MAPPING_ONLY") {
    throw badRequest("Routing rules can't be created for a domain name whose routing mode is API_MAPPING_ONLY");
  }
  if (mapsBoth(world, domain)) {
    throw badRequest("Routing rules aren't supported for a domain name with API mappings to both REST and HTTP APIs");
  }
};

/** @throws ServiceError 400, 404 for an API or stage that is not there */
export const actionOf = (
  actions: OperationInput,
  world: World,
  domain: DomainName,
): Pick<RoutingRule, "restApiId" | "stage" | "stripBasePath"> => {
  if (actions.length !== 1) throw badRequest("A routing rule must have exactly one action");
  const { ApiId, Stage, StripBasePath = false } = actions[0].InvokeApi;
  const api = requireRestApi(world, ApiId);
  if (!api.stages.has(Stage)) throw badRequest("Invalid stage identifier specified");
  const isPrivate = api.endpointConfiguration.types.includes("PRIVATE");
  if (isPrivate !== (domain.endpointType === "PRIVATE")) {
    throw badRequest("A private domain name can't be used with a public API, nor a public one with a private API");
  }
  return { restApiId: api.id, stage: Stage, stripBasePath: StripBasePath };
};

/** @throws ServiceError 400 */
export const conditionsOf = (conditions: OperationInput): Pick<RoutingRule, "headers" | "basePath"> => {
  const kinds = conditions.map((condition: object) => Object.keys(condition));
  if (kinds.some((members: string[]) => members.length !== 1)) throw badRequest("A condition must match one thing");
  const headers = conditions.flatMap(({ MatchHeaders }: OperationInput) => MatchHeaders?.AnyOf ?? []).map(headerOf);
  const paths = conditions.flatMap(({ MatchBasePaths }: OperationInput) => MatchBasePaths?.AnyOf ?? []);
  // Each condition has one value, though `anyOf` is a list.
  if (headers.length + paths.length !== conditions.length) throw badRequest("anyOf must contain exactly one value");
  if (headers.length > 2 || paths.length > 1) {
    throw badRequest("A routing rule can have up to two matchHeaders conditions and one matchBasePaths condition");
  }
  for (const path of paths) requireBasePath(path);
  return { headers, basePath: paths[0] };
};

const TOKEN = /^[A-Za-z0-9*?\-!#$%&'.^_`|~]+$/;
const REFUSED =
  /^(?:access-control-.*|apigw-.*|authorization|connection|content-encoding|content-length|content-location|forwarded|keep-alive|origin|proxy-authenticate|proxy-authorization|te|trailers|transfer-encoding|upgrade|x-amz-.*|x-amzn-.*|x-apigw-api-id|x-forwarded-for|x-forwarded-host|x-forwarded-proto|x-restapi|via)$/i;

const headerOf = ({ Header: name, ValueGlob: glob }: OperationInput): RoutingRule["headers"][number] => {
  if (!TOKEN.test(name) || name.includes("*") || name.length >= 40 || REFUSED.test(name)) {
    throw badRequest(`Invalid header name specified: ${name}`);
  }
  const isInfix = glob.length > 1 && glob.startsWith("*") && glob.endsWith("*");
  if (!TOKEN.test(glob) || glob.slice(1, -1).includes("*") || glob.length >= (isInfix ? 40 : 128)) {
    throw badRequest(`Invalid header value glob specified: ${glob}`);
  }
  return { name, glob };
};

const requireBasePath = (path: string): void => {
  if (!/^[A-Za-z0-9$\-_.+!*'()/]+$/.test(path) || path.length >= 128 || /^[\\/]|[\\/]$/.test(path)) {
    throw badRequest(`Invalid base path specified: ${path}`);
  }
};
