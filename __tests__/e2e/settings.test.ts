import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import type { Access } from "../../simulator/aws/access.ts";
import { addClientCertificate } from "../../simulator/gateway/client-certificate.ts";
import type { MethodSetting, Stage } from "../../simulator/gateway/model.ts";
import { pushEvent } from "../../simulator/github/events.ts";
import { LINEAR, timed } from "../cpu-time.ts";
import { refusal, reset } from "../faults/effects.ts";
import { readable } from "../readable.ts";
import { written } from "./release-scene.ts";
import {
  type Ended,
  inScene,
  kinds,
  kindsThat,
  ordersApi,
  routeSettingsOf,
  type Scene,
  type SceneOptions,
  setVariables,
  variablesOf,
} from "./scene.ts";

/** Stage settings as code (issue 3), through the bundle. */

const settingsFile = ".github/apigw-stages.yml";
const logGroup = "arn:aws:logs:eu-central-1:123456789012:log-group:/orders/access";

type Files = Readonly<Record<string, string>>;
type Inputs = Readonly<Record<string, string>>;
type Play = (scene: Scene, deploy: (inputs?: Inputs) => Promise<Ended>, workspace: string) => Promise<void>;

/** A scene whose runs have these files in their workspace; they deploy stage prod, and the account may write logs. */
const openWorkspace = async (files: Files, play: Play, options: SceneOptions = {}): Promise<void> => {
  const folder = await mkdtemp(join(tmpdir(), "settings-"));
  const workspace = join(folder, "workspace");
  try {
    await mkdir(workspace);
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(workspace, path)), { recursive: true });
      await writeFile(join(workspace, path), text);
    }
    await inScene(options, async (scene) => {
      scene.gateway.world.account.cloudwatchRoleArn = "arn:aws:iam::123456789012:role/logs";
      addClientCertificate(scene.gateway.world, { id: "abc123" });
      const versions = scene.httpApi === undefined ? ["1.1", "1.2"] : [];
      for (const version of versions) scene.api.documentationVersions.set(version, { version, createdDate: 0 });
      const event = pushEvent(scene.repository, "main", "alice");
      await play(
        scene,
        (inputs = {}) => scene.deploy({ "stage-name": "prod", ...inputs }, { event, runner: { workspace } }),
        workspace,
      );
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

const prod = (settings: string): Files => ({ [settingsFile]: `stages:\n  prod:\n${indented(settings, 4)}` });

const indented = (text: string, by: number): string =>
  text
    .trim()
    .split("\n")
    .map((line) => `${" ".repeat(by)}${line}\n`)
    .join("");

type Patch = { readonly op: string; readonly path: string; readonly value?: string };

/** The patches of the UpdateStage calls, in order. */
const updatesOf = (scene: Scene): Patch[][] =>
  scene.gateway.server.exchanges
    .filter(({ operation }) => operation === "UpdateStage")
    .map(({ request }) => JSON.parse(request.body.toString()).patchOperations);

const writesOf = (scene: Scene): string[] => scene.asked().filter((operation) => !/^(?:Get|Export)/.test(operation));

const warningsOf = (run: Ended): string[] =>
  run.annotations.filter(({ level }) => level === "warning").map(({ message }) => message);

const defaults: MethodSetting = {
  metricsEnabled: false,
  dataTraceEnabled: false,
  throttlingBurstLimit: 5000,
  throttlingRateLimit: 10_000,
  cachingEnabled: false,
  cacheTtlInSeconds: 300,
  cacheDataEncrypted: false,
  requireAuthorizationForCacheControl: true,
  unauthorizedCacheControlHeaderStrategy: "SUCCEED_WITH_RESPONSE_HEADER",
};

const everything = `
description: live
variables: { alias: live, host: orders.example.com }
logging:
  level: ERROR
  payload: true
  access-log-arn: ${logGroup}
  access-log-format: $context.requestId $context.status
metrics: true
tracing: true
throttling: { rate: 100.5, burst: 50 }
caching:
  cluster-size: 1.6
  enabled: true
  ttl: 60
  encrypted: true
  require-authorization: false
  unauthorized: FAIL_WITH_403
client-certificate-id: abc123
documentation-version: "1.2"
tags: { team: orders }
routes:
  "GET /orders":
    logging: { level: INFO, payload: false }
    metrics: false
    throttling: { rate: 5, burst: 2 }
    caching:
      enabled: false
      ttl: 7
      encrypted: false
      require-authorization: true
      unauthorized: SUCCEED_WITHOUT_RESPONSE_HEADER
`;

const everythingOnStage = {
  description: "live",
  variables: { alias: "live", host: "orders.example.com" },
  accessLogSettings: { destinationArn: logGroup, format: "$context.requestId $context.status" },
  tracingEnabled: true,
  cacheClusterEnabled: true,
  cacheClusterSize: "1.6",
  clientCertificateId: "abc123",
  documentationVersion: "1.2",
  methodSettings: {
    "*/*": {
      metricsEnabled: true,
      loggingLevel: "ERROR",
      dataTraceEnabled: true,
      throttlingBurstLimit: 50,
      throttlingRateLimit: 100.5,
      cachingEnabled: true,
      cacheTtlInSeconds: 60,
      cacheDataEncrypted: true,
      requireAuthorizationForCacheControl: false,
      unauthorizedCacheControlHeaderStrategy: "FAIL_WITH_403",
    },
    "~1orders/GET": {
      metricsEnabled: false,
      loggingLevel: "INFO",
      dataTraceEnabled: false,
      throttlingBurstLimit: 2,
      throttlingRateLimit: 5,
      cachingEnabled: false,
      cacheTtlInSeconds: 7,
      cacheDataEncrypted: false,
      requireAuthorizationForCacheControl: true,
      unauthorizedCacheControlHeaderStrategy: "SUCCEED_WITHOUT_RESPONSE_HEADER",
    },
  },
} as const;

/** Otherwise than declared in everything. */
const otherwise: Partial<Stage> = {
  description: "old",
  variables: { alias: "old", kept: "as-it-is" },
  accessLogSettings: { destinationArn: `${logGroup}-old`, format: "$context.requestId" },
  cacheClusterEnabled: false,
  cacheClusterSize: "0.5",
  documentationVersion: "1.1",
  methodSettings: { "*/*": defaults, "~1orders/GET": { ...defaults, throttlingBurstLimit: 9 } },
  tags: { team: "nobody", "managed-by": "hand" },
};

describe.each(kinds)("of $name:", (kind) => {
  const inWorkspace: typeof openWorkspace = (files, play, options) =>
    openWorkspace(files, play, { ...kind.options, ...options });

  describe("where settings come from", () => {
    const file = `
defaults:
  metrics: true
  throttling: { rate: 1, burst: 10 }
  variables: { defaults: "1", pattern: "1", exact: "1", inline: "1" }
stages:
  "pro*":
    throttling: { rate: 2 }
    variables: { pattern: "2", exact: "2", inline: "2" }
  prod:
    throttling: { rate: 3 }
    variables: { exact: "3", inline: "3" }
  test:
    description: another stage
`;

    test("inline wins over the exact name, that over patterns, those over defaults, and the log says which", () =>
      inWorkspace({ [settingsFile]: file }, async (scene, deploy) => {
        const run = await deploy({ settings: "throttling: { rate: 4 }\nvariables: { inline: '4' }" });
        expect(run.conclusion).toBe("success");
        for (const line of [
          "Setting metrics: true (defaults)",
          "Setting throttling.rate: 4 (settings)",
          "Setting throttling.burst: 10 (defaults)",
          "Setting variables.defaults: 1 (defaults)",
          "Setting variables.pattern: 2 (stages.pro*)",
          "Setting variables.exact: 3 (stages.prod)",
          "Setting variables.inline: 4 (settings)",
        ]) {
          expect(run.log).toContain(line);
        }
        expect(variablesOf(scene, "prod")).toEqual({ defaults: "1", pattern: "2", exact: "3", inline: "4" });
        const all = { metricsEnabled: true, throttlingRateLimit: 4, throttlingBurstLimit: 10 };
        expect(routeSettingsOf(scene, "prod")).toMatchObject(all);
        expect(scene.stage("prod")?.description).toBeUndefined();
      }));

    test("a file of another name, and none at all", () =>
      inWorkspace({ "ops/stages.yml": "defaults: { metrics: true }" }, async (scene, deploy) => {
        const without = await deploy();
        expect(without.text).not.toContain("Setting ");
        expect(routeSettingsOf(scene, "prod").metricsEnabled ?? false).toBe(false);
        const run = await deploy({ "settings-file": "ops/stages.yml" });
        expect(run.log).toContain("Setting metrics: true (defaults)");
        expect(routeSettingsOf(scene, "prod").metricsEnabled).toBe(true);
      }));

    test("a pattern gives previews their settings", () =>
      inWorkspace(
        { [settingsFile]: 'stages: { "pr-*": { variables: { alias: preview } } }' },
        async (scene, _, workspace) => {
          const run = await scene.deploy({}, { runner: { workspace } });
          expect(run.log).toContain("Setting variables.alias: preview (stages.pr-*)");
          expect(variablesOf(scene, "pr-1")).toEqual({ alias: "preview" });
        },
      ));
  });

  describe("the settings diff", () => {
    const declared = `
description: live
variables: { alias: live, api_token: n3w-s3cr3t, db_password: null }
throttling: { rate: 20 }
`;

    const played = (inputs: Inputs, check: (scene: Scene, run: Ended) => void): Promise<void> =>
      inWorkspace(prod(declared), async (scene, deploy) => {
        const variables = { api_token: "0ld-s3cr3t", db_password: "g0ne-s3cr3t" };
        scene.addStage("prod", { variables, methodSettings: { "*/*": defaults } });
        if (scene.httpApi !== undefined)
          Object.assign(scene.httpApi.stages.get("prod")?.defaultRouteSettings ?? {}, { throttlingRateLimit: 10_000 });
        check(scene, await deploy({ "pr-number": "1", ...inputs }));
      });

    test.each([
      ["as planned by a dry run", { "dry-run": "true" }],
      ["as changed", {}],
    ])("is in the plan, the log, the summary and the comment, %s", (_, inputs) =>
      played(inputs, (scene, run) => {
        expect(run.conclusion).toBe("success");
        const changes = [
          { setting: "throttling.rate", from: "10000", to: "20", source: "stages.prod" },
          { setting: "description", to: "live", source: "stages.prod" },
          { setting: "variables.alias", to: "live", source: "stages.prod" },
          { setting: "variables.api_token", from: "***", to: "***", source: "stages.prod", masked: true },
          { setting: "variables.db_password", from: "***", source: "stages.prod", masked: true },
        ];
        expect(JSON.parse(run.outputs["plan"] ?? "").settings).toEqual(changes);
        expect(scene.comments()).toHaveLength(1);
        for (const { setting, from = "not set", to = "not set", source } of changes) {
          expect(run.log).toContain(`${setting}: ${from} -> ${to} (${source})`);
          const cell = (value: string): string => (value === "not set" ? "_not set_" : `\`${value}\``);
          const row = `| \`${setting}\` | ${cell(from)} | ${cell(to)} | \`${source}\` |`;
          expect(run.summary).toContain(row);
          expect(scene.comments()[0]?.body).toContain(row);
        }
      }),
    );

    test.each([
      ["a dry run", { "dry-run": "true" }, undefined],
      ["a deployment", {}, "n3w-s3cr3t"],
    ])("I10: secrets are masked everywhere, in %s", (_, inputs, onStage) =>
      played(inputs, (scene, run) => {
        expect(variablesOf(scene, "prod")?.["api_token"]).toBe(onStage ?? "0ld-s3cr3t");
        expect(run.text).toContain("Setting variables.api_token: *** (stages.prod)");
        const told = [run.text, run.summary, run.outputs, run.steps[0]?.state, scene.comments(), scene.records()];
        expect(JSON.stringify(told)).not.toMatch(/s3cr3t/);
      }),
    );

    test("I10: secrets of a new stage are masked in the plan too", () =>
      inWorkspace(prod(declared), async (scene, deploy) => {
        const run = await deploy();
        expect(variablesOf(scene, "prod")).toEqual({ alias: "live", api_token: "n3w-s3cr3t" });
        expect(JSON.stringify([run.text, run.summary, run.outputs])).not.toMatch(/s3cr3t/);
        expect(run.outputs["plan"]).toContain('"name":"api_token","value":"***"');
      }));

    test("I10: a secret in a value that is refused is not shown either", () =>
      inWorkspace(prod('variables: { api_token: "s3cr3t with blanks" }'), async (_, deploy) => {
        const run = await deploy();
        expect(run.conclusion).toBe("failure");
        expect(run.text).toContain("stages.prod.variables.api_token is ***. It must be text of");
        expect(JSON.stringify([run.text, run.summary, run.annotations])).not.toMatch(/s3cr3t/);
      }));
  });

  describe("tags", () => {
    const settings = "tags: { team: orders, cost: null }";

    test("are set and removed on a stage of others, in calls of their own", () =>
      inWorkspace({}, async (scene, deploy) => {
        scene.addStage("prod", { tags: { cost: "42", "managed-by": "hand" } });
        const run = await deploy({ settings });
        expect(run.conclusion).toBe("success");
        expect(scene.stage("prod")?.tags).toEqual({ team: "orders", "managed-by": "hand" });
        expect(run.text).toContain("tags.team: not set -> orders (settings)");
        expect(run.text).toContain("tags.cost: 42 -> not set (settings)");
      }));

    test("alone change nothing for callers", () =>
      inWorkspace({}, async (scene, deploy) => {
        const { deploymentId } = scene.addStage("prod", { tags: { cost: "42" } });
        const run = await deploy({ settings, "deployment-id": deploymentId });
        expect(run.outputs).toMatchObject({ result: "updated", changed: "false" });
        expect(writesOf(scene)).toEqual(["UntagResource", "TagResource"]);
        expect(scene.stage("prod")?.tags).toEqual({ team: "orders" });
      }));

    test.each(["apigw-stage-action", "apigw-stage-action:history"])("of this action cannot be declared: %s", (key) =>
      inWorkspace({}, async (scene, deploy) => {
        const run = await deploy({ settings: `tags: { "${key}": mine }` });
        expect(run.conclusion).toBe("failure");
        expect(run.text).toContain("not apigw-stage-action…, which are this action's own");
        expect(scene.asked()).toEqual([]);
      }),
    );
  });

  describe("settings that somebody has changed since the last run", () => {
    const declared = (alias: string): Files =>
      prod(`variables: { alias: ${alias}, api_key: secret-one }\nmetrics: true\ntags: { team: orders }`);
    const changed = (run: Ended): readonly string[] =>
      run.annotations.map(({ message }) => message).filter((message) => message.includes("Somebody has changed"));

    test("are named where the same is declared still, and nothing else is", () =>
      inWorkspace(declared("live"), async (scene, deploy, workspace) => {
        const declare = (files: Files) => writeFile(join(workspace, settingsFile), files[settingsFile] ?? "");
        const byHand = (variables: Readonly<Record<string, string>>): void => {
          setVariables(scene, "prod", { ...variablesOf(scene, "prod"), ...variables });
        };
        const deployment = (await deploy()).outputs["deployment-id"] ?? "";
        // Since the stage was made, too, with settings that its creation could not take.
        byHand({ alias: "older" });
        expect(changed(await deploy())).toHaveLength(1);
        // A secret counts for nothing, and the tags are not sent with the pointer.
        byHand({ api_key: "secret-two" });
        expect(changed(await deploy())).toEqual([]);
        byHand({ alias: "old" });
        const found = await deploy();
        expect(changed(found)).toEqual([
          expect.stringMatching(
            /^Somebody has changed settings of stage prod since 20.* UTC, when a run .*: variables\.alias\./,
          ),
        ]);
        expect(variablesOf(scene, "prod")?.["alias"]).toBe("live");
        // The declaration has changed, too, and what was written down of the one before must not come back.
        await declare(declared("next"));
        expect(changed(await deploy({ "deployment-id": deployment }))).toEqual([]);
        const settingsAlone = await deploy({ "deployment-id": scene.stage("prod")?.deploymentId ?? "" });
        expect([settingsAlone.outputs["result"], changed(settingsAlone)]).toEqual(["unchanged", []]);
        await declare(declared("live"));
        expect(changed(await deploy({ "deployment-id": deployment }))).toEqual([]);
        expect(variablesOf(scene, "prod")?.["alias"]).toBe("live");
        expect(JSON.stringify(scene.stage("prod")?.tags)).not.toContain("secret");
      }));

    test("are not named on a stage of others, whose tags are not ours to write", () =>
      inWorkspace(declared("live"), async (scene, deploy) => {
        scene.addStage("prod", { variables: { alias: "old" } });
        expect(changed(await deploy())).toEqual([]);
        setVariables(scene, "prod", { alias: "older" });
        expect(changed(await deploy())).toEqual([]);
        expect(Object.keys(scene.stage("prod")?.tags ?? {})).toEqual(["team"]);
      }));
  });
});

describe("what is wrong ends the run before anything is asked", () => {
  const refused = (scene: Scene, run: Ended): void => {
    expect(run.conclusion).toBe("failure");
    expect(run.outputs).toMatchObject({ result: "failed", changed: "false" });
    expect(run.text).toContain("State: Nothing was requested from AWS or GitHub.");
    expect([scene.asked(), scene.github.server.exchanges]).toEqual([[], []]);
  };

  test("all of it at once, with file, line and column, also beside the line", () =>
    openWorkspace(
      {
        [settingsFile]:
          "defaults:\n  loging: { level: ERROR }\n  metrics: maybe\nstages:\n  prod:\n    caching: { ttl: 4000 }\n",
      },
      async (scene, deploy) => {
        const run = await deploy({ settings: "variables:\n  alias: $LATEST", "dry-run": "perhaps" });
        refused(scene, run);
        const places = [
          [settingsFile, 2, 3, /^loging is not known in defaults\. Did you mean logging\? Known are /],
          [settingsFile, 3, 12, /^defaults\.metrics is "maybe"\. It must be true or false\.$/],
          [
            settingsFile,
            6,
            21,
            /^stages\.prod\.caching\.ttl is 4000\. It must be a whole number of seconds from 0 to 3600\.$/,
          ],
        ] as const;
        const errors = run.annotations.filter(({ level }) => level === "error");
        const [whole = { message: "" }, ...beside] = errors;
        expect(whole.message).toContain("5 things are missing or wrong:");
        expect(whole.message).toContain('dry-run is "perhaps". It must be true or false.');
        for (const [file, line, column, message] of places) {
          const found = beside.find((annotation) => annotation.file === file && annotation.line === String(line));
          expect(found?.col).toBe(String(column));
          expect(found?.message).toMatch(message);
          expect(whole.message).toContain(`  ${file}:${line}:${column}: ${found?.message}`);
          expect(readable(run.summary)).toContain(`${file}:${line}:${column}: ${found?.message}`);
        }
        // The input is no file that something could stand beside.
        const inline = 'settings:2:10: variables.alias is "$LATEST". It must be text of 1 to 512 letters, digits and';
        expect(whole.message).toContain(inline);
        expect(beside).toHaveLength(places.length);
      },
    ));

  const nine = (value: string): string =>
    `{ ${Array.from({ length: 9 }, (_, index) => `k${index}: ${value}`).join(", ")} }`;
  const bomb = Array.from(
    { length: 9 },
    (_, level) => `a${level}: &a${level} ${nine(level === 0 ? "1" : `*a${level - 1}`)}`,
  );
  test.each([
    [
      "aliases that multiply",
      bomb.join("\n"),
      "The settings hold too many values; aliases that name other aliases multiply them.",
    ],
    ["50 MB", `defaults: {} #${"x".repeat(50_000_000)}`, "has 50000014 bytes; at most 1048576 are allowed."],
    ["a megabyte", `defaults: {} #${"x".repeat(1_000_000)}`, "The settings are larger than 100 KiB"],
    ["deep nesting", "[".repeat(50_000), "The settings are nested too deeply"],
    ["deep maps", "{a: ".repeat(20_000), "The settings are nested too deeply"],
    ["names that stand twice", "defaults: {}\ndefaults: {}\n", "defaults stands twice in this map; keep one of them."],
    ["tags", "defaults: !!js/function 'x'\n", "Tags (!…) have no meaning in settings"],
    ["no YAML", "defaults: [\n", "This is not valid YAML"],
  ])("hostile or broken YAML is refused within two seconds: %s", (_, text, message) =>
    openWorkspace({ [settingsFile]: text }, async (scene, deploy) => {
      const { result: run, seconds } = await timed(() => deploy());
      refused(scene, run);
      expect(run.text).toContain(message);
      expect(run.text).toContain(settingsFile);
      expect(seconds).toBeLessThan(LINEAR);
    }),
  );

  test.each([
    ["above the workspace", "../outside.yml"],
    ["by a symbolic link", "link.yml"],
    ["through a linked folder", "folder/outside.yml"],
  ])("a file outside the workspace: %s", (_, path) =>
    openWorkspace({}, async (scene, deploy, workspace) => {
      await writeFile(join(workspace, "../outside.yml"), "secret: s3cr3t");
      await symlink("../outside.yml", join(workspace, "link.yml"));
      await symlink("..", join(workspace, "folder"));
      const run = await deploy({ "settings-file": path });
      refused(scene, run);
      expect(run.text).toContain(`The file ${path} is outside the workspace.`);
      expect(run.text).not.toContain("s3cr3t");
    }),
  );

  test("the default file, when it leads outside, although nobody named it", () =>
    openWorkspace({ ".github/x": "" }, async (scene, deploy, workspace) => {
      await writeFile(join(workspace, "../outside.yml"), "defaults: {}");
      await symlink("../../outside.yml", join(workspace, settingsFile));
      const run = await deploy();
      refused(scene, run);
      expect(run.text).toContain(`${settingsFile}: The file is outside the workspace.`);
    }));

  test("a named file that is not there", () =>
    openWorkspace({}, async (scene, deploy) => {
      const run = await deploy({ "settings-file": "ops/stages.yml" });
      refused(scene, run);
      expect(run.text).toContain("The file ops/stages.yml does not exist in the workspace; is it checked out?");
    }));
});

describe.each(kindsThat("cache", "documentation-version", "tracing"))("of $name: every setting", () => {
  test("on a new stage: created with what CreateStage takes, the rest right after", () =>
    openWorkspace(prod(everything), async (scene, deploy) => {
      const run = await deploy();
      expect(run.outputs).toMatchObject({ result: "created", changed: "true" });
      expect(scene.stage("prod")).toMatchObject(everythingOnStage);
      expect(scene.stage("prod")?.tags).toMatchObject({ team: "orders" });
      expect(updatesOf(scene)).toHaveLength(1);
      expect(warningsOf(run)).toEqual([expect.stringContaining("logging.payload writes whole requests")]);
    }));

  test("on a stage of others: one call with the pointer last, and what is not declared stays", () =>
    openWorkspace(prod(everything), async (scene, deploy) => {
      const before = structuredClone(scene.addStage("prod", otherwise));
      const run = await deploy();
      expect(run.outputs).toMatchObject({ result: "updated", "previous-deployment-id": before.deploymentId });
      const stage = scene.stage("prod");
      expect(stage).toMatchObject({
        ...everythingOnStage,
        variables: { alias: "live", host: "orders.example.com", kept: "as-it-is" },
        deploymentId: run.outputs["deployment-id"],
      });
      expect(stage?.tags).toEqual({ team: "orders", "managed-by": "hand" });
      const [only = [], ...others] = updatesOf(scene);
      expect(others).toEqual([]);
      expect(only.at(-1)).toEqual({ op: "replace", path: "/deploymentId", value: run.outputs["deployment-id"] });
      expect(only.every(({ value }) => typeof value === "string")).toBe(true);
    }));

  test("once more: unchanged, without one write", () =>
    openWorkspace(prod(everything), async (scene, deploy) => {
      const first = await deploy();
      const before = structuredClone(scene.stage("prod"));
      const count = writesOf(scene).length;
      const again = await deploy({ "deployment-id": first.outputs["deployment-id"] ?? "" });
      expect(again.outputs).toMatchObject({ result: "unchanged", changed: "false" });
      expect(again.text).toContain("The stage's settings are as declared: unchanged.");
      expect(writesOf(scene)).toHaveLength(count);
      expect(scene.stage("prod")).toEqual(before);
    }));

  test("a change of settings alone is one call, and makes nobody's deployment", () =>
    openWorkspace({}, async (scene, deploy) => {
      const { deploymentId } = scene.addStage("prod");
      const run = await deploy({ "deployment-id": deploymentId, settings: "throttling: { burst: 3 }" });
      expect(run.outputs).toMatchObject({ result: "updated", changed: "true", "deployment-id": deploymentId });
      expect(updatesOf(scene)).toEqual([[{ op: "replace", path: "/*/*/throttling/burstLimit", value: "3" }]]);
    }));

  test("nothing declared, nothing patched but the pointer", () =>
    openWorkspace({}, async (scene, deploy) => {
      const before = structuredClone(scene.addStage("prod", otherwise));
      const run = await deploy();
      expect(updatesOf(scene)).toEqual([
        [{ op: "replace", path: "/deploymentId", value: run.outputs["deployment-id"] }],
      ]);
      expect(scene.stage("prod")).toEqual({
        ...before,
        deploymentId: run.outputs["deployment-id"],
        lastUpdatedDate: expect.any(Number),
      });
    }));

  test("null removes a variable, access logs, the cache cluster, a tag and a route's entry", () =>
    openWorkspace(
      prod(`
variables: { alias: null, unknown: null }
logging: { access-log-arn: null }
caching: { cluster-size: null }
tags: { team: null }
routes: { "GET /orders": null }
`),
      async (scene, deploy) => {
        scene.addStage("prod", { ...otherwise, cacheClusterEnabled: true });
        const run = await deploy();
        expect(run.conclusion).toBe("success");
        const stage = scene.stage("prod");
        expect(stage?.variables).toEqual({ kept: "as-it-is" });
        expect(stage?.accessLogSettings).toBeUndefined();
        expect(stage?.cacheClusterEnabled).toBe(false);
        expect(stage?.methodSettings).toEqual({ "*/*": defaults });
        expect(stage?.tags).toEqual({ "managed-by": "hand" });
        expect(run.text).toContain("variables.alias: old -> not set (stages.prod)");
        expect(run.text).toContain("routes.GET /orders: settings of its own -> not set (stages.prod)");
      },
    ));
});

describe("routes", () => {
  test("a new entry begins as a copy of all routes: only what differs is written, and what is shown is what results", () =>
    openWorkspace(
      prod(`
throttling: { rate: 20 }
routes: { "GET /orders": { caching: { ttl: 60, enabled: true }, throttling: { burst: 9 } } }
`),
      async (scene, deploy) => {
        const all = { ...defaults, cachingEnabled: true, throttlingRateLimit: 10, throttlingBurstLimit: 9 };
        scene.addStage("prod", { methodSettings: { "*/*": all }, cacheClusterEnabled: true, cacheClusterSize: "0.5" });
        const run = await deploy();
        expect(updatesOf(scene)).toEqual([
          [
            { op: "replace", path: "/*/*/throttling/rateLimit", value: "20" },
            { op: "replace", path: "/~1orders/GET/caching/ttlInSeconds", value: "60" },
            expect.objectContaining({ path: "/deploymentId" }),
          ],
        ]);
        expect(scene.stage("prod")?.methodSettings).toEqual({
          "*/*": { ...all, throttlingRateLimit: 20 },
          "~1orders/GET": { ...all, throttlingRateLimit: 20, cacheTtlInSeconds: 60 },
        });
        expect(run.text).toContain("GET /orders: caching.ttl: 300 -> 60 (stages.prod)");
        expect(run.text).not.toContain("GET /orders: caching.enabled: ");
      },
    ));

  test("that nobody may look up are applied, with a warning", () =>
    openWorkspace(
      prod('routes: { "GET /orders": { metrics: true } }'),
      async (scene, deploy) => {
        const run = await deploy();
        expect(run.conclusion).toBe("success");
        expect(warningsOf(run)).toEqual([expect.stringContaining("Nobody checked that the API has GET /orders")]);
        expect(scene.stage("prod")?.methodSettings["~1orders/GET"]?.metricsEnabled).toBe(true);
      },
      { access: without(/\/resources$/) },
    ));
});

const without = (denied: RegExp): Access => ({
  keys: new Map([
    [
      "AKIASIMULATED0000000",
      {
        arn: "arn:aws:sts::123456789012:assumed-role/deploy/session",
        status: "active",
        denied: (_: string, resource: string) => denied.test(resource),
      },
    ],
  ]),
});

const manyPaths = Array.from({ length: 12 }, (_, number) => `/p${number}`);
const bigApi: SceneOptions = {
  definition: manyPaths.reduce(
    (text, path) => text + ordersApi.slice(ordersApi.indexOf("  /orders:")).replace("/orders", path),
    ordersApi,
  ),
};
const manyRoutes = `routes:\n${manyPaths
  .map(
    (path, number) =>
      `  "GET ${path}": { metrics: true, throttling: { rate: ${number + 1}, burst: ${number + 1} }, caching: { ttl: ${number}, enabled: true, encrypted: true, require-authorization: false, unauthorized: FAIL_WITH_403 } }`,
  )
  .join("\n")}`;

describe.each(kindsThat("cache"))("of $name: more than 80 operations", () => {
  const expectAll = (stage: Stage | undefined): void => {
    for (const [number, path] of manyPaths.entries()) {
      expect(stage?.methodSettings[`${path.replace("/", "~1")}/GET`]).toMatchObject({
        throttlingRateLimit: number + 1,
        cacheTtlInSeconds: number,
        unauthorizedCacheControlHeaderStrategy: "FAIL_WITH_403",
      });
    }
  };

  test("go in several calls, the pointer last of all", () =>
    openWorkspace(
      prod(manyRoutes),
      async (scene, deploy) => {
        scene.addStage("prod");
        const run = await deploy();
        expect(run.conclusion).toBe("success");
        const calls = updatesOf(scene);
        expect(calls.map(({ length }) => length)).toEqual([80, 17]);
        expect(calls.flat().findIndex(({ path }) => path === "/deploymentId")).toBe(96);
        expectAll(scene.stage("prod"));
      },
      bigApi,
    ));

  test("and an answer that is lost on the way, also with removals, ends in the right state", () =>
    openWorkspace(
      prod(`variables: { old: null }\nlogging: { access-log-arn: null }\n${manyRoutes}\n  "GET /orders": null`),
      async (scene, deploy) => {
        const entry = { "~1orders/GET": defaults };
        const { accessLogSettings } = otherwise;
        const declared = { methodSettings: entry, variables: { old: "x", kept: "y" } };
        scene.addStage("prod", { ...declared, ...(accessLogSettings === undefined ? {} : { accessLogSettings }) });
        scene.gateway.server.faults.add({ operation: "UpdateStage", effect: reset("after"), times: 2 });
        const run = await deploy();
        expect(run.conclusion).toBe("success");
        expect(updatesOf(scene)).toHaveLength(2);
        expect(scene.stage("prod")).toMatchObject({
          variables: { kept: "y" },
          deploymentId: run.outputs["deployment-id"],
        });
        expect(scene.stage("prod")?.accessLogSettings).toBeUndefined();
        expect(Object.keys(scene.stage("prod")?.methodSettings ?? {})).toHaveLength(manyPaths.length);
        expectAll(scene.stage("prod"));
      },
      bigApi,
    ));
});

describe.each(kinds)("of $name:", ({ options }) => {
  describe("routes", () => {
    test("that the API does not have are refused before any write, with the one that may be meant", () =>
      openWorkspace(
        prod('routes: { "GET /order": { metrics: true }, "POST /orders": { metrics: true } }'),
        async (scene, deploy) => {
          const before = structuredClone(scene.addStage("prod"));
          const run = await deploy();
          expect(run.conclusion).toBe("failure");
          expect(run.text).toContain(
            "GET /order is declared under routes, but the deployment has no such route. Did you mean GET /orders?",
          );
          expect(run.text).toContain("POST /orders is declared under routes, but the deployment has no such route.");
          expect(run.text).toContain("State: Nothing was changed.");
          expect(writesOf(scene)).toEqual([]);
          expect(scene.stage("prod")).toEqual(before);
        },
        options,
      ));
  });

  describe("an UpdateStage whose answer was lost", () => {
    const settings = "variables: { alias: null }\ndescription: live";

    test.each([
      ["after it acted, is not sent again", "after", 1],
      ["before it acted, is sent again", "before", 2],
    ] as const)("%s", (_, when, sent) =>
      openWorkspace(
        {},
        async (scene, deploy) => {
          const variables = { kept: "as-it-is", alias: "old" };
          const { deploymentId } = scene.addStage("prod", { variables });
          scene.gateway.server.faults.add({ operation: "UpdateStage", effect: reset(when) });
          const run = await deploy({ settings, "deployment-id": deploymentId });
          expect(run.conclusion).toBe("success");
          expect(scene.asked().filter((operation) => operation === "UpdateStage")).toHaveLength(sent);
          expect(scene.stage("prod")?.description).toBe("live");
          expect(variablesOf(scene, "prod")).toEqual({ kept: "as-it-is" });
        },
        options,
      ),
    );
  });

  test("more variables than a stage may have, with those that it has already", () =>
    openWorkspace(
      {},
      async (scene, deploy) => {
        const some = (start: number): Record<string, string> =>
          Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`v${start + index}`, "x"]));
        scene.addStage("prod", { variables: some(0) });
        const run = await deploy({ settings: JSON.stringify({ variables: some(60) }) });
        expect(run.conclusion).toBe("failure");
        expect(run.text).toContain("The stage would have 120 variables with those that it has already");
        expect(writesOf(scene)).toEqual([]);
      },
      options,
    ));
});

