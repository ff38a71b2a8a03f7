import type { Permission } from "../aws/access.ts";
import { partitionOf } from "../aws/partition.ts";
import type { Route } from "../aws/router.ts";
import type { SimulatedRequest } from "../http/exchange.ts";
import type { World } from "./model.ts";

/**
 * The permissions a request needs: the verb on its own address, and what its content adds (Service Authorization
 * Reference, Amazon API Gateway Management). Routing rules have an action of their own instead, on an address that
 * names the account (the same, Amazon API Gateway Management V2).
 */
export const requiredPermissions = (world: World, route: Route, request: SimulatedRequest): Permission[] => {
  if (route.operation.name === "ListRoutingRules") {
    const { region, accountId } = world;
    const address = `arn:${partitionOf(region)}:apigateway:${region}:${accountId}:/domainnames/${route.labels["DomainName"]}`;
    return [{ action: "apigateway:ListRoutingRules", resource: `${address}/routingrules/*` }];
  }
  const resource = `${arnPrefix(world.region)}${request.path}`;
  const required = [{ action: `apigateway:${request.method}`, resource }];
  if (setsTags(route.operation.name, request)) {
    required.push({ action: "apigateway:PUT", resource: tagsResource(world, request) });
  }
  if (setsPolicy(route.operation.name, request)) required.push({ action: "apigateway:UpdateRestApiPolicy", resource });
  return required;
};

const arnPrefix = (region: string): string => `arn:${partitionOf(region)}:apigateway:${region}::`;

const bodyOf = (request: SimulatedRequest): Record<string, unknown> => {
  try {
    return Object(JSON.parse(request.body.toString("utf8")));
  } catch {
    return {};
  }
};

const creators = new Set(["CreateRestApi", "CreateStage"]);

const setsTags = (operation: string, request: SimulatedRequest): boolean =>
  creators.has(operation) && Object.keys(Object(bodyOf(request)["tags"])).length > 0;

/** The address of what is being created; a REST API has no id yet. */
const tagsResource = (world: World, request: SimulatedRequest): string => {
  const name = bodyOf(request)["stageName"] ?? "*";
  const target = encodeURIComponent(`${arnPrefix(world.region)}${request.path}/${name}`);
  return `${arnPrefix(world.region)}/tags/${target}`;
};

const importers = new Set(["ImportRestApi", "PutRestApi"]);

const setsPolicy = (operation: string, request: SimulatedRequest): boolean => {
  if (importers.has(operation)) return request.body.includes("x-amazon-apigateway-policy");
  return operation === "CreateRestApi" && bodyOf(request)["policy"] !== undefined;
};
