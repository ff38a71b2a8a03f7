import { describe, expect, test } from "@jest/globals";
import { restApi } from "../../../src/aws/rest-api/kind.ts";
import { creationOf, patchOf } from "../../../src/aws/rest-api/patches.ts";
import { newStageSettings, type StageSettings } from "../../../src/domain/stage-settings.ts";
import { resolveSettings } from "../../../src/inputs/settings/resolve.ts";
import type { StageLayer } from "../../../src/inputs/settings/schema.ts";
import { batches, splitCreation } from "../../../src/plan/settings/batches.ts";
import { planSettings } from "../../../src/plan/settings/plan-settings.ts";

const entry = {
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

const plan = (settings: StageLayer, current: Partial<StageSettings> | undefined = {}, lower?: StageLayer) =>
  planSettings({
    wanted: resolveSettings("prod", lower && { defaults: lower }, settings),
    current: { ...newStageSettings, ...current },
    routes: [
      { verb: "GET", path: "/pets/{id}" },
      { verb: "ANY", path: "/files" },
    ],
  });

const operations = (...args: Parameters<typeof plan>): string[] =>
  plan(...args)
    .writes.map(patchOf)
    .map(({ op, path, value }) => [op, path, ...(value === undefined ? [] : [value])].join(" "));

const changes = (...args: Parameters<typeof plan>): string[] =>
  plan(...args).changes.map(({ setting, from, to }) => `${setting}: ${from} -> ${to}`);

test.each<[boolean, StageLayer, readonly string[]]>([
  [true, { metrics: false }, ["GET /pets/{id} metricsEnabled false"]],
  [false, { metrics: false }, ["GET /pets/{id} throttlingRateLimit 5", "GET /pets/{id} metricsEnabled false"]],
  [false, { throttling: { burst: 9 } }, ["metricsEnabled true", "throttlingRateLimit 5", "throttlingBurstLimit 9"]],
  [false, { throttling: { rate: 5 } }, []],
])("a route's own settings begin with what all routes have, copied by the service (%s) or written", (...row) => {
  const [copiesForRoutes, own, expected] = row;
  const settings: StageLayer = { metrics: true, throttling: { rate: 5 }, routes: { "GET /pets/{id}": own } };
  const wanted = resolveSettings("prod", undefined, settings);
  const planned = planSettings({ wanted, current: undefined, routes: undefined, kind: { copiesForRoutes } });
  const ofRoute = planned.writes.flatMap((write) =>
    write.kind === "route-setting" && write.route === "GET /pets/{id}"
      ? [`${write.route} ${write.member} ${write.value}`]
      : [],
  );
  expect(ofRoute).toEqual(expected.map((text) => expect.stringContaining(text)));
});

describe("the writes, as a REST API is told them", () => {
  test.each<[StageLayer, Partial<StageSettings>, string[]]>([
    [{}, { description: "x", tracingEnabled: true, variables: { a: "b" }, methodSettings: { "*/*": entry } }, []],
    [{ description: "live" }, {}, ["replace /description live"]],
    [{ description: "live" }, { description: "live" }, []],
    [
      { tracing: true, "documentation-version": "1.2", "client-certificate-id": "abc" },
      {},
      ["replace /clientCertificateId abc", "replace /documentationVersion 1.2", "replace /tracingEnabled true"],
    ],
    [{ tracing: false }, {}, []],
    [
      { variables: { a: "1", b: "2", gone: null, never: null } },
      { variables: { a: "1", gone: "x", kept: "y" } },
      ["remove /variables/gone", "replace /variables/b 2"],
    ],
    [{ variables: { constructor: null, toString: "x" } }, {}, ["replace /variables/toString x"]],
    [
      { logging: { "access-log-arn": null } },
      { accessLog: { destinationArn: "arn", format: "f" } },
      ["remove /accessLogSettings"],
    ],
    [{ logging: { "access-log-arn": null } }, {}, []],
    [
      { logging: { "access-log-arn": "arn", "access-log-format": "f" } },
      { accessLog: { destinationArn: "arn", format: "g" } },
      ["replace /accessLogSettings/format f"],
    ],
    [{ caching: { "cluster-size": 0.5 } }, {}, ["replace /cacheClusterSize 0.5", "replace /cacheClusterEnabled true"]],
    [
      { caching: { "cluster-size": 0.5 } },
      { cacheCluster: { enabled: false, size: "0.5", status: undefined } },
      ["replace /cacheClusterEnabled true"],
    ],
    [
      { caching: { "cluster-size": 118 } },
      { cacheCluster: { enabled: true, size: "0.5", status: "AVAILABLE" } },
      ["replace /cacheClusterSize 118"],
    ],
    [{ caching: { "cluster-size": 0.5 } }, { cacheCluster: { enabled: true, size: "0.5", status: "AVAILABLE" } }, []],
    [
      { caching: { "cluster-size": null } },
      { cacheCluster: { enabled: true, size: "0.5", status: "AVAILABLE" } },
      ["replace /cacheClusterEnabled false"],
    ],
    [
      { caching: { "cluster-size": null } },
      { cacheCluster: { enabled: false, size: "0.5", status: "NOT_AVAILABLE" } },
      [],
    ],
    [{ metrics: false, logging: { level: "OFF" }, caching: { ttl: 300, "require-authorization": true } }, {}, []],
    [
      { throttling: { rate: 10_000, burst: 5000 } },
      {},
      ["replace /*/*/throttling/rateLimit 10000", "replace /*/*/throttling/burstLimit 5000"],
    ],
    [{ throttling: { rate: 10_000, burst: 5000 } }, { methodSettings: { "*/*": entry } }, []],
  ])("%j", (settings, current, expected) => {
    expect(operations(settings, current)).toEqual(expected);
  });

  test("addresses every method setting, of all routes and of one", () => {
    const settings = {
      logging: { level: "INFO", payload: true },
      metrics: true,
      throttling: { rate: 1.5, burst: 2 },
      caching: {
        enabled: true,
        ttl: 0,
        encrypted: true,
        "require-authorization": false,
        unauthorized: "FAIL_WITH_403",
      },
    } as const;
    const leaves = [
      "logging/loglevel INFO",
      "logging/dataTrace true",
      "metrics/enabled true",
      "throttling/rateLimit 1.5",
      "throttling/burstLimit 2",
      "caching/enabled true",
      "caching/ttlInSeconds 0",
      "caching/dataEncrypted true",
      "caching/requireAuthorizationForCacheControl false",
      "caching/unauthorizedCacheControlHeaderStrategy FAIL_WITH_403",
    ];
    expect(operations(settings)).toEqual(leaves.map((leaf) => `replace /*/*/${leaf}`));
    expect(operations({ routes: { "GET /pets/{id}": settings } })).toEqual(
      leaves.map((leaf) => `replace /~1pets~1{id}/GET/${leaf}`),
    );
  });

  test("encodes slashes and tildes in paths", () => {
    expect(operations({ routes: { "GET /": { metrics: true }, "GET /a~b/c": { metrics: true } } })).toEqual([
      "replace /~1/GET/metrics/enabled true",
      "replace /~1a~0b~1c/GET/metrics/enabled true",
    ]);
  });
});

describe("routes", () => {
  test("a new entry begins as a copy of all routes, which are patched first", () => {
    const settings = { metrics: true, routes: { "GET /pets/{id}": { metrics: true, caching: { ttl: 60 } } } };
    expect(operations(settings)).toEqual([
      "replace /*/*/metrics/enabled true",
      "replace /~1pets~1{id}/GET/caching/ttlInSeconds 60",
    ]);
  });

  test("a route that is to keep what all others lose gets an entry, and the change says why", () => {
    const settings = { metrics: true, routes: { "GET /pets/{id}": { metrics: false } } };
    expect(operations(settings)).toEqual([
      "replace /*/*/metrics/enabled true",
      "replace /~1pets~1{id}/GET/metrics/enabled false",
    ]);
    expect(changes(settings)).toEqual([
      "metrics: false -> true",
      "GET /pets/{id}: metrics: false, as all routes -> false",
    ]);
  });

  test("limits of the account are not known, so declared ones are written", () => {
    expect(changes({ routes: { "GET /pets/{id}": { throttling: { rate: 10_000 } } } })).toEqual([
      "GET /pets/{id}: throttling.rate: the account's limit -> 10000",
    ]);
  });

  test("null removes an entry that is there", () => {
    const settings = { routes: { "GET /pets/{id}": null } };
    expect(operations(settings)).toEqual([]);
    expect(operations(settings, { methodSettings: { "GET /pets/{id}": entry } })).toEqual(["remove /~1pets~1{id}/GET"]);
    expect(changes(settings, { methodSettings: { "GET /pets/{id}": entry } })).toEqual([
      "routes.GET /pets/{id}: settings of its own -> undefined",
    ]);
  });

  test("an entry that begins afresh loses what nobody declares any more", () => {
    const lower = { routes: { "GET /pets/{id}": null } };
    const settings = { routes: { "GET /pets/{id}": { metrics: true } } };
    const methodSettings = {
      "*/*": { ...entry, cachingEnabled: true },
      "GET /pets/{id}": { ...entry, cacheTtlInSeconds: 7 },
    };
    expect(operations(settings, { methodSettings }, lower)).toEqual([
      "remove /~1pets~1{id}/GET",
      "replace /~1pets~1{id}/GET/metrics/enabled true",
    ]);
    expect(changes(settings, { methodSettings }, lower)).toEqual([
      "GET /pets/{id}: metrics: false -> true",
      "GET /pets/{id}: caching.enabled: false -> true",
      "GET /pets/{id}: caching.ttl: 7 -> 300",
    ]);
  });

  test("an entry that keeps its own value is told, unless that value is declared", () => {
    const current = { methodSettings: { "*/*": entry, "GET /pets/{id}": entry, "ANY /files": entry } };
    const settings = { metrics: true, routes: { "ANY /files": { metrics: false } } };
    expect(plan(settings, current).warnings).toEqual([
      expect.stringMatching(/^GET \/pets\/\{id\} has .* keeps metrics false\./),
    ]);
  });

  test.each([
    ["GET /pet/{id}", /GET \/pet\/\{id\} .* no such route\. Did you mean GET \/pets\/\{id\}\?/],
    ["GET /files", /It has ANY \/files; declare that\./],
    ["GET /something/else", /no such route\.$/],
  ])("%s, which the deployment does not have, is refused", (route, message) => {
    const settings = { routes: { [route]: { metrics: true } } };
    expect(plan(settings).problems).toEqual([expect.stringMatching(message)]);
    const wanted = resolveSettings("prod", undefined, settings);
    expect(planSettings({ wanted, current: undefined, routes: undefined }).problems).toEqual([]);
  });
});

describe("what people are told", () => {
  test("changes say where they were declared; removed is not set", () => {
    expect(
      plan({ variables: { a: "2" } }, { variables: { a: "1", old: "x" } }, { variables: { old: null } }).changes,
    ).toEqual([
      { setting: "variables.old", from: "x", to: undefined, source: "defaults" },
      { setting: "variables.a", from: "1", to: "2", source: "settings" },
    ]);
  });

  test("secret-looking variables are masked in the changes, not in the writes", () => {
    const { changes: told, writes } = plan(
      { variables: { API_KEY: "k2", db_password: "p" } },
      { variables: { API_KEY: "k1" } },
    );
    expect(told).toEqual([
      { setting: "variables.API_KEY", from: "***", to: "***", source: "settings", masked: true },
      { setting: "variables.db_password", from: undefined, to: "***", source: "settings", masked: true },
    ]);
    expect(writes).toMatchObject([{ value: "k2" }, { value: "p" }]);
  });

  test("tags go their own way, outside the writes", () => {
    expect(
      plan({ tags: { team: "orders", old: null, never: null, same: "x" } }, { tags: { old: "y", same: "x" } }),
    ).toMatchObject({
      writes: [],
      tagsToSet: { team: "orders" },
      tagsToRemove: ["old"],
      changes: [
        { setting: "tags.team", from: undefined, to: "orders" },
        { setting: "tags.old", from: "y", to: undefined },
      ],
    });
  });

  test("half an access log is refused", () => {
    expect(plan({ logging: { "access-log-arn": "arn" } }).problems).toEqual([
      expect.stringMatching(/without logging\.access-log-format/),
    ]);
    expect(plan({ logging: { "access-log-format": "f" } }).problems).toEqual([
      expect.stringMatching(/without logging\.access-log-arn/),
    ]);
    const ofFile = { stages: { prod: { logging: { "access-log-arn": "arn" } } } };
    const place = { file: ".github/apigw-stages.yml", line: 4, column: 7 };
    const wanted = resolveSettings("prod", ofFile, undefined, () => place);
    expect(planSettings({ wanted, current: newStageSettings, routes: [] }).problems).toEqual([
      expect.stringMatching(/^logging\.access-log-arn is declared \(stages\.prod, line 4\) without/),
    ]);
    const accessLog = { destinationArn: "arn", format: "g" };
    expect(plan({ logging: { "access-log-format": "f" } }, { accessLog }).problems).toEqual([]);
  });

  test("more variables or tags than a stage can have are refused, with those that it has", () => {
    const many = (count: number, name: string) =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`${name}${index}`, "x"]));
    expect(plan({ variables: many(60, "a") }, { variables: many(40, "b") }).problems).toEqual([]);
    expect(plan({ variables: many(60, "a") }, { variables: many(41, "b") }).problems).toEqual([
      expect.stringMatching(/101 variables .* allows 100/),
    ]);
    expect(plan({ tags: many(30, "a") }, { tags: { ...many(20, "b"), "aws:c": "x" } }).problems).toEqual([]);
    expect(plan({ tags: many(30, "a") }, { tags: many(21, "b") }).problems).toEqual([expect.stringMatching(/51 tags/)]);
  });

  test.each<[StageLayer, boolean, string, RegExp[]]>([
    [{ caching: { enabled: true } }, false, "NOT_AVAILABLE", [/no cache cluster/]],
    [{ routes: { "GET /pets/{id}": { caching: { enabled: true } } } }, false, "NOT_AVAILABLE", [/no cache cluster/]],
    [{ caching: { enabled: true, "cluster-size": null } }, true, "AVAILABLE", [/no cache cluster/]],
    [{ caching: { enabled: true } }, true, "AVAILABLE", []],
    [{ caching: { enabled: false } }, true, "AVAILABLE", [/goes on running/]],
    [{ caching: { "cluster-size": 1.6 } }, true, "CREATE_IN_PROGRESS", [/still changing \(CREATE_IN_PROGRESS\)/]],
    [{ description: "x" }, true, "CREATE_IN_PROGRESS", []],
  ])("warnings about the cache: %j, cluster %s, %s", (settings, enabled, status, warnings) => {
    const { warnings: told } = plan(settings, { cacheCluster: { enabled, size: "0.5", status } });
    expect(told).toEqual(warnings.map((warning) => expect.stringMatching(warning)));
  });
});

