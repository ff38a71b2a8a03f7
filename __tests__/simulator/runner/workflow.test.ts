// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the texts are workflow expressions.
import { describe, expect, test } from "@jest/globals";
import { pushEvent } from "../../../simulator/github/events.ts";
import { calledInputs, calledOutputs } from "../../../simulator/runner/called-workflow.ts";
import { runJob } from "../../../simulator/runner/job.ts";
import { ancestorsOf } from "../../../simulator/runner/job-needs.ts";
import { checkPermissions } from "../../../simulator/runner/permissions.ts";
import { jobNodesFor, jobsFor } from "../../../simulator/runner/workflow.ts";
import { startSimulator } from "../../../simulator/simulator.ts";
import { runWorkflow } from "../../../simulator/workflow-run.ts";
import { push } from "./fixture-action.ts";

const workflow = `
name: Deploy
on:
  push: { branches: [main, "release/*"] }
  pull_request: { types: [opened, closed] }
  schedule: [{ cron: "0 3 * * *" }]
permissions: { contents: read }
env: { REGION: eu-central-1 }
jobs:
  build:
    runs-on: ubuntu-latest
    steps: [{ run: build }]
  deploy:
    name: Deploy to \${{ vars.STAGE }}
    needs: build
    if: github.event_name == 'push'
    runs-on: ubuntu-latest
    permissions: { contents: read, id-token: write }
    environment: { name: "\${{ vars.STAGE }}", url: "\${{ steps.apigw.outputs.url }}" }
    concurrency: { group: "apigw-\${{ vars.STAGE }}", queue: max, cancel-in-progress: false }
    outputs: { url: "\${{ steps.apigw.outputs.url }}" }
    env: { STAGE: "\${{ vars.STAGE }}" }
    steps:
      - { id: apigw, uses: ./, with: { stage-name: "\${{ env.STAGE }}", dry-run: false }, timeout-minutes: 5 }
      - { run: after, if: always(), continue-on-error: true }
  preview:
    if: github.event_name == 'pull_request'
    runs-on: ubuntu-latest
    environment: { name: preview, deployment: false }
    concurrency: apigw-pr-\${{ github.event.number }}
    steps: [{ run: preview }]
`;

const vars = { STAGE: "test" };

