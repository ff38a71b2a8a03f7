import { describe, expect, test } from "@jest/globals";
import { findOrRepeat, repeatable, verdictOf } from "../../src/github/retry.ts";
import { GitHubRefusal, GitHubUnreachable, NotOffered, UnreadableAnswer } from "../../src/github/trouble.ts";

const refused = (status: number, message = "", retryAfter?: number) =>
  new GitHubRefusal(message, { status, retryAfter });
const graphql = (type: string | undefined): Error =>
  new GitHubRefusal("No.", { errors: [{ type, message: "No.", path: [], undefinedField: undefined }] });

describe("the verdict on", () => {
  test.each([
    ["500", refused(500), "unknown"],
    ["502", refused(502), "unknown"],
    ["a broken connection", new GitHubUnreachable("read ECONNRESET"), "unknown"],
    ["a token that cannot be sent", new GitHubUnreachable("", { lasting: true }), "final"],
    ["403", refused(403, "Resource not accessible by integration"), "final"],
    ["404", refused(404), "final"],
    ["422", refused(422), "final"],
    ["a short secondary limit", refused(403, "secondary rate limit", 1), "not-acted"],
    ["a long secondary limit", refused(403, "secondary rate limit", 60), "final"],
    ["a limit without a time", refused(403, "API rate limit exceeded"), "final"],
    ["429 with a time", refused(429, "", 1), "not-acted"],
    ["a refused part of GraphQL", graphql("FORBIDDEN"), "final"],
    ["a GraphQL query that broke down", graphql(undefined), "unknown"],
    ["a page in place of a success", new UnreadableAnswer("a page", { status: 200 }), "unknown"],
    ["a success of another shape", new UnreadableAnswer("not a comment"), "unknown"],
    ["a proxy's bad moment", new UnreadableAnswer("a page", { status: 502 }), "unknown"],
    ["a proxy's refusal", new UnreadableAnswer("a page", { status: 403 }), "final"],
    ["a redirected write", new UnreadableAnswer("elsewhere", { status: 302, lasting: true }), "final"],
    ["a server without such a part", new NotOffered("https://example.com"), "final"],
    ["a fault of our own", new TypeError("x is not a function"), "final"],
  ])("%s", (_, thrown, kind) => {
    expect(verdictOf(thrown).kind).toBe(kind);
  });
});

const patient = { wait: async (): Promise<void> => {} };

const failing = (...failures: readonly Error[]) => {
  let sent = 0;
  return {
    send: async (): Promise<string> => {
      const failure = failures[sent];
      sent += 1;
      if (failure !== undefined) throw failure;
      return "done";
    },
    sent: () => sent,
  };
};

test("a lost request that took effect is not sent again", async () => {
  const request = failing(refused(502));
  expect(await findOrRepeat(patient, request.send, async () => "found")).toBe("found");
  expect(request.sent()).toBe(1);
});

test("a lost request without effect is sent again", async () => {
  const request = failing(refused(502));
  expect(await findOrRepeat(patient, request.send, async () => undefined)).toBe("done");
  expect(request.sent()).toBe(2);
});

test("patience is short", async () => {
  const request = failing(...Array<Error>(9).fill(refused(502)));
  await expect(repeatable(patient, request.send)).rejects.toMatchObject({ status: 502 });
  expect(request.sent()).toBe(3);
});

test("between two tries it waits: longer each time, and as long as GitHub says", async () => {
  const waited: number[] = [];
  const wait = async (milliseconds: number): Promise<void> => {
    waited.push(milliseconds);
  };
  await repeatable({ wait }, failing(refused(502), refused(502)).send);
  await repeatable({ wait }, failing(refused(429, "", 7)).send);
  expect(waited).toEqual([400, 800, 7000]);
});

test("no is no", async () => {
  const request = failing(refused(403));
  await expect(repeatable(patient, request.send)).rejects.toMatchObject({ status: 403 });
  expect(request.sent()).toBe(1);
});
