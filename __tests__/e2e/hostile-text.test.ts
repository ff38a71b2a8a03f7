import { expect, test } from "@jest/globals";
import { pullRequestEvent } from "../../simulator/github/events.ts";
import { openPullRequest } from "../../simulator/github/people.ts";
import { githubRefusal, refusal } from "../faults/effects.ts";
import { aliveIn } from "../report/alive.ts";
import { type Ended, inScene, type Scene } from "./scene.ts";

const hostile =
  "::error::pwned ##[error]pwned @everyone #1 GH-1 `x` ``` | \\| <!-- --> <img src=x> ](https://evil.example) https://evil.example";
const lines = `${hostile}\n::error::pwned\n##[error]pwned\n\`\`\`\n@everyone`;

/** The PR's number is ours to mention. */
const withoutNumber = (text: string): string => text.replaceAll(/pull request (?:\\)?#\u200b?[0-9]+/g, "pull request");

const expectInert = (scene: Scene, run: Ended): void => {
  expect(run.annotations.filter(({ message, title }) => /^pwned/.test(message) || /pwned/.test(title ?? ""))).toEqual(
    [],
  );
  // Before that the runner itself shows the inputs, as they are.
  const ours = run.log.slice(run.log.indexOf("##[endgroup]"));
  expect(ours.filter((line) => /^##\[\w+\]pwned/.test(line))).toEqual([]);
  expect(aliveIn(withoutNumber(run.summary))).toEqual([]);
  for (const { body } of scene.comments()) expect(aliveIn(withoutNumber(body))).toEqual([]);
};

test("I10: names that people gave are data", () =>
  inScene({}, async (scene) => {
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

test("I10: what services say is data", () =>
  inScene({}, async (scene) => {
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
  inScene({}, async (scene) => {
    const run = await scene.deploy({ "rest-api-id": lines, "stage-name": lines, "invoke-url": lines });
    expect(run.annotations).toHaveLength(1);
    expect(run.annotations[0]?.message).toContain("3 things are missing or wrong");
    expectInert(scene, run);
  }));

test("I10: no credential reaches the log, a comment, a tag, a description or an output", () =>
  inScene({}, async (scene) => {
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
