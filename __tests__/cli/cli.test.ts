import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { parse } from "yaml";
import { readCommandLine } from "../../cli/command-line.ts";
import { dispatchedInputs } from "../../cli/dispatched-inputs.ts";
import { failuresHere } from "../../cli/failure.ts";
import { jobLogs } from "../../cli/job-logs.ts";
import { localRun } from "../../cli/local-run.ts";
import { environmentsIn, missingIn, repositoryFiles } from "../../cli/named-in-workflow.ts";
import { pagesOf } from "../../cli/pages.ts";
import { runOnTerminal } from "../../cli/run-on-terminal.ts";
import { simulate } from "../../cli/simulate.ts";
import { readSimulateOptions, usage } from "../../cli/simulate-options.ts";
import { readEvents, usualEvent } from "../../cli/simulated-events.ts";
import { type Terminal, terminalLog, wantsColours, withProgress } from "../../cli/terminal.ts";
import { validate } from "../../cli/validate.ts";
import { answeredBy, readLocalWorkflow } from "../../cli/workflow-of.ts";
import { dispatchEvent } from "../../simulator/github/events.ts";
import { issueToken } from "../../simulator/github/people.ts";
import { profiles } from "../../simulator/github/tokens.ts";
import { environmentOf } from "../../simulator/simulator.ts";
import { ActionError, type ErrorCode } from "../../src/domain/errors.ts";
import { ownerTags } from "../../src/domain/owner.ts";
import { openSecrets } from "../../src/domain/secrets.ts";
import { processWorld } from "../../src/runner/process-world.ts";
import { written, writtenToGitHub } from "../e2e/release-scene.ts";
import { actionPath, inScene, ordersApi, ordersHttpApi, type Scene } from "../e2e/scene.ts";
import { inThisProcess, withEnvironment } from "../in-process.ts";
import { readProjectFile, root } from "../project-files.ts";

/** A terminal that keeps what it is told. */
const paper = (colours = false) => {
  const printed: string[] = [];
  const told: string[] = [];
  const complaints: string[] = [];
  const terminal: Terminal = {
    print: (line) => printed.push(line),
    tell: (line) => told.push(line),
    complain: (line) => complaints.push(line),
    colours,
  };
  return { terminal, printed, told, complaints, text: () => [...printed, ...told].join("\n") };
};

/** A folder with these files, gone afterwards. */
const inFolder = async (
  files: Readonly<Record<string, string>>,
  work: (folder: string) => Promise<void>,
): Promise<void> => {
  const folder = await mkdtemp(join(tmpdir(), "cli-"));
  try {
    for (const [path, content] of Object.entries(files)) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), content);
    }
    await work(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
};

const worldOf = () => processWorld(new AbortController().signal);
const restApi = { "rest-api-id": "a1b2c3d4e5" };

