import type { APIGatewayClient } from "@aws-sdk/client-api-gateway";
import { ActionError } from "../domain/errors.ts";
import type { Connection } from "./client.ts";
import { failureOf } from "./failure.ts";
import { openPacer, type Pacer } from "./pacer.ts";
import type { Page } from "./pages.ts";
import { restApi } from "./rest-api/kind.ts";
import { isSlow, type Pacing } from "./retry.ts";
import type { Call } from "./translate.ts";
import { UnreadableAnswer } from "./unreadable-answer.ts";

/** What every request about one API needs. */
export type Session<Client = APIGatewayClient> = {
  readonly client: Client;
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
  /** As in the API's ARN: `/restapis/ID`, `/apis/ID`. */
  readonly path: string;
  /** `arn:aws:apigateway:eu-central-1::`. API Gateway's ARNs have no account. */
  readonly arnPrefix: string;
  /** Describes a request to the API; `resource` is its path, as in IAM's ARNs. */
  readonly call: (operation: string, verb: Call["verb"], resource: string, doing: string) => Call;
  /** Describes a read of something beside the API, which `doing` names whole. */
  readonly callBeside: (operation: string, resource: string, doing: string) => Call;
};

export const openSession = (connection: Connection, restApiId: string, pacing: Pacing): Session =>
  openSessionOf(
    { client: connection.client, kindName: restApi.name, root: "/restapis" },
    connection,
    restApiId,
    pacing,
  );

/** What tells the kinds of APIs apart. `root`: what is before the API's id in its ARN. */
type Subject<Client> = { readonly client: Client; readonly kindName: string; readonly root: string };

export const openSessionOf = <Client>(
  { client, kindName, root }: Subject<Client>,
  { settings, region, partitionName, timeouts }: Connection,
  restApiId: string,
  pacing: Pacing,
): Session<Client> => {
  const arnPrefix = `arn:${partitionName}:apigateway:${region}::`;
  const about = { arnPrefix, restApiId, region, kindName };
  return {
    client,
    settings,
    restApiId,
    region,
    pacing,
    pacer: openPacer(pacing),
    readOptions: { abortSignal: pacing.signal },
    writeOptions: (call) => (isSlow(call) ? { requestTimeout: timeouts.slow } : {}),
    path: `${root}/${restApiId}`,
    arnPrefix,
    call: (operation, verb, resource, doing) => ({
      operation,
      verb,
      resource,
      doing: `${doing} of ${kindName} ${restApiId}`,
      ...about,
    }),
    callBeside: (operation, resource, doing) => ({ operation, verb: "GET", resource, doing, ...about }),
  };
};

/** The same for reads that must be over, with all their tries, so many milliseconds from now. */
export const limitedTo = <Client>(milliseconds: number, session: Session<Client>): Session<Client> => {
  const signal = AbortSignal.any([session.pacing.signal, AbortSignal.timeout(milliseconds)]);
  return { ...session, pacing: { ...session.pacing, signal }, readOptions: { abortSignal: signal } };
};

/**
 * `undefined` where the service says that the thing does not exist. An unknown API stays an error, as far as the
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

/** A list that is not there (any more) is empty. */
export const emptyWhenMissing = async <T>(page: Promise<Page<T>>): Promise<Page<T>> =>
  (await undefinedWhenMissing(page)) ?? { items: [], position: undefined };

/** `undefined` where the role may not look: for reads that a run can do without. */
export const undefinedWhenDenied = async <T>(answer: Promise<T>): Promise<T | undefined> => {
  try {
    return await answer;
  } catch (thrown) {
    if (thrown instanceof ActionError && thrown.kind === "permission") return undefined;
    throw thrown;
  }
};
