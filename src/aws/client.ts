import { APIGatewayClient } from "@aws-sdk/client-api-gateway";
import { partition } from "@aws-sdk/core/client";
import { ActionError } from "../domain/errors.ts";
import type { World } from "../domain/world.ts";
import { version } from "../version.ts";
import { readAuthorities } from "./authorities.ts";
import { credentialSettings, explained, findCredentials, requireProfile } from "./credentials.ts";
import { openTransport, type Timeouts } from "./transport.ts";
import { checkVariables, exportsKeys, fileProblems } from "./variables.ts";
import { requireWholeAnswers } from "./whole-answer.ts";

export type Connection = {
  readonly client: APIGatewayClient;
  readonly region: string;
  readonly dnsSuffix: string;
  /** `aws`, `aws-cn`, … */
  readonly partitionName: string;
  readonly timeouts: Timeouts;
  /** Whose credentials they are, in a sentence; `undefined` where their source does not answer yet. */
  readonly credentialsFrom: string | undefined;
  /** For a client of another service. */
  readonly settings: Settings & Pick<APIGatewayClient["config"], "credentials"> & { readonly region: string };
};

/** What a connection depends on. */
export type Surroundings = Pick<World, "environment" | "files" | "patience" | "signal">;

const settingsOf = ({ environment, files, patience }: Surroundings) => ({
  // When a request is repeated is decided in retry.ts alone.
  maxAttempts: 1,
  // One way to sign is enough for all that is asked; the SDK would look into its files for one that is preferred.
  authSchemePreference: [],
  customUserAgent: [["apigw-stage-action", version]] as [string, string][],
  requestHandler: openTransport({
    environment,
    timeouts: patience,
    authorities: readAuthorities({ environment, files }),
  }),
});
type Settings = ReturnType<typeof settingsOf>;

const openClient = (settings: Settings, { environment, patience, signal }: Surroundings): APIGatewayClient => {
  // The SDK's notice about the Node version is for those who build with it; users of an action cannot act on it.
  process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] = "true";
  const client = new APIGatewayClient({ ...settings, ...credentialSettings(environment) });
  client.config.credentials = explained(client.config.credentials, patience.request, signal);
  requireWholeAnswers(client);
  return client;
};

/** Whether there are credentials, whatever they are worth; it takes seconds where there are none. */
export const hasCredentials = async (surroundings: Surroundings): Promise<boolean> => {
  const { environment, files } = surroundings;
  // To read such a file would end never; to connect tells what is wrong with it.
  if (exportsKeys(environment) || fileProblems(environment, files).length > 0) return true;
  try {
    await openClient(settingsOf(surroundings), surroundings).config.credentials();
    return true;
  } catch {
    return false;
  }
};

/**
 * Connects with the SDK's default chain of credentials, Region and endpoint (AWS_ENDPOINT_URL). The domain of the Region is
 * from the SDK's own partition data. Throws ActionError for what is missing or wrong in the environment.
 */
export const connect = async (surroundings: Surroundings): Promise<Connection> => {
  const { environment, patience: timeouts } = surroundings;
  checkVariables(surroundings);
  const settings = settingsOf(surroundings);
  const client = openClient(settings, surroundings);
  const region = await client.config.region().catch(() => "");
  if (region === "") throw regionMissing();
  await requireProfile(environment);
  const credentialsFrom = await findCredentials(client.config.credentials, environment);
  const { dnsSuffix, name } = partition(region);
  const shared = { ...settings, region, credentials: client.config.credentials };
  return { client, region, dnsSuffix, partitionName: name, timeouts, credentialsFrom, settings: shared };
};

const regionMissing = (): ActionError =>
  new ActionError({
    code: "REGION_MISSING",
    doing: "connect to API Gateway",
    happened: "No AWS Region is configured.",
    acted: "no",
    state: "Nothing was touched.",
  });