describe("plan and status", () => {
  const planned = async (
    scene: Scene,
    folder: string,
    inputs: Readonly<Record<string, string>>,
    json = false,
    command: "plan" | "status" = "plan",
    variables: Readonly<Record<string, string>> = {},
  ): Promise<ReturnType<typeof paper> & { exitCode: number }> => {
    const page = paper();
    const asked = { command, inputs: { ...restApi, ...inputs }, json, folder, pages: "" };
    // Nothing is written to this machine either.
    const env = { ...environmentOf(scene), AWS_EC2_METADATA_DISABLED: "true", TMPDIR: "/none", ...variables };
    const exitCode = await withEnvironment(env, () => runOnTerminal(asked, page.terminal, worldOf));
    return { ...page, exitCode };
  };

  test("is the action's own dry run: the same plan, and nothing is written anywhere", () =>
    inScene({}, (scene) =>
      inFolder({ "openapi.yml": ordersApi }, async (folder) => {
        scene.addStage("prod");
        const inputs = { "stage-name": "prod", definition: "openapi.yml" };
        const { exitCode, text } = await planned(scene, folder, inputs);
        expect(exitCode).toBe(0);
        expect(text()).toContain("Deploy stage prod of API a1b2c3d4e5.");
        expect(text()).toContain("Import openapi.yml (overwrite)");
        expect(text()).toContain("No commit, on this machine.");
        expect(text()).not.toMatch(/::|undefined|github-token|9{9}/);
        expect([written(scene), writtenToGitHub(scene)]).toEqual([[], []]);

        const { printed } = await planned(scene, folder, inputs, true);
        const event = dispatchEvent(scene.repository, "alice");
        const dry = { ...inputs, "dry-run": "true", comment: "false" };
        const action = await scene.deploy(dry, { event, runner: { workspace: folder } });
        const { plan: shown, ...outputs } = JSON.parse(printed.join("\n"));
        const steps = (of: { steps: { kind: string; because: string }[] }) =>
          of.steps.map(({ kind, because }) => `${kind}: ${because}`);
        expect(steps(shown)).toEqual(steps(JSON.parse(action.outputs["plan"] ?? "{}")));
        expect(outputs).toMatchObject({ result: "planned", "stage-name": "prod", "has-changes": "true" });
      }),
    ));

  test("every command can be planned, and what is wrong ends it as in a job", () =>
    inScene({}, (scene) =>
      inFolder({}, async (folder) => {
        const { deploymentId } = scene.addStage("test");
        const promote = { command: "promote", "from-stage-name": "test", "stage-name": "prod" };
        const promoted = await planned(scene, folder, promote, true);
        expect(JSON.parse(promoted.printed.join("\n"))).toMatchObject({
          result: "planned",
          "rest-api-id": scene.api.id,
        });
        expect(promoted.told.join("\n")).toContain(deploymentId);
        expect(scene.stage("prod")).toBeUndefined();

        const lost = await planned(scene, folder, promote, false, "plan", {
          AWS_ACCESS_KEY_ID: "",
          AWS_SECRET_ACCESS_KEY: "",
        });
        expect(lost.told.join("\n")).toMatch(/What to do: Sign in, .*\nMore: .* \(CREDENTIALS_MISSING\)$/m);

        const wrong = await planned(scene, folder, { ...promote, "stage-name": "pr?d" }, true);
        expect(wrong.exitCode).toBe(1);
        expect(wrong.text()).toContain("(INVALID_INPUT)");
        expect(JSON.parse(wrong.printed.join("\n"))).toEqual({
          result: "failed",
          changed: "false",
          plan: null,
          code: "INVALID_INPUT",
          message: expect.stringContaining("pr?d"),
          remedy: "Correct the inputs named above.",
          problems: [],
        });
      }),
    ));

  test("GitHub is asked where origin is on its server, and left out with a word where it does not tell", () =>
    inScene({}, (scene) => {
      const { server, world } = scene.github;
      const { owner, name, id } = scene.repository;
      issueToken(world, "valid", profiles.full);
      const config = (host: string) => `[remote "origin"]\n\turl = http://${host}/${owner.login}/${name}.git\n`;
      const files = { ".git/config": config("127.0.0.1:80"), "gitlab/.git/config": config("gitlab.com") };
      return inFolder(files, async (folder) => {
        const address = { restApiId: scene.api.id, stageName: "pr-1" };
        scene.addStage("pr-1", { tags: ownerTags({ repositoryId: String(id), pullRequest: 1 }, address) });
        const status = async (from: string, GITHUB_TOKEN: string) => {
          const before = server.exchanges.length;
          const details = { details: "false" };
          const variables = { GITHUB_TOKEN, GITHUB_API_URL: server.url };
          const { exitCode, text } = await planned(scene, from, details, false, "status", variables);
          expect(exitCode).toBe(0);
          return { text: text(), asked: server.exchanges.slice(before).map(({ request }) => request.path) };
        };
        const known = await status(join(folder, "deep", "down"), "valid");
        expect(known.asked[0]).toBe(`/repos/${owner.login}/${name}`);
        expect(known.text).not.toMatch(/GitHub is left out|of repository/);
        const expired = await status(folder, "expired");
        expect(expired.asked).toHaveLength(1);
        expect(expired.text).toMatch(/^Warning: GitHub is left out: GitHub answered 401, Bad credentials when /m);
        expect(expired.text).toContain(`#1 of repository ${id}`);
        const elsewhere = await status(join(folder, "gitlab"), "valid");
        expect(elsewhere.asked).toEqual([]);
        expect(elsewhere.text).toContain("`origin` is on gitlab.com, and not on 127.0.0.1");
        expect((await status(tmpdir(), "valid")).text).toContain("this folder is in no git repository");
      });
    }));

  test("status tells how the stages are, and JSON has what the table has", () =>
    inScene({}, (scene) =>
      inFolder({ ".github/apigw-stages.yml": "stages:\n  prod: { tracing: true }\n" }, async (folder) => {
        const { deploymentId } = scene.addStage("prod");
        // The audit events behind the details are looked up at two a second.
        const told = await planned(scene, folder, { details: "false" }, false, "status");
        expect([told.exitCode, told.text()]).toEqual([0, expect.stringContaining("prod")]);
        const red = await planned(scene, folder, { details: "false", "fail-on": "drift" }, true, "status");
        expect(red.exitCode).toBe(1);
        expect(JSON.stringify(JSON.parse(red.printed.join("\n")).status)).toContain(deploymentId);
        expect(written(scene)).toEqual([]);
      }),
    ));
});

