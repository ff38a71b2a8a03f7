import { pushEvent } from "../github/events.ts";
import type { SimulatedRun } from "../simulator.ts";
import { type Chapter, groupOf, type Story } from "./story.ts";

/** What the workflow declares for stage prod; the log masks what looks secret. */
const declared = `
description: live
variables: { alias: live, api_token: demo-token }
throttling: { rate: 100, burst: 50 }
routes:
  "GET /orders": { throttling: { rate: 500 } }
`;

/** The same deployment, other settings: one UpdateStage, and nothing at all the second time. */
export const settingsChanged: Chapter = async (story) => {
  const { simulator, api, terminal, expect } = story;
  terminal.heading("Stage prod gets settings, and keeps its deployment");
  terminal.section("Declared", declared.trim().split("\n"));
  const before = api.stages.get("prod")?.deploymentId ?? "";
  const run = await deployWith(story, declared, before);
  const diff = groupOf(run.log, "Settings");
  terminal.section("Settings", diff);
  expect("The settings are a change", run.steps[0]?.outputs["result"] === "updated");
  expect("The diff names what changes", diff.includes("throttling.rate: the account's limit -> 100 (settings)"));
  expect("The diff masks what looks secret", diff.includes("variables.api_token: not set -> *** (settings)"));
  const stage = api.stages.get("prod");
  expect("Stage prod serves what it served", stage?.deploymentId === before);
  expect("Stage prod has the variable", stage?.variables?.["api_token"] === "demo-token");
  expect("All routes have the limit", stage?.methodSettings["*/*"]?.throttlingRateLimit === 100);
  const route = stage?.methodSettings["~1orders/GET"];
  expect("One route has its own", route?.throttlingRateLimit === 500 && route.throttlingBurstLimit === 50);

  terminal.paragraph("Once more:");
  const writes = updates(simulator).length;
  const again = await deployWith(story, declared, before);
  terminal.section("Settings", groupOf(again.log, "Settings"));
  expect("The second run changes nothing", again.steps[0]?.outputs["result"] === "unchanged");
  expect("The second run sends no UpdateStage", updates(simulator).length === writes);
};

const deployWith = (story: Story, settings: string, deploymentId: string): Promise<SimulatedRun> => {
  const { repository } = story.simulator;
  return story.deploy(
    { event: pushEvent(repository, repository.defaultBranch, "alice"), environment: { name: "production" } },
    { "stage-name": "prod", environment: "production", "deployment-id": deploymentId, settings },
  );
};

const updates = ({ gateway }: Story["simulator"]) =>
  gateway.server.exchanges.filter(({ operation }) => operation === "UpdateStage");
