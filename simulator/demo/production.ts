import { pushEvent } from "../github/events.ts";
import { push } from "../github/people.ts";
import type { Chapter } from "./story.ts";

/** The job names its environment, so that GitHub makes the record by itself; the action gives it the URL. */
export const pushedToMain: Chapter = async (story) => {
  const { simulator, api, terminal, expect } = story;
  const { repository } = simulator;
  terminal.heading(`A push to ${repository.defaultBranch} deploys stage prod`);
  push(simulator.github.world, repository, repository.defaultBranch, { message: "Release" });
  const run = await story.deploy(
    {
      event: pushEvent(repository, repository.defaultBranch, "alice"),
      environment: {
        name: "production",
        // biome-ignore lint/suspicious/noTemplateCurlyInString: an expression of the workflow.
        url: "${{ steps.apigw.outputs.invoke-url }}",
      },
    },
    { "stage-name": "prod", environment: "production" },
  );
  const outputs = run.steps[0]?.outputs ?? {};
  const url = outputs["invoke-url"] ?? "";
  expect("Stage prod is created", outputs["result"] === "created" && api.stages.has("prod"));
  const records = [...repository.deployments.values()].filter(({ environment }) => environment === "production");
  const last = records[0]?.statuses.at(-1);
  expect("There is one record in production, GitHub's own", records.length === 1);
  expect("It is a success with the stage's URL", last?.state === "success" && last.environmentUrl === url);
  const answer = await story.call(`${url}/orders`);
  expect("Stage prod answers", answer.status === 200 && answer.body.includes('"prod"'));
};
