import { describe, expect, test } from "@jest/globals";
import type { Access } from "../../simulator/aws/access.ts";
import { addMapping, addRoutingRule, newDomainName } from "../../simulator/gateway/domain-name.ts";
import { pullRequestEvent, pushEvent } from "../../simulator/github/events.ts";
import {
  addComment,
  closePullRequest,
  openPullRequest,
  pushToPullRequest,
  reopenPullRequest,
} from "../../simulator/github/people.ts";
import { profiles } from "../../simulator/github/tokens.ts";
import { refusal, serverError, throttled } from "../faults/effects.ts";
import { inScene, kinds, noise, type Scene, statesOf } from "./scene.ts";

const stageName = "pr-1";

const close = ({ github, repository, pull }: Scene, merged = false): void =>
  closePullRequest(github.world, repository, pull, merged ? { mergedBy: "bob" } : {});

/** Closes the pull request and runs the workflow that this starts. */
const closed = async (scene: Scene, merged = false) => {
  close(scene, merged);
  return scene.deploy({}, { event: scene.opened("closed") });
};

const writes = (scene: Scene, from = 0): string[] =>
  scene
    .asked()
    .slice(from)
    .filter((operation) => !/^(?:Get|Export)/.test(operation));

const lastStates = (scene: Scene) => scene.records().map((record) => statesOf(record).at(-1));

/** The only comment's text. */
const comment = (scene: Scene): string => {
  expect(scene.comments()).toHaveLength(1);
  return scene.comments()[0]?.body ?? "";
};

