import { describe, expect, test } from "@jest/globals";
import type { Access } from "../../simulator/gateway/access.ts";
import { openScene } from "../e2e/scene.ts";
import { readProjectFile } from "../project-files.ts";
import { codeBlocksOf } from "./markdown-file.ts";

type Statement = { readonly Sid: string; readonly Action: string; readonly Resource: string | readonly string[] };

const [policy = "{}"] = codeBlocksOf(await readProjectFile("README.md"), "json");
const statements: readonly Statement[] = JSON.parse(policy).Statement;

const region = "eu-central-1";

/** `*` in a resource matches anything, slashes included (IAM User Guide, "Resource"). */
const matches = (pattern: string, arn: string): boolean =>
  pattern.split("*").every((part, index, parts) => {
    const before = parts.slice(0, index).join("*");
    return index === 0 ? arn.startsWith(part) : arn.indexOf(part, before.length) !== -1;
  }) &&
  (pattern.endsWith("*") || arn.length === pattern.length);

const allows = (allowed: readonly Statement[], action: string, arn: string): boolean =>
  allowed.some(
    ({ Action, Resource }) => Action === action && [Resource].flat().some((pattern) => matches(pattern, arn)),
  );

const accessBy = (allowed: readonly Statement[]): Access => ({
  keys: new Map([
    [
      "AKIASIMULATED0000000",
      {
        arn: "arn:aws:sts::123456789012:assumed-role/deploy/run",
        status: "active",
        denied: (action, arn) => !allows(allowed, action, arn),
      },
    ],
  ]),
});

/** Creates a stage, points it at a new deployment, and points it back: all that a role is needed for. */
const threeRuns = async (allowed: readonly Statement[]): Promise<readonly string[]> => {
  const scene = await openScene({ gateway: { region }, access: accessBy(allowed) });
  try {
    const created = await scene.deploy();
    const updated = await scene.deploy();
    const back = await scene.deploy({ "deployment-id": created.outputs["deployment-id"] ?? "none" });
    return [created, updated, back].map(({ outputs }) => outputs["result"] ?? "");
  } finally {
    await scene.close();
  }
};

describe("the README's IAM policy", () => {
  test("is enough", async () => {
    expect(await threeRuns(statements)).toEqual(["created", "updated", "updated"]);
  });

  test.each(statements.map(({ Sid }) => Sid))("has no statement that is not needed: %s", async (left) => {
    expect(await threeRuns(statements.filter(({ Sid }) => Sid !== left))).toContain("failed");
  });
});
