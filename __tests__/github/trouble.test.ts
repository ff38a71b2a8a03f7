import { describe, expect, test } from "@jest/globals";
import {
  explainTrouble,
  GitHubRefusal,
  GitHubUnreachable,
  joinTroubles,
  NotOffered,
  reasonOf,
  UnreadableAnswer,
} from "../../src/github/trouble.ts";

const refused = (status: number, message: string): Error => new GitHubRefusal(message, { status });
const graphql = (type: string, message: string): Error =>
  new GitHubRefusal(message, { errors: [{ type, message, path: [], undefinedField: undefined }] });

describe("a warning says what happened, and what helps", () => {
  test.each([
    ["a missing permission", refused(403, "Resource not accessible by integration"), "`permissions: checks: read`"],
    ["what may not even be seen", refused(404, "Not Found"), "`permissions: checks: read`"],
    ["GraphQL's missing permission", graphql("FORBIDDEN", "No."), "`permissions: checks: read`"],
    ["an ended token", refused(401, "Bad credentials"), "does not accept the github-token"],
    ["a locked conversation", refused(403, "Unable to create comment because issue is locked."), "is locked"],
    [
      "a used-up limit",
      refused(403, "You have exceeded a secondary rate limit and have been temporarily blocked"),
      "rate limit is used up",
    ],
    ["GraphQL's used-up limit", graphql("RATE_LIMITED", "No."), "rate limit is used up"],
    ["a server error", refused(502, "Bad Gateway"), "GitHub answered 502, Bad Gateway."],
    ["a refusal without a text", refused(422, ""), "GitHub answered 422."],
    [
      "no connection",
      new GitHubUnreachable("connect ECONNREFUSED 127.0.0.1:1"),
      "GitHub could not be reached (connect",
    ],
    ["a page", new UnreadableAnswer("it is a page", { status: 413 }), "answer could not be read (413, it is a page)"],
    ["GraphQL's errors", graphql("NOT_FOUND", "Could not resolve to a PullRequest."), "resolve to a PullRequest."],
  ])("%s", (_, thrown, sentence) => {
    const text = explainTrouble(thrown, "read the check run", "checks: read");
    expect(text).toMatch(/^Could not read the check run: /);
    expect(text).toContain(sentence);
  });
});

test("what is not GitHub's is not called GitHub's: our own faults, and their words", () => {
  const fault = new TypeError("Cannot read properties of null (reading 'nodes')");
  for (const text of [reasonOf(fault), explainTrouble(fault, "do it", "checks: read")]) {
    expect(text).toContain("bug of the action");
    expect(text).not.toMatch(/GitHub answered|Cannot read properties/);
  }
});

test("a server that lacks a part is told of in one sentence, whatever was asked", () => {
  const missing = new NotOffered("https://gitea.example.com/api/v1");
  const text = explainTrouble(missing, "comment", "pull-requests: write");
  expect(text).toBe(explainTrouble(missing, "record the deployment", "deployments: write"));
  expect(text).not.toContain("permissions:");
});

test("what kept several things from being done is told once, and nothing else is taken together", () => {
  const down = refused(502, "Bad Gateway");
  const other = explainTrouble(refused(500, "Oops"), "comment", "checks: read");
  const aws = "Could not look: AWS answered 502.";
  const told = ["read, or so", "record", "record", "comment"].map((doing) =>
    explainTrouble(down, doing, "checks: read"),
  );
  expect(joinTroubles([told[0] ?? "", aws, other, ...told.slice(1)])).toEqual([
    "Could not read, or so, record, and comment: GitHub answered 502, Bad Gateway. What was done in AWS is not affected.",
    aws,
    other,
  ]);
});

test("a long answer is cut to its beginning", () => {
  expect(explainTrouble(refused(500, `${"x".repeat(5000)}\nmore`), "do it", "checks: read").length).toBeLessThan(400);
});
