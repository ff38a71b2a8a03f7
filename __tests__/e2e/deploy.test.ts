import { describe, expect, test } from "@jest/globals";
import { dispatchEvent, pushEvent } from "../../simulator/github/events.ts";
import { closePullRequest, pushToPullRequest } from "../../simulator/github/people.ts";
import { refusal } from "../faults/effects.ts";
import { inScene, kinds, noise, statesOf } from "./scene.ts";

const url = "https://a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com";

describe.each(kinds)("of $name:", (kind) => {
  test("a preview: made with the pull request, moved on with its pushes", () =>
    inScene(kind.options, async (scene) => {
      const first = await scene.deploy();
      const made = scene.stage("pr-1")?.deploymentId ?? "";
      expect(first.conclusion).toBe("success");
      expect(first.outputs).toMatchObject({
        "invoke-url": `${url}/pr-1`,
        "stage-name": "pr-1",
        "rest-api-id": "a1b2c3d4e5",
        "deployment-id": made,
        "previous-deployment-id": "",
        result: "created",
        changed: "true",
        "github-deployment-id": String(scene.records()[0]?.id),
        "comment-id": String(scene.comments()[0]?.id),
      });
      expect(scene.stage("pr-1")?.tags).toEqual({
        "apigw-stage-action": `repository=${scene.repository.id}/pull-request=1/rest-api=a1b2c3d4e5/stage=pr-1`,
      });
      expect(scene.api.deployments.get(made)?.description).toContain(`commit=${scene.pull.head.sha}`);
      expect(scene.asked()).toEqual(
        expect.arrayContaining([
          ...["GetStages", "GetRestApi", "CreateDeployment", "CreateStage", "GetStage"],
          ...kind.reads,
        ]),
      );
      expect(scene.asked()).toHaveLength(5 + kind.reads.length);
      expect(first.text).toContain("1. Create a deployment: takes a snapshot of the API's draft");
      expect(first.text).toContain(`Result: created. Stage pr-1 serves deployment ${made}. ${url}/pr-1`);
      expect(first.annotations).toEqual([]);
      expect(first.text).not.toMatch(noise);
      expect(first.summary).toContain("### ✅ Orders · preview `pr-1` is live");
      expect(scene.comments()[0]?.body).toContain(`**<${url}/pr-1>**`);

      pushToPullRequest(scene.github.world, scene.repository, scene.pull);
      const before = structuredClone(scene.stage("pr-1"));
      const second = await scene.deploy({}, { event: scene.opened("synchronize") });
      const next = scene.stage("pr-1")?.deploymentId ?? "";
      expect(next).not.toBe(made);
      expect(second.outputs).toMatchObject({
        result: "updated",
        "deployment-id": next,
        "previous-deployment-id": made,
      });
      expect(scene.stage("pr-1")).toEqual({ ...before, deploymentId: next, lastUpdatedDate: expect.any(Number) });
      expect(scene.comments()).toHaveLength(1);
      expect(scene.comments()[0]?.body).toContain(`\`${next}\`, before \`${made}\``);
      expect(scene.comments()[0]?.body).toContain(scene.pull.head.sha.slice(0, 7));
      expect(scene.records().map(statesOf)).toEqual([
        ["in_progress", "success", "inactive"],
        ["in_progress", "success"],
      ]);
    }));

  describe("a named stage", () => {
    test("that is new belongs to the repository and to no pull request", () =>
      inScene(kind.options, async (scene) => {
        const event = pushEvent(scene.repository, "main", "alice");
        const run = await scene.deploy({ "stage-name": "prod" }, { event });
        expect(run.outputs["result"]).toBe("created");
        expect(scene.stage("prod")?.tags).toEqual({
          "apigw-stage-action": `repository=${scene.repository.id}/rest-api=a1b2c3d4e5/stage=prod`,
          "apigw-stage-action:history": expect.stringMatching(
            new RegExp(`^of=[0-9a-f]{16} ${scene.stage("prod")?.deploymentId}@[0-9]+$`),
          ),
        });
        expect(scene.records()[0]).toMatchObject({
          environment: "prod",
          production: true,
          transient: false,
          sha: event.sha,
        });
        expect(scene.comments()).toEqual([]);
      }));

    test("that others made is pointed, never tagged, and nothing else on it is touched", () =>
      inScene(kind.options, async (scene) => {
        const before = structuredClone(
          scene.addStage("prod", {
            description: "Managed by Terraform",
            variables: { backend: "v1" },
            tags: { "managed-by": "terraform" },
            tracingEnabled: true,
            accessLogSettings: {
              destinationArn: "arn:aws:logs:eu-central-1:123456789012:log-group:x",
              format: "$context.requestId",
            },
            methodSettings: {
              "*/*": {
                metricsEnabled: true,
                loggingLevel: "INFO",
                dataTraceEnabled: false,
                throttlingBurstLimit: 10,
                throttlingRateLimit: 5,
                cachingEnabled: false,
                cacheTtlInSeconds: 300,
                cacheDataEncrypted: false,
                requireAuthorizationForCacheControl: true,
                unauthorizedCacheControlHeaderStrategy: "SUCCEED_WITH_RESPONSE_HEADER",
              },
            },
          }),
        );
        const run = await scene.deploy(
          { "stage-name": "prod" },
          { event: pushEvent(scene.repository, "main", "alice") },
        );
        const deploymentId = run.outputs["deployment-id"];
        expect(run.outputs).toMatchObject({ result: "updated", "previous-deployment-id": before.deploymentId });
        expect(deploymentId).not.toBe(before.deploymentId);
        expect(scene.stage("prod")).toEqual({ ...before, deploymentId, lastUpdatedDate: expect.any(Number) });
      }));
  });

  describe("deployment-id", () => {
    test("points the stage at an existing deployment and makes none; once more changes nothing", () =>
      inScene(kind.options, async (scene) => {
        const wanted = scene.addStage("test").deploymentId;
        scene.addStage("prod");
        const count = scene.api.deployments.size;
        const event = dispatchEvent(scene.repository, "alice");
        const run = await scene.deploy({ "stage-name": "prod", "deployment-id": wanted }, { event });
        expect(run.outputs).toMatchObject({ result: "updated", "deployment-id": wanted, changed: "true" });
        expect(scene.stage("prod")?.deploymentId).toBe(wanted);
        expect(scene.api.deployments.size).toBe(count);

        const again = await scene.deploy({ "stage-name": "prod", "deployment-id": wanted }, { event });
        expect(again.outputs).toMatchObject({ result: "unchanged", changed: "false", "deployment-id": wanted });
        expect(again.text).toContain(
          `Nothing to do for stage prod: it serves deployment ${wanted}, as deployment-id asks.`,
        );
        expect(again.summary).toContain("is up to date");
        expect(scene.asked().filter((operation) => operation === "UpdateStage")).toHaveLength(1);
      }));

    test("that the API does not have is refused before anything happens", () =>
      inScene(kind.options, async (scene) => {
        const before = structuredClone(scene.addStage("prod"));
        const event = dispatchEvent(scene.repository, "alice");
        const run = await scene.deploy({ "stage-name": "prod", "deployment-id": "gone12" }, { event });
        expect(run.conclusion).toBe("failure");
        expect(run.text).toContain("API a1b2c3d4e5 has no deployment gone12.");
        expect(run.text).toContain("State: Nothing was changed.");
        expect(run.text).toContain(kind.listDeployments);
        expect(scene.stage("prod")).toEqual(before);
        expect(scene.records()).toEqual([]);
      }));
  });

  describe("I5: a re-run of the same run", () => {
    test("after success changes nothing", () =>
      inScene(kind.options, async (scene) => {
        const first = await scene.deploy();
        const before = structuredClone(scene.stage("pr-1"));
        const second = await scene.deploy({}, { rerunOf: first.run });
        expect(second.outputs).toMatchObject({
          result: "unchanged",
          changed: "false",
          "deployment-id": first.outputs["deployment-id"],
        });
        expect(scene.stage("pr-1")).toEqual(before);
        expect(scene.api.deployments.size).toBe(1);
        expect(scene.comments()).toHaveLength(1);
        expect(scene.records().map((record) => statesOf(record).at(-1))).toEqual(["inactive", "success"]);
      }));

    test("after a failure between deployment and stage uses the deployment that is there", () =>
      inScene(kind.options, async (scene) => {
        scene.gateway.server.faults.add({
          operation: "CreateStage",
          effect: refusal(400, "BadRequestException", "No."),
        });
        const first = await scene.deploy();
        const [made = ""] = scene.api.deployments.keys();
        expect(first.conclusion).toBe("failure");
        expect(first.text).toContain(
          `State: Stage pr-1 was not created. Deployment ${made} was created and no stage serves it; running this job again uses it.`,
        );
        expect(first.outputs).toMatchObject({ result: "failed", changed: "false", "invoke-url": "" });
        expect(scene.comments()[0]?.body).toContain("### ❌ Orders · preview `pr-1` was not deployed");
        expect(scene.comments()[0]?.body).not.toContain(url);

        const second = await scene.deploy({}, { rerunOf: first.run });
        expect(second.text).toContain("which an earlier attempt of this run made");
        expect(second.outputs).toMatchObject({ result: "created", "deployment-id": made });
        expect([...scene.api.deployments.keys()]).toEqual([made]);
        expect(scene.comments()).toHaveLength(1);
        expect(scene.comments()[0]?.body).toContain("is live");
        expect(scene.records().map(statesOf)).toEqual([
          ["in_progress", "failure"],
          ["in_progress", "success"],
        ]);
      }));
  });

  describe("I3: refused, and nothing is touched:", () => {
    test.each([
      ["a preview's name that others use", {}],
      [
        "a tag copied from another stage",
        { "apigw-stage-action": "repository=1500000001/pull-request=1/rest-api=a1b2c3d4e5/stage=pr-9" },
      ],
    ])("%s", (_, tags) =>
      inScene(kind.options, async (scene) => {
        const before = structuredClone(scene.addStage("pr-1", { tags }));
        const run = await scene.deploy();
        expect(run.conclusion).toBe("failure");
        expect(run.text).toContain("nothing on it proves that it was made for pull request #1 of this repository");
        expect(run.text).toContain("Choose another stage-name for previews");
        expect(scene.stage("pr-1")).toEqual(before);
        expect(scene.api.deployments.size).toBe(1);
        expect(scene.records()).toEqual([]);
        expect(scene.comments()[0]?.body).toContain("❌");
      }),
    );

    if (kind.can("canary")) {
      test("a stage with a canary, with the commands that end it", () =>
        inScene(kind.options, async (scene) => {
          const { deploymentId } = scene.addStage("test");
          const before = structuredClone(
            scene.addStage("prod", {
              canarySettings: {
                percentTraffic: 10,
                deploymentId,
                useStageCache: false,
                stageVariableOverrides: { a: "b" },
              },
            }),
          );
          const run = await scene.deploy(
            { "stage-name": "prod" },
            { event: pushEvent(scene.repository, "main", "alice") },
          );
          expect(run.conclusion).toBe("failure");
          expect(run.text).toContain(
            `10 % of the traffic of stage prod goes to a canary on deployment ${deploymentId}`,
          );
          expect(run.text).toContain("Complete it (the canary's deployment becomes the stage's):");
          expect(run.text).toContain("op=copy,from=/canarySettings/stageVariableOverrides,path=/variables");
          expect(run.text).toContain("Abort it (all traffic goes back to the stage's deployment):");
          expect(scene.stage("prod")).toEqual(before);
          expect(scene.api.deployments.size).toBe(2);
        }));
    }
  });

  test("I12: a dry run shows the plan and writes only the comment", () =>
    inScene(kind.options, async (scene) => {
      const run = await scene.deploy({ "dry-run": "true" });
      expect(run.conclusion).toBe("success");
      expect(run.outputs).toMatchObject({
        result: "planned",
        changed: "true",
        "has-changes": "true",
        "invoke-url": "",
      });
      expect(JSON.parse(run.outputs["plan"] ?? "").steps).toHaveLength(2);
      expect(run.text).toContain("2. Create stage pr-1");
      expect(scene.asked().filter((operation) => !/^(?:Get|Export)/.test(operation))).toEqual([]);
      expect([scene.api.stages.size, scene.api.deployments.size, scene.records().length]).toEqual([0, 0, 0]);
      expect(scene.comments()[0]?.body).toContain("plan for preview `pr-1`, nothing was changed");
      const writes = scene.github.server.exchanges.filter(({ request }) => request.method !== "GET");
      expect(writes.map(({ operation }) => operation)).toEqual([
        "POST /graphql",
        "POST /repos/{owner}/{repo}/issues/{issue_number}/comments",
      ]);
    }));

  test("a closed pull request and a stage that is not its own: nothing to do, and nobody is asked", () =>
    inScene(kind.options, async (scene) => {
      closePullRequest(scene.github.world, scene.repository, scene.pull);
      const run = await scene.deploy({ "stage-name": "shared" }, { event: scene.opened("closed") });
      expect(run.conclusion).toBe("success");
      expect(run.outputs).toEqual({ result: "skipped", changed: "false", "has-changes": "false" });
      expect(run.annotations).toEqual([expect.objectContaining({ level: "notice" })]);
      expect(run.summary).toContain("Pull request #\u200b1 is closed, there is nothing to deploy for it");
      expect([scene.asked(), scene.github.server.exchanges]).toEqual([[], []]);
    }));
});
