import type { Permission } from "../aws/access.ts";
import { partitionOf } from "../aws/partition.ts";
import type { Route } from "../aws/router.ts";
import type { SimulatedRequest } from "../http/exchange.ts";
import { keyOfDomain } from "./domain-name.ts";
import type { World } from "./model.ts";
import { ruleArn } from "./operations/routing-rules.ts";

/**
 * The permissions a request needs: the verb on its own address, and what its content adds (Service Authorization
 * Reference, Amazon API Gateway Management).
 */
export const requiredPermissions = (world: World, route: Route, request: SimulatedRequest): Permission[] => {
  const forRule = rulePermission(world, route, request);
  if (forRule !== undefined) return [forRule];
  // The addresses of the second version have the same ARNs.
  const resource = `${arnPrefix(world.region)}${request.path.replace(/^\/v2\//, "/")}`;
  const conditions = stageNameConditions(route.operation.name, request);
  const required: Permission[] = [{ action: `apigateway:${request.method}`, resource, conditions }];
  if (setsTags(route.operation.name, request)) {
    required.push({ action: "apigateway:PUT", resource: tagsResource(world, request) });
  }
  if (setsPolicy(route.operation.name, request)) required.push({ action: "apigateway:UpdateRestApiPolicy", resource });
  return required;
};

/** A deployment that names a stage can be refused by it (the same, condition key `apigateway:Request/StageName`). */
export const stageNameConditions = (
  operation: string,
  request: SimulatedRequest,
): NonNullable<Permission["conditions"]> => {
  const stageName = operation === "CreateDeployment" ? bodyOf(request)["stageName"] : undefined;
  return typeof stageName === "string" ? { "apigateway:Request/StageName": stageName } : {};
};

/**
 * Routing rules have actions of their own instead, on an address that names the account, and condition keys (the same,
 * Amazon API Gateway Management V2).
 */
const rulePermission = (
  world: World,
  { operation, labels }: Route,
  request: SimulatedRequest,
): Permission | undefined => {
  const { name } = operation;
  if (!name.includes("RoutingRule")) return undefined;
  const domainName = labels["DomainName"] ?? "";
  const domainNameId = request.url.searchParams.get("domainNameId") ?? undefined;
  const ruleId = labels["RoutingRuleId"];
  const rule = world.domainNames.get(keyOfDomain(domainName, domainNameId))?.routingRules.get(ruleId ?? "");
  const writes = name === "CreateRoutingRule" || name === "PutRoutingRule";
  return {
    action: `apigateway:${name.replace(/^Put/, "Update")}`,
    resource: ruleArn(world, { domainName, ...(domainNameId === undefined ? {} : { domainNameId }) }, ruleId ?? "*"),
    conditions: {
      ...(writes ? { "apigateway:Request/Priority": Number(bodyOf(request)["priority"]) } : {}),
      ...(rule === undefined ? {} : { "apigateway:Resource/Priority": rule.priority }),
    },
  };
};

const arnPrefix = (region: string): string => `arn:${partitionOf(region)}:apigateway:${region}::`;

/** The members of a body in JSON; none for what is no object. */
export const bodyOf = (request: SimulatedRequest): Record<string, unknown> => {
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
