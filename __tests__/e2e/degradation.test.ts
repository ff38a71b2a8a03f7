import { describe, expect, test } from "@jest/globals";
import type { Profile } from "../../simulator/github/model.ts";
import { lock } from "../../simulator/github/people.ts";
import { profiles } from "../../simulator/github/tokens.ts";
import { githubRefusal, reset } from "../faults/effects.ts";
import { type Ended, inScene, kinds, type Scene, statesOf } from "./scene.ts";

const deployments = "/repos/{owner}/{repo}/deployments";
const comments = "/repos/{owner}/{repo}/issues/{issue_number}/comments";

const warningsOf = (run: Ended): string[] =>
  run.annotations.filter(({ level }) => level === "warning").map(({ message }) => message);

/** Whatever GitHub says: the deployment succeeds and can be read about. */
const expectDeployed = (scene: Scene, run: Ended): void => {
  expect(run.conclusion).toBe("success");
  expect(run.steps[0]?.exitCode).toBe(0);
  expect(run.outputs["result"]).toBe("created");
  expect(scene.stage("pr-1")?.deploymentId).toBe(run.outputs["deployment-id"]);
  expect(run.summary).toContain("### ✅ Orders · preview `pr-1` is live");
  for (const warning of warningsOf(run)) expect(warning).toContain("What was done in AWS is not affected.");
};

type Case = readonly [name: string, token: Profile, warnings: readonly string[], records: number, comments: number];

const refusals: readonly Case[] = [
  [
    "a read-only token",
    profiles.readOnly,
    ["permissions: deployments: write", "permissions: pull-requests: write"],
    0,
    0,
  ],
  ["no permission for deployments", profiles.noDeployments, ["permissions: deployments: write"], 0, 1],
  ["no permission for pull requests", profiles.noPullRequests, ["permissions: pull-requests: write"], 1, 0],
  ["no permission for checks", profiles.noChecks, ["permissions: checks: read"], 1, 1],
];

