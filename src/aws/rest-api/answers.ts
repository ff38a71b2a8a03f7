import * as z from "zod";
import { routesOf } from "../../domain/route.ts";
import type { ClientCertificate, CloudWatchRole, Deployment, RestApi, Stage } from "../../domain/stage.ts";
import type { StageSettings } from "../../domain/stage-settings.ts";
import type { UsagePlan } from "../../domain/usage-plan.ts";
import { checked, given, text, texts } from "../checked.ts";
import type { ImportSaid } from "../gateway.ts";
import { restApi } from "./kind.ts";
import { routeOfMethodSettings } from "./method-settings-key.ts";

/**
 * What API Gateway answers about REST APIs, by the SDK's member names, and what of it becomes ours. Members that the
 * service always sends are required (recorded answers); all others may be absent.
 */

const methodSettings = z.looseObject({
  metricsEnabled: z.boolean().optional(),
  loggingLevel: text.optional(),
  dataTraceEnabled: z.boolean().optional(),
  throttlingBurstLimit: z.number().optional(),
  throttlingRateLimit: z.number().optional(),
  cachingEnabled: z.boolean().optional(),
  cacheTtlInSeconds: z.number().optional(),
  cacheDataEncrypted: z.boolean().optional(),
  requireAuthorizationForCacheControl: z.boolean().optional(),
  unauthorizedCacheControlHeaderStrategy: text.optional(),
});

const stageAnswer = z.object({
  stageName: given,
  deploymentId: given,
  description: text.optional(),
  cacheClusterEnabled: z.boolean().optional(),
  cacheClusterSize: text.optional(),
  cacheClusterStatus: text.optional(),
  methodSettings: z.record(z.string(), methodSettings).optional(),
  variables: texts.optional(),
  documentationVersion: text.optional(),
  accessLogSettings: z.object({ format: text.optional(), destinationArn: text.optional() }).optional(),
  canarySettings: z
    .object({
      percentTraffic: z.number().optional(),
      deploymentId: text.optional(),
      stageVariableOverrides: texts.optional(),
      useStageCache: z.boolean().optional(),
    })
    .optional(),
  clientCertificateId: text.optional(),
  tracingEnabled: z.boolean().optional(),
  webAclArn: text.optional(),
  tags: texts.optional(),
  createdDate: z.date().optional(),
});

const method = z.object({ authorizationType: text.optional(), apiKeyRequired: z.boolean().optional() });

export const deploymentAnswer = z.object({
  id: given,
  description: text.optional(),
  createdDate: z.date().optional(),
  apiSummary: z.record(z.string(), z.record(z.string(), method)).optional(),
});

export const restApiAnswer = z.object({
  id: given,
  name: text,
  endpointConfiguration: z
    .object({ types: z.array(text).optional(), vpcEndpointIds: z.array(text).optional() })
    .optional(),
  disableExecuteApiEndpoint: z.boolean().optional(),
  apiStatus: text.optional(),
  tags: texts.optional(),
  policy: text.optional(),
  binaryMediaTypes: z.array(text).optional(),
  minimumCompressionSize: z.number().optional(),
  apiKeySource: text.optional(),
});

export const resourceAnswer = z.object({
  path: given,
  resourceMethods: z.record(z.string(), method.extend({ methodIntegration: z.looseObject({}).optional() })).optional(),
});

const importAnswer = z.object({ id: given, warnings: z.array(text).optional() });

const apiStage = z.object({ apiId: text.optional(), stage: text.optional() });

export const usagePlanAnswer = z.object({ id: given, name: text.optional(), apiStages: z.array(apiStage).optional() });

export const usagePlanOf = (answer: unknown): UsagePlan => {
  const { id, name = "", apiStages = [] } = checked(usagePlanAnswer, answer);
  const stages = apiStages.flatMap(({ apiId, stage }) =>
    apiId === undefined || stage === undefined ? [] : [{ restApiId: apiId, stageName: stage }],
  );
  return { id, name, stages };
};

