import { CloudWatchLogsClient, GetQueryResultsCommand, StartQueryCommand } from "@aws-sdk/client-cloudwatch-logs";
import { ActionError } from "../../domain/errors.ts";
import type { Connection } from "../client.ts";
import { failureOf } from "../failure.ts";
import { type Pacing, pause, read } from "../retry.ts";
import { type Call, callsTo } from "../translate.ts";
import { requireWholeAnswers } from "../whole-answer.ts";
import { type QueryResults, queryIdOf, queryResultsOf } from "./answers.ts";

/** A query of Logs Insights. Times in milliseconds since 1970; the service knows whole seconds, both inclusive. */
export type LogsQuery = {
  readonly groups: readonly string[];
  readonly query: string;
  readonly from: number;
  readonly until: number;
};

/** The CloudWatch Logs of the run's account and Region. Every method only reads, and throws ActionError and nothing else. */
export type Logs = {
  /** The rows of a query that has come to its end; `undefined` where one of the groups does not exist. */
  readonly query: (query: LogsQuery) => Promise<QueryResults["rows"] | undefined>;
};

type LogsSession = {
  readonly client: CloudWatchLogsClient;
  readonly pacing: Pacing;
  readonly readOptions: { readonly abortSignal: AbortSignal };
  readonly call: ReturnType<typeof callsTo>;
  readonly groupArn: (name: string) => string;
};

export const openLogs = (connection: Connection, restApiId: string, pacing: Pacing): Logs => {
  const client = new CloudWatchLogsClient(connection.settings);
  requireWholeAnswers(client, "CloudWatch Logs");
  const { region, partitionName } = connection;
  const session: LogsSession = {
    client,
    pacing,
    readOptions: { abortSignal: pacing.signal },
    groupArn: (name) => `arn:${partitionName}:logs:${region}:*:log-group:${name}:*`,
    call: callsTo("CloudWatch Logs", "logs", { restApiId, region }),
  };
  return { query: (query) => runQuery(session, query) };
};

/** Milliseconds between looks at a query, which takes a second or two; and how many looks there are. */
const PAUSE = 1000;
const LOOKS = 120;

const runQuery = async (session: LogsSession, query: LogsQuery): Promise<QueryResults["rows"] | undefined> => {
  const queryId = await startQuery(session, query);
  if (queryId === undefined) return undefined;
  const { client, pacing, readOptions, call } = session;
  const about = call({
    operation: "GetQueryResults",
    doing: `read the results of a query of ${query.groups.join(", ")}`,
    resource: "*",
  });
  for (let looks = 0; looks < LOOKS; looks += 1) {
    const { status, rows } = await read(about, pacing, () =>
      client.send(new GetQueryResultsCommand({ queryId }), readOptions).then(queryResultsOf),
    );
    if (status === "Complete") return rows;
    if (status !== "Scheduled" && status !== "Running" && status !== "Unknown") throw brokenOff(about, status);
    await pause(PAUSE, about, pacing, "no");
  }
  throw brokenOff(about, `still at work after ${(LOOKS * PAUSE) / 1000} s`);
};

/** Asking twice finds the same twice. A group that does not exist fails the whole query. */
const startQuery = async (
  { client, pacing, readOptions, call, groupArn }: LogsSession,
  { groups, query, from, until }: LogsQuery,
): Promise<string | undefined> => {
  const about = call({
    operation: "StartQuery",
    doing: `query the log groups ${groups.join(", ")}`,
    resource: groupArn(groups[0] ?? ""),
  });
  const start = new StartQueryCommand({
    logGroupNames: [...groups],
    startTime: Math.floor(from / 1000),
    endTime: Math.floor(until / 1000),
    queryString: query,
  });
  return read(about, pacing, async () => {
    try {
      return queryIdOf(await client.send(start, readOptions));
    } catch (thrown) {
      if (failureOf(thrown).name === "ResourceNotFoundException") return undefined;
      throw thrown;
    }
  });
};

const brokenOff = ({ doing }: Call, status: string): ActionError =>
  new ActionError({
    code: "UPSTREAM",
    doing,
    happened: `CloudWatch Logs says of the query: ${status}.`,
    acted: "no",
  });
