import { describe, expect, test } from "@jest/globals";
import { push } from "../../simulator/github/people.ts";
import { profiles } from "../../simulator/github/tokens.ts";
import { historyTag } from "../../src/plan/history.ts";
import {
  addStageOf,
  addVersion,
  changeDraft,
  deployTo,
  promote,
  rollBack,
  written,
  writtenToGitHub,
} from "./release-scene.ts";
import { inScene, type JobSettings, kinds, type Scene, statesOf, variablesOf } from "./scene.ts";

const HISTORY = "apigw-stage-action:history";
const url = "https://a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com/prod";

const serves = (scene: Scene, stage = "prod"): string => scene.stage(stage)?.deploymentId ?? "";

const markerFor = (scene: Scene, stage: string): string =>
  `apigw-stage-action run=${scene.repository.id}/4711.1 commit=${"c0".repeat(20)} step=00000000 nonce=00000000 stage=${stage}`;

/** Deploys `prod` so many times, each from another draft and commit. Answers the deployments, oldest first. */
const release = async (scene: Scene, count: number, job: JobSettings = {}): Promise<readonly string[]> => {
  const ids: string[] = [];
  for (let version = 1; version <= count; version += 1) {
    push(scene.github.world, scene.repository, "main");
    changeDraft(scene, { body: `{"version": ${version}}` });
    ids.push((await deployTo(scene, "prod", {}, job)).outputs["deployment-id"] ?? "");
  }
  expect(serves(scene)).toBe(ids.at(-1));
  return ids;
};

