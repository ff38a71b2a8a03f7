// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the texts are workflow expressions.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { runStep } from "../../../simulator/runner/action-step.ts";
import { spawnOn } from "../../../simulator/runner/child-process.ts";
import { runAction } from "../../../simulator/runner/job.ts";
import { openJob } from "../../../simulator/runner/job-state.ts";
import { fixtureAction, onPush, push, temporaryFolder } from "./fixture-action.ts";

/** Prints the environment as one output. */
const reportEnvironment = `output("env", JSON.stringify(process.env)); output("cwd", process.cwd());`;

const environmentOf = (result: { outputs: Readonly<Record<string, string>> }): Record<string, string> =>
  JSON.parse(result.outputs["env"] ?? "{}") as Record<string, string>;

describe("inputs", () => {
  test("reach the action as INPUT_ variables: spaces become underscores, hyphens stay, defaults are evaluated", async () => {
    const action = await fixtureAction({
      main: reportEnvironment,
      inputs: `
  rest-api-id: { required: true }
  Stage Name: { default: "\${{ github.ref_name }}" }
  token: { default: "\${{ github.token }}" }
  check-run-id: { default: "\${{ job.check_run_id }}" }
  empty: {}
  given: { default: unused }
  nothing: { default: unused }`,
    });
    const { main } = await runAction(
      { ...onPush, checkRunId: 77 },
      { action, with: { GIVEN: "${{ github.sha }}", nothing: null } },
    );
    const inputs = Object.entries(environmentOf(main)).filter(([name]) => name.startsWith("INPUT_"));
    expect(Object.fromEntries(inputs)).toEqual({
      "INPUT_REST-API-ID": "",
      INPUT_STAGE_NAME: "main",
      INPUT_TOKEN: "ghs_token",
      "INPUT_CHECK-RUN-ID": "77",
      INPUT_EMPTY: "",
      INPUT_GIVEN: push.sha,
      INPUT_NOTHING: "",
    });
    expect(main.conclusion).toBe("success");
  });

  test("that the action does not know or that are deprecated are warned of", async () => {
    const action = await fixtureAction({
      main: "",
      inputs: "  new: {}\n  old: { deprecationMessage: Use new. }",
    });
    const { main } = await runAction(onPush, { action, with: { olde: "1", old: "2" } });
    expect(main.annotations.map(({ message }) => message)).toEqual([
      "Input 'old' has been deprecated with message: Use new.",
      "Unexpected input(s) 'olde', valid inputs are ['new', 'old']",
    ]);
    expect(main.conclusion).toBe("success");
  });

  test("with a bad expression fail the step before anything runs", async () => {
    const action = await fixtureAction({ main: `output("ran", "1")` });
    const { main } = await runAction(onPush, { action, with: { a: "${{ nope.x }}" } });
    expect(main).toMatchObject({ conclusion: "failure", outputs: {} });
    expect(main).not.toHaveProperty("exitCode");
    expect(main.log.at(-1)).toContain("##[error]Unrecognized named-value: 'nope'");
  });
});

describe("the environment", () => {
  test("is the runner's own and nothing else", async () => {
    const action = await fixtureAction({ main: reportEnvironment });
    process.env["JUNK_OF_THE_TEST"] = "1";
    const { main, job } = await runAction(
      { ...onPush, workFolder: await temporaryFolder(), env: { AWS_REGION: "eu-central-1", GITHUB_SHA: "mine" } },
      { action, id: "deploy", env: { STAGE: "${{ github.ref_name }}" } },
    );
    delete process.env["JUNK_OF_THE_TEST"];
    const variables = environmentOf(main);
    const foreign = Object.keys(variables).filter((name) => !/^(GITHUB|RUNNER)_/.test(name));
    expect(foreign.sort()).toEqual(["AWS_REGION", "CI", "HOME", "PATH", "STAGE"]);
    expect(variables).toMatchObject({
      STAGE: "main",
      GITHUB_ACTIONS: "true",
      GITHUB_ACTION: "deploy",
      GITHUB_ACTION_REPOSITORY: "",
      GITHUB_SHA: push.sha,
      GITHUB_WORKSPACE: job.workspace,
      RUNNER_TEMP: job.temp,
      RUNNER_ENVIRONMENT: "github-hosted",
    });
    expect(main.outputs["cwd"]).toBe(job.workspace);
    expect(JSON.parse(await readFile(variables["GITHUB_EVENT_PATH"] ?? "", "utf8"))).toEqual(push.event);
  });

  test("names the action's repository and ref when it is not local", async () => {
    const action = await fixtureAction({ main: reportEnvironment });
    const { main } = await runAction({ ...onPush, debug: true }, { action, uses: "octo-org/deploy/sub@v1" });
    expect(environmentOf(main)).toMatchObject({
      GITHUB_ACTION: "__octo-org_deploy",
      GITHUB_ACTION_REPOSITORY: "octo-org/deploy",
      GITHUB_ACTION_REF: "v1",
      RUNNER_DEBUG: "1",
    });
  });
});

