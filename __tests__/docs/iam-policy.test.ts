import { describe, expect, test } from "@jest/globals";
import { type IamStatement, statementsOf } from "../../scripts/iam-policies.ts";
import type { Access } from "../../simulator/aws/access.ts";
import { seedAlarm, switchAlarm } from "../../simulator/cloudwatch/world.ts";
import { addClientCertificate } from "../../simulator/gateway/client-certificate.ts";
import { addMapping, addRoutingRule, newDomainName } from "../../simulator/gateway/domain-name.ts";
import type { World } from "../../simulator/gateway/model.ts";
import { dispatchEvent, scheduleEvent } from "../../simulator/github/events.ts";
import { closePullRequest } from "../../simulator/github/people.ts";
import type { SimulatorServer } from "../../simulator/http/server.ts";
import { type Asked, accessBy, unusedIn } from "../access.ts";
import { inWorkspace, yamlWith } from "../e2e/files.ts";
import {
  addStageOf,
  addVersion,
  changeDraft,
  deployedToday,
  deployTo,
  promote,
  rollBack,
} from "../e2e/release-scene.ts";
import { type Ended, inScene } from "../e2e/scene.ts";
import { inWatch } from "../e2e/watch-scene.ts";
import { ordersApi, ordersHttpApi } from "../scene.ts";
import { parameters, statementsOfRole } from "./setup-templates.ts";

/** What a role of setup/role.yml may do for these features of the table, from which it is made. */
const allowedTo = (
  role: Parameters<typeof statementsOfRole>[0],
  features: readonly string[],
): readonly IamStatement[] => {
  const sids = new Set(statementsOf(features).map(({ Sid }) => Sid));
  return statementsOfRole(role).filter(({ Sid }) => sids.has(Sid));
};

const region = "eu-central-1";

/** A custom domain that sends requests by rules, to another stage. */
const withRoutingRules = (world: World, restApiId: string): void => {
  const domain = newDomainName(world, "api.example.com", { routingMode: "ROUTING_RULE_ONLY" });
  addRoutingRule(world, domain, { priority: 1, restApiId, stage: "prod" });
};

const resultOf = ({ outputs, annotations }: Ended): string =>
  `${outputs["result"]}${annotations.some(({ level }) => level === "warning") ? ", warned" : ""}`;

/** What deployments would be refused for by the condition of `MakeDeploymentsAndStages`. */
const stagesNamedBy = ({ exchanges }: Pick<SimulatorServer, "exchanges">): readonly string[] =>
  exchanges
    .filter(({ operation }) => operation === "CreateDeployment")
    .map(({ request }) => request.body.toString("utf8"))
    .filter((body) => body.includes("stageName"));

/**
 * All that a role is needed for: a stage is created, pointed at a new deployment and back, and deleted; then a sweep. The
 * results, marked where there was a warning.
 */
const aPreviewsLife = async (allowed: readonly IamStatement[], asked: Asked[] = []): Promise<readonly string[]> => {
  const results: string[] = [];
  const options = { gateway: { region }, access: accessBy(allowed, asked) };
  await inWorkspace(
    { "openapi.yml": ordersApi },
    async (scene, { job }) => {
      const { github, repository, pull, opened, gateway } = scene;
      withRoutingRules(gateway.world, scene.api.id);
      const run = async (inputs: Readonly<Record<string, string>>, event = opened()): Promise<string> => {
        const ended = await scene.deploy(inputs, { ...job, event });
        results.push(resultOf(ended));
        return ended.outputs["deployment-id"] ?? "";
      };
      const first = await run({ definition: "openapi.yml" });
      await run({});
      await run({ "deployment-id": first === "" ? "none" : first });
      closePullRequest(github.world, repository, pull);
      await run({}, opened("closed"));
      await run({}, scheduleEvent(repository, "17 3 * * *"));
      expect(stagesNamedBy(gateway.server)).toEqual([]);
    },
    options,
  );
  return results;
};

const allWell = ["created", "updated", "updated", "deleted", "swept"];

