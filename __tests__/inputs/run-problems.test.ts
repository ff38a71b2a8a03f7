import { describe, expect, test } from "@jest/globals";
import { markerOf, describe as markFor, parseMarker } from "../../src/domain/marker.ts";
import { ownerTags } from "../../src/domain/owner.ts";
import { readRun } from "../../src/inputs/run.ts";
import { runProblems } from "../../src/inputs/run-problems.ts";
import fc from "../property.ts";

const sha = "0123456789abcdef0123456789abcdef01234567";
const push = {
  GITHUB_EVENT_NAME: "push",
  GITHUB_EVENT_PATH: "/event.json",
  GITHUB_REPOSITORY: "acme/orders",
  GITHUB_REPOSITORY_ID: "42",
  GITHUB_RUN_ID: "9001",
  GITHUB_RUN_ATTEMPT: "1",
  GITHUB_SHA: sha,
  GITHUB_API_URL: "https://api.github.com",
};

const problemsOf = (changes: Readonly<Record<string, string>>, payload: unknown = {}, unreadable?: string) => {
  const environment = { ...push, ...changes };
  return runProblems(readRun(environment, payload, "00c0ffee"), environment, unreadable).map(({ input }) => input);
};

describe("what the runner tells", () => {
  test("is enough as it comes", () => expect(problemsOf({})).toEqual([]));

  test.each([
    ["GITHUB_REPOSITORY_ID", "", { repository: { id: 42 } }],
    ["GITHUB_REPOSITORY", "", { repository: { full_name: "acme/orders" } }],
    ["GITHUB_SHA", "", { after: sha }],
  ])("%s is taken from the event where it is missing", (name, value, payload) => {
    expect(problemsOf({ [name]: value }, payload)).toEqual([]);
    const run = readRun({ ...push, [name]: value }, payload, "");
    expect([run.repository.id, run.repository.name, run.commit]).toEqual(["42", "orders", sha]);
  });

  test.each([
    ["GITHUB_REPOSITORY_ID", ["", "0", "-1", "4 2", "forty-two", "1e3"]],
    ["GITHUB_REPOSITORY", ["", "acme", "acme/", "/orders", "acme/or ders"]],
    ["GITHUB_RUN_ID", ["", "run", "-7", "1.5"]],
    ["GITHUB_RUN_ATTEMPT", ["two", "0", "-1", "1.5"]],
    ["GITHUB_SHA", ["", "main", "0123", sha.toUpperCase(), `${sha} `]],
    ["GITHUB_API_URL", ["api.github.com", "file:///etc", "https://", "http://a b"]],
  ] as const)("%s that is missing or odd is refused by name", (name, values) => {
    for (const value of values)
      expect({ value, problems: problemsOf({ [name]: value }) }).toEqual({ value, problems: [name] });
  });

  test("everything that is wrong is said at once", () => {
    const nothing = Object.fromEntries(Object.keys(push).map((name) => [name, ""]));
    expect(problemsOf(nothing)).toEqual(["GITHUB_REPOSITORY", "GITHUB_REPOSITORY_ID", "GITHUB_RUN_ID", "GITHUB_SHA"]);
  });

  test.each(["pull_request", "pull_request_target", "issue_comment", "workflow_run", "check_suite", "check_run"])(
    "I8: a run on %s whose event file cannot be read is refused: whose commit it is is unknown",
    (name) => expect(problemsOf({ GITHUB_EVENT_NAME: name }, undefined, "is empty")).toEqual(["GITHUB_EVENT_PATH"]),
  );

  test("a pull request's event that names no pull request is refused", () =>
    expect(problemsOf({ GITHUB_EVENT_NAME: "pull_request" }, {})).toEqual(["GITHUB_EVENT_PATH"]));

  test.each([
    ["pull_request", { pull_request: { number: 1.5, head: { sha } } }],
    ["pull_request", { pull_request: { number: -7, head: { sha } } }],
    ["workflow_run", { workflow_run: null }],
    ["workflow_run", { workflow_run: { head_sha: "" } }],
    ["check_suite", {}],
    ["check_run", { check_run: { check_suite: { head_sha: 7 } } }],
  ])("%s with %j: the branch's own commit is not taken in place of what it leaves out", (name, payload) =>
    expect(problemsOf({ GITHUB_EVENT_NAME: name }, payload)).toEqual(["GITHUB_EVENT_PATH"]),
  );

  test("a push needs no payload", () => expect(problemsOf({}, undefined, "is a directory")).toEqual([]));
});

test("a run without problems makes marks that can be read back, whatever the variables hold", () => {
  const odd = fc.oneof(fc.string(), fc.nat().map(String), fc.stringMatching(/^[0-9a-f]{40}$/));
  fc.assert(
    fc.property(odd, odd, odd, odd, (id, runId, attempt, commit) => {
      const changes = {
        GITHUB_REPOSITORY_ID: id,
        GITHUB_RUN_ID: runId,
        GITHUB_RUN_ATTEMPT: attempt,
        GITHUB_SHA: commit,
      };
      if (problemsOf(changes).length > 0) return;
      const run = readRun({ ...push, ...changes }, {}, "00c0ffee");
      const marker = markerOf(run, "prod");
      expect(parseMarker(markFor(marker))).toEqual(marker);
      expect(() =>
        ownerTags({ repositoryId: run.repository.id, pullRequest: 7 }, { restApiId: "a1", stageName: "pr-7" }),
      ).not.toThrow();
    }),
    { numRuns: 500 },
  );
});