describe("jobsFor", () => {
  test("evaluates what is decided before a runner gets the job", () => {
    const [build, deploy, preview] = jobsFor(workflow, push, { vars });
    expect(build).toMatchObject({ id: "build", name: "build", wanted: true, permissions: { contents: "read" } });
    expect(deploy).toEqual({
      id: "deploy",
      key: "deploy",
      name: "Deploy to test",
      needs: ["build"],
      wanted: true,
      permissions: { contents: "read", "id-token": "write" },
      concurrency: { group: "apigw-test", cancelInProgress: false, queue: "max" },
      environment: { name: "test", deployment: true },
      env: { REGION: "eu-central-1", STAGE: "test" },
      definition: {
        environment: { name: "test", url: "${{ steps.apigw.outputs.url }}" },
        outputs: { url: "${{ steps.apigw.outputs.url }}" },
        steps: [
          { id: "apigw", uses: "./", with: { "stage-name": "${{ env.STAGE }}", "dry-run": false }, timeoutMinutes: 5 },
          { run: "after", if: "always()", continueOnError: true },
        ],
      },
    });
    expect(preview).toMatchObject({
      wanted: false,
      environment: { name: "preview", deployment: false },
      concurrency: { group: "apigw-pr-", cancelInProgress: false },
    });
  });

  test("its jobs can be run", async () => {
    const deploy = jobsFor(workflow, push, { vars }).find(({ id }) => id === "deploy");
    if (!deploy) throw new Error("There is no job 'deploy'");
    const result = await runJob({ run: push, vars, env: deploy.env }, deploy.definition, {
      handlers: {
        "./": ({ with: given }) => ({ outputs: { url: `https://x.example/${given["stage-name"]}` } }),
        after: () => ({ exitCode: 1 }),
      },
    });
    expect(result).toMatchObject({ conclusion: "success", environmentUrl: "https://x.example/test" });
  });

  test.each([
    ["success", true],
    ["failure", false],
    ["skipped", false],
  ])("a job whose need ended in %s is wanted: %j", (result, wanted) => {
    expect(jobsFor(workflow, push, { needs: { build: { result } } })[1]?.wanted).toBe(wanted);
  });

  test.each([
    ["push to main", push, 3],
    ["push to a release branch", { ...push, ref: "refs/heads/release/1" }, 3],
    ["push to another branch", { ...push, ref: "refs/heads/release/1/2" }, 0],
    ["push of a tag", { ...push, ref: "refs/tags/v1" }, 0],
    ["schedule", { ...push, eventName: "schedule", event: {} }, 3],
    ["pull request opened", { ...push, eventName: "pull_request", event: { action: "opened", number: 7 } }, 3],
    ["pull request synchronize", { ...push, eventName: "pull_request", event: { action: "synchronize" } }, 0],
    ["workflow_dispatch", { ...push, eventName: "workflow_dispatch", event: {} }, 0],
  ])("%s", (_case, run, jobs) => {
    expect(jobsFor(workflow, run)).toHaveLength(jobs);
  });

  test.each([
    ["v[12].[0-9]+.[0-9]+", ["v1.0.10", "v2.10.0"], ["v3.0.0", "v1.0", "v1.0.", "v1x0.1"]],
    ["feature?/*", ["feature/a", "featur/a"], ["features/a", "feature/a/b"]],
    ["[!a-c]+x", ["ax", "b!cx"], ["x", "dx"]],
    ["**/x+", ["a/b/xx", "/x"], ["a/b/"]],
    ["*+.js?", ["a.j", ".js"], ["a/b.js", "a.jss"]],
    ["a\\+b(c|d)", ["a+b(c|d)"], ["aab(c|d)", "a\\+bc"]],
    ["+?a", ["+a", "a"], ["b"]],
  ])("branches: %s matches %j, not %j", (pattern, matching, others) => {
    const started = (name: string) =>
      jobsFor(`on: { push: { branches: [${JSON.stringify(pattern)}] } }\njobs: { a: { steps: [] } }`, {
        ...push,
        ref: `refs/heads/${name}`,
      }).length;
    expect([...matching, ...others].filter((name) => started(name) === 1)).toEqual(matching);
  });

  test("without types, only the usual ones of a pull request count", () => {
    const text = "on: pull_request\njobs: { a: { runs-on: x, steps: [{ run: a }] } }";
    const jobs = (action: string) => jobsFor(text, { ...push, eventName: "pull_request", event: { action } });
    expect([jobs("synchronize").length, jobs("closed").length]).toEqual([1, 0]);
  });

  test("a matrix: each combination without the excluded, with the included, and its own name", () => {
    const text = `
on: push
jobs:
  a:
    strategy:
      max-parallel: 2
      matrix:
        api: "\${{ fromJSON(vars.APIS) }}"
        region: [eu, us]
        exclude: [{ api: orders, region: us }]
        include: [{ api: orders, stage: prod }, { api: carts, region: ap }]
    concurrency: "\${{ matrix.api }}-\${{ matrix.region }}"
    steps: [{ run: a }]
  b: { needs: a, name: "\${{ matrix.x }}", strategy: { fail-fast: false, matrix: { x: [1] } }, steps: [{ run: b }] }
  c: { name: a, strategy: { matrix: { x: [[eu, ""], eu, null] } }, steps: [{ run: c }] }
`;
    const jobs = jobsFor(text, push, { vars: { APIS: '["orders", "payments"]' }, needs: { a: { result: "success" } } });
    expect(jobs.map(({ key, name, concurrency }) => [key, name, concurrency?.group])).toEqual([
      ["a (orders, eu, prod)", "a (orders, eu, prod)", "orders-eu"],
      ["a (payments, eu)", "a (payments, eu)", "payments-eu"],
      ["a (payments, us)", "a (payments, us)", "payments-us"],
      ["a (carts, ap)", "a (carts, ap)", "carts-ap"],
      ["b (1)", "1", undefined],
      ["c (eu)", "a (eu)", undefined],
      ["c (eu) 2", "a (eu)", undefined],
      ["c", "a", undefined],
    ]);
    expect(jobs[1]?.variation).toEqual({
      matrix: { api: "payments", region: "eu" },
      strategy: { "fail-fast": true, "job-index": 1, "job-total": 4, "max-parallel": 2 },
    });
    expect(jobs[4]?.variation?.strategy["fail-fast"]).toBe(false);
  });

  test("permissions for all scopes, and keys without a value", () => {
    const text = `
on: push
permissions: read-all
jobs:
  a: { env: , steps: [{ uses: ./, env: , with: { label: , stage: "" } }] }
  b: { permissions: write-all, steps: [] }
  c: { permissions: {}, steps: [] }
`;
    const [a, b, c] = jobsFor(text, push);
    expect(a?.permissions).toMatchObject({ contents: "read", models: "read" });
    expect(a?.permissions).not.toHaveProperty("id-token");
    expect(a?.definition.steps).toEqual([{ uses: "./", with: { label: null, stage: "" } }]);
    expect(b?.permissions).toMatchObject({ contents: "write", "id-token": "write", models: "read" });
    expect(c?.permissions).toEqual({});
  });

  test("a job that is not wanted needs no matrix, and a job that calls a workflow has no steps", () => {
    const text = `
on: push
jobs:
  a: { if: false, strategy: { matrix: { x: "\${{ fromJSON(needs.z.outputs.y) }}" } }, steps: [{ run: a }] }
  b: { uses: ./.github/workflows/b.yml, with: { target: "\${{ vars.STAGE }}", dry: true } }
`;
    const [a, b] = jobsFor(text, push, { vars });
    expect(a).toMatchObject({ id: "a", wanted: false });
    expect(b).toMatchObject({
      calls: { path: ".github/workflows/b.yml", with: { target: "test", dry: true } },
      definition: { steps: [] },
    });
  });

  test.each([
    ["on: push\njobs: { a: { container: node, steps: [] } }", "jobs.a: 'container' is unknown or not simulated"],
    [
      "on: push\njobs: { a: { strategy: { matrix: { x: [] } }, steps: [] } }",
      "jobs.a.strategy.matrix: Matrix vector does not contain any values",
    ],
    ["on: push\njobs: { a: { uses: ./b.yml, steps: [] } }", "jobs.a: 'steps' cannot be beside 'uses'"],
    [
      "on: push\njobs: { a: { uses: acme/x/.github/workflows/b.yml@v1 } }",
      "Workflows of other repositories are not simulated",
    ],
    ["on: { push: { paths: [a] } }\njobs: {}", "Path filters are not simulated"],
    ["on: push\njobs: { a: { steps: [{ name: x }] } }", "There must be either 'uses' or 'run'"],
    ["on: push\npermissions: all\njobs: { a: { steps: [] } }", "jobs.a.permissions: Expected a mapping"],
    ["on: push\npermissions: { content: read }\njobs: { a: { steps: [] } }", "Unexpected value 'content'"],
    ["on: push\npermissions: { id-token: read }\njobs: { a: { steps: [] } }", "Unexpected value 'read'"],
    ["on: push\njobs: { a: { steps: x } }", "jobs.a.steps: Expected a sequence"],
    ["on: push\njobs: { a: { if: secrets.x, steps: [] } }", "Unrecognized named-value: 'secrets'"],
    ["on: [", "Flow sequence in block collection"],
  ])("refuses %j", (text, message) => {
    expect(() => jobsFor(text, push)).toThrow(message);
  });
});