test("the role for previews allows what a preview's life asks for, and nothing else", async () => {
  const statements = allowedTo("PreviewRole", ["deploy", "definition", "previews"]);
  const asked: Asked[] = [];
  expect(await aPreviewsLife(statements, asked)).toEqual(allWell);
  expect(unusedIn(statements, asked)).toEqual([]);
});

/** The same of a preview of an HTTP API, which loses its access log and the limits of a route on the way. */
const aHttpPreviewsLife = async (
  allowed: readonly IamStatement[],
  asked: Asked[] = [],
): Promise<readonly (string | undefined)[]> => {
  const results: (string | undefined)[] = [];
  const group = "arn:aws:logs:eu-central-1:123456789012:log-group:/orders";
  const files = { "openapi.yml": ordersHttpApi };
  const options = { kind: "http", gateway: { region }, access: accessBy(allowed, asked) } as const;
  await inWorkspace(
    files,
    async (scene, { job }) => {
      const run = async (inputs: Readonly<Record<string, string>>, event = scene.opened()): Promise<void> => {
        const { outputs } = await scene.deploy(inputs, { ...job, event });
        results.push(outputs["result"]);
      };
      newDomainName(scene.gateway.world, "api.example.com");
      const route = `routes: { "GET /orders": { throttling: { rate: 5, burst: 5 } } }`;
      const logging = `logging: { access-log-arn: "${group}", access-log-format: $context.requestId }`;
      await run({ definition: "openapi.yml", settings: `{ ${logging}, ${route}, tags: { team: orders } }` });
      const without = `routes: { "GET /orders": null }`;
      await run({ settings: `{ logging: { access-log-arn: null }, ${without}, tags: { team: null } }` });
      closePullRequest(scene.github.world, scene.repository, scene.pull);
      await run({}, scene.opened("closed"));
      expect(stagesNamedBy(scene.gateway.server)).toEqual([]);
    },
    options,
  );
  return results;
};

describe("the role for previews of HTTP APIs", () => {
  const features = ["http-apis", "http-definition", "http-previews", "http-settings"];
  const needed = allowedTo("PreviewRole", features);

  test("allows what a preview's life asks for, and nothing else", async () => {
    const asked: Asked[] = [];
    const writes = [...needed, ...allowedTo("PreviewRole", ["deploy"]).filter(({ Sid }) => Sid === "TagNewStages")];
    expect(await aHttpPreviewsLife(writes, asked)).toEqual(["created", "updated", "deleted"]);
    expect(unusedIn(needed, asked)).toEqual([]);
  });
});

test("the role for plans allows what the plan of a deployment asks for, on a pull request too", async () => {
  const results: string[] = [];
  await inWorkspace(
    { "openapi.yml": ordersApi },
    async (scene, { job }) => {
      scene.addStage("prod");
      for (const name of ["prod", "new"]) {
        const inputs = { definition: "openapi.yml", "stage-name": name, "dry-run": "true" };
        results.push(resultOf(await scene.deploy(inputs, job)));
      }
    },
    { gateway: { region }, access: accessBy(statementsOfRole("ReaderRole"), []) },
  );
  expect(results).toEqual(["planned", "planned"]);
});

/** A stage is made with settings, and its tags are changed and taken away. */
const aStagesSettings = async (allowed: readonly IamStatement[], asked: Asked[] = []): Promise<readonly string[]> => {
  const results: string[] = [];
  const tagged = (tags: string): string =>
    `{ logging: { level: ERROR }, routes: { "GET /orders": { throttling: { rate: 5, burst: 5 } } }, tags: { ${tags} } }`;
  await inScene({ gateway: { region }, access: accessBy(allowed, asked) }, async (scene) => {
    scene.gateway.world.account.cloudwatchRoleArn = "arn:aws:iam::123456789012:role/logs";
    for (const settings of [tagged("team: orders"), tagged("owner: orders, team: null")]) {
      results.push(resultOf(await scene.deploy({ "stage-name": "prod", settings })));
    }
  });
  return results;
};

