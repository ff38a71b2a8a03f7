import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { dispatchEvent, pullRequestEvent, scheduleEvent, type WorkflowEvent } from "../../simulator/github/events.ts";
import {
  closePullRequest,
  openPullRequest,
  pushToPullRequest,
  reopenPullRequest,
  setDraft,
} from "../../simulator/github/people.ts";
import { profiles, workflowTokenWith } from "../../simulator/github/tokens.ts";
import { type ConcurrencyGroups, concurrencyGroups } from "../../simulator/runner/concurrency.ts";
import type { StepHandler } from "../../simulator/runner/job.ts";
import { jobsFor } from "../../simulator/runner/workflow.ts";
import type { SimulatedRun } from "../../simulator/simulator.ts";
import { inScene as inSceneOfProcesses } from "../bundle/scene.ts";
import { actionPath, inScene, ordersApi, type Scene, statesOf, until } from "../e2e/scene.ts";
import { readProjectFile } from "../project-files.ts";

/** The two example workflows as a repository has them, run for each event as GitHub and a runner would. */
const files = {
  preview: await readProjectFile("examples/preview.yml"),
  sweep: await readProjectFile("examples/sweep.yml"),
};
const vars = { REST_API_ID: "a1b2c3d4e5", AWS_ROLE_ARN: "arn:aws:iam::123456789012:role/previews" };

const handlers: Record<string, StepHandler> = {
  "actions/checkout": async ({ contexts }) => {
    const { workspace, sha } = contexts["github"] as { workspace: string; sha: string };
    await writeFile(join(workspace, "openapi.yml"), ordersApi.replace('version: "1"', `version: "${sha}"`));
    return {};
  },
  "aws-actions/configure-aws-credentials": ({ with: given }) => {
    expect(given).toEqual({ "role-to-assume": vars.AWS_ROLE_ARN, "aws-region": "eu-central-1" });
    return { env: { AWS_ACCESS_KEY_ID: "AKIASIMULATED0000000", AWS_SECRET_ACCESS_KEY: "simulated" } };
  },
};

/** Runs what the repository's workflows have for the event; nothing, where they do not listen to it. */
const happens = async (
  scene: Scene,
  event: WorkflowEvent,
  groups: ConcurrencyGroups = concurrencyGroups(),
): Promise<readonly (SimulatedRun | "replaced")[]> => {
  const described = { repository: "acme/orders", eventName: event.name, event: event.payload, sha: event.sha };
  const jobs = Object.values(files).flatMap((text) => jobsFor(text, { ...described, ref: event.ref }, { vars }));
  const fork = isFork(event);
  return Promise.all(
    jobs.map((job) =>
      groups.run(job.concurrency ?? "", () =>
        scene.runJob({
          event,
          actionPath,
          actionName: "OWNER/apigw-stage-action/node24",
          name: job.id,
          steps: job.definition.steps,
          // Whatever `permissions:` says, a fork's run has a token that may only read.
          token: fork ? profiles.readOnly : workflowTokenWith(job.permissions as Record<string, "read" | "write">),
          idToken: !fork,
          provision: { handlers },
          runner: {
            ...job.variation,
            vars: fork ? {} : vars,
            env: { AWS_ACCESS_KEY_ID: "", AWS_SECRET_ACCESS_KEY: "" },
          },
        }),
      ),
    ),
  );
};

const isFork = ({ payload }: WorkflowEvent): boolean => {
  const { pull_request: pull } = payload as { pull_request?: { head: { repo: { full_name: string } | null } } };
  return pull !== undefined && pull.head.repo?.full_name !== "acme/orders";
};

const on = (scene: Scene, action: string): WorkflowEvent => scene.opened(action);

const resultOf = (run: SimulatedRun | "replaced" | undefined): string | undefined =>
  run === "replaced" || run === undefined
    ? run
    : run.steps.map(({ outputs }) => outputs["result"]).find((result) => result !== undefined);

/** What the action's step answered; the job must have succeeded without a warning. */
const result = async (scene: Scene, event: WorkflowEvent): Promise<string | undefined> => {
  const [run, ...more] = await happens(scene, event);
  expect(more).toEqual([]);
  if (run === "replaced" || run === undefined) return run;
  const complaints = run.annotations.filter(({ level }) => level !== "notice");
  expect({ conclusion: run.conclusion, complaints }).toEqual({ conclusion: "success", complaints: [] });
  return resultOf(run);
};

