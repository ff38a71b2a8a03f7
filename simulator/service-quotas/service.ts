import type { Access } from "../aws/access.ts";
import { type AwsService, jsonAwsService } from "../aws/aws-service.ts";
import type { JsonOperation } from "../aws/json-service.ts";
import { pageOf } from "../aws/pages.ts";
import { partitionOf } from "../aws/partition.ts";
import { ServiceError } from "../aws/service-error.ts";
import type { World } from "../gateway/model.ts";

/** Service Quotas, with those of API Gateway that a test or a demo can want to see. */
export const serviceQuotasService = (world: World, access?: Access): AwsService =>
  jsonAwsService(
    {
      name: "Service Quotas",
      signingName: "servicequotas",
      targetPrefix: "ServiceQuotasV20190624",
      client: () => import("@aws-sdk/client-service-quotas"),
      operations: { GetServiceQuota: getServiceQuota, ListServiceQuotas: listServiceQuotas },
      permissions: ({ region, accountId }, operation, input) => [
        {
          action: `servicequotas:${operation}`,
          // Listing knows no resource (Service Authorization Reference, Service Quotas).
          resource:
            operation === "GetServiceQuota"
              ? `arn:${partitionOf(region)}:servicequotas:${region}:${accountId}:${input["ServiceCode"]}/${input["QuotaCode"]}`
              : "*",
        },
      ],
      accessStatus: 400,
      invalidType: "ValidationException",
    },
    world,
    access,
  );

const serviceCode = "apigateway";

type Quota = {
  readonly code: string;
  /** "Stages per API" is the service's own; the other names only resemble them. */
  readonly name: string;
  readonly adjustable: boolean;
  readonly value: (world: World) => number;
  /** The resources, by ARN, that an increase was granted to, where that is possible. */
  readonly granted?: (world: World) => ReadonlyMap<string, number>;
};

const quotas: readonly Quota[] = [
  {
    code: "L-379E48B0",
    name: "Stages per API",
    adjustable: true,
    value: ({ quotas: { stagesPerApi } }) => stagesPerApi,
    granted: ({ region, apis, quotas: { stagesOfApi } }) =>
      new Map(
        [...stagesOfApi].map(([id, value]) => [
          `arn:${partitionOf(region)}:apigateway:${region}::/${apis.has(id) ? "apis" : "restapis"}/${id}`,
          value,
        ]),
      ),
  },
  {
    code: "L-824C9E42",
    name: "Client certificates",
    adjustable: true,
    value: ({ quotas: { clientCertificates } }) => clientCertificates,
  },
  { code: "L-8A5B8E43", name: "Throttle rate", adjustable: true, value: () => 10_000 },
  {
    code: "L-985EB478",
    name: "Usage plans per API key",
    adjustable: true,
    value: ({ quotas: { plansPerKey } }) => plansPerKey,
  },
  { code: "L-E8693075", name: "Usage plans", adjustable: true, value: ({ quotas: { usagePlans } }) => usagePlans },
];

const noSuchResource = (): ServiceError =>
  new ServiceError(400, "NoSuchResourceException", "The request failed because the specified resource does not exist.");

const accountAnswer = (world: World, quota: Quota): Record<string, unknown> => ({
  ServiceCode: serviceCode,
  ServiceName: "Amazon API Gateway",
  QuotaArn: `arn:${partitionOf(world.region)}:servicequotas:${world.region}:${world.accountId}:${serviceCode}/${quota.code}`,
  QuotaCode: quota.code,
  QuotaName: quota.name,
  Value: quota.value(world),
  Unit: "None",
  Adjustable: quota.adjustable,
  GlobalQuota: false,
  QuotaAppliedAtLevel: "ACCOUNT",
});

const resourceAnswer = (world: World, quota: Quota, contextId: string, value: number): Record<string, unknown> => ({
  ...accountAnswer(world, quota),
  Value: value,
  QuotaAppliedAtLevel: "RESOURCE",
  QuotaContext: { ContextScope: "RESOURCE", ContextScopeType: "AWS::ApiGateway::RestApi", ContextId: contextId },
});

/** With the ARN of a resource that was granted more, its own value; without one, the account's. */
const getServiceQuota: JsonOperation<World> = ({ ServiceCode, QuotaCode, ContextId }, world) => {
  const quota = ServiceCode === serviceCode ? quotas.find(({ code }) => code === QuotaCode) : undefined;
  if (quota === undefined) throw noSuchResource();
  if (ContextId === undefined) return { Quota: accountAnswer(world, quota) };
  const value = quota.granted?.(world).get(ContextId);
  if (value === undefined) throw noSuchResource();
  return { Quota: resourceAnswer(world, quota, ContextId, value) };
};

const listServiceQuotas: JsonOperation<World> = (input, world) => {
  const { ServiceCode, QuotaCode, QuotaAppliedAtLevel = "ACCOUNT", MaxResults = 100, NextToken } = input;
  if (MaxResults < 1 || MaxResults > 100) {
    throw new ServiceError(400, "ValidationException", `Value '${MaxResults}' at 'maxResults' must be 1 to 100`);
  }
  if (ServiceCode !== serviceCode) throw noSuchResource();
  const all = quotas
    .filter(({ code }) => QuotaCode === undefined || code === QuotaCode)
    .flatMap((quota) => answersAt(QuotaAppliedAtLevel, world, quota));
  const { items, nextToken } = pageOf(all, MaxResults, NextToken, "InvalidPaginationTokenException");
  return { Quotas: items, ...(nextToken === undefined ? {} : { NextToken: nextToken }) };
};

const answersAt = (level: string, world: World, quota: Quota): Record<string, unknown>[] => [
  ...(level === "RESOURCE" ? [] : [accountAnswer(world, quota)]),
  ...(level === "ACCOUNT"
    ? []
    : [...(quota.granted?.(world) ?? [])].map(([arn, value]) => resourceAnswer(world, quota, arn, value))),
];
