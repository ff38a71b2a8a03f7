import { describe, expect, test } from "@jest/globals";
import {
  afterPointing,
  HISTORY_TAG,
  historyOf,
  historyTag,
  parseHistoryTag,
  type ServedRecord,
} from "../../src/plan/history.ts";
import fc from "../property.ts";

const address = { restApiId: "a1b2c3d4e5", stageName: "prod" };
const minutes = (count: number): number => count * 60_000;

const entry = fc.record({
  deploymentId: fc.stringMatching(/^[a-z0-9]{6,10}$/),
  at: fc.integer({ min: 0, max: 4_000_000_000 }).map((seconds) => seconds * 1000),
  rolledBack: fc.boolean(),
});
const name = fc.stringMatching(/^[A-Za-z0-9_-]{1,128}$/);

describe("the history tag", () => {
  test("gives back ten entries of the longest ids, within a tag's limits", () => {
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 15 }), name, (entries, stageName) => {
        const tags = historyTag(entries, { ...address, stageName });
        expect(tags[HISTORY_TAG]).toMatch(/^[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,256}$/u);
        expect(parseHistoryTag(tags, { ...address, stageName })).toEqual(entries.slice(0, 10));
      }),
    );
  });

  test("leaves out the oldest when ids are longer than any known", () => {
    const entries = ["a", "b", "c", "d"].map((letter) => ({
      deploymentId: letter.repeat(64),
      at: 0,
      rolledBack: false,
    }));
    const tags = historyTag(entries, address);
    expect(tags[HISTORY_TAG]?.length).toBeLessThanOrEqual(256);
    expect(parseHistoryTag(tags, address)).toEqual(entries.slice(0, 3));
  });

  test("can be read by people", () => {
    const entries = [
      { deploymentId: "new111", at: 1_795_342_320_000, rolledBack: false },
      { deploymentId: "bad111", at: 1_795_342_000_000, rolledBack: true },
    ];
    expect(historyTag(entries, address)[HISTORY_TAG]).toMatch(/^of=[0-9a-f]{16} new111@1795342320 -bad111@1795342000$/);
  });

  test("proves nothing on another stage or API, nor when it was tampered with", () => {
    const tags = historyTag([{ deploymentId: "new111", at: 0, rolledBack: false }], address);
    expect(parseHistoryTag(tags, { ...address, stageName: "test" })).toBeUndefined();
    expect(parseHistoryTag(tags, { ...address, restApiId: "zzzzzzzzzz" })).toBeUndefined();
    expect(parseHistoryTag({ [HISTORY_TAG]: `${tags[HISTORY_TAG]} $(reboot)` }, address)).toBeUndefined();
    expect(parseHistoryTag({}, address)).toBeUndefined();
  });

  test("is never made of nonsense", () => {
    fc.assert(
      fc.property(fc.string(), (value) => {
        expect(parseHistoryTag({ [HISTORY_TAG]: value }, address)).toBeUndefined();
      }),
    );
  });
});

const ids = (entries: readonly { deploymentId: string; rolledBack: boolean }[]): readonly string[] =>
  entries.map(({ deploymentId, rolledBack }) => `${rolledBack ? "-" : ""}${deploymentId}`);

const point = (previousDeploymentId: string | undefined, deploymentId: string, at: number, rollback = false) => ({
  deploymentId,
  previousDeploymentId,
  rollback,
  at: minutes(at),
});

describe("what pointing adds", () => {
  test.each([
    ["the first deployment", [point(undefined, "a", 1)], ["a"]],
    ["the next", [point(undefined, "a", 1), point("a", "b", 2)], ["b", "a"]],
    ["what somebody else had put there", [point(undefined, "a", 1), point("x", "b", 2)], ["b", "x", "a"]],
    ["what was there before us", [point("x", "a", 1)], ["a", "x"]],
    ["nothing when it is served already", [point(undefined, "a", 1), point("a", "a", 2)], ["a"]],
    ["a mark on what was rolled back from", [point("a", "b", 1), point("b", "a", 2, true)], ["a", "-b", "a"]],
    [
      "no mark on it when it is deployed again",
      [point("a", "b", 1), point("b", "a", 2, true), point("a", "b", 3)],
      ["b", "a", "-b", "a"],
    ],
  ])("%s", (_case, pointings, expected) => {
    expect(ids(pointings.reduce(afterPointing, [] as ReturnType<typeof afterPointing>))).toEqual(expected);
  });

  test("ten entries are kept", () => {
    const many = Array.from({ length: 15 }, (_, index) =>
      point(index === 0 ? undefined : `d${index - 1}`, `d${index}`, index),
    );
    expect(ids(many.reduce(afterPointing, [] as ReturnType<typeof afterPointing>))).toEqual([
      "d14",
      "d13",
      "d12",
      "d11",
      "d10",
      "d9",
      "d8",
      "d7",
      "d6",
      "d5",
    ]);
  });
});

const record = (
  deploymentId: string,
  previousDeploymentId: string | undefined,
  at: number,
  rollback = false,
): ServedRecord => ({
  ...point(previousDeploymentId, deploymentId, at, rollback),
  commit: `c0ffee${at}`,
  runId: `${9000 + at}`,
  who: "ada",
});

const marker = (stage: string): string =>
  `apigw-stage-action run=17/4711.1 commit=beef step=0123abcd nonce=0123abcd stage=${stage}`;
const made = (id: string, at: number, description = "") => ({ id, description, createdAt: minutes(at) });

describe("where the history comes from", () => {
  const deployments = [
    made("old111", 1, marker("prod")),
    made("new111", 2, marker("prod")),
    made("else11", 3, marker("test")),
  ];
  const records = [record("new111", "old111", 12), record("old111", undefined, 11)];
  const tags = historyTag([{ deploymentId: "new111", at: minutes(20), rolledBack: false }], address);

  test("the tag, filled in from records and markers", () => {
    expect(historyOf(address, { tags, records, deployments })).toEqual({
      source: "tag",
      entries: [
        {
          deploymentId: "new111",
          at: minutes(20),
          rolledBack: false,
          commit: "beef",
          runId: "9012",
          who: "ada",
          exists: true,
        },
      ],
    });
    expect(historyOf(address, { tags, records: [], deployments }).entries[0]).toMatchObject({
      commit: "beef",
      runId: "4711",
      who: undefined,
    });
  });

  test("else the records, in whatever order they come", () => {
    const history = historyOf(address, { tags: {}, records: [...records].reverse(), deployments });
    expect(history.source).toBe("records");
    expect(ids(history.entries)).toEqual(["new111", "old111"]);
  });

  test("else the markers of this very stage, newest first", () => {
    const history = historyOf(address, { tags: {}, records: [], deployments });
    expect(history.source).toBe("markers");
    expect(ids(history.entries)).toEqual(["new111", "old111"]);
  });

  test("a rollback among the records marks what it went back from", () => {
    const history = historyOf(address, {
      tags: {},
      records: [...records, record("old111", "new111", 13, true)],
      deployments,
    });
    expect(ids(history.entries)).toEqual(["old111", "-new111", "old111"]);
  });

  test("a deployment that is gone is told apart", () => {
    const [first] = historyOf(address, { tags, records, deployments: [] }).entries;
    expect(first).toMatchObject({ deploymentId: "new111", exists: false });
  });

  test("nothing at all is no history", () => {
    expect(historyOf(address, { tags: {}, records: [], deployments: [made("x", 1)] })).toEqual({
      source: "none",
      entries: [],
    });
  });
});
