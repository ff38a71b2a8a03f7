import { describe, expect, test } from "@jest/globals";
import { parse } from "yaml";
import { ActionError } from "../../src/domain/errors.ts";
import type { Run } from "../../src/domain/run.ts";
import type { WorkspaceFiles } from "../../src/domain/world.ts";
import { DEFAULT_POLICY } from "../../src/inputs/canary/policy.ts";
import { readRequest } from "../../src/inputs/read-request.ts";
import { isStageRequest, type PointingRequest } from "../../src/inputs/request.ts";
import { readProjectFile } from "../project-files.ts";
import fc from "../property.ts";
import { aPullRequestEvent, aRun } from "../requests.ts";

type Inputs = Readonly<Record<string, string>>;

const onPush = aRun({ event: { kind: "commit", sha: "abc", fromFork: false } });

const noFiles: WorkspaceFiles = () => ({ kind: "missing" });

const read = (inputs: Inputs, run: Run = aRun()) =>
  readRequest((name) => ({ "rest-api-id": "a1b2c3d4e5", ...inputs })[name] ?? "", run, noFiles, true);

const request = async (inputs: Inputs, run?: Run): Promise<PointingRequest> => {
  const answer = await read(inputs, run);
  if (answer.command === "skip") throw new Error(answer.because);
  if (!isStageRequest(answer) || answer.command === "delete" || answer.command === "canary")
    throw new Error(answer.command);
  return answer;
};

const problems = async (inputs: Inputs, run?: Run): Promise<string> => {
  try {
    await read(inputs, run);
  } catch (thrown) {
    if (thrown instanceof ActionError && thrown.code === "INVALID_INPUT") return thrown.happened;
    throw thrown;
  }
  throw new Error("the inputs were accepted");
};

describe("defaults", () => {
  test("on a pull request make its preview", async () => {
    expect(await request({})).toMatchObject({
      stageName: "pr-7",
      previewOf: 7,
      pullRequest: 7,
      environment: "preview",
      githubDeployment: "auto",
      comment: true,
      dryRun: false,
    });
  });

  test("of a named stage take the environment of the same name", async () => {
    expect(await request({ "stage-name": "prod" }, onPush)).toMatchObject({
      stageName: "prod",
      previewOf: undefined,
      pullRequest: undefined,
      environment: "prod",
    });
  });
});

describe("the label", () => {
  test("is what people call the API, on one line", async () => {
    expect((await request({ label: "Orders (internal)" })).label).toBe("Orders (internal)");
    expect((await request({})).label).toBeUndefined();
    expect(await read({ command: "sweep", label: "Orders" })).toMatchObject({ label: "Orders" });
    expect(await problems({ label: "x".repeat(61) })).toContain("at most 60 characters on one line");
    expect(await problems({ label: "a\nb" })).toContain("label is");
  });
});

test("preview-ttl beside a deployment is read as the sweep reads it", async () => {
  expect(await request({ "preview-ttl": "7d" })).toMatchObject({ ttl: 7 * 86_400_000 });
  expect(await problems({ "preview-ttl": "soon" })).toContain("preview-ttl");
});

describe("the stage name", () => {
  test.each([
    ["a template of its own", { "stage-name": "preview-{number}" }, aRun(), "preview-7", 7],
    ["a fixed name on a pull request", { "stage-name": "test" }, aRun(), "test", undefined],
    ["pr-number on another event", { "stage-name": "pr-{number}", "pr-number": "12" }, onPush, "pr-12", 12],
    [
      "a comment on a pull request",
      { "stage-name": "pr-{number}" },
      aRun({ event: { kind: "pull-request-comment", number: 9 } }),
      "pr-9",
      9,
    ],
  ])("with %s", async (_, inputs, run, stageName, previewOf) => {
    expect(await request(inputs, run)).toMatchObject({ stageName, previewOf });
  });

  test.each([
    ["not given on a push", {}, onPush, "stage-name is not given. It is required here"],
    ["with a number that nobody knows", { "stage-name": "pr-{number}" }, onPush, "give pr-number"],
    ["with a slash", { "stage-name": "feature/x" }, onPush, 'stage-name is "feature/x". It must be 1 to 128 letters'],
    ["too long", { "stage-name": "s".repeat(129) }, onPush, "It must be 1 to 128 letters"],
    ["with another placeholder", { "stage-name": "{branch}" }, onPush, "It must be 1 to 128 letters"],
  ])("%s is a problem", async (_, inputs, run, problem) => {
    expect(await problems(inputs, run)).toContain(problem);
  });
});

