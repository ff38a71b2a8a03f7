import { describe, expect, test } from "@jest/globals";
import { pushEvent } from "../../simulator/github/events.ts";
import { readable } from "../readable.ts";
import { inWorkspace as openWorkspace, type RouteSketch, routesOf, yamlWith } from "./files.ts";
import { kinds, type Scene } from "./scene.ts";

const inputs = { definition: "openapi.yml" };
const onMain = (scene: Scene) => ({ event: pushEvent(scene.repository, "main", "alice") });

const counts = { "routes-added": "2", "routes-removed": "1", "routes-changed": "3", "auth-weakened": "2" };
const noCounts = { "routes-added": "", "routes-removed": "", "routes-changed": "", "auth-weakened": "" };
const heading = "⚠️ 2 with weaker authorization, 2 added, 1 removed, 3 changed.";

describe.each(kinds)("of $name:", (kind) => {
  const hasKeys = kind.can("usage-plans");
  const live = {
    "GET /orders": { needs: "iam" },
    "POST /orders": { needs: hasKeys ? "iam and key" : "iam" },
    "GET /old": {},
    "GET /status": {},
  } as const;

  const wanted = {
    "GET /orders": {},
    "POST /orders": hasKeys ? { needs: "iam" as const } : {},
    "GET /new": {},
    "PUT /new": { needs: "iam" },
    "GET /status": { needs: hasKeys ? "key" : "iam" },
  } as const;

  const weakened = hasKeys ? "AWS_IAM and API key → AWS_IAM" : "AWS_IAM → nothing";
  const definition = (routes: Parameters<typeof yamlWith>[0]) => yamlWith(routes, {}, kind.dialect);
  const files = { "openapi.yml": definition(wanted) };
  const options = { definition: definition(live) };
  const inWorkspace: typeof openWorkspace = (given, play, more) =>
    openWorkspace(given, play, { ...kind.options, ...more });

  describe("the route diff", () => {
    test("of a preview against prod is in the log, the summary, the comment and the outputs", () =>
      inWorkspace(
        files,
        async (scene, { job }) => {
          scene.addStage("prod");
          const run = await scene.deploy({ ...inputs, "compare-with": "prod" }, job);
          expect(run.outputs).toMatchObject({ result: "created", ...counts });
          const start = run.log.indexOf("##[group]Routes");
          expect(run.log.slice(start + 1, run.log.indexOf("##[endgroup]", start))).toEqual([
            ...(kind.can("deployment-routes") ? [] : ["These are the routes of openapi.yml."]),
            heading,
            "⚠️ weaker authorization: GET /orders: AWS_IAM → nothing",
            `⚠️ weaker authorization: POST /orders: ${weakened}`,
            "added without authorization: GET /new, needs nothing",
            "added: PUT /new, needs AWS_IAM",
            "removed: GET /old, needed nothing",
            "changed: GET /orders: AWS_IAM → nothing",
            `changed: POST /orders: ${weakened}`,
            `changed: GET /status: nothing → ${hasKeys ? "API key" : "AWS_IAM"}`,
          ]);
          for (const page of [run.summary, scene.comments()[0]?.body ?? ""]) {
            expect(page).toContain(`**Routes:** ${heading} Compared with \`stage prod\`.`);
            expect(page).toContain("| `GET /orders` | `AWS_IAM` | nothing |");
            expect(page).toContain("| `GET /old` | nothing |");
            expect(page.indexOf("Weaker authorization")).toBeLessThan(page.indexOf(" | added"));
          }
        },
        options,
      ));

    test("is against what the stage itself served, unless told otherwise", () =>
      inWorkspace(
        files,
        async (scene, { job }) => {
          scene.addStage("prod");
          const run = await scene.deploy({ ...inputs, "stage-name": "prod" }, { ...job, ...onMain(scene) });
          expect(run.outputs).toMatchObject({ result: "updated", ...counts });
          expect(run.summary).toContain(`**Routes:** ${heading} Compared with \`stage prod\`.`);
        },
        options,
      ));

    test("is none for a stage's first deployment, and who forbids something is told so", () =>
      inWorkspace(
        files,
        async (scene, { job }) => {
          const run = await scene.deploy(
            { ...inputs, "stage-name": "prod", "fail-on": "auth-weakened, route-removed", "pr-number": "1" },
            { ...job, ...onMain(scene) },
          );
          expect(run.outputs).toMatchObject({ result: "created", ...noCounts });
          expect(run.text).toContain(
            "Routes are not compared, so fail-on has nothing to forbid. Stage prod is new and serves nothing yet.",
          );
          expect(run.log).not.toContain("##[group]Routes");
          expect(run.summary).not.toContain("**Routes:**");
          expect(scene.comments()[0]?.body).not.toContain("**Routes:**");
        },
        options,
      ));

    test("is not asked for where there is neither a definition nor a rule about routes", () =>
      inWorkspace(
        {},
        async (scene) => {
          scene.addStage("prod");
          const run = await scene.deploy({ "stage-name": "prod" }, onMain(scene));
          expect(run.outputs).toMatchObject({ result: "updated", ...noCounts });
          expect(scene.asked()).not.toContain("GetDeployment");
        },
        options,
      ));

    test("may find nothing, also without a definition", () =>
      inWorkspace(
        {},
        async (scene) => {
          scene.addStage("prod");
          const run = await scene.deploy({ "compare-with": "prod" });
          const none = { "routes-added": "0", "routes-removed": "0", "routes-changed": "0", "auth-weakened": "0" };
          expect(run.outputs).toMatchObject({ result: "created", ...none });
          expect(run.summary).toContain("**Routes:** no change. Compared with `stage prod`.");
        },
        options,
      ));

    test("of an existing deployment is part of the plan, also of a dry run", () =>
      inWorkspace(
        files,
        async (scene, { job }) => {
          scene.addStage("prod");
          const { outputs } = await scene.deploy(inputs, job);
          const id = outputs["deployment-id"] ?? "";
          const run = await scene.deploy(
            { "stage-name": "prod", "deployment-id": id, "compare-with": "prod", "dry-run": "true" },
            onMain(scene),
          );
          expect(run.outputs).toMatchObject({ result: "planned", ...counts });
          expect(JSON.parse(run.outputs["plan"] ?? "").routes.authWeakened).toHaveLength(2);
        },
        options,
      ));

    test("against a stage that does not exist is refused before anything is made", () =>
      inWorkspace(
        files,
        async (scene, { job }) => {
          scene.addStage("prod");
          const run = await scene.deploy({ ...inputs, "compare-with": "production" }, job);
          expect(run.conclusion).toBe("failure");
          expect(run.text).toContain("API a1b2c3d4e5 has no stage production to compare with; it has prod.");
          expect(run.text).toContain("State: Nothing was changed.");
          expect(scene.asked().filter((operation) => !/^(?:Get|Export)/.test(operation))).toEqual([]);
        },
        options,
      ));
  });

  describe("a long route diff", () => {
    const verbs = ["GET", "PUT", "POST", "DELETE", "PATCH", "HEAD", "OPTIONS"];
    const many = (paths: number, sketch: RouteSketch, word = "resource".repeat(5)) =>
      Object.fromEntries(
        Array.from({ length: paths }, (_, index) => `/${word}-${index}`).flatMap((path) =>
          verbs.map((verb) => [`${verb} ${path}`, sketch]),
        ),
      );

    test("is folded", () =>
      inWorkspace(
        { "openapi.yml": definition({ ...live, ...many(3, { needs: "iam" }) }) },
        async (scene, { job }) => {
          scene.addStage("prod");
          const run = await scene.deploy({ ...inputs, "compare-with": "prod" }, job);
          expect(run.outputs).toMatchObject({ "routes-added": "21", "auth-weakened": "0" });
          expect(scene.comments()[0]?.body).toContain("<details><summary>Added and changed routes (21)</summary>");
        },
        options,
      ));

    test("is cut at a row to what a comment can hold, with the counts and the weakened routes first", () =>
      inWorkspace(
        { "openapi.yml": definition({ ...wanted, ...many(41, {}, "resource".repeat(30)) }) },
        async (scene, { job }) => {
          scene.addStage("prod");
          const run = await scene.deploy({ ...inputs, "compare-with": "prod" }, job);
          expect(run.outputs).toMatchObject({ result: "created", ...counts, "routes-added": "289" });
          const body = scene.comments()[0]?.body ?? "";
          expect(body.length).toBeLessThanOrEqual(65_536);
          expect(body).toContain("⚠️ 2 with weaker authorization, 289 added, 1 removed, 3 changed.");
          expect(body).toContain("| `GET /orders` | `AWS_IAM` | nothing |");
          expect(body).toContain("<details><summary>Added and changed routes (290)</summary>");
          const shown = body.split("\n").filter((line) => /^\| `.* \| (?:added|needed)/.test(line));
          const missing = Number(/… and (\d+) more/.exec(body)?.[1]);
          expect(shown.length + missing).toBe(290);
          expect(shown.every((line) => line.endsWith(" |"))).toBe(true);
          expect(run.summary.split("\n").filter((line) => /^\| `.* \| (?:added|needed)/.test(line))).toHaveLength(290);
        },
        options,
      ));
  });

  describe("fail-on", () => {
    test.each([
      [
        "auth-weakened",
        `auth-weakened: weaker authorization: GET /orders (AWS_IAM → nothing), POST /orders (${weakened}).`,
      ],
      ["route-removed", "route-removed: routes that callers lose: GET /old."],
    ])("%s leaves the stage as it is, and says why wherever people look", (failOn, why) =>
      inWorkspace(
        files,
        async (scene, { job }) => {
          const before = structuredClone(scene.addStage("prod"));
          const run = await scene.deploy(
            { ...inputs, "stage-name": "prod", "fail-on": failOn, "pr-number": "1" },
            { ...job, ...onMain(scene) },
          );
          expect(run.steps[0]?.exitCode).toBe(1);
          expect(run.outputs).toMatchObject({
            result: "failed",
            changed: "false",
            "deployment-id": before.deploymentId,
            ...counts,
          });
          expect(scene.stage("prod")).toEqual(before);
          // The file tells it before the draft is replaced.
          expect(scene.asked().filter((operation) => !/^(?:Get|Export)/.test(operation))).toEqual([]);
          const [error] = run.annotations.filter(({ level }) => level === "error");
          expect(error?.message).toContain("State: Nothing was changed.");
          for (const text of [error?.message, run.summary, scene.comments()[0]?.body].map((page = "") =>
            readable(page),
          )) {
            expect(text).toContain("fail-on stops this deployment:");
            expect(text).toContain(why);
          }
          expect(scene.comments()[0]?.body).toContain(heading);
        },
        options,
      ),
    );

    test("stops an existing deployment before anything is written", () =>
      inWorkspace(
        files,
        async (scene, { job }) => {
          const before = structuredClone(scene.addStage("prod"));
          const { outputs } = await scene.deploy(inputs, job);
          const count = scene.asked().length;
          const run = await scene.deploy(
            { "stage-name": "prod", "deployment-id": outputs["deployment-id"] ?? "", "fail-on": "route-removed" },
            onMain(scene),
          );
          expect(run.outputs["result"]).toBe("failed");
          expect(run.text).toContain("State: Nothing was changed.");
          const asked = scene.asked().slice(count);
          expect(asked.filter((operation) => !/^(?:Get|Export)/.test(operation))).toEqual([]);
          expect(scene.stage("prod")).toEqual(before);
        },
        options,
      ));

    test("lets pass what it does not name", () =>
      inWorkspace(
        { "openapi.yml": definition({ ...live, "GET /orders": {} }) },
        async (scene, { job }) => {
          scene.addStage("prod");
          const run = await scene.deploy(
            { ...inputs, "stage-name": "prod", "fail-on": "route-removed" },
            { ...job, ...onMain(scene) },
          );
          expect(run.outputs).toMatchObject({ result: "updated", "auth-weakened": "1", "routes-removed": "0" });
          expect(routesOf(scene, "prod")).toEqual(["GET /old", "GET /orders", "GET /status", "POST /orders"]);
        },
        options,
      ));

    test("that is no list of conditions is refused before any request", () =>
      inWorkspace(files, async (scene, { job }) => {
        const run = await scene.deploy({ ...inputs, "fail-on": "auth-weakened route-changed" }, job);
        expect(run.text).toContain(
          'fail-on is "auth-weakened route-changed". It must be a list of auth-weakened, route-removed, settings-removed',
        );
        expect(scene.asked()).toEqual([]);
      }));
  });
});
