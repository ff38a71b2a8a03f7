import { connect } from "../aws/client.ts";
import type { CloudTrail } from "../aws/cloudtrail/cloudtrail.ts";
import type { CloudWatch } from "../aws/cloudwatch/cloudwatch.ts";
import type { Gateway } from "../aws/gateway.ts";
import { keepSecret } from "../aws/keep-secret.ts";
import type { FunctionPolicies } from "../aws/lambda/function-policies.ts";
import type { Logs } from "../aws/logs/logs.ts";
import { openGateway, openGatewayOf } from "../aws/open-gateway.ts";
import { openPacer, type Pacer } from "../aws/pacer.ts";
import { pacingOf } from "../aws/retry.ts";
import type { RestApi } from "../domain/stage.ts";
import type { World } from "../domain/world.ts";
import type { Request } from "../inputs/request.ts";
import type { GitHubSide } from "./github-side.ts";

/** What a command observes and writes through. */
export type Session = {
  readonly world: World;
  readonly gateway: Gateway;
  /** Another API of the same account and Region, of a kind that the same input could name. Rejects with ActionError. */
  readonly gatewayTo: (restApiId: string) => Promise<Gateway>;
  /** One that was listed. */
  readonly gatewayOf: (api: RestApi) => Promise<Gateway>;
  /** Few runs ask CloudWatch, and the others do not load what it takes. */
  readonly cloudWatch: () => Promise<CloudWatch>;
  /** The same of CloudWatch Logs. */
  readonly logs: () => Promise<Logs>;
  /** Only a status asks it; as above. */
  readonly cloudTrail: () => Promise<CloudTrail>;
  /** For what must be put in order though the run is cancelled, within so many milliseconds from now. */
  readonly finishing: (milliseconds: number) => Promise<Gateway>;
  /** Only for what invokes functions; as above. */
  readonly functionPolicies: () => Promise<FunctionPolicies>;
  readonly github: GitHubSide;
  /** For the log. */
  readonly credentialsFrom: string | undefined;
  /** Spaces a long series of reads out: waits until so many requests may start. */
  readonly turn: Pacer["turn"];
  /** Rejects with ActionError for the credentials of another account than the expected one. */
  readonly rightAccount: Promise<void>;
  /** Resolves when AWS has been asked for something. */
  readonly asked: Promise<void>;
};

/** Throws ActionError where the job lacks what a connection to AWS needs. */
export const openSession = async (request: Request, github: GitHubSide, world: World): Promise<Session> => {
  const connection = keepSecret(await connect(world), world.secrets);
  const pacing = pacingOf(world);
  const { restApiId, apiGivenAs: givenAs, expectedAccountId } = request;
  const gatewayTo = (id: string): Promise<Gateway> => openGateway(connection, { id, givenAs }, pacing);
  const rightAccount =
    expectedAccountId === undefined
      ? Promise.resolve()
      : import(/* webpackChunkName: "aside" */ "../aws/account.ts").then(({ requireAccount }) =>
          requireAccount(connection, expectedAccountId, restApiId, pacing),
        );
  // Awaited with all that is observed; in another account nothing is found, which would say less.
  rightAccount.catch(() => {});
  const gateway = await gatewayTo(restApiId).catch(async (thrown: unknown) => {
    await rightAccount;
    throw thrown;
  });
  return {
    world,
    github,
    credentialsFrom: connection.credentialsFrom,
    turn: openPacer(pacing).turn,
    gateway,
    gatewayTo,
    gatewayOf: (api) => openGatewayOf(connection, api, pacing),
    finishing: (milliseconds) => {
      const signal = AbortSignal.timeout(milliseconds);
      return openGatewayOf(connection, { id: restApiId, kind: gateway.kind }, { ...pacing, signal });
    },
    cloudWatch: once(async () => {
      const { openCloudWatch } = await import(/* webpackChunkName: "services" */ "../aws/cloudwatch/cloudwatch.ts");
      return openCloudWatch(connection, restApiId, pacing);
    }),
    logs: once(async () => {
      const { openLogs } = await import(/* webpackChunkName: "services" */ "../aws/logs/logs.ts");
      return openLogs(connection, restApiId, pacing);
    }),
    cloudTrail: once(async () => {
      const { openCloudTrail } = await import(/* webpackChunkName: "services" */ "../aws/cloudtrail/cloudtrail.ts");
      return openCloudTrail(connection, restApiId, pacing);
    }),
    functionPolicies: once(async () => {
      const { openFunctionPolicies } = await import(
        /* webpackChunkName: "services" */ "../aws/lambda/function-policies.ts"
      );
      return openFunctionPolicies(connection, restApiId, pacing, world.environment);
    }),
    rightAccount,
    asked: connection.settings.requestHandler.asked,
  };
};

/** Opens it for who asks first. */
const once = <T>(open: () => Promise<T>): (() => Promise<T>) => {
  let opened: Promise<T> | undefined;
  return () => {
    opened ??= open();
    return opened;
  };
};

/**
 * Observes, with the check of the account beside it. In another account nothing is found, which would say less than that
 * it is another.
 */
export const observeIn = async <T>(session: Session, observe: (session: Session) => Promise<T>): Promise<T> => {
  const [account, observed] = await Promise.allSettled([session.rightAccount, observe(session)]);
  if (account.status === "rejected") throw account.reason;
  if (observed.status === "rejected") throw observed.reason;
  return observed.value;
};
