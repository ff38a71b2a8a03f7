import type { Access } from "../aws/access.ts";
import { type AwsService, jsonAwsService } from "../aws/aws-service.ts";
import type { JsonOperation } from "../aws/json-service.ts";
import { ServiceError } from "../aws/service-error.ts";
import type { AuditEvent, World } from "../gateway/model.ts";

const day = 24 * 60 * 60 * 1000;

/** Events of the last 90 days can be looked up, 50 at a time (AWS CloudTrail API reference, LookupEvents). */
const horizon = 90 * day;
const largestPage = 50;

/** AWS CloudTrail with the account's event history; trails, stores and insights are not simulated. */
export const cloudTrailService = (world: World, access?: Access): AwsService =>
  jsonAwsService(
    {
      name: "CloudTrail",
      signingName: "cloudtrail",
      targetPrefix: "CloudTrail_20131101",
      client: () => import("@aws-sdk/client-cloudtrail"),
      operations: { LookupEvents: (input, of) => lookupEvents(input, of) },
      permissions: (_, operation) => [{ action: `cloudtrail:${operation}`, resource: "*" }],
      accessStatus: 400,
      invalidType: "ValidationException",
    },
    world,
    access,
  );

const refusal = (type: string, message: string): ServiceError => new ServiceError(400, type, message);

type Lookup = {
  readonly LookupAttributes?: readonly { readonly AttributeKey?: string; readonly AttributeValue?: string }[];
  /** Milliseconds. */
  readonly StartTime?: number;
  readonly EndTime?: number;
  readonly MaxResults?: number;
  readonly NextToken?: string;
  readonly EventCategory?: string;
};

const lookupEvents: JsonOperation<World> = (lookup: Lookup, world) => {
  const { MaxResults = largestPage, EventCategory } = lookup;
  if (MaxResults < 1 || MaxResults > largestPage) {
    throw refusal("InvalidMaxResultsException", `A value of 1 to ${largestPage} is allowed for max results.`);
  }
  // Insights are not simulated, and an account without a trail has none.
  const found = EventCategory === undefined ? matchingEvents(world, lookup) : [];
  const start = pageStart(lookup);
  const page = found.slice(start, start + MaxResults);
  return {
    Events: page.map(answerOf),
    ...(found.length > start + MaxResults ? { NextToken: tokenOf(lookup, start + MaxResults) } : {}),
  };
};

/** The newest first. */
const matchingEvents = (world: World, { LookupAttributes = [], StartTime, EndTime }: Lookup): AuditEvent[] => {
  if (StartTime !== undefined && EndTime !== undefined && StartTime > EndTime) {
    throw refusal("InvalidTimeRangeException", "Start time cannot be after end time.");
  }
  const matches = attributeFilter(LookupAttributes);
  const now = world.clock.now();
  const from = Math.max(StartTime ?? 0, now - horizon);
  return world.auditEvents
    .filter((event) => event.findableAt <= now && event.time >= from && event.time <= (EndTime ?? now))
    .filter(matches)
    .reverse();
};

/** By which text of an event each attribute compares. The service's events of API Gateway name no resources here. */
const attributes: Readonly<Record<string, (event: AuditEvent) => string | undefined>> = {
  AccessKeyId: ({ accessKeyId }) => accessKeyId,
  EventId: ({ eventId }) => eventId,
  EventName: ({ eventName }) => eventName,
  EventSource: ({ eventSource }) => eventSource,
  ReadOnly: ({ readOnly }) => String(readOnly),
  ResourceName: () => undefined,
  ResourceType: () => undefined,
  Username: ({ username }) => username,
};

const attributeFilter = (wanted: NonNullable<Lookup["LookupAttributes"]>): ((event: AuditEvent) => boolean) => {
  if (wanted.length > 1) {
    throw refusal("InvalidLookupAttributesException", "You can only specify one lookup attribute.");
  }
  const [attribute] = wanted;
  if (attribute === undefined) return () => true;
  const read = attributes[attribute.AttributeKey ?? ""];
  if (read === undefined) throw refusal("InvalidLookupAttributesException", "The lookup attribute is not valid.");
  return (event) => read(event) === attribute.AttributeValue;
};

/** A token is good for the lookup that it came from only. */
const tokenOf = ({ NextToken: _, ...lookup }: Lookup, start: number): string =>
  Buffer.from(JSON.stringify({ lookup, start })).toString("base64url");

const pageStart = (lookup: Lookup): number => {
  const { NextToken } = lookup;
  if (NextToken === undefined) return 0;
  const start = readStart(NextToken);
  if (start === undefined || tokenOf(lookup, start) !== NextToken) {
    throw refusal("InvalidNextTokenException", "Invalid NextToken.");
  }
  return start;
};

const readStart = (token: string): number | undefined => {
  try {
    const { start } = JSON.parse(Buffer.from(token, "base64url").toString("utf8"));
    return typeof start === "number" ? start : undefined;
  } catch {
    return undefined;
  }
};

const answerOf = (event: AuditEvent): Record<string, unknown> => ({
  EventId: event.eventId,
  EventName: event.eventName,
  ReadOnly: String(event.readOnly),
  AccessKeyId: event.accessKeyId,
  // Whole seconds.
  EventTime: Math.floor(event.time / 1000) * 1000,
  EventSource: event.eventSource,
  Username: event.username,
  Resources: [],
  CloudTrailEvent: event.record,
});
