import { APIGatewayClient, type APIGatewayClientConfig } from "@aws-sdk/client-api-gateway";
import { afterEach } from "@jest/globals";
import type { Access } from "../../../simulator/aws/access.ts";
import type { World } from "../../../simulator/gateway/model.ts";
import { gatewayService } from "../../../simulator/gateway/service.ts";
import { createWorld } from "../../../simulator/gateway/world.ts";
import { listen, type SimulatorServer } from "../../../simulator/http/server.ts";

export type ControlPlane = {
  readonly world: World;
  readonly server: SimulatorServer;
  readonly client: APIGatewayClient;
  /** A raw request, signed well enough for the simulator unless `headers` say otherwise. */
  readonly send: (method: string, path: string, options?: RawRequest) => Promise<RawAnswer>;
};

export type RawRequest = { readonly headers?: Record<string, string>; readonly body?: string };

// biome-ignore lint/suspicious/noExplicitAny: the tests look into JSON of every shape.
export type RawAnswer = { readonly status: number; readonly headers: Headers; readonly body: any };

const open: { close: () => Promise<void>; destroy: () => void }[] = [];

afterEach(async () => {
  for (const { close, destroy } of open.splice(0)) {
    destroy();
    await close();
  }
});

export const authorization = (key = "AKIDEXAMPLE", region = "eu-central-1", service = "apigateway"): string =>
  `AWS4-HMAC-SHA256 Credential=${key}/20261122/${region}/${service}/aws4_request, ` +
  `SignedHeaders=host;x-amz-date, Signature=${"0".repeat(64)}`;

/** The simulated control plane on a free port, closed after the test. */
export const startControlPlane = async (
  options: { readonly world?: World; readonly access?: Access; readonly client?: APIGatewayClientConfig } = {},
): Promise<ControlPlane> => {
  const world = options.world ?? createWorld({ rateLimits: false });
  const server = await listen(gatewayService(world, options.access));
  const client = new APIGatewayClient({
    endpoint: server.url,
    region: world.region,
    credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret" },
    maxAttempts: 1,
    ...options.client,
  });
  open.push({ close: server.close, destroy: () => client.destroy() });
  const send: ControlPlane["send"] = async (method, path, { headers = {}, body } = {}) => {
    const response = await fetch(`${server.url}${path}`, {
      method,
      headers: { authorization: authorization(), accept: "application/json", ...headers },
      ...(body === undefined ? {} : { body }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: text === "" ? undefined : JSON.parse(text) };
  };
  return { world, server, client, send };
};

/** The refusal that a call ends in, as the SDK sees it. */
export const refusalOf = async (call: Promise<unknown>): Promise<{ name: string; message: string; status: number }> => {
  try {
    await call;
  } catch (error) {
    const { name, message, $metadata } = error as Error & { $metadata: { httpStatusCode: number } };
    return { name, message, status: $metadata.httpStatusCode };
  }
  throw new Error("the call was expected to be refused");
};
