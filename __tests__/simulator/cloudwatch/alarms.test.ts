import {
  type AlarmType,
  DeleteAlarmsCommand,
  DescribeAlarmHistoryCommand,
  type DescribeAlarmHistoryCommandInput,
  DescribeAlarmsCommand,
  type DescribeAlarmsCommandInput,
  PutCompositeAlarmCommand,
  PutMetricAlarmCommand,
  type PutMetricAlarmCommandInput,
  SetAlarmStateCommand,
} from "@aws-sdk/client-cloudwatch";
import { describe, expect, test } from "@jest/globals";
import { seedAlarm, switchAlarm } from "../../../simulator/cloudwatch/world.ts";
import { type AccountScene, minute, newAccountScene, refusalOf, start } from "../account-scene.ts";

const everyType: AlarmType[] = ["MetricAlarm", "CompositeAlarm", "LogAlarm"];

const describeAlarms = async ({ cloudWatch }: AccountScene, input: DescribeAlarmsCommandInput = {}) => {
  const answer = await cloudWatch.send(new DescribeAlarmsCommand({ AlarmTypes: everyType, ...input }));
  return [...(answer.MetricAlarms ?? []), ...(answer.CompositeAlarms ?? []), ...(answer.LogAlarms ?? [])];
};

const states = async (scene: AccountScene, input?: DescribeAlarmsCommandInput) =>
  Object.fromEntries((await describeAlarms(scene, input)).map(({ AlarmName, StateValue }) => [AlarmName, StateValue]));

const history = async ({ cloudWatch }: AccountScene, input: DescribeAlarmHistoryCommandInput = {}) => {
  const asked = { HistoryItemType: "StateUpdate" as const, AlarmTypes: everyType, ...input };
  return (await cloudWatch.send(new DescribeAlarmHistoryCommand(asked))).AlarmHistoryItems ?? [];
};

const errors: PutMetricAlarmCommandInput = {
  AlarmName: "errors",
  Namespace: "AWS/ApiGateway",
  MetricName: "5XXError",
  Dimensions: [
    { Name: "ApiName", Value: "pets" },
    { Name: "Stage", Value: "dev" },
  ],
  Statistic: "Sum",
  Period: 60,
  EvaluationPeriods: 1,
  Threshold: 2,
  ComparisonOperator: "GreaterThanOrEqualToThreshold",
};

/** An alarm over two errors in a minute. */
const put = ({ cloudWatch }: AccountScene, changes: Partial<PutMetricAlarmCommandInput> = {}) =>
  cloudWatch.send(new PutMetricAlarmCommand({ ...errors, ...changes }));

describe("DescribeAlarms", () => {
  test("answers with metric alarms alone unless it is asked for other types", async () => {
    const scene = await newAccountScene();
    seedAlarm(scene.account.cloudWatch, "metric");
    seedAlarm(scene.account.cloudWatch, "composite", { type: "CompositeAlarm" });
    const answer = await scene.cloudWatch.send(new DescribeAlarmsCommand({ AlarmNames: ["metric", "composite"] }));
    expect(answer.MetricAlarms?.map(({ AlarmName }) => AlarmName)).toEqual(["metric"]);
    expect([answer.CompositeAlarms, answer.LogAlarms]).toEqual([[], undefined]);
    expect(await states(scene)).toEqual({ metric: "OK", composite: "OK" });
  });

  test("leaves out a name that no alarm has", async () => {
    const scene = await newAccountScene();
    seedAlarm(scene.account.cloudWatch, "there");
    expect(await states(scene, { AlarmNames: ["there", "not-there"] })).toEqual({ there: "OK" });
  });

  test("tells what an alarm is", async () => {
    const scene = await newAccountScene();
    seedAlarm(scene.account.cloudWatch, "a", {
      state: "ALARM",
      evaluationState: "PARTIAL_DATA",
      members: { TreatMissingData: "notBreaching" },
    });
    expect(await describeAlarms(scene)).toEqual([
      expect.objectContaining({
        AlarmName: "a",
        AlarmArn: "arn:aws:cloudwatch:eu-central-1:123456789012:alarm:a",
        StateValue: "ALARM",
        StateTransitionedTimestamp: new Date(start),
        EvaluationState: "PARTIAL_DATA",
        TreatMissingData: "notBreaching",
        Period: 60,
        EvaluationPeriods: 1,
      }),
    ]);
  });

  test("picks by prefix and state, and comes in pages", async () => {
    const scene = await newAccountScene();
    for (const name of ["b1", "b2", "b3"]) seedAlarm(scene.account.cloudWatch, name);
    seedAlarm(scene.account.cloudWatch, "c", { state: "ALARM" });
    expect(await states(scene, { StateValue: "ALARM" })).toEqual({ c: "ALARM" });
    const page = async (NextToken?: string) =>
      scene.cloudWatch.send(new DescribeAlarmsCommand({ AlarmNamePrefix: "b", MaxRecords: 2, NextToken }));
    const first = await page();
    const second = await page(first.NextToken);
    const names = [...(first.MetricAlarms ?? []), ...(second.MetricAlarms ?? [])].map(({ AlarmName }) => AlarmName);
    expect([names, second.NextToken]).toEqual([["b1", "b2", "b3"], undefined]);
    expect(await refusalOf(page("nonsense"))).toMatchObject({ name: "InvalidNextToken", status: 400 });
  });

  test.each<[string, DescribeAlarmsCommandInput, number, string]>([
    [
      "101 names",
      { AlarmNames: Array.from({ length: 101 }, (_, index) => `a${index}`) },
      400,
      "less than or equal to 100",
    ],
    ["names and a prefix", { AlarmNames: ["a"], AlarmNamePrefix: "a" }, 400, "together"],
    ["a type that is none", { AlarmTypes: ["Metric" as AlarmType] }, 400, "enum value set"],
    ["101 records", { MaxRecords: 101 }, 400, "between 1 and 100"],
    ["a question that is not simulated", { ParentsOfAlarmName: "a" }, 501, "ParentsOfAlarmName"],
  ])("%s are refused", async (_, input, status, words) => {
    const { cloudWatch } = await newAccountScene();
    const refusal = await refusalOf(cloudWatch.send(new DescribeAlarmsCommand(input)));
    expect(refusal).toMatchObject({ status, message: expect.stringContaining(words) });
  });
});

