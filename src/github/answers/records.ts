import * as z from "zod/mini";
import type { RecordPayload } from "../../domain/github-record.ts";
import { anObject, anything, checked, commitId, id, ifReadable, type Listed, listed, time } from "./checked.ts";

/** The `kind` in the payload of all records of ours. */
export const KIND = "apigw-stage-action";

const text = z.catch(z.string(), "");
const count = z.int().check(z.nonnegative());

const payload = z.looseObject({
  kind: z.literal(KIND),
  "rest-api-id": text,
  "stage-name": text,
  "pull-request": z.catch(z.optional(id), undefined),
  "run-id": text,
  "run-attempt": z.catch(count, 0),
  nonce: text,
  command: text,
  "deployment-id": text,
  "previous-deployment-id": text,
  actor: text,
});

/** The payload of a record of ours, or `undefined`. REST gives an object, GraphQL JSON text (of an object or of text). */
export const parsePayload = (value: unknown): RecordPayload | undefined => {
  const members = ifReadable(payload, unwrap(value));
  return (
    members && {
      restApiId: members["rest-api-id"],
      stageName: members["stage-name"],
      pullRequest: members["pull-request"],
      runId: members["run-id"],
      runAttempt: members["run-attempt"],
      nonce: members.nonce,
      command: members.command,
      deploymentId: members["deployment-id"],
      previousDeploymentId: members["previous-deployment-id"],
      actor: members.actor,
    }
  );
};

const unwrap = (value: unknown, depth = 0): unknown => {
  if (typeof value !== "string" || depth > 1) return value;
  try {
    return unwrap(JSON.parse(value), depth + 1);
  } catch {
    return undefined;
  }
};

/** REST, "Create a deployment". Throws UnreadableAnswer. */
export const readCreatedRecord = (value: unknown): number =>
  checked(z.looseObject({ id }), value, "a deployment with an id").id;

const restRecord = z.pipe(
  z.looseObject({ id, node_id: z.string(), payload: anything }),
  z.transform(({ id, node_id, payload: given }) => ({ id, nodeId: node_id, payload: parsePayload(given) })),
);

export type ReadRestRecord = z.output<typeof restRecord>;

/** REST, "List deployments". Throws UnreadableAnswer. */
export const readRestRecords = (value: unknown): Listed<ReadRestRecord> =>
  listed(restRecord, value, "a list of deployments");

/** REST, "List deployment statuses": the state of the first. `undefined` where there is none. Throws UnreadableAnswer. */
export const readNewestState = (value: unknown): string | undefined => {
  const [newest] = checked(z.array(z.unknown()), value, "a list of statuses");
  return newest === undefined ? undefined : checked(z.looseObject({ state: z.string() }), newest, "a status").state;
};

/** REST, "Get a check run": the deployment that GitHub made for its job. Throws UnreadableAnswer. */
export const readJobDeployment = (
  value: unknown,
  checkRunId: number,
): { readonly id: number; readonly environment: string } | undefined => {
  const deployment = z.looseObject({ id, environment: z.string() });
  const run = checked(
    z.looseObject({ id: z.literal(checkRunId), deployment: z.nullish(deployment) }),
    value,
    "a check run",
  );
  return run.deployment ? { id: run.deployment.id, environment: run.deployment.environment } : undefined;
};

/** GraphQL's logins of bots lack the `[bot]` that `viewer` and REST have. Empty where nothing is told. */
const creator = z.catch(
  z.pipe(
    z.looseObject({ __typename: z.string(), login: z.string().check(z.minLength(1)) }),
    z.transform(({ __typename, login }) => (__typename === "Bot" ? `${login}[bot]` : login)),
  ),
  "",
);

const graphStatus = z.looseObject({
  description: text,
  logUrl: text,
  creator,
});
export type ReadStatus = z.output<typeof graphStatus>;

const graphRecord = z.pipe(
  z.looseObject({
    id: z.string().check(z.minLength(1)),
    databaseId: z.catch(z.optional(id), undefined),
    // Nullable by the schema; a state that is not told is one that nobody knows.
    state: text,
    createdAt: time,
    payload: anything,
    creator,
    commitOid: z.catch(commitId, ""),
    latestStatus: anything,
    statuses: anything,
  }),
  z.transform(({ id: nodeId, databaseId, payload: given, latestStatus, statuses, ...rest }) => ({
    nodeId,
    id: databaseId,
    state: rest.state,
    createdAt: rest.createdAt,
    creator: rest.creator,
    commit: rest.commitOid,
    payload: parsePayload(given),
    statuses: statusesOf(statuses, latestStatus),
  })),
);

/** Newest first: as many as were asked for, or the latest alone, if there is one. */
const statusesOf = (statuses: unknown, latest: unknown): Listed<ReadStatus> => {
  const single = latest === undefined || latest === null ? [] : [latest];
  const nodes = ifReadable(anObject, statuses)?.["nodes"];
  return listed(graphStatus, Array.isArray(nodes) ? nodes : single, "a list of statuses");
};

export type ReadRecord = z.output<typeof graphRecord>;

export type ReadRecordPage = Listed<ReadRecord> & {
  /** Where the next page begins; `undefined` at the end, or where it was not asked. */
  readonly next: string | undefined;
};

const page = z.looseObject({
  nodes: anything,
  pageInfo: z
    .looseObject({ hasNextPage: z.boolean(), endCursor: z.nullable(z.string()) })
    .check(z.refine(({ hasNextPage, endCursor }) => !hasNextPage || Boolean(endCursor))),
});

/** GraphQL, `DeploymentConnection`. Throws UnreadableAnswer. */
export const readRecordPage = (value: unknown): ReadRecordPage => {
  const { nodes, pageInfo } = checked(page, value, "a page of deployments");
  const next = pageInfo.hasNextPage ? (pageInfo.endCursor ?? undefined) : undefined;
  const { entries, leftOut } = listed(graphRecord, nodes, "a list of deployments");
  const statuses = entries.reduce((sum, record) => sum + record.statuses.leftOut, 0);
  return { entries, leftOut: leftOut + statuses, next };
};
