import { execFileSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdir, rm, truncate, writeFile } from "node:fs/promises";
import { describe, expect, test } from "@jest/globals";
import type { ScriptRunner } from "../../simulator/runner/child-process.ts";
import { closeLeftOpen } from "../../src/report/left-open.ts";
import { run } from "../../src/run.ts";
import { version } from "../../src/version.ts";
import { inThisProcess } from "../in-process.ts";
import { aWorld } from "../world.ts";
import { type Ended, inScene, type Scene, statesOf } from "./scene.ts";

/** The runner's own files are as it leaves them, but for what this does to them first. */
const after =
  (prepare: (env: Record<string, string>, path: string) => unknown): ScriptRunner =>
  async (path, options) => {
    const env = { ...options.env };
    await prepare(env, path);
    return inThisProcess(path, { ...options, env });
  };

const deployAfter = (scene: Scene, prepare: Parameters<typeof after>[0]): Promise<Ended> =>
  scene.deploy({}, { runner: { runScript: after(prepare) } });

/** Whoever opens it waits for somebody at its other end. */
const pipeIn = (env: Record<string, string>): string => {
  const pipe = `${eventFile(env)}.${randomUUID()}`;
  execFileSync("mkfifo", [pipe]);
  return pipe;
};

const eventFile = (env: Record<string, string>): string => env["GITHUB_EVENT_PATH"] ?? "";

describe("an event file that cannot be read:", () => {
  const broken: readonly (readonly [string, (env: Record<string, string>) => unknown, string])[] = [
    ["missing", (env) => rm(eventFile(env)), "cannot be read (ENOENT)"],
    ["empty", (env) => writeFile(eventFile(env), ""), "is empty"],
    ["broken", (env) => writeFile(eventFile(env), '{"pull_request":'), "holds no JSON"],
    ["a list", (env) => writeFile(eventFile(env), "[null]"), "holds no JSON object"],
    [
      "a directory",
      async (env) => {
        await rm(eventFile(env));
        await mkdir(eventFile(env));
      },
      "cannot be read (EISDIR)",
    ],
    [
      "endless",
      (env) => Object.assign(env, { GITHUB_EVENT_PATH: "/dev/zero" }),
      "cannot be read (it is no regular file)",
    ],
    [
      "a pipe that nobody writes",
      (env) => Object.assign(env, { GITHUB_EVENT_PATH: pipeIn(env) }),
      "cannot be read (it is no regular file)",
    ],
    ["too long", (env) => truncate(eventFile(env), 2 ** 31), "cannot be read (it has 2147483648 bytes"],
    ["not named", (env) => Object.assign(env, { GITHUB_EVENT_PATH: "" }), "is not named"],
  ];
  test.each(broken)("%s: refused before anything is asked, and post does nothing", (_, prepare, because) =>
    inScene({}, async (scene) => {
      const done = await deployAfter(scene, (env, path) => (path.endsWith("/index.js") ? prepare(env) : undefined));
      expect(done.steps[0]?.exitCode).toBe(1);
      expect(done.text).toContain(`The event file ${because}`);
      expect(done.text).toContain("(INVALID_INPUT)");
      expect(done.outputs).toEqual({ result: "failed", changed: "false" });
      expect(done.summary).toContain("### ❌ Nothing was deployed");
      expect(scene.asked()).toEqual([]);
      expect(scene.github.server.exchanges).toEqual([]);
      expect(done.posts[0]?.exitCode).toBe(0);
    }),
  );

  test("one that begins with a byte order mark is read", () =>
    inScene({}, async (scene) => {
      const { payload } = scene.opened();
      const done = await deployAfter(scene, (env) => writeFile(eventFile(env), `\ufeff${JSON.stringify(payload)}`));
      expect(done.outputs).toMatchObject({ result: "created", "stage-name": "pr-1" });
    }));
});

test("what the runner leaves out is refused at once and by name, before any request", () =>
  inScene({}, async (scene) => {
    const done = await deployAfter(scene, (env) =>
      Object.assign(env, { GITHUB_RUN_ID: "", GITHUB_API_URL: "no url", GITHUB_REPOSITORY: "acme" }),
    );
    expect(done.steps[0]?.exitCode).toBe(1);
    for (const name of ["GITHUB_RUN_ID is not given.", 'GITHUB_API_URL is "no url".', 'GITHUB_REPOSITORY is "acme".']) {
      expect(done.text).toContain(name);
    }
    expect(scene.asked()).toEqual([]);
  }));