describe("the production role with stage settings", () => {
  const needed = allowedTo("ProductionRole", ["deploy", "settings"]);
  const asDeclared = ["created", "updated"];

  test("is enough", async () => {
    const asked: Asked[] = [];
    expect(await aStagesSettings(needed, asked)).toEqual(asDeclared);
    expect(unusedIn(allowedTo("ProductionRole", ["settings"]), asked)).toEqual([]);
  });

  test.each(statementsOf(["settings"]).map(({ Sid }) => Sid))(
    "has no statement that is not needed: %s",
    async (left) => {
      expect(await aStagesSettings(needed.filter(({ Sid }) => Sid !== left))).not.toEqual(asDeclared);
    },
  );
});

/** An alarm goes off and is over again before anybody looks, late enough for the traffic to be known. */
const aWatchedRelease = async (allowed: readonly IamStatement[], asked: Asked[] = []): Promise<readonly string[]> => {
  const results: string[] = [];
  await inWatch({ access: accessBy(allowed, asked) }, async (watching) => {
    const { scene, job, call } = watching;
    seedAlarm(scene.cloudWatch, "errors");
    watching.meanwhile = async (wait) => {
      await call(1);
      if (wait !== 12) return;
      switchAlarm(scene.cloudWatch, "errors", "ALARM");
      switchAlarm(scene.cloudWatch, "errors", "OK");
    };
    const { outputs, text } = await promote(scene, { alarms: "errors", "bake-time": "10m" }, job);
    results.push(`${outputs["result"]}`, text.includes("Traffic from") ? "traffic told" : "traffic unknown");
  });
  return results;
};

/** A preview on production's domain, from its first rule to its end, with a rule beside that is not ours to delete. */
const aPreviewOnTheDomain = async (
  allowed: readonly IamStatement[],
  priority: string,
  asked: Asked[] = [],
): Promise<readonly string[]> => {
  const results: string[] = [];
  await inScene({ gateway: { region }, access: accessBy(allowed, asked) }, async (scene) => {
    const { github, repository, pull, opened, gateway } = scene;
    const domain = newDomainName(gateway.world, "api.example.com", {
      routingMode: "ROUTING_RULE_THEN_BASE_PATH_MAPPING",
    });
    addMapping(gateway.world, domain, { basePath: "other", restApiId: "another123", stage: "prod" });
    const inputs = { "preview-domain": "api.example.com", "preview-priority": priority };
    results.push(resultOf(await scene.deploy(inputs)));
    const rules = domain.routingRules.size;
    closePullRequest(github.world, repository, pull);
    results.push(`${rules} rule`, resultOf(await scene.deploy(inputs, { event: opened("closed") })));
  });
  return results;
};

describe("the role for previews with a domain", () => {
  const needed = allowedTo("PreviewRole", ["preview-domain"]);
  const beside = allowedTo("PreviewRole", ["deploy", "previews"]);
  const allWell = ["created", "1 rule", "deleted"];

  test("is enough, for the priorities of its band and no others", async () => {
    const asked: Asked[] = [];
    expect(await aPreviewOnTheDomain([...beside, ...needed], "1000-1999", asked)).toEqual(allWell);
    expect(unusedIn(needed, asked)).toEqual([]);
    expect((await aPreviewOnTheDomain([...beside, ...needed], "1-9"))[0]).toBe("failed");
  });

  test.each(needed.map(({ Sid }) => Sid).filter((sid) => sid !== "ListRulesOfTheDomain"))(
    "has no statement that is not needed: %s",
    async (left) => {
      const others = [...beside, ...needed].filter(({ Sid }) => Sid !== left);
      expect(await aPreviewOnTheDomain(others, "1000-1999")).not.toEqual(allWell);
    },
  );
});

test("the production role's statement for client certificates is what the warning takes", () =>
  Promise.all(
    [["deploy"], ["deploy", "certificates"]].map((features) =>
      inScene({ gateway: { region }, access: accessBy(allowedTo("ProductionRole", features)) }, async (scene) => {
        const { world } = scene.gateway;
        const { clientCertificateId } = addClientCertificate(world, { expirationDate: world.clock.now() });
        scene.addStage("prod", { clientCertificateId });
        const ended = await scene.deploy({ "stage-name": "prod" });
        expect(resultOf(ended)).toBe(features.length === 1 ? "updated" : "updated, warned");
      }),
    ),
  ));