describe.each(kinds)("of $name:", (kind) => {
  describe("a token with less than everything", () => {
    test.each(refusals)("%s: a warning names the permission", (_, token, named, records, commentCount) =>
      inScene(kind.options, async (scene) => {
        const run = await scene.deploy({}, { token });
        expectDeployed(scene, run);
        for (const permission of named) expect(warningsOf(run).join("\n")).toContain(permission);
        for (const warning of warningsOf(run))
          expect(named.some((permission) => warning.includes(permission))).toBe(true);
        expect(scene.records()).toHaveLength(records);
        expect(scene.comments()).toHaveLength(commentCount);
        const asked = scene.github.server.exchanges.map(({ operation }) => operation);
        // Once to look around, once for the state of the pull request after the deployment.
        expect(asked.filter((operation) => operation === "POST /graphql")).toHaveLength(2);
      }),
    );

    test("no token at all", () =>
      inScene(kind.options, async (scene) => {
        const run = await scene.deploy({ "github-token": "" });
        expect(run.conclusion).toBe("success");
        expect(run.outputs["result"]).toBe("created");
        expect(warningsOf(run)).toEqual([
          "There is no github-token, so nothing is reported to the pull request or the environment.",
        ]);
        expect(scene.github.server.exchanges).toEqual([]);
      }));
  });

  test("a locked conversation: no comment, and the reason", () =>
    inScene(kind.options, async (scene) => {
      lock(scene.pull);
      const run = await scene.deploy();
      expectDeployed(scene, run);
      expect(warningsOf(run)).toEqual([expect.stringContaining("the conversation is locked")]);
    }));

  describe("server errors for good", () => {
    test.each([
      [
        "GET /repos/{owner}/{repo}/check-runs/{check_run_id}",
        "find out whether this job has a GitHub deployment of its own",
      ],
      ["POST /graphql", "look for the comment on the pull request"],
      [`POST ${deployments}`, "record the deployment in environment preview"],
      [
        `POST ${deployments}/{deployment_id}/statuses`,
        "add the final status to the GitHub deployment (it is open until the end of this job or the next run on the stage closes it)",
      ],
      [`POST ${comments}`, "comment on pull request #1"],
    ])("on %s: a warning", (operation, doing) =>
      inScene(kind.options, async (scene) => {
        scene.github.server.faults.add({ operation, effect: githubRefusal(502, "Bad Gateway"), times: 100 });
        const run = await scene.deploy();
        expectDeployed(scene, run);
        expect(warningsOf(run)).toEqual([
          `Could not ${doing}: GitHub answered 502, Bad Gateway. What was done in AWS is not affected.`,
        ]);
      }),
    );

    test("on everything: the deployment is in the summary", () =>
      inScene(kind.options, async (scene) => {
        scene.github.server.faults.add({ effect: githubRefusal(503, "Unavailable"), times: 1000 });
        const run = await scene.deploy();
        expectDeployed(scene, run);
        expect(warningsOf(run)).toEqual([
          "Could not find out whether this job has a GitHub deployment of its own, look for the comment on the pull request, and record the deployment in environment preview: GitHub answered 503, Unavailable. What was done in AWS is not affected.",
        ]);
      }));

    test("on all statuses, of earlier deployments, too: they are told of once, and no more by the end of the job", () =>
      inScene(kind.options, async (scene) => {
        await scene.deploy();
        const operation = `POST ${deployments}/{deployment_id}/statuses`;
        scene.github.server.faults.add({ operation, effect: githubRefusal(502, "Bad Gateway"), times: 100 });
        const run = await scene.deploy({ settings: "description: again" });
        expect(run.outputs["result"]).toBe("updated");
        expect(warningsOf(run)).toEqual([
          expect.stringMatching(/^Could not add the final status .* and mark an earlier GitHub deployment inactive: /),
        ]);
        expect(run.posts[0]?.log.join("\n")).toContain("Could not close the GitHub deployment that the main step left");
      }));
  });

  test("a status that a later one makes up for is no trouble", () =>
    inScene(kind.options, async (scene) => {
      const operation = `POST ${deployments}/{deployment_id}/statuses`;
      scene.github.server.faults.add({ operation, effect: githubRefusal(502, "Bad Gateway"), times: 3 });
      const run = await scene.deploy();
      expectDeployed(scene, run);
      expect(warningsOf(run)).toEqual([]);
      expect(statesOf(scene.records()[0])).toEqual(["success"]);
    }));

  test("I4: a record whose last status did not get through is closed by post, as the success that it was", () =>
    inScene(kind.options, async (scene) => {
      const operation = `POST ${deployments}/{deployment_id}/statuses`;
      scene.github.server.faults.add({ operation, effect: githubRefusal(502, "Bad Gateway"), skip: 1, times: 3 });
      const run = await scene.deploy();
      expectDeployed(scene, run);
      expect(statesOf(scene.records()[0])).toEqual(["in_progress", "success"]);
      expect(scene.records()[0]?.statuses.at(-1)?.environmentUrl).toBe(run.outputs["invoke-url"]);
      expect(run.posts[0]?.log.join("\n")).toContain("Closed the GitHub deployment of stage pr-1");
    }));

  describe("rate limits", () => {
    test("a secondary limit of a minute is not waited for", () =>
      inScene({ github: { limits: { contentPerMinute: 0 } } }, async (scene) => {
        const run = await scene.deploy();
        expectDeployed(scene, run);
        expect(warningsOf(run)).toEqual([expect.stringContaining("GitHub's rate limit is used up.")]);
      }));

    test("a short one is", () =>
      inScene(kind.options, async (scene) => {
        const effect = githubRefusal(403, "You have exceeded a secondary rate limit.", "before", {
          "retry-after": "1",
        });
        scene.github.server.faults.add({ operation: `POST ${comments}`, effect });
        const run = await scene.deploy();
        expectDeployed(scene, run);
        expect(warningsOf(run)).toEqual([]);
        expect(scene.comments()).toHaveLength(1);
      }));

    test("the primary limit of an hour", () =>
      inScene({ github: { limits: { requestsPerHour: 0 } } }, async (scene) => {
        const run = await scene.deploy();
        expectDeployed(scene, run);
        expect(warningsOf(run).join("\n")).toContain("GitHub's rate limit is used up.");
      }));
  });

  test.each(["before", "after"] as const)("I5: connections reset %s GitHub acted: one comment and one record", (when) =>
    inScene(kind.options, async (scene) => {
      scene.github.server.faults.add({ operation: `POST ${deployments}`, effect: reset(when) });
      scene.github.server.faults.add({ operation: `POST ${comments}`, effect: reset(when) });
      const run = await scene.deploy();
      expectDeployed(scene, run);
      expect(warningsOf(run)).toEqual([]);
      expect(scene.comments()).toHaveLength(1);
      expect(scene.records().map(statesOf)).toEqual([["in_progress", "success"]]);
    }),
  );
});
