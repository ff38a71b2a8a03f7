import { NoOperationTraceWriter, parseWorkflow } from "@actions/workflow-parser";
import { beforeEach, describe, expect, test } from "@jest/globals";
import { dispatchEvent, pushEvent, type WorkflowEvent } from "../../simulator/github/events.ts";
import type { Repository } from "../../simulator/github/model.ts";
import { createRepository } from "../../simulator/github/people.ts";
import { createGitHubWorld } from "../../simulator/github/world.ts";
import { jobsFor, type WorkflowJob } from "../../simulator/runner/workflow.ts";
import { parseSmokeTests } from "../../src/inputs/smoke-tests.ts";
import { readProjectFile } from "../project-files.ts";

const deploy = await readProjectFile("examples/deploy.yml");
const rollback = await readProjectFile("examples/rollback.yml");

let repository: Repository;
beforeEach(() => {
  repository = createRepository(createGitHubWorld(), "acme/orders");
});

const start = (
  workflow: string,
  event: WorkflowEvent,
  inputs: Readonly<Record<string, unknown>> = {},
): readonly WorkflowJob[] => {
  const { name, payload, sha, ref } = event;
  const run = { repository: "acme/orders", eventName: name, event: payload, sha, ref, token: "t" };
  return jobsFor(workflow, run, { inputs, vars: { REST_API_ID: "a1b2c3d4e5" } });
};

const onPush = (branch = "main"): Readonly<Record<string, WorkflowJob>> =>
  Object.fromEntries(start(deploy, pushEvent(repository, branch, "ada")).map((job) => [job.id, job]));

const inputsOf = (job: WorkflowJob | undefined): Readonly<Record<string, unknown>> =>
  job?.definition.steps.find(({ uses = "" }) => uses.includes("apigw-stage-action"))?.with ?? {};

describe.each([
  ["deploy.yml", deploy],
  ["rollback.yml", rollback],
])("%s", (name, content) => {
  test("is a workflow that GitHub reads without complaint", () => {
    const { context } = parseWorkflow({ name, content }, new NoOperationTraceWriter());
    expect(context.errors.getErrors().map(({ message }) => message)).toEqual([]);
  });

  test("gives each job's token what the action needs there: the gate's own reads where there is one", () => {
    const event = name === "deploy.yml" ? pushEvent(repository, "main", "ada") : dispatchEvent(repository, "ada");
    const reports = { contents: "read", "id-token": "write", deployments: "write", checks: "read" };
    const jobs = start(content, event, { stage: "prod" });
    expect(jobs.length).toBeGreaterThan(0);
    for (const { id, permissions } of jobs) {
      const reads = id === "plan" ? { contents: "read", "id-token": "write" } : reports;
      expect({ [id]: permissions }).toEqual({ [id]: id === "production" ? { ...reads, actions: "read" } : reads });
    }
  });
});

describe("deploy.yml", () => {
  test("goes from dev over test and the plan to production", () => {
    const needs = Object.values(onPush()).map(({ id, needs }) => [id, needs]);
    expect(Object.fromEntries(needs)).toEqual({
      dev: [],
      test: ["dev"],
      plan: ["dev", "test"],
      production: ["dev", "plan"],
    });
  });

  test("starts for main only", () => {
    expect(start(deploy, { ...pushEvent(repository, "main", "ada"), ref: "refs/heads/feature" })).toEqual([]);
  });

  test("shows each stage's URL in the environment that it deploys to", () => {
    for (const [name, environment] of [
      ["dev", "dev"],
      ["test", "test"],
      ["production", "production"],
    ] as const) {
      const job = onPush()[name];
      expect(job?.environment).toEqual({ name: environment, deployment: true });
      expect(job?.definition.environment?.url).toBe("${{ steps.apigw.outputs.invoke-url }}");
    }
  });

  test("makes one deployment, and afterwards only hands its id on", () => {
    const { dev, ...later } = onPush();
    expect(dev?.definition.outputs).toEqual({ "deployment-id": "${{ steps.apigw.outputs.deployment-id }}" });
    for (const job of Object.values(later)) {
      expect(inputsOf(job)).toMatchObject({
        command: "promote",
        "deployment-id": "${{ needs.dev.outputs.deployment-id }}",
      });
    }
  });

  test("plans for production what production does, without an environment", () => {
    const { plan, production } = onPush();
    const { "dry-run": dryRun, ...planned } = inputsOf(plan);
    expect(String(dryRun)).toBe("true");
    expect(inputsOf(production)).toMatchObject({ ...planned, gate: "require" });
    expect(plan?.environment).toBeUndefined();
  });

  test("holds the draft's lock while it imports, and no lock while it waits for people", () => {
    const { dev, plan, production } = onPush();
    expect(dev?.concurrency).toEqual({ group: "rest-api-a1b2c3d4e5", cancelInProgress: false, queue: "max" });
    expect(plan?.concurrency).toBeUndefined();
    expect(production?.concurrency).toBeUndefined();
  });

  test("has smoke tests that are understood", () => {
    const lines = ["test", "production"].map((name) => String(inputsOf(onPush()[name])["smoke-tests"]));
    for (const text of lines) {
      expect(parseSmokeTests(text).problems).toEqual([]);
      expect(parseSmokeTests(text).tests.length).toBeGreaterThan(0);
    }
  });
});

describe("rollback.yml", () => {
  test.each([
    ["test", "test"],
    ["prod", "production"],
  ])("takes stage %s back behind the gate of environment %s", (stage, environment) => {
    const [job] = start(rollback, dispatchEvent(repository, "ada", { stage }), { stage });
    expect(job?.environment).toEqual({ name: environment, deployment: true });
    expect(inputsOf(job)).toMatchObject({ command: "rollback", "stage-name": "${{ inputs.stage }}" });
  });

  test("starts by hand only", () => {
    expect(start(rollback, pushEvent(repository, "main", "ada"), { stage: "prod" })).toEqual([]);
  });
});
