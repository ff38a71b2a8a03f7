import type { Gateway } from "../aws/gateway.ts";
import { withoutDark } from "../domain/dark-stage.ts";
import { ActionError } from "../domain/errors.ts";
import {
  type ApiUnseen,
  type Deployment,
  newestServedAt,
  type RestApi,
  type Stage,
  servedIds,
} from "../domain/stage.ts";
import type { NewestRecords } from "../github/newest-records.ts";
import { ALL, type StatusRequest } from "../inputs/status-request.ts";
import type { GitHubSide } from "./github-side.ts";
import type { ApiSeen, StatusObserved } from "./observed.ts";
import type { Session } from "./session.ts";

/** Reads what `status` tells. Throws ActionError for what AWS refuses; what GitHub refuses is not known. */
export const observeStatus = async (request: StatusRequest, session: Session): Promise<StatusObserved> => {
  const { gateway, github, world } = session;
  const [looked, records, usagePlans] = await Promise.all([
    request.restApiId === ALL ? observeAll(request, session) : observeOne(request, session),
    observeRecords(github),
    // The account's: once for all APIs.
    wantsPlans(request) && gateway.kind.lacks["usage-plans"] === undefined ? gateway.getUsagePlans() : undefined,
  ]);
  const changes = await observeChanges(looked, session);
  return {
    ...(await github.environments),
    place: gateway.place,
    stages: looked.flatMap((api) => ("because" in api ? [] : api.stages)),
    records: [],
    served: [],
    now: world.clock.now(),
    changes,
    usagePlans,
    apis: looked.map((api) => ("because" in api ? api : { ...api, records: recordsOf(api, records) })),
    recordsUnknown: records.unknown,
    warnings: records.warnings,
  };
};

/** Without details only where they are declared. */
const wantsPlans = ({ details, settingsFile = {} }: StatusRequest): boolean =>
  details ||
  [settingsFile.defaults, ...Object.values(settingsFile.stages ?? {})].some(
    (layer) => (layer?.["usage-plans"] ?? []).length > 0,
  );

type Looked = Omit<ApiSeen, "records">;

const observeOne = async (request: StatusRequest, session: Session): Promise<readonly Looked[]> => {
  const { gateway } = session;
  const [api, parts] = await Promise.all([gateway.getApi(), observeApi(request, session, gateway)]);
  return [{ api, ...parts }];
};

/** APIs between two words about how far it is. */
const PROGRESS_EVERY = 25;

/** One after the other: the rate is the whole account's, and half of it is left to others. */
const observeAll = async (request: StatusRequest, session: Session): Promise<readonly (Looked | ApiUnseen)[]> => {
  const apis = await session.gateway.getApis();
  const looked: (Looked | ApiUnseen)[] = [];
  for (const [index, api] of apis.entries()) {
    looked.push("because" in api ? api : await observeInTurn(api, request, session));
    const done = index + 1;
    if (done % PROGRESS_EVERY === 0 && done < apis.length) {
      session.world.log.info(`Looked at ${done} of ${apis.length} APIs.`);
    }
  }
  return looked;
};

const observeInTurn = async (api: RestApi, request: StatusRequest, session: Session): Promise<Looked | ApiUnseen> => {
  // Its stages and its deployments; its draft and its quota, which takes two.
  await session.turn(request.details ? 5 : 2);
  return observeUnlessRefused(api, request, session);
};

/** What keeps one from being looked at says nothing of the others, unless it ends the whole run. */
const observeUnlessRefused = async (
  api: RestApi,
  request: StatusRequest,
  session: Session,
): Promise<Looked | ApiUnseen> => {
  try {
    return { api, ...(await observeApi(request, session, await session.gatewayOf(api))) };
  } catch (thrown) {
    if (!(thrown instanceof ActionError) || ENDING.includes(thrown.kind)) throw thrown;
    return {
      api,
      because: thrown.code === "UNKNOWN_API" ? "it was deleted meanwhile" : `${thrown.code}: ${thrown.happened}`,
    };
  }
};

const ENDING: readonly string[] = ["cancelled", "credentials", "bug"];

const observeApi = async (
  { details }: StatusRequest,
  session: Session,
  gateway: Gateway,
): Promise<Omit<Looked, "api">> => {
  const [stages, deployments, draft, stageQuota] = await Promise.all([
    gateway.getStages(),
    gateway.getDeployments(),
    details ? gateway.getDraft() : undefined,
    details ? gateway.getStageQuota() : undefined,
  ]);
  // Without a draft there is nothing to compare.
  const served = draft === undefined ? new Map() : await observeServed(stages, session, gateway);
  return { stages, deployments, draft, stageQuota, served };
};

/** What the stages and their canaries are on, with the routes. */
const observeServed = async (
  stages: readonly Stage[],
  { turn }: Session,
  gateway: Gateway,
): Promise<ReadonlyMap<string, Deployment>> => {
  const found = await Promise.all(
    servedIds(stages).map(async (id) => {
      await turn();
      return gateway.getDeployment(id, true);
    }),
  );
  return new Map(found.flatMap((deployment) => (deployment === undefined ? [] : [[deployment.id, deployment]])));
};

/**
 * Once for all APIs, because the trail is the account's: since the newest deployments that they serve were made. Few
 * roles may look at it.
 */
const observeChanges = async (
  looked: readonly (Looked | ApiUnseen)[],
  { cloudTrail, world }: Session,
): Promise<StatusObserved["changes"]> => {
  const compared = looked.flatMap((api) => ("because" in api || api.draft === undefined ? [] : [api]));
  const times = compared.flatMap(
    ({ api, stages, deployments }) => newestServedAt(withoutDark(stages, api.id), deployments) ?? [],
  );
  const operations = [...new Set(compared.flatMap(({ api }) => api.kind.draftCalls))];
  if (times.length === 0) return undefined;
  try {
    return await (await cloudTrail()).draftChanges(operations, Math.min(...times), world.clock.now());
  } catch (thrown) {
    if (!(thrown instanceof ActionError) || ENDING.includes(thrown.kind)) throw thrown;
    return {
      because:
        thrown.kind === "permission"
          ? "the role may not look up audit events (cloudtrail:LookupEvents on *)"
          : `the audit trail could not be read, ${thrown.code}: ${thrown.happened}`,
    };
  }
};

type RecordsSeen = {
  readonly of: NewestRecords;
  readonly unknown: string | undefined;
  readonly warnings: readonly string[];
};

const NONE: NewestRecords = () => [];

const observeRecords = async ({ client }: GitHubSide): Promise<RecordsSeen> => {
  if (client === undefined) return { of: NONE, unknown: "there is no github-token", warnings: [] };
  const { readNewestRecords } = await import(/* webpackChunkName: "story" */ "../github/newest-records.ts");
  const told = await readNewestRecords(client);
  return "trouble" in told
    ? { of: NONE, unknown: "GitHub's records could not be read", warnings: [told.trouble] }
    : { of: told, unknown: undefined, warnings: [] };
};

const recordsOf = ({ api, stages }: Pick<ApiSeen, "api" | "stages">, records: RecordsSeen): ApiSeen["records"] =>
  new Map(stages.map(({ name }) => [name, records.of({ restApiId: api.id, stageName: name })]));
