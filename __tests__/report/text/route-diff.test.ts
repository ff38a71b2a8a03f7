import { describe, expect, test } from "@jest/globals";
import type { RouteAuthorization } from "../../../src/domain/route.ts";
import { diffRoutes } from "../../../src/plan/routes/diff.ts";
import {
  otherRouteChanges,
  routeCounts,
  routeDangers,
  routeDiffLines,
  routeDiffOutputs,
} from "../../../src/report/text/route-diff.ts";
import fc from "../../property.ts";

const OPEN: RouteAuthorization = { authorizationType: "NONE", apiKeyRequired: false };
const KEY: RouteAuthorization = { authorizationType: "NONE", apiKeyRequired: true };
const IAM: RouteAuthorization = { authorizationType: "AWS_IAM", apiKeyRequired: false };
const CUSTOM_KEY: RouteAuthorization = { authorizationType: "CUSTOM", apiKeyRequired: true };

const before = new Map([
  ["GET /a", IAM],
  ["GET /b", OPEN],
  ["GET /c", CUSTOM_KEY],
  ["GET /d", OPEN],
]);
const after = new Map([
  ["GET /a", OPEN],
  ["GET /c", IAM],
  ["GET /d", IAM],
  ["GET /e", KEY],
  ["GET /f", IAM],
]);
const diff = diffRoutes(before, after);
const same = diffRoutes(before, before);
const many = (count: number, path = (index: number): string => `/r${index}`) =>
  diffRoutes(new Map(Array.from({ length: count }, (_, index) => [`GET ${path(index)}`, IAM])), new Map());

test("the outputs count a route that changed in two ways once", () => {
  expect(routeDiffOutputs(diff)).toEqual({
    "routes-added": "2",
    "routes-removed": "1",
    "routes-changed": "3",
    "auth-weakened": "2",
  });
});

test("the log lines begin with the counts and the weakened routes", () => {
  expect(routeDiffLines({ diff, comparedWith: "" })).toEqual([
    "⚠️ 2 with weaker authorization, 2 added, 1 removed, 3 changed.",
    "⚠️ weaker authorization: GET /a: AWS_IAM → nothing",
    "⚠️ weaker authorization: GET /c: CUSTOM and API key → AWS_IAM",
    "added without authorization: GET /e, needs API key",
    "added: GET /f, needs AWS_IAM",
    "removed: GET /b, needed nothing",
    "changed: GET /a: AWS_IAM → nothing",
    "changed: GET /c: CUSTOM and API key → AWS_IAM",
    "changed: GET /d: nothing → AWS_IAM",
  ]);
  expect(routeDiffLines({ diff: same, comparedWith: "", by: "By the draft." })).toEqual([
    "By the draft.",
    "no change.",
  ]);
});

test("the log tells a thousand changes and counts the rest", () => {
  const lines = routeDiffLines({ diff: many(1203), comparedWith: "" });
  expect(lines).toHaveLength(1002);
  expect(lines[0]).toContain("1203 removed");
  expect(lines.at(-1)).toBe("… and 203 more");
  expect(routeDiffLines({ diff: many(1000), comparedWith: "" }).at(-1)).toMatch(/^removed: /);
});

test("the counts are one line, without what there is none of", () => {
  expect(routeCounts({ diff, comparedWith: "stage prod", by: "By the draft." })).toBe(
    "**Routes:** ⚠️ 2 with weaker authorization, 2 added, 1 removed, 3 changed. Compared with `stage prod`. By the draft.",
  );
  expect(routeCounts({ diff: many(1), comparedWith: "dep111" })).toBe("**Routes:** 1 removed. Compared with `dep111`.");
  expect(routeCounts({ diff: same, comparedWith: "dep111" })).toBe("**Routes:** no change. Compared with `dep111`.");
});

describe("the tables", () => {
  test("show what callers lose apart from the rest, each route once", () => {
    expect(routeDangers(diff, 5_000)).toBe(`| ⚠️ Weaker authorization | Callers needed | Now they need |
| :-- | :-- | :-- |
| \`GET /a\` | \`AWS_IAM\` | nothing |
| \`GET /c\` | \`CUSTOM and API key\` | \`AWS_IAM\` |

| ⚠️ Removed | Callers needed |
| :-- | :-- |
| \`GET /b\` | nothing |`);
    expect(otherRouteChanges(diff, 5_000)).toBe(`| Route | Change |
| :-- | :-- |
| \`GET /e\` | added without authorization, needs \`API key\` |
| \`GET /f\` | added, needs \`AWS_IAM\` |
| \`GET /d\` | needed nothing, needs \`AWS_IAM\` |`);
  });

  test("are not there when nothing changes", () => {
    expect([routeDangers(same, 5_000), otherRouteChanges(same, 5_000)]).toEqual(["", ""]);
  });

  test("are folded from more than ten rows on", () => {
    expect(routeDangers(many(10), 5_000)).not.toContain("<details>");
    expect(routeDangers(many(11), 5_000)).toContain("<details><summary>⚠️ Removed routes (11)</summary>");
  });

  test("keep within their limit, are cut between rows and count the rest", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 0, max: 3_000 }), (count, limit) => {
        const section = routeDangers(many(count), limit);
        expect(Buffer.byteLength(section)).toBeLessThanOrEqual(limit);
        const rows = section.split("\n").filter((line) => line.startsWith("| `GET"));
        for (const row of rows) expect(row).toMatch(/^\| `GET \/r\d+` \| `AWS_IAM` \|$/);
        const rest = /… and (\d+) more/.exec(section)?.[1];
        if (rows.length > 0) expect(rows.length + Number(rest ?? 0)).toBe(count);
        else expect(section).toBe("");
        expect(section.includes("<details>")).toBe(section.includes("</details>"));
      }),
      { numRuns: 300 },
    );
  });

  test("show as many rows as fit", () => {
    const whole = routeDangers(many(8), 5_000);
    expect(routeDangers(many(8), Buffer.byteLength(whole))).toBe(whole);
    const cut = routeDangers(many(8), Buffer.byteLength(whole) - 1);
    expect(cut).toContain("`GET /r6` | `AWS_IAM` |\n\n… and 1 more");
  });

  test("let no path of the API come alive", () => {
    const section = routeDangers(
      many(1, () => "/a|b`@team<img>"),
      5_000,
    );
    expect(section.split("\n").at(-1)).toMatch(/^\| .* \| `AWS_IAM` \|$/);
    expect(section).not.toContain("a|b");
    expect(section).not.toContain("<img");
    expect(section).not.toContain("@team");
  });
});
