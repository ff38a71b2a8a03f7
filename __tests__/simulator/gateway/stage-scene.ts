import { APIGatewayClient, type PatchOperation, UpdateStageCommand } from "@aws-sdk/client-api-gateway";
import { afterEach } from "@jest/globals";
import { invoke } from "../../../simulator/gateway/data-plane.ts";
import type { IntegrationResponse, Method, Resource, RestApi, World } from "../../../simulator/gateway/model.ts";
import { newRestApi, rootResource } from "../../../simulator/gateway/rest-api.ts";
import { gatewayService } from "../../../simulator/gateway/service.ts";
import { createWorld } from "../../../simulator/gateway/world.ts";
import { listen, type SimulatorServer } from "../../../simulator/http/server.ts";

/** A clock that stands still until it is told to move. */
export type HandClock = { readonly now: () => number; readonly advance: (milliseconds: number) => void };

export type Scene = {
  readonly world: World;
  readonly clock: HandClock;
  readonly api: RestApi;
  readonly restApiId: string;
  readonly client: APIGatewayClient;
  /** A request to a stage: `invoke("/dev/pets")`. */
  readonly invoke: (path: string, init?: RequestInit) => Promise<Response>;
  readonly patchStage: (stageName: string, ...patchOperations: PatchOperation[]) => ReturnType<typeof sendPatches>;
};

const open: { servers: SimulatorServer[]; client: APIGatewayClient }[] = [];
afterEach(async () => {
  for (const { servers, client } of open.splice(0)) {
    client.destroy();
    for (const server of servers) await server.close();
  }
});

/** A served world without rate limits and one REST API whose draft has `GET /pets` → 200 `{"from":"draft 1"}`. */
export const newScene = async (): Promise<Scene> => {
  let now = Date.UTC(2026, 0, 1);
  const clock: HandClock = {
    now: () => now,
    advance: (milliseconds) => {
      now += milliseconds;
    },
  };
  const world = createWorld({ rateLimits: false, clock });
  const api = newRestApi(world, "pets");
  world.restApis.set(api.id, api);
  addRoute(api, "/pets", mockMethod("GET", '{"from":"draft 1"}'));
  const server = await listen(gatewayService(world));
  const dataPlane = await listen({
    match: (request) => ({ operation: "Invoke", answer: () => invoke(world, request) }),
  });
  const client = new APIGatewayClient({
    endpoint: server.url,
    region: world.region,
    maxAttempts: 1,
    credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret" },
  });
  open.push({ servers: [server, dataPlane], client });
  return {
    world,
    clock,
    api,
    restApiId: api.id,
    client,
    invoke: (path, init) => fetch(`${dataPlane.url}/${api.id}${path}`, init),
    patchStage: (stageName, ...patchOperations) => sendPatches(client, api.id, stageName, patchOperations),
  };
};

const sendPatches = (
  client: APIGatewayClient,
  restApiId: string,
  stageName: string,
  patchOperations: PatchOperation[],
) => client.send(new UpdateStageCommand({ restApiId, stageName, patchOperations }));

/** Puts a method into the draft, with its resource where that is missing. */
export const addRoute = (api: RestApi, path: string, method: Method): void => {
  resourceAt(api, path).methods.set(method.httpMethod, method);
};

const resourceAt = (api: RestApi, path: string): Resource => {
  const found = [...api.draft.resources.values()].find((resource) => resource.path === path);
  if (found) return found;
  const resource: Resource = {
    id: `r${api.draft.resources.size}`,
    parentId: rootResource(api.draft).id,
    pathPart: path.slice(1),
    path,
    methods: new Map(),
  };
  api.draft.resources.set(resource.id, resource);
  return resource;
};

export type MockOptions = {
  readonly requestTemplate?: string;
  readonly responses?: readonly IntegrationResponse[];
  readonly authorizationType?: string;
  readonly apiKeyRequired?: boolean;
};

/** A method with a mock integration that answers 200 with a rendered template, unless it is told otherwise. */
export const mockMethod = (httpMethod: string, responseTemplate: string, options: MockOptions = {}): Method => {
  const responses = options.responses ?? [
    { statusCode: "200", responseTemplates: { "application/json": responseTemplate } },
  ];
  return {
    httpMethod,
    authorizationType: options.authorizationType ?? "NONE",
    apiKeyRequired: options.apiKeyRequired ?? false,
    methodResponses: new Map(responses.map(({ statusCode }) => [statusCode, { statusCode }])),
    methodIntegration: {
      type: "MOCK",
      requestTemplates: { "application/json": options.requestTemplate ?? '{"statusCode": 200}' },
      integrationResponses: new Map(responses.map((response) => [response.statusCode, response])),
    },
  };
};

/** A refusal as a client sees it. */
export const refusal = (status: number, name: string, message: unknown) => ({
  name,
  message,
  $metadata: { httpStatusCode: status },
});
