import { describe, expect, test } from "@jest/globals";
import { type Interval, longestChain } from "../../simulator/bench/chain.ts";
import { downloadBudget, downloadSize } from "../../simulator/bench/download.ts";
import { chainBudget, figuresOf, median, requestBudget } from "../../simulator/bench/figures.ts";
import { openBenchScene } from "../../simulator/bench/scene.ts";
import { notNode } from "../../simulator/bench/starts.ts";
import { measureStatus, statusRequestBudget } from "../../simulator/bench/status.ts";
import { inThisProcess } from "../in-process.ts";
import fc from "../property.ts";

const request = (startedAt: number, endedAt?: number): Interval => ({
  startedAt,
  ...(endedAt === undefined ? {} : { endedAt }),
});

describe("the longest chain of requests", () => {
  test.each<[string, readonly Interval[], number]>([
    ["no request", [], 0],
    ["one", [request(0, 9)], 1],
    ["one after the other", [request(0, 1), request(1, 2), request(3, 4)], 3],
    ["all at once", [request(0, 5), request(1, 6), request(4, 9)], 1],
    ["two at once, then one", [request(0, 5), request(0, 7), request(7, 9)], 2],
    ["a short chain beside a long request", [request(0, 1), request(2, 3), request(4, 5), request(0, 9)], 3],
    ["not in order of their start", [request(4, 5), request(0, 1), request(2, 3)], 3],
    ["after one that was never answered comes none", [request(0), request(100, 200)], 1],
  ])("%s", (_, requests, expected) => {
    expect(longestChain(requests)).toBe(expected);
  });

  const intervals = fc.array(
    fc.tuple(fc.nat(50), fc.nat(20)).map(([start, length]) => request(start, start + length + 1)),
    { maxLength: 8 },
  );

  test("no chain is longer, however it is picked", () => {
    const isChain = (picked: readonly Interval[]): boolean =>
      picked.every((next, index) => index === 0 || next.startedAt >= (picked[index - 1]?.endedAt ?? 0));
    fc.assert(
      fc.property(intervals, (requests) => {
        const inOrder = [...requests].sort((one, other) => one.startedAt - other.startedAt);
        const subsets = Array.from({ length: 2 ** inOrder.length }, (_, mask) =>
          inOrder.filter((_, index) => (mask >> index) % 2 === 1),
        );
        const longest = Math.max(...subsets.filter(isChain).map((picked) => picked.length));
        expect(longestChain(requests)).toBe(longest);
      }),
    );
  });
});

test.each([
  [[3], 3],
  [[5, 1, 3], 3],
  [[4, 1, 3, 2], 2.5],
])("the median of %j", (values, expected) => {
  expect(median(values)).toBe(expected);
});

describe("the action keeps its budgets", () => {
  test.concurrent.each([
    { input: "rest-api-id", comments: 0, checkRun: false, budget: 13 },
    { input: "rest-api-id", comments: 0, checkRun: true, budget: 14 },
    { input: "rest-api-id", comments: 1000, checkRun: false, budget: 14 },
    { input: "rest-api-id", comments: 1000, checkRun: true, budget: 15 },
    { input: "api-id", comments: 0, checkRun: false, budget: 14 },
  ] as const)("by $input, with $comments comments, check run read: $checkRun", async ({ budget, ...situation }) => {
    expect(requestBudget(situation)).toBe(budget);
    const scene = await openBenchScene(process.cwd(), situation, { runScript: inThisProcess });
    try {
      const { requests, chain } = await figuresOf(scene, { latency: 300, checkRun: situation.checkRun }, 1);
      expect(requests).toBeLessThanOrEqual(budget);
      expect(chain).toBeLessThanOrEqual(chainBudget(situation));
    } finally {
      await scene.close();
    }
  });

  test.concurrent.each([
    [{ stages: 10, deployments: 6, details: false }, 3],
    [{ stages: 10, deployments: 6, details: true }, 42],
  ])("of a status: %j", async (size, aws) => {
    const figures = await measureStatus(process.cwd(), size, { runScript: inThisProcess });
    expect(figures).toEqual(statusRequestBudget(size));
    expect(figures).toEqual({ awsRequests: aws, githubRequests: 1 });
  });

  test("in size", async () => {
    expect(await downloadSize(process.cwd())).toBeLessThanOrEqual(downloadBudget);
  });
});

test("what is to be measured beside this Node is one, or is named", async () => {
  expect(await notNode([process.execPath, "/nope", "/bin/ls"])).toEqual(["/nope", "/bin/ls"]);
});
