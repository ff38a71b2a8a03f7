import { APIGatewayClient } from "@aws-sdk/client-api-gateway";
import { ApiGatewayV2Client } from "@aws-sdk/client-apigatewayv2";
import { partition } from "@aws-sdk/core/client";
import { ActionError } from "../domain/errors.ts";
import { version } from "../version.ts";

export type Connection = {
  readonly client: APIGatewayClient;
  /** The second version's service, which alone knows the routing rules of custom domains. */
  readonly secondClient: ApiGatewayV2Client;
  readonly region: string;
  readonly dnsSuffix: string;
  /** `aws`, `aws-cn`, … */
  readonly partitionName: string;
};

/** Milliseconds. The SDK itself would wait for an answer without end. */
export type Timeouts = { readonly connection: number; readonly request: number };

const defaultTimeouts: Timeouts = { connection: 5000, request: 30_000 };

const openClient = (timeouts: Timeouts): APIGatewayClient => {
  // The SDK's notice about the Node version is for those who build with it; users of an action cannot act on it.
  process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] = "true";
  return new APIGatewayClient(settingsOf(timeouts));
};

const settingsOf = (timeouts: Timeouts) => ({
  // When a request is repeated is decided in retry.ts alone.
  maxAttempts: 1,
  customUserAgent: [["apigw-stage-action", version]] as [string, string][],
  requestHandler: {
    connectionTimeout: timeouts.connection,
    requestTimeout: timeouts.request,
    throwOnRequestTimeout: true,
  },
});

/** Whether the SDK's default chain finds credentials; it takes seconds where there are none. */
export const hasCredentials = async (): Promise<boolean> => {
  try {
    await openClient(defaultTimeouts).config.credentials();
    return true;
  } catch {
    return false;
  }
};

/**
 * Connects with the SDK's default chain of credentials, Region and endpoint (AWS_ENDPOINT_URL). The domain of the Region
 * is from the SDK's own partition data. Throws `REGION_MISSING`.
 */
export const connect = async (timeouts: Timeouts = defaultTimeouts): Promise<Connection> => {
  const client = openClient(timeouts);
  const region = await client.config.region().catch(() => "");
  if (region === "") {
    throw new ActionError({
      code: "REGION_MISSING",
      doing: "connect to API Gateway",
      happened: "No AWS Region is configured.",
      acted: "no",
      state: "Nothing was touched.",
    });
  }
  const { dnsSuffix, name } = partition(region);
  const secondClient = new ApiGatewayV2Client({
    ...settingsOf(timeouts),
    region,
    credentials: client.config.credentials,
  });
  return { client, secondClient, region, dnsSuffix, partitionName: name };
};
