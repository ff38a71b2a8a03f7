import { describe, expect, test } from "@jest/globals";
import { dispatchEvent, pushEvent } from "../../simulator/github/events.ts";
import { push, pushToPullRequest } from "../../simulator/github/people.ts";
import { workflowTokenWith } from "../../simulator/github/tokens.ts";
import { refusal } from "../faults/effects.ts";
import { inWorkspace as openWorkspace, yamlWith } from "./files.ts";
import { inScene, kinds, type Scene, seedAnother } from "./scene.ts";

const live = { "GET /orders": { needs: "iam" }, "GET /old": {} } as const;
const wanted = { "GET /orders": {}, "GET /new": {} } as const;
const counts = { "routes-added": "1", "routes-removed": "1", "routes-changed": "1", "auth-weakened": "1" };
const noCounts = { "routes-added": "", "routes-removed": "", "routes-changed": "", "auth-weakened": "" };

const inputs = { definition: "openapi.yml" };

const onMain = (scene: Scene) => ({ event: pushEvent(scene.repository, "main", "alice") });
const writesOf = (scene: Scene): string[] => scene.asked().filter((operation) => !/^(?:Get|Export)/.test(operation));

describe.each(kinds)("of $name:", (kind) => {
  const definition = (routes: Parameters<typeof yamlWith>[0]) => yamlWith(routes, {}, kind.dialect);
  const files = { "openapi.yml": definition(wanted) };
  const inWorkspace: typeof openWorkspace = (given, play, more) =>
    openWorkspace(given, play, { ...kind.options, ...more });

  /** What the repository holds at the pull request's base, and at its head. */
  const commit = (scene: Scene, base: Record<string, string>, head: Record<string, string> = files): string => {
    const { world } = scene.github;
    const { sha } = push(world, scene.repository, "main", { files: base });
    scene.pull.base.sha = sha;
    const { sha: headSha } = push(world, scene.repository, "feature", { files: head });
    pushToPullRequest(world, scene.repository, scene.pull, { sha: headSha });
    return sha.slice(0, 7);
  };

  describe("a preview is compared with the file at the pull request's base", () => {
    test("on every push the same, in a dry run and in a real one", () =>
      inWorkspace(files, async (scene, { job, write }) => {
        const base = commit(scene, { "openapi.yml": definition(live) });
        for (const [dryRun, result, comment] of [
          ["true", "planned", ""],
          ["false", "created", ""],
          ["false", "updated", "# again\n"],
          ["true", "unchanged", "# again\n"],
        ] as const) {
          await write("openapi.yml", files["openapi.yml"] + comment);
          const run = await scene.deploy(
            { ...inputs, "dry-run": dryRun },
            { ...job, event: scene.opened("synchronize") },
          );
          expect(run.outputs).toMatchObject({ result, ...counts });
          expect(run.annotations).toEqual([]);
          for (const page of [run.summary, scene.comments()[0]?.body]) {
            expect(page).toContain(`Compared with \`openapi.yml at base commit ${base}\`.`);
            expect(page).toContain("| `GET /orders` | `AWS_IAM` | nothing |");
          }
        }
      }));

    test("and fail-on stops the first push already, dry and real, with the counts and before anything is written", () =>
      inWorkspace(files, async (scene, { job }) => {
        commit(scene, { "openapi.yml": definition(live) });
        for (const dryRun of ["true", "false"]) {
          const run = await scene.deploy(
            { ...inputs, "fail-on": "auth-weakened route-removed", "dry-run": dryRun },
            job,
          );
          expect(run.outputs).toMatchObject({ result: "failed", ...counts });
          expect(run.text).toContain("auth-weakened: weaker authorization: GET /orders (AWS_IAM → nothing).");
          expect(run.text).toContain("route-removed: routes that callers lose: GET /old.");
          expect(run.text).toContain("State: Nothing was changed.");
          expect(writesOf(scene)).toEqual([]);
        }
      }));

    test("also where the run was started by hand, with a comment and without", () =>
      inWorkspace(files, async (scene, { job }) => {
        commit(scene, { "openapi.yml": definition(live) });
        const event = dispatchEvent(scene.repository, "alice");
        for (const comment of ["true", "false"]) {
          const asked = { ...inputs, "stage-name": `c${comment}-{number}`, "pr-number": "1", comment };
          const run = await scene.deploy(asked, { ...job, event });
          expect(run.outputs).toMatchObject({ result: "created", ...counts });
        }
      }));

    test("which need not be deployable", () =>
      inWorkspace(files, async (scene, { job }) => {
        const base = "openapi: 3.1.0\npaths: {/old: {get: {}}, /orders: {get: {}}}\n";
        commit(scene, { "openapi.yml": base });
        const run = await scene.deploy({ ...inputs, "compare-with": "base" }, job);
        expect(run.outputs).toMatchObject({ "routes-added": "1", "routes-removed": "1", "auth-weakened": "0" });
      }));

    test("where it is new: there is nothing yet that callers could lose", () =>
      inWorkspace(files, async (scene, { job }) => {
        const base = commit(scene, {});
        const run = await scene.deploy({ ...inputs, "fail-on": "auth-weakened" }, job);
        expect(run.outputs).toMatchObject({ result: "created", ...noCounts });
        expect(run.text).toContain(`There is no openapi.yml at base commit ${base}`);
      }));

    test("without a definition it is with what the preview itself served", () =>
      inWorkspace({}, async (scene) => {
        await scene.deploy();
        const run = await scene.deploy({ "fail-on": "route-removed" }, { event: scene.opened("synchronize") });
        expect(run.outputs).toMatchObject({ "routes-removed": "0" });
        expect(run.summary).toContain("Compared with `stage pr-1`.");
      }));
  });

  /** All that a run needs beside the contents of the repository. */
  const rest = { deployments: "write", "pull-requests": "write", checks: "read" } as const;

  describe("I8: a base that cannot be compared with is said, and fail-on does not pass it:", () => {
    const notReadable: Readonly<Record<string, readonly [string, (scene: Scene) => void]>> = {
      "a file that is none of the repository's": [
        "The repository has no openapi.yml",
        (scene) => commit(scene, {}, {}),
      ],
      "a file that says nothing": [
        "no definition that could be read",
        (scene) => commit(scene, { "openapi.yml": "[" }),
      ],
      "a token that may not read": [
        "permissions: contents: read",
        (scene) => {
          commit(scene, { "openapi.yml": definition(live) });
          Object.assign(scene.repository, { private: true });
        },
      ],
      "a GitHub that does not answer": [
        "Could not read openapi.yml at commit",
        (scene) => {
          commit(scene, { "openapi.yml": definition(live) });
          scene.github.server.faults.add({
            operation: "GET /repos/{owner}/{repo}/contents/{path}",
            effect: refusal(403, "Forbidden", "Resource not accessible by integration"),
            times: 2,
          });
        },
      ],
    };

    test.each(Object.entries(notReadable))("%s", (_, [because, prepare]) =>
      inWorkspace(files, async (scene, { job }) => {
        prepare(scene);
        const token = workflowTokenWith(because.startsWith("permissions") ? rest : { ...rest, contents: "read" });
        const dry = await scene.deploy({ ...inputs, "dry-run": "true" }, { ...job, token });
        expect(dry.outputs).toMatchObject({ result: "planned", ...noCounts });
        expect(dry.text).toContain("Routes are not compared.");
        expect(dry.text).toContain(because);
        const run = await scene.deploy({ ...inputs, "fail-on": "route-removed" }, { ...job, token });
        expect(run.outputs["result"]).toBe("failed");
        expect(run.annotations.map(({ title }) => title)).toContain("COMPARISON_UNKNOWN");
        expect(run.text).toContain(because);
        expect(writesOf(scene)).toEqual([]);
      }),
    );

    test("a run without a pull request", () =>
      inWorkspace(files, async (scene, { job }) => {
        const run = await scene.deploy(
          { ...inputs, "stage-name": "prod", "compare-with": "base", "fail-on": "route-removed" },
          { ...job, ...onMain(scene) },
        );
        expect(run.text).toContain("There is no pull request whose base commit could be compared with.");
        expect(writesOf(scene)).toEqual([]);
      }));
  });

  describe("compare-with a stage of another API", () => {
    const other = (scene: Scene) => seedAnother(scene, "f6g7h8i9j0", definition(live));

    test("compares with what it serves there", () =>
      inWorkspace(files, async (scene, { job }) => {
        const api = other(scene);
        scene.addStage("prod", {}, api);
        const run = await scene.deploy({ ...inputs, "compare-with": "f6g7h8i9j0/prod" }, job);
        expect(run.outputs).toMatchObject({ result: "created", ...counts });
        expect(run.summary).toContain("Compared with `stage prod of API f6g7h8i9j0`.");
      }));

    test("that is not there is refused before anything is written", () =>
      inWorkspace(files, async (scene, { job }) => {
        other(scene);
        for (const [compareWith, because] of [
          ["f6g7h8i9j0/gone", "API f6g7h8i9j0 has no stage gone to compare with; it has no stage."],
          ["zzzzzzzzzz/prod", `There is no ${kind.input === "api-id" ? "HTTP or WebSocket" : "REST"} API zzzzzzzzzz`],
          ["a1b2c3d4e5/gone", "API a1b2c3d4e5 has no stage gone to compare with"],
        ] as const) {
          const run = await scene.deploy({ ...inputs, "compare-with": compareWith }, job);
          expect(run.annotations.map(({ title }) => title)).toContain("COMPARED_STAGE_UNKNOWN");
          expect(run.text).toContain(because);
          expect(writesOf(scene)).toEqual([]);
        }
      }));
  });

  describe("a dry run is the plan of the real run", () => {
    const onProd = (scene: Scene, more = {}) =>
      [{ ...inputs, "stage-name": "prod", ...more }, { ...onMain(scene) }] as const;

    test.each([
      ["a file that overwrites", {}, counts] as const,
      ...(kind.can("import-merge")
        ? [["a file that is merged", { "import-mode": "merge" }, { ...counts, "routes-removed": "0" }] as const]
        : []),
    ])("of %s: the same counts", (_, more, expected) =>
      inWorkspace(
        files,
        async (scene, { job }) => {
          scene.addStage("prod");
          const [asked, event] = onProd(scene, more);
          const dry = await scene.deploy({ ...asked, "dry-run": "true" }, { ...job, ...event });
          expect(dry.outputs).toMatchObject({ result: "planned", ...expected });
          expect(writesOf(scene)).toEqual([]);
          const real = await scene.deploy(asked, { ...job, ...event });
          expect(real.outputs).toMatchObject({ result: "updated", ...expected });
          expect(real.log).not.toContain("##[group]Routes, other than planned");
        },
        { definition: definition(live) },
      ),
    );

    test("sees the preview limit", () =>
      inWorkspace(files, async (scene, { job }) => {
        commit(scene, files);
        await scene.deploy({ ...inputs, "stage-name": "other-{number}" }, job);
        const writes = writesOf(scene).length;
        const run = await scene.deploy({ ...inputs, "preview-limit": "1", "dry-run": "true" }, job);
        expect(run.annotations.map(({ title }) => title)).toContain("STAGE_QUOTA");
        expect(writesOf(scene)).toHaveLength(writes);
      }));
  });
});

test.each([
  ["a/b/c", "It must be a stage of this API, REST_API_ID/stage"],
  ["https://a.example/prod", "It must be a stage of this API"],
  ["base", "base is the file that definition names"],
])("compare-with %s is no such thing, and refused before any request", (compareWith, because) =>
  inScene({}, async (scene) => {
    const run = await scene.deploy({ "compare-with": compareWith });
    expect(run.text).toContain(because);
    expect(scene.asked()).toEqual([]);
  }),
);
