import * as z from "zod/mini";
import { routesOf } from "../../domain/route.ts";
import type { ClientCertificate, CloudWatchRole, Deployment, ListedApi, RestApi, Stage } from "../../domain/stage.ts";
import type { StageSettings } from "../../domain/stage-settings.ts";
import type { UsagePlan } from "../../domain/usage-plan.ts";
import { checked, date, given, pageOf, text, texts } from "../checked.ts";
import type { ImportSaid } from "../gateway.ts";
import { listedApi } from "../listed-api.ts";
import type { Page } from "../pages.ts";
import { restApi } from "./kind.ts";
import { routeOfMethodSettings } from "./method-settings-key.ts";

/**
 * What API Gateway answers about REST APIs, by the SDK's member names, and what of it becomes ours. Members that the
 * service always sends are required (recorded answers); all others may be absent.
 */

const methodSettings = z.looseObject({
  metricsEnabled: z.optional(z.boolean()),
  loggingLevel: z.optional(text),
  dataTraceEnabled: z.optional(z.boolean()),
  throttlingBurstLimit: z.optional(z.number()),
  throttlingRateLimit: z.optional(z.number()),
  cachingEnabled: z.optional(z.boolean()),
  cacheTtlInSeconds: z.optional(z.number()),
  cacheDataEncrypted: z.optional(z.boolean()),
  requireAuthorizationForCacheControl: z.optional(z.boolean()),
  unauthorizedCacheControlHeaderStrategy: z.optional(text),
});

const stageAnswer = z.object({
  stageName: given,
  deploymentId: given,
  description: z.optional(text),
  cacheClusterEnabled: z.optional(z.boolean()),
  cacheClusterSize: z.optional(text),
  cacheClusterStatus: z.optional(text),
  methodSettings: z.optional(z.record(z.string(), methodSettings)),
  variables: z.optional(texts),
  documentationVersion: z.optional(text),
  accessLogSettings: z.optional(z.object({ format: z.optional(text), destinationArn: z.optional(text) })),
  canarySettings: z.optional(
    z.object({
      percentTraffic: z.optional(z.number()),
      deploymentId: z.optional(text),
      stageVariableOverrides: z.optional(texts),
      useStageCache: z.optional(z.boolean()),
    }),
  ),
  clientCertificateId: z.optional(text),
  tracingEnabled: z.optional(z.boolean()),
  webAclArn: z.optional(text),
  tags: z.optional(texts),
  createdDate: z.optional(date),
});

const method = z.object({ authorizationType: z.optional(text), apiKeyRequired: z.optional(z.boolean()) });

const deploymentAnswer = z.object({
  id: given,
  description: z.optional(text),
  // A deployment of unknown age must not pass for one of 1970.
  createdDate: date,
  apiSummary: z.optional(z.record(z.string(), z.record(z.string(), method))),
});

const restApiAnswer = z.object({
  id: given,
  name: text,
  endpointConfiguration: z.optional(
    z.object({ types: z.optional(z.array(text)), vpcEndpointIds: z.optional(z.array(text)) }),
  ),
  disableExecuteApiEndpoint: z.optional(z.boolean()),
  apiStatus: z.optional(text),
  tags: z.optional(texts),
  policy: z.optional(text),
  binaryMediaTypes: z.optional(z.array(text)),
  minimumCompressionSize: z.optional(z.number()),
  apiKeySource: z.optional(text),
});

const resourceAnswer = z.object({
  path: given,
  resourceMethods: z.optional(
    z.record(z.string(), z.extend(method, { methodIntegration: z.optional(z.looseObject({})) })),
  ),
});

export type Resource = z.infer<typeof resourceAnswer>;

export const resourcesIn = (answer: unknown): Page<Resource> => pageOf(resourceAnswer, answer);

const authorizerAnswer = z.looseObject({ name: text });

export const authorizersIn = (answer: unknown): Page<z.infer<typeof authorizerAnswer>> =>
  pageOf(authorizerAnswer, answer);

const importAnswer = z.object({ id: given, warnings: z.optional(z.array(text)) });

const documentationAnswer = z.object({ version: given });

/** That a version is there. */
export const documentationOf = (answer: unknown): { readonly version: string } => checked(documentationAnswer, answer);

const apiStage = z.object({ apiId: z.optional(text), stage: z.optional(text) });

const usagePlanAnswer = z.object({
  id: given,
  name: z.optional(text),
  apiStages: z.optional(z.array(apiStage)),
  quota: z.optional(z.object({ limit: z.optional(z.number()), period: z.optional(text) })),
  throttle: z.optional(z.object({ rateLimit: z.optional(z.number()), burstLimit: z.optional(z.number()) })),
});

export const usagePlanOf = (answer: unknown): UsagePlan => {
  const { id, name = "", apiStages = [], quota, throttle } = checked(usagePlanAnswer, answer);
  const stages = apiStages.flatMap(({ apiId, stage }) =>
    apiId === undefined || stage === undefined ? [] : [{ restApiId: apiId, stageName: stage }],
  );
  const { limit, period = "" } = quota ?? {};
  const { rateLimit, burstLimit } = throttle ?? {};
  const limits = {
    ...(limit === undefined ? {} : { quota: { requests: limit, period } }),
    ...(rateLimit === undefined || burstLimit === undefined
      ? {}
      : { throttle: { rate: rateLimit, burst: burstLimit } }),
  };
  return { id, name, stages, ...(Object.keys(limits).length === 0 ? {} : { limits }) };
};

export const usagePlansIn = (answer: unknown): Page<UsagePlan> => {
  const { items, position } = pageOf(usagePlanAnswer, answer);
  return { items: items.map(usagePlanOf), position };
};

const accountAnswer = z.object({
  cloudwatchRoleArn: z.optional(text),
  throttleSettings: z.optional(z.looseObject({})),
});

const certificateAnswer = z.object({ clientCertificateId: given, expirationDate: date });

export const clientCertificateOf = (answer: unknown): ClientCertificate => {
  const { clientCertificateId, expirationDate } = checked(certificateAnswer, answer);
  return { id: clientCertificateId, expiresAt: expirationDate.getTime() };
};

/** With the API's id, which tells what was imported into. */
export const importSaid = (answer: unknown): ImportSaid & { readonly id: string } => {
  const { id, warnings = [] } = checked(importAnswer, answer);
  return { id, warnings, information: [] };
};

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

const listedAnswer = z.object({ id: given, name: z.catch(text, "") });

const listedApiOf = (answer: unknown): ListedApi =>
  listedApi(answer, restApiOf, (one, because) => ({ api: { ...checked(listedAnswer, one), tags: {} }, because }));

export const listedApisIn = (answer: unknown): Page<ListedApi> => {
  const { items, position } = pageOf(z.unknown(), answer);
  return { items: items.map(listedApiOf), position };
};

export const deploymentOf = (answer: unknown): Deployment => {
  const { id, description = "", createdDate, apiSummary } = checked(deploymentAnswer, answer);
  const routes = routesOf(apiSummary);
  return { id, description, createdAt: createdDate.getTime(), ...(routes === undefined ? {} : { routes }) };
};

export const deploymentsIn = (answer: unknown): Page<Deployment> => {
  const { items, position } = pageOf(deploymentAnswer, answer);
  return { items: items.map(deploymentOf), position };
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

const stagesAnswer = z.object({ item: z.array(stageAnswer) });

/** Of GetStages, which is never paged. An API without stages answers an empty list, not none. */
export const stagesIn = (answer: unknown): readonly Stage[] => {
  const { item } = checked(stagesAnswer, answer);
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
