import { describe, expect, test } from "@jest/globals";
import { DEFAULT_POLICY } from "../../src/inputs/canary/policy.ts";
import type { RollbackRequest } from "../../src/inputs/request.ts";
import type { WatchRules } from "../../src/inputs/watch.ts";
import type { Step } from "../../src/plan/step.ts";
import { decideWatch, type WatchDecision, type WatchQuestion } from "../../src/plan/watch.ts";
import { anAlarm } from "../alarms.ts";
import { aPromotion, aRestApi, aRollback } from "../requests.ts";

const minutes = (count: number): number => count * 60_000;

const rules = (changes: Partial<WatchRules> = {}): WatchRules => ({
  alarms: [{ name: "errors", arn: undefined }],
  bakeTime: minutes(10),
  limits: undefined,
  minRequests: undefined,
  onNotProven: "warn",
  ...changes,
});

const step = (deployment: boolean): Step => ({
  kind: "update-stage",
  stageName: "prod",
  from: "old111",
  deployment: deployment ? { kind: "existing", id: "new222" } : undefined,
  writes: [],
  because: "it is so",
  seenByCallers: true,
});
const [points, changesSettings] = [step(true), step(false)];
const earlier = { pointed: true, from: "old111", since: 5 };
const startsCanary = aPromotion({ watch: rules(), canary: { percent: 10, policy: DEFAULT_POLICY } });
const red = anAlarm({ state: "ALARM" });

const decided = (changes: Partial<WatchQuestion> = {}, watch = rules()): WatchDecision =>
  decideWatch({
    request: aPromotion({ watch }),
    alarms: [anAlarm()],
    api: aRestApi(),
    steps: [points],
    canaryIsThere: false,
    earlier: undefined,
    ...changes,
  });

test("a stage that is pointed is watched, by the name of its API as metrics have it", () => {
  const { watch, refusal, warnings } = decided({ api: { ...aRestApi(), name: "Bestellungen für alle" }, earlier });
  expect(watch).toMatchObject({ bakeTime: minutes(10), earlier: undefined, minRequests: 1 });
  expect(watch?.apiName).toEqual({ before: "Bestellungen fr alle", after: "Bestellungen fr alle" });
  expect([refusal, warnings]).toEqual([undefined, []]);
  const nameless = decided({ api: { ...aRestApi(), name: "注文" } });
  expect(nameless.watch?.apiName.after).toBe(aRestApi().id);
});

describe("alarms that cannot tell", () => {
  test.each<[string, Partial<WatchQuestion>, "refused" | "warned" | "watched"]>([
    ["refuse a run that points", { steps: [points] }, "refused"],
    ["refuse a run that changes settings", { steps: [changesSettings] }, "refused"],
    ["are told where there is nothing to do", { steps: [] }, "warned"],
    ["are for the watch to judge where an earlier attempt has pointed", { steps: [], earlier }, "watched"],
    ["are so, too, where settings are left to send", { steps: [changesSettings], earlier }, "watched"],
    ["refuse a run that points once more", { steps: [points], earlier }, "refused"],
    ["refuse a run that starts a canary", { request: startsCanary }, "refused"],
    ["are told where the canary is there already", { request: startsCanary, canaryIsThere: true }, "warned"],
  ])("%s", (_, changes, outcome) => {
    const { refusal, watch, warnings } = decided({ alarms: [red], ...changes });
    expect(refusal?.refused).toBe(outcome === "refused" ? "ALARM_ACTIVE" : undefined);
    expect(warnings).toHaveLength(outcome === "warned" ? 1 : 0);
    expect(watch !== undefined).toBe(outcome === "watched");
  });

  test("are only told by a rollback, which is not watched", () => {
    const request: RollbackRequest = aRollback({ watch: rules() });
    const { refusal, watch, notes, warnings } = decided({ request, alarms: [red] });
    expect([refusal, watch]).toEqual([undefined, undefined]);
    expect([notes.length, warnings.length]).toEqual([1, 1]);
    expect(decided({ request, alarms: undefined })).toMatchObject({ refusal: undefined, warnings: [] });
  });
});

test("a settings change alone is not watched", () => {
  expect(decided({ steps: [changesSettings] })).toMatchObject({ watch: undefined, warnings: [], refusal: undefined });
});

test("an attempt that goes on with a watch knows since when the stage was pointed", () => {
  expect(decided({ steps: [], earlier }).watch?.earlier).toEqual({ since: 5 });
});

const slow = anAlarm({ window: minutes(15) });
const limits = { errorRate: 0.01, latency: undefined, minRequests: 100 };
test.each<[string, Partial<WatchRules>, readonly ReturnType<typeof anAlarm>[], RegExp | undefined]>([
  ["long enough", { bakeTime: minutes(18) }, [slow], undefined],
  [
    "a minute short",
    { bakeTime: minutes(17) },
    [anAlarm(), slow],
    /is 17m, and alarm errors looks at 15m .* Give bake-time: 18m/,
  ],
  ["not given", { bakeTime: undefined }, [slow], /^bake-time is not given, .* Give bake-time: 18m or more/],
  ["not given for a composite alarm", { bakeTime: undefined }, [anAlarm({ window: undefined })], /and not after/],
  ["off", { bakeTime: 0 }, [slow], undefined],
  [
    "too short to measure",
    { bakeTime: minutes(4), limits, alarms: [] },
    [],
    /may be nothing to judge. Give bake-time: 5m/,
  ],
])("bake-time is %s", (_, changes, alarms, warning) => {
  const { warnings, watch } = decided({ alarms }, rules(changes));
  expect(warnings).toEqual(warning === undefined ? [] : [expect.stringMatching(warning)]);
  expect(watch === undefined).toBe((changes.bakeTime ?? 0) === 0);
});
