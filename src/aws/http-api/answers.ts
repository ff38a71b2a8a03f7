import * as z from "zod/mini";
import { type ApiKind, inShell } from "../../domain/api-kind.ts";
import { routeFrom, routeKey } from "../../domain/route.ts";
import type { Deployment, Draft, ListedApi, RestApi, Stage } from "../../domain/stage.ts";
import { ALL_ROUTES, type MethodSettings } from "../../domain/stage-settings.ts";
import { authorizerText } from "../authorizer-texts.ts";
import { checked, date, given, text, texts } from "../checked.ts";
import { listedApi } from "../listed-api.ts";
import type { Page } from "../pages.ts";
import { httpApi, webSocketApi } from "./kind.ts";

/**
 * What version 2 of API Gateway answers, by the SDK's member names, and what of it becomes ours. Members that the service
 * always sends are required; all others may be absent.
 */

const apiAnswer = z.object({
  ApiId: given,
  Name: text,
  ProtocolType: z.enum(["HTTP", "WEBSOCKET"]),
  ApiEndpoint: z.optional(z.url()),
  DisableExecuteApiEndpoint: z.optional(z.boolean()),
  CorsConfiguration: z.optional(z.looseObject({})),
  Tags: z.optional(texts),
});

export const apiOf = (answer: unknown): RestApi => {
  const { ApiId, Name, ProtocolType, ApiEndpoint, DisableExecuteApiEndpoint, CorsConfiguration, Tags } = checked(
    apiAnswer,
    answer,
  );
  return {
    id: ApiId,
    kind: kindOf(ProtocolType),
    name: Name,
    endpoint: ApiEndpoint,
    visibility: "public",
    vpcEndpointIds: [],
    defaultEndpointDisabled: DisableExecuteApiEndpoint ?? false,
    status: undefined,
    tags: Tags ?? {},
    hasPolicy: false,
    hasCors: CorsConfiguration !== undefined,
    binaryMediaTypes: [],
    minimumCompressionSize: undefined,
    apiKeySource: "HEADER",
  };
};

const kindOf = (protocol: "HTTP" | "WEBSOCKET"): ApiKind => (protocol === "HTTP" ? httpApi : webSocketApi);

const routeSettings = z.object({
  DetailedMetricsEnabled: z.optional(z.boolean()),
  LoggingLevel: z.optional(text),
  DataTraceEnabled: z.optional(z.boolean()),
  ThrottlingBurstLimit: z.optional(z.number()),
  ThrottlingRateLimit: z.optional(z.number()),
});

const stageAnswer = z.object({
  StageName: given,
  DeploymentId: z.optional(text),
  Description: z.optional(text),
  AutoDeploy: z.optional(z.boolean()),
  ApiGatewayManaged: z.optional(z.boolean()),
  AccessLogSettings: z.optional(z.object({ Format: z.optional(text), DestinationArn: z.optional(text) })),
  ClientCertificateId: z.optional(text),
  DefaultRouteSettings: z.optional(routeSettings),
  RouteSettings: z.optional(z.record(z.string(), routeSettings)),
  StageVariables: z.optional(texts),
  Tags: z.optional(texts),
  CreatedDate: z.optional(date),
});

/** A stage without a deployment serves none: its id is empty. */
export const stageOf = (answer: unknown): Stage => {
  const stage = checked(stageAnswer, answer);
  const { Tags: tags = {}, AccessLogSettings: accessLog, ClientCertificateId } = stage;
  return {
    name: stage.StageName,
    deploymentId: stage.DeploymentId ?? "",
    canary: undefined,
    tags,
    settings: {
      description: stage.Description,
      variables: stage.StageVariables ?? {},
      methodSettings: {
        [ALL_ROUTES]: { ...NOTHING_SET, ...settingsOf(stage.DefaultRouteSettings ?? {}) },
        ...Object.fromEntries(
          Object.entries(stage.RouteSettings ?? {}).map(([route, own]) => [
            route,
            { ...WITHOUT_CACHE, ...settingsOf(own) },
          ]),
        ),
      },
      accessLog: accessLog && { destinationArn: accessLog.DestinationArn, format: accessLog.Format },
      cacheCluster: { enabled: false, size: undefined, status: undefined },
      clientCertificateId: ClientCertificateId || undefined,
      documentationVersion: undefined,
      tracingEnabled: false,
      tags,
    },
    webAclArn: undefined,
    createdAt: stage.CreatedDate?.getTime(),
    ...pointedByOthers(stage),
  };
};

const pointedByOthers = ({
  StageName,
  AutoDeploy,
  ApiGatewayManaged,
}: z.infer<typeof stageAnswer>): Pick<Stage, "pointedBy"> => {
  if (ApiGatewayManaged) {
    return {
      pointedBy: {
        happened: `Stage ${StageName} was made by quick create and is managed by API Gateway, which lets nobody change it.`,
        remedy: "Deploy to another stage: choose another `stage-name`.",
      },
    };
  }
  if (!AutoDeploy) return {};
  return {
    pointedBy: {
      happened: `Stage ${StageName} deploys by itself (AutoDeploy): each change of the draft goes live on it at once, and API Gateway lets nobody else set its deployment.`,
      remedy: `Choose another \`stage-name\`; or, if this action is to deploy the stage from now on, switch that off once, by hand and where the stage is defined: aws apigatewayv2 update-stage --api-id {api} --stage-name ${inShell(StageName)} --no-auto-deploy`,
    },
  };
};

