import {
  ApiGatewayV2Client,
  CreateApiCommand,
  CreateDeploymentCommand,
  CreateIntegrationCommand,
  CreateRouteCommand,
  CreateStageCommand,
  type CreateStageCommandInput,
} from "@aws-sdk/client-apigatewayv2";
import { afterEach } from "@jest/globals";
import { type Account, accountService, createAccount } from "../../../simulator/account.ts";
import type { Access } from "../../../simulator/aws/access.ts";
import type { WorldOptions } from "../../../simulator/gateway/world.ts";
import { listen, type SimulatorServer } from "../../../simulator/http/server.ts";
import type { HandClock } from "../gateway/stage-scene.ts";

export type Scene = {
  readonly account: Account;
  readonly world: Account["gateway"];
  readonly clock: HandClock;
  readonly server: SimulatorServer;
  readonly client: ApiGatewayV2Client;
  /** An API without routes. */
  readonly newApi: (protocolType?: "HTTP" | "WEBSOCKET") => Promise<string>;
  /** A route to the simulator's own backend, which answers with this status. Answers the ids. */
  readonly addRoute: (
    apiId: string,
    routeKey: string,
    uri?: string,
  ) => Promise<{ readonly routeId: string; readonly integrationId: string }>;
  /** Freezes the draft and waits. Answers the id. */
  readonly deploy: (apiId: string) => Promise<string>;
  readonly newStage: (apiId: string, input?: Partial<CreateStageCommandInput>) => Promise<void>;
};

const open: { close: () => Promise<void> }[] = [];
afterEach(async () => {
  for (const { close } of open.splice(0)) await close();
});

/** An account with a clock that stands still, and the SDK's own client. */
export const newScene = async (options: WorldOptions & { readonly access?: Access } = {}): Promise<Scene> => {
  let now = Date.UTC(2026, 0, 1);
  const clock: HandClock = {
    now: () => now,
    advance: (milliseconds) => {
      now += milliseconds;
    },
  };
  const account = createAccount({ gateway: { rateLimits: false, clock, ...options } });
  const server = await listen(accountService(account, options.access));
  const client = new ApiGatewayV2Client({
    endpoint: server.url,
    region: account.gateway.region,
    credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret" },
    maxAttempts: 1,
  });
  open.push({
    close: async () => {
      client.destroy();
      await server.close();
    },
  });
  const newApi: Scene["newApi"] = async (protocolType = "HTTP") => {
    const RouteSelectionExpression = protocolType === "HTTP" ? undefined : "$request.body.action";
    const answer = await client.send(
      new CreateApiCommand({ Name: "orders", ProtocolType: protocolType, RouteSelectionExpression }),
    );
    return answer.ApiId ?? "";
  };
  const addRoute: Scene["addRoute"] = async (ApiId, RouteKey, IntegrationUri = "http://backend.localhost/") => {
    const { IntegrationId = "" } = await client.send(
      new CreateIntegrationCommand({
        ApiId,
        IntegrationType: "HTTP_PROXY",
        IntegrationMethod: "ANY",
        IntegrationUri,
        PayloadFormatVersion: "1.0",
      }),
    );
    const Target = `integrations/${IntegrationId}`;
    const { RouteId = "" } = await client.send(new CreateRouteCommand({ ApiId, RouteKey, Target }));
    return { routeId: RouteId, integrationId: IntegrationId };
  };
  const deploy: Scene["deploy"] = async (ApiId) => {
    const { DeploymentId = "" } = await client.send(new CreateDeploymentCommand({ ApiId }));
    clock.advance(account.gateway.delays.deploymentMs);
    return DeploymentId;
  };
  const newStage: Scene["newStage"] = async (ApiId, input = {}) => {
    const DeploymentId = input.AutoDeploy ? undefined : (input.DeploymentId ?? (await deploy(ApiId)));
    await client.send(new CreateStageCommand({ ApiId, StageName: "dev", DeploymentId, ...input }));
  };
  return { account, world: account.gateway, clock, server, client, newApi, addRoute, deploy, newStage };
};
