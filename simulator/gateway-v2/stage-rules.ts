import type { World } from "../gateway/model.ts";
import {
  checkAccessLogFormat,
  checkCloudWatchRole,
  checkStageName,
  checkVariables,
} from "../gateway/operations/stage-rules.ts";
import { checkTags } from "../gateway/operations/tag-rules.ts";
import { badRequest, notFound, type ServiceError } from "../gateway/service-error.ts";
import type { Api, RouteSettings, Stage } from "./model.ts";

/** What a stage may be called and contain. All checks throw ServiceError 400 unless told otherwise. */

type Given = Partial<
  Pick<Stage, "routeSettings" | "defaultRouteSettings" | "accessLogSettings" | "clientCertificateId">
>;

/** `$default`, which only HTTP APIs have, is served at the root. */
export const checkNewStage = (
  { protocolType }: Api,
  { stageName, tags = {} }: { readonly stageName: string; readonly tags?: Readonly<Record<string, string>> },
): void => {
  if (stageName !== "$default" || protocolType !== "HTTP") checkStageName(stageName);
  checkTags(tags);
};

/** cdkd, live runs. */
export const checkDeploymentNotPrescribed = ({ autoDeploy, stageName }: Stage): void => {
  if (autoDeploy) {
    throw badRequest(`Deployment ID cannot be set on this stage ${stageName} because AutoDeploy is enabled.`);
  }
};

/** Checks the stage as it is to be, as far as the request touches it. */
export const checkStage = (world: World, api: Api, stage: Stage, given: Given): void => {
  checkVariables(stage.stageVariables);
  checkClientCertificate(world, api, given.clientCertificateId);
  for (const settings of [given.defaultRouteSettings, ...Object.values(given.routeSettings ?? {})]) {
    if (settings) checkSettings(world, api, settings);
  }
  if (given.routeSettings) checkRouteKeys(api, stage);
  if (given.accessLogSettings) checkAccessLog(stage);
};

const checkClientCertificate = (world: World, { protocolType }: Api, id: string | undefined): void => {
  if (!id) return;
  if (protocolType === "HTTP") throw badRequest("Client certificates are not supported on protocolType HTTP");
  if (!world.generatedCertificates.has(id)) throw badRequest("Invalid client certificate identifier specified");
};

const checkSettings = (world: World, { protocolType }: Api, settings: RouteSettings): void => {
  const { loggingLevel, dataTraceEnabled, throttlingBurstLimit = 0, throttlingRateLimit = 0 } = settings;
  // Both members are "supported only for WebSocket APIs" (CloudFormation, AWS::ApiGatewayV2::Stage RouteSettings).
  if (protocolType === "HTTP" && (loggingLevel !== undefined || dataTraceEnabled !== undefined)) {
    throw badRequest("Execution logs are not supported on protocolType HTTP");
  }
  if (loggingLevel !== undefined && loggingLevel !== "OFF") checkCloudWatchRole(world);
  if (throttlingBurstLimit < 0 || throttlingRateLimit < 0) throw badRequest("Throttling limits must not be negative");
};

/** The whole map is checked after it was merged, so that one stale key blocks every change (a user's live runs). */
const checkRouteKeys = (api: Api, { routeSettings }: Stage): void => {
  const known = new Set([...api.draft.routes.values()].map(({ routeKey }) => routeKey));
  const unknown = Object.keys(routeSettings).find((key) => !known.has(key));
  if (unknown !== undefined) throw noSuchRoute(unknown);
};

/** Terraform module apigateway-v2, pull request 80. */
export const noSuchRoute = (routeKey: string): ServiceError =>
  notFound(`Unable to find Route by key ${routeKey} within the provided RouteSettings`);

/** Destinations: API Gateway Developer Guide, "Configure logging for HTTP APIs"; the account's role plays no part. */
const checkAccessLog = ({ accessLogSettings = {} }: Stage): void => {
  const { destinationArn = "", format = "" } = accessLogSettings;
  if (
    !/^arn:[\w-]+:(?:logs:[\w-]+:\d{12}:log-group:[\w./#-]+(?::\*)?|firehose:[\w-]+:\d{12}:.+)$/.test(destinationArn)
  ) {
    throw badRequest("Invalid ARN specified in the request");
  }
  checkAccessLogFormat(format);
};
