import { describe, expect, test } from "@jest/globals";
import type { StageOutcome } from "../../../src/report/outcome.ts";
import { page } from "../../../src/report/text/page.ts";
import fc from "../../property.ts";
import { aRestApi } from "../../requests.ts";
import { aliveIn, hostilePieces } from "../alive.ts";
import { anOutcome, failure, links, url } from "../outcomes.ts";

const LIMIT = 60_000;

const read = (changes: Partial<StageOutcome> = {}): string => page(anOutcome(changes), links, [], LIMIT);

describe("the page", () => {
  test("of a success says where, what, and how to try it", () => {
    const text = read();
    expect(text).toMatch(/^### ✅ Orders · preview `pr-7` is live$/m);
    expect(text).toContain(`**<${url}>**`);
    expect(text).toContain("`new222`, before `old111`");
    expect(text).toContain(`curl -i '${url}/pets'`);
    expect(text).toContain(links.logUrl);
    expect(text).toContain("What was done");
  });

  test("of a failure is red, keeps the last good URL and holds the error", () => {
    const text = read({ result: "failed", error: failure("It is on fire."), deploymentId: "old111", changed: false });
    expect(text).toMatch(/^### ❌ Orders · preview `pr-7` was not deployed$/m);
    expect(text).toContain("It is on fire.");
    expect(text).toContain(`Still there: **<${url}>**`);
    expect(text).not.toContain("curl");
  });

  test("of a failure that callers notice does not say that nothing was deployed", () => {
    const text = read({ result: "failed", error: failure("It is on fire."), changed: true });
    expect(text).toMatch(/^### ❌ Orders · preview `pr-7` has a problem$/m);
  });

  test("of a cancelled run says so", () => {
    const text = read({ result: "failed", error: failure("Stopped.", "CANCELLED") });
    expect(text).toMatch(/^### ⚪ Orders · preview `pr-7`: cancelled$/m);
  });

  test("of a dry run shows the plan in the open", () => {
    const text = read({ result: "planned" });
    expect(text).toContain("### 📝 Orders · plan for preview `pr-7`, nothing was changed");
    expect(text).not.toContain("<details>");
  });

  test.each([
    ["a private API", { kind: "private", url: undefined }, "only inside its VPC"],
    ["a private API with an endpoint", { kind: "private", url: "https://x-vpce-1.example/pr-7" }, "Inside its VPC"],
    ["a disabled endpoint", { kind: "disabled" }, "default endpoint is switched off"],
  ] as const)("of %s posts no link", (_, invokeUrl, sentence) => {
    const text = read({ invokeUrl });
    expect(text).toContain(sentence);
    expect(text).not.toContain("**<");
    expect(text).not.toContain("curl");
  });

  test("of a stage that was never made has no link", () => {
    expect(read({ result: "failed", error: failure("No."), deploymentId: undefined })).not.toContain(url);
  });

  test("leaves out what does not fit, and says so", () => {
    const text = page(anOutcome(), links, ["x".repeat(LIMIT)], LIMIT);
    expect(text.length).toBeLessThanOrEqual(LIMIT);
    expect(text).toContain("What was done");
    expect(text).toContain("… The rest did not fit; the whole report is in the job summary.");
  });

  test("carries the warnings", () => {
    expect(page(anOutcome(), links, ["Could not comment."], LIMIT)).toContain("⚠️ Could not comment.");
  });
});

test("I10: whatever API names, environments and services say, nothing comes alive", () => {
  const hostile = fc.array(fc.constantFrom(...hostilePieces), { maxLength: 12 }).map((pieces) => pieces.join(""));
  fc.assert(
    fc.property(hostile, hostile, hostile, hostile, (name, environment, happened, warning) => {
      const changes = {
        api: aRestApi({ name }),
        recordedIn: environment,
        result: "failed",
        error: failure(happened),
      } as const;
      expect(aliveIn(page(anOutcome(changes), links, [warning], LIMIT))).toEqual([]);
    }),
    { numRuns: 500 },
  );
});
