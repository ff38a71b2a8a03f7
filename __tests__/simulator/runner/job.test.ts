// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the texts are workflow expressions.
import { describe, expect, test } from "@jest/globals";
import type { ScriptRunner } from "../../../simulator/runner/child-process.ts";
import { type JobResult, runJob } from "../../../simulator/runner/job.ts";
import { fixtureAction, onPush, push } from "./fixture-action.ts";

const order = (result: JobResult): (string | undefined)[] => [...result.steps, ...result.posts].map(({ name }) => name);

describe("runJob", () => {
  test("runs the steps, then the posts in reverse, with what went before in the contexts", async () => {
    const action = await fixtureAction({
      inputs: "  say: {}",
      main: `output("said", process.env.INPUT_SAY + " to " + process.env.WHO);`,
      post: "",
    });
    const result = await runJob(
      { ...onPush, env: { WHO: "nobody" } },
      {
        steps: [
          { run: "echo WHO" },
          { name: "First", id: "first", uses: "./", with: { say: "hello" } },
          { name: "Second", id: "second", uses: "./", with: { say: "${{ steps.first.outputs.said }} again" } },
        ],
        outputs: { said: "${{ steps.second.outputs.said }}", none: "${{ steps.none.outputs.x }}" },
      },
      { actions: { "./": action }, handlers: { "echo WHO": () => ({ env: { WHO: "the world" } }) } },
    );
    expect(order(result)).toEqual(["Run echo WHO", "First", "Second", "Post Second", "Post First"]);
    expect(result).toMatchObject({
      conclusion: "success",
      outputs: { said: "hello to the world again to the world" },
    });
    expect(result.outputs).not.toHaveProperty("none");
    expect(result.log).toContain("Set output 'said'");
  });

  test("after a failure runs only what asks for it", async () => {
    const action = await fixtureAction({ main: "", post: "" });
    const failing = await fixtureAction({ main: "process.exitCode = 1" });
    const result = await runJob(
      onPush,
      {
        steps: [
          { id: "bad", uses: "octo-org/fail@v1" },
          { name: "skipped", uses: "./" },
          { name: "on failure", uses: "./", if: "failure() && steps.bad.outcome == 'failure'" },
          { name: "always", uses: "./", if: "always()" },
        ],
      },
      { actions: { "./": action, "octo-org/fail": failing } },
    );
    expect(result.steps.map(({ conclusion }) => conclusion)).toEqual(["failure", "skipped", "success", "success"]);
    expect(result.posts.map(({ name }) => name)).toEqual(["Post always", "Post on failure"]);
    expect(result.conclusion).toBe("failure");
  });

  test("hands a step to the handler of its action", async () => {
    const result = await runJob(
      { ...onPush, secrets: { ROLE: "arn:aws:iam::123456789012:role/x" } },
      {
        steps: [
          { id: "aws", uses: "aws-actions/configure-aws-credentials@v6", with: { role: "${{ secrets.ROLE }}" } },
          { run: "exit 3", continueOnError: true },
          { run: "say" },
        ],
      },
      {
        handlers: {
          "aws-actions/configure-aws-credentials": ({ with: given }) => ({
            mask: ["AKIAEXAMPLE"],
            env: { AWS_ACCESS_KEY_ID: "AKIAEXAMPLE", ROLE: given["role"] ?? "" },
          }),
          "exit 3": () => ({ exitCode: 3 }),
          say: ({ env }) => ({ log: [`key ${env["AWS_ACCESS_KEY_ID"]}, role ${env["ROLE"]}`, "::notice::seen"] }),
        },
      },
    );
    expect(result.steps[1]).toMatchObject({ outcome: "failure", conclusion: "success", exitCode: 3 });
    expect(result.log).toContain("key ***, role ***");
    expect(result.annotations).toEqual([{ level: "notice", message: "seen" }]);
    expect(result.conclusion).toBe("success");
  });

  test("tells steps without an id apart, in main and in post", async () => {
    const action = await fixtureAction({ main: "", post: "" });
    const names: (string | undefined)[] = [];
    const runScript: ScriptRunner = async (_path, { env }) => {
      names.push(env["GITHUB_ACTION"]);
      return { exitCode: 0, cancelled: false };
    };
    const uses = ["./", "./node24", "acme/api-x/node24@v1", "acme/api-x@v1", "./"];
    const steps = [{ id: "__self_2", uses: "./" }, ...uses.map((key) => ({ uses: key }))];
    const actions = Object.fromEntries(uses.map((key) => [key, action]));
    await runJob({ ...onPush, runScript }, { steps }, { actions });
    const expected = ["__self_2", "__self", "__self_3", "__acme_api-x", "__acme_api-x_2", "__self_4"];
    expect(names).toEqual([...expected, ...expected.toReversed()]);
    const alike = { steps: ["a", "A"].map((id) => ({ id, uses: "./" })) };
    await expect(runJob(onPush, alike, { actions })).rejects.toThrow(
      "The identifier 'A' may not be used more than once within the same scope.",
    );
  });

  test("refuses a step that nothing can run", async () => {
    await expect(runJob(onPush, { steps: [{ uses: "actions/checkout@v5" }] }, {})).rejects.toThrow(
      "No action and no handler was given for the step 'actions/checkout@v5'",
    );
  });

  test("a handler that throws fails its step", async () => {
    const provision = {
      handlers: {
        boom: () => {
          throw new Error("it went wrong");
        },
      },
    };
    const result = await runJob(onPush, { steps: [{ run: "boom" }] }, provision);
    expect(result).toMatchObject({
      conclusion: "failure",
      annotations: [{ level: "error", message: "it went wrong" }],
    });
  });
});

