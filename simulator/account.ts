import type { Access } from "./aws/access.ts";
import type { AwsService } from "./aws/aws-service.ts";
import { endpoint } from "./aws/endpoint.ts";
import { atItsPath } from "./aws/execute-api-host.ts";
import { cloudTrailService } from "./cloudtrail/service.ts";
import type { CloudWatchWorld } from "./cloudwatch/model.ts";
import { cloudWatchService } from "./cloudwatch/service.ts";
import { type CloudWatchOptions, createCloudWatchWorld } from "./cloudwatch/world.ts";
import type { World as GatewayWorld } from "./gateway/model.ts";
import { gatewayService } from "./gateway/service.ts";
import { createWorld, type WorldOptions } from "./gateway/world.ts";
import { matchGatewayV2 } from "./gateway-v2/service.ts";
import type { Service } from "./http/exchange.ts";
import { lambdaService } from "./lambda/service.ts";
import type { LogsWorld } from "./logs/model.ts";
import { logsService } from "./logs/service.ts";
import { createLogsWorld, type LogsOptions } from "./logs/world.ts";
import { serviceQuotasService } from "./service-quotas/service.ts";
import { stsService } from "./sts/service.ts";
import { wafService } from "./waf/service.ts";

/** What one AWS account has in one Region. */
export type Account = {
  readonly gateway: GatewayWorld;
  readonly cloudWatch: CloudWatchWorld;
  readonly logs: LogsWorld;
};

export type AccountOptions = {
  readonly gateway?: WorldOptions;
  /** Without `rateLimits` of their own, those of the gateway's options. */
  readonly cloudWatch?: CloudWatchOptions;
  readonly logs?: LogsOptions;
};

export const createAccount = (options: AccountOptions = {}): Account => {
  const gateway = createWorld(options.gateway);
  const { rateLimits = true } = options.gateway ?? {};
  return {
    gateway,
    cloudWatch: createCloudWatchWorld(gateway, { rateLimits, ...options.cloudWatch }),
    logs: createLogsWorld(gateway, options.logs),
  };
};

/** The services beside API Gateway. */
export const neighbours = ({ gateway, cloudWatch, logs }: Account, access?: Access): readonly AwsService[] => [
  cloudTrailService(gateway, access),
  cloudWatchService(cloudWatch, access),
  lambdaService(gateway, access),
  logsService(logs, access),
  serviceQuotasService(gateway, access),
  stsService(gateway, access),
  wafService(gateway, access),
];

/** API Gateway with all kinds of APIs. */
export const bothGateways = (world: GatewayWorld, access?: Access): Service => {
  const rest = gatewayService(world, access);
  return {
    match: (sent) => {
      const request = atItsPath(sent);
      return matchGatewayV2(world, access, request) ?? rest.match(request);
    },
  };
};

/** The whole account behind one address. */
export const accountService = (account: Account, access?: Access): Service =>
  endpoint(bothGateways(account.gateway, access), neighbours(account, access));
