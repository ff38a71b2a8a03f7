import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "@jest/globals";
import { runAction } from "../../../simulator/runner/job.ts";
import { type RunnerTimes, runnerTimes } from "../../../simulator/runner/job-state.ts";
import { fixtureAction, onPush, temporaryFolder } from "./fixture-action.ts";

/** Options that give `controller`'s signal when the log shows the line. */
const whenLogged = (line: string) => {
  const controller = new AbortController();
  return {
    signal: controller.signal,
    onLog: (logged: string) => {
      if (logged === line) controller.abort();
    },
  };
};

/** The runner's times, one tenth as long. */
const tenth: RunnerTimes = { interrupt: 750, terminate: 250, orphans: 500, forced: 30_000 };

const stubborn = `
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => console.log(signal));
setInterval(() => {}, 1000);
console.log("ready");
`;

describe("a cancelled job", () => {
  test("has the runner's own patience by default", () => {
    expect(runnerTimes).toEqual({ interrupt: 7_500, terminate: 2_500, orphans: 5_000, forced: 300_000 });
  });

  test("interrupts the action, which may finish its work; then post runs", async () => {
    const cancel = whenLogged("ready");
    const action = await fixtureAction({
      main: `
process.on("SIGINT", () => { append("GITHUB_STATE", "interrupted=yes\\n"); output("a", "1"); process.exit(0); });
setInterval(() => {}, 1000);
console.log("ready");`,
      post: `console.log("state " + process.env.STATE_interrupted);`,
    });
    const run = await runAction({ ...onPush, onLog: cancel.onLog, cancel: cancel.signal }, { action });
    expect(run.main).toMatchObject({ conclusion: "cancelled", exitCode: 0, outputs: { a: "1" } });
    expect(run.main.log.at(-1)).toBe("##[error]The operation was canceled.");
    expect(run.post).toMatchObject({ conclusion: "success" });
    expect(run.post?.log).toContain("state yes");
    expect(run.conclusion).toBe("cancelled");
  });

  test("follows SIGINT with SIGTERM and a kill, in proportion", async () => {
    const cancel = new AbortController();
    const times: Record<string, number> = {};
    const onLog = (line: string): void => {
      times[line] = performance.now();
      if (line === "ready") cancel.abort();
    };
    const action = await fixtureAction({ main: stubborn, post: `console.log("post ran")` });
    const run = await runAction({ ...onPush, onLog, cancel: cancel.signal, times: tenth }, { action });
    const since = (line: string): number => (times[line] ?? 0) - (times["ready"] ?? 0);
    expect(run.main.log.filter((line) => line.startsWith("SIG"))).toEqual(["SIGINT", "SIGTERM"]);
    // Signals never come early, but for a timer's rounding; how late they are is the machine's affair.
    expect(since("SIGTERM")).toBeGreaterThan(tenth.interrupt - 5);
    expect(since("##[error]The operation was canceled.")).toBeGreaterThan(tenth.interrupt + tenth.terminate - 10);
    expect(run.main).toMatchObject({ conclusion: "cancelled", exitCode: 137 });
    expect(run.post?.log).toContain("post ran");
  });

  test("does not interrupt a step whose condition still holds, until its patience ends", async () => {
    const cancel = whenLogged("ready");
    const action = await fixtureAction({ main: stubborn, post: `console.log("post ran")` });
    const run = await runAction(
      { ...onPush, onLog: cancel.onLog, cancel: cancel.signal, times: { ...tenth, forced: 300 } },
      { action, if: "always()" },
    );
    expect(run.main.log.filter((line) => line.startsWith("SIG"))).toEqual([]);
    expect(run.main).toMatchObject({ conclusion: "cancelled", exitCode: 137 });
    expect(run.post?.conclusion).toBe("skipped");
  });

  test("does not interrupt a post stage", async () => {
    const cancel = whenLogged("post is ready");
    const action = await fixtureAction({
      main: "",
      post: `
process.on("SIGINT", () => console.log("interrupted"));
console.log("post is ready");
setTimeout(() => console.log("post is done"), 300);`,
    });
    const run = await runAction({ ...onPush, onLog: cancel.onLog, cancel: cancel.signal }, { action });
    expect(run.post?.log).toContain("post is done");
    expect(run.post?.log).not.toContain("interrupted");
    expect(run).toMatchObject({ post: { conclusion: "success" }, conclusion: "cancelled" });
  });

  test("that is cancelled before it starts skips the step", async () => {
    const action = await fixtureAction({ main: "", post: "" });
    const run = await runAction({ ...onPush, cancel: AbortSignal.abort() }, { action });
    expect(run).toMatchObject({ main: { conclusion: "skipped" }, conclusion: "cancelled" });
    expect(run).not.toHaveProperty("post");
  });

  test("can be cancelled after a time", async () => {
    const action = await fixtureAction({ main: "setInterval(() => {}, 1000)" });
    const run = await runAction({ ...onPush, cancel: 500 }, { action });
    expect(run.main).toMatchObject({ conclusion: "cancelled", exitCode: 130 });
  });
});