describe("validate", () => {
  const validated = async (
    files: Readonly<Record<string, string>>,
    inputs: Readonly<Record<string, string>> = {},
    json = false,
  ): Promise<ReturnType<typeof paper> & { exitCode: number }> => {
    const page = paper();
    let exitCode = -1;
    await inFolder(files, async (folder) => {
      exitCode = await withEnvironment({}, () =>
        validate({ command: "validate", inputs, json, folder, pages: "" }, page.terminal, worldOf),
      );
    });
    return { ...page, exitCode };
  };
  const settings = "stages:\n  prod: { tracing: true }\n  pr-*: { tracing: false }\n";

  test("reads the settings file and the definition, without credentials", async () => {
    const files = { "openapi.yml": ordersApi, ".github/apigw-stages.yml": settings };
    const { exitCode, printed } = await validated(files, { definition: "openapi.yml" });
    expect({ exitCode, printed }).toEqual({
      exitCode: 0,
      printed: [
        "Valid: the definition, with 1 route, for a REST API and not for an HTTP API (1 problem); the settings of prod, pr-*",
      ],
    });
    expect((await validated(files, {}, true)).printed.join("")).toContain('"valid": true');
  });

  test("says what is wrong and where, all at once", async () => {
    const files = {
      "openapi.yml": "openapi: 3.0.1\n",
      ".github/apigw-stages.yml": "stages:\n  prod: { trcing: true }\n",
    };
    const { exitCode, told, printed } = await validated(files, { definition: "openapi.yml" }, true);
    expect(exitCode).toBe(1);
    expect(told.join("\n")).toMatch(/\.github\/apigw-stages\.yml:2:\d+: /);
    const { valid, problems } = JSON.parse(printed.join("\n"));
    expect(valid).toBe(false);
    expect(new Set(problems.map(({ file }: { file: string }) => file))).toEqual(new Set(Object.keys(files)));
  });

  test("tells of a canary's policy what no member says alone, of every stage and with its line", async () => {
    const text = `defaults: { canary: { warm-up: 8m } }
stages:
  test: { canary: { interval: 20m } }
  prod: { canary: { interval: 4m } }
  dev:
    canary: { alarms: ["arn:aws:cloudwatch"], interval: 12m }
  pr-*: { canary: { interval: 5m } } # what stages of this name add to it is not known here
`;
    const { exitCode, told } = await validated({ ".github/apigw-stages.yml": text });
    expect(exitCode).toBe(1);
    expect(told.join("\n")).toContain(
      "Here interval is 4m (stages.prod, line 4). Here warm-up is 8m (defaults, line 1).",
    );
    const lines = told.join("\n").match(/apigw-stages\.yml:\d+:\d+: .{29}/g) ?? [];
    expect(new Set(lines)).toEqual(
      new Set([
        "apigw-stages.yml:4:21: canary.interval must be at le",
        "apigw-stages.yml:6:15: Each of canary.alarms must be",
      ]),
    );
  });

  test("judges the definition for the kind of API whose id is given, and for both without one", async () => {
    const files = { "openapi.yml": ordersHttpApi };
    const definition = "openapi.yml";
    const asHttp = await validated(files, { definition, "api-id": "f6g7h8i9j0" });
    expect(asHttp.printed).toEqual([
      expect.stringMatching(/^Valid: the definition, with \d+ routes?, for an HTTP API$/),
    ]);
    const { printed } = await validated({ "openapi.yml": ordersApi }, { definition }, true);
    expect(JSON.parse(printed.join("\n"))).toMatchObject({
      valid: true,
      kinds: { rest: { problems: [] }, http: { problems: [{ file: "openapi.yml", line: expect.any(Number) }] } },
    });
    const vain = await validated({ "openapi.yml": ordersApi }, { definition, "api-id": "f6g7h8i9j0" }, true);
    expect([vain.exitCode, vain.told.join("\n")]).toEqual([1, expect.stringContaining("For an HTTP API: ")]);
    expect(JSON.parse(vain.printed.join("\n"))).toMatchObject({ valid: false, code: "INVALID_DEFINITION" });
  });

  test("nothing to read is no success", async () => {
    const { exitCode, complaints, printed } = await validated({}, {}, true);
    expect([exitCode, complaints]).toEqual([2, [expect.stringContaining("There is nothing to validate")]]);
    expect(JSON.parse(printed.join("\n"))).toMatchObject({ valid: false, code: "NOTHING_TO_VALIDATE", problems: [] });
  });

  test("says in JSON what is wrong with inputs, too", async () => {
    const { printed } = await validated({}, { definition: "none.yml" }, true);
    expect(JSON.parse(printed.join("\n"))).toEqual({
      valid: false,
      code: "INVALID_INPUT",
      message: expect.stringContaining("none.yml"),
      remedy: expect.any(String),
      problems: [],
    });
  });

  test.each(["rollback", "delete", "sweep"])("reads the definition whatever the command is: %s", async (command) => {
    const { exitCode, printed } = await validated({ "openapi.yml": ordersApi }, { definition: "openapi.yml", command });
    expect([exitCode, printed]).toEqual([0, [expect.stringContaining("Valid: the definition")]]);
  });
});

