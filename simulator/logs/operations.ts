import { randomUUID } from "node:crypto";
import type { JsonOperation } from "../aws/json-service.ts";
import { pageOf } from "../aws/pages.ts";
import { partitionOf } from "../aws/partition.ts";
import { ServiceError } from "../aws/service-error.ts";
import { createGroup, deliver } from "./delivery.ts";
import type { LogGroup, LogsWorld, Query } from "./model.ts";
import { readQuery } from "./query-language.ts";
import { type Located, maximumRows, runQuery } from "./query-run.ts";
import { invalidParameter, malformedQuery, noSuchGroup, noSuchQuery, notSimulated } from "./refusals.ts";

type StartQueryInput = {
  /** Seconds since 1970, both inclusive. */
  readonly startTime: number;
  readonly endTime: number;
  readonly queryString: string;
  readonly queryLanguage?: string;
  readonly limit?: number;
} & GroupsInput;

type GroupsInput = {
  readonly logGroupName?: string;
  readonly logGroupNames?: readonly string[];
  readonly logGroupIdentifiers?: readonly string[];
};

const usualRows = 1000;

const startQuery: JsonOperation<LogsWorld> = (input: StartQueryInput, world) => {
  deliver(world);
  const { startTime, endTime, queryString, queryLanguage = "CWLI", limit = usualRows } = input;
  if (queryLanguage !== "CWLI") throw notSimulated(`queries in ${queryLanguage}`);
  if (endTime < startTime) throw invalidParameter("End time should not be before start time.");
  if (limit < 1 || limit > maximumRows) throw invalidParameter(`limit must be between 1 and ${maximumRows}.`);
  const groups = groupNames(input).map((name) => requireGroup(world, name));
  checkPeriod(groups, endTime);
  const plan = readQuery(queryString);
  checkConcurrency(world);
  const events = eventsOf(groups, startTime * 1000, endTime * 1000);
  const query: Query = {
    id: randomUUID(),
    startedAt: world.clock.now(),
    found: (share) => runQuery(world, plan, events.slice(0, Math.floor(events.length * share)), limit),
  };
  world.queries.set(query.id, query);
  return { queryId: query.id };
};

/** The groups that a request asks about, by name. @throws ServiceError 400 */
export const groupNames = ({ logGroupName, logGroupNames, logGroupIdentifiers }: GroupsInput): readonly string[] => {
  const given = [logGroupName === undefined ? undefined : [logGroupName], logGroupNames, logGroupIdentifiers].filter(
    (names) => names !== undefined,
  );
  const names = given[0] ?? [];
  if (given.length !== 1 || names.length === 0) {
    throw invalidParameter("Exactly one of logGroupName, logGroupNames and logGroupIdentifiers must be given.");
  }
  if (names.length > 50) throw invalidParameter("At most 50 log groups can be queried.");
  return names.map((name) => (name.startsWith("arn:") ? (name.split(":")[6] ?? name) : name));
};

const requireGroup = ({ groups }: LogsWorld, name: string): LogGroup => {
  const group = groups.get(name);
  if (!group) throw noSuchGroup(name);
  return group;
};

/** What the service says to a time before there was anything to ask about. */
const checkPeriod = (groups: readonly LogGroup[], endTime: number): void => {
  if (groups.some(({ createdAt }) => Math.floor(createdAt / 1000) <= endTime)) return;
  throw malformedQuery(
    "Query's end date and time is either before the log groups creation time or exceeds the log groups log retention settings",
  );
};

/** A quota of the account (CloudWatch Logs quotas). */
const concurrentQueries = 100;

const checkConcurrency = (world: LogsWorld): void => {
  const running = [...world.queries.values()].filter((query) => isUnderWay(world, query));
  if (running.length < concurrentQueries) return;
  throw new ServiceError(400, "LimitExceededException", "Account maximum query concurrency limit has been reached.");
};

const eventsOf = (groups: readonly LogGroup[], from: number, until: number): Located[] =>
  groups
    .flatMap(({ name, events }) => events.map((event) => ({ group: name, event })))
    .filter(({ event }) => event.at >= from && event.at <= until);

const isUnderWay = ({ clock, queryMs }: LogsWorld, { startedAt, stoppedAt }: Query): boolean =>
  stoppedAt === undefined && clock.now() < startedAt + queryMs;