describe("file commands", () => {
  test("set outputs, state, variables, path and summary", async () => {
    const action = await fixtureAction({
      main: `
append("GITHUB_OUTPUT", "url<<END\\nhttps://x.example\\nEND\\n");
append("GITHUB_STATE", "id=1\\n");
append("GITHUB_ENV", "STAGE=prod\\nNODE_OPTIONS=--x\\n");
append("GITHUB_PATH", "/opt/a\\n\\n/opt/b\\n");
append("GITHUB_STEP_SUMMARY", "# Done with ghs_token\\n");`,
    });
    const job = openJob({ ...onPush, workFolder: await temporaryFolder() });
    const main = await runStep(job, { action });
    expect(main).toMatchObject({
      conclusion: "success",
      outputs: { url: "https://x.example" },
      state: { id: "1" },
      env: { STAGE: "prod" },
      path: ["/opt/a", "/opt/b"],
      summary: "# Done with ***\n",
    });
    expect(main.annotations).toEqual([
      { level: "error", message: "Can't store NODE_OPTIONS output parameter using '$GITHUB_ENV' command." },
    ]);

    const next = await runStep(job, { action: await fixtureAction({ main: reportEnvironment }) });
    expect(environmentOf(next)["STAGE"]).toBe("prod");
    expect(environmentOf(next)["PATH"]).toMatch(/^\/opt\/b:\/opt\/a:/);
    expect(next.outputs).not.toHaveProperty("url");
  });

  test("that cannot be parsed fail the step, and what was good in them still counts", async () => {
    const action = await fixtureAction({
      main: `append("GITHUB_OUTPUT", "a=1\\nnonsense\\nb=2\\n"); append("GITHUB_STATE", "c=3\\n");`,
    });
    const { main } = await runAction(onPush, { action });
    expect(main).toMatchObject({ conclusion: "failure", exitCode: 0, outputs: { a: "1" }, state: { c: "3" } });
    expect(main.annotations.map(({ message }) => message)).toEqual([
      "Unable to process file command 'output' successfully.",
      "Invalid format 'nonsense'",
    ]);
  });

  test("a summary of more than 1 MiB is not uploaded, and the step is still good", async () => {
    const action = await fixtureAction({ main: `append("GITHUB_STEP_SUMMARY", "x".repeat(1024 * 1024 + 1));` });
    const { main } = await runAction(onPush, { action });
    expect(main).toMatchObject({ conclusion: "success", summary: "" });
    expect(main.annotations[0]).toMatchObject({
      level: "error",
      message: expect.stringContaining("supports content up to a size of 1024k, got 1024k"),
    });
  });
});

describe("the log", () => {
  test("begins with what runs, holds both streams, and masks secrets", async () => {
    const action = await fixtureAction({
      inputs: "  stage: { default: prod }\n  none: {}",
      main: `
console.log("standard output with s3cret");
console.error("::error::standard error");
process.stdout.write("no line end");`,
    });
    const { main } = await runAction(
      { ...onPush, secrets: { PASSWORD: "s3cret" } },
      { action, with: { password: "${{ secrets.PASSWORD }}" } },
    );
    expect(main.log.slice(0, 6)).toEqual([
      "##[warning]Unexpected input(s) 'password', valid inputs are ['stage', 'none']",
      "##[group]Run ./",
      "with:",
      "  password: ***",
      "  stage: prod",
      "##[endgroup]",
    ]);
    expect([...main.log.slice(6)].sort()).toEqual([
      "##[error]standard error",
      "no line end",
      "standard output with ***",
    ]);
    expect(main.conclusion).toBe("success");
  });

  test("is told live", async () => {
    const lines: string[] = [];
    const action = await fixtureAction({ main: `console.log("one\\r\\ntwo\\rthree")` });
    await runAction({ ...onPush, onLog: (line) => lines.push(line) }, { action });
    expect(lines.slice(-3)).toEqual(["one", "two", "three"]);
  });

  test("is UTF-8 even when a character is split between two writes", async () => {
    const action = await fixtureAction({
      main: `
const bytes = Buffer.from("gr\\u00fc\\u00dfe\\n");
fs.writeSync(1, bytes.subarray(0, 3));
setTimeout(() => fs.writeSync(1, bytes.subarray(3)), 50);`,
    });
    expect((await runAction(onPush, { action })).main.log.at(-1)).toBe("grüße");
  });
});

