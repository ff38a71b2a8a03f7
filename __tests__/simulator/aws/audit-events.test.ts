import {
  CreateApiKeyCommand,
  CreateDeploymentCommand,
  CreateStageCommand,
  DeleteStageCommand,
  GetStagesCommand,
  UpdateStageCommand,
} from "@aws-sdk/client-api-gateway";
import { LookupEventsCommand, type LookupEventsCommandInput, paginateLookupEvents } from "@aws-sdk/client-cloudtrail";
import { AssociateWebACLCommand } from "@aws-sdk/client-wafv2";
import { describe, expect, test } from "@jest/globals";
import { seedWebAcl } from "../../../simulator/waf/service.ts";
import { accessOf, openAccount, role, start } from "./account.ts";

const minute = 60_000;
const day = 24 * 60 * minute;

const newTrail = async (options: Parameters<typeof openAccount>[0] = {}) => {
  const account = await openAccount(options);
  const { gateway, cloudTrail, restApiId } = account;
  const lookup = async (input: LookupEventsCommandInput = {}) =>
    (await cloudTrail.send(new LookupEventsCommand(input))).Events ?? [];
  return {
    ...account,
    lookup,
    names: async (input?: LookupEventsCommandInput) => (await lookup(input)).map(({ EventName }) => EventName),
    deploy: (stageName?: string) => gateway.send(new CreateDeploymentCommand({ restApiId, stageName })),
  };
};

const by = (
  AttributeKey: "EventName" | "EventSource" | "ReadOnly" | "Username" | "AccessKeyId",
  AttributeValue: string,
) => ({
  LookupAttributes: [{ AttributeKey, AttributeValue }],
});

describe("an event", () => {
  test("tells who did what to which API, and when", async () => {
    const { access } = accessOf();
    const { gateway, clock, restApiId, deploy, lookup } = await newTrail({ access });
    const { id: deploymentId } = await deploy();
    clock.advance(1500);
    await gateway.send(new CreateStageCommand({ restApiId, stageName: "dev", deploymentId }));
    const [event] = await lookup(by("EventName", "CreateStage"));
    expect(event).toMatchObject({
      EventName: "CreateStage",
      EventSource: "apigateway.amazonaws.com",
      EventTime: new Date(start + 1000),
      ReadOnly: "false",
      Username: "run-7",
      AccessKeyId: "AKIDEXAMPLE",
    });
    const record = JSON.parse(event?.CloudTrailEvent ?? "");
    expect(record).toMatchObject({
      eventID: event?.EventId,
      eventTime: "2026-01-01T00:00:01Z",
      awsRegion: "eu-central-1",
      recipientAccountId: "123456789012",
      readOnly: false,
      userIdentity: {
        type: "AssumedRole",
        arn: role,
        sessionContext: { sessionIssuer: { arn: "arn:aws:iam::123456789012:role/deploy" } },
      },
      requestParameters: { restApiId, createStageInput: { stageName: "dev", deploymentId }, template: false },
      responseElements: { stageName: "dev", self: { restApiId, stageName: "dev", template: false } },
    });
    expect(record.userAgent).toContain("api/api-gateway");
  });

  test("of a refused call names the refusal", async () => {
    const { gateway, restApiId, lookup } = await newTrail();
    const patchOperations = [{ op: "replace" as const, path: "/description", value: "x" }];
    await expect(
      gateway.send(new UpdateStageCommand({ restApiId, stageName: "none", patchOperations })),
    ).rejects.toThrow();
    const [event] = await lookup();
    expect(JSON.parse(event?.CloudTrailEvent ?? "")).toMatchObject({
      eventName: "UpdateStage",
      errorCode: "NotFoundException",
      errorMessage: "Invalid stage identifier specified",
      requestParameters: { stageName: "none", updateStageInput: { patchOperations } },
      responseElements: null,
    });
  });

  test("of a deletion has no answer, one of a read neither", async () => {
    const { gateway, restApiId, deploy, lookup } = await newTrail();
    await deploy("dev");
    await gateway.send(new DeleteStageCommand({ restApiId, stageName: "dev" }));
    await gateway.send(new GetStagesCommand({ restApiId }));
    const records = (await lookup({ MaxResults: 2 })).map(({ CloudTrailEvent = "" }) => JSON.parse(CloudTrailEvent));
    expect(records).toMatchObject([
      { eventName: "GetStages", readOnly: true, responseElements: null },
      { eventName: "DeleteStage", readOnly: false, responseElements: null, requestParameters: { stageName: "dev" } },
    ]);
  });

  test("does not tell the value of a key", async () => {
    const { gateway, lookup } = await newTrail();
    const value = "a-key-of-twenty-letters";
    await gateway.send(new CreateApiKeyCommand({ name: "previews", value }));
    const [event] = await lookup();
    expect(JSON.parse(event?.CloudTrailEvent ?? "")).toMatchObject({
      requestParameters: { createApiKeyInput: { name: "previews", value: "***" } },
      responseElements: { name: "previews", value: "***" },
    });
    expect(event?.CloudTrailEvent).not.toContain(value);
  });

  test("is left by the firewall too", async () => {
    const { waf, world, restApiId, deploy, lookup } = await newTrail();
    await deploy("dev");
    const { arn: WebACLArn } = seedWebAcl(world, "shop");
    const ResourceArn = `arn:aws:apigateway:eu-central-1::/restapis/${restApiId}/stages/dev`;
    await expect(waf.send(new AssociateWebACLCommand({ WebACLArn: "none", ResourceArn }))).rejects.toThrow();
    await waf.send(new AssociateWebACLCommand({ WebACLArn, ResourceArn }));
    const events = await lookup(by("EventSource", "wafv2.amazonaws.com"));
    expect(events.map(({ CloudTrailEvent = "" }) => JSON.parse(CloudTrailEvent))).toMatchObject([
      { eventName: "AssociateWebACL", requestParameters: { webACLArn: WebACLArn, resourceArn: ResourceArn } },
    ]);
  });
});