describe("what is known to go wrong", () => {
  test("logs without the account's CloudWatch role are refused before any write", () =>
    openWorkspace(prod("logging: { level: ERROR }"), async (scene, deploy) => {
      scene.gateway.world.account = {};
      const run = await deploy();
      expect(run.conclusion).toBe("failure");
      expect(run.text).toContain("the account has no CloudWatch role for API Gateway in this Region");
      expect(run.text).toContain("aws apigateway update-account --patch-operations");
      expect(run.text).toContain("State: Nothing was changed.");
      expect(writesOf(scene)).toEqual([]);
    }));

  test("where the account may not be read, API Gateway has the word", () =>
    openWorkspace(
      prod("logging: { level: ERROR }"),
      async (scene, deploy) => {
        const fine = await deploy();
        expect(fine.conclusion).toBe("success");
        expect(scene.stage("prod")?.methodSettings["*/*"]?.loggingLevel).toBe("ERROR");
        scene.gateway.world.account = {};
        const run = await deploy({ settings: "logging: { level: INFO }" });
        expect(run.conclusion).toBe("failure");
        expect(run.text).toContain("CloudWatch Logs role ARN must be set in account settings to enable logging");
        expect(run.text).toContain(`Stage prod still serves deployment ${fine.outputs["deployment-id"]}`);
      },
      { access: without(/\/account$/) },
    ));

  test("a stage that was created, and whose settings were then refused, is told as it is", () =>
    openWorkspace(prod("throttling: { rate: 5 }"), async (scene, deploy) => {
      const effect = refusal(400, "BadRequestException", "No.");
      scene.gateway.server.faults.add({ operation: "UpdateStage", effect });
      const run = await deploy();
      expect(run.conclusion).toBe("failure");
      expect(run.text).toContain(
        `State: Stage prod was pointed at deployment ${scene.stage("prod")?.deploymentId}. Not all of its settings are as declared; running this job again applies them.`,
      );
    }));

  const withVariable: SceneOptions = {
    definition: ordersApi
      .replace(
        "type: mock",
        "type: http_proxy\n        httpMethod: GET\n        uri: 'https://${stageVariables.host}/'",
      )
      .replace('      responses: { "200"', '      security: [{ tokens: [] }]\n      responses: { "200"')
      .concat(
        [
          "components:",
          "  securitySchemes:",
          "    tokens:",
          "      type: apiKey",
          "      name: Authorization",
          "      in: header",
          "      x-amazon-apigateway-authtype: custom",
          "      x-amazon-apigateway-authorizer:",
          "        type: request",
          "        identitySource: method.request.header.Authorization, stageVariables.tenant",
          "        authorizerUri: 'arn:aws:apigateway:eu-central-1:lambda:path/2015-03-31/functions/arn:aws:lambda:eu-central-1:123456789012:function:${stageVariables.login}/invocations'",
        ].join("\n"),
      ),
  };

  test.each([
    [
      "not defined: a warning",
      "variables: { alias: live }",
      ["host (GET /orders)", "tenant (authorizer tokens)", "login (authorizer tokens)"],
    ],
    ["defined: none", "variables: { host: orders.example.com, tenant: a, login: b }", []],
  ])("a stage variable that an integration or an authorizer uses and that is %s", (_, settings, names) =>
    openWorkspace(
      prod(settings),
      async (scene, deploy) => {
        const run = await deploy();
        expect(run.conclusion).toBe("success");
        expect(warningsOf(run).toSorted()).toEqual(
          names
            .toSorted()
            .map((name) =>
              expect.stringContaining(`The API uses the stage variable ${name}, but the stage will not have it`),
            ),
        );
        expect(scene.stage("prod")).toBeDefined();
      },
      withVariable,
    ),
  );

  test("a cache on a preview costs money: a warning, also in the comment", () =>
    openWorkspace({ [settingsFile]: "defaults: { caching: { cluster-size: 0.5 } }" }, async (scene, _, workspace) => {
      const run = await scene.deploy({}, { runner: { workspace } });
      expect(run.conclusion).toBe("success");
      expect(warningsOf(run)).toEqual([expect.stringContaining("billed by the hour")]);
      expect(scene.comments()[0]?.body).toContain("billed by the hour");
    }));

  test.each([
    ["production", 1],
    ["staging", 0],
  ])("a payload trace in environment %s: %s warning", (environment, count) =>
    openWorkspace(prod("logging: { level: INFO, payload: true }"), async (_, deploy) => {
      const run = await deploy({ environment });
      expect(run.conclusion).toBe("success");
      expect(warningsOf(run).filter((text) => text.includes("writes whole requests and responses"))).toHaveLength(
        count,
      );
    }),
  );

  test("what API Gateway made otherwise is reported", () =>
    openWorkspace({}, async (scene, deploy) => {
      const { deploymentId } = scene.addStage("prod");
      const body = JSON.stringify({ stageName: "prod", deploymentId, description: "cut off", createdDate: 1 });
      const response = { status: 200, headers: { "content-type": "application/json" }, body };
      scene.gateway.server.faults.add({
        operation: "UpdateStage",
        effect: { kind: "answer", when: "after", response },
      });
      const run = await deploy({ settings: "description: cut off here", "deployment-id": deploymentId });
      expect(run.conclusion).toBe("success");
      expect(warningsOf(run)).toEqual([
        "API Gateway accepted the settings, but description is cut off instead of cut off here.",
      ]);
      expect(run.summary).toContain("cut off instead of cut off here");
    }));
});

