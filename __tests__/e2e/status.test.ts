import { APIGatewayClient, GetResourcesCommand, PutIntegrationCommand } from "@aws-sdk/client-api-gateway";
import { ApiGatewayV2Client, CreateIntegrationCommand } from "@aws-sdk/client-apigatewayv2";
import { describe, expect, test } from "@jest/globals";
import type { Access } from "../../simulator/aws/access.ts";
import { scheduleEvent } from "../../simulator/github/events.ts";
import { statusJson } from "../../src/report/text/status-json.ts";
import { codeBlocksOf } from "../docs/markdown-file.ts";
import { readProjectFile } from "../project-files.ts";
import { inWorkspace as openWorkspace } from "./files.ts";
import { addStageOf, changeDraft, deployTo, written, writtenToGitHub } from "./release-scene.ts";
import { type Ended, inScene, type Kind, kinds, noise, type Scene, seedAnother, setVariables } from "./scene.ts";

const statusOf = (scene: Scene, inputs: Readonly<Record<string, string>> = {}, job = {}): Promise<Ended> =>
  scene.deploy({ command: "status", ...inputs }, { event: scheduleEvent(scene.repository, "17 6 * * *"), ...job });

/** The JSON output. */
const told = ({ outputs }: Ended) => JSON.parse(outputs["status"] ?? "null");

/** What was asked of both services by the run. */
const askedBy = async (scene: Scene, run: () => Promise<Ended>) => {
  const before = { aws: scene.asked().length, github: scene.github.server.exchanges.length };
  const ended = await run();
  const aws = scene.asked().slice(before.aws).sort();
  return { ended, aws, github: scene.github.server.exchanges.length - before.github };
};

/** A role that may do all else. */
const accessWithout = (denied: (action: string, resource: string) => boolean): Access => ({
  keys: new Map([
    ["AKIASIMULATED0000000", { arn: "arn:aws:sts::123456789012:assumed-role/status/run", status: "active", denied }],
  ]),
});

const clientSettings = {
  region: "eu-central-1",
  credentials: { accessKeyId: "AKIASIMULATED0000000", secretAccessKey: "simulated" },
};

const settingsFile = `
stages:
  test:
    throttling: { rate: 5, burst: 5 }
    variables: { alias: live, api_key: declared-secret }
`;

const [example = "{}"] = codeBlocksOf(await readProjectFile("docs/status.md"), "json");

/** The names of the members, of those in lists by the first of them; nothing of what may be null. */
const shapeOf = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.slice(0, 1).map(shapeOf);
  if (typeof value !== "object" || value === null) return "value";
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, NULLABLE.includes(name) ? "may be null" : shapeOf(member)]),
  );
};
const NULLABLE = [
  "canary",
  "changes",
  "draft",
  "imported",
  "darkStageOf",
  "pointedBy",
  "preview",
  "quota",
  "throttle",
  "unknown",
];

/** A preview, a release in its environment, and a stage of others, with a canary on that release if it can have one; then the draft changes. */
const aFewStages = async (scene: Scene, job: { readonly runner: object }, { can }: Kind): Promise<void> => {
  await scene.deploy({}, job);
  await deployTo(scene, "test", { environment: "test" }, { ...job, environment: { name: "test" } });
  const test = scene.stage("test");
  const canary = { percentTraffic: 10, deploymentId: test?.deploymentId ?? "", useStageCache: false };
  addStageOf(scene, "prod", { routes: ["GET /pets"] }, can("canary") ? { canarySettings: canary } : {});
  setVariables(scene, "test", { alias: "old", api_key: "secret-of-the-stage" });
  changeDraft(scene, { routes: ["GET /pets", "GET /toys"], signed: true });
};

