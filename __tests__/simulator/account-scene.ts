import {
  APIGatewayClient,
  CreateDeploymentCommand,
  type PatchOperation,
  UpdateStageCommand,
} from "@aws-sdk/client-api-gateway";
import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { afterEach } from "@jest/globals";
import { type Account, type AccountOptions, accountService, createAccount } from "../../simulator/account.ts";
import type { Access, Profile } from "../../simulator/aws/access.ts";
import type { RestApi } from "../../simulator/gateway/model.ts";
import { newRestApi } from "../../simulator/gateway/rest-api.ts";
import { listen, type SimulatorServer } from "../../simulator/http/server.ts";
import { addRoute, type HandClock, mockMethod } from "./gateway/stage-scene.ts";

export const minute = 60_000;
/** A whole minute, and the time that scenes begin. */
export const start = Date.UTC(2026, 0, 1);

export const logGroupArn = "arn:aws:logs:eu-central-1:123456789012:log-group:/pets/dev";

export type AccountScene = {
  readonly account: Account;
  readonly clock: HandClock;
  readonly server: SimulatorServer;
  readonly api: RestApi;
  readonly gateway: APIGatewayClient;
  readonly cloudWatch: CloudWatchClient;
  readonly logs: CloudWatchLogsClient;
  /** Sends so many requests to `GET /status/{code}` of stage `dev`, which answers with that status. */
  readonly traffic: (times: number, status?: number) => Promise<void>;
  /** A canary of 50 % on a deployment of its own; chance gives it nothing, until it `takes` all. */
  readonly startCanary: () => Promise<{ readonly deploymentId: string; readonly takes: (all: boolean) => void }>;
  readonly patchStage: (...patchOperations: PatchOperation[]) => Promise<unknown>;
};

const open: { close: () => Promise<void> }[] = [];
afterEach(async () => {
  for (const { close } of open.splice(0)) await close();
});

/** An account with stage `dev` of REST API `pets`, a clock that stands still, and the SDK's own clients. */
export const newAccountScene = async (
  options: AccountOptions & { readonly access?: Access; readonly apiName?: string } = {},
): Promise<AccountScene> => {
  let now = start;
  const clock: HandClock = {
    now: () => now,
    advance: (milliseconds) => {
      now += milliseconds;
    },
  };
  const account = createAccount({ ...options, gateway: { rateLimits: false, clock, ...options.gateway } });
  account.gateway.account.cloudwatchRoleArn = "arn:aws:iam::123456789012:role/logs";
  const api = newRestApi(account.gateway, options.apiName ?? "pets");
  account.gateway.restApis.set(api.id, api);
  for (const status of ["200", "404", "500"]) {
    const requestTemplate = `{"statusCode": ${status}}`;
    const responses = [{ statusCode: status, responseTemplates: { "application/json": "{}" } }];
    addRoute(api, `/${status}`, mockMethod("GET", "", { requestTemplate, responses }));
  }
  const server = await listen(accountService(account, options.access));
  const config = {
    endpoint: server.url,
    region: account.gateway.region,
    credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret" },
    maxAttempts: 1,
  };
  const gateway = new APIGatewayClient(config);
  const cloudWatch = new CloudWatchClient(config);
  const logs = new CloudWatchLogsClient(config);
  open.push({
    close: async () => {
      for (const client of [gateway, cloudWatch, logs]) client.destroy();
      await server.close();
    },
  });
  const patchStage: AccountScene["patchStage"] = (...patchOperations) =>
    gateway.send(new UpdateStageCommand({ restApiId: api.id, stageName: "dev", patchOperations }));
  await gateway.send(new CreateDeploymentCommand({ restApiId: api.id, stageName: "dev" }));
  return {
    account,
    clock,
    server,
    api,
    gateway,
    cloudWatch,
    logs,
    patchStage,
    traffic: async (times, status = 200) => {
      for (let sent = 0; sent < times; sent += 1) await fetch(`${server.url}/${api.id}/dev/${status}`);
    },
    startCanary: async () => {
      const { id = "" } = await gateway.send(new CreateDeploymentCommand({ restApiId: api.id }));
      await patchStage(
        { op: "replace", path: "/canarySettings/deploymentId", value: id },
        { op: "replace", path: "/canarySettings/percentTraffic", value: "50" },
      );
      const takes = (all: boolean): void => {
        account.gateway.random = () => (all ? 0 : 0.99);
      };
      takes(false);
      return { deploymentId: id, takes };
    },
  };
};

/** The stage's access log, in JSON with these members of `$context`. */
export const accessLogPatches = (members: Readonly<Record<string, string>>): PatchOperation[] => [
  { op: "replace", path: "/accessLogSettings/destinationArn", value: logGroupArn },
  {
    op: "replace",
    path: "/accessLogSettings/format",
    value: JSON.stringify({ requestId: "$context.requestId", ...members }),
  },
];

/** Access of one key to which all is allowed but what `denied` says. */
export const accessWithout = (denied: Profile["denied"], status: Profile["status"] = "active"): Access => ({
  keys: new Map([["AKIDEXAMPLE", { arn: "arn:aws:sts::123456789012:assumed-role/deploy/run", status, denied }]]),
});

export type Refusal = { readonly name: string; readonly message: string; readonly status: number | undefined };

/** The refusal that a call ends in, as the SDK's users see it. */
export const refusalOf = async (call: Promise<unknown>): Promise<Refusal> => {
  try {
    await call;
  } catch (error) {
    const { name, message, $metadata } = error as Error & { $metadata?: { httpStatusCode?: number } };
    return { name, message, status: $metadata?.httpStatusCode };
  }
  throw new Error("the call was expected to be refused");
};