describe("needs", () => {
  const skipped = "on: push\njobs: { a: { if: false, steps: [] }, b: { needs: a, if: IF, steps: [] } }";
  const wanted = (condition: string, ...ancestors: readonly string[]) =>
    jobsFor(skipped.replace("IF", JSON.stringify(condition)), push, {}, { id: "b", ancestors })[0]?.wanted;

  test.each([
    ["", [true, false, false, false]],
    ["success()", [true, false, false, false]],
    ["failure()", [false, false, true, false]],
    ["${{ !failure() && !cancelled() }}", [true, true, false, false]],
    ["cancelled()", [false, false, false, true]],
    ["always()", [true, true, true, true]],
  ])("if: %j after success, a skip, a failure and a cancellation of any ancestor", (condition, expected) => {
    const results = ["success", "skipped", "failure", "cancelled"];
    expect(results.map((result) => wanted(condition, "success", result))).toEqual(expected);
  });

  test("are the same in capitals, and refused in a circle or without a job", () => {
    const nodes = (a: string, b: string) =>
      jobNodesFor(`on: push\njobs: { a: { needs: ${a} }, b: { needs: ${b} }, c: {}, d: { needs: C } }`, push);
    expect(nodes("B", "[]").map(({ needs }) => needs)).toEqual([["b"], [], [], ["c"]]);
    expect(() => nodes("b", "a")).toThrow(
      "Job 'a' depends on job 'b' which creates a cycle in the dependency graph. Job 'b' depends on job 'a' which",
    );
    expect(() => nodes("[c, x]", "c")).toThrow("Job 'a' depends on unknown job 'x'.");
    expect(() => jobNodesFor("on: push\njobs: { a: { needs: a } }", push)).toThrow(
      "The workflow must contain at least one job with no dependencies. Job 'a' depends on job 'a' which creates a cycle",
    );
  });
});