const accountAnswer = z.object({ cloudwatchRoleArn: text.optional(), throttleSettings: z.looseObject({}).optional() });

const certificateAnswer = z.object({ clientCertificateId: given, expirationDate: z.date() });

export const clientCertificateOf = (answer: unknown): ClientCertificate => {
  const { clientCertificateId, expirationDate } = checked(certificateAnswer, answer);
  return { id: clientCertificateId, expiresAt: expirationDate.getTime() };
};

export const importSaid = (answer: unknown): ImportSaid => ({
  warnings: checked(importAnswer, answer).warnings ?? [],
  information: [],
});

/** `unknown` where nothing of an account is told: the limits of its rate are in each answer (API reference, Account). */
export const cloudWatchRoleOf = (answer: unknown): CloudWatchRole => {
  const { cloudwatchRoleArn, throttleSettings } = checked(accountAnswer, answer);
  if (cloudwatchRoleArn) return "present";
  return throttleSettings === undefined ? "unknown" : "absent";
};

export const restApiOf = (answer: unknown): RestApi => {
  const { id, name, endpointConfiguration, ...api } = checked(restApiAnswer, answer);
  return {
    id,
    kind: restApi,
    name,
    visibility: endpointConfiguration?.types?.includes("PRIVATE") ? "private" : "public",
    vpcEndpointIds: endpointConfiguration?.vpcEndpointIds ?? [],
    defaultEndpointDisabled: api.disableExecuteApiEndpoint ?? false,
    status: api.apiStatus,
    tags: api.tags ?? {},
    hasPolicy: (api.policy ?? "") !== "",
    binaryMediaTypes: api.binaryMediaTypes ?? [],
    minimumCompressionSize: api.minimumCompressionSize,
    apiKeySource: api.apiKeySource ?? "HEADER",
  };
};

export const deploymentOf = (answer: unknown): Deployment => {
  const { id, description = "", createdDate, apiSummary } = checked(deploymentAnswer, answer);
  const routes = routesOf(apiSummary);
  return { id, description, createdAt: createdDate?.getTime() ?? 0, ...(routes === undefined ? {} : { routes }) };
};

export const stageOf = (answer: unknown): Stage => {
  const stage = checked(stageAnswer, answer);
  return {
    name: stage.stageName,
    deploymentId: stage.deploymentId,
    canary: stage.canarySettings && {
      deploymentId: stage.canarySettings.deploymentId ?? "",
      percentTraffic: stage.canarySettings.percentTraffic ?? 0,
      overrides: stage.canarySettings.stageVariableOverrides ?? {},
      useStageCache: stage.canarySettings.useStageCache ?? false,
    },
    tags: stage.tags ?? {},
    settings: settingsOf(stage),
    webAclArn: stage.webAclArn,
    createdAt: stage.createdDate?.getTime(),
  };
};

/** Of GetStages, which is never paged. An API without stages answers an empty list, not none. */
export const stagesIn = (answer: unknown): readonly Stage[] => {
  const { item } = checked(z.object({ item: z.array(stageAnswer) }), answer);
  return item.map(stageOf);
};

const settingsOf = (stage: z.infer<typeof stageAnswer>): StageSettings => ({
  description: stage.description,
  variables: stage.variables ?? {},
  methodSettings: Object.fromEntries(
    Object.entries(stage.methodSettings ?? {}).map(([key, entry]) => [routeOfMethodSettings(key), entry]),
  ),
  accessLog: stage.accessLogSettings && {
    destinationArn: stage.accessLogSettings.destinationArn,
    format: stage.accessLogSettings.format,
  },
  cacheCluster: {
    enabled: stage.cacheClusterEnabled ?? false,
    size: stage.cacheClusterSize,
    status: stage.cacheClusterStatus,
  },
  clientCertificateId: stage.clientCertificateId,
  documentationVersion: stage.documentationVersion,
  tracingEnabled: stage.tracingEnabled ?? false,
  tags: stage.tags ?? {},
});