describe("examples/preview.yml", () => {
  test("from opened to merged", () =>
    inSceneOfProcesses({}, async (scene) => {
      const { github, repository, pull } = scene;
      setDraft(github.world, pull, true);
      expect(await result(scene, on(scene, "opened"))).toBe("created");
      pushToPullRequest(github.world, repository, pull);
      expect(await result(scene, on(scene, "synchronize"))).toBe("updated");
      setDraft(github.world, pull, false);
      expect(await result(scene, on(scene, "ready_for_review"))).toBe("unchanged");
      closePullRequest(github.world, repository, pull);
      expect(await result(scene, on(scene, "closed"))).toBe("deleted");
      expect(scene.api.stages.size).toBe(0);
      reopenPullRequest(github.world, pull);
      expect(await result(scene, on(scene, "reopened"))).toBe("created");
      closePullRequest(github.world, repository, pull, { mergedBy: "bob" });
      expect(await result(scene, on(scene, "closed"))).toBe("deleted");

      expect([scene.api.stages.size, scene.api.deployments.size]).toEqual([0, 0]);
      expect(new Set(scene.records().map((record) => statesOf(record).at(-1)))).toEqual(new Set(["inactive"]));
      expect(scene.comments()).toHaveLength(1);
      expect(scene.comments()[0]?.body).toContain("### 🧹 Orders · preview `pr-1` is removed");
    }));

  test("what it does not listen to starts nothing", () =>
    inScene({}, async (scene) => {
      expect(await happens(scene, on(scene, "edited"))).toEqual([]);
    }));

  test.each([
    ["a fork", { user: "mallory", headRef: "feature", headRepository: "mallory/orders" }],
    ["Dependabot", { user: "dependabot[bot]", headRef: "dependabot/npm/x" }],
  ])("for %s it ends green and makes nothing", (_, fields) =>
    inScene({}, async (scene) => {
      const pull = openPullRequest(scene.github.world, scene.repository, fields);
      const event = (action: string): WorkflowEvent => pullRequestEvent(scene.repository, pull, action);
      expect(await result(scene, event("opened"))).toBe("skipped");
      closePullRequest(scene.github.world, scene.repository, pull);
      expect(await result(scene, event("closed"))).toBe("skipped");
      expect([scene.asked(), scene.comments(), scene.records()]).toEqual([[], [], []]);
    }),
  );

  test("a push and the closing, a moment apart: the group keeps them in order, and nothing is left", () =>
    inScene({}, async (scene) => {
      const { github, repository, pull, gateway } = scene;
      const groups = concurrencyGroups();
      await happens(scene, on(scene, "opened"), groups);
      pushToPullRequest(github.world, repository, pull);
      let held = false;
      let release = (): void => {};
      const released = new Promise<void>((resolve) => {
        release = resolve;
      });
      gateway.server.gate = async ({ operation }) => {
        if (operation !== "CreateDeployment") return;
        held = true;
        await released;
      };
      const pushed = happens(scene, on(scene, "synchronize"), groups);
      await until(() => held);
      pushToPullRequest(github.world, repository, pull);
      const replaced = happens(scene, on(scene, "synchronize"), groups);
      closePullRequest(github.world, repository, pull, { mergedBy: "bob" });
      const closed = happens(scene, on(scene, "closed"), groups);
      expect(await replaced).toEqual(["replaced"]);
      release();
      // The deployment sees that the pull request was closed meanwhile; its deletion finds nothing left to do.
      expect(resultOf((await pushed)[0])).toBe("deleted");
      expect(resultOf((await closed)[0])).toBe("unchanged");
      expect([scene.api.stages.size, scene.api.deployments.size]).toEqual([0, 0]);
      expect(scene.comments()).toHaveLength(1);
      expect(scene.comments()[0]?.body).toContain("### 🧹 Orders · preview `pr-1` is gone");
    }));
});

describe("examples/sweep.yml", () => {
  const sweeps = {
    schedule: (scene: Scene) => scheduleEvent(scene.repository, "17 3 * * *"),
    workflow_dispatch: (scene: Scene) => dispatchEvent(scene.repository, "alice"),
  };

  test.each(Object.entries(sweeps))("on %s removes the preview whose closing nobody saw, and no other", (_, event) =>
    inScene({}, async (scene) => {
      const { github, repository, pull } = scene;
      const other = openPullRequest(github.world, repository, { user: "bob", headRef: "other" });
      expect(await result(scene, on(scene, "opened"))).toBe("created");
      expect(await result(scene, pullRequestEvent(repository, other, "opened"))).toBe("created");
      closePullRequest(github.world, repository, pull);
      expect(await result(scene, event(scene))).toBe("swept");
      expect([...scene.api.stages.keys()]).toEqual(["pr-2"]);
      expect(scene.records().map((record) => statesOf(record).at(-1))).toEqual(["inactive", "success"]);
      expect(scene.comments()[0]?.body).toContain("### ⚪ `a1b2c3d4e5` · preview `pr-1` was removed");
      expect(scene.comments()[1]?.body).toContain("### ✅ Orders · preview `pr-2` is live");
    }),
  );
});
