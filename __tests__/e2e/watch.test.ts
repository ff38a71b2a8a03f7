import { describe, expect, test } from "@jest/globals";
import { putAlarm, seedAlarm, switchAlarm } from "../../simulator/cloudwatch/world.ts";
import { refusal } from "../faults/effects.ts";
import { addStageOf, addVersion, deployTo, promote, rollBack, versionOf, written } from "./release-scene.ts";
import { type Ended, kinds, type Scene, statesOf, until } from "./scene.ts";
import { accessWithout, count, inWatch } from "./watch-scene.ts";

const serves = (scene: Scene): string => scene.stage("prod")?.deploymentId ?? "";

const alarmed = { alarms: "errors", "bake-time": "10m" } as const;

const endedWell = (run: Ended): void => {
  expect([run.conclusion, run.text.match(/::error.*/)?.[0]]).toEqual(["success", undefined]);
};

describe.each(kinds)("of $name:", (kind) => {
  /** Goes off when more than one request in a minute ends in a server error. */
  const errorAlarm = ({ cloudWatch }: Scene): void => {
    const { metric, dimension } = kind.serverErrors;
    putAlarm(cloudWatch, {
      type: "MetricAlarm",
      name: "errors",
      members: {
        Namespace: "AWS/ApiGateway",
        MetricName: metric,
        Dimensions: [dimension, { Name: "Stage", Value: "prod" }],
        Statistic: "Sum",
        Period: 60,
        EvaluationPeriods: 1,
        Threshold: 1,
        ComparisonOperator: "GreaterThanThreshold",
        TreatMissingData: "notBreaching",
      },
    });
    switchAlarm(cloudWatch, "errors", "OK");
  };

  describe("a watched release", () => {
    test("that stays quiet is green: alarms, traffic and progress are told, and the record has the URL meanwhile", () =>
      inWatch({ ...kind.options }, async (watching) => {
        const { scene, job, call } = watching;
        errorAlarm(scene);
        seedAlarm(scene.cloudWatch, "any", { type: "CompositeAlarm" });
        const before = serves(scene);
        watching.meanwhile = () => call(1);
        const { arn } = scene.cloudWatch.alarms.get("any") ?? { arn: "" };
        const run = await promote(scene, { ...alarmed, alarms: `errors\n${arn}` }, job);
        endedWell(run);
        expect(run.outputs).toMatchObject({ result: "promoted", watch: "healthy" });
        expect(serves(scene)).not.toBe(before);
        expect(run.text).toContain("Then watch it for 10m: alarms errors, any.");
        expect(run.text).toContain("30s of 10m watched. 2 of 2 alarms are OK.");
        expect(run.text).toMatch(/9m3\ds of 10m watched\./);
        expect(run.text).toContain("Watched for 10m: nothing speaks against it.");
        expect(run.summary).toContain("✅ Alarm any stayed OK");
        expect(run.summary).toMatch(
          /Traffic from \d\d:\d\d to \d\d:\d\d UTC: 1\d requests, server errors 0, client errors 0/,
        );
        expect(run.annotations).toEqual([]);
        // Before the plan, right before pointing, and every 30 seconds.
        expect(count(scene, "DescribeAlarms")).toBe(22);
        expect([count(scene, "GetMetricData"), count(scene, "DescribeAlarmHistory")]).toEqual([1, 0]);
        expect(statesOf(scene.records()[0])).toEqual(["in_progress", "in_progress", "success"]);
        expect(scene.records()[0]?.statuses[1]).toMatchObject({
          description: "Stage prod is live and watched for 10m",
          environmentUrl: "https://a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com/prod",
        });
      }));

    test("whose alarm goes off is led back by the traffic itself, and what stays is named", () =>
      inWatch({ ...kind.options, comes: { status: 500 } }, async (watching) => {
        const { scene, job, call } = watching;
        errorAlarm(scene);
        const before = serves(scene);
        watching.meanwhile = () => call(2);
        const inputs = { ...alarmed, settings: "throttling: { rate: 7, burst: 9 }", "pr-number": "1" };
        const run = await promote(scene, inputs, job);
        expect(run.conclusion).toBe("failure");
        expect(run.outputs).toMatchObject({ result: "rolled-back", watch: "unhealthy", "deployment-id": before });
        expect(serves(scene)).toBe(before);
        expect(written(scene).filter((operation) => operation === "UpdateStage")).toHaveLength(2);
        expect(run.text).toContain("(WATCH_FAILED)");
        expect(run.text).toMatch(/Alarm errors went to ALARM at .*Z\. Threshold Crossed/);
        expect(run.text).toContain(
          "Settings that this run changed stay as they are now: throttling.rate is 7 (before: the account's limit), throttling.burst is 9",
        );
        // It is over as soon as it is known, and nobody asks the alarm afterwards.
        expect(run.text).not.toContain("9m of 10m watched");
        expect(run.summary).toContain("### ❌ Orders · stage `prod` failed and was rolled back");
        expect(scene.comments()[0]?.body).toContain("❌ Alarm errors went to ALARM");
        expect(statesOf(scene.records()[0])).toEqual(["in_progress", "in_progress", "failure"]);
        expect(scene.records()[0]?.statuses.at(-1)?.description).toBe("Stage prod was rolled back: WATCH_FAILED");
      }));

    test("whose alarm went off and was over between two looks is led back, too", () =>
      inWatch({ ...kind.options }, async (watching) => {
        const { scene, job, call } = watching;
        seedAlarm(scene.cloudWatch, "errors");
        const before = serves(scene);
        watching.meanwhile = async (wait) => {
          await call(1);
          if (wait !== 3) return;
          switchAlarm(scene.cloudWatch, "errors", "ALARM", "5 of 5 failed");
          await new Promise((resolve) => setTimeout(resolve, 5));
          switchAlarm(scene.cloudWatch, "errors", "OK");
        };
        const run = await promote(scene, alarmed, job);
        expect(run.outputs).toMatchObject({ result: "rolled-back", "deployment-id": before });
        expect(run.text).toMatch(/Alarm errors went to ALARM at .*Z, and it is OK now\. 5 of 5 failed/);
      }));

    test("is not taken back where another run has pointed the stage meanwhile", () =>
      inWatch({ ...kind.options }, async (watching) => {
        const { scene, job } = watching;
        seedAlarm(scene.cloudWatch, "errors");
        const theirs = addVersion(scene);
        watching.meanwhile = (wait) => {
          if (wait !== 3) return;
          const stage = scene.stage("prod");
          if (stage !== undefined) stage.deploymentId = theirs;
          switchAlarm(scene.cloudWatch, "errors", "ALARM");
        };
        const run = await promote(scene, alarmed, job);
        expect(run.conclusion).toBe("failure");
        expect(run.text).toContain("(STAGE_CHANGED)");
        expect(serves(scene)).toBe(theirs);
        expect(written(scene).filter((operation) => operation === "UpdateStage")).toHaveLength(1);
      }));
  });

  describe("no data is not health (I8):", () => {
    test.each([
      ["warn", "success", "promoted"],
      ["fail", "failure", "failed"],
    ])("an alarm without data, on-not-proven: %s", (onNotProven, conclusion, result) =>
      inWatch({ ...kind.options }, async ({ scene, job }) => {
        seedAlarm(scene.cloudWatch, "errors", { state: "INSUFFICIENT_DATA" });
        const wanted = scene.stage("test")?.deploymentId;
        const run = await promote(scene, { ...alarmed, "on-not-proven": onNotProven }, job);
        expect(run.conclusion).toBe(conclusion);
        expect(run.outputs).toMatchObject({ result, watch: "not-proven", "deployment-id": wanted });
        expect(serves(scene)).toBe(wanted);
        expect(run.text).toContain("Alarm errors has too little data.");
        expect(run.text).toContain("No request was counted; to tell, it takes 1.");
        expect(run.text).toContain("it is not proven to be healthy");
        expect(run.text.includes("(WATCH_NOT_PROVEN)")).toBe(onNotProven === "fail");
      }),
    );

    test("an alarm that was deleted, and alarms that cannot be read any more", () =>
      inWatch({ ...kind.options }, async (watching) => {
        const { scene, job, call } = watching;
        seedAlarm(scene.cloudWatch, "errors");
        watching.meanwhile = async (wait) => {
          await call(1);
          if (wait === 2) scene.cloudWatch.alarms.delete("errors");
        };
        const run = await promote(scene, alarmed, job);
        endedWell(run);
        expect(run.outputs["watch"]).toBe("not-proven");
        expect(run.text).toContain("Alarm errors does not exist any more.");
      }));

    test("a permission that is taken away meanwhile ends the watch; without that for metrics, traffic is unknown", () => {
      const denied = new Set(["cloudwatch:GetMetricData"]);
      return inWatch({ ...kind.options, access: accessWithout(denied) }, async (watching) => {
        const { scene, job } = watching;
        seedAlarm(scene.cloudWatch, "errors");
        const quiet = await promote(scene, { ...alarmed, "bake-time": "5m" }, job);
        endedWell(quiet);
        expect(quiet.outputs["watch"]).toBe("healthy");
        expect(quiet.text).toContain("Traffic is not known. The metrics could not be read: CloudWatch said: User");
        addStageOf(scene, "test");
        let asked = 0;
        watching.meanwhile = () => {
          asked += 1;
          if (asked === 3) denied.add("cloudwatch:DescribeAlarms");
        };
        const blind = await promote(scene, alarmed, job);
        endedWell(blind);
        expect(blind.outputs["watch"]).toBe("not-proven");
        expect(blind.text).toContain("Watched for 1m30s of 10m: it is not proven to be healthy.");
        expect(blind.text).toContain("The alarms could not be read: CloudWatch said: User");
      });
    });

    test("one look that fails is none: the next decides", () =>
      inWatch({ ...kind.options }, async (watching) => {
        const { scene, job, call } = watching;
        seedAlarm(scene.cloudWatch, "errors");
        watching.meanwhile = async (wait) => {
          await call(1);
          const broken = refusal(400, "ValidationException", "Not now");
          if (wait === 3) scene.gateway.server.faults.add({ operation: "DescribeAlarms", times: 1, effect: broken });
        };
        const run = await promote(scene, alarmed, job);
        endedWell(run);
        expect(run.outputs["watch"]).toBe("healthy");
        expect(run.text).toMatch(
          /2m(?:\ds)? of 10m watched\. The alarms could not be read: CloudWatch said: Not now\./,
        );
      }));
  });

  describe("limits without alarms", () => {
    const limited = { "bake-time": "10m", "max-error-rate": "10%", "max-latency": "2s", "min-requests": "10" } as const;

    test("are judged by the stage's own metrics, and the same time before is told", () =>
      inWatch({ ...kind.options }, async (watching) => {
        const { scene, job, call, later } = watching;
        await call(6);
        await later(60_000);
        watching.meanwhile = () => call(2);
        const run = await promote(scene, limited, job);
        endedWell(run);
        expect(run.outputs["watch"]).toBe("healthy");
        expect(run.text).toMatch(/0 of 2\d requests ended in a server error \(0%\); allowed is 10%\./);
        expect(run.text).toContain("95 of 100 requests took at most");
        expect(run.text).toContain("In the same time before: 6 requests, server errors 0, client errors 0");
        expect(count(scene, "DescribeAlarms")).toBe(0);
      }));

    test("that are exceeded lead back, and few bad requests do not", () =>
      inWatch({ ...kind.options, comes: { status: 500 } }, async (watching) => {
        const { scene, job, call } = watching;
        const before = serves(scene);
        watching.meanwhile = (wait) => call(wait < 4 ? 1 : 0);
        const few = await promote(scene, { ...limited, "max-latency": "", "min-requests": "1000" }, job);
        endedWell(few);
        expect(few.outputs["watch"]).toBe("not-proven");
        expect(few.text).toMatch(/Only \d requests? (?:was|were) counted; to tell, it takes 1,000/);
        for (const stage of [scene.stage("prod")]) if (stage !== undefined) stage.deploymentId = before;
        watching.meanwhile = () => call(2);
        const run = await promote(scene, limited, job);
        expect(run.outputs).toMatchObject({ result: "rolled-back", watch: "unhealthy", "deployment-id": before });
        expect(run.text).toMatch(/ended in a server error \(100%\); allowed is 10%\./);
        expect(run.text).toContain("The API's draft stays as this run left it.");
      }));

    if (kind.serverErrors.dimension.Name === "ApiName") {
      test("follow the API's new name where an import renames it, and alarms on the old one are named", () =>
        inWatch(
          { ...kind.options, files: { "api.json": versionOf({}).replace("Orders", "Orders v2") } },
          async (watching) => {
            const { scene, job, call } = watching;
            errorAlarm(scene);
            watching.meanwhile = () => call(2);
            const inputs = { ...limited, alarms: "errors", definition: "api.json", "min-requests": "5" };
            const run = await deployTo(scene, "prod", inputs, job);
            endedWell(run);
            expect(run.outputs["watch"]).toBe("healthy");
            expect(run.text).toContain("errors follows the metrics of Orders: from then on there are none");
            expect(run.text).toMatch(/Traffic from .*: [12]\d requests/);
          },
        ));
    }
  });

  describe("before anything is written", () => {
    test("alarms that cannot tell refuse the release, all at once; a rollback is only told", () =>
      inWatch({ ...kind.options }, async ({ scene, job }) => {
        seedAlarm(scene.cloudWatch, "red", { state: "ALARM" });
        seedAlarm(scene.cloudWatch, "broken", { evaluationState: "EVALUATION_FAILURE" });
        const before = serves(scene);
        seedAlarm(scene.cloudWatch, "far");
        const far = `arn:aws:cloudwatch:us-east-1:${scene.cloudWatch.accountId}:alarm:far`;
        const alarms = `red\nbroken\ngone\n${far}`;
        for (const more of [{ "dry-run": "true" }, {}]) {
          const run = await promote(scene, { alarms, "bake-time": "10m", ...more }, job);
          expect(run.conclusion).toBe("failure");
          expect(run.text).toContain("(ALARM_UNKNOWN)");
          expect(run.text).toContain("There is no alarm gone in this account and Region.");
          expect(run.text).toMatch(
            /The alarm far of this account and Region is arn:aws:cloudwatch:eu-central-1:\d+:alarm:far, and not arn:aws:cloudwatch:us-east-1:/,
          );
          expect(run.text).toContain("Alarm red is in ALARM since");
          expect(run.text).toContain("The evaluation of alarm broken has trouble (EVALUATION_FAILURE)");
        }
        expect(written(scene)).toEqual([]);
        const first = addVersion(scene);
        const back = await rollBack(scene, { alarms, "bake-time": "10m", "deployment-id": first }, job);
        endedWell(back);
        expect(serves(scene)).toBe(first);
        expect(back.text).toContain("There is no alarm gone in this account and Region.");
        expect(back.text).toContain("A rollback is not watched");
        expect(before).not.toBe(first);
      }));

    test("a bake-time in which no alarm can go off is warned of; a dry run shows what would be watched", () =>
      inWatch({ ...kind.options }, async ({ scene, job }) => {
        seedAlarm(scene.cloudWatch, "slow", { members: { Period: 300, EvaluationPeriods: 3 } });
        const run = await promote(scene, { alarms: "slow", "bake-time": "5m", "dry-run": "true" }, job);
        endedWell(run);
        expect(run.text).toContain("Then watch it for 5m: alarm slow.");
        expect(run.text).toContain("bake-time is 5m, and alarm slow looks at 15m of data");
        expect(run.text).toContain("Give bake-time: 18m or more.");
        expect([written(scene), count(scene, "DescribeAlarms")]).toEqual([[], 1]);
      }));

    test("a role that may not read alarms is told the statement, and a rollback goes on", () =>
      inWatch(
        { ...kind.options, access: accessWithout(new Set(["cloudwatch:DescribeAlarms"])) },
        async ({ scene, job }) => {
          const run = await promote(scene, alarmed, job);
          expect(run.text).toContain("(ACCESS_DENIED)");
          expect(run.text).toContain('{"Effect":"Allow","Action":"cloudwatch:DescribeAlarms","Resource":"*"}');
          expect(written(scene)).toEqual([]);
          const back = await rollBack(scene, { ...alarmed, "deployment-id": addVersion(scene) }, job);
          endedWell(back);
          expect(back.text).toContain("Could not read the alarms.");
        },
      ));

    test("an alarm that goes off while the deployment is made keeps the stage from being pointed", () =>
      inWatch({ ...kind.options }, async ({ scene, job }) => {
        seedAlarm(scene.cloudWatch, "errors");
        const before = serves(scene);
        const running = promote(scene, alarmed, job);
        await until(() => count(scene, "DescribeAlarms") === 1);
        switchAlarm(scene.cloudWatch, "errors", "ALARM");
        const run = await running;
        expect(run.text).toContain("(ALARM_ACTIVE)");
        expect([serves(scene), written(scene)]).toEqual([before, []]);
      }));
  });

  describe("a watch that is broken off", () => {
    test("by a cancel leaves the deployment live and says so", () =>
      inWatch({ ...kind.options }, async (watching) => {
        const { scene, job } = watching;
        seedAlarm(scene.cloudWatch, "errors");
        const cancel = new AbortController();
        watching.meanwhile = (wait) => {
          if (wait === 3) cancel.abort();
        };
        const run = await promote(scene, alarmed, { runner: { ...job.runner, cancel: cancel.signal } });
        expect(run.steps[0]?.exitCode).toBe(130);
        const live = scene.stage("test")?.deploymentId;
        expect(serves(scene)).toBe(live);
        expect(run.text).toMatch(/The run was cancelled after 1m3\ds of 10m\./);
        expect(run.text).toContain(`State: Stage prod serves deployment ${live} and stays so; nobody watches it now.`);
        expect(written(scene).filter((operation) => operation === "UpdateStage")).toHaveLength(1);
      }));

    test.each<[string, Readonly<Record<string, string>>]>([
      ["promoted", {}],
      ["deployed", { command: "deploy", "from-stage-name": "", gate: "" }],
    ])(
      "by a kill is taken up by the next attempt: what was %s stays one deployment, and goes back if need be",
      (_, inputs) =>
        inWatch({ ...kind.options, comes: { status: 500 } }, async (watching) => {
          const { scene, job, call } = watching;
          errorAlarm(scene);
          const before = serves(scene);
          const kill = new AbortController();
          watching.meanwhile = (wait) => {
            if (wait === 1) kill.abort();
          };
          const first = await promote(scene, { ...alarmed, ...inputs }, { ...job, kill: kill.signal });
          const live = serves(scene);
          expect(live).not.toBe(before);
          const [pointings, made] = [count(scene, "UpdateStage"), count(scene, "CreateDeployment")];
          switchAlarm(scene.cloudWatch, "errors", "OK");
          watching.meanwhile = () => call(2);
          const again = await promote(scene, { ...alarmed, ...inputs }, { ...job, rerunOf: first.run });
          expect(count(scene, "CreateDeployment")).toBe(made);
          expect(again.outputs).toMatchObject({ result: "rolled-back", watch: "unhealthy", "deployment-id": before });
          expect(serves(scene)).toBe(before);
          expect(count(scene, "UpdateStage")).toBe(pointings + 1);
        }),
    );

    test.each<[string, Readonly<Record<string, string>>]>([
      ["", {}],
      [" and settings are left to send", { settings: "metrics: true" }],
      [" and no record tells what was before", { "github-deployment": "never" }],
    ])("and whose alarm is red by then%s: the next attempt sees that it went off since", (_, inputs) =>
      inWatch({ ...kind.options }, async (watching) => {
        const { scene, job } = watching;
        const owner = `repository=${scene.repository.id}/rest-api=${scene.api.id}/stage=prod`;
        Object.assign(scene.stage("prod") ?? {}, { tags: { "apigw-stage-action": owner } });
        seedAlarm(scene.cloudWatch, "errors");
        const before = serves(scene);
        const kill = new AbortController();
        watching.meanwhile = (wait) => {
          if (wait === 1) kill.abort();
        };
        const records = { "github-deployment": inputs["github-deployment"] ?? "" };
        const first = await promote(scene, { ...alarmed, ...records }, { ...job, kill: kill.signal });
        switchAlarm(scene.cloudWatch, "errors", "ALARM");
        watching.meanwhile = () => {};
        const again = await promote(scene, { ...alarmed, ...inputs }, { ...job, rerunOf: first.run });
        expect(again.outputs).toMatchObject({ result: "rolled-back", "deployment-id": before });
        expect(again.text).toContain("Watched for 30s of 10m: it is unhealthy.");
      }),
    );
  });
});