describe("api-id", () => {
  test.each([
    [
      "both",
      { "rest-api-id": "a1b2c3d4e5", "api-id": "a1b2c3d4e5" },
      'api-id is "a1b2c3d4e5". It cannot be given together',
    ],
    [
      "an ARN",
      { "rest-api-id": "", "api-id": "arn:aws:apigateway:eu-central-1::/apis/z1y2x3w4v5" },
      "The id in this value is z1y2x3w4v5.",
    ],
  ])("that is wrong is told: %s", async (_, inputs, problem) => {
    expect(await problems(inputs)).toContain(problem);
  });

  test("stands in place of rest-api-id", async () => {
    expect(await request({ "rest-api-id": "", "api-id": "z1y2x3w4v5", "stage-name": "$default" })).toMatchObject({
      restApiId: "z1y2x3w4v5",
      apiGivenAs: "api-id",
      stageName: "$default",
    });
  });
});

describe("rest-api-id", () => {
  test.each([
    ["not given", "", "rest-api-id is not given. It is required"],
    ["with a stray character", "a1b2c3d4e5\u200b", "lower-case letters and digits only"],
    ["in quotes", '"a1b2c3d4e5"', "lower-case letters and digits only"],
    ["a URL", "https://a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com/prod", "The id in this value is a1b2c3d4e5."],
    ["an ARN", "arn:aws:apigateway:eu-central-1::/restapis/a1b2c3d4e5", "The id in this value is a1b2c3d4e5."],
  ])("%s is a problem", async (_, value, problem) => {
    expect(await problems({ "rest-api-id": value })).toContain(problem);
  });
});

test("everything that is wrong is said at once", async () => {
  const text = await problems({
    "rest-api-id": "A B",
    "stage-name": "a/b",
    command: "destroy",
    comment: "maybe",
    "dry-run": "1",
    "pr-number": "seven",
    "deployment-id": "../x",
    environment: "two\nlines",
    "github-deployment": "sometimes",
    "invoke-url": "example.com",
    "check-run-id": "-3",
  });
  expect(text).toContain("11 things are missing or wrong:");
  expect(text.split("\n")).toHaveLength(12);
});

describe("an input that is none of its kind is told, whether the command uses it or not", () => {
  /** Inputs that may be any text, or a path. */
  const FREE = ["definition", "settings-file", "preview-label", "github-token"];
  const NEEDED: Inputs = { "stage-name": "prod", "from-stage-name": "test" };
  const WRONG: Inputs = {
    command: "destroy",
    "rest-api-id": "A B",
    "api-id": "A B",
    "stage-name": "a/b",
    "from-stage-name": "a/b",
    "deployment-id": "../x",
    "import-mode": "append",
    "fail-on-warnings": "maybe",
    "compare-with": "a/b/c",
    compare: "all",
    "fail-on": "everything",
    settings: "cash: on",
    details: "many",
    "dark-stage": "maybe",
    export: "openapi.yml",
    "smoke-tests": "FETCH /health",
    "smoke-test-api-key": "s3cret",
    "smoke-test-timeout": "60s",
    "rollback-on-failure": "maybe",
    alarms: "arn:aws:sns:eu-central-1:123456789012:x",
    "bake-time": "soon",
    "max-error-rate": "0.01",
    "max-latency": "800",
    "min-requests": "few",
    "on-not-proven": "ignore",
    "canary-percent": "x",
    gate: "sometimes",
    "preview-drafts": "no",
    "preview-ttl": "soon",
    "preview-limit": "0",
    "on-limit": "maybe",
    "preview-domain": "localhost",
    "preview-header": "Host",
    "preview-path": "pr-7",
    "preview-priority": "low",
    "keep-deployments": "many",
    "allow-forks": "sometimes",
    environment: "two\nlines",
    "github-deployment": "sometimes",
    comment: "maybe",
    "pr-number": "seven",
    "invoke-url": "example.com",
    label: "two\nlines",
    "expected-account-id": "1",
    "dry-run": "1",
    "check-run-id": "-3",
  };
  const commands = ["deploy", "promote", "rollback", "canary", "delete", "sweep", "status"];

  test.each(commands)("with %s", async (command) => {
    for (const [input, value] of Object.entries(WRONG)) {
      const text = await problems({ ...NEEDED, command, [input]: value }, onPush);
      expect(text).toMatch(new RegExp(`^ {2}${input}(?: is |:)`, "m"));
      expect(text).not.toContain("s3cret");
    }
  });

  test("with each input that there is", async () => {
    const { inputs } = parse(await readProjectFile("action.yml"));
    expect([...Object.keys(WRONG), ...FREE].sort()).toEqual(Object.keys(inputs).sort());
  });

  test("but what is right for another command is no problem, nor is anything told twice", async () => {
    const shared: Inputs = {
      ...NEEDED,
      gate: "require",
      "on-limit": "skip",
      "keep-deployments": "0",
      "preview-header": "X-Preview",
      "min-requests": "5",
      "compare-with": "base",
    };
    for (const [command, used] of [
      ["delete", ["preview-header"]],
      ["sweep", ["preview-header"]],
      ["status", []],
      ["promote", ["min-requests"]],
    ] as const) {
      const given = Object.fromEntries(Object.entries(shared).filter(([input]) => !used.some((one) => one === input)));
      expect(await read({ ...given, command }, onPush)).toMatchObject({ command });
    }
    const both = await problems({ ...NEEDED, command: "sweep", "preview-ttl": "soon", gate: "sometimes" }, onPush);
    expect(both.split("\n")).toHaveLength(3);
    for (const condition of ["drift", "breaking"]) {
      expect(await read({ command: "sweep", "fail-on": condition })).toMatchObject({ command: "sweep" });
    }
  });
});