test("the production role's statement for what a plan warns of is what the warnings take, each of its resources", async () => {
  const whole = allowedTo("ProductionRole", ["deploy", "readiness"]);
  const without = (resource: string): readonly IamStatement[] =>
    whole.map((statement) => ({
      ...statement,
      Resource: [statement.Resource].flat().filter((one) => !one.endsWith(resource)),
    }));
  const keyed = yamlWith({ "GET /orders": { needs: "key", answer: "$stageVariables.greeting" } });
  const warned = async (allowed: readonly IamStatement[]): Promise<readonly string[]> => {
    const found: string[] = [];
    const options = { gateway: { region }, access: accessBy(allowed), definition: keyed };
    await inScene(options, async (scene) => {
      const destinationArn = "arn:aws:logs:eu-central-1:123456789012:log-group:orders";
      scene.addStage("prod", { accessLogSettings: { destinationArn, format: "$context.requestId" } });
      const { annotations } = await scene.deploy({ "stage-name": "prod" });
      found.push(...annotations.map(({ message }) => /usage plan|stage variable|CloudWatch/.exec(message)?.[0] ?? ""));
    });
    return found;
  };
  expect(await warned(whole)).toEqual(["stage variable", "usage plan", "CloudWatch"]);
  expect(await warned(without("/resources"))).toEqual(["CloudWatch"]);
  expect(await warned(without("/account"))).toEqual(["stage variable", "usage plan"]);
  expect(await warned(without("/usageplans"))).toEqual(["stage variable", "CloudWatch"]);
});

test("the production role's statement for functions is what the warning takes", () =>
  Promise.all(
    [
      ["deploy", "readiness"],
      ["deploy", "readiness", "functions"],
    ].map((features) =>
      inScene({ gateway: { region }, access: accessBy(allowedTo("ProductionRole", features)) }, async (scene) => {
        changeDraft(scene, { functions: ["orders"] });
        const ended = await scene.deploy({ "stage-name": "prod" });
        expect(resultOf(ended)).toBe(features.length === 2 ? "created" : "created, warned");
      }),
    ),
  ));

/** What is known of one REST API with a stage, and what is not. */
const aStatus = async (allowed: readonly IamStatement[], inputs = {}): Promise<readonly unknown[]> => {
  const results: unknown[] = [];
  await inScene({ gateway: { region }, access: accessBy(allowed) }, async (scene) => {
    scene.addStage("prod");
    deployedToday(scene);
    const ended = await scene.deploy(
      { command: "status", ...inputs },
      { event: scheduleEvent(scene.repository, "17 6 * * *") },
    );
    const [api] = JSON.parse(ended.outputs["status"] || "{}").restApis ?? [];
    results.push(resultOf(ended), api?.undeployed, api?.unknown);
  });
  return results;
};

describe("the role for plans, asked for a status", () => {
  const needed = allowedTo("ReaderRole", ["deploy", "status", "stage-quota"]);
  const known = ["reported", false, {}];

  test("is enough, and so is the policy for all APIs", async () => {
    expect(await aStatus(needed)).toEqual(known);
    expect(await aStatus(statementsOfRole("ReaderRole"))).toEqual(known);
    expect(
      await aStatus(
        [
          ...statementsOf(["status-all"]),
          ...statementsOf(["status"]).filter(({ Sid }) => Sid === "ReadAuditEvents"),
          ...statementsOf(["stage-quota"]),
        ],
        { "rest-api-id": "all", details: "true" },
      ),
    ).toEqual(known);
  });

  test.each(needed.map(({ Sid }) => Sid))("has no statement that is not needed: %s", async (left) => {
    expect(await aStatus(needed.filter(({ Sid }) => Sid !== left))).not.toEqual(known);
  });
});

