import type { Logs } from "../aws/logs/logs.ts";
import { type AccessLogFields, logGroupOf, readAccessLogFormat } from "../domain/access-log.ts";
import type { Measured } from "../domain/health.ts";
import type { Canary, Stage } from "../domain/stage.ts";

/**
 * What access logs tell of the two sides. The stage's group is asked together with its `/Canary`, to which the canary's
 * lines go. Whether they are in the stage's own group, too, is not documented: they are taken from one of the two.
 */
export type LogQuestion = {
  readonly stage: Stage;
  readonly canary: Canary;
  readonly restApiId: string;
  readonly from: number;
  readonly until: number;
};

export type LogAnswer =
  | {
      readonly kind: "counted";
      readonly source: string;
      readonly canary: Measured;
      readonly base: Measured;
      readonly gaps: readonly string[];
    }
  /** `because`: a whole sentence. */
  | { readonly kind: "nothing"; readonly because: string };

/** Throws ActionError where the logs cannot be read. */
export const readAccessLogs = async (question: LogQuestion, logs: () => Promise<Logs>): Promise<LogAnswer> => {
  const { accessLog } = question.stage.settings;
  if (accessLog?.destinationArn === undefined || accessLog.format === undefined) {
    return nothing(
      "The stage has no access logs, which alone tell a canary from its base (settings: logging.access-log-arn).",
    );
  }
  const group = logGroupOf(accessLog.destinationArn);
  if (group === undefined) return nothing("The access logs go to a Firehose stream, which nobody can query.");
  const reading = readAccessLogFormat(accessLog.format);
  if (reading.kind === "unfit") {
    return nothing(
      `The access logs do not tell a canary from its base: ${reading.because} (settings: logging.access-log-format).`,
    );
  }
  return count(question, group, reading.fields, await logs());
};

const nothing = (because: string): LogAnswer => ({ kind: "nothing", because });

type Rows = readonly Readonly<Record<string, string>>[];

const count = async (question: LogQuestion, group: string, fields: AccessLogFields, logs: Logs): Promise<LogAnswer> => {
  const { from, until } = question;
  const ask = async (groups: readonly string[]): Promise<readonly [Rows, Rows] | undefined> => {
    const by = [
      "@log",
      ...[fields.isCanary, fields.deployment].flatMap((field) => (field === undefined ? [] : [named(field)])),
    ];
    const those = filterOf(question, fields);
    const counting = `${those}stats count(*) as requests by ${[...by, named(fields.status)].join(", ")}`;
    const timing = fields.latency && `${those}stats pct(${named(fields.latency)}, 95) as p95 by ${by.join(", ")}`;
    const [counts, times] = await Promise.all([
      logs.query({ groups, query: counting, from, until }),
      timing === undefined ? [] : logs.query({ groups, query: timing, from, until }),
    ]);
    return counts && times && [counts, times];
  };
  const both = [group, `${group}${CANARY}`];
  const told = await ask(both);
  const alone = told ?? (await ask([group]));
  if (alone === undefined) return nothing(`The log group ${group} does not exist.`);
  const [counts, times] = alone;
  if (!areCounts(counts, fields) || !areTimes(times)) return nothing(`What was counted in ${group} cannot be read.`);
  const side = (isCanary: boolean): Measured => measured({ counts, times }, fields, question, isCanary);
  return {
    kind: "counted",
    source: `access logs ${(told === undefined ? [group] : both).join(", ")}`,
    canary: side(true),
    base: side(false),
    gaps:
      told === undefined
        ? [`There is no log group ${group}${CANARY}: a canary's lines are looked for in ${group} alone.`]
        : [],
  };
};

const CANARY = "/Canary";

/** Fields with other characters than these must stand in backticks (User Guide, "CloudWatch Logs Insights syntax"). */
const named = (field: string): string => (/^[A-Za-z0-9.@]+$/.test(field) ? field : `\`${field}\``);

/** Log groups may be shared; what says so is text in every format. */
const filterOf = ({ stage, restApiId }: LogQuestion, fields: AccessLogFields): string => {
  const conditions = [
    ...(fields.stage === undefined ? [] : [`${named(fields.stage)} = "${stage.name}"`]),
    ...(fields.restApi === undefined ? [] : [`${named(fields.restApi)} = "${restApiId}"`]),
  ];
  return conditions.length === 0 ? "" : `filter ${conditions.join(" and ")} | `;
};

const value = (row: Rows[number], field: string): string | undefined => row[field] ?? row[named(field)];

/** In a format without quotes the field is a truth value, which Logs Insights shows as a number. */
const isOfSide = (row: Rows[number], { isCanary: field }: AccessLogFields, wanted: boolean): boolean =>
  (wanted ? ["true", "1"] : ["false", "0"]).includes(value(row, field) ?? "");

/** Each row counts the requests of one status, and none comes twice. Lines of others have no side, and do not count. */
const areCounts = (rows: Rows, fields: AccessLogFields): boolean => {
  const own = rows.filter((row) => isOfSide(row, fields, true) || isOfSide(row, fields, false));
  return (
    own.every((row) => /^[1-5][0-9]{2}$/.test(value(row, fields.status) ?? "") && isNumber(row["requests"])) &&
    isEachOnce(rows)
  );
};

const areTimes = (rows: Rows): boolean =>
  rows.every((row) => row["p95"] === undefined || isNumber(row["p95"])) && isEachOnce(rows);

const isNumber = (text: string | undefined): boolean => /^[0-9]{1,15}(?:\.[0-9]+)?(?:E[0-9]+)?$/i.test(text ?? "");

const isEachOnce = (rows: Rows): boolean => new Set(rows.map((row) => JSON.stringify(row))).size === rows.length;

const measured = (
  { counts, times }: { readonly counts: Rows; readonly times: Rows },
  fields: AccessLogFields,
  { stage, canary }: LogQuestion,
  wanted: boolean,
): Measured => {
  const deployment = wanted ? canary.deploymentId : stage.deploymentId;
  const own = (rows: Rows): Rows =>
    ofOneGroup(
      rows.filter(
        (row) =>
          isOfSide(row, fields, wanted) &&
          (fields.deployment === undefined || value(row, fields.deployment) === deployment),
      ),
      wanted,
    );
  const rows = own(counts);
  const sum = (isCounted: (status: number) => boolean): number =>
    rows.reduce(
      (total, row) => total + (isCounted(Number(value(row, fields.status))) ? Number(row["requests"]) : 0),
      0,
    );
  const p95 = Number(own(times)[0]?.["p95"]);
  return {
    requests: sum(() => true),
    serverErrors: sum((status) => status >= 500),
    clientErrors: sum((status) => status >= 400 && status < 500),
    latency: Number.isFinite(p95) ? { milliseconds: p95, statistic: "p95" } : undefined,
  };
};

/** Never double: the canary's from its own group where that has any, the base's from the other. */
const ofOneGroup = (rows: Rows, wanted: boolean): Rows => {
  const inCanarys = rows.filter((row) => row["@log"]?.endsWith(CANARY));
  const others = rows.filter((row) => !row["@log"]?.endsWith(CANARY));
  return wanted && inCanarys.length > 0 ? inCanarys : others;
};