/** What there is to tell of some kinds of APIs alone. */
const partsOf = ({ can }: Kind) => ({
  usagePlans: can("usage-plans")
    ? [
        {
          id: "abc123",
          name: "Partners",
          stages: ["test"],
          quota: { requests: 1000, period: "DAY" },
          throttle: null,
        },
      ]
    : [],
  canary: (deploymentId: string) =>
    can("canary") ? { deploymentId, percent: 10, state: "foreign", since: null, until: null } : null,
});

/** Somebody changes an integration in a way that routes do not show, and does what changes nothing. Answers the operation. */
const changeIntegration = async ({ gateway, api, httpApi }: Scene): Promise<string> => {
  const endpoint = gateway.server.url;
  if (httpApi !== undefined) {
    const client = new ApiGatewayV2Client({ ...clientSettings, endpoint });
    const backend = {
      IntegrationMethod: "GET",
      IntegrationUri: "http://backend.localhost/",
      PayloadFormatVersion: "1.0",
    };
    await client.send(new CreateIntegrationCommand({ ApiId: api.id, IntegrationType: "HTTP_PROXY", ...backend }));
    return "CreateIntegration";
  }
  const [resource] = [...api.draft.resources.values()].filter(({ path }) => path === "/orders");
  const client = new APIGatewayClient({ ...clientSettings, endpoint });
  const address = { restApiId: api.id, resourceId: resource?.id, httpMethod: "GET" };
  await client.send(new PutIntegrationCommand({ ...address, type: "MOCK" }));
  await client.send(new PutIntegrationCommand({ ...address, type: "AWS" })).catch(() => {});
  await client.send(new GetResourcesCommand({ restApiId: api.id }));
  return "PutIntegration";
};

type StageTold = { readonly canary: unknown; readonly draft: unknown };

/** Of an API that has all that there is to tell: what docs/status.md shows, by as many requests. */
const expectWhole = (
  aws: readonly string[],
  ended: Ended,
  { prod, test }: Readonly<Record<"prod" | "test", StageTold>>,
): void => {
  const documented = JSON.parse(example);
  const { restApis } = told(ended);
  expect(shapeOf(documented)).toEqual(shapeOf({ ...told(ended), restApis: [{ ...restApis[0], stages: [test] }] }));
  const [ofDocs] = documented.restApis[0].stages;
  expect([ofDocs.canary, ofDocs.draft].map(shapeOf)).toEqual([shapeOf(prod.canary), shapeOf(prod.draft)]);
  expect(aws.filter((operation) => !["LookupEvents", "GetServiceQuota"].includes(operation))).toEqual([
    "GetDeployment",
    "GetDeployment",
    "GetDeployment",
    "GetDeployments",
    "GetResources",
    "GetRestApi",
    "GetStages",
    "GetUsagePlans",
  ]);
  expect(ended.text).toContain("In usage plan Partners (abc123): test; each of its keys may send 1000 requests a day.");
};