/** What no stage of this version has, as if it were switched off: then nothing is to be changed about it. */
const WITHOUT_CACHE: MethodSettings = {
  cachingEnabled: false,
  cacheTtlInSeconds: 300,
  cacheDataEncrypted: false,
  requireAuthorizationForCacheControl: true,
  unauthorizedCacheControlHeaderStrategy: "SUCCEED_WITH_RESPONSE_HEADER",
};

const NOTHING_SET: MethodSettings = { ...WITHOUT_CACHE, metricsEnabled: false, dataTraceEnabled: false };

/** Without the members that are absent. */
const settingsOf = (settings: z.infer<typeof routeSettings>): MethodSettings =>
  Object.fromEntries(
    Object.entries({
      metricsEnabled: settings.DetailedMetricsEnabled,
      loggingLevel: settings.LoggingLevel,
      dataTraceEnabled: settings.DataTraceEnabled,
      throttlingBurstLimit: settings.ThrottlingBurstLimit,
      throttlingRateLimit: settings.ThrottlingRateLimit,
    }).filter(([, value]) => value !== undefined),
  );

const deploymentAnswer = z.object({
  DeploymentId: given,
  DeploymentStatus: given,
  DeploymentStatusMessage: z.optional(text),
  Description: z.optional(text),
  // A deployment of unknown age must not pass for one of 1970.
  CreatedDate: date,
});

/** A deployment with how far it is; it is made while the service has answered already. */
export type Progressing = Deployment & { readonly status: "PENDING" | "DEPLOYED" | "FAILED" };

const STATUSES: ReadonlyMap<string, Progressing["status"]> = new Map([
  ["DEPLOYED", "DEPLOYED"],
  ["FAILED", "FAILED"],
]);

export const deploymentOf = (answer: unknown): Progressing => {
  const found = checked(deploymentAnswer, answer);
  const { DeploymentStatusMessage: message } = found;
  // A word that is new says that it is neither complete nor that it has failed.
  const status = STATUSES.get(found.DeploymentStatus) ?? "PENDING";
  return {
    id: found.DeploymentId,
    description: found.Description ?? "",
    createdAt: found.CreatedDate.getTime(),
    status,
    ...(status === "DEPLOYED" ? {} : { incomplete: status === "FAILED" ? "failed" : "pending" }),
    ...(status === "FAILED" && message ? { failure: message } : {}),
  };
};

const routeAnswer = z.object({
  RouteKey: given,
  AuthorizationType: z.optional(text),
  ApiKeyRequired: z.optional(z.boolean()),
  Target: z.optional(text),
});
const integrationAnswer = z.looseObject({ IntegrationId: z.optional(text) });

export type RouteAnswer = z.infer<typeof routeAnswer>;
export type IntegrationAnswer = z.infer<typeof integrationAnswer>;

/** A page of a list of version 2. A list that is missing is not an empty one. */
const pageWith =
  <T, Ours>(item: z.ZodMiniType<T>, ours: (item: T) => Ours) =>
  (answer: unknown): Page<Ours> => {
    const { Items, NextToken } = checked(z.object({ Items: z.array(item), NextToken: z.optional(text) }), answer);
    return { items: Items.map(ours), position: NextToken || undefined };
  };

const listedAnswer = z.object({ ApiId: given, Name: z.catch(text, ""), ProtocolType: z.optional(z.unknown()) });

const listedApiOf = (answer: unknown): ListedApi =>
  listedApi(answer, apiOf, (one, because) => {
    const { ApiId: id, Name: name, ProtocolType: kind } = checked(listedAnswer, one);
    const isKnown = apiAnswer.shape.ProtocolType.safeParse(kind).success;
    return {
      api: { id, name, tags: {} },
      because: isKnown ? because : `this version of the action does not know its kind, ${kind}`,
    };
  });

export const apisPage = pageWith(z.unknown(), listedApiOf);
export const stagesPage = pageWith(stageAnswer, stageOf);
export const deploymentsPage = pageWith(deploymentAnswer, deploymentOf);
export const routesPage = pageWith(routeAnswer, (route): RouteAnswer => route);
export const integrationsPage = pageWith(integrationAnswer, (one): IntegrationAnswer => one);

export const authorizersPage = pageWith(z.looseObject({ Name: text }), (one) => authorizerText(one.Name, one));

export const domainsPage = pageWith(
  z.object({ DomainName: given, RoutingMode: z.optional(text) }),
  ({ DomainName, RoutingMode }) => ({ domainName: DomainName, routingMode: RoutingMode }),
);
export const mappingsPage = pageWith(
  z.object({ ApiId: z.optional(text), Stage: z.optional(text), ApiMappingKey: z.optional(text) }),
  ({ ApiId, Stage, ApiMappingKey }) => ({ apiId: ApiId, stage: Stage, basePath: ApiMappingKey ?? "" }),
);

/** A route leads to its integration by `integrations/ID`. */
export const draftOf = (routes: readonly RouteAnswer[], integrations: readonly IntegrationAnswer[]): Draft => {
  const byTarget = new Map(integrations.map((one) => [`integrations/${one.IntegrationId}`, one]));
  return {
    routes: new Map(
      routes.map(({ RouteKey, AuthorizationType = "NONE", ApiKeyRequired = false }) => [
        routeKey(routeFrom(RouteKey)),
        { authorizationType: AuthorizationType, apiKeyRequired: ApiKeyRequired },
      ]),
    ),
    integrations: routes.map(({ RouteKey, Target = "" }) => ({
      route: RouteKey,
      text: JSON.stringify(byTarget.get(Target) ?? {}),
    })),
  };
};
