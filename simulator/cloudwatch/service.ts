import type { Access, Permission } from "../aws/access.ts";
import { type AwsService, jsonAwsService } from "../aws/aws-service.ts";
import type { JsonServiceDefinition } from "../aws/json-service.ts";
import type { Values } from "../aws/json-values.ts";
import { alarmOperations } from "./alarms.ts";
import { metricOperations } from "./metrics.ts";
import type { CloudWatchWorld } from "./model.ts";
import { alarmArn } from "./world.ts";

/**
 * What each operation needs (Service Authorization Reference, Amazon CloudWatch). Composite alarms are shown to those
 * only who may describe all alarms.
 */
const permissions = (world: CloudWatchWorld, operation: string, input: Values): Permission[] => {
  const resources = metricOperations[operation] ? ["*"] : alarmResources(world, operation, input);
  return resources.map((resource) => ({ action: `cloudwatch:${operation}`, resource }));
};

const alarmResources = (world: CloudWatchWorld, operation: string, input: Values): string[] => {
  const types = (input["AlarmTypes"] ?? []) as readonly string[];
  if (operation === "DescribeAlarms" && types.some((type) => type !== "MetricAlarm")) return ["*"];
  const names = input["AlarmNames"] ?? (input["AlarmName"] === undefined ? ["*"] : [input["AlarmName"]]);
  return (names as readonly string[]).map((name) => alarmArn(world, name));
};

/** What errors were called in AWS Query, where that was otherwise (service model; IAM common errors). */
const queryErrors: Readonly<Record<string, string>> = {
  ValidationException: "ValidationError",
  InternalServiceFault: "InternalServiceError",
  AccessDeniedException: "AccessDenied",
  ThrottlingException: "Throttling",
  ExpiredTokenException: "ExpiredToken",
  UnrecognizedClientException: "InvalidClientTokenId",
  InvalidSignatureException: "SignatureDoesNotMatch",
  MissingAuthenticationTokenException: "MissingAuthenticationToken",
  IncompleteSignatureException: "IncompleteSignature",
};

const cloudWatchDefinition: JsonServiceDefinition<CloudWatchWorld> = {
  name: "CloudWatch",
  signingName: "monitoring",
  targetPrefix: "GraniteServiceVersion20100801",
  client: () => import("@aws-sdk/client-cloudwatch"),
  operations: { ...alarmOperations, ...metricOperations },
  permissions,
  accessStatus: 403,
  invalidType: "ValidationException",
  queryError: (type) => queryErrors[type] ?? type,
};

export const cloudWatchService = (world: CloudWatchWorld, access?: Access): AwsService =>
  jsonAwsService(cloudWatchDefinition, world, access);
