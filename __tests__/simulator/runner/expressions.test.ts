// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the texts are workflow expressions.
import { createHash } from "node:crypto";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { evaluate, evaluateCondition, evaluateString } from "../../../simulator/runner/expressions.ts";
import { temporaryFolder } from "./fixture-action.ts";

const contexts = {
  github: { event_name: "push", event: { number: 7, draft: false, labels: [{ name: "a" }, { name: "b" }] } },
  steps: { deploy: { outputs: { "invoke-url": "https://x.example/prod" } } },
};

describe("evaluate", () => {
  test.each([
    ["plain text", "plain text"],
    ["", ""],
    ["${{ github.event.number }}", 7],
    ["${{ github.event.draft }}", false],
    ["pr-${{ github.event.number }}", "pr-7"],
    ["${{ steps.deploy.outputs['invoke-url'] }}/pets", "https://x.example/prod/pets"],
    ["${{ steps.deploy.outputs.invoke-url }}", "https://x.example/prod"],
    ["${{ steps.none.outputs.url }}", null],
    ["a${{ github.nothing }}b", "ab"],
    ["${{ github.event.labels.*.name }}", ["a", "b"]],
    ["${{ contains(github.event.labels.*.name, 'b') }}", true],
    ["${{ GitHub.Event_Name == 'PUSH' }}", true],
    ["${{ format('{0}}}', '}}') }}", "}}}"],
    ["${{ fromJSON('{\"a\":1}').a }}", 1],
    ["${{ github.event.number }}${{ github.event.draft }}", "7false"],
    ["${{ github.event }}!", "Object!"],
  ])("%j is %j", (text, value) => {
    expect(evaluate(text, contexts)).toEqual(value);
  });

  test.each([
    ["${{ secrets.X }}", "Unrecognized named-value: 'secrets'"],
    ["${{ always() }}", "Unrecognized function: 'always'"],
    ["${{ github. }}", "Unexpected symbol: 'EOF'. Located at position 7 within expression: github."],
    ["${{ }}", "An expression was expected"],
    ["${{ github.ref", "The expression is not closed."],
    ["${{ hashFiles('**') }}", "There is no github.workspace whose files hashFiles() could find"],
    ["${{ format() }}", "Too few parameters supplied"],
  ])("%j is an error", (text, message) => {
    expect(() => evaluate(text, contexts)).toThrow(message);
  });

  test("hashFiles() hashes the hashes of the files below the workspace that the patterns name", async () => {
    const workspace = await temporaryFolder();
    const files = ["a/package-lock.json", "b/.x/package-lock.json", "package-lock.json", "a/other.json", "z[1]/y.txt"];
    for (const path of files) {
      await mkdir(dirname(join(workspace, path)), { recursive: true });
      await writeFile(join(workspace, path), path);
    }
    const sha = (content: string | Buffer) => createHash("sha256").update(content).digest();
    const hashOf = (...paths: readonly string[]) => sha(Buffer.concat(paths.map(sha))).toString("hex");
    const hash = (args: string) => evaluate(`\${{ hashFiles(${args}) }}`, { github: { workspace } });
    const [a = "", b = "", top = "", other = "", y = ""] = files;
    expect(hash("'**/package-lock.json'")).toBe(hashOf(a, b, top));
    expect(hash("'package-lock.json', 'a/p*.json'")).toBe(hashOf(top, a));
    expect(hash("'./a', '!**/?ther.*'")).toBe(hashOf(a));
    expect(hash("'**/[!a]*/*.json'")).toBe(hashOf(b));
    expect(hash("'a/**'")).toBe(hashOf(other, a));
    expect(hash("format('{0}/z[[]1]/*', github.workspace)")).toBe(hashOf(y));
    expect(hash("'none', '/etc/hostname', 'A/*'")).toBe("");
    // A link may lead back to a folder that it is in.
    await symlink(join(workspace, "b"), join(workspace, "b", "up"));
    expect(hash("'--follow-symbolic-links', 'b/**'")).toBe(hashOf(b));
    expect(() => hash("'../x'")).toThrow("hashFiles('../x') failed.");
    expect(() => evaluate("${{ hashFiles('**') }}", {}, { names: ["needs"] })).toThrow("Unrecognized function");
  });

  test("a context that is available but has no value is null", () => {
    expect(evaluate("${{ needs.build.result }}", {}, { names: ["needs"] })).toBeNull();
  });
});

describe("evaluateString", () => {
  test.each([
    ["${{ github.event.number }}", "7"],
    ["${{ github.event.draft }}", "false"],
    ["${{ github.nothing }}", ""],
  ])("%j is %j", (text, value) => {
    expect(evaluateString(text, contexts)).toBe(value);
  });

  test("wants no mapping and no sequence", () => {
    expect(() => evaluateString("${{ github.event }}", contexts)).toThrow("A mapping was not expected");
    expect(() => evaluateString("${{ github.event.labels }}", contexts)).toThrow("A sequence was not expected");
  });
});

describe("evaluateCondition", () => {
  const holds = (text: string, status: "success" | "failure" | "cancelled", impliedSuccess = true) =>
    evaluateCondition(text, contexts, { status, impliedSuccess });

  test.each([
    ["", [true, false, false]],
    ["success()", [true, false, false]],
    ["always()", [true, true, true]],
    ["failure()", [false, true, false]],
    ["cancelled()", [false, false, true]],
    ["!cancelled()", [true, true, false]],
    ["github.event_name == 'push'", [true, false, false]],
    ["${{ github.event_name == 'push' }}", [true, false, false]],
    ["always() && github.event_name == 'pull_request'", [false, false, false]],
    ["github.event_name == 'success()'", [false, false, false]],
  ])("%j after success, failure, cancellation: %j", (text, expected) => {
    expect([holds(text, "success"), holds(text, "failure"), holds(text, "cancelled")]).toEqual(expected);
  });

  test("text around an expression is always true, whatever the expression says", () => {
    expect(holds("${{ false }} && true", "success")).toBe(true);
  });

  test("without implied success a plain condition stands for itself", () => {
    expect(holds("github.event_name == 'push'", "failure", false)).toBe(true);
  });

  test("an error in a condition is found even when the job has failed", () => {
    expect(() => holds("nonsense.x", "failure")).toThrow("Unrecognized named-value: 'nonsense'");
  });
});
