import type { Permission } from "../aws/access.ts";
import { partitionOf } from "../aws/partition.ts";
import type { Route } from "../aws/router.ts";
import { bodyOf, stageNameConditions } from "../gateway/access.ts";
import type { World } from "../gateway/model.ts";
import { badRequest } from "../gateway/service-error.ts";
import type { SimulatedRequest } from "../http/exchange.ts";

/**
 * The permissions a request needs: the verb on its own address, which IAM writes without the version, and for what is
 * made with tags the right to tag it (Service Authorization Reference, Amazon API Gateway Management V2).
 */
export const requiredPermissions = (world: World, route: Route, request: SimulatedRequest): Permission[] => {
  const resource = `${arnPrefix(world)}${request.path.slice("/v2".length)}`;
  const conditions = stageNameConditions(route.operation.name, request);
  const required: Permission[] = [{ action: `apigateway:${request.method}`, resource, conditions }];
  const tagged = taggedName(route.operation.name, request);
  if (tagged !== undefined) {
    const target = encodeURIComponent(`${resource}/${tagged}`);
    required.push({ action: "apigateway:POST", resource: `${arnPrefix(world)}/tags/${target}` });
  }
  return setsUpLogs(world, route, request) ? [...required, ...logPermissions] : required;
};

/** An HTTP API's access log is set up with the caller's permissions, not with the account's role. */
const setsUpLogs = ({ apis }: World, { operation, labels }: Route, request: SimulatedRequest): boolean =>
  (operation.name === "CreateStage" || operation.name === "UpdateStage") &&
  apis.get(labels["ApiId"] ?? "")?.protocolType === "HTTP" &&
  bodyOf(request)["accessLogSettings"] !== undefined;

/** Developer Guide, "Configure logging for HTTP APIs"; the answer is what many users report. */
const logPermissions: readonly Permission[] = [
  "logs:CreateLogDelivery",
  "logs:DeleteLogDelivery",
  "logs:DescribeLogGroups",
  "logs:DescribeResourcePolicies",
  "logs:GetLogDelivery",
  "logs:ListLogDeliveries",
  "logs:PutResourcePolicy",
  "logs:UpdateLogDelivery",
].map((action) => ({ action, resource: "*", refusal: badRequest("Insufficient permissions to enable logging") }));

const arnPrefix = ({ region }: World): string => `arn:${partitionOf(region)}:apigateway:${region}::`;

/** Which member of a creating call names what it makes; an API has no id yet. */
const creators: Readonly<Record<string, string | undefined>> = { CreateApi: undefined, CreateStage: "stageName" };

const taggedName = (operation: string, request: SimulatedRequest): string | undefined => {
  if (!Object.hasOwn(creators, operation)) return undefined;
  const members = bodyOf(request);
  if (Object.keys(Object(members["tags"])).length === 0) return undefined;
  return String(members[creators[operation] ?? ""] ?? "*");
};