test("values of any length, and any number of wrong lines, are told in what somebody reads", async () => {
  const long = "é ".repeat(60_000);
  const wrong = {
    "stage-name": "prod",
    command: "deploy",
    environment: `${long}\n`,
    label: long,
    "invoke-url": `https://{${long}}`,
    "max-latency": long,
    "smoke-tests": `${long}\nGET /${long}\n${"FETCH x\n".repeat(15_000)}`,
    settings: `${JSON.stringify(long)}: 1`,
  };
  const text = await problems(wrong);
  expect(text.length).toBeLessThan(10_000);
  expect(text).toContain('max-latency is "é é ');
  expect(text).toContain("more things are wrong below");
});

describe("canary-percent", () => {
  const prod = { "stage-name": "prod" };

  test.each([
    [{ ...prod, command: "deploy", "canary-percent": "10" }, { canary: { percent: 10 } }],
    [{ ...prod, command: "promote", "from-stage-name": "test", "canary-percent": "0.5" }, { canary: { percent: 0.5 } }],
    [{ ...prod, command: "promote", "from-stage-name": "test" }, { canary: undefined }],
    [
      { ...prod, command: "canary", "canary-percent": "100" },
      { command: "canary", percent: 100 },
    ],
    [
      { ...prod, command: "canary", "canary-percent": "0" },
      { command: "canary", percent: 0 },
    ],
    [
      { ...prod, command: "canary" },
      { command: "canary", percent: undefined },
    ],
  ])("%j", async (inputs, expected) => {
    expect(await read(inputs, onPush)).toMatchObject(expected);
  });

  test("compares the routes of a deployment with those of the base, whatever else is asked", async () => {
    const inputs = { ...prod, command: "deploy", "canary-percent": "10" };
    expect(await request(inputs, onPush)).toMatchObject({ routes: { compareWith: { kind: "own" }, failOn: [] } });
  });

  test.each([
    [{ ...prod, "canary-percent": "100" }, "it must be above 0 and below 100"],
    [{ ...prod, "canary-percent": "0" }, "100 and 0 end one: with command: canary"],
    [{ ...prod, command: "canary", "canary-percent": "100.5" }, "It must be at most 100."],
    [{ ...prod, command: "canary", "canary-percent": "10 %" }, "a share of the traffic in per cent"],
    [{ ...prod, command: "rollback", "canary-percent": "10" }, "deploy, promote and canary only"],
    [{ "canary-percent": "10" }, "A preview belongs to one pull request"],
  ])("is refused: %j", async (inputs, message) => {
    expect(await problems(inputs, "stage-name" in inputs ? onPush : aRun())).toContain(message);
  });
});

