import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { commentMarker } from "../../src/domain/comment-marker.ts";
import { ActionError } from "../../src/domain/errors.ts";
import { planDeploy } from "../../src/plan/deploy.ts";
import { isRefusal } from "../../src/plan/plan.ts";
import { commentBody } from "../../src/report/comment.ts";
import type { Outcome } from "../../src/report/outcome.ts";
import { outputsOf } from "../../src/report/outputs.ts";
import { page } from "../../src/report/text/page.ts";
import { resultLine, statusDescription } from "../../src/report/text/sentences.ts";
import { aRequest, aRestApi, aStage, observedWith } from "../requests.ts";
import { aliveIn, hostilePieces } from "./alive.ts";

const links = {
  repositoryUrl: "https://github.com/acme/orders",
  commitUrl: "https://github.com/acme/orders/commit/0123456789abcdef0123456789abcdef01234567",
  logUrl: "https://github.com/acme/orders/actions/runs/9001/job/1",
};
const url = "https://a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com/pr-7";
const decision = planDeploy(aRequest(), observedWith({ stages: [aStage()] }));

const outcome = (changes: Partial<Outcome> = {}): Outcome => ({
  request: aRequest(),
  command: "deploy",
  result: "updated",
  plan: isRefusal(decision) ? undefined : decision,
  api: aRestApi(),
  region: "eu-central-1",
  invokeUrl: { kind: "default", url },
  deploymentId: "new222",
  previousDeploymentId: "old111",
  changed: true,
  routes: undefined,
  smoke: undefined,
  history: undefined,
  notes: [],
  error: undefined,
  warnings: [],
  ...changes,
});

const failure = (happened: string, code: "UPSTREAM" | "CANCELLED" = "UPSTREAM") =>
  new ActionError({ code, doing: "point stage pr-7", happened, acted: "no", state: "Stage pr-7 is as it was." });

const LIMIT = 60_000;

const read = (changes: Partial<Outcome> = {}): string => page(outcome(changes), links, [], LIMIT);

