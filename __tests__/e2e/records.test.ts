import { setTimeout } from "node:timers/promises";
import { describe, expect, test } from "@jest/globals";
import { pullRequestEvent, pushEvent } from "../../simulator/github/events.ts";
import { openPullRequest } from "../../simulator/github/people.ts";
import { emptyApi, inScene, kinds, seedAnother, statesOf } from "./scene.ts";

const url = "https://a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com/pr-1";

describe.each(kinds)("of $name:", (kind) => {
  describe("a job with an environment", () => {
    const environment = { name: "preview", url: "${{ steps.apigw.outputs.invoke-url }}" };

    test("has a record already: it is adopted, and the URL reaches it before the job ends and at its end", () =>
      inScene(kind.options, async (scene) => {
        const run = await scene.deploy({}, { environment });
        expect(run.conclusion).toBe("success");
        expect(run.environmentUrl).toBe(url);
        expect(scene.records()).toHaveLength(1);
        const [record] = scene.records();
        expect(record?.id).toBe(run.job.deployment?.id);
        expect(run.outputs["github-deployment-id"]).toBe(String(record?.id));
        const shown = record?.statuses.filter(({ environmentUrl }) => environmentUrl === url) ?? [];
        expect(shown.map(({ state }) => state)).toEqual(["in_progress", "success"]);
        expect(shown[0]?.description).toContain("Stage pr-1 serves deployment");
      }));

    test("that fails is ended by GitHub itself, without a URL", () =>
      inScene({ ...kind.options, definition: emptyApi }, async (scene) => {
        const run = await scene.deploy({}, { environment });
        expect(run.conclusion).toBe("failure");
        expect(scene.records()).toHaveLength(1);
        expect(statesOf(scene.records()[0]).at(-1)).toBe("failure");
        expect(scene.records()[0]?.statuses.every(({ environmentUrl }) => environmentUrl === "")).toBe(true);
      }));

    test("and `deployment: false` has none: we make one", () =>
      inScene(kind.options, async (scene) => {
        const run = await scene.deploy({}, { environment: { ...environment, deployment: false } });
        expect(scene.records().map(statesOf)).toEqual([["in_progress", "success"]]);
        expect(run.outputs["github-deployment-id"]).toBe(String(scene.records()[0]?.id));
      }));

    test("gets a second record only when `always` asks for it", () =>
      inScene(kind.options, async (scene) => {
        await scene.deploy({ "github-deployment": "always" }, { environment: { name: "preview" } });
        expect(scene.records()).toHaveLength(2);
        expect(scene.records().map((record) => statesOf(record).at(-1))).toEqual(["success", "success"]);
      }));
  });

  test("in an environment that several APIs share, each ends its own records and no other's", () =>
    inScene(kind.options, async (scene) => {
      seedAnother(scene, "f6g7h8i9j0");
      const event = pushEvent(scene.repository, "main", "alice");
      const states = () => scene.records().map((record) => statesOf(record).at(-1));
      for (const id of ["a1b2c3d4e5", "f6g7h8i9j0", "a1b2c3d4e5"]) {
        const run = await scene.deploy({ [kind.input]: id, "stage-name": "test" }, { event });
        expect(run.conclusion).toBe("success");
      }
      expect(states().sort()).toEqual(["inactive", "success", "success"]);
      const standing = scene.records().filter((record) => statesOf(record).at(-1) === "success");
      expect(standing.map(({ payload }) => JSON.stringify(payload)).join()).toMatch(
        /a1b2c3d4e5.*f6g7h8i9j0|f6g7h8i9j0.*a1b2c3d4e5/,
      );
    }));

  test("never: no record, and nobody asks for one", () =>
    inScene(kind.options, async (scene) => {
      const run = await scene.deploy({ "github-deployment": "never" });
      expect(run.conclusion).toBe("success");
      expect(run.outputs["github-deployment-id"]).toBe("");
      expect(scene.records()).toEqual([]);
      const operations = scene.github.server.exchanges.map(({ operation }) => operation);
      expect(operations.filter((operation) => operation !== "POST /graphql")).toEqual([
        "POST /repos/{owner}/{repo}/issues/{issue_number}/comments",
        // Whether another run has posted one, too.
        "GET /repos/{owner}/{repo}/issues/{issue_number}/comments",
      ]);
    }));

  test("the statuses of a record: in progress, then success with the URL, both with this job's log", () =>
    inScene(kind.options, async (scene) => {
      const { job, run } = await scene.deploy();
      const logUrl = `https://github.com/acme/orders/actions/runs/${run.id}/job/${job.id}`;
      expect(scene.records()[0]).toMatchObject({ sha: scene.pull.head.sha, environment: "preview", transient: true });
      expect(scene.records()[0]?.statuses).toMatchObject([
        { state: "in_progress", environmentUrl: "", logUrl },
        { state: "success", environmentUrl: url, logUrl },
      ]);
    }));

  test("a new preview retires the older record of the same preview, and of no other", () =>
    inScene(kind.options, async (scene) => {
      const { newId } = scene.github.world;
      // Ids that GraphQL's 32-bit integers cannot tell, as on GitHub today.
      Object.assign(scene.github.world, { newId: (kind?: "comment" | "run") => newId(kind) + 3_000_000_000 });
      const other = openPullRequest(scene.github.world, scene.repository, { user: "bob", headRef: "other" });
      await scene.deploy();
      await scene.deploy({}, { event: pullRequestEvent(scene.repository, other, "opened") });
      await scene.deploy();
      expect(scene.records().map((record) => [record.sha === other.head.sha, statesOf(record).at(-1)])).toEqual([
        [false, "inactive"],
        [true, "success"],
        [false, "success"],
      ]);
    }));

  test("keeps nobody waiting: AWS is asked on, and the older record is retired when the new one is there", () =>
    inScene(kind.options, async (scene) => {
      await scene.deploy();
      const [older] = scene.records();
      const points = (): number => scene.asked().filter((operation) => operation === "UpdateStage").length;
      const before = points();
      let [isFirst, retired] = [true, true];
      scene.github.server.gate = async ({ operation }) => {
        if (!isFirst || !operation.endsWith("/statuses")) return;
        isFirst = false;
        // Until the stage has been pointed, and looked at once more.
        while (points() === before || scene.asked().at(-1) === "UpdateStage") await setTimeout(5);
        retired = statesOf(older).includes("inactive");
      };
      expect((await scene.deploy()).conclusion).toBe("success");
      expect(scene.records().map(statesOf)).toEqual([
        ["in_progress", "success", "inactive"],
        ["in_progress", "success"],
      ]);
      expect(retired).toBe(false);
    }));

  test("a named stage's older record is ended by GitHub's own rule", () =>
    inScene(kind.options, async (scene) => {
      const event = pushEvent(scene.repository, "main", "alice");
      await scene.deploy({ "stage-name": "test" }, { event });
      await scene.deploy({ "stage-name": "test" }, { event });
      expect(scene.records().map((record) => statesOf(record).at(-1))).toEqual(["inactive", "success"]);
    }));
});
