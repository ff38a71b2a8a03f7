import type { APIGatewayClient } from "@aws-sdk/client-api-gateway";
import { ActionError } from "../domain/errors.ts";
import type { Connection } from "./client.ts";
import type { Pacing } from "./retry.ts";
import type { Call } from "./translate.ts";

/** What every request to one REST API needs. */
export type Session = {
  readonly client: APIGatewayClient;
  readonly restApiId: string;
  readonly region: string;
  readonly pacing: Pacing;
  /** For reads, which a cancelled run drops. A write goes on until it is answered. */
  readonly readOptions: { readonly abortSignal: AbortSignal };
  /** `/restapis/ID`. */
  readonly path: string;
  /** `arn:aws:apigateway:eu-central-1::`. API Gateway's ARNs have no account. */
  readonly arnPrefix: string;
  /** Describes a request to the REST API; `resource` is its path, as in IAM's ARNs. */
  readonly call: (operation: string, verb: Call["verb"], resource: string, doing: string) => Call;
};

export const openSession = (connection: Connection, restApiId: string, pacing: Pacing): Session => {
  const { client, region, partitionName } = connection;
  const arnPrefix = `arn:${partitionName}:apigateway:${region}::`;
  return {
    client,
    restApiId,
    region,
    pacing,
    readOptions: { abortSignal: pacing.signal },
    path: `/restapis/${restApiId}`,
    arnPrefix,
    call: (operation, verb, resource, doing) => ({
      operation,
      verb,
      resource,
      doing: `${doing} of REST API ${restApiId}`,
      arnPrefix,
      restApiId,
      region,
    }),
  };
};

/** `undefined` where the service says that the thing does not exist; an unknown REST API stays an error. */
export const undefinedWhenMissing = async <T>(answer: Promise<T>): Promise<T | undefined> => {
  try {
    return await answer;
  } catch (thrown) {
    const { name, message = "" } = thrown as { name?: string; message?: string };
    if (name === "NotFoundException" && !/API identifier/i.test(message)) return undefined;
    throw thrown;
  }
};

/** `undefined` where the role may not look: for reads that a run can do without. */
export const undefinedWhenDenied = async <T>(answer: Promise<T>): Promise<T | undefined> => {
  try {
    return await answer;
  } catch (thrown) {
    if (thrown instanceof ActionError && thrown.kind === "permission") return undefined;
    throw thrown;
  }
};