describe("simulate", () => {
  const simulated = async (args: readonly string[], folder: string, stop = new AbortController().signal) => {
    const page = paper();
    const simulation = { actionPath, folder, stop, runScript: inThisProcess };
    const exitCode = await simulate(args, page.terminal, simulation);
    return { ...page, exitCode };
  };

  test("runs a workflow on a REST API of one's own definition, event after event", async () => {
    const example = await readProjectFile("examples/preview.yml");
    // Nothing but the simulated API is asked, whatever the workflow says.
    const ours =
      "definition: openapi.yml\n          smoke-tests: GET /orders 200\n          invoke-url: https://api.example.com";
    const workflow = example.replace("definition: openapi.yml", ours);
    const files = { "openapi.yml": ordersApi, ".github/workflows/preview.yml": workflow };
    await inFolder(files, async (folder) => {
      const own = ["--definition", join(folder, "openapi.yml"), "--workflow", ".github/workflows/preview.yml"];
      const opened = await simulated([...own, "--event", "pull_request:opened"], folder);
      expect(opened.exitCode).toBe(0);
      expect(opened.told).toContain("Job preview: success");
      expect(opened.printed.join("\n")).toMatch(/Stage pr-1 serves deployment \w+\./);
      expect(opened.printed.join("\n")).toContain("preview `pr-1` is live");
      expect(opened.printed.join("\n")).toMatch(/<http:\/\/127\.0\.0\.1:\d+\/a1b2c3d4e5\/pr-1>/);

      const life = ["opened", "closed", "reopened"].map((type) => `--event=pull_request:${type}`);
      const before = ordersApi.replace("  /orders:\n", "  /gone:\n");
      await writeFile(join(folder, "before.yml"), before);
      const quick = ["--rate-limits", "off", "--json"];
      const args = ["--definition", join(folder, "before.yml"), ...own.slice(2), ...life, ...quick];
      const again = await simulated(args, folder);
      const result = JSON.parse(again.printed.join("\n"));
      expect(result).toMatchObject({
        events: life.map((event) => ({
          event: event.slice("--event=".length),
          jobs: [{ name: "preview", result: "success", steps: expect.any(Array) }],
        })),
        stages: [{ api: "a1b2c3d4e5", name: "pr-1", deployment: expect.any(String) }],
      });
      expect(result.events[2].jobs[0].steps.at(-1)).toMatchObject({
        result: "success",
        outputs: { "stage-name": "pr-1", result: "created" },
      });
      expect(result.comments.join()).toMatch(/GET \/gone/);
      const broken = await simulated([...own, "--fault", "CreateDeployment=403"], folder);
      expect([broken.exitCode, broken.printed[0]]).toEqual([1, "There is no stage."]);
      const cancelled = await simulated([...own, "--event", "push"], folder, AbortSignal.abort());
      expect(cancelled.told).toContain("The workflow does not listen to this event: no job ran.");
      const stopped = await simulated([...own, "--event", "pull_request:opened"], folder, AbortSignal.abort());
      expect([stopped.exitCode, stopped.told.at(-1)]).toEqual([130, "Job preview: cancelled"]);
    });
  });

  test.each<readonly [string, string | undefined, number, string]>([
    ["none", undefined, 2, "The workflow w.yml cannot be read: ENOENT"],
    ["an anchor that is not there", "on: *push", 1, "The workflow w.yml cannot be run here: Unresolved alias"],
    ["an event that is not simulated", "on: release", 2, "listens to release, and only pull_request, push,"],
    [
      "one that calls what is not there",
      "on: push\njobs: { a: { uses: ./.github/workflows/x.yml } }",
      2,
      "The workflow .github/workflows/x.yml cannot be read: ENOENT",
    ],
    [
      "one that calls itself",
      "on: push\njobs: { a: { uses: ./.github/workflows/w.yml } }",
      2,
      "Workflows call each other in a circle: w.yml → w.yml.",
    ],
    ["no YAML", "a: [b", 1, "The workflow w.yml cannot be run here: Flow sequence"],
    ["an empty one", "", 1, "The workflow w.yml cannot be run here: workflow: Expected a mapping."],
    ["no workflow", "openapi: 3.0.1", 1, "The workflow w.yml cannot be run here: workflow: 'openapi' is unknown"],
    [
      "one with a container",
      "on: push\njobs: { a: { container: node, steps: [] } }",
      1,
      "The workflow w.yml cannot be run here: jobs.a: 'container' is unknown or not simulated.",
    ],
  ])("a workflow that cannot be run ends in a sentence: %s", (_, workflow, exitCode, sentence) =>
    inFolder({ "openapi.yml": ordersApi, ...(workflow === undefined ? {} : { "w.yml": workflow }) }, async (folder) => {
      const args = ["--definition", join(folder, "openapi.yml"), "--workflow", "w.yml"];
      const ended = await simulated(args, folder);
      expect([ended.exitCode, ended.complaints.at(-1)]).toEqual([exitCode, expect.stringContaining(sentence)]);
    }),
  );

  test("a reviewer approves what waits for an environment, and stages of HTTP APIs are told, too", async () => {
    const workflow = await readProjectFile("examples/http-deploy.yml");
    await inFolder({ "openapi.yml": ordersHttpApi, "w.yml": workflow }, async (folder) => {
      const quick = ["--rate-limits", "off", "--deployment-delay", "0"];
      const args = ["--definition", join(folder, "openapi.yml"), "--workflow", "w.yml", ...quick];
      const { exitCode, told, printed } = await simulated([...args, "--approve", "production"], folder);
      expect(told).toContain("Job production waits for environment production. A reviewer approves.");
      expect([exitCode, told.at(-1)]).toEqual([0, "Job production: success"]);
      expect(printed.slice(0, 2).map((line) => line.replace(/\w+\.$/, "ID."))).toEqual([
        "Stage test serves deployment ID.",
        "Stage prod serves deployment ID.",
      ]);
    });
  });

  test("the action is found in the workflows that are called, however deep, and is one by all of its names", async () => {
    expect(readLocalWorkflow(root, "examples/waves.yml").action).toBe("OWNER/apigw-stage-action/node24");
    const calls = (name: string) => `jobs: { a: { uses: ./.github/workflows/${name}.yml } }`;
    const step = (name: string, inputs: object) => ({ uses: name, with: { ...inputs, "invoke-url": "http://here" } });
    await inFolder(
      {
        "w.yml": calls("x"),
        "x.yml": calls("y"),
        "y.yml": `jobs:
  a:
    steps:
      - { uses: b/apigw-stage-action/node24@abc, with: &inputs { stage-name: test } }
      - { uses: a/apigw-stage-action@v1, with: *inputs }`,
        // Beside them, and none of a workflow's business.
        "folder.yml/file": "",
      },
      async (folder) => {
        const local = readLocalWorkflow(folder, "w.yml");
        const { text, files } = answeredBy(local, "http://here");
        expect(text).toBe(calls("x"));
        const name = "b/apigw-stage-action/node24";
        expect(parse(files[".github/workflows/y.yml"] ?? "")).toEqual({
          jobs: {
            a: { steps: [step(`${name}@abc`, { "stage-name": "test" }), step(`${name}@v1`, { "stage-name": "test" })] },
          },
        });
      },
    );
    const levels = Array.from({ length: 11 }, (_, level) => [`l${level}.yml`, calls(`l${level + 1}`)] as const);
    await inFolder(Object.fromEntries([...levels, ["l11.yml", "jobs: {}"]]), async (folder) => {
      expect(() => readLocalWorkflow(folder, "l2.yml")).not.toThrow();
      expect(() => readLocalWorkflow(folder, "l1.yml")).toThrow(
        /more than 10 levels.* l9\.yml → l10\.yml → l11\.yml\.$/,
      );
    });
  });

  test.each<readonly [string, string | undefined]>([
    ["pull_request", undefined],
    ["pull_request:unlabeled=preview", undefined],
    ["release", 'The event "release" is not simulated'],
    ["pull_request:nonsense", 'A pull request has no type "nonsense". There are opened, synchronize, '],
    ["pull_request:", 'A pull request has no type "".'],
    ["pull_request:opened=preview", "Only labeled and unlabeled have a label"],
    ["pull_request:labeled", "needs the label: pull_request:labeled=LABEL."],
    ["push:foo", 'The event push has no types: "push:foo".'],
  ])("the event %s", (text, problem) => {
    const problems: string[] = [];
    readEvents([text], problems);
    expect(problems).toEqual(problem === undefined ? [] : [expect.stringContaining(problem)]);
  });

  test("events are in an order that can be, and the usual one is the first that can be simulated", () => {
    const problems: string[] = [];
    readEvents(
      ["pull_request:closed", "push", "pull_request:closed", "pull_request:reopened"].concat("pull_request"),
      problems,
    );
    expect(problems).toEqual([expect.stringContaining("pull_request:closed cannot follow pull_request:closed.")]);
    expect(usualEvent({ release: null, schedule: [{ cron: "1 2 * * *" }] }).text).toBe("schedule");
    expect(usualEvent({ pull_request: { types: ["closed", "opened"] } }).text).toBe("pull_request:opened");
    expect(usualEvent({ pull_request: { types: ["closed"] } }).text).toBe("pull_request:closed");
    expect(usualEvent({ pull_request: { types: ["labeled", "closed"] } }).text).toBe("pull_request:closed");
    expect(usualEvent(["issues", "push"]).text).toBe("push");
    expect(() => usualEvent({ pull_request: { types: ["labeled"] } })).toThrow("needs the label");
  });

  test("a dispatched workflow gets its defaults, and what it would not take is refused at once", () => {
    const on = {
      workflow_dispatch: {
        inputs: {
          stage: { required: true, type: "choice", options: ["test", "prod"] },
          dry: { type: "boolean", default: true },
          quiet: { type: "boolean" },
          percent: { type: "number", default: 5 },
          note: null,
        },
      },
    };
    const problems: string[] = [];
    expect(dispatchedInputs(on, { stage: "prod", dry: "false" }, problems)).toEqual({
      inputs: { stage: "prod", dry: false, quiet: false, percent: "5", note: "" },
      texts: { stage: "prod", dry: "false", quiet: "false", percent: "5", note: "" },
    });
    expect(problems).toEqual([]);
    dispatchedInputs(on, { stge: "prod", dry: "no", percent: "ten" }, problems);
    dispatchedInputs(on, { stage: "production" }, problems);
    expect(problems).toEqual([
      "The workflow has no input stge that could be dispatched. It has stage, dry, quiet, percent, note.",
      "Input stage is required. Give --input stage=VALUE.",
      'Input dry is "no". It must be true or false.',
      'Input percent is "ten". It must be a number.',
      'Input stage is "production". It must be one of test, prod.',
    ]);
  });

  test("what a workflow names is found: environments, variables, files of the folder", () =>
    inFolder(
      { "apis/a/openapi.yml": "a", "apis/b/openapi.yml": "b", "one.yml": "1", "two.yml": "2" },
      async (folder) => {
        const job = (definition: string, others: object = {}) => ({
          jobs: { a: { ...others, steps: [{ uses: "x/apigw-stage-action@v1", with: { definition } }] } },
        });
        const called = job("apis/${{ matrix.api }}/openapi.yml", { environment: "${{ inputs.to }}" });
        const workflows = [job("./one.yml", { environment: { name: "production" }, if: "vars.NAME || vars.other" })];
        expect(environmentsIn({ workflows })).toEqual({ names: ["production"], all: true });
        expect(environmentsIn({ workflows: [...workflows, called] }).all).toBe(false);
        expect(missingIn({ workflows }, "vars", { name: "x" })).toEqual(["other"]);
        const read = (definition: string, all = workflows) => {
          const { base, head } = repositoryFiles(folder, { workflows: all }, join(folder, definition));
          return [base, head].map((files) =>
            Object.entries(files)
              .map(([path, bytes]) => `${path}=${bytes.toString()}`)
              .join(" "),
          );
        };
        expect(read("two.yml")).toEqual(["one.yml=2", "one.yml=1"]);
        for (const same of ["one.yml", "none.yml"]) expect(read(same)).toEqual(["one.yml=1", "one.yml=1"]);
        const all = "one.yml=1 apis/a/openapi.yml=a apis/b/openapi.yml=b";
        expect(read("two.yml", [...workflows, called])).toEqual([all, all]);
      },
    ));

  test("logs of jobs that run at the same time are told one after the other", () => {
    const told: string[] = [];
    const logs = jobLogs(
      (title) => told.push(`# ${title}`),
      (line) => told.push(line),
    );
    const [a, b, c] = ["a", "b", "c"].map((title) => logs.open(title));
    b?.line("b1");
    a?.line("a1");
    b?.line("b2");
    a?.line("a2");
    c?.line("c1");
    a?.end();
    b?.end();
    expect(told).toEqual(["# b", "b1", "b2", "# a", "a1", "a2", "# c", "c1"]);
    logs.open("d").line("d1");
    logs.endAll();
    expect(told.slice(-2)).toEqual(["# d", "d1"]);
  });

  test("says at once what the workflow has no use for, and what it will not find", () => {
    const workflow = `on: { workflow_dispatch: { inputs: { stage: { required: true } } } }
jobs: { a: { environment: production, env: { A: "\${{ secrets.A }}\${{ vars.B }}" }, runs-on: x, steps: [{ run: make }] } }`;
    return inFolder({ "openapi.yml": ordersApi, "w.yml": workflow }, async (folder) => {
      const args = ["--definition", join(folder, "openapi.yml"), "--workflow", "w.yml"];
      const refused = await simulated([...args, "--approve", "prodution", "--input", "x=1"], folder);
      expect([refused.exitCode, refused.complaints]).toEqual([
        2,
        [
          "The workflow has no input x that could be dispatched. It has stage.",
          "Input stage is required. Give --input stage=VALUE.",
          "--approve prodution names an environment that no job is in. There are production.",
          "See apigw-stage simulate --help.",
        ],
      ]);
      const pushed = await simulated([...args, "--event", "push", "--input", "stage=prod"], folder);
      expect(pushed.complaints[0]).toBe("--input is for workflow_dispatch. Give --event workflow_dispatch, too.");
      const { told } = await simulated([...args, "--input", "stage=prod"], folder);
      expect(told).toContain("The variable B is empty. Give --var B=VALUE.");
      expect(told).toContain("The secret A is empty. Give --secret A=VALUE.");
    });
  });

  test("secrets are where the workflow passes them on, and jobs have the names that the page shows", () => {
    const call = "uses: ./.github/workflows/x.yml";
    const files = {
      "openapi.yml": ordersApi,
      "w.yml": `on: push\njobs: { with: { ${call}, secrets: { OWN: "\${{ secrets.KEY }}" } }, without: { name: Bare, ${call} } }`,
      "x.yml": `on: { workflow_call: { secrets: { OWN: { required: false } } } }
jobs:
  a:
    name: Look
    runs-on: x
    env: { KEY: "\${{ secrets.OWN }}" }
    outputs: { seen: "\${{ env.KEY == 'hush' }}" }
    steps: [{ run: "make" }]`,
    };
    return inFolder(files, async (folder) => {
      const args = [
        "--definition",
        join(folder, "openapi.yml"),
        "--workflow",
        "w.yml",
        "--secret",
        "KEY=hush",
        "--json",
      ];
      const { exitCode, told, printed } = await simulated(args, folder);
      expect([exitCode, told]).toEqual([0, expect.arrayContaining(["Job with / Look", "Job Bare / Look"])]);
      expect(told.join("\n")).not.toContain("--secret OWN");
      expect(JSON.parse(printed.join("\n")).events[0].jobs).toMatchObject([
        { name: "with / a", outputs: { seen: "true" } },
        { name: "without / a", outputs: { seen: "false" } },
      ]);
    });
  });

  test("path filters count as met, and it is said", () => {
    const workflow = "on: { push: { paths: [api/**] } }\njobs: { a: { runs-on: x, steps: [{ run: make }] } }";
    return inFolder({ "openapi.yml": ordersApi, "w.yml": workflow }, async (folder) => {
      const args = ["--definition", join(folder, "openapi.yml"), "--workflow", join(folder, "w.yml")];
      const { exitCode, told } = await simulated(args, folder);
      expect(exitCode).toBe(0);
      expect(told.slice(0, 2)).toEqual([
        expect.stringContaining("No step of this workflow uses OWNER/apigw-stage-action"),
        "Path filters are not simulated: on.push.paths counts as met.",
      ]);
      expect(told).toContain("Job a: success");
    });
  });

  test("without a workflow it serves until it is stopped", () =>
    inFolder({ "openapi.yml": ordersApi.replace("/orders:", "/orders/{id}:") }, async (folder) => {
      const args = ["--definition", join(folder, "openapi.yml"), "--port", "0", "--github-port", "0"];
      const { exitCode, text } = await simulated(args, folder, AbortSignal.abort());
      expect(exitCode).toBe(0);
      expect(text()).toContain("export AWS_ENDPOINT_URL=http://127.0.0.1:");
      expect(text()).toContain('curl -i "$AWS_ENDPOINT_URL/a1b2c3d4e5/dev/orders/1"');
      expect(text()).toContain("Faults and switches: apigw-stage simulate --help.");
    }));

  test("says all that is wrong with its flags", () => {
    expect(readSimulateOptions(["--workflow", "w.yml", "--var", "X", "--latency", "slow", "--event"])).toEqual({
      problems: expect.arrayContaining([
        '--var is "X". It must be NAME=VALUE.',
        "--event needs a value.",
        expect.stringContaining("--latency"),
      ]),
    });
    expect(readSimulateOptions(["--workflow", "w.yml"])).toEqual({ problems: ["--definition is required."] });
    const alone = ["--definition", "d", "--event", "push", "--var", "A=b", "--secret", "A=b", "--input", "A=b"];
    const names = ["event", "var", "secret", "input", "approve", "json"];
    expect(readSimulateOptions([...alone, "--approve", "production", "--json"])).toEqual({
      problems: names.map((name) => `--${name} is for a workflow. Give --workflow, too.`),
    });
    expect(readSimulateOptions(["--definition", "d", "--workflow", "a", "--workflow=b"])).toEqual({
      problems: ["--workflow is given more than once. Only one workflow can be run."],
    });
    expect(readSimulateOptions(["--definition=simulator/demo/orders.yaml"])).toMatchObject({ workflow: undefined });
    expect(usage).toContain("--latency MS");
    expect(usage).not.toContain("orders.yaml");
  });
});