describe("an alarm that a hand holds", () => {
  test("changes when it is switched; history tells of an ALARM that is over", async () => {
    const scene = await newAccountScene();
    const { cloudWatch: world } = scene.account;
    seedAlarm(world, "flapping");
    scene.clock.advance(minute);
    switchAlarm(world, "flapping", "ALARM", "too slow");
    scene.clock.advance(1500);
    await scene.cloudWatch.send(
      new SetAlarmStateCommand({ AlarmName: "flapping", StateValue: "OK", StateReason: "fine again" }),
    );
    scene.clock.advance(60 * minute);
    expect(await states(scene)).toEqual({ flapping: "OK" });
    const since = await history(scene, { AlarmName: "flapping", StartDate: new Date(start + 1) });
    expect(since.map(({ Timestamp, HistorySummary }) => [Timestamp?.getTime(), HistorySummary])).toEqual([
      [start + minute + 1500, "Alarm updated from ALARM to OK"],
      [start + minute, "Alarm updated from OK to ALARM"],
    ]);
    expect(JSON.parse(since[1]?.HistoryData ?? "")).toMatchObject({
      newState: { stateValue: "ALARM", stateReason: "too slow" },
    });
  });

  test("history outlives the alarm, and is of metric alarms alone unless asked", async () => {
    const scene = await newAccountScene();
    seedAlarm(scene.account.cloudWatch, "gone", { type: "CompositeAlarm", state: "ALARM" });
    await scene.cloudWatch.send(new DeleteAlarmsCommand({ AlarmNames: ["gone"] }));
    expect(await states(scene)).toEqual({});
    expect((await history(scene)).map(({ AlarmName }) => AlarmName)).toEqual(["gone"]);
    expect(await history(scene, { AlarmTypes: undefined })).toEqual([]);
  });

  test("the state of an alarm that is not there cannot be set", async () => {
    const { cloudWatch } = await newAccountScene();
    const input = { AlarmName: "none", StateValue: "OK", StateReason: "r" } as const;
    expect(await refusalOf(cloudWatch.send(new SetAlarmStateCommand(input)))).toMatchObject({
      name: "ResourceNotFound",
      status: 404,
    });
  });
});

