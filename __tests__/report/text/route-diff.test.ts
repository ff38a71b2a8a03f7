import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import type { RouteAuthorization } from "../../../src/domain/route.ts";
import { diffRoutes } from "../../../src/plan/routes/diff.ts";
import { routeDiffLines, routeDiffOutputs, routeDiffSection } from "../../../src/report/text/route-diff.ts";

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
  expect(routeDiffLines(diff)).toEqual([
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
  expect(routeDiffLines(same)).toEqual(["no change."]);
});

test("the log tells a thousand changes and counts the rest", () => {
  const lines = routeDiffLines(many(1203));
  expect(lines).toHaveLength(1002);
  expect(lines[0]).toContain("1203 removed");
  expect(lines.at(-1)).toBe("… and 203 more");
  expect(routeDiffLines(many(1000)).at(-1)).toMatch(/^removed: /);
});

describe("the section", () => {
  test("shows the counts, then the weakened routes, then all changes", () => {
    expect(
      routeDiffSection(diff, "stage `prod`", 5_000),
    ).toBe(`**Routes**, compared with stage \`prod\`: ⚠️ 2 with weaker authorization, 2 added, 1 removed, 3 changed.

| ⚠️ Weaker authorization | Callers needed | Now they need |
| --- | --- | --- |
| \`GET /a\` | \`AWS_IAM\` | nothing |
| \`GET /c\` | \`CUSTOM and API key\` | \`AWS_IAM\` |

| | Route | Callers need |
| --- | --- | --- |
| added without authorization | \`GET /e\` | \`API key\` |
| added | \`GET /f\` | \`AWS_IAM\` |
| removed | \`GET /b\` | before: nothing |
| changed | \`GET /a\` | \`AWS_IAM\` → nothing |
| changed | \`GET /c\` | \`CUSTOM and API key\` → \`AWS_IAM\` |
| changed | \`GET /d\` | nothing → \`AWS_IAM\` |`);
  });

  test("is one line when nothing changes", () => {
    expect(routeDiffSection(same, "`dep111`", 5_000)).toBe("**Routes**, compared with `dep111`: no change.");
  });

  test("folds tables of more than ten rows", () => {
    expect(routeDiffSection(many(10), "`dep111`", 5_000)).not.toContain("<details>");
    expect(routeDiffSection(many(11), "`dep111`", 5_000)).toContain(
      "<details><summary>All route changes (11)</summary>",
    );
  });

  test("keeps within its limit, cuts between rows and counts the rest", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 0, max: 3_000 }), (count, limit) => {
        const section = routeDiffSection(many(count), "`dep111`", limit);
        expect(section.length).toBeLessThanOrEqual(limit);
        const rows = section.split("\n").filter((line) => line.startsWith("| removed"));
        for (const row of rows) expect(row).toMatch(/^\| removed \| `GET \/r\d+` \| before: `AWS_IAM` \|$/);
        const rest = /… and (\d+) more/.exec(section)?.[1];
        if (rows.length > 0) expect(rows.length + Number(rest ?? 0)).toBe(count);
        else expect(section).toMatch(/^(?:\*\*Routes\*\*, compared with `dep111`: [^\n]+)?$/);
        expect(section.includes("<details>")).toBe(section.includes("</details>"));
      }),
      { numRuns: 300 },
    );
  });

  test("shows as many rows as fit", () => {
    const whole = routeDiffSection(many(8), "`dep111`", 5_000);
    expect(routeDiffSection(many(8), "`dep111`", whole.length)).toBe(whole);
    const cut = routeDiffSection(many(8), "`dep111`", whole.length - 1);
    expect(cut).toContain("`GET /r6` | before: `AWS_IAM` |\n\n… and 1 more");
  });

  test("lets no path of the API come alive", () => {
    const section = routeDiffSection(
      many(1, () => "/a|b`@team<img>"),
      "`dep111`",
      5_000,
    );
    expect(section.split("\n").at(-1)).toMatch(/^\| removed \| .* \| before: `AWS_IAM` \|$/);
    expect(section).not.toContain("a|b");
    expect(section).not.toContain("<img");
    expect(section).not.toContain("@team");
  });
});