describe("how a canary goes on", () => {
  const canary = (settings: string, inputs: Inputs = {}): Inputs => ({
    "stage-name": "prod",
    command: "canary",
    settings: `canary: ${settings}`,
    ...inputs,
  });
  const arn = "arn:aws:cloudwatch:eu-central-1:123456789012:alarm:slow";

  test("is what the settings declare, and the defaults of what they do not", async () => {
    const declared = `{ steps: [5, 25, 100], interval: 15m, warm-up: 5m, max-error-rate: 0.5%, alarms: [errors, "${arn}"], failure-limit: 2, deadline: 2d, work: all }`;
    expect(await read(canary(declared, { alarms: "errors\ndown" }), onPush)).toMatchObject({
      policy: {
        ...DEFAULT_POLICY,
        steps: [5, 25, 100],
        interval: 900_000,
        warmUp: 300_000,
        maxErrorRate: 0.005,
        alarms: [
          { name: "errors", arn: undefined },
          { name: "down", arn: undefined },
          { name: "slow", arn },
        ],
        failureLimit: 2,
        deadline: 172_800_000,
        work: "all",
      },
    });
    expect(await read(canary("{}"), onPush)).toMatchObject({ policy: DEFAULT_POLICY });
  });

  test("has its alarms looked at before it starts, as those of a pointing", async () => {
    const start = { command: "deploy", "canary-percent": "10", alarms: "down" };
    expect(await read(canary("{ alarms: [errors] }", start), onPush)).toMatchObject({
      watch: { alarms: [{ name: "down" }, { name: "errors" }] },
      canary: { policy: { alarms: [{ name: "down" }, { name: "errors" }] } },
    });
  });

  test.each([
    ["{ steps: [50, 10] }", "canary.steps is a list. It must be a list of one to ten ascending shares"],
    ["{ steps: [0] }", "canary.steps.0 is 0. It must be a list of one to ten ascending shares"],
    ["{ steps: 10 }", "canary.steps is 10. It must be a list of one to ten ascending shares"],
    ["{ interval: 4m }", "canary.interval must be at least 5m"],
    ["{ warm-up: 8m }", "3m longer than canary.warm-up"],
    ["{ interval: 10 }", "It must be a number of minutes or hours, for example 10m."],
    ["{ max-error-rate: 0.01 }", "a percentage from 0% to 100% with its sign"],
    ["{ alarms: [arn:aws:cloudwatch] }", "Each of canary.alarms must be the name or the ARN"],
    ["{ step: 10 }", "step is not known in canary. Did you mean steps?"],
    ["{ not-proven: advance }", "It must be one of hold, abort."],
  ])("is refused: %s", async (settings, message) => {
    expect(await problems(canary(settings), onPush)).toContain(message);
  });
});

test.each([
  ["preview", "auto", "opened", {}, "deploy"],
  ["preview", "auto", "labeled", {}, "deploy"],
  ["preview", "auto", "closed", {}, "delete"],
  ["preview", "deploy", "closed", {}, "skip"],
  ["stage with a fixed name", "auto", "opened", { "stage-name": "test" }, "deploy"],
  ["stage with a fixed name", "auto", "closed", { "stage-name": "test" }, "skip"],
  ["stage with a fixed name", "deploy", "closed", { "stage-name": "test" }, "deploy"],
])("a pull request's %s: %s on %s", async (_stage, command, action, inputs, expected) => {
  const answer = await read({ command, ...inputs }, aRun({ event: aPullRequestEvent(action) }));
  expect(answer.command).toBe(expected);
});

test("whatever the inputs are, they make a request that API Gateway can be asked, or say what is wrong", () => {
  const names = ["rest-api-id", "stage-name", "deployment-id", "environment", "invoke-url", "pr-number"];
  return fc.assert(
    fc.asyncProperty(fc.record(Object.fromEntries(names.map((name) => [name, fc.string()]))), async (inputs) => {
      try {
        const { restApiId, stageName } = await request(inputs as Inputs);
        expect(restApiId).toMatch(/^[a-z0-9]{1,64}$/);
        expect(stageName).toMatch(/^[A-Za-z0-9_-]{1,128}$/);
      } catch (thrown) {
        expect(thrown).toMatchObject({ code: "INVALID_INPUT", acted: "no" });
      }
    }),
  );
});
