import { describe, expect, test } from "@jest/globals";
import { failedTestsSection, passedTestsSection, smokeTestLines } from "../../../src/report/text/smoke-tests.ts";
import { type Attempt, failureText, type SmokeCheck, type SmokeVerdict } from "../../../src/verify/verdict.ts";
import fc from "../../property.ts";
import { aliveIn, hostilePieces } from "../alive.ts";

const check = (path: string, last: Attempt, fields: Partial<SmokeCheck> = {}): SmokeCheck => ({
  test: { line: 1, method: "GET", path, status: 200, contains: [], headers: [], within: undefined },
  passed: last.kind === "answer" && last.problems.length === 0,
  attempts: 1,
  last,
  ...fields,
});

const answer = (fields: Partial<Extract<Attempt, { kind: "answer" }>> = {}): Attempt => ({
  kind: "answer",
  status: 200,
  milliseconds: 42,
  body: "{}",
  problems: [],
  refusal: "",
  ...fields,
});

const nasty = "</code>```\n::error::@octocat [x](http://evil.example) #7 <img src=x>";
const broken = check("/a|b", answer({ status: 500, body: nasty, problems: [`The status is 500. ${nasty}`] }), {
  attempts: 7,
});
const unhealthy: SmokeVerdict = { kind: "unhealthy", checks: [check("/ok", answer()), broken], failing: broken };

describe("the log", () => {
  test("has a line a test, and under a failed one what was wrong", () => {
    const last = answer({ status: 500, body: '{"message":\n"no"}', problems: ["The status is 500; expected is 200."] });
    const failing = check("/health", last, { attempts: 7 });
    expect(smokeTestLines({ kind: "unhealthy", checks: [check("/ok", answer()), failing], failing })).toEqual([
      "1 of 2 smoke tests failed.",
      "passed  GET /ok (200 in 42 ms, 1 try)",
      "FAILED  GET /health (500 in 42 ms, 7 tries)",
      "  The status is 500; expected is 200.",
      String.raw`  The answer begins: "{\"message\":\n\"no\"}"`,
    ]);
  });

  test("says what is not known when the stage cannot be reached", () => {
    const last: Attempt = { kind: "no-answer", reason: "dns", detail: "ENOTFOUND: x" };
    const verdict: SmokeVerdict = {
      kind: "unreachable",
      checks: [check("/", last)],
      because: "No request got an answer.",
    };
    expect(smokeTestLines(verdict)).toEqual([
      "The runner cannot reach the stage, so nothing is known about its health. No request got an answer.",
      "FAILED  GET / (1 try)",
      "  The name is not known to DNS: ENOTFOUND: x",
    ]);
  });

  test("counts what passed", () => {
    expect(smokeTestLines({ kind: "healthy", checks: [check("/a", answer()), check("/b", answer())] })[0]).toBe(
      "Both smoke tests passed.",
    );
    expect(smokeTestLines({ kind: "healthy", checks: [check("/a", answer())] })[0]).toBe("The smoke test passed.");
  });
});

describe("the Markdown", () => {
  test("shows the failing answer in a block that it cannot leave, and folds what passed", () => {
    const text = failedTestsSection(unhealthy);
    expect(text).toMatch(/^❌ .*GET \/a\\\|b.* \(500 in 42 ms, 7 tries\)/);
    expect(text).toContain(`\`\`\`\`text\n${nasty}\n\`\`\`\``);
    expect(passedTestsSection(unhealthy)).toBe(
      "<details><summary>Smoke tests that passed: 1</summary>\n\n- ✅ `GET /ok` (200 in 42 ms, 1 try)\n\n</details>",
    );
  });

  test("leaves nothing alive outside of it", () => {
    const outside = failedTestsSection(unhealthy).replace(`\`\`\`\`text\n${nasty}\n\`\`\`\``, "");
    expect(outside).not.toMatch(/@octocat|<img|\]\(|https?:\/\/|^::/m);
  });

  test("leaves nothing alive, whatever the answer or its want says", () => {
    const text = fc.array(fc.constantFrom(...hostilePieces), { maxLength: 8 }).map((pieces) => pieces.join(""));
    fc.assert(
      fc.property(text, text, (body, detail) => {
        const failing = check(`/${detail}`, answer({ body, problems: ["No."] }));
        const silent = check("/", { kind: "no-answer", reason: "dns", detail });
        const verdict: SmokeVerdict = { kind: "unhealthy", checks: [failing, silent], failing };
        expect(aliveIn(failedTestsSection(verdict))).toEqual([]);
      }),
    );
  });

  test("says why no answer came", () => {
    const last: Attempt = { kind: "no-answer", reason: "dns", detail: "ENOTFOUND" };
    const verdict: SmokeVerdict = { kind: "unreachable", checks: [check("/", last)], because: "Nobody answers." };
    expect(failedTestsSection(verdict)).toBe("❌ `GET /` (1 try): The name is not known to DNS: ENOTFOUND");
    expect(passedTestsSection(verdict)).toBe("");
  });
});

test("an error names the tests that failed, and why, up to five of them", () => {
  expect(failureText({ ...unhealthy, checks: [check("/ok", answer()), broken, broken] })).toBe(
    `2 of 3 smoke tests failed.\n  GET /a|b: The status is 500. ${nasty}\n  GET /a|b: The status is 500. ${nasty}`,
  );
  expect(failureText({ ...unhealthy, checks: Array.from({ length: 7 }, () => broken) })).toMatch(/\n {2}and 2 more$/);
});
