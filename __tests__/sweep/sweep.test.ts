import { describe, expect, test } from "@jest/globals";
import { workflowTokenWith } from "../../simulator/github/tokens.ts";
import type { SimulatedResponse } from "../../simulator/http/exchange.ts";
import { ownerTags } from "../../src/domain/owner.ts";
import { githubRefusal, refusal, reset, serverError, throttled } from "../faults/effects.ts";
import { counts, DAY, HOUR, openSweepScene, restApiId } from "./scene.ts";

describe("previews", () => {
  test.each(["closed", "merged", "gone"] as const)(
    "of a pull request that is %s go, with what was made for them",
    async (pull) => {
      const scene = await openSweepScene();
      const number = scene.preview({ pull });
      scene.made(`pr-${number}`, 4 * DAY);
      const swept = await scene.sweep();
      expect(scene.stageNames()).toEqual([]);
      expect(scene.api.deployments.size).toBe(0);
      expect(swept.exitCode).toBe(0);
      expect(swept.outputs).toMatchObject({ result: "swept", changed: "true", "rest-api-id": restApiId });
      expect(swept.summary).toContain(`| Stage \`pr-${number}\` | deleted |`);
      expect(swept.warnings).toEqual([]);
    },
  );

  test("of an open pull request stay, and the table says why", async () => {
    const scene = await openSweepScene();
    const number = scene.preview();
    const swept = await scene.sweep();
    expect(scene.stageNames()).toEqual([`pr-${number}`]);
    expect(swept.log).toContain(`Stage pr-${number} kept: pull request #${number} is open.`);
    expect(swept.outputs).toMatchObject({ result: "swept", changed: "false" });
    expect(swept.log).toContain("Result: swept. Nothing to sweep.");
  });

  test("past preview-ttl go although their pull request is open", async () => {
    const scene = await openSweepScene();
    const old = scene.preview({ age: 8 * DAY });
    const young = scene.preview({ age: 6 * DAY });
    const swept = await scene.sweep({ "preview-ttl": "7d" });
    expect(scene.stageNames()).toEqual([`pr-${young}`]);
    expect(swept.log).toContain(`Stage pr-${old} deleted`);
    expect(swept.log).toContain("Previews expire 7 days after their last deployment.");
  });

  test("I8: are as old as the runner's clock and AWS's both say", async () => {
    const scene = await openSweepScene();
    const number = scene.preview({ age: 8 * DAY });
    const date = new Date(Date.now() - 2 * DAY).toUTCString();
    scene.gateway.server.faults.add({
      effect: { kind: "change", change: (answer) => ({ ...answer, headers: { ...answer.headers, date } }) },
      times: 100,
    });
    await scene.sweep({ "preview-ttl": "7d" });
    expect(scene.stageNames()).toEqual([`pr-${number}`]);
  });

  test("I8: that the list of stages lacks are asked for by name before they count as gone", async () => {
    const scene = await openSweepScene();
    const number = scene.preview({ record: "success", comment: true });
    const operation = "GetStages";
    const change = (answer: SimulatedResponse) => ({ ...answer, body: '{"item":[]}' });
    scene.gateway.server.faults.add({ operation, effect: { kind: "change", change } });
    const swept = await scene.sweep();
    expect(swept.log).toContain(`Stage pr-${number} kept: pull request #${number} is open.`);
    expect(scene.recordStates()).toEqual(["success"]);
  });

  test("whose state GitHub does not tell stay", async () => {
    const scene = await openSweepScene({ token: workflowTokenWith({ contents: "read", deployments: "write" }) });
    const number = scene.preview({ pull: "closed" });
    const swept = await scene.sweep();
    expect(scene.stageNames()).toEqual([`pr-${number}`]);
    expect(swept.warnings).toEqual([expect.stringContaining("pull-requests: read")]);
    expect(swept.log).toContain(`GitHub did not tell whether pull request #${number} is still open`);
    expect(swept.exitCode).toBe(0);
  });

  test("stay without a token, while deployments are pruned; the reason is said", async () => {
    const scene = await openSweepScene();
    const number = scene.preview({ pull: "closed", record: "success", comment: true });
    scene.made("prod");
    const swept = await scene.sweep({ "github-token": "", "keep-deployments": "1" });
    scene.made("prod", 2 * DAY);
    await scene.sweep({ "github-token": "", "keep-deployments": "1" });
    expect(scene.stageNames()).toEqual([`pr-${number}`]);
    expect(scene.api.deployments.size).toBe(2);
    expect(scene.recordStates()).toEqual(["success"]);
    expect(swept.warnings).toEqual([
      expect.stringMatching(/^There is no github-token, so .*previews of pull requests that have ended stay/),
    ]);
    expect(swept.summary).toContain("There is no github");
    expect(scene.operations().github).toEqual([]);
  });

  test("that somebody uses stay", async () => {
    const scene = await openSweepScene();
    const used = `pr-${scene.preview({ pull: "closed" })}`;
    const unused = `pr-${scene.preview({ pull: "closed" })}`;
    scene.gateway.world.usagePlans.set("u1", {
      id: "u1",
      name: "Gold",
      apiStages: [{ apiId: restApiId, stage: used }],
    });
    const swept = await scene.sweep();
    expect(scene.stageNames()).toEqual([used]);
    expect(swept.log).toContain(`Stage ${unused} deleted`);
    expect(swept.summary).toContain(`| Stage \`${used}\` | kept |`);
    expect(swept.log).toContain("but the stage is in use: usage plan Gold (u1)");
  });

  test("I3: and nothing that is not proven ours goes", async () => {
    const scene = await openSweepScene();
    const closed = scene.preview({ pull: "closed" });
    const repositoryId = String(scene.repository.id);
    const foreign = {
      byhand: {},
      copied: ownerTags({ repositoryId, pullRequest: closed }, { restApiId, stageName: `pr-${closed}` }),
      theirs: ownerTags({ repositoryId: "1", pullRequest: closed }, { restApiId, stageName: "theirs" }),
      prod: ownerTags({ repositoryId, pullRequest: undefined }, { restApiId, stageName: "prod" }),
    };
    for (const [name, tags] of Object.entries(foreign)) scene.addStage(name, scene.made(name), { tags });
    scene.api.deployments.set("byhand", {
      id: "byhand",
      description: "Friday's release",
      createdDate: 1,
      definition: scene.api.draft,
    });
    const before = structuredClone(Object.keys(foreign).map((name) => scene.api.stages.get(name)));
    await scene.sweep({ "preview-ttl": "1h", "keep-deployments": "1" });
    expect(scene.stageNames()).toEqual(Object.keys(foreign).sort());
    expect(Object.keys(foreign).map((name) => scene.api.stages.get(name))).toEqual(before);
    expect(scene.api.deployments.has("byhand")).toBe(true);
    expect(scene.api.deployments.size).toBe(5);
  });

  test("I3: made anew while the sweep was at work are kept", async () => {
    const scene = await openSweepScene();
    const name = `pr-${scene.preview({ pull: "closed" })}`;
    scene.gateway.server.gate = async ({ operation }) => {
      const stage = scene.api.stages.get(name);
      if (operation === "GetStage" && stage) scene.api.stages.set(name, { ...stage, createdDate: Date.now() });
    };
    const swept = await scene.sweep();
    expect(scene.stageNames()).toEqual([name]);
    expect(swept.summary).toContain(`| Stage \`${name}\` | kept: it changed meanwhile |`);
    expect(swept.outputs).toMatchObject({ result: "swept", changed: "false" });
  });
});

