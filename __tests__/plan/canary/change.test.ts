import { describe, expect, test } from "@jest/globals";
import { newStageSettings } from "../../../src/domain/stage-settings.ts";
import type { CanaryRequest } from "../../../src/inputs/request.ts";
import { planCanary } from "../../../src/plan/canary/change.ts";
import { canaryStateOf } from "../../../src/plan/canary/state.ts";
import { aCanaryRequest, canaryFinds } from "../../requests.ts";
import { aCanary, address, anIntent, NOW, prod } from "./canaries.ts";

/** The rows of the state table (docs/canary.md). */
const rows = {
  ours: prod(aCanary(), anIntent()),
  foreign: prod(aCanary(), undefined),
  "of another repository": prod(aCanary(), anIntent({ repositoryId: "43" })),
  "re-pointed": prod(aCanary({ deploymentId: "other3" }), anIntent()),
  "base moved": prod(aCanary(), anIntent(), { deploymentId: "moved4" }),
  "shifted by hand": prod(aCanary({ percentTraffic: 25 }), anIntent()),
  "promoted by copies": prod(aCanary({ percentTraffic: 0 }), anIntent(), { deploymentId: "new222" }),
  "promoted by values": prod(aCanary(), anIntent(), { deploymentId: "new222" }),
  "promoted, not by us": prod(aCanary({ percentTraffic: 0 }), undefined, { deploymentId: "new222" }),
  "without its variables": prod(aCanary({ percentTraffic: 0, overrides: { alias: "next" } }), anIntent(), {
    deploymentId: "new222",
  }),
  "of the base's own deployment": prod(aCanary({ deploymentId: "old111" }), undefined),
  "aborted elsewhere": prod(undefined, anIntent()),
  "completed elsewhere": prod(undefined, anIntent(), { deploymentId: "new222" }),
  "gone and pointed on": prod(undefined, anIntent(), { deploymentId: "third5" }),
  none: prod(undefined, undefined),
} as const;

type Row = keyof typeof rows;

test.each<[Row, string]>([
  ["ours", "ours"],
  ["foreign", "foreign"],
  ["of another repository", "foreign"],
  ["re-pointed", "re-pointed"],
  ["base moved", "base-moved"],
  ["shifted by hand", "shifted"],
  ["promoted by copies", "promoted"],
  ["promoted by values", "promoted"],
  ["promoted, not by us", "promoted"],
  ["without its variables", "base-moved"],
  ["of the base's own deployment", "foreign"],
  ["aborted elsewhere", "none"],
  ["none", "none"],
])("a stage whose canary is %s is taken for: %s", (row, kind) => {
  expect(canaryStateOf(rows[row], "42", address).kind).toBe(kind);
});

const told = { deploymentId: "new222" };

const decide = (row: Row, changes: Partial<CanaryRequest>): string => {
  const plan = planCanary(aCanaryRequest(changes), canaryFinds({ stages: [rows[row]] }));
  return "refused" in plan ? plan.refused : [plan.result, ...plan.steps.map(({ kind }) => kind)].join(" ");
};

const COMPLETED = "canary-completed promote-canary remove-canary keep-history mark-canary";
const ABORTED = "canary-aborted remove-canary mark-canary";

describe("canary-percent: 100", () => {
  test.each<[Row, Partial<CanaryRequest>, string]>([
    ["ours", {}, COMPLETED],
    ["shifted by hand", {}, COMPLETED],
    ["foreign", {}, "CANARY_NOT_OURS"],
    ["foreign", told, "canary-completed promote-canary remove-canary keep-history"],
    ["foreign", { deploymentId: "other3" }, "CANARY_CHANGED"],
    ["of another repository", {}, "CANARY_NOT_OURS"],
    ["of another repository", told, COMPLETED],
    ["re-pointed", {}, "CANARY_CHANGED"],
    // Nobody has judged it, whatever is told.
    ["re-pointed", { deploymentId: "other3" }, "CANARY_CHANGED"],
    ["re-pointed", told, "CANARY_CHANGED"],
    ["base moved", {}, "CANARY_CHANGED"],
    ["base moved", told, COMPLETED],
    ["promoted by copies", {}, "canary-completed remove-canary keep-history mark-canary"],
    ["promoted by values", {}, "canary-completed remove-canary keep-history mark-canary"],
    ["promoted, not by us", {}, "canary-completed remove-canary"],
    ["completed elsewhere", {}, "unchanged mark-canary"],
    ["aborted elsewhere", {}, "CANARY_MISSING"],
    ["gone and pointed on", {}, "CANARY_MISSING"],
    ["none", {}, "CANARY_MISSING"],
    ["none", { deploymentId: "old111" }, "unchanged"],
  ])("where the canary is %s, with %j: %s", (row, changes, expected) => {
    expect(decide(row, { percent: 100, ...changes })).toBe(expected);
  });

  test("completes by the values that were judged, and leads back to what was there where tests fail", () => {
    const settings = { ...newStageSettings, variables: { alias: "live" } };
    const stage = prod(aCanary({ overrides: { alias: "next", fresh: "1" } }), anIntent(), { settings });
    const test = { line: 1, method: "GET", path: "/", status: 200, contains: [], headers: [], within: undefined };
    const request = aCanaryRequest({
      percent: 100,
      smokeTests: { tests: [test], timeout: 1, apiKey: undefined, rollBack: true },
    });
    expect(planCanary(request, canaryFinds({ stages: [stage] }))).toMatchObject({
      steps: [
        { kind: "promote-canary", deploymentId: "new222", from: "old111", variables: { alias: "next", fresh: "1" } },
        { kind: "remove-canary", serves: "new222" },
        { kind: "keep-history", deployment: { id: "new222" }, previous: { id: "old111" }, rollback: false },
        { kind: "mark-canary", intent: undefined },
      ],
      undo: [
        {
          kind: "update-stage",
          deployment: { id: "old111" },
          writes: [
            { kind: "variable", name: "alias", value: "live" },
            { kind: "variable", name: "fresh", value: null },
          ],
        },
        { kind: "keep-history", deployment: { id: "old111" }, previous: { id: "new222" }, rollback: true },
      ],
      settings: [
        { setting: "variables.alias", from: "live", to: "next" },
        { setting: "variables.fresh", from: undefined, to: "1" },
      ],
    });
  });
});