describe("a file of the runner that cannot be written costs no deployment:", () => {
  test.each([
    ["GITHUB_STATE", "Could not leave word of the GitHub deployment", () => "/nowhere/at/all"],
    ["GITHUB_STATE", "Could not leave word of the GitHub deployment", pipeIn],
    ["GITHUB_ENV", "Could not leave word of the GitHub deployment", () => "/nowhere/at/all"],
    ["GITHUB_ENV", "Could not leave word of the GitHub deployment", pipeIn],
    ["GITHUB_OUTPUT", "Could not write the step's outputs", () => "/nowhere/at/all"],
    ["GITHUB_OUTPUT", "Could not write the step's outputs", pipeIn],
    ["GITHUB_STEP_SUMMARY", "Could not write the job summary", () => "/nowhere/at/all"],
    ["GITHUB_STEP_SUMMARY", "Could not write the job summary", pipeIn],
  ])("%s: %s (%#)", (variable, warning, pathIn) =>
    inScene({}, async (scene) => {
      const done = await deployAfter(scene, (env) => Object.assign(env, { [variable]: pathIn(env) }));
      expect(done.steps[0]?.exitCode).toBe(0);
      expect(scene.stage("pr-1")).toBeDefined();
      expect(done.annotations.filter(({ level }) => level === "warning").map(({ message }) => message)).toEqual([
        expect.stringContaining(warning),
      ]);
      expect(statesOf(scene.records()[0])).toEqual(["in_progress", "success"]);
    }),
  );
});

describe("post does nothing", () => {
  test.each([
    ["without saved state", undefined],
    ["with a state that is not ours", "{}"],
    ["with a record of nothing", '{"record":{"payload":null},"logUrl":1}'],
    ["with half a state", '{"record":{"pay'],
    ["with a state that is null", "null"],
  ])("%s", async (_, state) => {
    const world = aWorld({ environment: {} });
    await inEnvironment({ "STATE_open-record": state, "INPUT_GITHUB-TOKEN": "token" }, () => closeLeftOpen(world));
    expect(world.lines).toEqual([]);
  });
});

const inEnvironment = async (variables: Readonly<Record<string, string | undefined>>, work: () => Promise<unknown>) => {
  const before = { ...process.env };
  Object.assign(process.env, variables);
  for (const [name, value] of Object.entries(variables)) if (value === undefined) delete process.env[name];
  try {
    await work();
  } finally {
    for (const name of Object.keys(variables)) delete process.env[name];
    Object.assign(process.env, before);
  }
};

describe("a fault of our own ends as one BUG error", () => {
  const thrown: readonly (readonly [string, unknown])[] = [
    ["an Error", new TypeError("Cannot read properties of null\nfunction(e){return e.t}")],
    ["text", "text\nmore"],
    ["nothing", undefined],
    ["an object without a text", Object.create(null)],
    ["half a megabyte", new Error("x".repeat(500_000))],
  ];
  test.each(thrown)("where %s is thrown while the inputs are read", async (_, what) => {
    const debug: string[] = [];
    const world = aWorld({
      environment: { GITHUB_REPOSITORY: "acme/orders", GITHUB_RUN_ID: "9001", GITHUB_ACTION_REPOSITORY: "acme/stages" },
      files: {
        ofWorkspace: () => {
          throw what;
        },
        read: () => "{}",
        append: () => {},
        write: () => {},
      },
    });
    const told = { ...world, log: { ...world.log, debug: (text: string) => debug.push(text) } };
    let exitCode = 0;
    await inEnvironment(
      { INPUT_SETTINGS: "", "INPUT_SETTINGS-FILE": "a.yml", "INPUT_STAGE-NAME": "prod" },
      async () => {
        exitCode = await run(told);
      },
    );
    expect(exitCode).toBe(1);
    const [text = "", ...more] = world.lines;
    expect(more).toEqual([]);
    expect(text).toContain("(BUG)");
    expect(text).toContain("https://github.com/acme/stages/issues");
    expect(text).toContain("https://github.com/acme/orders/actions/runs/9001/attempts/1");
    expect(text).toContain(version);
    expect(text.length).toBeLessThan(1500);
    expect(text).not.toContain("function(e)");
    expect(debug).toHaveLength(what instanceof Error ? 1 : 0);
  });
});