describe("calls", () => {
  const writes = Array.from({ length: 160 }, (_, index) => `write ${index}`);
  const pointer = "the pointer";

  test.each([
    [0, [], [1]],
    [79, [79], [80]],
    [80, [80], [80, 1]],
    [160, [80, 80], [80, 80, 1]],
  ])("%d writes go in calls of at most 80, the pointer last", (count, without, withPointer) => {
    expect(batches(writes.slice(0, count), restApi).map(({ length }) => length)).toEqual(without);
    const calls = batches(writes.slice(0, count), restApi, pointer);
    expect(calls.map(({ length }) => length)).toEqual(withPointer);
    expect(calls.flat().at(-1)).toEqual(pointer);
  });

  test("a new stage is created with what CreateStage takes", () => {
    const { writes: all } = plan({
      description: "live",
      variables: { a: "1" },
      metrics: true,
      tracing: true,
      caching: { "cluster-size": 0.5 },
      "client-certificate-id": "abc",
    });
    const { creation, rest } = splitCreation(all, restApi);
    expect(creationOf(creation)).toEqual({
      description: "live",
      variables: { a: "1" },
      cacheClusterEnabled: true,
      cacheClusterSize: "0.5",
      tracingEnabled: true,
    });
    expect(rest).toEqual([
      { kind: "route-setting", route: "*/*", member: "metricsEnabled", value: true },
      { kind: "attribute", member: "clientCertificateId", value: "abc" },
    ]);
    expect(splitCreation([], restApi)).toEqual({ creation: [], rest: [] });
    expect(creationOf([])).toEqual({});
  });
});
