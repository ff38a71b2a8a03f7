import { dispatchEvent } from "../github/events.ts";
import { graceApproves, inEnvironment } from "./release.ts";
import { type Chapter, groupOf } from "./story.ts";

/** Somebody presses the button of a rollback: production serves again what it served before. */
export const wentBack: Chapter = async (story) => {
  const { simulator, api, terminal, expect } = story;
  terminal.heading("Somebody has second thoughts, and rolls production back");
  const before = api.stages.get("prod")?.deploymentId;
  const running = story.deploy(
    { event: dispatchEvent(simulator.repository, "alice"), environment: inEnvironment("production") },
    { command: "rollback", "stage-name": "prod", environment: "production" },
  );
  await graceApproves(story);
  const run = await running;
  terminal.section("History", groupOf(run.log, "History"));
  const { result, "previous-deployment-id": previous } = run.steps[0]?.outputs ?? {};
  expect("Stage prod is rolled back", result === "rolled-back");
  expect("It served the canary's deployment", previous === before);
  const answer = await story.call(`${simulator.gateway.server.url}/${api.id}/prod/teas`);
  expect("Stage prod answers as before the canary", answer.status === 200 && answer.body.includes("green"));
};
