import { APIGatewayClient } from "@aws-sdk/client-api-gateway";
import { CloudTrailClient } from "@aws-sdk/client-cloudtrail";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { ServiceQuotasClient } from "@aws-sdk/client-service-quotas";
import { STSClient } from "@aws-sdk/client-sts";
import { WAFV2Client } from "@aws-sdk/client-wafv2";
import { afterEach } from "@jest/globals";
import { accountService, createAccount } from "../../../simulator/account.ts";
import type { Access, Profile } from "../../../simulator/aws/access.ts";
import type { World } from "../../../simulator/gateway/model.ts";
import { newRestApi } from "../../../simulator/gateway/rest-api.ts";
import type { WorldOptions } from "../../../simulator/gateway/world.ts";
import { listen, type SimulatorServer } from "../../../simulator/http/server.ts";
import { addRoute, type HandClock, mockMethod } from "../gateway/stage-scene.ts";

export type Account = {
  readonly world: World;
  readonly server: SimulatorServer;
  readonly clock: HandClock;
  /** Of a REST API whose draft has `GET /pets`. */
  readonly restApiId: string;
  readonly gateway: APIGatewayClient;
  readonly cloudTrail: CloudTrailClient;
  readonly lambda: LambdaClient;
  readonly quotas: ServiceQuotasClient;
  readonly sts: STSClient;
  readonly waf: WAFV2Client;
};

const open: { readonly server: SimulatorServer; readonly clients: readonly { destroy: () => void }[] }[] = [];

afterEach(async () => {
  delete process.env["AWS_ENDPOINT_URL"];
  for (const { server, clients } of open.splice(0)) {
    for (const client of clients) client.destroy();
    await server.close();
  }
});

export const start = Date.UTC(2026, 0, 1);

/** The whole simulated account behind one address, which the clients know from `AWS_ENDPOINT_URL` alone. */
export const openAccount = async (options: WorldOptions & { readonly access?: Access } = {}): Promise<Account> => {
  let now = start;
  const clock: HandClock = {
    now: () => now,
    advance: (milliseconds) => {
      now += milliseconds;
    },
  };
  const gatewayOptions = { rateLimits: false, clock, delays: { keysMs: 0, auditMs: 0 }, ...options };
  const account = createAccount({ gateway: gatewayOptions });
  const world = account.gateway;
  const api = newRestApi(world, "pets");
  world.restApis.set(api.id, api);
  addRoute(api, "/pets", mockMethod("GET", "{}"));
  const server = await listen(accountService(account, options.access));
  process.env["AWS_ENDPOINT_URL"] = server.url;
  const config = {
    region: world.region,
    maxAttempts: 1,
    credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret" },
  };
  const clients = {
    gateway: new APIGatewayClient(config),
    cloudTrail: new CloudTrailClient(config),
    lambda: new LambdaClient(config),
    quotas: new ServiceQuotasClient(config),
    sts: new STSClient(config),
    waf: new WAFV2Client(config),
  };
  open.push({ server, clients: Object.values(clients) });
  return { world, server, clock, restApiId: api.id, ...clients };
};

export const role = "arn:aws:sts::123456789012:assumed-role/deploy/run-7";

/** Access for the clients' key, which may do all but what is named; `asked` fills with what was needed. */
export const accessOf = (changes: Partial<Profile> & { readonly without?: string } = {}) => {
  const asked: string[] = [];
  const profile: Profile = {
    arn: role,
    status: "active",
    denied: (action, resource) => {
      asked.push(`${action} ${resource}`);
      return action === changes.without;
    },
    ...changes,
  };
  const access: Access = { keys: new Map([["AKIDEXAMPLE", profile]]) };
  return { access, profile, asked };
};