describe.each(kinds)("of $name:", (kind) => {
  const inWorkspace: typeof openWorkspace = (given, play, more) =>
    openWorkspace(given, play, { ...kind.options, ...more });

  describe("status of one API", () => {
    test("tells of every stage what it serves, since when and by whom, its settings and the draft, and writes nothing", () =>
      inWorkspace({ ".github/apigw-stages.yml": settingsFile }, async (scene, { job }) => {
        await aFewStages(scene, job, kind);
        const apiStages = [
          { apiId: scene.api.id, stage: "test" },
          { apiId: "other", stage: "prod" },
        ];
        const quota = { limit: 1000, period: "DAY" } as const;
        scene.gateway.world.usagePlans.set("abc123", { id: "abc123", name: "Partners", apiStages, quota });
        const writes = [written(scene).length, writtenToGitHub(scene).length];
        const { ended, aws, github } = await askedBy(scene, () => statusOf(scene, {}, job));

        expect(ended.conclusion).toBe("success");
        expect(ended.annotations).toEqual([]);
        expect(ended.text).not.toMatch(noise);
        expect([written(scene).length, writtenToGitHub(scene).length]).toEqual(writes);
        expect(github).toBe(1);
        expect(ended.outputs).toMatchObject({ result: "reported", changed: "false", "has-changes": "false" });

        const has = partsOf(kind);
        const { version, restApis, at } = told(ended);
        expect([version, restApis.length]).toEqual([1, 1]);
        expect(at).toMatch(/^20\d\d-\d\d-\d\dT[\d:]{8}Z$/);
        const [preview, prod, test] = restApis[0].stages;
        if (kind.can("canary", "deployment-routes", "usage-plans")) {
          expectWhole(aws, ended, { prod, test });
        }
        expect(restApis[0]).toMatchObject({
          id: scene.api.id,
          name: "Orders",
          usagePlans: has.usagePlans,
          undeployed: true,
          stageQuota: 10,
          unknown: {},
        });
        expect(preview).toMatchObject({
          name: "pr-1",
          commit: scene.pull.head.sha,
          who: "alice",
          preview: { repositoryId: String(scene.repository.id), pullRequest: scene.pull.number },
          settings: { declared: 0, differ: [] },
          unknown: {},
        });
        expect(test).toMatchObject({
          name: "test",
          deploymentId: scene.stage("test")?.deploymentId,
          who: "alice",
          runId: expect.stringMatching(/^\d+$/),
          servedSince: expect.stringMatching(/^20\d\d-.*Z$/),
          canary: null,
          preview: null,
          url: `https://${scene.api.id}.execute-api.eu-central-1.amazonaws.com/test`,
          draft: { added: ["GET /health", "GET /pets", "GET /toys"], removed: ["GET /orders"], changed: [] },
        });
        expect(test.settings.differ).toEqual([
          { setting: "variables.alias", is: "old", declared: "live", source: "stages.test" },
          { setting: "variables.api_key", is: "***", declared: "***", source: "stages.test" },
        ]);
        expect(prod).toMatchObject({
          commit: null,
          who: null,
          canary: has.canary(test.deploymentId),
          draft: { added: ["GET /toys"], removed: [], changed: ["GET /health"] },
          unknown: { commit: "the deployment was not made by this action", who: expect.stringContaining("no GitHub") },
        });

        expect(ended.text).toMatch(
          /^test +\w{6} +\w{7} +\d+ +20\S+ \S+ UTC \(\d+ minutes?\) +alice +– +– +2 differ +\+3 -1 ~0 +https:/m,
        );
        expect(ended.text).toContain("Orders (a1b2c3d4e5): 3 of 10 stages.");
        expect(ended.text).toContain("Stage test: variables.alias is old, and live is declared (stages.test).");
        expect(ended.text).toContain(
          "Not known of prod: commit, run. Reason: the deployment was not made by this action.",
        );
        expect(ended.text).toContain("Result: reported. 3 stages of 1 API. 1 stage with settings other than declared.");
        expect(ended.summary).toContain(`[\`#1\`](<https://github.com/acme/orders/pull/${scene.pull.number}>)`);
        expect(ended.summary).toContain("The draft holds what no stage serves");
        expect(`${ended.text}${ended.summary}${ended.outputs["status"]}`).not.toMatch(
          /declared-secret|secret-of-the-stage/,
        );
      }));

    test("takes three requests to AWS without details, and says what was not looked at", () =>
      inScene(kind.options, async (scene) => {
        addStageOf(scene, "prod");
        const { ended, aws } = await askedBy(scene, () => statusOf(scene, { details: "false", "github-token": "" }));
        const asked = ["GetDeployments", "GetRestApi", "GetStages", ...(kind.input === "api-id" ? ["GetApi"] : [])];
        expect(aws).toEqual(asked.sort());
        expect(told(ended).restApis[0]).toMatchObject({
          undeployed: null,
          unknown: { undeployed: "details is false" },
        });
        expect(ended.text).toContain("Not known of prod: by whom. Reason: there is no github-token.");
        expect(ended.text).toContain("Not known of prod: settings. Reason: there is no settings file.");
        expect(ended.annotations).toEqual([]);
      }));

    test("names who changed the draft and when, where the audit trail may be read: integrations, too", () =>
      inScene(kind.options, async (scene) => {
        scene.gateway.world.delays.auditMs = 0;
        await deployTo(scene, "test");
        const id = scene.stage("test")?.deploymentId ?? "";
        const made = scene.api.deployments.get(id);
        // Events are told by the second.
        const createdDate = Math.floor(Date.now() / 1000 - 60) * 1000;
        if (made !== undefined) scene.api.deployments.set(id, { ...made, createdDate });
        const operation = await changeIntegration(scene);
        const ended = await statusOf(scene);
        expect(told(ended).restApis[0]).toMatchObject({
          undeployed: true,
          undeployedRoutes: false,
          stages: [{ draft: { added: [], removed: [], changed: [] } }],
          changes: {
            since: new Date(createdDate).toISOString().replace(".000", ""),
            events: [{ operation, at: expect.stringMatching(/Z$/), who: expect.stringContaining("/") }],
          },
          unknown: {},
        });
        expect(ended.text).toMatch(new RegExp(`${operation} at \\S+Z by \\S+\\.`));
      }));

    test("I8: without the right to look, it is not known who changed the draft, and one request is enough to see that", () =>
      inScene(
        { ...kind.options, access: accessWithout((action) => action === "cloudtrail:LookupEvents") },
        async (scene) => {
          scene.addStage("prod");
          const { ended, aws } = await askedBy(scene, () => statusOf(scene));
          expect(aws.filter((operation) => operation === "LookupEvents")).toHaveLength(1);
          expect(told(ended).restApis[0]).toMatchObject({
            undeployed: null,
            undeployedRoutes: false,
            changes: null,
            unknown: {
              undeployed: expect.stringContaining("(cloudtrail:LookupEvents on *)"),
              changes: "the role may not look up audit events (cloudtrail:LookupEvents on *)",
            },
          });
          expect(ended.annotations).toEqual([]);
          expect((await statusOf(scene, { "fail-on": "undeployed" })).conclusion).toBe("failure");
          expect((await statusOf(scene, { "fail-on": "undeployed-routes" })).conclusion).toBe("success");
        },
      ));

    test("I8: what happened before audit events were kept is not known", () =>
      inScene(kind.options, async (scene) => {
        addStageOf(scene, "prod");
        const ended = await statusOf(scene, { "fail-on": "undeployed" });
        expect(ended.conclusion).toBe("failure");
        expect(ended.text).toMatch(/It is not known whether .* because audit events reach back no further, and what/);
        expect(told(ended).restApis[0]).toMatchObject({ undeployed: null, undeployedRoutes: false });
      }));

    test("ends red by fail-on, and tells all the same", () =>
      inWorkspace({ ".github/apigw-stages.yml": settingsFile }, async (scene, { job }) => {
        addStageOf(scene, "test");
        changeDraft(scene, { routes: ["GET /toys"] });
        const ended = await statusOf(scene, { "fail-on": "drift, undeployed" }, job);
        expect(ended.steps[0]?.exitCode).toBe(1);
        expect(ended.outputs).toMatchObject({ result: "failed", changed: "false" });
        expect(told(ended).restApis[0]).toMatchObject({ undeployed: true, stages: [{ name: "test" }] });
        expect(ended.text).toContain(
          "drift: stage test of API Orders (a1b2c3d4e5) has settings other than declared: throttling",
        );
        expect(ended.text).toContain("undeployed: The draft of API Orders (a1b2c3d4e5) holds what no stage serves.");
        expect(ended.text).toContain("State: Nothing was changed.");
        expect(ended.text).toContain("##[group]Status");
        expect(ended.summary).toMatch(/### ❌ Orders · status.*FAIL_ON.*\| `test` \|/s);
      }));

    test("wants to know what fail-on is to be held against", () =>
      inScene(kind.options, async (scene) => {
        const ended = await statusOf(scene, { "fail-on": "drift, undeployed, route-removed", details: "false" });
        expect(ended.text).toContain(
          "It must be a list of drift, undeployed, undeployed-routes, for example drift, undeployed.",
        );
        expect(ended.text).toContain("drift is held against the settings file, and there is none: give settings-file.");
        expect(ended.text).toContain("fail-on names undeployed, which needs the draft to be compared.");
        expect(scene.asked()).toEqual([]);
      }));
  });

  describe("status of all APIs", () => {
    const denied = "denied0000";
    const access = accessWithout((_, resource) => resource.endsWith(`apis/${denied}/stages`));

    test("takes two requests for each, says how far it is, and names what it could not look at", () =>
      inScene({ ...kind.options, access }, async (scene) => {
        addStageOf(scene, "prod");
        for (let count = 0; count < 25; count += 1) seedAnother(scene, `other${count}`);
        seedAnother(scene, denied);
        const { ended, aws, github } = await askedBy(scene, () => statusOf(scene, { [kind.input]: "all" }));
        expect(ended.conclusion).toBe("success");
        expect([aws.length, github]).toEqual([(kind.input === "api-id" ? 2 : 1) + 2 * 27, 1]);
        expect(ended.text).toContain("Looked at 25 of 27 APIs.");
        const { restApis, leftOut } = told(ended);
        expect([restApis.length, leftOut]).toEqual([27, 0]);
        const unseen = restApis.find(({ id }: { readonly id: string }) => id === denied);
        expect(unseen).toMatchObject({ stages: null, undeployed: null });
        expect(unseen.unknown.stages).toMatch(/^ACCESS_DENIED: .*apigateway:GET on resource: .*denied0000/);
        expect(ended.annotations.map(({ message }) => message)).toEqual([
          expect.stringMatching(/^1 of 27 APIs could not be looked at\. The first reason: ACCESS_DENIED/),
        ]);
        const seen = restApis.find(({ id }: { readonly id: string }) => id === scene.api.id);
        expect(seen.stages[0].unknown).toMatchObject({
          draft: "details is false",
          settings: "there is no settings file",
        });
        expect(ended.text).toContain("Result: reported. 1 stage of 27 APIs. 1 API could not be looked at.");
        expect(ended.summary).toContain("### 📋 All APIs · status");
      }));

    test("has no settings file unless one is named", () =>
      inWorkspace(
        { ".github/apigw-stages.yml": settingsFile, "all.yml": "defaults: { metrics: true, usage-plans: [gone] }" },
        async (scene, { job }) => {
          addStageOf(scene, "test");
          const inputs = { [kind.input]: "all" };
          const [without] = told(await statusOf(scene, inputs, job)).restApis;
          const [withFile] = told(await statusOf(scene, { ...inputs, "settings-file": "all.yml" }, job)).restApis;
          const differ = ["metrics", ...(kind.can("usage-plans") ? ["usage-plans"] : [])];
          expect(without.stages[0].settings).toBeNull();
          expect(withFile.stages[0].settings).toMatchObject({ differ: differ.map((setting) => ({ setting })) });
        },
      ));
  });
});

test("the output leaves out the APIs that a job's outputs have no room for, and says how many", () => {
  const api = {
    id: "a",
    name: "Orders",
    stages: [],
    usagePlans: null,
    undeployed: null,
    undeployedRoutes: null,
    changes: null,
    stageQuota: null,
    imported: null,
    unknown: {},
  };
  const status = { region: "eu-central-1", quotaRaised: "", at: 0, restApis: [api, { ...api, id: "b" }] };
  const room = JSON.stringify({ ...api, at: "" }).length + 5;
  expect(JSON.parse(statusJson(status, room))).toMatchObject({ leftOut: 1, restApis: [{ id: "a" }] });
});
