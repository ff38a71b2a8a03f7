import { describe, expect, test } from "@jest/globals";
import { githubContext, githubEnvironment } from "../../../simulator/runner/environment.ts";
import { push } from "./fixture-action.ts";

describe("githubEnvironment", () => {
  test("exports the run", () => {
    expect(githubEnvironment(githubContext({ ...push, runId: 42, workflowPath: ".github/workflows/ci.yml" }))).toEqual(
      expect.objectContaining({
        GITHUB_REPOSITORY: "octo-org/pets",
        GITHUB_REPOSITORY_OWNER: "octo-org",
        GITHUB_RUN_ID: "42",
        GITHUB_RUN_ATTEMPT: "1",
        GITHUB_REF: "refs/heads/main",
        GITHUB_REF_NAME: "main",
        GITHUB_REF_TYPE: "branch",
        GITHUB_REF_PROTECTED: "false",
        GITHUB_EVENT_NAME: "push",
        GITHUB_HEAD_REF: "",
        GITHUB_ACTOR: "octocat",
        GITHUB_TRIGGERING_ACTOR: "octocat",
        GITHUB_WORKFLOW: ".github/workflows/ci.yml",
        GITHUB_WORKFLOW_REF: "octo-org/pets/.github/workflows/ci.yml@refs/heads/main",
        GITHUB_API_URL: "https://api.github.com",
        GITHUB_GRAPHQL_URL: "https://api.github.com/graphql",
        GITHUB_SERVER_URL: "https://github.com",
      }),
    );
  });

  test("exports neither the token nor the payload", () => {
    const variables = githubEnvironment(githubContext(push));
    expect(variables).not.toHaveProperty("GITHUB_TOKEN");
    expect(variables).not.toHaveProperty("GITHUB_EVENT");
    expect(Object.values(variables)).not.toContain("ghs_token");
  });

  test("knows tags, pull requests and GitHub Enterprise Server", () => {
    const variables = (ref: string) =>
      githubEnvironment(githubContext({ ...push, ref, apiUrl: "https://ghes.example/api/v3" }));
    expect(variables("refs/tags/v1")).toMatchObject({ GITHUB_REF_NAME: "v1", GITHUB_REF_TYPE: "tag" });
    expect(variables("refs/pull/7/merge")).toMatchObject({
      GITHUB_REF_NAME: "7/merge",
      GITHUB_REF_TYPE: "branch",
      GITHUB_GRAPHQL_URL: "https://ghes.example/api/graphql",
    });
  });
});