describe("deployments", () => {
  test("beyond keep-deployments go: the newest stay, and whatever a stage or a canary serves", async () => {
    const scene = await openSweepScene();
    const ids = Array.from({ length: 8 }, (_, index) => scene.made("prod", (index + 1) * DAY));
    const [, , , , , sixth = "", , oldest = ""] = ids;
    scene.addStage("prod", oldest, {
      canarySettings: { deploymentId: sixth, percentTraffic: 5, useStageCache: false },
    });
    const swept = await scene.sweep({ "keep-deployments": "2" });
    expect([...scene.api.deployments.keys()].sort()).toEqual([ids[0], ids[1], sixth, oldest].sort());
    expect(swept.outputs).toMatchObject({ result: "swept", changed: "false" });
    expect(swept.summary).toContain("| 4 deployments | deleted |");
    expect(swept.summary).toContain("| 2 deployments | kept | a stage or a canary references them |");
  });

  test("all stay with keep-deployments 0", async () => {
    const scene = await openSweepScene();
    for (let index = 0; index < 30; index += 1) scene.made("prod");
    await scene.sweep({ "keep-deployments": "0" });
    expect(scene.api.deployments.size).toBe(30);
  });

  test("that a stage was pointed at meanwhile are kept, and that is no failure", async () => {
    const scene = await openSweepScene();
    const id = scene.made("prod", 2 * DAY);
    scene.made("prod", DAY);
    scene.gateway.server.gate = async ({ operation }) => {
      if (operation === "DeleteDeployment") scene.addStage("prod", id);
    };
    const swept = await scene.sweep({ "keep-deployments": "1" });
    expect(scene.api.deployments.has(id)).toBe(true);
    expect(swept.exitCode).toBe(0);
    expect(swept.log).toContain(`Deployment ${id} kept: a stage references it`);
  });
});