/** How a query stands, and which share of the events it has read. What a running query shows is not all. */
const progressOf = (world: LogsWorld, query: Query): readonly [status: string, share: number] => {
  const { startedAt, stoppedAt } = query;
  const elapsed = (stoppedAt ?? world.clock.now()) - startedAt;
  const share = elapsed >= world.queryMs ? 1 : elapsed / world.queryMs;
  if (stoppedAt !== undefined) return ["Cancelled", share];
  if (share >= 1) return ["Complete", 1];
  return share < 0.1 ? ["Scheduled", 0] : ["Running", share];
};

const requireQuery = ({ queries }: LogsWorld, id: string): Query => {
  const query = queries.get(id);
  if (!query) throw noSuchQuery();
  return query;
};

const getQueryResults: JsonOperation<LogsWorld> = (input, world) => {
  if (input.maxItems !== undefined || input.nextToken !== undefined) throw notSimulated("pages of query results");
  const query = requireQuery(world, input.queryId);
  const [status, share] = progressOf(world, query);
  const { rows, ...statistics } = query.found(share);
  return { queryLanguage: "CWLI", results: rows, statistics, status };
};

const stopQuery: JsonOperation<LogsWorld> = ({ queryId }, world) => {
  const query = requireQuery(world, queryId);
  if (!isUnderWay(world, query)) throw invalidParameter("The specified query is not running.");
  query.stoppedAt = world.clock.now();
  return { success: true };
};

type DescribeLogGroupsInput = {
  readonly logGroupNamePrefix?: string;
  readonly logGroupNamePattern?: string;
  readonly limit?: number;
  readonly nextToken?: string;
  readonly [other: string]: unknown;
};

const describeLogGroups: JsonOperation<LogsWorld> = (input: DescribeLogGroupsInput, world) => {
  const { logGroupNamePrefix, logGroupNamePattern, limit = 50, nextToken } = input;
  for (const member of ["accountIdentifiers", "includeLinkedAccounts", "logGroupIdentifiers"]) {
    if (input[member] !== undefined) throw notSimulated(`DescribeLogGroups with ${member}`);
  }
  if (logGroupNamePrefix !== undefined && logGroupNamePattern !== undefined) {
    throw invalidParameter("logGroupNamePrefix and logGroupNamePattern are mutually exclusive parameters.");
  }
  if (limit < 1 || limit > 50) throw invalidParameter("limit must be between 1 and 50.");
  deliver(world);
  const found = [...world.groups.values()]
    .filter(({ name }) => name.startsWith(logGroupNamePrefix ?? "") && name.includes(logGroupNamePattern ?? ""))
    .sort((one, other) => (one.name < other.name ? -1 : 1));
  const page = pageOf(found, limit, nextToken, "InvalidParameterException");
  return { logGroups: page.items.map((group) => groupAnswer(world, group)), nextToken: page.nextToken };
};

/** The group's ARN, without the `:*` that stands for its streams. */
export const groupArn = ({ region, accountId }: LogsWorld, name: string): string =>
  `arn:${partitionOf(region)}:logs:${region}:${accountId}:log-group:${name}`;

const groupAnswer = (world: LogsWorld, { name, createdAt, events }: LogGroup) => ({
  logGroupName: name,
  creationTime: Math.floor(createdAt),
  metricFilterCount: 0,
  arn: `${groupArn(world, name)}:*`,
  logGroupArn: groupArn(world, name),
  storedBytes: events.reduce((bytes, { message }) => bytes + Buffer.byteLength(message), 0),
  logGroupClass: "STANDARD",
});

const createLogGroup: JsonOperation<LogsWorld> = ({ logGroupName }: { logGroupName: string }, world) => {
  deliver(world);
  if (!/^[\w./#-]{1,512}$/.test(logGroupName)) throw invalidParameter("The log group name is not valid.");
  if (world.groups.has(logGroupName)) {
    throw new ServiceError(400, "ResourceAlreadyExistsException", "The specified log group already exists");
  }
  createGroup(world, logGroupName, world.clock.now());
};

const deleteLogGroup: JsonOperation<LogsWorld> = ({ logGroupName }: { logGroupName: string }, world) => {
  deliver(world);
  requireGroup(world, logGroupName);
  world.groups.delete(logGroupName);
};

export const logsOperations: Record<string, JsonOperation<LogsWorld>> = {
  StartQuery: startQuery,
  GetQueryResults: getQueryResults,
  StopQuery: stopQuery,
  DescribeLogGroups: describeLogGroups,
  CreateLogGroup: createLogGroup,
  DeleteLogGroup: deleteLogGroup,
};
