import { randomUUID } from "node:crypto";
import { type Access, authorize } from "../aws/access.ts";
import { type AwsService, commonError } from "../aws/aws-service.ts";
import { partitionOf } from "../aws/partition.ts";
import { isOperation } from "../aws/schema.ts";
import { ServiceError } from "../aws/service-error.ts";
import { decoded } from "../gateway/data-plane/routing.ts";
import type { World } from "../gateway/model.ts";
import { jsonResponse, type SimulatedRequest, type SimulatedResponse } from "../http/exchange.ts";

const errors = { accessStatus: 403, invalidType: "InvalidParameterValueException" } as const;

/** AWS Lambda as far as a gateway's permission to invoke functions goes: it only reads out their policies. */
export const lambdaService = (world: World, access?: Access): AwsService => ({
  signingName: "lambda",
  operations: new Set(["GetPolicy"]),
  failure: (status) => failure(status === 429 ? tooManyRequests() : commonError(status, errors)),
  service: {
    match: (request) => {
      const operation = operationAt(request);
      return { operation, answer: () => answer(world, access, operation, request) };
    },
  },
});

/**
 * Lets API Gateway invoke a function, as AddPermission does.
 *
 * @param target a function's name, or `name:qualifier` for an alias or a version
 * @param sourceArn `arn:aws:execute-api:REGION:ACCOUNT:API/STAGE/VERB/PATH`, with `*` for any
 */
export const grantInvoke = (world: World, target: string, sourceArn: string): void => {
  const statements = world.functionPolicies.get(target) ?? [];
  statements.push({
    Sid: `gateway-${statements.length + 1}`,
    Effect: "Allow",
    Principal: { Service: "apigateway.amazonaws.com" },
    Action: "lambda:InvokeFunction",
    Resource: functionArn(world, target),
    Condition: { ArnLike: { "AWS:SourceArn": sourceArn } },
  });
  world.functionPolicies.set(target, statements);
};

const tooManyRequests = (): ServiceError => new ServiceError(429, "TooManyRequestsException", "Rate exceeded");

const functionArn = ({ region, accountId }: World, target: string): string =>
  `arn:${partitionOf(region)}:lambda:${region}:${accountId}:function:${target}`;

const policyPath = /^\/2015-03-31\/functions\/([^/]+)\/policy$/;

const operationAt = ({ method, path }: SimulatedRequest): string =>
  method === "GET" && policyPath.test(path) ? "GetPolicy" : `${method} ${path}`;

/** The name of an operation that is not simulated, found by the address that the SDK gives it; else verb and path. */
const nameOf = async ({ method, path }: SimulatedRequest): Promise<string> => {
  for (const [, schema] of Object.entries(await import("@aws-sdk/client-lambda")).filter(isOperation)) {
    const [, , name, traits] = schema as unknown as [number, string, string, { http: [string, string, number] }];
    const segments = traits.http[1].split("?")[0]?.replace(/\{[^}]+\}/g, "[^/]+");
    if (traits.http[0] === method && new RegExp(`^${segments}$`).test(path)) return name;
  }
  return `${method} ${path}`;
};

const answer = async (
  world: World,
  access: Access | undefined,
  operation: string,
  request: SimulatedRequest,
): Promise<SimulatedResponse> => {
  try {
    const target = functionTarget(request);
    authorize({ region: world.region, service: "lambda" }, access, request, () =>
      operation === "GetPolicy" ? [{ action: "lambda:GetPolicy", resource: functionArn(world, target) }] : [],
    );
    if (operation !== "GetPolicy") {
      throw new ServiceError(
        501,
        "NotImplementedException",
        `The simulated Lambda does not implement ${await nameOf(request)}`,
      );
    }
    return getPolicy(world, target);
  } catch (error) {
    if (error instanceof ServiceError) return failure(error);
    throw error;
  }
};

/** A function is named by its name, its ARN or the end of it; a qualifier stands at the end or in the query. */
const functionTarget = ({ path, url }: SimulatedRequest): string => {
  const name = decoded(policyPath.exec(path)?.[1] ?? "").replace(
    /^(?:arn:[\w-]+:lambda:[\w-]+:)?(?:\d{12}:)?function:/,
    "",
  );
  const qualifier = url.searchParams.get("Qualifier");
  return qualifier === null || qualifier === "" ? name : `${name}:${qualifier}`;
};

const getPolicy = (world: World, target: string): SimulatedResponse => {
  const statements = world.functionPolicies.get(target);
  if (!statements)
    throw new ServiceError(404, "ResourceNotFoundException", "The resource you requested does not exist.");
  const policy = { Version: "2012-10-17", Id: "default", Statement: statements };
  return jsonResponse(200, { Policy: JSON.stringify(policy), RevisionId: randomUUID() });
};

const failure = ({ status, type, message }: ServiceError): SimulatedResponse =>
  jsonResponse(status, { Type: status < 500 ? "User" : "Service", message }, { "x-amzn-errortype": type });
