import { readFile } from "node:fs/promises";
import { importApi } from "../gateway/openapi/import-api.ts";
import { pullRequestEvent } from "../github/events.ts";
import type { DeploymentState } from "../github/model.ts";
import { pushToPullRequest } from "../github/people.ts";
import { type Chapter, type Story, showComment } from "./story.ts";

const recordStates = ({ simulator: { repository } }: Story): (DeploymentState | undefined)[] =>
  [...repository.deployments.values()]
    .filter(({ environment }) => environment === "preview")
    .map(({ statuses }) => statuses.at(-1)?.state);

export const pullRequestOpened: Chapter = async (story) => {
  const { simulator, api, pull, terminal, expect } = story;
  terminal.heading(`Pull request #${pull.number} "${pull.title}" is opened`);
  const run = await story.deploy({ event: pullRequestEvent(simulator.repository, pull, "opened") });
  showComment(story);
  const outputs = run.steps[0]?.outputs ?? {};
  expect("The preview stage is created", outputs["result"] === "created");
  const stage = api.stages.get(`pr-${pull.number}`);
  expect("The stage serves the deployment that the outputs name", stage?.deploymentId === outputs["deployment-id"]);
  expect("Its record is a success", recordStates(story).join() === "success");
  const answer = await story.call(`${outputs["invoke-url"]}/orders`);
  expect("The preview answers", answer.status === 200 && answer.body.includes(`pr-${pull.number}`));
};

/** `definition`: the OpenAPI file of what changes in the API's draft. */
export const pullRequestPushed =
  (definition: string): Chapter =>
  async (story) => {
    const { simulator, api, pull, terminal, expect } = story;
    terminal.heading(`The draft gets a new route, and pull request #${pull.number} another commit`);
    const before = api.stages.get(`pr-${pull.number}`)?.deploymentId;
    importApi(simulator.gateway.world, api, await readFile(definition), { mode: "merge" });
    const url = `${simulator.gateway.server.url}/${api.id}/pr-${pull.number}/orders/7`;
    terminal.paragraph("The stage still serves what was deployed before:");
    const early = await story.call(url);
    expect("The new route is unknown before it is deployed", early.status === 403);

    pushToPullRequest(simulator.github.world, simulator.repository, pull, { message: "Show one order" });
    const run = await story.deploy({ event: pullRequestEvent(simulator.repository, pull, "synchronize") });
    showComment(story);
    const outputs = run.steps[0]?.outputs ?? {};
    expect("The preview stage is updated", outputs["result"] === "updated");
    expect("The outputs name the deployment before", outputs["previous-deployment-id"] === before);
    expect("The comment shows the new deployment", hasText(story, outputs["deployment-id"]));
    expect("The earlier record is inactive, the new one a success", recordStates(story).join() === "inactive,success");
    const answer = await story.call(url);
    expect("The new route answers", answer.status === 200 && answer.body.includes('"7"'));
  };

const hasText = ({ comments }: Story, text: string | undefined): boolean =>
  text !== undefined && comments().some(({ body }) => body.includes(text));
