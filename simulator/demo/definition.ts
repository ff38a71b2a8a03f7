import { copyFile } from "node:fs/promises";
import { join } from "node:path";
import { pullRequestEvent, pushEvent } from "../github/events.ts";
import { push, pushToPullRequest } from "../github/people.ts";
import type { SimulatedRun } from "../simulator.ts";
import { type Chapter, groupOf, inWorkspace, type Story, showComment } from "./story.ts";

/** The OpenAPI files of the branch and of the pull request. */
export type Definitions = { readonly main: string; readonly pullRequest: string };

/** The API is a file of the repository now: a push deploys it, and a pull request that edits it shows what callers meet. */
export const definitionEdited = (definitions: Definitions): Chapter =>
  inWorkspace(async (story, workspace) => {
    await onMain(story, workspace, definitions.main);
    await onPullRequest(story, workspace, definitions.pullRequest);
  });

const FILE = "openapi.yml";

const onMain = async (story: Story, workspace: string, definition: string): Promise<void> => {
  const { simulator, terminal, expect } = story;
  const { repository } = simulator;
  terminal.heading(`The API becomes a file, and a push to ${repository.defaultBranch} deploys it to stage prod`);
  await copyFile(definition, join(workspace, FILE));
  push(simulator.github.world, repository, repository.defaultBranch, { message: "Describe the API" });
  const run = await story.deploy(
    {
      event: pushEvent(repository, repository.defaultBranch, "alice"),
      environment: { name: "production" },
      runner: { workspace },
    },
    { "stage-name": "prod", environment: "production", definition: FILE },
  );
  terminal.section("Routes", groupOf(run.log, "Routes"));
  expect("Stage prod is updated", run.steps[0]?.outputs["result"] === "updated");
  expect("The route that the file does not have is gone", run.steps[0]?.outputs["routes-removed"] === "1");
};

const onPullRequest = async (story: Story, workspace: string, definition: string): Promise<void> => {
  const { simulator, pull, terminal, expect } = story;
  terminal.heading(`Pull request #${pull.number} edits the file`);
  await copyFile(definition, join(workspace, FILE));
  pushToPullRequest(simulator.github.world, simulator.repository, pull, { message: "Show all teas" });
  const deploy = (inputs: Readonly<Record<string, string>>): Promise<SimulatedRun> =>
    story.deploy(
      { event: pullRequestEvent(simulator.repository, pull, "synchronize"), runner: { workspace } },
      { definition: FILE, "compare-with": "prod", ...inputs },
    );
  const run = await deploy({});
  terminal.section("Routes", groupOf(run.log, "Routes"));
  showComment(story);
  const outputs = run.steps[0]?.outputs ?? {};
  expect("The preview stage is updated", outputs["result"] === "updated");
  expect("One route is new", outputs["routes-added"] === "1");
  expect("One route has lost its authorization", outputs["auth-weakened"] === "1");
  const body = story.comments()[0]?.body ?? "";
  expect("The comment flags the route that lost its authorization", body.includes("| `POST /orders` | `AWS_IAM` |"));
  expect("The comment shows the new route", body.includes("`GET /teas`"));
  const answer = await story.call(`${outputs["invoke-url"]}/teas`);
  expect("The preview answers with the new route", answer.status === 200 && answer.body.includes("green"));
  const live = await story.call(`${simulator.gateway.server.url}/${story.api.id}/prod/teas`);
  expect("Stage prod does not know it", live.status === 403);

  terminal.paragraph("Once more, with the same file:");
  const again = await deploy({});
  expect("The same file is nothing to do", again.steps[0]?.outputs["result"] === "unchanged");
};