describe("a job's outputs", () => {
  test("that hold a secret are dropped; a step's are not", async () => {
    const result = await runJob(
      { ...onPush, secrets: { API_ID: "abc123" } },
      {
        steps: [
          { id: "a", run: "a" },
          { run: "b", with: { url: "${{ steps.a.outputs.url }}" } },
        ],
        outputs: { url: "${{ steps.a.outputs.url }}", other: "fine" },
      },
      {
        handlers: {
          a: () => ({ outputs: { url: "https://abc123.example" } }),
          b: ({ with: given }) => ({ outputs: { length: String(given["url"]?.length) } }),
        },
      },
    );
    expect(result.outputs).toEqual({ other: "fine" });
    expect(result.steps[1]?.outputs).toEqual({ length: "22" });
    expect(result.annotations).toEqual([
      { level: "warning", message: "Skip output 'url' since it may contain secret." },
    ]);
    expect(result.conclusion).toBe("success");
  });

  test("that cannot be evaluated fail the job", async () => {
    const result = await runJob(onPush, { steps: [], outputs: { a: "${{ fromJSON('{') }}" } }, {});
    expect(result).toMatchObject({ conclusion: "failure", outputs: {} });
    expect(result.annotations[0]?.message).toBe("Fail to evaluate job outputs");
  });
});

describe("environment.url", () => {
  const withUrl = (url: string, outputs: Readonly<Record<string, string>> = {}) =>
    runJob(
      { ...onPush, secrets: { API_ID: "abc123" } },
      { steps: [{ id: "a", run: "a" }], environment: { name: "test-${{ github.ref_name }}", url } },
      { handlers: { a: () => ({ outputs }) } },
    );

  test("is evaluated after the steps", async () => {
    const result = await withUrl("${{ steps.a.outputs.url }}", { url: "https://x.example/prod" });
    expect(result.environmentUrl).toBe("https://x.example/prod");
    expect(result.log.at(-1)).toBe("Evaluated environment url: https://x.example/prod");
  });

  test("that holds a secret is not set", async () => {
    const result = await withUrl("${{ steps.a.outputs.url }}", { url: "https://abc123.example/prod" });
    expect(result).not.toHaveProperty("environmentUrl");
    expect(result.annotations).toEqual([
      {
        level: "warning",
        message: "Skip setting environment url as environment 'test-main' may contain secret.",
      },
    ]);
    expect(result.conclusion).toBe("success");
  });

  test.each([
    ["${{ steps.a.outputs.ulr }}", ""],
    ["ftp://x.example", "ftp://x.example"],
    ["x.example", "x.example"],
  ])("%j is no valid URL", async (url, evaluated) => {
    const result = await withUrl(url);
    expect(result).not.toHaveProperty("environmentUrl");
    expect(result.annotations).toEqual([
      {
        level: "warning",
        message: `Environment URL '${evaluated}' is not a valid http(s) URL, so it will not be shown as a link in the workflow graph.`,
      },
    ]);
  });

  test("may not name secrets, and an error in it fails the job", async () => {
    const result = await withUrl("https://${{ secrets.API_ID }}.example");
    expect(result.conclusion).toBe("failure");
    expect(result.annotations.map(({ message }) => message)).toEqual([
      "Failed to evaluate environment url",
      expect.stringContaining("Unrecognized named-value: 'secrets'"),
    ]);
  });
});

describe("the service that ordered the job", () => {
  const definition = {
    steps: [{ id: "a", run: "a", with: { id: "${{ job.check_run_id }}", token: "${{ github.token }}" } }],
    environment: { name: "production", url: "https://x.example" },
  };

  test("is asked before the first step, and told the end", async () => {
    const events: unknown[] = [];
    await runJob(onPush, definition, {
      handlers: {
        a: ({ with: given }) => {
          events.push(given);
          return {};
        },
      },
      start: (environment) => {
        events.push(environment);
        return { checkRunId: 9, run: { ...push, token: "fresh" } };
      },
      complete: ({ conclusion, environmentUrl }) => {
        events.push([conclusion, environmentUrl]);
      },
    });
    expect(events).toEqual(["production", { id: "9", token: "fresh" }, ["success", "https://x.example"]]);
  });

  test("hears nothing from a lost runner", async () => {
    const completions: JobResult[] = [];
    const loss = new AbortController();
    const result = await runJob({ ...onPush, loseRunner: loss.signal }, definition, {
      handlers: {
        a: () => {
          loss.abort();
          return {};
        },
      },
      complete: (completion) => void completions.push(completion),
    });
    expect(result).toMatchObject({ lost: true, conclusion: "failure" });
    expect(result).not.toHaveProperty("environmentUrl");
    expect(completions).toEqual([]);
  });

  test("hears of a cancelled job, whose URL is still evaluated", async () => {
    const cancel = new AbortController();
    const result = await runJob({ ...onPush, cancel: cancel.signal }, definition, {
      handlers: {
        a: () => {
          cancel.abort();
          return {};
        },
      },
    });
    expect(result).toMatchObject({ conclusion: "cancelled", environmentUrl: "https://x.example" });
  });
});
