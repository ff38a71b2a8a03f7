import { expect, test } from "@jest/globals";
import { mayDeploy } from "../../../simulator/github/branch-policy.ts";
import { createEnvironment, createRepository } from "../../../simulator/github/people.ts";
import { createGitHubWorld } from "../../../simulator/github/world.ts";

const world = createGitHubWorld();
const repository = createRepository(world, "acme/orders");

test.each([
  ["branch", "main", "refs/heads/main", true],
  ["branch", "main", "refs/heads/mainline", false],
  ["branch", "main", "refs/tags/main", false],
  ["tag", "v*", "refs/tags/v1.2", true],
  ["tag", "v*", "refs/heads/v1.2", false],
  ["branch", "*", "refs/heads/feature/x", false],
  ["branch", "*", "refs/pull/7/merge", false],
  ["branch", "release/*", "refs/heads/release/1", true],
  ["branch", "release/*", "refs/heads/release/1/a", false],
  ["branch", "**/*", "refs/heads/release/1/a", true],
  ["branch", "v?.x", "refs/heads/v1.x", true],
  ["branch", "v?.x", "refs/heads/v1yx", false],
  ["branch", "v[12]", "refs/heads/v2", true],
  ["branch", "v[!12]", "refs/heads/v2", false],
  ["branch", "refs/pull/*/merge", "refs/pull/7/merge", true],
] as const)("a %s pattern %s admits %s: %s", (type, name, ref, admitted) => {
  const environment = createEnvironment(world, repository, "test", { branchPolicy: [{ type, name }] });
  expect(mayDeploy(repository, environment, ref)).toBe(admitted);
});
