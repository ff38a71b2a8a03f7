import type { Access, Permission } from "../aws/access.ts";
import { type AwsService, jsonAwsService } from "../aws/aws-service.ts";
import type { JsonServiceDefinition } from "../aws/json-service.ts";
import type { Values } from "../aws/json-values.ts";
import type { LogsWorld } from "./model.ts";
import { groupArn, groupNames, logsOperations } from "./operations.ts";

/**
 * What each operation needs (Service Authorization Reference, Amazon CloudWatch Logs). Refusals of the service name a
 * group as `…:log-group:NAME:log-stream:`, so that a policy reaches it by `…:log-group:NAME:*` only.
 */
const permissions = (world: LogsWorld, operation: string, input: Values): Permission[] => {
  const action = `logs:${operation}`;
  if (operation === "GetQueryResults" || operation === "StopQuery") return [{ action, resource: "*" }];
  const names = operation === "DescribeLogGroups" ? [""] : groupNames(input);
  return names.map((name) => ({ action, resource: `${groupArn(world, name)}:log-stream:` }));
};

const logsDefinition: JsonServiceDefinition<LogsWorld> = {
  name: "CloudWatch Logs",
  signingName: "logs",
  targetPrefix: "Logs_20140328",
  client: () => import("@aws-sdk/client-cloudwatch-logs"),
  operations: logsOperations,
  permissions,
  accessStatus: 400,
  invalidType: "InvalidParameterException",
};

export const logsService = (world: LogsWorld, access?: Access): AwsService =>
  jsonAwsService(logsDefinition, world, access);