/** Dry runs with all that has a parameter, and a status: their results, and what was refused. */
const plansOf = async (allowed: readonly IamStatement[], asked: Asked[] = []): Promise<readonly unknown[]> => {
  const results: unknown[] = [];
  const options = { gateway: { region }, access: accessBy(allowed, asked) };
  await inWorkspace(
    { "openapi.yml": ordersApi },
    async (scene, { job }) => {
      const { world } = scene.gateway;
      const arn = `arn:aws:wafv2:${region}:123456789012:regional/webacl/${parameters.WebAclNameAndId}`;
      world.usagePlans.set("abc123", { id: "abc123", name: "Orders", apiStages: [] });
      world.webAcls.set(arn, { arn, id: "0a1b2c3d", name: "shop", createdDate: 0 });
      world.account.cloudwatchRoleArn = "arn:aws:iam::123456789012:role/logs";
      seedAlarm(scene.cloudWatch, "errors");
      scene.addStage("prod", addClientCertificate(world));
      addStageOf(scene, "test", { functions: ["orders"] });
      const deployment = addVersion(scene, { functions: ["orders"] });
      const plan = { "dry-run": "true", alarms: "errors", "bake-time": "10m" };
      const settings = `usage-plans: [abc123], web-acl: "${arn}", logging: { level: ERROR }, tags: { team: orders }`;
      const published = `{ ${settings}, documentation-version: "1.2" }`;
      const status = { event: scheduleEvent(scene.repository, "17 6 * * *") };
      for (const { outputs, annotations } of [
        await deployTo(scene, "prod", { ...plan, settings: published, definition: "openapi.yml" }, job),
        await deployTo(scene, "new", { ...plan, "deployment-id": deployment, settings: `{ ${settings} }` }, job),
        await promote(scene, { ...plan, settings: `{ ${settings} }`, "dark-stage": "true" }, job),
        await promote(scene, { ...plan, "canary-percent": "10" }, job),
        await rollBack(scene, { ...plan, "deployment-id": deployment }, job),
        await scene.deploy({ command: "status" }, { ...job, ...status }),
      ]) {
        const told = annotations.filter(({ message }) => /^Could not|not allowed|not known/.test(message));
        results.push(outputs["result"], ...told.map(({ message }) => message));
      }
    },
    options,
  );
  return [...results, ...asked.filter(({ isDenied }) => isDenied)];
};

test("the role for plans is enough for dry runs with all features, and for a status", async () => {
  const asked: Asked[] = [];
  const planned = ["planned", "planned", "planned", "planned", "planned", "reported"];
  expect(await plansOf(statementsOfRole("ReaderRole"), asked)).toEqual(planned);
  const features = ["deploy", "status", "stage-quota", "functions", "settings", "certificates"];
  const reads = allowedTo("ReaderRole", [...features, "documentation", "usage-plans"]);
  expect(unusedIn(reads, asked)).toEqual([]);
});

describe("the production role with a watch", () => {
  const needed = allowedTo("ProductionRole", ["deploy", "watch"]);
  const seen = ["rolled-back", "traffic told"];

  test("is enough", async () => {
    const asked: Asked[] = [];
    expect(await aWatchedRelease(needed, asked)).toEqual(seen);
    expect(unusedIn(allowedTo("ProductionRole", ["watch"]), asked)).toEqual([]);
  });

  const actions = statementsOf(["watch"]).flatMap(({ Action }) => Action);
  test.each(actions)("allows nothing that is not needed: %s", async (left) => {
    const others = needed.map((statement) => ({
      ...statement,
      Action: [statement.Action].flat().filter((action) => action !== left),
    }));
    expect(await aWatchedRelease(others)).not.toEqual(seen);
  });
});

/** A preview joins a usage plan, and leaves it when it is deleted. */
const aPlansStage = async (allowed: readonly IamStatement[]): Promise<readonly string[]> => {
  const results: string[] = [];
  await inScene({ gateway: { region }, access: accessBy(allowed) }, async (scene) => {
    scene.gateway.world.usagePlans.set("abc123", { id: "abc123", name: "Previews", apiStages: [] });
    const deployed = await scene.deploy({ settings: "usage-plans: [abc123]" });
    closePullRequest(scene.github.world, scene.repository, scene.pull);
    const closed = await scene.deploy({}, { event: scene.opened("closed") });
    results.push(deployed.outputs["result"] ?? "", closed.outputs["result"] ?? "");
  });
  return results;
};

