import type { RestApi, World } from "../model.ts";
import { badRequest, limitExceeded } from "../service-error.ts";

/** What a stage and its members may be called and contain. All checks throw ServiceError 400 unless told otherwise. */

export const checkStageName = (name: string): void => {
  if (/^[A-Za-z0-9_-]{1,128}$/.test(name)) return;
  throw badRequest(
    name.length > 128 ? "Stage name must be no longer than 128 characters" : "Stage name only allows a-zA-Z0-9_-",
  );
};

/** @throws ServiceError 429 LimitExceededException; the error's class and text are not documented */
export const checkStageQuota = (api: RestApi, world: World): void => {
  const quota = world.quotas.stagesOfApi.get(api.id) ?? world.quotas.stagesPerApi;
  if (api.stages.size >= quota) {
    throw limitExceeded(
      `Maximum number of stages (${quota}) for this API has been reached. Please contact AWS support.`,
    );
  }
};

/** Recorded behaviour: a stage or a canary cannot name a deployment that the API does not have. */
export const checkDeploymentExists = (api: RestApi, deploymentId: string | undefined): void => {
  if (deploymentId === undefined || !api.deployments.has(deploymentId))
    throw badRequest("Deployment id does not exist");
};

/** Neither the error's class nor its text is documented. */
export const checkDocumentationVersionExists = (api: RestApi, version: string): void => {
  if (!api.documentationVersions.has(version)) throw badRequest("Documentation version does not exist");
};

/** Lengths and the number of variables: Amazon API Gateway quotas. Characters: REST API reference, CreateStage. */
export const checkVariables = (variables: Readonly<Record<string, string>> | undefined): void => {
  const entries = Object.entries(variables ?? {});
  if (entries.length > 100) throw badRequest("Maximum number of stage variables per stage (100) has been exceeded");
  for (const [name, value] of entries) {
    if (!/^\w{1,64}$/.test(name)) {
      throw badRequest(`Invalid stage variable name: ${name}.  Please use names with only word characters.`);
    }
    if (!/^[A-Za-z0-9\-._~:/?#&=,]{1,512}$/.test(value)) {
      throw badRequest(
        `Invalid stage variable value: ${value}.  Please use values with alphanumeric characters and the symbols ' ', -', '.', '_', ':', '/', '?', '&', '=', and ','.`,
      );
    }
  }
};

export const checkPercentTraffic = (percent: number): void => {
  if (!(percent >= 0 && percent <= 100)) throw badRequest("Percent traffic must be between 0.0 and 100.0");
};

/** Needed before a stage may write to CloudWatch Logs. */
export const checkCloudWatchRole = (world: World): void => {
  if (world.account.cloudwatchRoleArn === undefined) {
    throw badRequest("CloudWatch Logs role ARN must be set in account settings to enable logging");
  }
};

/** Destinations: API Gateway Developer Guide, "Set up CloudWatch logging for REST APIs". */
export const checkAccessLogDestination = (arn: string, world: World): void => {
  if (arn === "") throw badRequest("Access Log value must not be empty");
  const logGroup = /^arn:[\w-]+:logs:[\w-]+:\d{12}:(log-group:.*)$/.exec(arn)?.[1];
  if (logGroup !== undefined) {
    if (!/^log-group:[\w./#-]+$/.test(logGroup)) {
      throw badRequest(
        `Access log destination must only contain characters a-z, A-Z, 0-9, '_', '-', '/', '.': '${logGroup}'`,
      );
    }
    checkCloudWatchRole(world);
    return;
  }
  if (!/^arn:[\w-]+:firehose:[\w-]+:\d{12}:deliverystream\/amazon-apigateway-[\w.-]+$/.test(arn)) {
    throw badRequest("Invalid ARN specified in the request");
  }
};

/** One line of at most 3 KB that names the request (API Gateway Developer Guide, access logging; quotas). */
export const checkAccessLogFormat = (format: string): void => {
  if (format === "") throw badRequest("Access Log value must not be empty");
  if (/[\r\n][^\r\n]/.test(format))
    throw badRequest("Access Log format must be single line, new line character is allowed only at end of the format");
  if (Buffer.byteLength(format) > 3072) throw badRequest("Access Log format must not be longer than 3 KB");
  if (!/\$context\.(requestId|extendedRequestId)\b/.test(format)) {
    throw badRequest("Access Log format must include $context.requestId or $context.extendedRequestId");
  }
};