describe("an alarm on a metric", () => {
  test("starts without data, rings by what the stage served, and is quiet again", async () => {
    const scene = await newAccountScene();
    await put(scene, { TreatMissingData: "notBreaching" });
    expect(await describeAlarms(scene)).toMatchObject([
      { StateValue: "INSUFFICIENT_DATA", StateReason: "Unchecked: Initial alarm creation" },
    ]);
    await scene.traffic(2, 500);
    scene.clock.advance(3 * minute);
    const [alarm] = await describeAlarms(scene);
    expect(alarm).toMatchObject({ StateValue: "ALARM", StateTransitionedTimestamp: new Date(start + 3 * minute) });
    expect(alarm?.StateReason).toContain("greater than or equal to the threshold (2)");
    scene.clock.advance(minute);
    expect(await states(scene)).toEqual({ errors: "OK" });
    expect((await history(scene)).map(({ HistorySummary }) => HistorySummary)).toEqual([
      "Alarm updated from ALARM to OK",
      "Alarm updated from OK to ALARM",
      "Alarm updated from INSUFFICIENT_DATA to OK",
    ]);
  });

  test.each([
    ["missing", "INSUFFICIENT_DATA"],
    ["breaching", "ALARM"],
    ["notBreaching", "OK"],
    ["ignore", "INSUFFICIENT_DATA"],
  ])("silence treated as %s is %s", async (TreatMissingData, state) => {
    const scene = await newAccountScene();
    await put(scene, { TreatMissingData });
    scene.clock.advance(5 * minute);
    expect(await states(scene)).toEqual({ errors: state });
  });

  test("can need some of the last periods to breach", async () => {
    const scene = await newAccountScene();
    await put(scene, { EvaluationPeriods: 3, DatapointsToAlarm: 2, Threshold: 1 });
    const seen: unknown[] = [];
    for (const status of [500, 200, 500, 200, 200]) {
      await scene.traffic(1, status);
      scene.clock.advance(minute);
    }
    for (let index = 0; index < 3; index += 1) {
      seen.push((await states(scene))["errors"]);
      scene.clock.advance(minute);
    }
    expect(seen).toEqual(["ALARM", "OK", "OK"]);
  });

  test("a state that was set lasts until the next evaluation", async () => {
    const scene = await newAccountScene();
    await put(scene, { TreatMissingData: "notBreaching" });
    scene.clock.advance(minute);
    const input = { AlarmName: "errors", StateValue: "ALARM", StateReason: "a drill" } as const;
    await scene.cloudWatch.send(new SetAlarmStateCommand(input));
    expect(await states(scene)).toEqual({ errors: "ALARM" });
    scene.clock.advance(minute);
    expect(await states(scene)).toEqual({ errors: "OK" });
  });

  test.each<[string, Partial<PutMetricAlarmCommandInput>, number]>([
    ["no statistic", { Statistic: undefined }, 400],
    ["an odd period", { Period: 61 }, 400],
    ["no threshold", { Threshold: undefined }, 400],
    ["metric math", { Metrics: [{ Id: "m", Expression: "1" }] }, 501],
  ])("%s is refused", async (_, changes, status) => {
    expect(await refusalOf(put(await newAccountScene(), changes))).toMatchObject({ status });
  });
});

describe("a composite alarm", () => {
  const compose = ({ cloudWatch }: AccountScene, AlarmRule: string, AlarmName = "both") =>
    cloudWatch.send(new PutCompositeAlarmCommand({ AlarmName, AlarmRule }));

  test("follows its rule, and says which alarms rang", async () => {
    const scene = await newAccountScene();
    const { cloudWatch: world } = scene.account;
    seedAlarm(world, "slow");
    seedAlarm(world, "wrong");
    await compose(scene, 'ALARM("slow") AND (ALARM(wrong) OR NOT OK("wrong"))');
    await compose(scene, "ALARM(both)", "above");
    expect(await states(scene, { AlarmNamePrefix: "both" })).toEqual({ both: "INSUFFICIENT_DATA" });
    scene.clock.advance(minute);
    switchAlarm(world, "slow", "ALARM");
    scene.clock.advance(minute);
    expect(await states(scene)).toMatchObject({ both: "OK", above: "OK" });
    switchAlarm(world, "wrong", "ALARM");
    scene.clock.advance(minute);
    expect(await states(scene)).toMatchObject({ both: "ALARM", above: "ALARM" });
    const both = (await describeAlarms(scene)).find(({ AlarmName }) => AlarmName === "both");
    const { triggeringAlarms } = JSON.parse(both?.StateReasonData ?? "");
    expect(triggeringAlarms.map(({ arn }: { arn: string }) => arn.split(":").at(-1))).toEqual(["slow", "wrong"]);
  });

  test.each(["ALARM(", "ALARM(a) XOR OK(b)", "a", ""])("%p is no rule", async (rule) => {
    expect(await refusalOf(compose(await newAccountScene(), rule))).toMatchObject({ status: 400 });
  });
});