describe.each(kinds)("of $name:", (kind) => {
  describe("a stage of ours, with the history in its tag", () => {
    test("goes back to what it served before, and once more one further, never forward", () =>
      inScene(kind.options, async (scene) => {
        const [first = "", second = "", third = ""] = await release(scene, 3);
        const writes = written(scene).length;
        const run = await rollBack(scene);
        expect(run.conclusion).toBe("success");
        expect(run.outputs).toMatchObject({
          result: "rolled-back",
          changed: "true",
          "deployment-id": second,
          "previous-deployment-id": third,
          "invoke-url": url,
        });
        expect(serves(scene)).toBe(second);
        expect(written(scene).slice(writes)).toEqual(["UpdateStage", "TagResource"]);
        expect(run.text).toMatch(
          new RegExp(
            `1\\. Point stage prod: the stage serves deployment ${third}; it will serve deployment ${second} of commit [0-9a-f]{7} again`,
          ),
        );
        expect(run.summary).toContain("### ✅ Orders · stage `prod` is rolled back");
        const again = await rollBack(scene);
        expect(again.outputs).toMatchObject({ result: "rolled-back", "deployment-id": first });
        const last = await rollBack(scene);
        expect(last.outputs["result"]).toBe("failed");
        expect(last.text).toContain(`Nothing tells what stage prod served before deployment ${first}`);
        expect(scene.stage("prod")?.tags?.[HISTORY]).toMatch(
          new RegExp(`^of=[0-9a-f]{16} ${first}@\\d+ -${second}@\\d+ -${third}@\\d+ -${second}@\\d+ ${first}@\\d+$`),
        );
      }));

    test("shows what it served: id, commit, run, date and who, in summary and log", () =>
      inScene(kind.options, async (scene) => {
        const commits: string[] = [];
        const ids: string[] = [];
        for (let version = 1; version <= 2; version += 1) {
          ids.push(...(await release(scene, 1)));
          commits.push(scene.repository.refs.get("refs/heads/main")?.slice(0, 7) ?? "");
        }
        const run = await rollBack(scene, { "dry-run": "true" });
        expect(run.outputs["result"]).toBe("planned");
        expect(run.text).toContain("What the stage served, newest first (from the stage's history tag):");
        const date = "\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d UTC";
        for (const [index, state] of [", serves now", ""].entries()) {
          const [id, commit] = [ids[1 - index], commits[1 - index]];
          expect(run.text).toMatch(new RegExp(`^.*${id}, ${date}, commit ${commit}, run \\d+, by alice${state}$`, "m"));
          expect(run.summary).toMatch(
            new RegExp(`\\| \`${id}\` \\| ${date} \\| \\[\`${commit}\`\\].*\\| \\[\`\\d+\`\\].*\\| \`alice\` \\|`),
          );
        }
        expect(serves(scene)).toBe(ids[1]);
        expect(writtenToGitHub(scene).filter((operation) => /statuses/.test(operation))).toHaveLength(4);
      }));

    test("warns that the draft is ahead and that settings stay, and leaves them", () =>
      inScene(kind.options, async (scene) => {
        const [first = ""] = await release(scene, 2);
        Object.assign(scene.stage("prod") ?? {}, { variables: { backend: "v2" } });
        const run = await rollBack(scene);
        const messages = run.annotations.map(({ message }) => message);
        expect(messages).toEqual([
          expect.stringContaining("The API's draft is now ahead of stage prod"),
          expect.stringMatching(new RegExp(`Stage settings .* stay as they are.*deployment-id ${first}`)),
        ]);
        expect(scene.stage("prod")?.variables).toEqual({ backend: "v2" });
        for (const part of ["draft is now ahead of stage prod", "Stage settings"]) expect(run.summary).toContain(part);
      }));

    test("gets settings only when they are given", () =>
      inScene(kind.options, async (scene) => {
        const [first = ""] = await release(scene, 2);
        const run = await rollBack(scene, { settings: "variables: { backend: v1 }" });
        expect(run.outputs).toMatchObject({ result: "rolled-back", "deployment-id": first });
        expect([serves(scene), variablesOf(scene, "prod")]).toEqual([first, { backend: "v1" }]);
      }));

    test("shows the last ten only", () =>
      inScene(kind.options, async (scene) => {
        const [first = ""] = await release(scene, 1);
        const older = Array.from({ length: 9 }, () => addVersion(scene));
        const entries = [first, ...older].map((deploymentId) => ({ deploymentId, at: 0, rolledBack: false }));
        const tag = historyTag(entries, { restApiId: scene.api.id, stageName: "prod" });
        Object.assign(scene.stage("prod")?.tags ?? {}, tag);
        const [second = ""] = await release(scene, 1);
        const run = await rollBack(scene, { "dry-run": "true" });
        const shown = /##\[group\]History\n([\s\S]*?)\n##\[endgroup\]/.exec(run.text)?.[1]?.split("\n") ?? [];
        expect(shown.slice(1).map((line) => line.split(",")[0])).toEqual([second, first, ...older.slice(0, 8)]);
      }));
  });

  describe("to deployment-id", () => {
    test("whichever it served", () =>
      inScene(kind.options, async (scene) => {
        const [first = ""] = await release(scene, 3);
        const run = await rollBack(scene, { "deployment-id": first });
        expect(run.outputs).toMatchObject({ result: "rolled-back", "deployment-id": first });
        expect(serves(scene)).toBe(first);
      }));

    test("that nothing shows it ever served: with a warning", () =>
      inScene(kind.options, async (scene) => {
        await release(scene, 1);
        const other = addVersion(scene);
        const run = await rollBack(scene, { "deployment-id": other });
        expect(run.outputs["deployment-id"]).toBe(other);
        expect(run.annotations[0]?.message).toBe(
          `Nothing shows that stage prod ever served deployment ${other}; deployment-id asks for it.`,
        );
      }));

    test("that it serves already: unchanged", () =>
      inScene(kind.options, async (scene) => {
        const [first = ""] = await release(scene, 1);
        const run = await rollBack(scene, { "deployment-id": first });
        expect(run.outputs).toMatchObject({ result: "unchanged", changed: "false" });
        expect(run.annotations).toEqual([]);
      }));
  });

  describe("a stage that others made", () => {
    test("has its history in this repository's GitHub deployments", () =>
      inScene(kind.options, async (scene) => {
        const { deploymentId: original } = addStageOf(scene, "prod");
        const [first = "", second = ""] = await release(scene, 2);
        expect(scene.stage("prod")?.tags ?? {}).toEqual({});
        const run = await rollBack(scene);
        expect(run.text).toContain("newest first (from this repository's GitHub deployments):");
        expect(run.outputs).toMatchObject({ "deployment-id": first, "previous-deployment-id": second });
        expect(scene.stage("prod")?.tags ?? {}).toEqual({});
        // Of what others made nothing but a record tells that the stage served it.
        const again = await rollBack(scene);
        expect(again.outputs["result"]).toBe("failed");
        expect(again.text).toMatch(new RegExp(`${original}, .*, not proven`));
        expect(again.text).toContain(`${original} (a GitHub deployment says so, and nothing proves it)`);
      }));

    test("also in those that GitHub itself made for the jobs", () =>
      inScene(kind.options, async (scene) => {
        addStageOf(scene, "prod");
        const job = { environment: { name: "production" } };
        const made = markerFor(scene, "prod");
        const ids = [addVersion(scene, {}, made), addVersion(scene, {}, made), addVersion(scene, {}, made)];
        for (const id of ids) {
          const given = { "from-stage-name": "", "deployment-id": id, environment: "production" };
          expect((await promote(scene, given, job)).outputs["result"]).toBe("promoted");
        }
        const preview = await rollBack(scene, { environment: "production", "dry-run": "true" });
        expect(preview.text).toContain(`${ids[1]}, `);
        const run = await rollBack(scene, { environment: "production" }, job);
        expect(run.outputs).toMatchObject({ result: "rolled-back", "deployment-id": ids[1] });
        expect(run.text).toMatch(new RegExp(`${ids[1]}, .*, run \\d+, by alice`));
        const again = await rollBack(scene, { environment: "production" }, job);
        expect(again.outputs["deployment-id"]).toBe(ids[0]);
      }));

    test("else in the descriptions of the deployments that were made for it", () =>
      inScene(kind.options, async (scene) => {
        addStageOf(scene, "prod");
        const [first = ""] = await release(scene, 2, { token: profiles.noDeployments });
        expect(scene.records()).toEqual([]);
        for (const [index, made] of [...scene.api.deployments.values()].entries())
          Object.assign(made, { createdDate: 1000 * index });
        const run = await rollBack(scene, { "github-deployment": "never" });
        expect(run.text).toContain("newest first (from the descriptions of the API's deployments");
        expect(run.outputs["deployment-id"]).toBe(first);
      }));
  });

  describe("whoever may write GitHub deployments does not decide where a rollback goes:", () => {
    /** A record like ours, of a deployment that the stage has never served. */
    const forge = async (scene: Scene, deploymentId: string, as?: { readonly login: string }): Promise<void> => {
      const [template] = scene.records();
      if (template === undefined) throw new Error("there is no record to copy");
      const id = Math.max(...scene.records().map((record) => record.id)) + 1;
      const forged = structuredClone(template);
      Object.assign(forged, { id, createdAt: template.createdAt + 1000, statuses: [] });
      Object.assign(forged, {
        payload: { ...(forged.payload as object), "deployment-id": deploymentId, nonce: "f0f0f0f0" },
      });
      const status = structuredClone(template.statuses.at(-1));
      if (status !== undefined) {
        const description = `Stage prod serves deployment ${deploymentId}`;
        forged.statuses.push({ ...status, id: id + 1000, description, createdAt: template.createdAt + 1000 });
      }
      if (as !== undefined) {
        Object.assign(forged.creator, as);
        for (const one of forged.statuses) Object.assign(one.creator, as);
      }
      scene.repository.deployments.set(id, forged);
    };

    test.each<[string, string, { readonly login: string } | undefined]>([
      ["with a preview's deployment, as the same account", "pr-7", undefined],
      ["with a deployment of ours, as another account", "prod", { login: "mallory" }],
      ["with a deployment that nobody knows the maker of", "", undefined],
    ])("%s", (_, madeFor, as) =>
      inScene(kind.options, async (scene) => {
        addStageOf(scene, "prod");
        const [first = ""] = await release(scene, 2);
        const hostile = addVersion(scene, { status: 500 }, madeFor === "" ? "By hand" : markerFor(scene, madeFor));
        await forge(scene, hostile, as);
        const run = await rollBack(scene);
        expect(run.outputs).toMatchObject({ result: "rolled-back", "deployment-id": first });
        expect(run.text).toMatch(new RegExp(`${hostile}, .*, not proven`));
      }),
    );

    test("and what a stage that promotes to it made is taken", () =>
      inScene(kind.options, async (scene) => {
        addStageOf(scene, "prod");
        const ids: string[] = [];
        for (const version of [1, 2]) {
          changeDraft(scene, { body: `{"version": ${version}}` });
          ids.push((await deployTo(scene, "test")).outputs["deployment-id"] ?? "");
          expect((await promote(scene)).outputs["result"]).toBe("promoted");
        }
        expect((await rollBack(scene)).outputs).toMatchObject({ result: "rolled-back", "deployment-id": ids[0] });
      }));
  });

  describe("refused, and nothing is touched:", () => {
    test("a deployment that was deleted, with those that are left, in log and summary", () =>
      inScene(kind.options, async (scene) => {
        const [first = "", second = "", third = ""] = await release(scene, 3);
        scene.api.deployments.delete(second);
        const writes = written(scene).length;
        const run = await rollBack(scene);
        expect(run.conclusion).toBe("failure");
        expect(run.text).toContain(
          `Stage prod served deployment ${second} before, and that deployment has been deleted. An even older one is not taken unasked.`,
        );
        expect(run.text).toContain(`newest first, and they still exist: ${first}.`);
        expect(run.text).toMatch(new RegExp(`${second}, .*, deleted`));
        expect(run.summary).toContain("What the stage served");
        expect(serves(scene)).toBe(third);
        expect(written(scene)).toHaveLength(writes);

        const asked = await rollBack(scene, { "deployment-id": second });
        expect(asked.text).toContain(`has no deployment ${second}; it never had, or it was deleted.`);
      }));

    test("a stage of which nothing is known", () =>
      inScene(kind.options, async (scene) => {
        const { deploymentId } = addStageOf(scene, "prod");
        const run = await rollBack(scene);
        expect(run.conclusion).toBe("failure");
        expect(run.text).toContain(`Nothing tells what stage prod served before deployment ${deploymentId}`);
        expect(run.text).toContain(kind.listDeployments);
        expect(run.text).toContain("Nothing is known about what the stage served before.");
        expect([written(scene), scene.records()]).toEqual([[], []]);
      }));

    test("a stage that does not exist, and one with a canary", () =>
      inScene(kind.options, async (scene) => {
        const missing = await rollBack(scene);
        expect(missing.text).toContain("API a1b2c3d4e5 has no stage prod, so there is nothing to roll back.");
        if (!kind.can("canary")) return;
        const [first = "", second = ""] = await release(scene, 2);
        const canary = { percentTraffic: 10, deploymentId: first, useStageCache: false };
        Object.assign(scene.stage("prod") ?? {}, { canarySettings: canary });
        const run = await rollBack(scene);
        expect(run.text).toContain(`10 % of the traffic of stage prod goes to a canary on deployment ${first}`);
        expect(serves(scene)).toBe(second);
      }));
  });

  describe("the records after a rollback", () => {
    test("the rollback has one, and that of the earlier deployment gets a fresh success with the URL", () =>
      inScene(kind.options, async (scene) => {
        const [first = ""] = await release(scene, 2, {});
        const run = await rollBack(scene);
        expect(scene.records().map(statesOf)).toEqual([
          ["in_progress", "success", "success"],
          ["in_progress", "success"],
          ["in_progress", "success"],
        ]);
        const [earlier, , own] = scene.records();
        expect(earlier?.statuses.at(-1)).toMatchObject({
          description: `Stage prod serves deployment ${first} again`,
          environmentUrl: url,
          logUrl: expect.stringContaining(`/actions/runs/${run.run.id}/`),
        });
        expect(own).toMatchObject({ production: true, environment: "prod" });
        expect(own?.statuses.at(-1)?.description).toBe(`Rolled back: stage prod serves deployment ${first}`);
      }));

    test("outside of production, where GitHub had made the earlier one inactive", () =>
      inScene(kind.options, async (scene) => {
        changeDraft(scene, {});
        const first = (await deployTo(scene, "test")).outputs["deployment-id"];
        await deployTo(scene, "test");
        const run = await rollBack(scene, { "stage-name": "test" });
        expect(run.outputs["deployment-id"]).toBe(first);
        expect(scene.records().map(statesOf)).toEqual([
          ["in_progress", "success", "inactive", "success"],
          ["in_progress", "success", "inactive"],
          ["in_progress", "success"],
        ]);
      }));

    test("a dry run, and `github-deployment: never`, write none", () =>
      inScene(kind.options, async (scene) => {
        await release(scene, 2);
        const before = structuredClone(scene.records());
        await rollBack(scene, { "dry-run": "true" });
        expect(scene.records()).toEqual(before);
        const run = await rollBack(scene, { "github-deployment": "never" });
        expect(run.outputs["result"]).toBe("rolled-back");
        expect(scene.records()).toEqual(before);
      }));
  });
});
