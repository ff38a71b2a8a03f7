import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { parse } from "yaml";
import { dispatchEvent, type WorkflowEvent } from "../../simulator/github/events.ts";
import { closePullRequest, createEnvironment } from "../../simulator/github/people.ts";
import { workflowTokenWith } from "../../simulator/github/tokens.ts";
import type { StepHandler, WorkflowStep } from "../../simulator/runner/job.ts";
import type { SimulatedRun } from "../../simulator/simulator.ts";
import { actionPath, openScene, ordersApi, type Scene } from "../bundle/scene.ts";
import { inScene } from "../e2e/scene.ts";
import { readProjectFile } from "../project-files.ts";
import { codeBlocksOf } from "./markdown-file.ts";

type Job = {
  readonly steps: readonly WorkflowStep[];
  readonly environment?: { readonly name: string; readonly url?: string; readonly deployment?: boolean };
  readonly permissions?: Parameters<typeof workflowTokenWith>[0];
};
type Workflow = { readonly permissions?: Job["permissions"]; readonly jobs: Readonly<Record<string, Job>> };

const [preview, promote, canary, rollback] = codeBlocksOf(await readProjectFile("README.md"), "yaml").map((text) =>
  parse(text.replaceAll(/[\w-]+\/apigw-stage-action\/node24@v1/g, "./")),
) as [Workflow, Workflow, readonly WorkflowStep[], readonly WorkflowStep[]];

let scene: Scene;
beforeAll(async () => {
  scene = await openScene();
});
afterAll(async () => {
  await scene.close();
});

const checkOut: StepHandler = async ({ contexts }) => {
  const { workspace } = contexts["github"] as { workspace: string };
  await writeFile(join(workspace, "openapi.yml"), ordersApi);
  return {};
};

/** Runs a job with the permissions that its workflow gives it; the steps of others succeed and do nothing. */
const runJob = (workflow: Workflow | undefined, name: string, event: WorkflowEvent, { runJob, api } = scene) => {
  const job = workflow?.jobs[name];
  if (job === undefined) throw new Error(`the README has no job ${name}`);
  const others = job.steps.map(({ uses, run }) => uses ?? run ?? "").filter((key) => key !== "./");
  return runJob({
    name,
    event,
    actionPath,
    steps: job.steps,
    ...(job.environment === undefined ? {} : { environment: job.environment }),
    token: workflowTokenWith(job.permissions ?? workflow?.permissions ?? {}),
    provision: {
      handlers: { ...Object.fromEntries(others.map((key) => [key, () => ({})])), "actions/checkout@v6": checkOut },
    },
    runner: { vars: { REST_API_ID: api.id, AWS_ROLE_ARN: "arn:aws:iam::123456789012:role/deploy" } },
  });
};

const outputsOf = ({ steps }: SimulatedRun): Readonly<Record<string, string>> =>
  steps.find(({ outputs }) => "deployment-id" in outputs)?.outputs ?? {};

const warningsOf = ({ log }: SimulatedRun): readonly string[] =>
  log.filter((line) => /##\[(?:warning|error)\]/.test(line));

test("the README's preview makes a stage, a comment and a record, without a warning", async () => {
  const run = await runJob(preview, "preview", scene.opened());
  expect({ conclusion: run.conclusion, warnings: warningsOf(run) }).toEqual({ conclusion: "success", warnings: [] });
  expect(scene.stage(`pr-${scene.pull.number}`)?.deploymentId).toBe(outputsOf(run)["deployment-id"]);
  expect(scene.comments()).toHaveLength(1);
  expect(scene.records().map(({ environment }) => environment)).toEqual(["preview"]);
});

test("without the permissions that the README gives, the preview is deployed with warnings", async () => {
  const bare = { ...preview?.jobs["preview"], permissions: { contents: "read" } } as Job;
  const run = await runJob({ jobs: { preview: bare } }, "preview", scene.opened("synchronize"));
  expect(run.conclusion).toBe("success");
  for (const permission of ["deployments: write", "pull-requests: write"]) {
    expect(warningsOf(run).join("\n")).toContain(permission);
  }
});

test("the README's preview goes with its pull request", async () => {
  const { github, repository, pull } = scene;
  closePullRequest(github.world, repository, pull, { mergedBy: "bob" });
  const run = await runJob(preview, "preview", scene.opened("closed"));
  expect({ conclusion: run.conclusion, warnings: warningsOf(run) }).toEqual({ conclusion: "success", warnings: [] });
  expect(scene.stage(`pr-${pull.number}`)).toBeUndefined();
});

test("the README promotes, starts a canary, completes it, and goes back", () =>
  inScene({}, async (other) => {
    const { github, repository } = other;
    createEnvironment(github.world, repository, "production", { branchPolicy: [{ type: "branch", name: "main" }] });
    const job = promote.jobs["production"];
    const inProduction = async (steps: readonly WorkflowStep[] = []): Promise<readonly (string | undefined)[]> => {
      const workflow = { jobs: { production: { ...job, steps } } };
      const run = await runJob(workflow, "production", dispatchEvent(repository, "alice"), other);
      expect({
        conclusion: run.conclusion,
        errors: warningsOf(run).filter((line) => line.includes("[error]")),
      }).toEqual({
        conclusion: "success",
        errors: [],
      });
      return run.steps.map(({ outputs }) => outputs["result"]).filter((result) => result !== undefined);
    };
    const serves = (): string | undefined => other.stage("prod")?.deploymentId;

    const first = other.addStage("test").deploymentId;
    expect([await inProduction(job?.steps), serves()]).toEqual([["promoted"], first]);
    const second = other.addStage("test").deploymentId;
    expect([await inProduction(canary), serves()]).toEqual([["canary-started", "canary-completed"], second]);
    expect([await inProduction(rollback), serves()]).toEqual([["rolled-back"], first]);
    const records = other.records().filter(({ environment }) => environment === "production");
    expect(new Set(records.map(({ statuses }) => statuses.at(-1)?.state))).toEqual(new Set(["success"]));
  }));
