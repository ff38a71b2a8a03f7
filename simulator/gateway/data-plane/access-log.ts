import type { SimulatedResponse } from "../../http/exchange.ts";
import type { AccessLogEntry, Stage, World } from "../model.ts";
import { memberOf } from "./member.ts";

/**
 * What a stage logs about a request: its format with the request's values, `-` for those that the request has none of.
 * Nothing where the stage has no access log, or one that goes elsewhere than to a log group of this account and Region
 * (API Gateway Developer Guide, "Set up CloudWatch API logging").
 *
 * @param context the names below `$context`
 */
export const accessLogEntry = (
  world: World,
  { accessLogSettings }: Pick<Stage, "accessLogSettings">,
  context: Readonly<Record<string, unknown>>,
): AccessLogEntry | undefined => {
  const { destinationArn = "", format } = accessLogSettings ?? {};
  const logGroup = logGroupOf(world, destinationArn);
  if (logGroup === undefined || format === undefined) return undefined;
  return { logGroup, line: rendered(format, context) };
};

const logGroupOf = ({ region, accountId }: World, arn: string): string | undefined => {
  const [, , service, place, account, kind, name] = arn.split(":");
  return service === "logs" && place === region && account === accountId && kind === "log-group" ? name : undefined;
};

const rendered = (format: string, context: Readonly<Record<string, unknown>>): string =>
  format.trimEnd().replace(/\$context((?:\.[A-Za-z_]\w*)+)/g, (_, path: string) => {
    const value = path.slice(1).split(".").reduce<unknown>(memberOf, context);
    return value === undefined || value === null || typeof value === "object" ? "-" : String(value);
  });

/** What is known only once the request is answered, by its names below `$context`. Times are whole milliseconds. */
export const outcomeContext = (
  response: SimulatedResponse,
  at: number,
  { latency, integrationLatency }: { readonly latency: number; readonly integrationLatency?: number },
): Record<string, unknown> => ({
  status: response.status,
  responseLength: Buffer.byteLength(response.body),
  responseLatency: latency,
  requestTime: commonLogTime(at),
  requestTimeEpoch: Math.floor(at),
  ...(integrationLatency === undefined
    ? {}
    : { integrationLatency, integrationStatus: response.status, integration: { latency: integrationLatency } }),
});

/** `26/Nov/2026:08:05:09 +0000`, as the Common Log Format has it. */
const commonLogTime = (at: number): string => {
  const [, day, month, year, time] = /^\w+, (\d\d) (\w+) (\d+) ([\d:]+)/.exec(new Date(at).toUTCString()) ?? [];
  return `${day}/${month}/${year}:${time} +0000`;
};