test("the role for previews with usage plans is enough, and needed", async () => {
  const needed = allowedTo("PreviewRole", ["deploy", "previews", "usage-plans"]);
  expect(await aPlansStage(needed)).toEqual(["created", "deleted"]);
  const without = (sid: string): readonly IamStatement[] => needed.filter(({ Sid }) => Sid !== sid);
  expect(await aPlansStage(without("ReadThePlan"))).not.toContain("created");
  expect(await aPlansStage(without("JoinAndLeavePlans"))).not.toContain("created");
});

describe("the role for previews with a web ACL", () => {
  const needed = allowedTo("PreviewRole", ["web-acl"]);
  const [arn = ""] = needed.flatMap(({ Resource }) => Resource);

  const aProtectedStage = async (allowed: readonly IamStatement[], asked: Asked[] = []): Promise<Ended> => {
    let run: Ended | undefined;
    await inScene({ gateway: { region }, access: accessBy(allowed, asked) }, async (scene) => {
      scene.gateway.world.webAcls.set(arn, { arn, id: "0a1b2c3d", name: "shop", createdDate: 0 });
      run = await scene.deploy({ settings: `web-acl: ${arn}` });
    });
    if (run === undefined) throw new Error("nothing was run");
    return run;
  };

  test("is enough, and asks for nothing that is not used", async () => {
    const asked: Asked[] = [];
    const run = await aProtectedStage([...allowedTo("PreviewRole", ["deploy"]), ...needed], asked);
    expect(run.outputs["result"]).toBe("created");
    expect(unusedIn(needed, asked)).toEqual([]);
  });

  test.each(needed.map(({ Sid }) => Sid))("what is missing is named: %s", async (left) => {
    const run = await aProtectedStage([
      ...allowedTo("PreviewRole", ["deploy"]),
      ...needed.filter(({ Sid }) => Sid !== left),
    ]);
    expect(run.outputs["result"]).toBe("failed");
    expect(run.text).toContain("(ACCESS_DENIED)");
    expect(run.text).toContain(`"Action":"${needed.find(({ Sid }) => Sid === left)?.Action}"`);
  });
});

test("the production role with documentation is enough, and without it nothing is published", async () => {
  const published = async (ids: readonly string[]): Promise<readonly unknown[]> => {
    const seen: unknown[] = [];
    await inScene({ gateway: { region }, access: accessBy(allowedTo("ProductionRole", ids)) }, async (scene) => {
      const run = await scene.deploy({ "stage-name": "prod", settings: '{ documentation-version: "1.2" }' });
      seen.push(run.outputs["result"], [...scene.api.documentationVersions.keys()]);
      if (ids.length === 1) expect(run.text).toContain("so it is taken to be there");
    });
    return seen;
  };
  expect(await published(["deploy", "documentation"])).toEqual(["created", ["1.2"]]);
  expect(await published(["deploy"])).toEqual([expect.anything(), []]);
});

test("the role for previews lets the error tell how many stages there may be", async () => {
  const options = { gateway: { region, quotas: { stagesPerApi: 1 } } };
  await inScene(
    { ...options, access: accessBy(allowedTo("PreviewRole", ["deploy", "stage-quota"])) },
    async (scene) => {
      scene.addStage("prod");
      expect((await scene.deploy()).text).toContain("1 of 1 stages are there, says Service Quotas.");
    },
  );
});

test("the production role with dark stages is enough, and fenced to the stage", async () => {
  const needed = allowedTo("ProductionRole", ["deploy", "stage-quota", "dark-stage", "web-acl"]);
  const asked: Asked[] = [];
  await inScene({ gateway: { region }, access: accessBy(needed, asked) }, async (scene) => {
    const all = {
      metricsEnabled: true,
      dataTraceEnabled: false,
      throttlingBurstLimit: 10,
      throttlingRateLimit: 5,
      cachingEnabled: false,
      cacheTtlInSeconds: 300,
      cacheDataEncrypted: false,
      requireAuthorizationForCacheControl: true,
      unauthorizedCacheControlHeaderStrategy: "SUCCEED_WITH_RESPONSE_HEADER",
    };
    const webAclArn = `arn:aws:wafv2:${region}:123456789012:regional/webacl/${parameters.WebAclNameAndId}`;
    scene.gateway.world.webAcls.set(webAclArn, { arn: webAclArn, id: "0a1b2c3d", name: "shop", createdDate: 0 });
    scene.addStage("prod", { methodSettings: { "*/*": all }, webAclArn });
    scene.addStage("test");
    const run = await promote(scene, { "dark-stage": "true", "fail-on": "breaking" });
    expect(resultOf(run)).toBe("promoted");
    expect(asked).toContainEqual({
      action: "wafv2:AssociateWebACL",
      arn: expect.stringMatching(/prod-next$/),
      isDenied: false,
    });
    expect((await deployTo(scene, "test")).outputs["result"]).toBe("failed");
  });
  expect(unusedIn(allowedTo("ProductionRole", ["dark-stage"]), asked)).toEqual([]);
});

