import type { Access } from "./aws/access.ts";
import { endpoint } from "./aws/endpoint.ts";
import type { CloudWatchWorld } from "./cloudwatch/model.ts";
import { cloudWatchDefinition, cloudWatchService } from "./cloudwatch/service.ts";
import { type CloudWatchOptions, createCloudWatchWorld } from "./cloudwatch/world.ts";
import type { World as GatewayWorld } from "./gateway/model.ts";
import { gatewayService } from "./gateway/service.ts";
import { createWorld, type WorldOptions } from "./gateway/world.ts";
import type { Service } from "./http/exchange.ts";
import type { LogsWorld } from "./logs/model.ts";
import { logsDefinition, logsService } from "./logs/service.ts";
import { createLogsWorld, type LogsOptions } from "./logs/world.ts";

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

/** API Gateway, CloudWatch and CloudWatch Logs behind one address. */
export const accountService = ({ gateway, cloudWatch, logs }: Account, access?: Access): Service =>
  endpoint(gatewayService(gateway, access), [
    { ...cloudWatchDefinition, service: cloudWatchService(cloudWatch, access) },
    { ...logsDefinition, service: logsService(logs, access) },
  ]);
