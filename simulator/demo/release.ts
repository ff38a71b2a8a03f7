import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { pushEvent } from "../github/events.ts";
import { approveJob, waitingJob } from "../github/jobs.ts";
import type { Job, Repository } from "../github/model.ts";
import { createEnvironment, push } from "../github/people.ts";
import type { SimulatedRun } from "../simulator.ts";
import { type Chapter, groupOf, inWorkspace, type Story } from "./story.ts";

/** What was merged goes to test, the same deployment behind reviewers to production; a broken one does not stay. */
export const released = (definition: string): Chapter =>
  inWorkspace(async (story, workspace) => {
    const text = await readFile(definition, "utf8");
    const deploymentId = await toTest(story, workspace, text);
    await toProduction(story, deploymentId);
    await brokenInTest(story, workspace, text, deploymentId);
  });

const FILE = "openapi.yml";

export const inEnvironment = (name: string) => ({
  name,
  // biome-ignore lint/suspicious/noTemplateCurlyInString: an expression of the workflow.
  url: "${{ steps.apigw.outputs.invoke-url }}",
});

/** Pushes the file to main and deploys it to stage test, which must then show its teas. */
const deployToTest = async (
  story: Story,
  workspace: string,
  definition: string,
  ends: "success" | "failure",
): Promise<SimulatedRun> => {
  const { github, repository } = story.simulator;
  await writeFile(join(workspace, FILE), definition);
  push(github.world, repository, repository.defaultBranch, { message: "Release" });
  const run = await story.deploy(
    {
      event: pushEvent(repository, repository.defaultBranch, "alice"),
      environment: inEnvironment("test"),
      runner: { workspace },
    },
    {
      "stage-name": "test",
      definition: FILE,
      "smoke-tests": 'GET /teas 200 contains "green" <5s',
      "smoke-test-timeout": "3",
    },
    ends,
  );
  story.terminal.section("Smoke tests", groupOf(run.log, "Smoke tests"));
  return run;
};

const toTest = async (story: Story, workspace: string, definition: string): Promise<string> => {
  story.terminal.heading("What main holds goes to stage test, which must pass its smoke test");
  const run = await deployToTest(story, workspace, definition, "success");
  const { result, "deployment-id": deploymentId = "" } = run.steps[0]?.outputs ?? {};
  story.expect("Stage test is created", result === "created");
  return deploymentId;
};

const toProduction = async (story: Story, deploymentId: string): Promise<void> => {
  const { simulator, api, terminal, expect } = story;
  const { github, repository } = simulator;
  terminal.heading("The same deployment waits at the gate of production");
  createEnvironment(github.world, repository, "production", { reviewers: ["grace"] });
  const running = story.deploy(
    {
      event: pushEvent(repository, repository.defaultBranch, "alice"),
      environment: inEnvironment("production"),
    },
    {
      command: "promote",
      "stage-name": "prod",
      "from-stage-name": "test",
      "deployment-id": deploymentId,
      environment: "production",
      gate: "require",
    },
  );
  await graceApproves(story);
  const run = await running;
  terminal.section("Routes", groupOf(run.log, "Routes"));
  expect("The deployment is promoted", run.steps[0]?.outputs["result"] === "promoted");
  expect("Stage prod serves what test serves", api.stages.get("prod")?.deploymentId === deploymentId);
  expect("The summary says who approved", (run.steps[0]?.summary ?? "").includes("Approved by grace"));
  const answer = await story.call(`${simulator.gateway.server.url}/${api.id}/prod/teas`);
  expect("Stage prod answers with the new route", answer.status === 200 && answer.body.includes("green"));
};

/** Waits for a job that its environment holds back, and lets it go. */
export const graceApproves = async ({ simulator, api, terminal }: Story): Promise<void> => {
  const held = await heldJob(simulator.repository);
  const before = api.stages.get("prod")?.deploymentId;
  terminal.paragraph(`The job waits for a reviewer, and stage prod serves ${before}. Grace approves.`);
  approveJob(simulator.github.world, held, { user: "grace", comment: "Seen in test" });
};

const heldJob = async (repository: Repository): Promise<Job> => {
  for (;;) {
    const held = waitingJob(repository);
    if (held !== undefined) return held;
    await sleep(5);
  }
};

const brokenInTest = async (
  story: Story,
  workspace: string,
  definition: string,
  deploymentId: string,
): Promise<void> => {
  const { simulator, api, terminal, expect } = story;
  terminal.heading("A release that answers 500 fails its smoke test in stage test");
  const run = await deployToTest(story, workspace, definition.replaceAll("200", "500"), "failure");
  terminal.section(
    "What the run says",
    run.log.filter((line) => line.startsWith("State: ")),
  );
  expect("The stage is rolled back", run.steps[0]?.outputs["result"] === "rolled-back");
  expect("Stage test serves what it served", api.stages.get("test")?.deploymentId === deploymentId);
  const answer = await story.call(`${simulator.gateway.server.url}/${api.id}/test/teas`);
  expect("Stage test answers as before", answer.status === 200 && answer.body.includes("green"));
};
