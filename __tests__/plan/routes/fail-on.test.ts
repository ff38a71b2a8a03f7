import { describe, expect, test } from "@jest/globals";
import type { Routes } from "../../../src/domain/route.ts";
import type { FailOn } from "../../../src/inputs/fail-on.ts";
import { judgeRoutes, type RouteVerdict } from "../../../src/plan/routes/fail-on.ts";
import { deployed, IAM, OPEN } from "./deployments.ts";

const before = deployed({ "GET /a": IAM, "GET /b": OPEN });
const after = deployed({ "GET /a": OPEN, "GET /c": OPEN });

const judge = (
  failOn: readonly FailOn[],
  sides: { readonly before?: Routes | undefined; readonly after?: Routes | undefined } = { before, after },
): RouteVerdict =>
  judgeRoutes({
    compared: { name: "stage prod", routes: sides.before },
    deployment: "deployment new111",
    after: sides.after,
    failOn,
  });

describe("fail-on", () => {
  test.each([
    [["auth-weakened"] as const, ["auth-weakened: weaker authorization: GET /a (AWS_IAM → nothing)."]],
    [["route-removed"] as const, ["route-removed: routes that callers lose: GET /b."]],
    [["auth-weakened", "route-removed"] as const, ["GET /a", "GET /b"]],
  ])("%j names what stops the run", (failOn, texts) => {
    const { refusal } = judge(failOn);
    expect(refusal?.refused).toBe("FAIL_ON");
    for (const text of texts) expect(refusal?.happened).toContain(text);
    expect(refusal?.happened.split("\n")).toHaveLength(failOn.length + 1);
  });

  test("stops nothing when it names nothing, or when nothing of it happens", () => {
    expect(judge([])).toMatchObject({ refusal: undefined, notes: [], warnings: [] });
    const grown = { before: deployed({ "GET /a": OPEN }), after: deployed({ "GET /a": OPEN, "GET /b": OPEN }) };
    expect(judge(["auth-weakened", "route-removed"], grown).refusal).toBeUndefined();
  });

  test("names ten routes and counts the rest", () => {
    const many = new Map(Array.from({ length: 13 }, (_, index) => [`GET /r${index}`, OPEN]));
    const text = judge(["route-removed"], { before: many, after: new Map() }).refusal?.happened;
    expect(text).toMatch(/: GET \/r0, GET \/r1, .*, GET \/r6 and 3 more\.$/);
  });
});

describe("I8: routes that are not known", () => {
  test.each([
    ["before", { before: undefined, after }, "the routes of what stage prod serves,"],
    ["after", { before, after: undefined }, "the routes of deployment new111,"],
    ["on both sides", {}, "the routes of what stage prod serves and deployment new111,"],
  ])("%s are refused where fail-on asks, and it is said what could not be compared", (_, sides, unknown) => {
    const { refusal, diff } = judge(["auth-weakened", "route-removed"], sides);
    expect(refusal?.refused).toBe("ROUTES_UNKNOWN");
    expect(refusal?.happened).toContain(unknown);
    expect(refusal?.happened).toContain("auth-weakened or route-removed");
    expect(diff).toBeUndefined();
  });

  test("are told where nobody asks", () => {
    const { refusal, warnings } = judge([], { before, after: undefined });
    expect(refusal).toBeUndefined();
    expect(warnings.join()).toContain("What changes for callers is not known");
  });

  test("harm nobody on a stage that is new, and that is said", () => {
    const question = { compared: undefined, deployment: "deployment new111", after: undefined };
    const verdict = judgeRoutes({ ...question, failOn: ["route-removed"] });
    expect(verdict.refusal).toBeUndefined();
    expect(verdict.notes.join()).toContain("the stage is new, and nobody calls it yet");
    expect(judgeRoutes({ ...question, failOn: [] }).notes).toEqual([]);
  });
});