describe("the command line", () => {
  const names = ["rest-api-id", "stage-name", "dry-run", "github-token"];

  test.each<readonly [readonly string[], unknown]>([
    [[], "help"],
    [["plan", "--help"], "help"],
    [["-h"], "help"],
    [["plan", "-h"], "help"],
    [["help", "plan"], "help"],
    [["help", "simulate"], { command: "simulate", args: ["--help"] }],
    [["help", "deploy"], { problems: [expect.stringContaining("There is no command deploy.")] }],
    [["--version"], "version"],
    [["version"], "version"],
    [["-v"], "version"],
    [
      ["plan", "--rest-api-id", "x", "--stage-name=prod", "--json"],
      { command: "plan", inputs: { "rest-api-id": "x", "stage-name": "prod" }, json: true },
    ],
    [["simulate", "--any", "thing"], { command: "simulate", args: ["--any", "thing"] }],
    [["deploy"], { problems: ["There is no command deploy. There are plan, status, validate and simulate."] }],
    [
      ["plan", "x", "--nix", "1", "--dry-run=true", "--github-token", "t", "--stage-name"],
      {
        problems: [
          '"x" is no flag.',
          "There is no flag --nix.",
          '"1" is no flag.',
          "--dry-run is not for here: nothing is ever written to AWS.",
          expect.stringContaining("--github-token is not for here"),
          "--stage-name needs a value.",
        ],
      },
    ],
  ])("%j", (args, expected) => {
    expect(readCommandLine(args, names)).toEqual(expected);
  });
});

