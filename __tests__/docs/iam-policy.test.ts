import { describe, expect, test } from "@jest/globals";
import type { Access } from "../../simulator/aws/access.ts";
import { scheduleEvent } from "../../simulator/github/events.ts";
import { closePullRequest } from "../../simulator/github/people.ts";
import { inWorkspace } from "../e2e/files.ts";
import { readProjectFile } from "../project-files.ts";
import { ordersApi } from "../scene.ts";
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

/**
 * All that a role is needed for: a stage is created, pointed at a new deployment and back, and deleted; then a sweep. The
 * results, marked where there was a warning.
 */
const aPreviewsLife = async (allowed: readonly Statement[]): Promise<readonly string[]> => {
  const results: string[] = [];
  const options = { gateway: { region }, access: accessBy(allowed) };
  await inWorkspace(
    { "openapi.yml": ordersApi },
    async (scene, { job }) => {
      const { github, repository, pull, opened } = scene;
      const run = async (inputs: Readonly<Record<string, string>>, event = opened()): Promise<string> => {
        const { outputs, annotations } = await scene.deploy(inputs, { ...job, event });
        results.push(`${outputs["result"]}${annotations.some(({ level }) => level === "warning") ? ", warned" : ""}`);
        return outputs["deployment-id"] ?? "";
      };
      const first = await run({ definition: "openapi.yml" });
      await run({});
      await run({ "deployment-id": first === "" ? "none" : first });
      closePullRequest(github.world, repository, pull);
      await run({}, opened("closed"));
      await run({}, scheduleEvent(repository, "17 3 * * *"));
    },
    options,
  );
  return results;
};

const allWell = ["created", "updated", "updated", "deleted", "swept"];

describe("the README's IAM policy", () => {
  test("is enough", async () => {
    expect(await aPreviewsLife(statements)).toEqual(allWell);
  });

  test.each(statements.map(({ Sid }) => Sid))("has no statement that is not needed: %s", async (left) => {
    expect(await aPreviewsLife(statements.filter(({ Sid }) => Sid !== left))).not.toEqual(allWell);
  });
});
