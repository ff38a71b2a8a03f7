import { describe, expect, test } from "@jest/globals";
import { dispatchEvent } from "../../simulator/github/events.ts";
import { addPreviewRecord, payloadOf } from "../preview-record.ts";
import { type Ended, inScene, kinds, type Scene, statesOf } from "./scene.ts";

/** Each row of the table of servers in docs/where-it-runs.md, played on the simulated GitHub without those parts. */

const warningsOf = ({ annotations }: Ended): string[] =>
  annotations.filter(({ level }) => level === "warning").map(({ message }) => message);

/** What no server may cost: the deployment, and a summary that tells of it. */
const expectDeployed = (scene: Scene, run: Ended): void => {
  expect([run.conclusion, run.outputs["result"]]).toEqual(["success", "created"]);
  expect(scene.stage("pr-1")?.deploymentId).toBe(run.outputs["deployment-id"]);
  expect(run.summary).toContain("### ✅ Orders · preview `pr-1` is live");
};

const graphqlAsked = ({ github }: Scene): number =>
  github.server.exchanges.filter(({ request }) => request.path.endsWith("/graphql")).length;

describe.each(kinds)("of $name:", (kind) => {
  describe("a server that has a part less deploys all the same", () => {
    test("without GraphQL and deployments: one warning, which says how to end it", () =>
      inScene(kind.options, async (scene) => {
        Object.assign(scene.github.world.missing, { graphql: true, deployments: true });
        const run = await scene.deploy();
        expectDeployed(scene, run);
        expect(warningsOf(run)).toEqual([expect.stringContaining("comment: false and github-deployment: never")]);
        const quiet = await scene.deploy({ comment: "false", "github-deployment": "never" });
        expect([quiet.conclusion, warningsOf(quiet)]).toEqual(["success", []]);
      }));

    test("without GraphQL: it is asked once, and the GitHub deployment is still recorded", () =>
      inScene(kind.options, async (scene) => {
        scene.github.world.missing.graphql = true;
        const run = await scene.deploy();
        expectDeployed(scene, run);
        expect(scene.records().map(statesOf)).toEqual([["in_progress", "success"]]);
        expect(graphqlAsked(scene)).toBe(1);
      }));

    test("without deployments: the comment is still written", () =>
      inScene(kind.options, async (scene) => {
        scene.github.world.missing.deployments = true;
        const run = await scene.deploy();
        expectDeployed(scene, run);
        expect(scene.comments()).toHaveLength(1);
      }));

    test("without fields that newer servers have: nothing is missed, and nothing warned of", () =>
      inScene(kind.options, async (scene) => {
        scene.github.world.missing.fields.add("IssueComment.fullDatabaseId");
        const run = await scene.deploy();
        expectDeployed(scene, run);
        expect([scene.comments().length, scene.records().length, warningsOf(run)]).toEqual([1, 1, []]);
      }));

    test("without OpenID Connect and check runs, a gate that is required refuses before anything is written", () =>
      inScene(kind.options, async (scene) => {
        scene.addStage("test");
        const inputs = { command: "promote", "stage-name": "prod", "from-stage-name": "test", gate: "require" };
        const event = dispatchEvent(scene.repository, "alice");
        const run = await scene.deploy({ ...inputs, "check-run-id": "" }, { event, idToken: false });
        expect([run.conclusion, scene.stage("prod")]).toEqual(["failure", undefined]);
        const open = await scene.deploy({ ...inputs, gate: "off", "check-run-id": "" }, { event, idToken: false });
        expect(open.conclusion).toBe("success");
      }));
  });

  test("where the runner does not tell the repository's number, the server is asked, and the preview is its own", () =>
    inScene(kind.options, async (scene) => {
      const { payload, ...rest } = scene.opened();
      const { repository: _, ...untold } = payload;
      const job = { event: { ...rest, payload: untold }, runner: { env: { GITHUB_REPOSITORY_ID: "" } } };
      const run = await scene.deploy({}, job);
      expectDeployed(scene, run);
      expect(scene.stage("pr-1")?.tags?.["apigw-stage-action"]).toContain(`repository=${scene.repository.id}/`);
    }));

  test("a replaced record behind a hundred newer ones of a busy environment is made inactive", () =>
    inScene(kind.options, async (scene) => {
      await scene.deploy();
      const [first] = scene.records();
      for (let count = 0; count < 120; count += 1) {
        addPreviewRecord(scene.github.world, scene.repository, {
          sha: scene.pull.head.sha,
          state: "success",
          payload: payloadOf(`pr-${500 + count}`, { "rest-api-id": scene.api.id, nonce: "1" }),
        });
      }
      const run = await scene.deploy();
      expect([run.conclusion, warningsOf(run)]).toEqual(["success", []]);
      expect(statesOf(first)).toEqual(["in_progress", "success", "inactive"]);
      const others = scene.records().slice(1, -1);
      expect(others.every((record) => statesOf(record).at(-1) === "success")).toBe(true);
      expect(statesOf(scene.records().at(-1))).toEqual(["in_progress", "success"]);
    }));
});
