import { describe, expect, test } from "@jest/globals";
import { isStageRequest } from "../../src/inputs/request.ts";
import { linkOf, type Outcome } from "../../src/report/outcome.ts";
import { unmarked } from "../../src/report/text/prose.ts";
import { readable } from "../readable.ts";
import { play, type Scene, type Told } from "./gallery/play.ts";
import { scenes, threeApis } from "./gallery/scenes.ts";

/** Every result, held together over all channels; `npm run generate` writes what they look like. */

const played = await Promise.all(
  [...scenes, ...threeApis].map(async (scene) => [scene.name, await play(scene), scene] as const),
);

const RESULTS: Readonly<Record<Outcome["result"], true>> = {
  created: true,
  updated: true,
  unchanged: true,
  promoted: true,
  "rolled-back": true,
  deleted: true,
  swept: true,
  reported: true,
  skipped: true,
  planned: true,
  failed: true,
  "canary-started": true,
  "canary-shifted": true,
  "canary-held": true,
  "canary-completed": true,
  "canary-aborted": true,
};

test("every result is there", () => {
  expect(new Set(played.map(([, { outcome }]) => outcome.result))).toEqual(new Set(Object.keys(RESULTS)));
});

/** What stands in a group is folded. */
const outside = ({ log }: Told): string => log.join("\n");
const pagesOf = ({ comment, summary }: Told): readonly string[] => [summary, ...(comment === "" ? [] : [comment])];
const headlineOf = (page: string): string => /^### .*$/m.exec(page)?.[0] ?? "";

const expectServed = ({ outcome, outputs, log, record, ...told }: Told): void => {
  const { deploymentId = "", isKnown, request } = outcome;
  if (!isStageRequest(request)) return;
  const last = log.at(-1) ?? "";
  expect(outputs["deployment-id"]).toBe(deploymentId);
  if (!isKnown) expect(last).toBe(`Result: failed. It is not known what stage ${request.stageName} serves.`);
  else if (deploymentId === "") expect(last).toContain(`Stage ${request.stageName} does not exist.`);
  else expect(last).toContain(`Stage ${request.stageName} serves deployment ${deploymentId}`);
  for (const page of [told.summary, told.comment]) {
    expect(/^\| Deployment \| `(\w+)`/m.exec(page)?.[1] ?? "").toBe(deploymentId);
    expect(/\*\*<(.*)>\*\*/.exec(page)?.[1] ?? "").toBe(linkOf(outcome));
    expect(page.includes("curl")).toBe(
      outcome.served.example !== undefined && linkOf(outcome) !== "" && outcome.result !== "failed",
    );
  }
  expect(outputs["invoke-url"]).toBe(linkOf(outcome));
  if (record?.state === "success") {
    expect(record.description).toContain(`serves deployment ${deploymentId}`);
    expect(record.environmentUrl).toBe(linkOf(outcome));
  }
};

const expectError = (told: Told): void => {
  const { error } = told.outcome;
  expect(told.record?.state === "failure").toBe(error !== undefined && told.record !== undefined);
  if (error === undefined) return;
  expect(outside(told)).toContain(`Could not ${error.doing}.\n${error.happened}\nState: ${error.state}`);
  for (const page of pagesOf(told).map(readable)) {
    expect(page).toContain(`Could not ${error.doing}.\n${error.happened}\nState: ${error.state}\nWhat to do: `);
    expect(page.split(error.happened)).toHaveLength(2);
  }
  for (const page of pagesOf(told)) expect(page).toContain(`docs/errors.md#${error.code.toLowerCase()}>)`);
  if (told.record !== undefined) expect(told.record.description).toContain(error.code);
};

const expectDangers = (told: Told): void => {
  const { routes, error, smoke } = told.outcome;
  const { outputs } = told;
  expect(outputs["auth-weakened"] ?? "").toBe(
    routes === undefined ? (outputs["auth-weakened"] ?? "") : String(routes.diff.authWeakened.length),
  );
  const lost = (routes?.diff.authWeakened.length ?? 0) + (routes?.diff.removed.length ?? 0);
  for (const page of pagesOf(told)) {
    const headline = headlineOf(page);
    if (lost > 0) {
      expect(headline).not.toMatch(/[✅🐤📝]/u);
      if (error === undefined || error.code === "FAIL_ON") expect(headline).toMatch(/weaker authorization|removed/);
      expect(page.indexOf("| ⚠️ ")).toBeLessThan(page.indexOf("**<"));
    }
    if (smoke?.kind === "unhealthy") {
      expect(headline).toContain("1 of 2 smoke tests failed");
      expect(page.indexOf("❌ `GET /health`")).toBeLessThan(page.indexOf("**<"));
    }
  }
  if (smoke?.kind === "unhealthy") expect(outside(told)).toContain("  GET /health: The status is 500");
};

/** What was once said wrongly, wherever. */
const NOWHERE = [
  /Nothing was changed\.[\s\S]*[Nn]othing was changed/,
  /\b1 (?:\w+ )?(?:routes|stages|deployments|tests|days)\b/,
  /\bAll 2\b/,
  /Could not rollback/,
  /\| \| \|/,
  /(?<!would be )Would delete/,
];

describe.each(played)("%s", (_, told: Told, { inputs }: Scene) => {
  test("is the same story in log, summary, comment, outputs and record", () => {
    const { outcome, log, outputs } = told;
    expect(outputs["result"]).toBe(outcome.result);
    expect(log.at(-1)).toMatch(new RegExp(`^Result: ${outcome.result}\\. `));
    expectServed(told);
    expectError(told);
    expectDangers(told);
    if (told.comment !== "") expect(told.comment.split("\n").slice(1).join("\n")).toBe(told.summary);
  });

  test("says its reasons in the open, and names the API", () => {
    const { outcome, log } = told;
    const plan = log.indexOf("# Plan");
    for (const note of outcome.notes) {
      expect(outside(told)).toContain(readable(note));
      if (outcome.plan?.notes.includes(note)) expect(log.slice(0, plan)).toContain(unmarked(note));
      for (const page of pagesOf(told)) expect(readable(page)).toContain(readable(note));
    }
    for (const page of pagesOf(told)) expect(headlineOf(page)).toContain(` ${inputs["label"] ?? "Orders"} · `);
  });

  test("has no mark that shows, and nothing twice", () => {
    expect(outside(told)).not.toContain("`");
    for (const text of [outside(told), ...pagesOf(told)]) for (const fault of NOWHERE) expect(text).not.toMatch(fault);
  });
});

test("a rollback shows the commit that it went back to", async () => {
  const [, told] = played.find(([name]) => name === "rolled-back-by-hand") ?? [];
  expect(told?.summary).toContain("| Its commit | [`ca11ab1`]");
});

test("three APIs of one pull request have three comments, which nobody confuses", () => {
  const three = played.filter(([name]) => name === "three-apis").map(([, { comment }]) => comment);
  expect(new Set(three.map((comment) => comment.split("\n")[0])).size).toBe(3);
  expect(three.map((comment) => /### \S+ (.*) · /.exec(comment)?.[1])).toEqual(
    threeApis.map(({ inputs }) => inputs["label"]),
  );
});