describe("GitHub", () => {
  test("records of ended and of removed previews, and of lost runners, become inactive; others stay", async () => {
    const scene = await openSweepScene();
    scene.preview({ pull: "closed", record: "success" });
    scene.preview({ age: 9 * DAY, record: "success" });
    const open = scene.preview({ age: DAY, record: "success" });
    scene.record("in_progress", 7 * HOUR, open);
    scene.record("in_progress", 5 * HOUR, open);
    const swept = await scene.sweep({ "preview-ttl": "7d" });
    expect(scene.recordStates()).toEqual(["inactive", "inactive", "success", "inactive", "in_progress"]);
    expect(swept.summary).toContain("made inactive");
    expect(swept.log).toContain("run 8000 ended without closing it");
  });

  test("records of stages that an earlier sweep had removed before it was ended become inactive", async () => {
    const scene = await openSweepScene();
    const expired = scene.preview({ record: "success" });
    const deploying = scene.preview();
    scene.api.stages.clear();
    scene.record("in_progress", 60_000, deploying);
    await scene.sweep();
    expect(expired).not.toBe(deploying);
    expect(scene.recordStates()).toEqual(["inactive", "in_progress"]);
  });

  test("the comment says that the preview was removed, and how it comes back", async () => {
    const scene = await openSweepScene();
    const closed = scene.preview({ pull: "closed", comment: true });
    const expired = scene.preview({ age: 9 * DAY, comment: true });
    const open = scene.preview({ comment: true });
    await scene.sweep({ "preview-ttl": "7d" });
    const bodies = new Map(scene.comments().map(({ issue, body }) => [issue.number, body]));
    expect(bodies.get(closed)).toContain(`· preview \`pr-${closed}\` was removed`);
    expect(bodies.get(closed)).not.toContain("brings it back");
    expect(bodies.get(expired)).toContain("The next push to the pull request brings it back.");
    expect(bodies.get(open)).toContain("The preview is live.");
    expect(bodies.size).toBe(3);
  });

  test("I3: comments of others stay, and none is posted where there is none", async () => {
    const scene = await openSweepScene();
    const number = scene.preview({ pull: "closed", comment: true });
    for (const comment of scene.comments()) {
      scene.repository.comments.set(comment.id, {
        ...comment,
        user: { id: 1, login: "mallory", type: "User" },
        app: null,
      });
    }
    const before = scene.comments().map(({ body }) => body);
    await scene.sweep();
    expect(scene.stageNames()).not.toContain(`pr-${number}`);
    expect(scene.comments().map(({ body }) => body)).toEqual(before);
  });

  test("I5: of more than thirty removed previews the rest is named, and the next sweep goes on with it", async () => {
    const scene = await openSweepScene();
    for (let count = 0; count < 32; count += 1) scene.preview({ pull: "closed", comment: true, record: "success" });
    const told = () => scene.comments().filter(({ body }) => body.includes("was removed"));
    const swept = await scene.sweep();
    expect(told()).toHaveLength(30);
    expect(swept.warnings).toEqual([expect.stringContaining("pull requests #31, #32 still show their preview")]);
    expect(scene.recordStates().filter((state) => state !== "inactive")).toEqual(["success", "success"]);
    const next = await scene.sweep();
    expect(next.warnings).toEqual([]);
    expect(told()).toHaveLength(32);
    expect(new Set(scene.recordStates())).toEqual(new Set(["inactive"]));
  });

  test("I5: a sweep or a deletion that was killed right after the stage was gone: the next sweep says so, once", async () => {
    const scene = await openSweepScene();
    const number = scene.preview({ pull: "closed", record: "success", comment: true });
    const open = scene.preview({ record: "success", comment: true });
    const told = scene.preview({ pull: "closed", record: "success", comment: true });
    for (const one of [number, open, told]) scene.api.stages.delete(`pr-${one}`);
    const [, , toldComment] = scene.comments();
    const before = (toldComment?.body ?? "").replace(
      "The preview is live.",
      `### 🧹 Orders · preview \`pr-${told}\` is removed`,
    );
    Object.assign(toldComment ?? {}, { body: before });
    await scene.sweep();
    const [first, second, third] = scene.comments().map(({ body }) => body);
    expect(first).toContain(`· preview \`pr-${number}\` was removed`);
    expect(first).not.toContain("brings it back");
    expect(second).toContain("The next push to the pull request brings it back.");
    expect(third).toBe(before);
    expect(scene.recordStates()).toEqual(["inactive", "inactive", "inactive"]);
    const { github } = scene.operations();
    // An open record is what the next sweep would have gone by.
    expect(github.lastIndexOf("PATCH /issues/comments/{comment_id}")).toBeLessThan(
      github.indexOf("POST /deployments/{deployment_id}/statuses"),
    );
    await scene.sweep();
    expect(new Set(scene.operations().github)).toEqual(new Set(["POST /graphql"]));
  });

  test("I9: what it refuses is a warning with the permission, and the sweep goes on", async () => {
    const scene = await openSweepScene();
    for (let count = 0; count < 5; count += 1) scene.preview({ pull: "closed", comment: true, record: "success" });
    const forbidden = githubRefusal(403, "Resource not accessible by integration");
    const { faults } = scene.github.server;
    faults.add({ operation: "PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}", times: 9, effect: forbidden });
    faults.add({ operation: "POST /repos/{owner}/{repo}/deployments/{deployment_id}/statuses", effect: forbidden });
    const swept = await scene.sweep();
    expect(scene.stageNames()).toEqual([]);
    expect(swept.exitCode).toBe(0);
    expect(swept.warnings).toEqual([
      expect.stringContaining("deployments: write"),
      expect.stringMatching(/pull requests #1, #2, #3 .*pull-requests: write/),
    ]);
    expect(counts(scene.operations().github)["PATCH /issues/comments/{comment_id}"]).toBe(3);
  });
});

describe("I12: a dry run", () => {
  test("writes nothing anywhere, and shows everything", async () => {
    const scene = await openSweepScene();
    const number = scene.preview({ pull: "closed", record: "success", comment: true });
    scene.made("prod", 2 * DAY);
    scene.made("prod", 3 * DAY);
    const swept = await scene.sweep({ "dry-run": "true", "keep-deployments": "1" });
    const { aws, github } = scene.operations();
    expect(aws.filter((operation) => !operation.startsWith("Get"))).toEqual([]);
    expect(github.filter((operation) => operation !== "POST /graphql")).toEqual([]);
    expect(scene.comments()[0]?.body).toContain("The preview is live.");
    expect(swept.outputs).toMatchObject({ result: "planned", changed: "true" });
    expect(swept.plan()).toMatchObject({ command: "sweep", steps: [{ kind: "delete-stage" }, {}, {}] });
    expect(swept.summary).toContain(`| Stage \`pr-${number}\` | would be deleted |`);
    expect(swept.summary).toContain("| 1 GitHub deployment | would be made inactive |");
    expect(swept.log).toContain("Would delete 1 stage and 2 deployments. 1 GitHub deployment would be made inactive.");
  });
});

test("I5: run twice, the second finds nothing to do", async () => {
  const scene = await openSweepScene();
  scene.preview({ pull: "closed", record: "success", comment: true });
  scene.preview({ record: "success" });
  for (let index = 0; index < 5; index += 1) scene.made("prod", (index + 1) * DAY);
  await scene.sweep({ "keep-deployments": "2" });
  scene.operations();
  const again = await scene.sweep({ "keep-deployments": "2" });
  const { aws, github } = scene.operations();
  expect(aws.sort()).toEqual(["GetDeployments", "GetStages"]);
  expect(github).toEqual(["POST /graphql", "POST /graphql"]);
  expect(again.outputs).toMatchObject({ result: "swept", changed: "false" });
  expect(again.log).toContain("Result: swept. Nothing to sweep.");
});

test("300 stale deployments and 50 pull requests take no more requests than needed", async () => {
  const scene = await openSweepScene();
  for (let count = 0; count < 25; count += 1) {
    scene.preview({ pull: "closed", record: "success", comment: true });
    scene.preview({ record: "success", comment: true });
  }
  for (let index = 0; index < 320; index += 1) scene.made("prod", 2 * DAY + index);
  const swept = await scene.sweep();
  const { aws, github } = scene.operations();
  expect(counts(aws)).toEqual({
    GetStages: 1,
    GetDeployments: 1,
    GetUsagePlans: 1,
    GetDomainNames: 1,
    GetStage: 25,
    DeleteStage: 25,
    DeleteDeployment: 325,
  });
  expect(counts(github)).toEqual({
    // Records, states, comments.
    "POST /graphql": 3,
    "PATCH /issues/comments/{comment_id}": 25,
    "POST /deployments/{deployment_id}/statuses": 25,
  });
  expect(scene.stageNames()).toHaveLength(25);
  expect(scene.api.deployments.size).toBe(45);
  expect(swept.log).toContain("Deleted 25 of 350.");
  expect(swept.log).toContain("Deleted 325 of 350.");
  expect(swept.log).toContain(
    "Result: swept. Deleted 25 stages and 325 deployments. 25 GitHub deployments made inactive.",
  );
});

describe("what fails", () => {
  test("for one stage does not stop the others, and fails the run", async () => {
    const scene = await openSweepScene();
    const [first, second] = [scene.preview({ pull: "closed" }), scene.preview({ pull: "closed" })];
    scene.gateway.server.faults.add({
      operation: "DeleteStage",
      effect: refusal(400, "BadRequestException", "Please remove all base path mappings related to the stage"),
    });
    const swept = await scene.sweep();
    expect(scene.stageNames()).toEqual([`pr-${first}`]);
    expect(swept.exitCode).toBe(1);
    expect(swept.outputs).toMatchObject({ result: "failed", changed: "true" });
    expect(swept.errors).toHaveLength(1);
    expect(swept.errors[0]).toMatch(
      new RegExp(
        `^Could not delete stage pr-${first} of REST API ${restApiId}\\.\\n.*base path mappings.*\\nState: Deleted 1 stage and 1 deployment\\..*\\nWhat to do: `,
      ),
    );
    expect(swept.summary).toContain("not finished");
    expect(swept.summary).toContain(`| Stage \`pr-${first}\` | not deleted: the request failed |`);
    expect(swept.summary).toContain(`| Stage \`pr-${second}\` | deleted |`);
  });

  test("for several is told together", async () => {
    const scene = await openSweepScene();
    for (let index = 0; index < 3; index += 1) scene.made("prod", (index + 1) * DAY);
    scene.gateway.server.faults.add({
      operation: "DeleteDeployment",
      times: 2,
      effect: refusal(400, "BadRequestException", "No."),
    });
    scene.made("prod", 5 * DAY);
    const swept = await scene.sweep({ "keep-deployments": "1" });
    expect(swept.errors).toHaveLength(1);
    expect(swept.errors[0]).toContain("Another step failed:\n  Could not delete deployment");
    expect(scene.api.deployments.size).toBe(3);
  });

  test.each([
    ["a missing permission", refusal(403, "AccessDeniedException", "User is not authorized"), "ACCESS_DENIED"],
    ["expired credentials", refusal(403, "ExpiredTokenException", "The token has expired"), "CREDENTIALS_EXPIRED"],
    ["a REST API that is gone", refusal(404, "NotFoundException", "Invalid API identifier specified"), "UNKNOWN_API"],
    ["throttling without end", throttled(), "THROTTLED"],
  ])("for all steps ends the sweep: %s", async (_, effect, code) => {
    const scene = await openSweepScene();
    for (let index = 0; index < 6; index += 1) scene.made("prod", (index + 1) * DAY);
    scene.gateway.server.faults.add({ operation: "DeleteDeployment", skip: 1, times: 1000, effect });
    const swept = await scene.sweep({ "keep-deployments": "1" });
    expect(swept.exitCode).toBe(1);
    expect(swept.errors[0]).toContain(`(${code})`);
    expect(swept.errors[0]).toContain(
      "State: Deleted 0 stages and 1 deployment. 3 of 5 steps were not reached; the next sweep goes on.",
    );
    expect(swept.outputs).toMatchObject({ result: "failed", changed: "false" });
  });

  test.each(["GetStages", "GetDeployments", "GetUsagePlans"])(
    "while it looks changes nothing: %s",
    async (operation) => {
      const scene = await openSweepScene();
      scene.preview({ pull: "closed" });
      scene.gateway.server.faults.add({ operation, times: 1000, effect: refusal(400, "BadRequestException", "No.") });
      const swept = await scene.sweep();
      expect(swept.exitCode).toBe(1);
      expect(swept.errors[0]).toContain("State: Nothing was changed.");
      expect(swept.summary).toContain("nothing was removed");
      expect(scene.operations().aws.filter((name) => name.startsWith("Delete"))).toEqual([]);
    },
  );

  test.each([
    ["500 before it acted", serverError("before")],
    ["500 after it acted", serverError("after")],
    ["a reset before it acted", reset("before")],
    ["a reset after it acted", reset("after")],
    ["429", throttled()],
  ])("once is tried again: %s", async (_, effect) => {
    const scene = await openSweepScene();
    scene.preview({ pull: "closed" });
    for (const operation of ["GetStages", "GetStage", "DeleteStage", "DeleteDeployment"]) {
      scene.gateway.server.faults.add({ operation, effect });
    }
    const swept = await scene.sweep();
    expect(scene.stageNames()).toEqual([]);
    expect(scene.api.deployments.size).toBe(0);
    expect(swept.outputs).toMatchObject({ result: "swept", changed: "true" });
  });
});

describe("I11: a cancelled sweep", () => {
  test("sends nothing more, tells how far it came, and the next one goes on", async () => {
    const scene = await openSweepScene();
    for (let count = 0; count < 4; count += 1) scene.preview({ pull: "closed", record: "success", comment: true });
    const cancel = new AbortController();
    let deletions = 0;
    scene.gateway.server.gate = async ({ operation }) => {
      if (operation === "DeleteStage") deletions += 1;
      if (deletions === 2) cancel.abort();
    };
    const swept = await scene.sweep({}, { cancel: cancel.signal });
    scene.gateway.server.gate = undefined;
    expect(swept.exitCode).toBe(130);
    expect(scene.stageNames()).toHaveLength(2);
    // What was under way was finished, and told.
    expect(scene.comments().filter(({ body }) => body.includes("was removed"))).toHaveLength(2);
    expect(scene.recordStates()).toEqual(["success", "success", "success", "success"]);
    expect(swept.errors[0]).toContain("State: Deleted 2 stages and 0 deployments. 6 of 8 steps were not reached");
    expect(swept.summary).toContain(" · sweep cancelled");
    expect(swept.outputs).toMatchObject({ result: "failed", changed: "true" });

    const next = await scene.sweep();
    expect(next.exitCode).toBe(0);
    expect(scene.stageNames()).toEqual([]);
    expect(scene.recordStates()).toEqual(["inactive", "inactive", "inactive", "inactive"]);
  });

  test("before it has looked has changed nothing", async () => {
    const scene = await openSweepScene();
    const number = scene.preview({ pull: "closed" });
    const cancel = new AbortController();
    // At the runner's first line: the step has begun, and its script has not.
    const swept = await scene.sweep({}, { cancel: cancel.signal, onLog: () => cancel.abort() });
    expect(swept.exitCode).toBe(130);
    expect(swept.errors[0]).toContain("State: Nothing was changed.");
    expect(scene.stageNames()).toEqual([`pr-${number}`]);
    expect(scene.operations().aws).toEqual([]);
  });
});
