import { expect, test } from "@jest/globals";
import { restApi } from "../../src/aws/rest-api/kind.ts";
import type { ApiKind } from "../../src/domain/api-kind.ts";
import type { Request } from "../../src/inputs/request.ts";
import { readSettingsFile } from "../../src/inputs/settings/read-settings.ts";
import { resolveSettings } from "../../src/inputs/settings/resolve.ts";
import type { StageLayer } from "../../src/inputs/settings/schema.ts";
import { parseSmokeTests } from "../../src/inputs/smoke-tests.ts";
import { refuseAskedInVain } from "../../src/plan/asked-in-vain.ts";
import { aCanaryRequest, aPromotion, aRequest, aRollback, aStatusRequest } from "../requests.ts";

const kind: ApiKind = {
  ...restApi,
  name: "Plain API",
  lacks: {
    cache: "It has no cache.",
    canary: "It has no canaries.",
    "client-certificate": "It shows no certificate.",
    "connect-smoke-tests": "It takes no connection.",
    "execution-logs": "It has no execution logs.",
    "import-merge": "It is replaced as a whole.",
    "request-smoke-tests": "It has no methods.",
    "route-comparison": "Its routes are not told.",
    "routes-without-path": "A route is a verb and a path.",
    tracing: "It is not traced.",
    "usage-plans": "It knows no keys.",
    "web-acl": "It has none.",
  },
};
const canary = { percent: 10 } as never;
const definition = { definition: {}, mode: "merge", failOnWarnings: true } as never;
const withSettings = (layer: StageLayer): Request => aRequest({ settings: resolveSettings("prod", undefined, layer) });

test.each<[string, Request, string[]]>([
  ["nothing beyond it", aRequest({ definition: undefined }), []],
  ["a canary", aRequest({ canary }), ["canary-percent: It has no canaries."]],
  [
    "a canary of a promotion",
    aPromotion({ canary, failOn: ["route-removed"] }),
    ["canary-percent: It has no canaries.", "fail-on: Its routes are not told."],
  ],
  ["the command", aCanaryRequest(), ["command: It has no canaries."]],
  ["a merge", aRequest({ definition }), ["import-mode: It is replaced as a whole."]],
  ["a status", aStatusRequest({ failOn: ["undeployed", "undeployed-routes"] }), ["fail-on: Its routes are not told."]],
  ["a rollback", aRollback(), []],
  [
    "smoke tests",
    aRequest({
      smokeTests: { ...aRequest().smokeTests, tests: parseSmokeTests("# all\nGET / 200\nHEAD / 200").tests },
    }),
    ["smoke-tests, line 2: It has no methods.", "smoke-tests, line 3: It has no methods."],
  ],
  [
    "settings",
    withSettings({
      caching: { "cluster-size": 0.5, ttl: 60 },
      logging: { level: "ERROR", payload: true },
      tracing: true,
      "client-certificate-id": "abc123",
      "usage-plans": ["abc123"],
      "web-acl": { "same-as": "test" },
      routes: { "GET /orders": { caching: { enabled: true }, throttling: { rate: 1 } }, "GET /gone": null },
    }),
    [
      "caching.ttl (settings): It has no cache.",
      "logging.level (settings): It has no execution logs.",
      "logging.payload (settings): It has no execution logs.",
      "GET /orders: caching.enabled (settings): It has no cache.",
      "caching.cluster-size (settings): It has no cache.",
      "client-certificate-id (settings): It shows no certificate.",
      "tracing (settings): It is not traced.",
      "usage-plans (settings): It knows no keys.",
      "web-acl (settings): It has none.",
    ],
  ],
  [
    "routes without a path, and a WebSocket's URL",
    { ...withSettings({ routes: { ping: {}, $default: null } }), invokeUrl: "wss://ws.example.com" } as Request,
    ["invoke-url: It takes no connection.", "routes: ping: A route is a verb and a path."],
  ],
  [
    "settings that want none of it",
    withSettings({
      caching: { "cluster-size": null, enabled: false },
      logging: { level: "OFF", payload: false },
      tracing: false,
      "usage-plans": [],
      "web-acl": null,
      throttling: { rate: 1 },
    }),
    [],
  ],
])("what a kind of API cannot do is refused with all reasons: %s", (_, request, lines) => {
  const refusal = refuseAskedInVain(request, kind);
  expect(refusal?.happened.split("\n  ").slice(1) ?? []).toEqual(lines);
  expect(refusal?.refused).toBe(lines.length === 0 ? undefined : "NOT_OF_THIS_KIND");
  expect(refuseAskedInVain(request, { ...restApi, lacks: {} })).toBeUndefined();
});

test("what the settings file asks for is told with its line", () => {
  const text =
    "defaults: { tracing: true }\nstages:\n  prod:\n    logging: { level: INFO }\n    caching:\n      ttl: 60\n";
  const file = readSettingsFile(text, ".github/apigw-stages.yml");
  if (file.kind !== "settings") throw new Error("the file cannot be read");
  const settings = resolveSettings("prod", file.settings, { logging: { level: "ERROR" } }, file.placeOf);
  const refusal = refuseAskedInVain(aRequest({ settings }), kind);
  expect(refusal?.happened.split("\n").slice(1)).toEqual([
    "  .github/apigw-stages.yml:6:7: caching.ttl (stages.prod): It has no cache.",
    "  logging.level (settings): It has no execution logs.",
    "  .github/apigw-stages.yml:1:13: tracing (defaults): It is not traced.",
  ]);
  expect(refusal?.places).toMatchObject([{ line: 6 }, { line: 1, message: "tracing (defaults): It is not traced." }]);
});

test("a REST API takes no WebSocket connection", () => {
  const { tests } = parseSmokeTests("CONNECT / 101");
  const request = aRollback({ smokeTests: { ...aRequest().smokeTests, tests } });
  expect(refuseAskedInVain(request, restApi)?.happened).toMatch(
    /\n {2}smoke-tests, line 1: WebSocket APIs alone take WebSocket connections\./,
  );
});