test("many jobs that all need each other's needs have their ancestors at once", () => {
  const ids = Array.from({ length: 200 }, (_, index) => `j${index}`);
  const nodes = ids.map((id, index) => ({ id, needs: ids.slice(0, index) }));
  expect(ancestorsOf(nodes, "j199")).toHaveLength(199);
});

describe("a workflow that others call", () => {
  const called = `
on:
  push:
  workflow_call:
    inputs:
      target: { type: string, required: true }
      dry: { type: boolean, default: true }
      share: { type: number }
    outputs: { url: { value: "\${{ jobs.a.outputs.url }}" } }
jobs: { a: { steps: [{ run: a }] } }
`;

  test("has the inputs that it declares, and gives back what it says", () => {
    expect(calledInputs(called, { target: "eu" })).toEqual({ target: "eu", dry: true, share: 0 });
    expect(calledOutputs(called, { jobs: { a: { outputs: { url: "https://x.example" } } } })).toEqual({
      url: "https://x.example",
    });
    expect(jobsFor(called, { ...push, eventName: "schedule", called: true })).toHaveLength(1);
    expect(jobsFor("on: push\njobs: { a: { steps: [] } }", { ...push, called: true })).toHaveLength(0);
  });

  test.each([
    [{}, "Input target is required, but not provided"],
    [{ target: "eu", dry: "no" }, "Input dry is no boolean"],
    [{ target: "eu", stage: "prod" }, "Invalid input, stage is not defined in the referenced workflow."],
  ])("refuses %j", (given, message) => {
    expect(() => calledInputs(called, given)).toThrow(message);
  });

  test("gets no more permissions than the job that calls it", () => {
    expect(() => checkPermissions("a", { contents: "read" }, { contents: "write" })).not.toThrow();
    expect(() =>
      checkPermissions("a", { checks: "read", deployments: "write", issues: "none" }, { deployments: "read" }),
    ).toThrow(
      "The nested job 'a' is requesting 'checks: read, deployments: write', but is only allowed 'checks: none, deployments: read'.",
    );
  });
});

describe("runWorkflow", () => {
  test("lists every variation under its own key, and what follows sees how all ancestors ended", async () => {
    const text = `
on: push
jobs:
  deploy:
    name: "check"
    strategy: { fail-fast: false, matrix: { region: [eu, us] } }
    outputs: { region: "\${{ matrix.region }}" }
    steps: [{ run: "deploy" }, { run: bad, if: matrix.region == 'eu' }]
  check: { steps: [{ run: good }] }
  skipped: { if: false, steps: [] }
  after: { needs: skipped, if: "\${{ !failure() && !cancelled() }}", steps: [{ run: good }] }
  later: { needs: after, steps: [{ run: good }] }
  calls: { uses: ./.github/workflows/called.yml }
  told: { needs: [middle], if: failure(), steps: [{ run: good }] }
  middle: { needs: deploy, if: always(), steps: [{ run: good }] }
`;
    const simulator = await startSimulator();
    const run = await runWorkflow(simulator, {
      text,
      files: {
        ".github/workflows/called.yml":
          "on: workflow_call\njobs: { one: { permissions: { contents: read, packages: read }, steps: [] } }",
      },
      event: pushEvent(simulator.repository, "main", "alice"),
      actionPath: ".",
      handlers: { bad: () => ({ exitCode: 1 }) },
    }).finally(simulator.close);
    expect(Object.fromEntries(Object.entries(run.jobs).map(([key, { result }]) => [key, result]))).toEqual({
      "deploy (eu)": "failure",
      "deploy (us)": "success",
      check: "success",
      skipped: "skipped",
      after: "success",
      later: "skipped",
      "calls / one": "success",
      middle: "success",
      told: "success",
    });
    expect(run.run.jobs.map(({ name }) => name)).toEqual(expect.arrayContaining(["check (eu)", "check (us)"]));
  });
});
