import { describe, expect, test } from "@jest/globals";
import { durationText, parseDuration } from "../../src/domain/duration.ts";
import { type InputProblem, inputReader } from "../../src/inputs/reader.ts";
import { readWatch, type WatchRules } from "../../src/inputs/watch.ts";

type Inputs = Readonly<Record<string, string>>;

const reading = (inputs: Inputs): { readonly rules: WatchRules; readonly problems: readonly InputProblem[] } => {
  const read = inputReader((name) => inputs[name] ?? "");
  return { rules: readWatch(read), problems: read.problems };
};

const accepted = (inputs: Inputs): WatchRules => {
  const { rules, problems } = reading(inputs);
  expect(problems).toEqual([]);
  return rules;
};

const problemsOf = (inputs: Inputs): readonly string[] =>
  reading(inputs).problems.map(({ input, message }) => `${input}: ${message}`);

const arn = "arn:aws:cloudwatch:eu-central-1:123456789012:alarm:orders: p95, high";

test("without inputs nothing is watched", () => {
  const nothing = { alarms: [], bakeTime: undefined, limits: undefined, minRequests: undefined, onNotProven: "warn" };
  expect(accepted({})).toEqual(nothing);
});

test("alarms are one a line, by name or ARN, with commas and blanks, and each once", () => {
  expect(accepted({ alarms: `orders, 5xx\n\n  ${arn}\r\norders, 5xx` }).alarms).toEqual([
    { name: "orders, 5xx", arn: undefined },
    { name: "orders: p95, high", arn },
  ]);
});

test.each([
  ["90s", 90_000],
  ["10m", 600_000],
  ["5h", 18_000_000],
  ["0", 0],
])("bake-time %s is %d milliseconds", (text, bakeTime) => {
  expect(accepted({ alarms: "a", "bake-time": text }).bakeTime).toBe(bakeTime);
});

test.each<[string, Inputs, Partial<NonNullable<WatchRules["limits"]>>]>([
  [
    "a rate asks for as many requests as make one error no more than it",
    { "max-error-rate": "1%" },
    { errorRate: 0.01, minRequests: 100 },
  ],
  ["so does a small one", { "max-error-rate": "0.3 %" }, { errorRate: 0.003, minRequests: 334 }],
  ["without any allowed error one request tells", { "max-error-rate": "0%" }, { errorRate: 0, minRequests: 1 }],
  ["a percentile takes twenty", { "max-latency": "1.5s" }, { latency: 1500, minRequests: 20 }],
  ["the workflow's own number wins", { "max-latency": "800ms", "min-requests": "7" }, { latency: 800, minRequests: 7 }],
])("%s", (_, inputs, limits) => {
  expect(accepted({ "bake-time": "10m", ...inputs }).limits).toMatchObject(limits);
});

describe("what is wrong is named", () => {
  test.each<[Inputs, string]>([
    [
      { alarms: "a", "bake-time": "ten" },
      "bake-time: It must be a number of seconds, minutes or hours, for example 10m; 0 is off.",
    ],
    [{ alarms: "a", "bake-time": "10" }, "bake-time: It must be a number of seconds"],
    [{ alarms: "a", "bake-time": "6h" }, "bake-time: It must be at most 5h: a job ends after 6 hours."],
    [{ "bake-time": "10m" }, "bake-time: There is nothing to watch: give alarms, max-error-rate or max-latency."],
    [{ "max-error-rate": "1%" }, "max-error-rate: It needs bake-time"],
    [
      { "bake-time": "10m", "max-error-rate": "0.01" },
      "max-error-rate: It must be a percentage from 0% to 100% with its sign",
    ],
    [{ "bake-time": "10m", "max-error-rate": "101%" }, "max-error-rate: It must be a percentage"],
    [{ "bake-time": "10m", "max-latency": "800" }, "max-latency: It must be a time above zero with its unit"],
    [{ "bake-time": "10m", "max-latency": "0s" }, "max-latency: It must be a time above zero"],
    [{ "min-requests": "5" }, "min-requests: There is nothing to watch"],
    [{ alarms: "a", "on-not-proven": "ignore" }, "on-not-proven: It must be one of warn, fail."],
    [{ alarms: "arn:aws:cloudwatch:eu-central-1:1:alarm:a" }, "alarms: Each line must be the name or the ARN"],
    [{ alarms: Array.from({ length: 101 }, (_, at) => `a${at}`).join("\n") }, "alarms: There are 101; at most 100"],
  ])("%j", (inputs, problem) => {
    expect(problemsOf(inputs)).toEqual([expect.stringContaining(problem)]);
  });

  test("all at once, and a wrong bake-time is not called missing", () => {
    const inputs = { "bake-time": "x", "max-error-rate": "1", "max-latency": "1", "min-requests": "0" };
    expect(problemsOf(inputs).map((problem) => problem.split(":")[0])).toEqual([
      "bake-time",
      "max-error-rate",
      "max-latency",
      "min-requests",
    ]);
  });

  test("an explicit 0 switches limits off, too", () => {
    expect(accepted({ "bake-time": "0", "max-error-rate": "1%" }).bakeTime).toBe(0);
  });
});

test("durations are written as they are read", () => {
  for (const text of ["1s", "45s", "10m", "2h"])
    expect(durationText(parseDuration(text, ["s", "m", "h"]) ?? 0)).toBe(text);
  expect([durationText(0), durationText(150_000), durationText(5_400_000)]).toEqual(["0s", "2m30s", "1h30m"]);
  expect([parseDuration("7d", ["d"]), parseDuration("7d", ["h"])]).toEqual([604_800_000, undefined]);
});