describe.each(kinds)("of $name:", (kind) => {
  describe("a pull request's life", () => {
    test("opened, pushed to, closed, reopened and merged: the preview comes and goes with it", () =>
      inScene(kind.options, async (scene) => {
        scene.addStage("prod");
        const deploymentsBefore = scene.api.deployments.size;
        const opened = await scene.deploy();
        expect(opened.outputs).toMatchObject({ result: "created", "stage-name": stageName });

        pushToPullRequest(scene.github.world, scene.repository, scene.pull);
        const pushed = await scene.deploy({}, { event: scene.opened("synchronize") });
        expect(pushed.outputs["result"]).toBe("updated");
        expect(scene.api.deployments.size).toBe(deploymentsBefore + 2);

        const ended = await closed(scene);
        expect(ended.conclusion).toBe("success");
        expect(ended.outputs).toMatchObject({
          result: "deleted",
          changed: "true",
          "stage-name": stageName,
          "invoke-url": "",
          "deployment-id": "",
          "previous-deployment-id": pushed.outputs["deployment-id"],
        });
        expect([...scene.api.stages.keys()]).toEqual(["prod"]);
        expect(scene.api.deployments.size).toBe(deploymentsBefore);
        expect(lastStates(scene)).toEqual(["inactive", "inactive"]);
        expect(comment(scene)).toMatch(
          /### 🧹 Orders · preview `pr-1` is removed\n[\s\S]*Pull request #\u200b1 is closed/,
        );
        expect(comment(scene)).not.toContain("execute-api");
        expect(ended.annotations).toEqual([]);
        expect(ended.text).not.toMatch(noise);

        reopenPullRequest(scene.github.world, scene.pull);
        const reopened = await scene.deploy({}, { event: scene.opened("reopened") });
        expect(reopened.outputs["result"]).toBe("created");
        expect(comment(scene)).toContain("### ✅ Orders · preview `pr-1` is live");

        const merged = await closed(scene, true);
        expect(merged.run.ref).toBe("refs/heads/main");
        expect(merged.outputs["result"]).toBe("deleted");
        expect([...scene.api.stages.keys()]).toEqual(["prod"]);
        expect(lastStates(scene)).toEqual(["inactive", "inactive", "inactive"]);
        expect(comment(scene)).toMatch(/is removed\n[\s\S]*Pull request #\u200b1 is merged/);
      }));

    test("with `{number}` in a stage name of its own", () =>
      inScene(kind.options, async (scene) => {
        await scene.deploy({ "stage-name": "web-{number}" });
        close(scene);
        const ended = await scene.deploy({ "stage-name": "web-{number}" }, { event: scene.opened("closed") });
        expect(ended.outputs).toMatchObject({ result: "deleted", "stage-name": "web-1" });
        expect(scene.api.stages.size).toBe(0);
      }));

    test("a stage that has a name of its own outlives it", () =>
      inScene(kind.options, async (scene) => {
        await scene.deploy({ "stage-name": "shared" });
        close(scene, true);
        const ended = await scene.deploy({ "stage-name": "shared" }, { event: scene.opened("closed") });
        expect(ended.outputs["result"]).toBe("skipped");
        expect(scene.stage("shared")).toBeDefined();
      }));

    test("other pull requests keep what is theirs", () =>
      inScene(kind.options, async (scene) => {
        const other = openPullRequest(scene.github.world, scene.repository, { user: "bob", headRef: "other" });
        await scene.deploy();
        const theirs = await scene.deploy({}, { event: pullRequestEvent(scene.repository, other, "opened") });
        await closed(scene);
        expect([...scene.api.stages.keys()]).toEqual(["pr-2"]);
        expect([...scene.api.deployments.keys()]).toEqual([theirs.outputs["deployment-id"]]);
        expect(lastStates(scene)).toEqual(["inactive", "success"]);
        expect(scene.comments().map(({ body }) => body.includes("is removed"))).toEqual([true, false]);
      }));
  });

  describe("deleting", () => {
    test("twice: the second finds nothing to do and says so once", () =>
      inScene(kind.options, async (scene) => {
        await scene.deploy();
        await closed(scene);
        const before = scene.asked().length;
        const again = await scene.deploy({}, { event: scene.opened("closed") });
        expect(again.conclusion).toBe("success");
        expect(again.outputs).toMatchObject({ result: "unchanged", changed: "false" });
        expect(writes(scene, before)).toEqual([]);
        expect(comment(scene)).toContain("### 🧹 Orders · preview `pr-1` is gone");
      }));

    test("what never was posts no comment", () =>
      inScene(kind.options, async (scene) => {
        const ended = await closed(scene);
        expect(ended.conclusion).toBe("success");
        expect(ended.outputs).toMatchObject({ result: "unchanged", changed: "false" });
        expect(scene.comments()).toEqual([]);
        expect(writes(scene)).toEqual([]);
        expect(ended.summary).toContain("### 🧹 Orders · preview `pr-1` is gone");
      }));

    test("I5: killed right after the stage was gone, in a long conversation: the next run says so, then ends the record", () =>
      inScene(kind.options, async (scene) => {
        const hour = 3_600_000;
        const talk = (at: number): void => {
          for (let number = 0; number < 150; number += 1) {
            const said = addComment(scene.github.world, scene.repository, scene.pull, { user: "bob", body: "Hm." });
            Object.assign(said, { createdAt: at, updatedAt: at });
          }
        };
        talk(Date.now() - hour);
        await scene.deploy();
        talk(Date.now() + hour);
        const [comment] = scene.comments().filter(({ body }) => body.includes("is live"));
        scene.api.stages.delete("pr-1");
        const from = scene.github.server.exchanges.length;
        await closed(scene);
        expect(comment?.body).toContain("### 🧹 Orders · preview `pr-1` is ");
        expect(scene.comments()).toHaveLength(301);
        expect(statesOf(scene.records()[0]).at(-1)).toBe("inactive");
        const writes = scene.github.server.exchanges
          .slice(from)
          .filter(({ request }) => /mutation|"state":"inactive"/.test(request.body.toString("utf8")));
        expect(writes.map(({ operation }) => operation)).toEqual([
          "POST /graphql",
          "POST /repos/{owner}/{repo}/deployments/{deployment_id}/statuses",
        ]);
      }));

    test("dry-run: shows what would go, and removes nothing", () =>
      inScene(kind.options, async (scene) => {
        const { outputs } = await scene.deploy();
        const before = scene.asked().length;
        close(scene);
        const run = await scene.deploy({ "dry-run": "true" }, { event: scene.opened("closed") });
        expect(run.outputs).toMatchObject({ result: "planned", changed: "true" });
        expect(JSON.parse(run.outputs["plan"] ?? "")).toMatchObject({
          command: "delete",
          steps: [
            { kind: "delete-stage", stageName },
            { kind: "delete-deployment", deploymentId: outputs["deployment-id"] },
          ],
        });
        expect(run.summary).toMatch(/plan for preview `pr-1`, nothing was changed[\s\S]*Delete stage pr-1/);
        expect(writes(scene, before)).toEqual([]);
        expect(lastStates(scene)).toEqual(["success"]);
      }));

    test("of a named stage of ours", () =>
      inScene(kind.options, async (scene) => {
        const event = pushEvent(scene.repository, "main", "alice");
        await scene.deploy({ "stage-name": "demo" }, { event });
        const run = await scene.deploy({ "stage-name": "demo", command: "delete" }, { event });
        expect(run.outputs).toMatchObject({ result: "deleted", "stage-name": "demo" });
        expect([scene.api.stages.size, scene.api.deployments.size]).toEqual([0, 0]);
        expect(lastStates(scene)).toEqual(["inactive"]);
        expect(run.text).toContain("Stage demo was deleted.");
        expect(`${run.summary}${run.text.slice(run.text.indexOf("Delete stage"))}`).not.toMatch(/preview/i);
        expect(run.summary).toContain("### 🧹 Orders · stage `demo` is removed");
      }));

    test("cancelled in the middle: it says what is gone, and what to do", () =>
      inScene(kind.options, async (scene) => {
        const { outputs } = await scene.deploy();
        const cancel = new AbortController();
        // It waits for its turn when the signal comes.
        scene.gateway.server.faults.add({ operation: "DeleteDeployment", times: 1000, effect: throttled() });
        scene.gateway.server.gate = async ({ operation }) => {
          if (operation === "DeleteDeployment") cancel.abort();
        };
        close(scene);
        const run = await scene.deploy({}, { event: scene.opened("closed"), runner: { cancel: cancel.signal } });
        expect(run.steps[0]?.exitCode).toBe(130);
        expect(run.outputs).toMatchObject({ result: "failed", changed: "true", "deployment-id": "" });
        expect(run.text).toContain("State: Stage pr-1 was deleted. Running the job again carries on from there.");
        expect([...scene.api.deployments.keys()]).toEqual([outputs["deployment-id"]]);
        expect(lastStates(scene)).toEqual(["inactive"]);
      }));

    test("with a deployment that cannot be deleted: the stage is gone, and the run says what is left", () =>
      inScene(kind.options, async (scene) => {
        const { outputs } = await scene.deploy();
        scene.gateway.server.faults.add({
          operation: "DeleteDeployment",
          effect: refusal(403, "AccessDeniedException", "User: x is not authorized to perform: y on resource: z"),
        });
        const run = await closed(scene);
        expect(run.steps[0]?.exitCode).toBe(1);
        expect(run.outputs).toMatchObject({ result: "failed", changed: "true" });
        expect(run.text).toContain(
          `State: Stage pr-1 was deleted. Deployment ${outputs["deployment-id"]} was not deleted.`,
        );
        expect(lastStates(scene)).toEqual(["inactive"]);
        expect(comment(scene)).toContain("### ❌ Orders · preview `pr-1` is gone, but not all that belonged to it");
      }));

    test("what cannot be told of a lost answer is not told", () =>
      inScene(kind.options, async (scene) => {
        await scene.deploy();
        const { faults } = scene.gateway.server;
        faults.add({ operation: "DeleteStage", times: 1000, effect: serverError("after") });
        // From then on nobody can see either whether the stage is there.
        faults.add({ operation: "GetStage", skip: 1, times: 1000, effect: serverError("before") });
        const run = await closed(scene);
        expect(run.conclusion).toBe("failure");
        expect(run.text).toContain("It is not known whether stage pr-1 was deleted");
        expect(run.text).not.toContain("Nothing was removed");
        expect(comment(scene)).toContain("### ❌ Orders · it is not known whether preview `pr-1` was removed");
      }));
  });

  describe("runs that start in another order than their events", () => {
    test("closed while the deployment was at work: the preview goes again, and the comment says so", () =>
      inScene(kind.options, async (scene) => {
        await scene.deploy();
        await closed(scene);
        reopenPullRequest(scene.github.world, scene.pull);
        scene.gateway.server.gate = async ({ operation }) => {
          if (operation === "CreateStage") close(scene);
        };
        const run = await scene.deploy({}, { event: scene.opened("reopened") });
        expect(run.conclusion).toBe("success");
        expect(run.outputs).toMatchObject({ result: "deleted", "invoke-url": "", "deployment-id": "" });
        expect([scene.api.stages.size, scene.api.deployments.size]).toEqual([0, 0]);
        expect(lastStates(scene)).toEqual(["inactive", "inactive"]);
        expect(comment(scene)).toMatch(/is removed\n[\s\S]*was closed while this run was at work/);
        expect(run.summary.match(/^### .*/gm)).toEqual(["### 🧹 Orders · preview `pr-1` is removed"]);
        expect(run.summary).not.toContain("https://a1b2c3d4e5.");
      }));

    test("the same for the very first deployment, whose comment is new", () =>
      inScene(kind.options, async (scene) => {
        scene.gateway.server.gate = async ({ operation }) => {
          if (operation === "CreateStage") close(scene, true);
        };
        const run = await scene.deploy();
        expect(run.outputs["result"]).toBe("deleted");
        expect(scene.api.stages.size).toBe(0);
        expect(comment(scene)).toContain("is removed");
        expect(lastStates(scene)).toEqual(["inactive"]);
      }));

    test("reopened before the deletion ran: the preview and its comment stay as they are", () =>
      inScene(kind.options, async (scene) => {
        await scene.deploy();
        close(scene);
        const event = scene.opened("closed");
        reopenPullRequest(scene.github.world, scene.pull);
        const before = comment(scene);
        const run = await scene.deploy({}, { event });
        expect(run.conclusion).toBe("success");
        expect(run.outputs).toMatchObject({ result: "skipped", changed: "false" });
        expect(scene.stage(stageName)).toBeDefined();
        expect(comment(scene)).toBe(before);
        expect(lastStates(scene)).toEqual(["success"]);
        expect(run.summary).toContain("is open again");
        expect(run.summary).not.toContain("slot");
      }));

    test("without a token that may look, the deletion goes by its event", () =>
      inScene(kind.options, async (scene) => {
        await scene.deploy();
        close(scene);
        const token = profiles.noPullRequests;
        const run = await scene.deploy({}, { event: scene.opened("closed"), token });
        expect(run.outputs["result"]).toBe("deleted");
        expect(run.annotations.map(({ level }) => level)).not.toContain("error");
        expect(run.text).toContain("pull-requests:");
      }));

    test("deploy for a pull request that is closed makes nothing", () =>
      inScene(kind.options, async (scene) => {
        close(scene);
        const run = await scene.deploy({ command: "deploy" }, { event: scene.opened("closed") });
        expect(run.conclusion).toBe("success");
        expect(run.outputs["result"]).toBe("skipped");
        expect(scene.asked()).toEqual([]);
      }));
  });

  describe("I3: only what is ours", () => {
    test("a stage of the same name that others made is untouched", () =>
      inScene(kind.options, async (scene) => {
        const foreign = scene.addStage(stageName);
        const before = structuredClone(foreign);
        const run = await closed(scene);
        expect(run.conclusion).toBe("failure");
        expect(run.text).toContain("(STAGE_NOT_OURS)");
        expect(run.outputs).toMatchObject({ result: "failed", changed: "false" });
        expect(scene.stage(stageName)).toEqual(before);
        expect(writes(scene)).toEqual([]);
      }));

    test("a tag that was copied from another stage proves nothing", () =>
      inScene(kind.options, async (scene) => {
        await scene.deploy();
        scene.addStage("pr-2", { tags: { ...scene.stage(stageName)?.tags } });
        const other = openPullRequest(scene.github.world, scene.repository, { user: "bob", headRef: "other" });
        closePullRequest(scene.github.world, scene.repository, other);
        const run = await scene.deploy({}, { event: pullRequestEvent(scene.repository, other, "closed") });
        expect(run.text).toContain("(STAGE_NOT_OURS)");
        expect(scene.stage("pr-2")).toBeDefined();
      }));

    test("a stage that is made anew between the look and the deletion is kept", () =>
      inScene(kind.options, async (scene) => {
        await scene.deploy();
        scene.gateway.server.gate = async ({ operation }) => {
          if (operation !== "GetStage") return;
          scene.gateway.server.gate = undefined;
          const tags = { ...scene.stage(stageName)?.tags };
          scene.api.stages.delete(stageName);
          scene.addStage(stageName, { tags });
        };
        const run = await closed(scene);
        expect(scene.stage(stageName)).toBeDefined();
        expect(run.text).toContain("Stage pr-1 was kept");
        expect(run.outputs["result"]).not.toBe("deleted");
        expect(comment(scene)).not.toContain("is removed");
        expect(lastStates(scene)).toEqual(["success"]);
      }));

    test("a stage that is deployed to between the look and the deletion is kept", () =>
      inScene(kind.options, async (scene) => {
        await scene.deploy();
        scene.gateway.server.gate = async ({ operation }) => {
          const stage = scene.stage(stageName);
          if (operation !== "GetStage" || stage === undefined) return;
          scene.gateway.server.gate = undefined;
          const { deploymentId } = scene.addStage("elsewhere");
          stage.deploymentId = deploymentId;
        };
        const run = await closed(scene);
        expect(run.outputs["result"]).toBe("skipped");
        expect(scene.stage(stageName)).toBeDefined();
      }));
  });
});

describe("what names the stage from outside", () => {
  const usedBy = {
    "a usage plan": [
      (scene: Scene): void => {
        const apiStages = [{ apiId: scene.api.id, stage: stageName }];
        scene.gateway.world.usagePlans.set("plan01", { id: "plan01", name: "Partners", apiStages });
      },
      "usage plan Partners (plan01)",
    ],
    "a base path mapping": [
      (scene: Scene): void => {
        const { world } = scene.gateway;
        const mapping = { basePath: "orders", restApiId: scene.api.id, stage: stageName };
        addMapping(world, newDomainName(world, "api.example.com"), mapping);
      },
      "base path mapping orders of domain api.example.com",
    ],
    "a routing rule": [
      (scene: Scene): void => {
        const { world } = scene.gateway;
        const domain = newDomainName(world, "rules.example.com", { routingMode: "ROUTING_RULE_ONLY" });
        addRoutingRule(world, domain, { id: "r1", priority: 1, restApiId: scene.api.id, stage: stageName });
      },
      "routing rule r1 of domain rules.example.com",
    ],
  } as const;

  test.each(Object.entries(usedBy))("%s keeps it, and is named", (_, [use, name]) =>
    inScene({}, async (scene) => {
      await scene.deploy();
      use(scene);
      const run = await closed(scene);
      expect(run.steps[0]?.exitCode).toBe(1);
      expect(run.outputs).toMatchObject({ result: "failed", changed: "false" });
      expect(run.text).toContain(name);
      expect(run.text).toContain("(STAGE_IN_USE)");
      expect(scene.stage(stageName)).toBeDefined();
      expect(lastStates(scene)).toEqual(["success"]);
      expect(comment(scene)).toContain("### ❌ Orders · preview `pr-1` was not removed");
      expect(comment(scene)).toContain(name);
    }),
  );

  test("is not looked for without the permission: a warning says so, and the stage goes", () => {
    const access: Access = {
      keys: new Map([
        [
          "AKIASIMULATED0000000",
          {
            arn: "arn:aws:sts::123456789012:assumed-role/deploy/run",
            status: "active",
            denied: (_action, arn) => /\/(usageplans|domainnames)/.test(arn),
          },
        ],
      ]),
    };
    return inScene({ access }, async (scene) => {
      await scene.deploy();
      const run = await closed(scene);
      expect(run.outputs["result"]).toBe("deleted");
      const warnings = run.annotations.filter(({ level }) => level === "warning").map(({ message }) => message);
      expect(warnings.join("\n")).toMatch(/usage plans[\s\S]*custom domain names/);
      expect(scene.stage(stageName)).toBeUndefined();
    });
  });
});
