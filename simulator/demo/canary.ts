import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pushEvent } from "../github/events.ts";
import { push } from "../github/people.ts";
import type { SimulatedRun } from "../simulator.ts";
import { type Chapter, groupOf, inWorkspace, type Story } from "./story.ts";

/** A few callers go first: a new version that is well gets all of them in the end, and one that fails is taken away. */
export const fewCallersFirst = (definition: string): Chapter =>
  inWorkspace(async (story, workspace) => {
    const text = await readFile(definition, "utf8");
    // Chance, made even: of ten requests in a row, as many go to the canary as its share says.
    let asked = 0;
    story.simulator.gateway.world.random = () => ((asked++ % 10) + 0.5) / 10;
    const old = story.api.stages.get("prod")?.deploymentId ?? "";
    const next = await healthy(story, workspace, text.replaceAll("green", "oolong"), old);
    await failing(story, workspace, text.replaceAll("200", "500"), next);
  });

const FILE = "openapi.yml";

const onProd = (
  story: Story,
  workspace: string,
  inputs: Readonly<Record<string, string>>,
  ends: SimulatedRun["conclusion"] = "success",
): Promise<SimulatedRun> => {
  const { repository } = story.simulator;
  return story.deploy(
    {
      event: pushEvent(repository, repository.defaultBranch, "alice"),
      // biome-ignore lint/suspicious/noTemplateCurlyInString: an expression of the workflow.
      environment: { name: "canary", url: "${{ steps.apigw.outputs.invoke-url }}" },
      runner: { workspace },
    },
    { "stage-name": "prod", ...inputs },
    ends,
  );
};

/** Starts a canary of 10 % with this version of the API. */
const start = async (
  story: Story,
  workspace: string,
  definition: string,
  inputs: Readonly<Record<string, string>>,
  ends?: SimulatedRun["conclusion"],
): Promise<SimulatedRun> => {
  const { github, repository } = story.simulator;
  await writeFile(join(workspace, FILE), definition);
  push(github.world, repository, repository.defaultBranch, { message: "Release to a few" });
  return onProd(story, workspace, { command: "deploy", definition: FILE, "canary-percent": "10", ...inputs }, ends);
};

/** How many of twenty callers were answered by the version that has these teas. */
const twentyCallers = async ({ simulator, api, terminal }: Story, what: string): Promise<number> => {
  const url = `${simulator.gateway.server.url}/${api.id}/prod/teas`;
  let found = 0;
  for (let caller = 0; caller < 20; caller += 1) if ((await (await fetch(url)).text()).includes(what)) found += 1;
  terminal.section(`20 × GET ${url}`, [`${found} answers of the version with ${what} tea, ${20 - found} of the other`]);
  return found;
};

const healthy = async (story: Story, workspace: string, definition: string, old: string): Promise<string> => {
  const { api, terminal, expect } = story;
  terminal.heading("A tenth of production's callers get the new version first, then half of them, then all");
  const started = await start(story, workspace, definition, {});
  const next = started.steps[0]?.outputs["canary-deployment-id"] ?? "";
  expect("A canary is started", started.steps[0]?.outputs["result"] === "canary-started");
  expect("Stage prod serves what it served beside it", api.stages.get("prod")?.deploymentId === old);
  expect("2 of 20 callers meet the canary", (await twentyCallers(story, "oolong")) === 2);
  await onProd(story, workspace, { command: "canary", "canary-percent": "50" });
  expect("10 of 20 callers meet the canary", (await twentyCallers(story, "oolong")) === 10);
  const completed = await onProd(story, workspace, { command: "canary", "canary-percent": "100" });
  expect("The canary is completed", completed.steps[0]?.outputs["result"] === "canary-completed");
  expect("Stage prod serves the canary's deployment", api.stages.get("prod")?.deploymentId === next);
  expect("All callers get the new version", (await twentyCallers(story, "oolong")) === 20);
  return next;
};

const failing = async (story: Story, workspace: string, definition: string, served: string): Promise<void> => {
  const { api, terminal, expect } = story;
  terminal.heading("A version that answers 500 is met by its smoke tests at 10 %, and taken away");
  const tests = { "smoke-tests": "GET /teas 200", "smoke-test-timeout": "20" };
  const run = await start(story, workspace, definition, tests, "failure");
  terminal.section("Smoke tests", groupOf(run.log, "Smoke tests"));
  terminal.section(
    "What the run says",
    run.log.filter((line) => line.startsWith("State: ")),
  );
  expect("The canary is aborted", run.steps[0]?.outputs["result"] === "canary-aborted");
  expect("Stage prod has no canary", api.stages.get("prod")?.canarySettings === undefined);
  expect("Stage prod serves what it served", api.stages.get("prod")?.deploymentId === served);
  expect("All callers are answered as before", (await twentyCallers(story, "oolong")) === 20);
};
