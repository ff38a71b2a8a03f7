import { expect, test } from "@jest/globals";
import type { PullRequestState } from "../../src/domain/pull-request.ts";
import type { PreviewDecision } from "../../src/inputs/preview-rules.ts";
import { decisionNow } from "../../src/plan/preview-now.ts";
import { aPullRequestEvent } from "../requests.ts";

const opened = aPullRequestEvent();
const closing = aPullRequestEvent("closed");
const deploy: PreviewDecision = { decision: "deploy", because: "" };
const remove: PreviewDecision = { decision: "delete", because: "" };

test.each<[string, PreviewDecision, typeof opened, PullRequestState, PreviewDecision["decision"]]>([
  ["a deployment", deploy, opened, "open", "deploy"],
  ["a deployment", deploy, opened, "closed", "delete"],
  ["a deployment", deploy, opened, "gone", "delete"],
  ["a deployment", deploy, opened, "unknown", "deploy"],
  ["a closing", remove, closing, "closed", "delete"],
  ["a closing", remove, closing, "open", "skip"],
  ["a closing", remove, closing, "unknown", "delete"],
  ["a removed label of an open one", remove, aPullRequestEvent("unlabeled", { label: "preview" }), "open", "delete"],
])("%s, looked at again: case %#", (_, decision, event, state, expected) => {
  expect(decisionNow(decision, event, 7, state).decision).toBe(expected);
});

test("both turns say why", () => {
  expect(decisionNow(deploy, opened, 7, "closed")).toMatchObject({ because: expect.stringContaining("was closed") });
  expect(decisionNow(remove, closing, 7, "open")).toMatchObject({ because: expect.stringContaining("open again") });
});