describe("a lookup", () => {
  test("comes minutes late", async () => {
    const { clock, deploy, names } = await newTrail({ delays: {} });
    await deploy();
    clock.advance(5 * minute - 1);
    expect(await names()).toEqual([]);
    clock.advance(1);
    expect(await names()).toEqual(["CreateDeployment"]);
  });

  test("goes back 90 days, the newest first", async () => {
    const { clock, deploy, gateway, restApiId, names } = await newTrail();
    await deploy("dev");
    clock.advance(89 * day);
    await gateway.send(new DeleteStageCommand({ restApiId, stageName: "dev" }));
    expect(await names()).toEqual(["DeleteStage", "CreateDeployment"]);
    clock.advance(day + 1);
    expect(await names()).toEqual(["DeleteStage"]);
  });

  test("can be of a time", async () => {
    const { clock, deploy, names, lookup } = await newTrail();
    for (let count = 0; count < 3; count += 1) {
      await deploy();
      clock.advance(minute);
    }
    const StartTime = new Date(start + minute);
    expect(await names({ StartTime })).toHaveLength(2);
    expect(await names({ StartTime, EndTime: StartTime })).toHaveLength(1);
    await expect(lookup({ StartTime, EndTime: new Date(start) })).rejects.toMatchObject({
      name: "InvalidTimeRangeException",
    });
  });

  test.each([
    ["ReadOnly", "false", ["CreateDeployment"]],
    ["ReadOnly", "true", ["GetStages"]],
    ["EventName", "GetStages", ["GetStages"]],
    ["EventSource", "apigateway.amazonaws.com", ["GetStages", "CreateDeployment"]],
    ["EventSource", "s3.amazonaws.com", []],
    ["Username", "simulated", ["GetStages", "CreateDeployment"]],
    ["AccessKeyId", "AKIDEXAMPLE", ["GetStages", "CreateDeployment"]],
  ] as const)("by %s %s", async (key, value, expected) => {
    const { gateway, restApiId, deploy, names } = await newTrail();
    await deploy();
    await gateway.send(new GetStagesCommand({ restApiId }));
    expect(await names(by(key, value))).toEqual(expected);
  });

  test("takes one attribute and at most 50 events", async () => {
    const { lookup } = await newTrail();
    const { LookupAttributes } = by("EventName", "CreateStage");
    await expect(lookup({ LookupAttributes: [...LookupAttributes, ...LookupAttributes] })).rejects.toMatchObject({
      name: "InvalidLookupAttributesException",
    });
    for (const MaxResults of [0, 51]) {
      await expect(lookup({ MaxResults })).rejects.toMatchObject({ name: "InvalidMaxResultsException" });
    }
  });

  test("goes through pages with a token that is good for nothing else", async () => {
    const { cloudTrail, deploy, lookup } = await newTrail();
    for (let count = 0; count < 51; count += 1) await deploy();
    const filter = by("EventSource", "apigateway.amazonaws.com");
    const seen = new Set<string | undefined>();
    const sizes: number[] = [];
    let token: string | undefined;
    for await (const { Events = [], NextToken } of paginateLookupEvents({ client: cloudTrail }, filter)) {
      sizes.push(Events.length);
      for (const { EventId } of Events) seen.add(EventId);
      token ??= NextToken;
    }
    expect(sizes).toEqual([50, 1]);
    expect(seen.size).toBe(51);
    for (const NextToken of [token, "nonsense"]) {
      await expect(lookup({ NextToken })).rejects.toMatchObject({ name: "InvalidNextTokenException" });
    }
  });

  test("is granted twice a second", async () => {
    const { lookup, clock } = await newTrail({ rateLimits: true });
    await lookup();
    await lookup();
    await expect(lookup()).rejects.toMatchObject({ name: "ThrottlingException", $metadata: { httpStatusCode: 400 } });
    clock.advance(500);
    await lookup();
  });
});
