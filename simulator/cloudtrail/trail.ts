import { randomUUID } from "node:crypto";
import type { Access } from "../aws/access.ts";
import { type Caller, callerOf, isRoleSession, nameOf } from "../aws/caller.ts";
import type { AuditEvent, World } from "../gateway/model.ts";
import type { Service, SimulatedRequest } from "../http/exchange.ts";

/** What was asked of a service, and what came of it. */
export type AuditedCall = {
  /** `apigateway.amazonaws.com` */
  readonly eventSource: string;
  readonly eventName: string;
  readonly readOnly: boolean;
  readonly caller: Caller;
  readonly request: SimulatedRequest;
  readonly requestParameters: unknown;
  /** Only for changes. */
  readonly responseElements?: unknown;
  readonly error?: { readonly type: string; readonly message: string };
};

/** Writes a call down; lookups find it `World.delays.auditMs` later. */
export const recordEvent = (world: World, call: AuditedCall): void => {
  const eventID = randomUUID();
  const time = world.clock.now();
  const event: AuditEvent = {
    eventId: eventID,
    eventName: call.eventName,
    eventSource: call.eventSource,
    readOnly: call.readOnly,
    accessKeyId: call.caller.accessKeyId,
    username: nameOf(call.caller),
    time,
    findableAt: time + world.delays.auditMs,
    record: JSON.stringify({ ...recordOf(world, call, time), eventID }),
  };
  world.auditEvents.push(event);
};

/** The members of CloudTrail's record of a call (AWS CloudTrail User Guide, "CloudTrail record contents"). */
const recordOf = (world: World, call: AuditedCall, time: number): Record<string, unknown> => ({
  eventVersion: "1.11",
  userIdentity: identityOf(call.caller),
  eventTime: new Date(time).toISOString().replace(/\.\d+Z$/, "Z"),
  eventSource: call.eventSource,
  eventName: call.eventName,
  awsRegion: world.region,
  sourceIPAddress: "127.0.0.1",
  userAgent: call.request.headers["user-agent"] ?? "",
  ...(call.error === undefined ? {} : { errorCode: call.error.type, errorMessage: call.error.message }),
  requestParameters: call.requestParameters,
  responseElements: call.responseElements ?? null,
  requestID: randomUUID(),
  readOnly: call.readOnly,
  eventType: "AwsApiCall",
  managementEvent: true,
  recipientAccountId: world.accountId,
  eventCategory: "Management",
});

const identityOf = (caller: Caller): Record<string, unknown> => {
  const [, partition = "", , accountId = "", principal = ""] = splitArn(caller.arn);
  const common = { arn: caller.arn, accountId, accessKeyId: caller.accessKeyId };
  if (!isRoleSession(caller)) return { type: "IAMUser", ...common, userName: nameOf(caller) };
  const role = principal.split("/")[1] ?? "";
  const sessionIssuer = {
    type: "Role",
    arn: `arn:${partition}:iam::${accountId}:role/${role}`,
    accountId,
    userName: role,
  };
  return { type: "AssumedRole", ...common, sessionContext: { sessionIssuer } };
};

/** `arn`, partition, service, account, resource; principals belong to no Region. */
const splitArn = (arn: string): readonly string[] => {
  const [prefix = "", partition = "", service = "", , account = "", ...resource] = arn.split(":");
  return [prefix, partition, service, account, resource.join(":")];
};

/** A service of the protocol AWS JSON whose changes leave events. */
export const audited = (
  service: Service,
  world: World,
  access: Access | undefined,
  { eventSource, changes }: { readonly eventSource: string; readonly changes: ReadonlySet<string> },
): Service => ({
  match: (request) => {
    const { operation, answer } = service.match(request);
    if (!changes.has(operation)) return { operation, answer };
    return {
      operation,
      answer: async () => {
        const response = await answer();
        if (response.status === 200) {
          const requestParameters = withLowerCaseNames(JSON.parse(request.body.toString("utf8")));
          const caller = callerOf(world, access, request);
          recordEvent(world, {
            eventSource,
            eventName: operation,
            readOnly: false,
            caller,
            request,
            requestParameters,
          });
        }
        return response;
      },
    };
  },
});

/** The trail writes a request's members in camel case: `webACLArn`. */
const withLowerCaseNames = (body: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(body).map(([name, value]) => [`${name.charAt(0).toLowerCase()}${name.slice(1)}`, value]),
  );