describe.each(kindsThat("documentation-version"))("of $name: a documentation version that does not exist yet", () => {
  const versioned = { settings: '{ documentation-version: "1.2" }' };
  const versions = ({ api }: Scene): string[] => [...api.documentationVersions.keys()];

  test("is published with a release of the draft, before a stage names it, and not again", () =>
    inScene({}, async (scene) => {
      const shown = await scene.deploy({ ...versioned, "dry-run": "true" });
      expect(shown.text).toContain("Publish documentation version 1.2");
      expect(written(scene)).toEqual([]);

      const run = await scene.deploy(versioned);
      expect(run.outputs["result"]).toBe("created");
      expect(written(scene)).toEqual(["CreateDeployment", "CreateDocumentationVersion", "CreateStage"]);
      expect([versions(scene), scene.stage("pr-1")?.documentationVersion]).toEqual([["1.2"], "1.2"]);

      const before = scene.asked().length;
      const again = await scene.deploy(versioned);
      expect(again.outputs["result"]).toBe("updated");
      expect(scene.asked().slice(before)).not.toContain("GetDocumentationVersion");
      expect(versions(scene)).toEqual(["1.2"]);
    }));

  test("that another run publishes at the same time is taken, and an answer that was lost is looked for", () =>
    inScene({}, async (scene) => {
      scene.gateway.server.gate = async ({ operation }) => {
        if (operation !== "CreateDocumentationVersion") return;
        scene.gateway.server.gate = undefined;
        scene.api.documentationVersions.set("1.2", { version: "1.2", createdDate: 1 });
      };
      expect((await scene.deploy(versioned)).outputs["result"]).toBe("created");
      scene.gateway.server.faults.add({ operation: "CreateDocumentationVersion", effect: reset("after"), times: 1 });
      const next = await scene.deploy({ settings: '{ documentation-version: "1.3" }' });
      expect([next.outputs["result"], scene.stage("pr-1")?.documentationVersion]).toEqual(["updated", "1.3"]);
      expect(written(scene).filter((operation) => operation === "CreateDocumentationVersion")).toHaveLength(2);
    }));

  test("that API Gateway refuses, as it may one of a draft that documents nothing, leaves the stage as it is", () =>
    inScene({}, async (scene) => {
      const first = (await scene.deploy()).outputs["deployment-id"];
      const effect = refusal(400, "BadRequestException", "There is nothing to document");
      scene.gateway.server.faults.add({ operation: "CreateDocumentationVersion", effect });
      const run = await scene.deploy(versioned);
      expect(run.outputs).toMatchObject({ result: "failed", changed: "false", "deployment-id": first });
      expect(scene.stage("pr-1")?.deploymentId).toBe(first);
      expect(run.text).toContain("publish documentation version 1.2");
      expect(run.text).toContain("There is nothing to document");
    }));

  test("is a mistake where no draft is released", () =>
    inScene({}, async (scene) => {
      const { deploymentId } = scene.addStage("test");
      const run = await scene.deploy({ ...versioned, "deployment-id": deploymentId });
      expect(run.text).toContain("(INVALID_SETTINGS)");
      expect(run.text).toContain("has no such version. It can be made of the draft's documentation only");
      expect(written(scene)).toEqual([]);
    }));
});