describe("the conclusion", () => {
  test.each([
    ["success", 0, `console.log("::error::only said")`],
    ["failure", 1, "process.exitCode = 1"],
    ["failure", 7, "process.exit(7)"],
    ["failure", 0, `console.log("::set-env name=A::1")`],
    ["failure", 139, `process.kill(process.pid, "SIGSEGV"); setTimeout(() => {}, 60000)`],
  ])("is %s with exit code %d after %s", async (conclusion, exitCode, script) => {
    const { main } = await runAction(onPush, { action: await fixtureAction({ main: script }) });
    expect(main).toMatchObject({ conclusion, exitCode });
  });

  test("is the outcome's opposite with continue-on-error", async () => {
    const action = await fixtureAction({ main: "process.exitCode = 1" });
    const run = await runAction(onPush, { action, continueOnError: true });
    expect(run).toMatchObject({ conclusion: "success", main: { outcome: "failure", conclusion: "success" } });
  });

  test("is failure when the script or the Node.js is missing", async () => {
    const action = await fixtureAction({ main: "" });
    const lost = { ...action, runs: { ...action.runs, main: "lost.js" } };
    expect((await runAction(onPush, { action: lost })).main).toMatchObject({
      conclusion: "failure",
      annotations: [{ level: "error", message: `File not found: '${join(action.directory, "lost.js")}'` }],
    });
    expect((await runAction({ ...onPush, runScript: spawnOn("/no/such/node") }, { action })).main).toMatchObject({
      conclusion: "failure",
      annotations: [{ level: "error", message: expect.stringContaining("ENOENT") }],
    });
  });

  test("is skipped when the condition does not hold, and then there is no post either", async () => {
    const action = await fixtureAction({ main: "", post: "" });
    const run = await runAction(onPush, { action, if: "github.event_name == 'schedule'" });
    expect(run.main).toMatchObject({ conclusion: "skipped", log: [] });
    expect(run).not.toHaveProperty("post");
    expect(run.conclusion).toBe("success");
  });
});

describe("the post stage", () => {
  test("gets main's state and fresh files, and evaluates the inputs anew", async () => {
    const action = await fixtureAction({
      inputs: `  status: { default: "\${{ job.status }}" }`,
      main: `append("GITHUB_STATE", "deployment-Id=abc\\n"); output("x", "1"); process.exitCode = 1;`,
      post: reportEnvironment,
    });
    const { main, post, conclusion } = await runAction(onPush, { action, id: "deploy" });
    expect(post).toMatchObject({ name: `Post ${main.name}`, conclusion: "success" });
    const variables = post ? environmentOf(post) : {};
    expect(variables).toMatchObject({
      "STATE_deployment-Id": "abc",
      INPUT_STATUS: "failure",
      GITHUB_ACTION: "deploy",
    });
    expect(post?.outputs).not.toHaveProperty("x");
    expect(post?.log[0]).toBe("Post job cleanup.");
    expect(conclusion).toBe("failure");
  });

  test.each([
    ["failure()", "skipped"],
    ["success()", "success"],
    ["github.event_name == 'push'", "success"],
  ])("runs only if its condition %s holds", async (postIf, conclusion) => {
    const action = await fixtureAction({ main: "", post: "", postIf });
    expect((await runAction(onPush, { action })).post?.conclusion).toBe(conclusion);
  });

  test("that fails, fails the job", async () => {
    const action = await fixtureAction({ main: "", post: "process.exitCode = 1" });
    expect(await runAction(onPush, { action })).toMatchObject({
      main: { conclusion: "success" },
      post: { conclusion: "failure" },
      conclusion: "failure",
    });
  });
});