describe("the page", () => {
  test("of a success says where, what, and how to try it", () => {
    const text = read();
    expect(text).toMatch(/^### ✅ Preview `pr-7` is live$/m);
    expect(text).toContain(`**<${url}>**`);
    expect(text).toContain("`new222`, before `old111`");
    expect(text).toContain(`curl -i '${url}/'`);
    expect(text).toContain(links.logUrl);
    expect(text).toContain("What was done");
  });

  test("of a failure is red, keeps the last good URL and holds the error", () => {
    const text = read({ result: "failed", error: failure("It is on fire."), deploymentId: "old111", changed: false });
    expect(text).toMatch(/^### ❌ Preview `pr-7` was not deployed$/m);
    expect(text).toContain("It is on fire.");
    expect(text).toContain(`Still there: **<${url}>**`);
    expect(text).not.toContain("curl");
  });

  test("of a failure that callers notice does not say that nothing was deployed", () => {
    const text = read({ result: "failed", error: failure("It is on fire."), changed: true });
    expect(text).toMatch(/^### ❌ Preview `pr-7` has a problem$/m);
  });

  test("of a cancelled run says so", () => {
    const text = read({ result: "failed", error: failure("Stopped.", "CANCELLED") });
    expect(text).toMatch(/^### ⚪ Preview `pr-7`: cancelled$/m);
  });

  test("of a dry run shows the plan in the open", () => {
    const text = read({ result: "planned" });
    expect(text).toContain("plan, nothing was changed");
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
    const text = page(outcome(), links, ["x".repeat(LIMIT)], LIMIT);
    expect(text.length).toBeLessThanOrEqual(LIMIT);
    expect(text).toContain("What was done");
    expect(text).toContain("… The rest did not fit; the whole report is in the job summary.");
  });

  test("carries the warnings", () => {
    expect(page(outcome(), links, ["Could not comment."], LIMIT)).toContain("⚠️ Could not comment\\.");
  });
});

test("I10: whatever API names, environments and services say, nothing comes alive", () => {
  const hostile = fc.array(fc.constantFrom(...hostilePieces), { maxLength: 12 }).map((pieces) => pieces.join(""));
  fc.assert(
    fc.property(hostile, hostile, hostile, hostile, (name, environment, happened, warning) => {
      const changes = {
        api: aRestApi({ name }),
        request: aRequest({ environment }),
        result: "failed",
        error: failure(happened),
      } as const;
      expect(aliveIn(page(outcome(changes), links, [warning], LIMIT))).toEqual([]);
    }),
    { numRuns: 500 },
  );
});

describe("the comment", () => {
  test("begins with the marker of its API and stage", () => {
    const marker = commentMarker("a1b2c3d4e5", "pr-7");
    expect(commentBody(outcome(), links).startsWith(marker)).toBe(true);
    expect(commentMarker("a1b2c3d4e5", "pr-8")).not.toBe(marker);
    expect(marker).not.toContain("a1b2c3d4e5");
  });

  test("fits GitHub's limit whatever the service says, and nothing comes alive where it is cut", () => {
    const text = commentBody(outcome({ result: "failed", error: failure("@bob `x` ".repeat(20_000)) }), links);
    expect(text.length).toBeLessThanOrEqual(65_536);
    expect(text).toContain("… The middle was left out; the whole error is in the log. …");
    expect(text).toContain("State: Stage pr-7 is as it was.\nWhat to do: ");
    expect(aliveIn(text)).toEqual([]);
  });
});

describe("the outputs", () => {
  const reported = { recordId: 5, comment: { id: 6, url: "https://github.com/c" } };

  test("of a success", () => {
    expect(outputsOf(outcome(), reported)).toMatchObject({
      "invoke-url": url,
      "stage-name": "pr-7",
      "deployment-id": "new222",
      "previous-deployment-id": "old111",
      result: "updated",
      changed: "true",
      "github-deployment-id": "5",
      "comment-id": "6",
    });
  });

  test("give a private API's URL to later steps, though it is no link", () => {
    const invokeUrl = { kind: "private", url: "https://x-vpce-1.example/pr-7" } as const;
    expect(outputsOf(outcome({ invokeUrl }), reported)["invoke-url"]).toBe("https://x-vpce-1.example/pr-7");
  });

  test("are all there, and empty, when nothing is known", () => {
    const nothing = outcome({
      plan: undefined,
      invokeUrl: undefined,
      deploymentId: undefined,
      previousDeploymentId: undefined,
    });
    const outputs = outputsOf(nothing, { recordId: undefined, comment: undefined });
    expect(outputs).toMatchObject({ "invoke-url": "", "deployment-id": "", "comment-url": "", plan: "" });
  });
});

test.each([
  ["a success", {}, `Result: updated. Stage pr-7 serves deployment new222 (before: old111). ${url}`],
  [
    "a failure",
    { result: "failed", deploymentId: "old111" },
    `Result: failed. Stage pr-7 serves deployment old111. ${url}`,
  ],
  [
    "a stage that was not made",
    { result: "failed", deploymentId: undefined, previousDeploymentId: undefined },
    "Result: failed. Stage pr-7 does not exist.",
  ],
] as const)("the log's last line after %s", (_, changes, line) => {
  expect(resultLine(outcome(changes))).toBe(line);
});

test.each([
  [{}, "Stage pr-7 serves deployment new222"],
  [{ error: failure("x"), changed: false }, "Stage pr-7 was not deployed: UPSTREAM"],
  [{ error: failure("x"), changed: true }, "Stage pr-7 has a problem: UPSTREAM"],
  [{ error: failure("x", "CANCELLED") }, "Cancelled"],
])("the record's description: %#", (changes, text) => {
  expect(statusDescription(outcome(changes))).toBe(text);
});