test("a step that takes too long is interrupted in the same way, and has failed", async () => {
  const action = await fixtureAction({ main: "setInterval(() => {}, 1000)", post: `console.log("post ran")` });
  const run = await runAction(onPush, { action, name: "Deploy", timeoutMinutes: 0.01 });
  expect(run.main).toMatchObject({ conclusion: "failure", exitCode: 130 });
  expect(run.main.annotations).toEqual([
    { level: "error", message: "The action 'Deploy' has timed out after 0.01 minutes." },
  ]);
  expect(run.post?.log).toContain("post ran");
  expect(run.conclusion).toBe("failure");
});

describe("SIGKILL", () => {
  const main = `append("GITHUB_STATE", "step=1\\n"); setInterval(() => {}, 1000); console.log("ready");`;
  const post = `console.log("state " + process.env.STATE_step);`;

  test("of the main process leaves what it wrote, and post runs", async () => {
    const kill = whenLogged("ready");
    const run = await runAction(
      { ...onPush, onLog: kill.onLog },
      { action: await fixtureAction({ main, post }), kill: kill.signal },
    );
    expect(run.main).toMatchObject({ conclusion: "failure", exitCode: 137, state: { step: "1" } });
    expect(run.post?.log).toContain("state 1");
    expect(run.lost).toBe(false);
  });

  test("of the whole machine leaves nothing: no post, no outputs", async () => {
    const loss = whenLogged("ready");
    const action = await fixtureAction({ main: `output("a", "1"); ${main}`, post });
    const run = await runAction({ ...onPush, onLog: loss.onLog, loseRunner: loss.signal }, { action });
    expect(run).toMatchObject({
      lost: true,
      conclusion: "failure",
      main: { exitCode: 137, outputs: {}, state: {} },
    });
    expect(run).not.toHaveProperty("post");
  });

  test("takes the action's children along", async () => {
    const folder = await temporaryFolder();
    const mark = join(folder, "survived");
    const kill = whenLogged("ready");
    const action = await fixtureAction({
      main: `
require("node:child_process").spawn(process.execPath, ["-e", "setTimeout(() => require('fs').writeFileSync(process.argv[1], ''), 800); console.log('ready')", ${JSON.stringify(mark)}], { stdio: "inherit" });
setInterval(() => {}, 1000);`,
    });
    await runAction({ ...onPush, onLog: kill.onLog }, { action, kill: kill.signal });
    await sleep(1_000);
    expect(existsSync(mark)).toBe(false);
  });
});

describe("orphans", () => {
  const withOrphan = (life: number) => `
require("node:child_process").spawn(process.execPath, ["-e", "setTimeout(() => console.log('orphan done'), ${life}); console.log('orphan ready')"], { stdio: ["ignore", "inherit", "inherit"] }).unref();
`;

  test("that hold the output open are waited for", async () => {
    const run = await runAction(onPush, { action: await fixtureAction({ main: withOrphan(300) }) });
    expect(run.main).toMatchObject({ conclusion: "success", exitCode: 0 });
    expect(run.main.log).toContain("orphan done");
  });

  test("are killed when they take too long", async () => {
    const run = await runAction(
      { ...onPush, times: tenth },
      { action: await fixtureAction({ main: withOrphan(20_000) }) },
    );
    expect(run.main).toMatchObject({ conclusion: "success", exitCode: 0 });
    expect(run.main.log).not.toContain("orphan done");
    expect(run.main.durationMs).toBeLessThan(15_000);
  });
});
