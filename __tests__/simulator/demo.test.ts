import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { commentText } from "../../simulator/demo/comment-text.ts";
import { play } from "../../simulator/demo/play.ts";
import { openTerminal } from "../../simulator/demo/terminal.ts";
import { inThisProcess } from "../in-process.ts";

const played = async (
  actionPath: string,
  runner: Parameters<typeof play>[2],
  colours = false,
): Promise<{ exitCode: number; text: string }> => {
  const lines: string[] = [];
  const exitCode = await play(
    openTerminal((line) => lines.push(line), colours),
    actionPath,
    runner,
  );
  return { exitCode, text: lines.join("\n") };
};

const escapeCharacter = "\u001b";

describe("the demo", () => {
  test("plays a pull request, settings, a release, canaries and a rollback, and all ends as it should", async () => {
    const { exitCode, text } = await played(process.cwd(), { runScript: inThisProcess });
    expect(text).not.toContain("✗");
    expect(exitCode).toBe(0);
    expect(text.match(/^Plan$/gm)).toHaveLength(18);
    expect(text).toMatch(/^ {2}created\. Stage pr-1 serves deployment/m);
    expect(text).toMatch(/^ {2}updated\. Stage pr-1 serves deployment/m);
    expect(text).toMatch(/^ {2}│ Deployment +\w+, before \w+$/m);
    expect(text).toMatch(
      /^ {2}GET http:\S+\/api\.example\.com\/orders \(X-Preview: pr-1\)$|^GET http:\S+ \(X-Preview: pr-1\)$/m,
    );
    expect(text).toMatch(/^ {2}403 .*Missing Authentication Token/m);
    expect(text).toMatch(/^ {2}200 .*"id": "7"/m);
    expect(text).toMatch(/^ {2}GET \/orders: throttling\.rate: the account's limit -> 500 \(settings\)$/m);
    expect(text).toMatch(/^ {2}The stage's settings are as declared: unchanged\.$/m);
    expect(text).toMatch(/^ {2}│ POST \/orders +AWS_IAM +nothing$/m);
    expect(text).toMatch(/^ {2}200 .*"teas"/m);
    expect(text).toMatch(/^ {2}deleted\. Stage pr-1 does not exist\.$/m);
    expect(text).toMatch(/^ {2}│ 🧹 Orders · preview pr-1 is removed$/m);
    expect(text).not.toMatch(/^ {2}pr-1 +\w{6}/m);
    expect(text).toMatch(/^ {2}prod +\w{6} +\w{7} +\d+ +20\S+ \S+ UTC \(\d+ minutes?\) +alice /m);
    expect(text).toMatch(/^ {2}reported\. 2 stages of 1 API/m);
    expect(text).toMatch(/^preview +inactive +–$/m);
    expect(text).toMatch(/^production +success +http:\/\/127\.0\.0\.1:\d+\/a1b2c3d4e5\/prod$/m);
    expect(text).toMatch(/^The job waits for a reviewer, and stage prod serves \w{6}\. Grace approves\.$/m);
    expect(text).toMatch(/^ {2}promoted\. Stage prod serves deployment/m);
    expect(text).toMatch(/^ {2}rolled-back\. Stage test serves deployment/m);
    expect(text).toMatch(/^ {2}canary-completed\. Stage prod serves deployment/m);
    expect(text).toMatch(/^ {2}canary-aborted\. Stage prod serves deployment/m);
    expect(text).toMatch(/^ {2}rolled-back\. Stage prod serves deployment/m);
    expect(text).toMatch(/^test +failure +http:/m);
    expect(text).not.toContain(escapeCharacter);
    const [, section] = /^For real: README\.md, from "(.+)" on\.$/m.exec(text) ?? [];
    expect(await readFile("README.md", "utf8")).toContain(`\n## ${section}\n`);
  });

  test("ends with 1 and says what is wrong when the action does nothing of what it should", async () => {
    const actionPath = await mkdtemp(join(tmpdir(), "demo-action-"));
    try {
      await writeFile(join(actionPath, "action.yml"), "name: idle\nruns: { using: node20, main: index.js }\n");
      await writeFile(join(actionPath, "index.js"), "process.exitCode = 1;\n");
      const { exitCode, text } = await played(actionPath, {}, true);
      expect(exitCode).toBe(1);
      expect(text).toContain("✗ The job ends with success: this is not so.");
      expect(text).toContain("✗ Pull request #1 has one comment, not 0: this is not so.");
      expect(text).toContain(escapeCharacter);
    } finally {
      await rm(actionPath, { recursive: true });
    }
  });
});

test("a comment reads in the terminal about as on its page", () => {
  const markdown = [
    "<!-- marker -->",
    "### ✅ Orders · preview `pr-1` is live",
    "",
    "**<https://example.com/pr-1>**",
    "",
    "| Stage | `pr-1` |",
    "| :-- | :-- |",
    "| REST API | `Orders \\| Pets` |",
    "| Commit | [`abc`](<https://github.com/acme/orders/commit/abc>) |",
    "",
    "```sh",
    "curl -i 'https://example.com/**/'",
    "```",
    "1\\. Point stage pr\\-1 &lt;now&gt; for @\u200balice",
    "",
    "<details><summary>What was done</summary>",
    "",
    "Much.",
    "",
    "</details>",
  ].join("\n");
  expect(commentText(markdown)).toEqual([
    "✅ Orders · preview pr-1 is live",
    "",
    "https://example.com/pr-1",
    "",
    "Stage     pr-1",
    "REST API  Orders | Pets",
    "Commit    abc",
    "",
    "  curl -i 'https://example.com/**/'",
    "1. Point stage pr-1 <now> for @alice",
    "",
    "▸ What was done",
  ]);
});
