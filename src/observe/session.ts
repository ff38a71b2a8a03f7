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
import { commentMarker } from "../domain/comment-marker.ts";
import type { RestApi } from "../domain/stage.ts";
import type { World } from "../domain/world.ts";
import { connectGitHub, connectionIn, type GitHubClient } from "../github/client.ts";
import { type GitHubObserved, NOTHING_OBSERVED, observeGitHub } from "../github/observe.ts";
import type { GitHubQuestion } from "../github/observing-query.ts";
import { isStageRequest, type Request, type StageRequest } from "../inputs/request.ts";
import { type Environments, environmentsOf } from "./environment.ts";

/** What a run talks to GitHub with, and what GitHub has told at its beginning. */
export type GitHubSide = {
  /** `undefined` without a token. */
  readonly client: GitHubClient | undefined;
  /** Never rejects: what GitHub refuses is a warning. */
  readonly observed: Promise<GitHubObserved>;
  /** Known as soon as GitHub has told whether the job has an environment of its own. */
  readonly environments: Promise<Environments>;
};

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
  /** Spaces a long series of reads out: waits until so many requests may start. */
  readonly turn: Pacer["turn"];
  /** Rejects with ActionError for the credentials of another account than the expected one. */
  readonly rightAccount: Promise<void>;
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
      : import(/* webpackChunkName: "story" */ "../aws/account.ts").then(({ requireAccount }) =>
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

/** Begins to look at once: what GitHub tells is needed for reporting, whatever becomes of AWS. */
export const openGitHub = (request: Request, world: World): GitHubSide => {
  const client = clientFor(request, world);
  const observed =
    client !== undefined && isStageRequest(request)
      ? observeGitHub(client, questionOf(request))
      : Promise.resolve(NOTHING_OBSERVED);
  return { client, observed, environments: observed.then((told) => environmentsOf(request, told)) };
};

/** `undefined` without a token. */
export const clientFor = (
  { githubToken, run }: Pick<Request, "githubToken" | "run">,
  world: World,
): GitHubClient | undefined => {
  if (githubToken === "") return undefined;
  const { apiUrl, repository } = run;
  return connectGitHub({ token: githubToken, apiUrl, repository, ...connectionIn(world) });
};

/** Whether GitHub is to tell the pull request's base commit; an event of the pull request tells it itself. */
const needsBase = (request: StageRequest): boolean =>
  request.command === "deploy" &&
  request.routes?.compareWith.kind === "base" &&
  request.run.event.kind !== "pull-request";

/** Whether the GitHub deployment that GitHub made for the job matters: as the record, or for its environment. */
const wantsOwnDeployment = (request: StageRequest): boolean => {
  const { githubDeployment, dryRun, environmentIsGiven } = request;
  const isGated = request.command === "promote" && request.gate !== "off";
  if (dryRun) return !environmentIsGiven && isGated;
  return githubDeployment === "auto" || (!environmentIsGiven && (githubDeployment === "always" || isGated));
};

/** What a run asks GitHub at its beginning. */
export const questionOf = (request: StageRequest): GitHubQuestion => {
  const { run, pullRequest, comment, githubDeployment, dryRun, restApiId, stageName } = request;
  const byCommit = "sha" in run.event ? { headCommit: run.event.sha } : undefined;
  const wantsRecords = githubDeployment !== "never" && !dryRun && request.command !== "delete";
  return {
    restApiId,
    stageName,
    environment: request.environment,
    environmentIsGiven: request.environmentIsGiven,
    checkRunId: wantsOwnDeployment(request) ? request.checkRunId : undefined,
    pullRequest:
      comment || needsBase(request) ? (pullRequest === undefined ? byCommit : { number: pullRequest }) : undefined,
    commentMarker: comment ? commentMarker(restApiId, stageName) : undefined,
    records: request.command === "rollback" ? "with-history" : wantsRecords ? "newest" : "none",
  };
};
