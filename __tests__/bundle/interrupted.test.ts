import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { closePullRequest, issueToken } from "../../simulator/github/people.ts";
import { profiles } from "../../simulator/github/tokens.ts";
import { inScene, type JobSettings, noise, type Scene, statesOf, until } from "./scene.ts";

/** All at once, each in a scene of its own: to be cancelled is mostly to wait. */

/** Holds the first request for this operation until it is let go; `arrived` is called when it is there. */
const hold = (scene: Scene, wanted: string, arrived: () => Promise<void>): void => {
  scene.gateway.server.gate = async ({ operation }) => {
    if (operation !== wanted) return;
    scene.gateway.server.gate = undefined;
    await arrived();
  };
};

const recordIsOpen = (scene: Scene) => (): boolean => statesOf(scene.records()[0]).includes("in_progress");
const recordIsClosed = (scene: Scene) => (): boolean => statesOf(scene.records()[0]).includes("failure");

describe("I11: cancelled while CreateDeployment is under way", () => {
  test.concurrent("SIGINT: no further write, the record says so at once, and post has nothing left to do", () =>
    inScene({}, async (scene) => {
      const cancel = new AbortController();
      hold(scene, "CreateDeployment", async () => {
        await until(recordIsOpen(scene));
        cancel.abort();
        // At once: the answer to CreateDeployment comes only now.
        await until(recordIsClosed(scene));
      });
      const run = await scene.deploy({}, { runner: { cancel: cancel.signal } });
      const [made = ""] = scene.api.deployments.keys();
      expect(run.conclusion).toBe("cancelled");
      expect(run.steps[0]?.exitCode).toBe(130);
      expect(scene.asked().filter((operation) => !operation.startsWith("Get"))).toEqual(["CreateDeployment"]);
      expect(scene.api.stages.size).toBe(0);
      expect(scene.records()).toHaveLength(1);
      expect(statesOf(scene.records()[0])).toEqual(["in_progress", "failure"]);
      expect(scene.records()[0]?.statuses.at(-1)?.description).toBe("Cancelled");
      expect(run.text).toContain("The run was cancelled");
      expect(run.text).toContain(
        `Deployment ${made} was created and no stage serves it; running this job again uses it.`,
      );
      expect(run.outputs).toMatchObject({ result: "failed", changed: "false" });
      expect(scene.comments()[0]?.body).toContain("### ⚪ Orders · preview `pr-1`: cancelled");
      expect(run.posts).toHaveLength(1);
      expect(run.posts[0]?.exitCode).toBe(0);
      expect(run.posts[0]?.log).toEqual(["Post job cleanup."]);
      expect(run.text).not.toMatch(noise);

      const again = await scene.deploy({}, { rerunOf: run.run });
      expect(again.outputs).toMatchObject({ result: "created", "deployment-id": made });
      expect(scene.api.deployments.size).toBe(1);
      expect(scene.comments()).toHaveLength(1);
    }));

  test.concurrent("an answer that does not come is not waited for beyond the time that there is", () =>
    inScene({}, async (scene) => {
      const cancel = new AbortController();
      hold(scene, "CreateDeployment", async () => {
        await until(recordIsOpen(scene));
        cancel.abort();
        await new Promise(() => {});
      });
      const run = await scene.deploy({}, { runner: { cancel: cancel.signal, times: { interrupt: 60_000 } } });
      // 128 and the number of a signal would mean that it did not end by itself.
      expect(run.steps[0]?.exitCode).toBe(130);
      expect(run.conclusion).toBe("cancelled");
      expect(statesOf(scene.records()[0])).toEqual(["in_progress", "failure"]);
    }));

  test.concurrent("SIGTERM alone means the same", () =>
    inScene({}, async (scene) => {
      const folder = await mkdtemp(join(tmpdir(), "cancel-test-"));
      const pidFile = join(folder, "pid");
      hold(scene, "CreateDeployment", async () => {
        await until(() => recordIsOpen(scene)() && existsSync(pidFile));
        process.kill(Number(await readFile(pidFile, "utf8")), "SIGTERM");
        await until(recordIsClosed(scene));
      });
      // Post is another process: it finds the file and leaves it as it is.
      const source = `import { writeFileSync } from "node:fs";
        try { writeFileSync(process.env.PID_FILE, String(process.pid), { flag: "wx" }); } catch {}`;
      const env = { PID_FILE: pidFile, NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(source)}` };
      try {
        const run = await scene.deploy({}, { runner: { env } });
        expect(run.steps[0]?.exitCode).toBe(130);
        expect(scene.api.stages.size).toBe(0);
        expect(scene.records()[0]?.statuses.at(-1)).toMatchObject({ state: "failure", description: "Cancelled" });
      } finally {
        await rm(folder, { recursive: true });
      }
    }));
});

test.concurrent("cancelled while it still looks: nothing is opened, nothing is written", () =>
  inScene({}, async (scene) => {
    const cancel = new AbortController();
    hold(scene, "GetStages", async () => {
      cancel.abort();
      await new Promise(() => {});
    });
    const run = await scene.deploy({}, { runner: { cancel: cancel.signal } });
    expect(run.steps[0]?.exitCode).toBe(130);
    expect(run.text).toContain("State: Nothing was changed.");
    expect(scene.asked().filter((operation) => !operation.startsWith("Get"))).toEqual([]);
    expect(scene.records()).toEqual([]);
    expect(run.outputs).toMatchObject({ result: "failed", changed: "false" });
  }));

test.concurrent("cancelled before anything has begun: that is told, too, and nobody is asked", () =>
  inScene({}, async (scene) => {
    // What catches everything else comes before all that is loaded.
    const source = `process.on("newListener", (name) => {
      if (name === "uncaughtException" && process.argv[1].endsWith("index.js")) process.kill(process.pid, "SIGINT");
    })`;
    const env = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(source)}` };
    const run = await scene.deploy({}, { runner: { env } });
    expect(run.steps[0]?.exitCode).toBe(130);
    expect(run.text).toContain("(CANCELLED)");
    expect(run.text).toContain("State: Nothing was changed.");
    expect(run.outputs).toMatchObject({ result: "failed", changed: "false" });
    expect(scene.asked()).toEqual([]);
    expect(scene.records()).toEqual([]);
  }));

test.concurrent("cancelled in the last moment: what was done is told as it is", () =>
  inScene({}, async (scene) => {
    const cancel = new AbortController();
    hold(scene, "CreateStage", async () => {
      await until(recordIsOpen(scene));
      cancel.abort();
      await until(recordIsClosed(scene));
    });
    const run = await scene.deploy({}, { runner: { cancel: cancel.signal } });
    const served = scene.stage("pr-1")?.deploymentId ?? "";
    expect(run.steps[0]?.exitCode).toBe(130);
    expect(run.text).toContain(`Stage pr-1 was pointed at deployment ${served}.`);
    expect(run.outputs).toMatchObject({ result: "failed", changed: "true", "deployment-id": served });
  }));

test("I10: what nobody catches ends main, and post, in one error, without the credentials that it holds", () =>
  inScene({}, async (scene) => {
    const folder = await mkdtemp(join(tmpdir(), "last-resort-test-"));
    const [file = "", sign = "", signToPost = ""] = ["credentials", "main", "post"].map((name) => join(folder, name));
    const key = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYzEXAMPLEKEY";
    await writeFile(file, `[default]\naws_access_key_id=ASIAQ3EGRIGSEXAMPLE0\naws_secret_access_key=${key}\n`);
    const source = `import { existsSync } from "node:fs";
      const hidden = "${key.slice(0, 20)}" + "${key.slice(20)}";
      const timer = setInterval(() => {
        const isPost = process.argv[1].endsWith("post.js");
        if (!existsSync(isPost ? process.env.SIGN_TO_POST : process.env.SIGN)) return;
        clearInterval(timer);
        throw new Error("sent with " + (isPost ? "" : hidden) + " and " + process.env["INPUT_GITHUB-TOKEN"]);
      }, 1)`;
    hold(scene, "CreateDeployment", async () => {
      await until(recordIsOpen(scene));
      scene.github.server.gate = async ({ operation }) => {
        if (!/^GET .*statuses$/.test(operation)) return;
        await writeFile(signToPost, "");
        await new Promise(() => {});
      };
      await writeFile(sign, "");
      await new Promise(() => {});
    });
    const env = {
      AWS_ACCESS_KEY_ID: "",
      AWS_SECRET_ACCESS_KEY: "",
      AWS_SHARED_CREDENTIALS_FILE: file,
      SIGN: sign,
      SIGN_TO_POST: signToPost,
      NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(source)}`,
    };
    try {
      const token = `ghs_${"Zk9".repeat(12)}`;
      issueToken(scene.github.world, token, profiles.full);
      const run = await scene.deploy({ "github-token": token }, { runner: { env } });
      const [main, post] = [run.steps[0], run.posts[0]];
      expect([main?.exitCode, post?.exitCode]).toEqual([1, 1]);
      expect(main?.outputs).toMatchObject({ result: "failed", changed: "" });
      const told = [...run.annotations.map(({ message }) => message), main?.summary ?? ""];
      expect(told.filter((text) => text.includes("sent with"))).toHaveLength(3);
      for (const text of told) expect(text).not.toMatch(/wJalrXUtnFEMI|ghs_Zk9/);
    } finally {
      await rm(folder, { recursive: true });
    }
  }));

describe("I4: main is killed, and post closes the record", () => {
  const killedInTheMiddle = (scene: Scene, job: JobSettings = {}) => {
    const kill = new AbortController();
    hold(scene, "CreateDeployment", async () => {
      await until(recordIsOpen(scene));
      kill.abort();
    });
    return scene.deploy({}, { ...job, kill: kill.signal });
  };

  test.concurrent("in the middle of the work", () =>
    inScene({}, async (scene) => {
      const run = await killedInTheMiddle(scene);
      expect(run.steps[0]?.exitCode).toBe(137);
      expect(run.posts[0]?.log.join("\n")).toContain("Closed the GitHub deployment of stage pr-1");
      expect(scene.records()[0]?.statuses.at(-1)).toMatchObject({
        state: "failure",
        description: "The run ended before the deployment was finished",
      });
      expect(scene.asked().filter((operation) => operation === "CreateStage")).toEqual([]);
    }));

  test.concurrent("and the job goes on: nothing but the step's own file says that post has something to do", () =>
    inScene({}, async (scene) => {
      const run = await killedInTheMiddle(scene, { continueOnError: true });
      expect([run.steps[0]?.exitCode, run.conclusion]).toEqual([137, "success"]);
      expect(statesOf(scene.records()[0])).toEqual(["in_progress", "failure"]);
    }));

  test.concurrent("before GitHub's answer told the record's id", () =>
    inScene({}, async (scene) => {
      const kill = new AbortController();
      scene.github.server.faults.add({
        operation: "POST /repos/{owner}/{repo}/deployments",
        effect: { kind: "hang", when: "after" },
      });
      hold(scene, "CreateDeployment", async () => {
        await until(() => scene.records().length === 1);
        kill.abort();
      });
      await scene.deploy({}, { kill: kill.signal });
      expect(scene.records().map(statesOf)).toEqual([["failure"]]);
    }));

  test.concurrent("before GitHub had made any: post finds nothing and says nothing", () =>
    inScene({}, async (scene) => {
      const kill = new AbortController();
      scene.github.server.faults.add({
        operation: "POST /repos/{owner}/{repo}/deployments",
        effect: { kind: "hang", when: "before" },
      });
      hold(scene, "CreateDeployment", async () => {
        await until(() => scene.github.server.exchanges.some(({ operation }) => /POST .*deployments$/.test(operation)));
        kill.abort();
      });
      const run = await scene.deploy({}, { kill: kill.signal });
      expect(scene.records()).toEqual([]);
      expect(run.posts[0]?.log).toEqual(["Post job cleanup."]);
    }));
});

test.concurrent("a deletion that was killed in the middle: running again removes the rest", () =>
  inScene({}, async (scene) => {
    await scene.deploy();
    const kill = new AbortController();
    scene.gateway.server.gate = async ({ operation }) => {
      if (operation !== "DeleteDeployment") return;
      kill.abort();
      await new Promise(() => {});
    };
    closePullRequest(scene.github.world, scene.repository, scene.pull);
    const broken = await scene.deploy({}, { event: scene.opened("closed"), kill: kill.signal });
    expect(broken.steps[0]?.exitCode).toBe(137);
    expect([scene.api.stages.size, scene.api.deployments.size]).toEqual([0, 1]);
    scene.gateway.server.gate = undefined;

    const again = await scene.deploy({}, { event: scene.opened("closed"), rerunOf: broken.run });
    expect(again.outputs["result"]).toBe("deleted");
    expect(scene.api.deployments.size).toBe(0);
    expect(scene.records().map((record) => statesOf(record).at(-1))).toEqual(["inactive"]);
    expect(scene.comments()).toHaveLength(1);
    expect(scene.comments()[0]?.body).toContain("is removed");
  }));

test.concurrent("I4: the record of a lost runner is closed by the next run", () =>
  inScene({}, async (scene) => {
    const lost = new AbortController();
    scene.gateway.server.gate = async ({ operation }) => {
      if (operation !== "CreateStage") return;
      await until(() => statesOf(scene.records()[0]).length > 0);
      lost.abort();
      await new Promise(() => {});
    };
    const gone = await scene.deploy({}, { runner: { loseRunner: lost.signal } });
    expect(gone.lost).toBe(true);
    expect(scene.records().map((record) => statesOf(record).at(-1))).toEqual(["in_progress"]);
    scene.gateway.server.gate = undefined;

    const next = await scene.deploy({}, { rerunOf: gone.run });
    expect(next.outputs["result"]).toBe("created");
    expect(scene.records().map((record) => statesOf(record).at(-1))).toEqual(["inactive", "success"]);
    expect(scene.api.deployments.size).toBe(1);
  }));
