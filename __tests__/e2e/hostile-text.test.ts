import { describe, expect, test } from "@jest/globals";
import { stringify } from "yaml";
import { pullRequestEvent } from "../../simulator/github/events.ts";
import { openPullRequest } from "../../simulator/github/people.ts";
import { githubRefusal, refusal } from "../faults/effects.ts";
import { aliveIn } from "../report/alive.ts";
import { inWorkspace, yamlWith } from "./files.ts";
import { type Ended, inScene, kinds, type Scene } from "./scene.ts";

const hostile =
  "::error::pwned ##[error]pwned @everyone #1 GH-1 `x` ``` | \\| <!-- --> <img src=x> ](https://evil.example) https://evil.example";
/** The runner trims each line as .NET does. */
const trimmed = "\u0085::error::pwned\n\u2003::error::pwned\n\u00a0##[error]pwned\n\u001b[31m::error::pwned\u202e";
const lines = `${hostile}\n::error::pwned\n##[error]pwned\n${trimmed}\n\`\`\`\n@everyone :tada: 0123456789abcdef0123456789abcdef01234567`;

/** The PR's number is ours to mention. */
const withoutNumber = (text: string): string => text.replaceAll(/pull request (?:\\)?#\u200b?[0-9]+/g, "pull request");

const expectInert = (scene: Scene, run: Ended): void => {
  expect(run.annotations.filter(({ message, title }) => /^pwned/.test(message) || /pwned/.test(title ?? ""))).toEqual(
    [],
  );
  // Before that the runner itself shows the inputs, as they are.
  const ours = run.log.slice(run.log.indexOf("##[endgroup]"));
  expect(ours.filter((line) => /^##\[\w+\]pwned/.test(line))).toEqual([]);
  for (const obeyed of ["\u001b", "\u202e"]) expect(ours.join("")).not.toContain(obeyed);
  expect(aliveIn(withoutNumber(run.summary))).toEqual([]);
  for (const { body } of scene.comments()) expect(aliveIn(withoutNumber(body))).toEqual([]);
};

describe.each(kinds)("of $name:", (kind) => {
  test("I10: names that people gave are data", () =>
    inScene(kind.options, async (scene) => {
      scene.api.name = hostile;
      const pull = openPullRequest(scene.github.world, scene.repository, {
        user: "mallory",
        headRef: "feature/::error::pwned",
        title: lines,
        body: lines,
      });
      const run = await scene.deploy(
        { environment: hostile },
        { event: pullRequestEvent(scene.repository, pull, "opened") },
      );
      expect(run.conclusion).toBe("success");
      expect(run.annotations).toEqual([]);
      expect(scene.comments()).toHaveLength(1);
      expect(scene.comments()[0]?.body).toContain("everyone");
      expectInert(scene, run);
    }));

  test("I10: values of stages, tags, settings files and paths of routes are data", () => {
    const files = {
      ".github/apigw-stages.yml": stringify({ stages: { test: { variables: { said: "x" }, tags: { team: "y" } } } }),
      "openapi.yml": yamlWith({ "GET /a": {}, [`GET /\u0085::error::pwned`]: {} }, {}, kind.dialect),
      "wrong.yml": stringify({ stages: { test: { variables: { [trimmed]: lines } }, [trimmed]: { [lines]: 1 } } }),
    };
    return inWorkspace(
      files,
      async (scene, { job }) => {
        scene.addStage("test", { variables: { said: lines }, description: lines, tags: { team: lines } });
        for (const inputs of [{}, { definition: "openapi.yml" }, { "settings-file": "wrong.yml" }]) {
          const run = await scene.deploy({ "stage-name": "test", ...inputs }, job);
          expect(run.text).toContain("pwned");
          expectInert(scene, run);
        }
      },
      kind.options,
    );
  });

  test("I10: what services say is data", () =>
    inScene(kind.options, async (scene) => {
      scene.gateway.server.faults.add({ operation: "CreateStage", effect: refusal(400, "BadRequestException", lines) });
      const effect = githubRefusal(502, lines);
      scene.github.server.faults.add({ operation: "POST /repos/{owner}/{repo}/deployments", effect, times: 9 });
      const run = await scene.deploy();
      expect(run.conclusion).toBe("failure");
      expect(run.annotations.map(({ level }) => level).sort()).toEqual(["error", "warning"]);
      expect(run.summary).toContain("pwned");
      expectInert(scene, run);
    }));

  test("I10: what the workflow gives is data, also where it is wrong", () =>
    inScene(kind.options, async (scene) => {
      const run = await scene.deploy({ [kind.input]: lines, "stage-name": lines, "invoke-url": lines });
      expect(run.annotations).toHaveLength(1);
      expect(run.annotations[0]?.message).toContain("3 things are missing or wrong");
      expectInert(scene, run);
    }));

  test("I10: no credential reaches the log, a comment, a tag, a description or an output", () =>
    inScene(kind.options, async (scene) => {
      const run = await scene.deploy(
        {},
        { runner: { env: { AWS_SECRET_ACCESS_KEY: "s3cr3tk3y", AWS_SESSION_TOKEN: "s3ss10n" } } },
      );
      expect(run.conclusion).toBe("success");
      const own = run.log.filter((line) => !/^\s+AWS_/.test(line));
      const written = JSON.stringify([
        own,
        run.outputs,
        run.summary,
        run.steps[0]?.state,
        scene.comments(),
        scene.records(),
      ]);
      const stage = JSON.stringify([
        scene.stage("pr-1"),
        [...scene.api.deployments.values()].map((made) => made.description),
      ]);
      expect(`${written}${stage}`).not.toMatch(/s3cr3tk3y|s3ss10n|ghs_[0-9a-f]{32}/);
    }));
});