test("the production role's dark stages of HTTP APIs are what one takes that is only to tell routes", async () => {
  const needed = allowedTo("ProductionRole", ["deploy", "stage-quota", "http-apis", "http-dark-stage"]);
  const asked: Asked[] = [];
  await inScene({ kind: "http", gateway: { region }, access: accessBy(needed, asked) }, async (scene) => {
    const event = dispatchEvent(scene.repository, "alice");
    await scene.deploy({ "stage-name": "prod" }, { event });
    const run = await scene.deploy({ "stage-name": "prod", compare: "exact" }, { event });
    expect([resultOf(run), run.text]).toEqual(["updated", expect.stringContaining("its export tells these routes")]);
  });
  expect(unusedIn(allowedTo("ProductionRole", ["http-dark-stage"]), asked)).toEqual([]);
});

/** Meanwhile the same key is another role's. */
const actingBy = async (
  allowed: readonly IamStatement[],
  { keys }: Access,
  act: () => Promise<void>,
): Promise<void> => {
  const before = [...keys];
  for (const [key, profile] of accessBy(allowed).keys) keys.set(key, profile);
  await act();
  for (const [key, profile] of before) keys.set(key, profile);
};

/**
 * A canary whose first step is judged by access logs, and its second by metrics of its own; then it is completed.
 * `planning`: what a role may do that plans the steps first.
 */
const aCanarysLife = async (
  allowed: readonly IamStatement[],
  planning?: readonly IamStatement[],
): Promise<readonly string[]> => {
  const results: string[] = [];
  const access = accessBy(allowed);
  await inWatch({ access }, async ({ scene, job, call, later }) => {
    scene.gateway.world.random = () => 0.05;
    Object.assign(scene.cloudWatch, { canarySeries: true });
    const accessLogSettings = {
      destinationArn: `arn:aws:logs:${region}:123456789012:log-group:/orders`,
      format: '{"canary": "$context.isCanaryRequest", "status": "$context.status"}',
    };
    Object.assign(scene.stage("prod") ?? {}, { accessLogSettings });
    const settings = "canary: { interval: 10m, min-requests: 1 }";
    const told = (run: Ended): void => {
      results.push(resultOf(run));
    };
    await call(1);
    told(await promote(scene, { "canary-percent": "10", settings }, job));
    for (const isLogged of [true, false]) {
      if (!isLogged) delete scene.stage("prod")?.accessLogSettings;
      await later(5 * 60_000);
      await call(1);
      await later(6 * 60_000);
      const step = { "stage-name": "prod", command: "canary", settings };
      if (planning !== undefined) {
        await actingBy(planning, access, async () => told(await scene.deploy({ ...step, "dry-run": "true" }, job)));
      }
      told(await scene.deploy(step, job));
    }
  });
  return results;
};

describe("the production role with canaries, and the role for plans of them", () => {
  const needed = allowedTo("ProductionRole", ["deploy", "canary"]);
  const seen = ["canary-started", "canary-shifted", "canary-completed"];

  test("is enough", async () => {
    expect(await aCanarysLife(needed, statementsOfRole("ReaderRole"))).toEqual([
      "canary-started",
      "planned",
      "canary-shifted",
      "planned",
      "canary-completed",
    ]);
  });

  test.each(statementsOf(["canary"]).map(({ Sid }) => Sid))("has no statement that is not needed: %s", async (left) => {
    expect(await aCanarysLife(needed.filter(({ Sid }) => Sid !== left))).not.toEqual(seen);
  });
});
