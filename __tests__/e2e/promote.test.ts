import { describe, expect, test } from "@jest/globals";
import type { Access } from "../../simulator/aws/access.ts";
import { addClientCertificate } from "../../simulator/gateway/client-certificate.ts";
import { grantInvoke } from "../../simulator/lambda/service.ts";
import { refusal } from "../faults/effects.ts";
import { inWorkspace } from "./files.ts";
import {
  addStageOf,
  addVersion,
  changeDraft,
  deployTo,
  promote,
  type Version,
  written,
  writtenToGitHub,
} from "./release-scene.ts";
import {
  inScene,
  type JobSettings,
  kinds,
  noise,
  routeSettingsOf,
  type Scene,
  setVariables,
  statesOf,
  variablesOf,
} from "./scene.ts";

const url = "https://a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com/prod";

const ROLE = "arn:aws:sts::123456789012:assumed-role/deploy/run";

const serves = (scene: Scene, stage: string): string => scene.stage(stage)?.deploymentId ?? "";

describe.each(kinds)("of $name:", (kind) => {
  /** `test` is ahead of `prod`. */
  const inRelease = (
    play: (scene: Scene) => Promise<void>,
    test: Version = { routes: ["GET /pets"] },
    prod: Version = { routes: ["GET /old"] },
  ): Promise<void> =>
    inScene(kind.options, async (scene) => {
      addStageOf(scene, "prod", prod);
      addStageOf(scene, "test", test);
      await play(scene);
    });

  describe("promote", () => {
    test("makes a target that does not exist, and marks it as ours", () =>
      inScene(kind.options, async (scene) => {
        const { deploymentId } = addStageOf(scene, "test");
        const known = scene.api.deployments.size;
        const run = await promote(scene);
        expect(run.outputs).toMatchObject({
          result: "promoted",
          "deployment-id": deploymentId,
          "previous-deployment-id": "",
          "routes-added": "",
        });
        expect(scene.stage("prod")).toMatchObject({
          deploymentId,
          tags: {
            "apigw-stage-action": `repository=${scene.repository.id}/rest-api=a1b2c3d4e5/stage=prod`,
            "apigw-stage-action:history": expect.stringMatching(new RegExp(` ${deploymentId}@[0-9]+$`)),
            "apigw-stage-action:run": expect.stringMatching(new RegExp(` deployment=${deploymentId}$`)),
          },
        });
        expect(scene.api.deployments.size).toBe(known);
      }));

    test("to what prod serves already changes nothing, and is recorded all the same", () =>
      inScene(kind.options, async (scene) => {
        const { deploymentId } = addStageOf(scene, "test");
        scene.addStage("prod", { deploymentId });
        const before = structuredClone(scene.stage("prod"));
        const run = await promote(scene);
        expect(run.outputs).toMatchObject({ result: "unchanged", changed: "false", "deployment-id": deploymentId });
        expect(run.text).toContain(
          `Nothing to do for stage prod: it serves deployment ${deploymentId}, which stage test serves.`,
        );
        expect(written(scene)).toEqual([]);
        expect(scene.stage("prod")).toEqual(before);
        expect(scene.records().map(statesOf)).toEqual([["in_progress", "success"]]);
      }));

    test("takes deployment-id alone, whatever any stage serves, or beside from-stage-name while that stage serves it", () =>
      inRelease(async (scene) => {
        const wanted = addVersion(scene);
        const run = await promote(scene, { "from-stage-name": "", "deployment-id": wanted });
        expect(run.outputs).toMatchObject({ result: "promoted", "deployment-id": wanted });
        expect(serves(scene, "prod")).toBe(wanted);
        await promote(scene, { "deployment-id": serves(scene, "test") });
        expect(serves(scene, "prod")).toBe(serves(scene, "test"));
      }));

    test("makes prod serve the very deployment that test serves, whatever the draft holds by now", () =>
      inRelease(async (scene) => {
        const [before, wanted] = [serves(scene, "prod"), serves(scene, "test")];
        changeDraft(scene, { routes: ["GET /unfinished"] });
        const known = [...scene.api.deployments.keys()];
        const run = await promote(scene);
        expect(run.conclusion).toBe("success");
        expect(run.outputs).toMatchObject({
          result: "promoted",
          changed: "true",
          "stage-name": "prod",
          "deployment-id": wanted,
          "previous-deployment-id": before,
          "invoke-url": url,
          "routes-added": "1",
          "routes-removed": "1",
          "routes-changed": "0",
          "auth-weakened": "0",
        });
        expect(serves(scene, "prod")).toBe(wanted);
        expect(serves(scene, "test")).toBe(wanted);
        expect([...scene.api.deployments.keys()]).toEqual(known);
        expect(written(scene)).toEqual(["UpdateStage"]);
        expect(scene.stage("prod")?.tags ?? {}).toEqual({});
        expect(scene.records()).toEqual([expect.objectContaining({ environment: "prod", production: true })]);
        expect(scene.records()[0]?.statuses.at(-1)).toMatchObject({ state: "success", environmentUrl: url });
        expect(run.text).toContain(
          `1. Point stage prod: the stage serves deployment ${before}; it will serve deployment ${wanted}, which stage test serves`,
        );
        expect(run.text).toContain("added without authorization: GET /pets");
        expect(run.text).toContain("removed: GET /old");
        expect(run.summary).toContain("### ⚠️ Orders · stage `prod` is live, with 1 route removed");
        expect(run.summary).toContain("**Routes:** 1 added, 1 removed. Compared with `stage prod`.");
        expect(run.annotations).toEqual([]);
        expect(run.text).not.toMatch(noise);
      }));

    test("warns of stage variables that the API uses and the target lacks, with their names", () =>
      inRelease(
        async (scene) => {
          // What the draft holds by now goes nowhere.
          changeDraft(scene, { variables: ["newer"] });
          const run = await promote(scene);
          const warnings = run.annotations.map(({ message }) => message);
          expect(scene.asked()).not.toContain("GetResources");
          expect(warnings).toEqual([
            expect.stringContaining(
              "The API uses the stage variable backend (GET /health), but the stage will not have it",
            ),
            expect.stringContaining("The API uses the stage variable table"),
          ]);
          expect(run.conclusion).toBe("success");
          const byId = await promote(scene, { "from-stage-name": "", "deployment-id": serves(scene, "test") });
          expect(byId.annotations.map(({ message }) => message)).toEqual(warnings);
        },
        { variables: ["backend", "table"] },
      ));

    test("says of a deployment that no stage serves that nobody looked into it, where the target lacks what others have", () =>
      inRelease(async (scene) => {
        setVariables(scene, "test", { alias: "live" });
        const unread = addVersion(scene, { variables: ["alias"] });
        const inputs = { "from-stage-name": "", "deployment-id": unread };
        const run = await promote(scene, inputs);
        expect(run.annotations.map(({ message }) => message)).toEqual([
          expect.stringMatching(
            `uses, because no stage serves it .* Stage prod will not have alias, which stage test has`,
          ),
        ]);
        setVariables(scene, "prod", { alias: "live" });
        expect((await deployTo(scene, "prod", { "deployment-id": unread })).annotations).toEqual([]);
      }));

    if (kind.can("client-certificate", "execution-logs"))
      test("I8: says what nobody could check, because the role may not read it", () => {
        const denied = (_: string, resource: string): boolean => /exports|clientcertificates|account$/.test(resource);
        const access: Access = { keys: new Map([["AKIASIMULATED0000000", { arn: ROLE, status: "active", denied }]]) };
        return inScene({ ...kind.options, access }, async (scene) => {
          const accessLogSettings = {
            destinationArn: "arn:aws:logs:eu-central-1:123456789012:log-group:a",
            format: "$",
          };
          const { clientCertificateId } = addClientCertificate(scene.gateway.world);
          scene.addStage("prod", { clientCertificateId, accessLogSettings });
          addStageOf(scene, "test", { variables: ["alias"] });
          setVariables(scene, "test", { alias: "live" });
          const { text, annotations } = await promote(scene);
          expect(annotations.map(({ message }) => message)).toEqual([
            expect.stringContaining("no stage serves it that could be exported. Stage prod will not have alias"),
          ]);
          expect(text).toContain(`Nobody checked when client certificate ${clientCertificateId} of stage prod expires`);
          expect(text).toContain("(apigateway:GET on /clientcertificates");
          expect(text).toContain("Nobody checked whether the logs of stage prod are written");
          expect(text).toContain("(apigateway:GET on /account)");
        });
      });

    describe("functions that API Gateway may not invoke for the target", () => {
      const functions = ["orders:${stageVariables.alias}", "search"];
      const declared = { settings: "variables: { alias: live }" };
      const callers = (stage: string): string => `arn:aws:execute-api:eu-central-1:123456789012:a1b2c3d4e5/${stage}`;

      test("are named with their routes, and with the command that allows it", () =>
        inRelease(
          async (scene) => {
            const { world } = scene.gateway;
            grantInvoke(world, "orders:live", callers("test/*"));
            grantInvoke(world, "search", callers("*/GET/search"));
            const run = await promote(scene, declared);
            expect(run.annotations.map(({ message }) => message)).toEqual([
              expect.stringMatching(
                /^API Gateway may not invoke orders:live for stage prod; their policies name stage test: GET \/orders will answer 500\. .*aws lambda add-permission --function-name arn:aws:lambda:eu-central-1:123456789012:function:orders:live .*a1b2c3d4e5\/prod\/\*'/,
              ),
            ]);
            grantInvoke(world, "orders:live", callers("prod/*"));
            expect((await promote(scene, declared)).annotations).toEqual([]);
            expect(scene.asked().filter((operation) => operation === "GetPolicy")).toHaveLength(4);
            const byId = { ...declared, "deployment-id": serves(scene, "test") };
            expect((await deployTo(scene, "next", byId)).annotations.map(({ message }) => message)).toEqual([
              expect.stringContaining("API Gateway may not invoke orders:live for stage next;"),
            ]);
          },
          { functions },
        ));

      test("I8: are not looked for again where the role may not see the first, and the log says so", () =>
        inScene(
          {
            ...kind.options,
            access: {
              keys: new Map([
                [
                  "AKIASIMULATED0000000",
                  { arn: ROLE, status: "active", denied: (action: string) => action === "lambda:GetPolicy" },
                ],
              ]),
            },
          },
          async (scene) => {
            changeDraft(scene, { functions });
            const run = await deployTo(scene, "prod", declared);
            expect([run.conclusion, run.annotations]).toEqual(["success", []]);
            expect(scene.asked().filter((operation) => operation === "GetPolicy")).toHaveLength(1);
            expect(run.text).toContain(
              "Nobody checked whether 2 of 2 functions may be invoked for stage prod: the role",
            );
            const effect = refusal(400, "InvalidParameterValueException", "No such name.");
            scene.gateway.server.faults.add({ operation: "GetPolicy", effect });
            expect((await deployTo(scene, "prod", declared)).text).toContain("for stage prod: Could not read who may");
          },
        ));
    });

    if (kind.can("client-certificate", "web-acl"))
      test("warns of a client certificate that runs out, and of the web ACL that the other stage has", () =>
        inRelease(async (scene) => {
          const { world } = scene.gateway;
          const { clientCertificateId } = addClientCertificate(world, {
            expirationDate: world.clock.now() + 86_400_000,
          });
          scene.addStage("prod", { clientCertificateId });
          const test = scene.stage("test");
          const webAclArn = "arn:aws:wafv2:eu-central-1:123456789012:regional/webacl/front/0f1e2d3c";
          if (test !== undefined) test.webAclArn = webAclArn;
          const run = await promote(scene);
          expect(run.annotations.map(({ message }) => message)).toEqual([
            expect.stringContaining("Declare web-acl: { same-as: test } among its settings"),
            expect.stringContaining(`The client certificate ${clientCertificateId} of stage prod expires at`),
          ]);
          const settings = `{ client-certificate-id: ${clientCertificateId}, web-acl: null }`;
          const next = await deployTo(scene, "next", { settings });
          expect(next.annotations.map(({ message }) => message)).toEqual([
            expect.stringContaining(`The client certificate ${clientCertificateId} of stage next expires at`),
          ]);
        }));
  });

  describe("the target's settings", () => {
    const settings = `
stages:
  test: { variables: { backend: test-backend } }
  prod:
    variables: { backend: prod-backend }
    throttling: { rate: 50, burst: 20 }
`;

    const inFiles = (play: (scene: Scene, job: JobSettings) => Promise<void>): Promise<void> =>
      inWorkspace({ "stages.yml": settings }, (scene, { job }) => play(scene, job), kind.options);

    test("are its own, sent with the pointer", () =>
      inFiles(async (scene, job) => {
        addStageOf(scene, "prod");
        const { deploymentId } = addStageOf(scene, "test", {}, { variables: { backend: "test-backend" } });
        const run = await promote(scene, { "settings-file": "stages.yml" }, job);
        expect(run.outputs["result"]).toBe("promoted");
        expect(serves(scene, "prod")).toBe(deploymentId);
        expect(variablesOf(scene, "prod")).toEqual({ backend: "prod-backend" });
        expect(routeSettingsOf(scene, "prod")).toMatchObject({ throttlingRateLimit: 50, throttlingBurstLimit: 20 });
        expect(written(scene)).toEqual(["UpdateStage"]);
        expect(run.summary).toContain("**Settings:** 3 changed.");
      }));

    test("are applied to the deployment that it serves already, when only they differ", () =>
      inFiles(async (scene, job) => {
        const { deploymentId } = addStageOf(scene, "test");
        scene.addStage("prod", { deploymentId });
        const run = await promote(scene, { "settings-file": "stages.yml" }, job);
        expect(run.outputs).toMatchObject({ result: "promoted", changed: "true", "deployment-id": deploymentId });
        expect(variablesOf(scene, "prod")).toEqual({ backend: "prod-backend" });
        const again = await promote(scene, { "settings-file": "stages.yml" }, job);
        expect(again.outputs).toMatchObject({ result: "unchanged", changed: "false" });
      }));
  });

  describe("refused, and nothing is touched:", () => {
    type Refusal = readonly [string, (scene: Scene) => Record<string, string>, readonly string[]];
    const withCanary: readonly Refusal[] = [
      [
        "a source with a canary of another deployment",
        (scene) => {
          const canary = { percentTraffic: 10, deploymentId: addVersion(scene), useStageCache: false };
          Object.assign(scene.stage("test") ?? {}, { canarySettings: canary });
          return {};
        },
        ["Stage test serves two versions", "Complete or abort the canary of stage test"],
      ],
      [
        "a target with a canary",
        (scene) => {
          const canary = { percentTraffic: 10, deploymentId: addVersion(scene), useStageCache: false };
          Object.assign(scene.stage("prod") ?? {}, { canarySettings: canary });
          return {};
        },
        ["10 % of the traffic of stage prod goes to a canary", "Complete the canary or abort it, then run again."],
      ],
    ];
    const refusals: readonly Refusal[] = [
      [
        "a source that does not exist",
        () => ({ "from-stage-name": "tset" }),
        [
          "API a1b2c3d4e5 has no stage tset to take a deployment from.",
          "Correct from-stage-name; the API has prod, test.",
        ],
      ],
      ...(kind.can("canary") ? withCanary : []),
      [
        "a source that serves something else than deployment-id",
        (scene) => ({ "deployment-id": addVersion(scene) }),
        ["what was planned, shown and approved is deployment", "Run the newest workflow run"],
      ],
      [
        "a deployment that does not exist",
        () => ({ "from-stage-name": "", "deployment-id": "gone12" }),
        ["API a1b2c3d4e5 has no deployment gone12."],
      ],
      [
        "what fail-on forbids",
        () => ({ "fail-on": "route-removed" }),
        ["GET /old", "run once with a fail-on that does not name it"],
      ],
    ];
    test.each(refusals)("%s", (_case, prepare, texts) =>
      inRelease(async (scene) => {
        const inputs = prepare(scene);
        const before = structuredClone(scene.stage("prod"));
        const run = await promote(scene, inputs);
        expect(run.conclusion).toBe("failure");
        expect(run.outputs).toMatchObject({ result: "failed", changed: "false" });
        for (const text of texts) expect(run.text).toContain(text);
        expect(run.text).toContain("State: Nothing was changed.");
        expect(scene.stage("prod")).toEqual(before);
        expect(written(scene)).toEqual([]);
        expect(scene.records()).toEqual([]);
      }),
    );

    test("neither a source nor a deployment, and the target as its own source", () =>
      inRelease(async (scene) => {
        const nothing = await promote(scene, { "from-stage-name": "" });
        expect(nothing.text).toContain("from-stage-name is not given. promote needs it, or deployment-id");
        const itself = await promote(scene, { "from-stage-name": "prod" });
        expect(itself.text).toContain('from-stage-name is "prod". It must be another stage than stage-name.');
        expect(scene.asked()).toEqual([]);
      }));

    test("a source that changes between the plan and the pointing", () =>
      inRelease(async (scene) => {
        const [before, planned] = [serves(scene, "prod"), serves(scene, "test")];
        const newer = addVersion(scene);
        let looks = 0;
        scene.gateway.server.gate = async ({ operation }) => {
          if (operation !== "GetStages") return;
          looks += 1;
          if (looks === 2) Object.assign(scene.stage("test") ?? {}, { deploymentId: newer });
        };
        const run = await promote(scene);
        expect(run.conclusion).toBe("failure");
        expect(run.text).toContain(
          `Stage test serves deployment ${newer} now; what was planned, shown and approved is deployment ${planned}.`,
        );
        expect(run.text).toContain(`State: Stage prod still serves deployment ${before}; callers notice nothing.`);
        expect(serves(scene, "prod")).toBe(before);
        expect(written(scene)).toEqual([]);
        expect(scene.records().map(statesOf)).toEqual([["in_progress", "failure"]]);
      }));
  });

  describe("a dry run is what reviewers read before they approve:", () => {
    test("what production will get, without an environment, a record or a write", () =>
      inRelease(
        async (scene) => {
          const wanted = serves(scene, "test");
          const run = await promote(scene, { "dry-run": "true", environment: "production", gate: "require" });
          expect(run.conclusion).toBe("success");
          expect(run.outputs).toMatchObject({
            result: "planned",
            changed: "true",
            "routes-added": "1",
            "routes-removed": "1",
            "auth-weakened": "1",
          });
          expect(JSON.parse(run.outputs["plan"] ?? "")).toMatchObject({
            command: "promote",
            source: { stageName: "test", deploymentId: wanted },
            steps: [{ kind: "update-stage", deployment: { id: wanted } }],
          });
          expect(run.summary).toContain(
            "### ⚠️ Orders · plan for stage `prod` with weaker authorization on 1 route and 1 route removed, nothing was changed",
          );
          expect(run.summary).toContain(wanted);
          expect(run.summary).toContain("| `GET /health` | `AWS_IAM` | nothing |");
          expect(run.summary).toContain("| `GET /old` | nothing |");
          expect(written(scene)).toEqual([]);
          expect(writtenToGitHub(scene)).toEqual([]);
          expect(scene.records()).toEqual([]);
          expect([...scene.repository.environments.keys()]).toEqual([]);
          expect(run.annotations).toEqual([
            expect.objectContaining({
              level: "warning",
              message: expect.stringMatching(
                /^This is a dry run; a real run of this very job would be refused\..*gate: require/,
              ),
            }),
          ]);
        },
        { routes: ["GET /pets"] },
        { routes: ["GET /old"], signed: true },
      ));

    test("and needs no permission to write", () => {
      const denied = (action: string): boolean => action !== "apigateway:GET";
      const arn = "arn:aws:sts::123456789012:assumed-role/reader/session";
      const access: Access = { keys: new Map([["AKIASIMULATED0000000", { arn, status: "active", denied }]]) };
      return inScene({ ...kind.options, access }, async (scene) => {
        addStageOf(scene, "prod");
        const { deploymentId } = addStageOf(scene, "test");
        const run = await promote(scene, { "dry-run": "true" });
        expect(run.outputs["result"]).toBe("planned");
        expect(run.summary).toContain(deploymentId);
      });
    });
  });
});