describe("canary-percent: 0", () => {
  test.each<[Row, Partial<CanaryRequest>, string]>([
    ["ours", {}, ABORTED],
    ["shifted by hand", {}, ABORTED],
    ["re-pointed", {}, ABORTED],
    ["base moved", {}, ABORTED],
    ["without its variables", {}, ABORTED],
    ["foreign", {}, "CANARY_NOT_OURS"],
    ["foreign", told, "canary-aborted remove-canary"],
    ["of another repository", {}, "CANARY_NOT_OURS"],
    // There is nothing left to abort: the stage serves it.
    ["promoted by copies", {}, "canary-completed remove-canary keep-history mark-canary"],
    ["aborted elsewhere", {}, "unchanged mark-canary"],
    ["none", {}, "unchanged"],
  ])("where the canary is %s, with %j: %s", (row, changes, expected) => {
    expect(decide(row, { percent: 0, ...changes })).toBe(expected);
  });
});

describe("a share", () => {
  test.each<[Row, Partial<CanaryRequest>, string]>([
    ["ours", {}, "canary-shifted shift-canary mark-canary"],
    ["ours", { percent: 5 }, "canary-shifted shift-canary mark-canary"],
    ["ours", { percent: 10 }, "unchanged"],
    ["shifted by hand", { percent: 25 }, "unchanged mark-canary"],
    ["foreign", {}, "CANARY_NOT_OURS"],
    ["foreign", told, "canary-shifted shift-canary mark-canary"],
    ["re-pointed", {}, "CANARY_CHANGED"],
    ["base moved", {}, "CANARY_CHANGED"],
    ["none", {}, "CANARY_MISSING"],
  ])("where the canary is %s, with %j: %s", (row, changes, expected) => {
    expect(decide(row, { percent: 50, ...changes })).toBe(expected);
  });

  test("is written down with its step and time; the deadline stays", () => {
    const plan = planCanary(aCanaryRequest({ percent: 50 }), canaryFinds({ stages: [rows.ours] }));
    expect(plan).toMatchObject({
      steps: [
        { kind: "shift-canary", deploymentId: "new222", from: 10, to: 50 },
        {
          intent: {
            base: "old111",
            step: 2,
            percent: 50,
            since: "now",
            until: NOW + 3_600_000,
            atEnd: "abort",
            failed: 0,
          },
        },
      ],
    });
  });
});

test("a canary that was ended elsewhere is told of, with what the stage serves", () => {
  const notes = (["aborted elsewhere", "completed elsewhere", "gone and pointed on"] as const).map((row) => {
    const plan = planCanary(aCanaryRequest({ percent: 0 }), canaryFinds({ stages: [rows[row]] }));
    return "refused" in plan ? plan.refused : plan.notes.join(" ");
  });
  expect(notes).toEqual([
    "Stage prod has no canary; it serves deployment old111. A canary on deployment new222 was started beside deployment old111, and it was aborted elsewhere.",
    "Stage prod has no canary; it serves deployment new222. A canary on deployment new222 was started beside deployment old111, and it was completed elsewhere.",
    "Stage prod has no canary; it serves deployment third5. A canary on deployment new222 was started beside deployment old111; since then somebody has ended it and pointed the stage at another deployment.",
  ]);
});

test("of a stage that does not exist there is no canary", () => {
  expect(planCanary(aCanaryRequest(), canaryFinds())).toMatchObject({ refused: "STAGE_UNKNOWN" });
});