describe("on a terminal", () => {
  test("levels have colours, places stand before what is said of them, and nothing is obeyed", () => {
    const page = paper(true);
    const log = terminalLog(page.terminal, openSecrets());
    log.error("no\nway", "CODE");
    log.at({ file: "a.yml", line: 2, column: 3, message: "what", level: "warning" }, "");
    log.group("Plan", ["one"]);
    log.info("\u001b[2Jgone");
    expect(page.told).toEqual([
      "\u001b[31mno\u001b[0m\n\u001b[31mway\u001b[0m",
      "\u001b[33ma.yml:2:3: what\u001b[0m",
      "\u001b[36mPlan\u001b[0m",
      "  one",
      "[U+001B][2Jgone",
    ]);
  });

  test("while nothing is said a line moves, and makes room for what is", () => {
    const page = paper();
    let turn = (): void => {};
    let ended = 0;
    const overwrite = (text: string): void => {
      page.told.push(text);
    };
    const progress = withProgress({ ...page.terminal, overwrite }, (next) => {
      turn = next;
      return () => {
        ended += 1;
      };
    });
    turn();
    progress.terminal.tell("said");
    progress.stop();
    const wiped = "\r\u001b[K";
    expect(page.told).toEqual(["\r⠋ asking AWS and GitHub", wiped, "said", wiped]);
    expect(ended).toBe(1);
  });

  test.each<readonly [Record<string, string>, boolean, boolean]>([
    [{}, true, true],
    [{}, false, false],
    [{ NO_COLOR: "1", FORCE_COLOR: "1" }, true, false],
    [{ FORCE_COLOR: "1" }, false, true],
    [{ FORCE_COLOR: "0" }, true, false],
    [{ FORCE_COLOR: "false" }, true, false],
    [{ FORCE_COLOR: "" }, true, true],
  ])("colours by %j and whether it is a terminal, %s: %s", (environment, isTTY, expected) => {
    expect(wantsColours(environment, { isTTY })).toBe(expected);
  });

  test("what to do is told for this machine, with a page that can be opened", () => {
    const pages = "https://github.com/acme/apigw-stage-action/blob/v1.2.3";
    const told = (code: ErrorCode, happened: string, remedy?: string, at = pages): string => {
      const page = paper();
      const environment = { AWS_ENDPOINT_URL: "http://me:secret@127.0.0.1:9/x" };
      const { log, failure } = failuresHere(terminalLog(page.terminal, openSecrets()), at, { environment });
      const given = remedy === undefined ? {} : { remedy };
      const error = new ActionError({ code, doing: "look", happened, acted: "no", ...given });
      log.error("as a job would tell it", code, error);
      expect(failure()).toMatchObject({ code, message: happened });
      return page.text();
    };
    const unreachable = told("UPSTREAM", "API Gateway could not be reached: x.");
    expect(unreachable).toContain(
      "What to do: AWS_ENDPOINT_URL is http://127.0.0.1:9: correct it, start what is to answer there",
    );
    const answered = told("UPSTREAM", "API Gateway answered 500.");
    expect(answered).toContain("What to do: Run it again; if it persists");
    expect(answered).not.toContain("AWS_ENDPOINT_URL");
    const missing = told("CREDENTIALS_MISSING", "None.", "Check what the job gives to that source.");
    expect(missing).toContain("What to do: Sign in, with aws sso login for one");
    expect(missing).toContain(`More: ${pages}/docs/errors.md#credentials_missing (CREDENTIALS_MISSING)`);
    expect(told("REJECTED", "No.", undefined, "")).toContain("More: docs/errors.md of the action (REJECTED)");
  });

  test.each([
    ["https://github.com/acme/apigw-stage-action/releases/download/v1.2.3/apigw-stage.tgz", true],
    ["file:../apigw-stage.tgz", false],
  ])("the pages are those of the release that npm took: %s", (resolved, known) => {
    const lock = JSON.stringify({ packages: { "node_modules/apigw-stage": { resolved } } });
    return inFolder({ "node_modules/.package-lock.json": lock }, async (folder) => {
      const pages = pagesOf(join(folder, "node_modules", "apigw-stage"));
      expect(pages).toBe(known ? "https://github.com/acme/apigw-stage-action/blob/v1.2.3" : "");
    });
  });

  test("what a runner would tell comes from git's own files", () =>
    inFolder(
      {
        ".git/config":
          '[core]\n\tbare = false\n[remote "origin"]\n\turl = git@github.com:acme/orders.git\n\tfetch = +x\n',
        ".git/HEAD": "ref: refs/heads/main\n",
        ".git/packed-refs": `# pack-refs\n${"a".repeat(40)} refs/heads/main\n`,
      },
      async (folder) => {
        for (const inside of [folder, join(folder, "deep", "down")]) {
          expect(localRun(inside, {}).variables).toMatchObject({
            GITHUB_REPOSITORY: "acme/orders",
            GITHUB_SHA: "a".repeat(40),
            GITHUB_WORKSPACE: inside,
          });
        }
        expect(localRun(dirname(folder), {}).variables).toMatchObject({
          GITHUB_REPOSITORY: "local/machine",
          GITHUB_SHA: "0".repeat(40),
        });
      },
    ));

  test("worktrees and submodules have a file that leads there", () =>
    inFolder(
      {
        "main/.git/config": '[remote "origin"]\n\turl = https://github.com/acme/orders\n',
        "main/.git/HEAD": "ref: refs/heads/main\n",
        "main/.git/refs/heads/topic": `${"b".repeat(40)}\n`,
        "main/.git/worktrees/topic/HEAD": "ref: refs/heads/topic\n",
        "main/.git/worktrees/topic/commondir": "../..\n",
        "topic/.git": "gitdir: ../main/.git/worktrees/topic\n",
        "main/.git/modules/part/HEAD": `${"c".repeat(40)}\n`,
        "main/.git/modules/part/config": '[remote "origin"]\n\turl = ssh://git@github.com/acme/part.git\n',
        "main/part/.git": "gitdir: ../.git/modules/part\n",
      },
      async (folder) => {
        const of = (path: string) => {
          const { GITHUB_REPOSITORY, GITHUB_SHA } = localRun(join(folder, path), {}).variables;
          return [GITHUB_REPOSITORY, GITHUB_SHA];
        };
        expect(of("topic")).toEqual(["acme/orders", "b".repeat(40)]);
        expect(of("main/part")).toEqual(["acme/part", "c".repeat(40)]);
        expect(of("main")).toEqual(["acme/orders", "0".repeat(40)]);
      },
    ));

  const here = { GITHUB_SERVER_URL: "https://git.example.com" };
  test.each<readonly [string, Record<string, string>, string]>([
    ["git@github.com:acme/orders.git", {}, "acme/orders of https://api.github.com"],
    ["https://me:secret@GitHub.com/acme/orders.js/", {}, "acme/orders.js of https://api.github.com"],
    ["ssh://git@ssh.github.com:443/acme/orders.git", {}, "acme/orders of https://api.github.com"],
    ["git@gitlab.com:acme/orders.git", {}, "is on gitlab.com, and not on github.com"],
    ["https://gitlab.com/acme/orders.git", {}, "is on gitlab.com, and not on github.com"],
    ["git@git.example.com:acme/orders.git", {}, "is on git.example.com, and not on github.com"],
    ["git@git.example.com:acme/orders.git", here, "acme/orders of https://git.example.com/api/v3"],
    ["git@github.com:acme/orders.git", here, "is on github.com, and not on git.example.com"],
    [
      "git@git.example.com:acme/orders.git",
      { GITHUB_API_URL: "https://git.example.com/api/v3" },
      "acme/orders of https://git.example.com/api/v3",
    ],
    [
      "git@acme.ghe.com:acme/orders.git",
      { GITHUB_SERVER_URL: "https://acme.ghe.com/" },
      "acme/orders of https://api.acme.ghe.com",
    ],
    ["git@github.com:acme/team/orders.git", {}, "is no repository of GitHub's"],
    ["/srv/git/acme/orders.git", {}, "knows no remote `origin` on a server"],
    ["../acme/orders", {}, "knows no remote `origin` on a server"],
  ])("%s, with %j", (url, environment, expected) =>
    inFolder({ ".git/config": `[remote "origin"]\n\turl = ${url}\n` }, async (folder) => {
      const { repository, variables } = localRun(folder, environment);
      const told =
        "because" in repository ? repository.because : `${repository.fullName} of ${variables["GITHUB_API_URL"]}`;
      expect(told).toContain(expected);
    }),
  );
});
