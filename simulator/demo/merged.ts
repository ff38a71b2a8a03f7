import { pullRequestEvent } from "../github/events.ts";
import { closePullRequest } from "../github/people.ts";
import { domainName, onDomain } from "./domain.ts";
import { type Chapter, showComment } from "./story.ts";

/** The preview goes with its pull request: the stage, its deployments, and the link in the environment. */
export const pullRequestMerged: Chapter = async (story) => {
  const { simulator, api, pull, terminal, expect } = story;
  const { github, repository } = simulator;
  const stageName = `pr-${pull.number}`;
  terminal.heading(`Pull request #${pull.number} is merged`);
  const others = [...api.stages.keys()].filter((name) => name !== stageName);
  closePullRequest(github.world, repository, pull, { mergedBy: "bob" });
  const run = await story.deploy({ event: pullRequestEvent(repository, pull, "closed") }, onDomain(story));
  showComment(story);
  expect("The preview is deleted", run.steps[0]?.outputs["result"] === "deleted");
  expect(
    "The domain has no rule any more",
    simulator.gateway.world.domainNames.get(domainName)?.routingRules.size === 0,
  );
  expect("All other stages are there", [...api.stages.keys()].join() === others.join());
  expect(
    "The comment says that the preview is removed",
    story.comments().every(({ body }) => body.includes("is removed")),
  );
  const records = [...repository.deployments.values()].filter(({ environment }) => environment === "preview");
  expect(
    "None of its records is active",
    records.every(({ statuses }) => statuses.at(-1)?.state === "inactive"),
  );
  const answer = await story.call(`${simulator.gateway.server.url}/${api.id}/${stageName}/orders`);
  expect("Its URL does not answer any more", answer.status === 403);
};
