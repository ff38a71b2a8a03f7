import type { APIGatewayClient } from "@aws-sdk/client-api-gateway";
import { ActionError } from "../domain/errors.ts";
import type { Connection } from "./client.ts";
import { failureOf } from "./failure.ts";
import { openPacer, type Pacer } from "./pacer.ts";
import { isSlow, type Pacing } from "./retry.ts";
import type { Call } from "./translate.ts";
import { UnreadableAnswer } from "./unreadable-answer.ts";

/** What every request about one REST API needs. */
export type Session = {
  readonly client: APIGatewayClient;
  /** For a client of another service. */
  readonly settings: Connection["settings"];
  readonly restApiId: string;
  readonly region: string;
  readonly pacing: Pacing;
  /** One for all long series of requests, which share the account's rate. */
  readonly pacer: Pacer;
  /** For reads, which a cancelled run drops. A write goes on until it is answered. */
  readonly readOptions: { readonly abortSignal: AbortSignal };
  /** For writes: what is known to take long gets the time for it. */
  readonly writeOptions: (call: Call) => { readonly requestTimeout?: number };
  /** `/restapis/ID`. */
  readonly path: string;
  /** `arn:aws:apigateway:eu-central-1::`. API Gateway's ARNs have no account. */
  readonly arnPrefix: string;
  /** Describes a request to the REST API; `resource` is its path, as in IAM's ARNs. */
  readonly call: (operation: string, verb: Call["verb"], resource: string, doing: string) => Call;
  /** Describes a read of something beside the REST API, which `doing` names whole. */
  readonly callBeside: (operation: string, resource: string, doing: string) => Call;
};

export const openSession = (connection: Connection, restApiId: string, pacing: Pacing): Session => {
  const { client, settings, region, partitionName, timeouts } = connection;
  const arnPrefix = `arn:${partitionName}:apigateway:${region}::`;
  const about = { arnPrefix, restApiId, region };
  return {
    client,
    settings,
    restApiId,
    region,
    pacing,
    pacer: openPacer(pacing),
    readOptions: { abortSignal: pacing.signal },
    writeOptions: (call) => (isSlow(call) ? { requestTimeout: timeouts.slow } : {}),
    path: `/restapis/${restApiId}`,
    arnPrefix,
    call: (operation, verb, resource, doing) => ({
      operation,
      verb,
      resource,
      doing: `${doing} of REST API ${restApiId}`,
      ...about,
    }),
    callBeside: (operation, resource, doing) => ({ operation, verb: "GET", resource, doing, ...about }),
  };
};

/** The same for reads that must be over, with all their tries, so many milliseconds from now. */
export const limitedTo = (milliseconds: number, session: Session): Session => {
  const signal = AbortSignal.any([session.pacing.signal, AbortSignal.timeout(milliseconds)]);
  return { ...session, pacing: { ...session.pacing, signal }, readOptions: { abortSignal: signal } };
};

/**
 * `undefined` where the service says that the thing does not exist. An unknown REST API stays an error, as far as the
 * service's words tell the two apart; nothing else does.
 */
export const undefinedWhenMissing = async <T>(answer: Promise<T>): Promise<T | undefined> => {
  try {
    return await answer;
  } catch (thrown) {
    const { status, message } = failureOf(thrown);
    const isTheirs = !(thrown instanceof UnreadableAnswer);
    if (status === 404 && isTheirs && !/API identifier/i.test(message)) return undefined;
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
