import type { Gateway } from "../aws/rest-api/gateway.ts";
import type { Deployment, Stage } from "../domain/stage.ts";
import { type NewestRecords, readNewestRecords } from "../github/newest-records.ts";
import type { StatusRequest } from "../inputs/status-request.ts";
import type { ApiSeen, StatusObserved } from "./observed.ts";
import type { GitHubSide, Session } from "./session.ts";

/** Reads what `status` tells. Throws ActionError for what AWS refuses; what GitHub refuses is not known. */
export const observeStatus = async (request: StatusRequest, session: Session): Promise<StatusObserved> => {
  const { gateway, github, world } = session;
  const [looked, records] = await Promise.all([observeApi(request, session, gateway), observeRecords(github)]);
  return {
    place: gateway.place,
    now: world.clock.now(),
    apis: [{ ...looked, records: recordsOf(looked, records) }],
    recordsUnknown: records.unknown,
    warnings: records.warnings,
  };
};

const observeApi = async (
  { details }: StatusRequest,
  session: Session,
  gateway: Gateway,
): Promise<Omit<ApiSeen, "records">> => {
  const [api, stages, deployments, draft] = await Promise.all([
    gateway.getRestApi(),
    gateway.getStages(),
    gateway.getDeployments(),
    details ? gateway.getDraft() : undefined,
  ]);
  // Without a draft there is nothing to compare.
  const served = draft === undefined ? new Map() : await observeServed(stages, session, gateway);
  return { api, stages, deployments, draft, served };
};

/** What the stages and their canaries are on, with the routes. */
const observeServed = async (
  stages: readonly Stage[],
  { turn }: Session,
  gateway: Gateway,
): Promise<ReadonlyMap<string, Deployment>> => {
  const ids = stages.flatMap(({ deploymentId, canary }) =>
    canary ? [deploymentId, canary.deploymentId] : [deploymentId],
  );
  const found = await Promise.all(
    [...new Set(ids)].map(async (id) => {
      await turn();
      return gateway.getDeployment(id, true);
    }),
  );
  return new Map(found.flatMap((deployment) => (deployment === undefined ? [] : [[deployment.id, deployment]])));
};

type RecordsSeen = {
  readonly of: NewestRecords;
  readonly unknown: string | undefined;
  readonly warnings: readonly string[];
};

const NONE: NewestRecords = () => [];

const observeRecords = async ({ client }: GitHubSide): Promise<RecordsSeen> => {
  if (client === undefined) return { of: NONE, unknown: "there is no github-token", warnings: [] };
  const told = await readNewestRecords(client);
  return "trouble" in told
    ? { of: NONE, unknown: "GitHub's records could not be read", warnings: [told.trouble] }
    : { of: told, unknown: undefined, warnings: [] };
};

const recordsOf = ({ api, stages }: Pick<ApiSeen, "api" | "stages">, records: RecordsSeen): ApiSeen["records"] =>
  new Map(stages.map(({ name }) => [name, records.of({ restApiId: api.id, stageName: name })]));
