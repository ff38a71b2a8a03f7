import { expect, test } from "@jest/globals";
import { explainTrouble } from "../../src/github/trouble.ts";

const refused = (status: number, message: string): Error => Object.assign(new Error(message), { status });
const graphql = Object.assign(new Error("Request failed due to following response errors:\n - Could not resolve."), {
  errors: [{ type: "NOT_FOUND", message: "Could not resolve to a PullRequest with the number of 99." }],
});

test.each([
  ["a missing permission", refused(403, "Resource not accessible by integration"), "`permissions: checks: read`"],
  ["what may not even be seen", refused(404, "Not Found"), "`permissions: checks: read`"],
  ["an ended token", refused(401, "Bad credentials"), "does not accept the github-token"],
  ["a locked conversation", refused(403, "Unable to create comment because issue is locked."), "is locked"],
  [
    "a used-up limit",
    refused(403, "You have exceeded a secondary rate limit and have been temporarily blocked"),
    "rate limit is used up",
  ],
  ["a server error", refused(502, "Bad Gateway"), "GitHub answered 502, Bad Gateway."],
  ["anything else", new Error("fetch failed"), "GitHub answered fetch failed."],
  ["GraphQL's errors", graphql, "Could not resolve to a PullRequest with the number of 99."],
])("%s", (_, thrown, sentence) => {
  const text = explainTrouble(thrown, "read the check run", "checks: read");
  expect(text).toMatch(/^Could not read the check run: /);
  expect(text).toContain(sentence);
});

test("a long answer is cut to its beginning", () => {
  expect(explainTrouble(refused(500, `${"x".repeat(5000)}\nmore`), "do it", "checks: read").length).toBeLessThan(400);
});
