import { describe, expect, test } from "@jest/globals";
import { FAIL_ON } from "../../src/inputs/fail-on.ts";
import { refuseByFailOn } from "../../src/plan/fail-on.ts";
import { diffRoutes } from "../../src/plan/routes/diff.ts";
import { deployed, IAM, OPEN } from "./routes/deployments.ts";

describe("fail-on", () => {
  const diff = diffRoutes(deployed({ "GET /a": IAM, "GET /b": OPEN }), deployed({ "GET /a": OPEN, "GET /c": OPEN }));

  test.each([
    [["auth-weakened"] as const, ["auth-weakened: weaker authorization: GET /a (AWS_IAM → nothing)."]],
    [["route-removed"] as const, ["route-removed: routes that callers lose: GET /b."]],
    [["auth-weakened", "route-removed"] as const, ["GET /a", "GET /b"]],
  ])("%j names what stops the run", (failOn, texts) => {
    const refusal = refuseByFailOn({ routes: diff, takenAway: [] }, failOn);
    expect(refusal?.refused).toBe("FAIL_ON");
    for (const text of texts) expect(refusal?.happened).toContain(text);
    expect(refusal?.happened.split("\n")).toHaveLength(failOn.length + 1);
  });

  const takenAway = [{ what: "removes the resource policy", effect: "Whom it kept out gets in." }];
  test("settings-removed needs no routes to compare", () => {
    const refusal = refuseByFailOn({ routes: undefined, takenAway }, ["settings-removed", "route-removed"]);
    expect(refusal?.happened).toContain("settings-removed: the import removes the resource policy.");
    expect(refuseByFailOn({ routes: undefined, takenAway }, ["route-removed"])).toBeUndefined();
  });

  test("stops nothing when it names nothing, or when nothing of it happens", () => {
    expect(refuseByFailOn({ routes: diff, takenAway }, [])).toBeUndefined();
    const other = diffRoutes(new Map(), deployed({ "GET /a": OPEN }));
    expect(refuseByFailOn({ routes: other, takenAway: [] }, FAIL_ON)).toBeUndefined();
  });

  test("names ten routes and counts the rest", () => {
    const many = new Map(Array.from({ length: 13 }, (_, index) => [`GET /r${index}`, OPEN]));
    const text = refuseByFailOn({ routes: diffRoutes(many, new Map()), takenAway: [] }, ["route-removed"])?.happened;
    expect(text).toMatch(/: GET \/r0, GET \/r1, .*, GET \/r6 and 3 more\.$/);
  });
});
