import { describe, expect, test } from "@jest/globals";
import { diffRoutes } from "../../../src/plan/routes/diff.ts";
import { refuseRoutes } from "../../../src/plan/routes/fail-on.ts";
import { deployed, IAM, OPEN } from "./deployments.ts";

describe("fail-on", () => {
  const diff = diffRoutes(deployed({ "GET /a": IAM, "GET /b": OPEN }), deployed({ "GET /a": OPEN, "GET /c": OPEN }));

  test.each([
    [["auth-weakened"] as const, ["auth-weakened: weaker authorization: GET /a (AWS_IAM → nothing)."]],
    [["route-removed"] as const, ["route-removed: routes that callers lose: GET /b."]],
    [["auth-weakened", "route-removed"] as const, ["GET /a", "GET /b"]],
  ])("%j names what stops the run", (failOn, texts) => {
    const refusal = refuseRoutes(diff, failOn);
    expect(refusal?.refused).toBe("FAIL_ON");
    for (const text of texts) expect(refusal?.happened).toContain(text);
    expect(refusal?.happened.split("\n")).toHaveLength(failOn.length + 1);
  });

  test("stops nothing when it names nothing, or when nothing of it happens", () => {
    expect(refuseRoutes(diff, [])).toBeUndefined();
    const other = diffRoutes(new Map(), deployed({ "GET /a": OPEN }));
    expect(refuseRoutes(other, ["auth-weakened", "route-removed"])).toBeUndefined();
  });

  test("names ten routes and counts the rest", () => {
    const many = new Map(Array.from({ length: 13 }, (_, index) => [`GET /r${index}`, OPEN]));
    const text = refuseRoutes(diffRoutes(many, new Map()), ["route-removed"])?.happened;
    expect(text).toMatch(/: GET \/r0, GET \/r1, .*, GET \/r6 and 3 more\.$/);
  });
});
