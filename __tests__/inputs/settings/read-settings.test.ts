import { describe, expect, test } from "@jest/globals";
import { placeText } from "../../../src/domain/errors.ts";
import { type Reading, readInlineSettings, readSettingsFile } from "../../../src/inputs/settings/read-settings.ts";

const file = "stages.yml";
const problemsIn = (reading: Reading<unknown>): string[] =>
  reading.kind === "problems" ? reading.problems.map(placeText) : [];
const problems = (text: string): string[] => problemsIn(readSettingsFile(text, file));
const inline = (text: string): string[] => problemsIn(readInlineSettings(text, "settings"));

const binding = `
defaults:
  logging: { level: ERROR, payload: false, access-log-arn: "arn:aws:logs:eu-central-1:123456789012:log-group:/a/b", access-log-format: "$context.requestId $context.status" }
  metrics: false
  tracing: false
  throttling: { rate: 100, burst: 50 }
stages:
  prod:
    description: live
    variables: { alias: live }
    caching: { cluster-size: 0.5, enabled: true, ttl: 300, encrypted: true, require-authorization: true, unauthorized: FAIL_WITH_403 }
    client-certificate-id: abc123
    documentation-version: "1.2"
    tags: { team: orders }
    routes:
      "GET /pets/{id}": { throttling: { rate: 500, burst: 200 }, caching: { ttl: 60 }, logging: { level: INFO } }
  "pr-*":
    variables: { alias: preview, old: null }
`;

describe("good settings", () => {
  test("are read with every member", () => {
    expect(readSettingsFile(binding, file)).toMatchObject({
      kind: "settings",
      settings: {
        defaults: { logging: { level: "ERROR" }, throttling: { rate: 100, burst: 50 } },
        stages: {
          prod: { caching: { "cluster-size": 0.5 }, routes: { "GET /pets/{id}": { caching: { ttl: 60 } } } },
          "pr-*": { variables: { alias: "preview", old: null } },
        },
      },
    });
  });

  test.each([
    ["an empty text", "", {}],
    ["comments only", "# nothing\n", {}],
    ["a byte order mark and CRLF", "\uFEFFdefaults:\r\n  metrics: true\r\n", { defaults: { metrics: true } }],
    [
      "OFF, which is no truth value",
      "defaults: { logging: { level: OFF } }",
      { defaults: { logging: { level: "OFF" } } },
    ],
    [
      "aliases",
      "defaults: &all { metrics: true }\nstages: { dev: *all }",
      { defaults: { metrics: true }, stages: { dev: { metrics: true } } },
    ],
    [
      "names that objects have anyway",
      "defaults: { variables: { constructor: a, toString: b } }",
      { defaults: { variables: { constructor: "a", toString: "b" } } },
    ],
  ])("%s", (_, text, settings) => {
    expect(readSettingsFile(text, file)).toEqual({ kind: "settings", settings, placeOf: expect.any(Function) });
  });

  test("inline settings are the body of one stage", () => {
    expect(readInlineSettings("metrics: true", "settings")).toMatchObject({
      kind: "settings",
      settings: { metrics: true },
    });
    expect(inline("stages: {}")[0]).toMatch(
      /^settings:1:1: stages is not known here\..*Known are description, variables/,
    );
  });
});

describe("wrong settings", () => {
  test("are all reported at once, in the order of the text", () => {
    const text = [
      "defaults:",
      "  throtling: { rate: 1 }",
      "  throttling: { rate: -1, burst: 1.5 }",
      "stages:",
      "  prod:",
      "    logging: { level: eror }",
      "    caching: { cluster-size: 2 }",
    ].join("\n");
    expect(problems(text)).toEqual([
      expect.stringMatching(
        /^stages\.yml:2:3: throtling is not known in defaults\. Did you mean throttling\? Known are .*metrics/,
      ),
      "stages.yml:3:23: defaults.throttling.rate is -1. It must be a number from 0 up: requests a second.",
      "stages.yml:3:34: defaults.throttling.burst is 1.5. It must be a whole number from 0 up: requests.",
      'stages.yml:6:23: stages.prod.logging.level is "eror". It must be one of OFF, ERROR, INFO. Did you mean ERROR?',
      expect.stringMatching(
        /^stages\.yml:7:30: stages\.prod\.caching\.cluster-size is 2\. It must be one of 0\.5, 1\.6/,
      ),
    ]);
  });

  test.each([
    ["metrics: 1", /1:10: metrics is 1\. It must be true or false/],
    ["metrics: [true]", /metrics is a list/],
    ["metrics: { a: b }", /metrics is a map/],
    ["throttling: fast", /throttling is "fast"\. It must be a map of rate, burst/],
    ["throttling: { rate: .inf }", /rate is \.inf/],
    ["throttling: { rate: null }", /throttling\.rate is null/],
    ["caching: { ttl: 3601 }", /0 to 3600/],
    ["caching: { clusterSize: 1 }", /Did you mean cluster-size\?/],
    ["caching: { unauthorized: FAIL }", /FAIL_WITH_403/],
    ["documentation-version: 1.10", /is 1\.10\. .*Put it in quotes to make it text: "1\.10"/],
    ["description: ''", /1 to 255/],
    [`description: ${"x".repeat(256)}`, /1 to 255/],
    ["description: null", /description is null/],
    ["web-acl: arn:aws:wafv2:us-east-1:123456789012:global/webacl/a/b", /It must be the ARN of a regional web ACL/],
    ["web-acl: 7", /It must be the ARN of a regional web ACL.*\{ same-as: STAGE \}/],
    ["web-acl: { same-as: a b }", /web-acl\.same-as is "a b"\. It must be the name of a stage of the API\./],
    ["web-acl: { same_as: prod }", /web-acl is a map\. It must be .*\{ same-as: STAGE \}/],
    ["client-certificate-id: null", /client-certificate-id is null/],
    ["variables: { a-b: x }", /1:14: variables has the name "a-b".*letters, digits and underscores/],
    ["variables: { a: $LATEST }", /variables\.a is "\$LATEST".*letters, digits and - \. _/],
    ["variables: { a: 8080 }", /Put it in quotes to make it text: "8080"/],
    ["variables: { a: '' }", /variables\.a is ""/],
    [`variables: { a: ${"x".repeat(513)} }`, /1 to 512/],
    [`variables: { ${Array.from({ length: 101 }, (_, index) => `v${index}: x`).join(", ")} }`, /at most 100 variables/],
    ["variables: { __proto__: x }", /1:14: __proto__ cannot be used as a name/],
    ["tags: { 'aws:x': y }", /not aws:/],
    ["tags: { apigw-stage-action: y }", /this action's own/],
    [`tags: { ${Array.from({ length: 51 }, (_, index) => `t${index}: x`).join(", ")} }`, /at most 50 tags/],
    [`tags: { a: ${"x".repeat(257)} }`, /at most 256/],
    ["routes: { get /pets: {} }", /routes has the name "get \/pets"\. .*a verb in capitals/],
    ["routes: { GET pets: {} }", /for example GET \/pets/],
    ["routes: { GET /a: { caching: { cluster-size: 0.5 } } }", /cluster-size is not known in routes\.GET \/a\.caching/],
    ["logging: { access-log-arn: 'arn:aws:logs:eu-central-1:123456789012:log-group:/a:*' }", /without a trailing :\*/],
    [
      "logging: { access-log-arn: 'arn:aws:firehose:eu-central-1:123456789012:deliverystream/a' }",
      /amazon-apigateway-/,
    ],
    ["logging: { access-log-format: $context.status }", /\$context\.requestId or \$context\.extendedRequestId/],
    ['logging: { access-log-format: "$context.requestId\\n" }', /one line/],
    [`logging: { access-log-format: $context.requestId ${"ü".repeat(1530)} }`, /3 KB/],
    [
      "logging: { access-log-arn: null, access-log-format: $context.requestId }",
      /left out where access-log-arn is null/,
    ],
  ])("%s", (text, message) => {
    expect(inline(text)).toEqual([expect.stringMatching(message)]);
  });

  test("a secret-looking value is not repeated", () => {
    expect(inline("variables: { db_password: p@ss }")).toEqual([expect.stringMatching(/^(?!.*p@ss).*\*\*\*/)]);
  });

  test.each(["pr *", "a/b", "x".repeat(129)])("%s is no name or pattern of stages", (name) => {
    expect(problems(`stages: { "${name}": {} }`)).toEqual([expect.stringMatching(/1:11: stages has the name/)]);
  });

  test("a name without a value is not taken for null", () => {
    expect(problems("stages:\n  prod:\n    routes:\n      GET /a:\n        # metrics: true\n")).toEqual([
      expect.stringMatching(/^stages\.yml:4:7: GET \/a has no value/),
    ]);
  });
});

describe("hostile YAML", () => {
  const bomb = Array.from({ length: 20 }, (_, level) =>
    level === 0
      ? "a0: &a0 { x: y }"
      : `a${level}: &a${level} { ${"bcdefghij".replaceAll(/./g, (key) => `${key}: *a${level - 1}, `)} }`,
  ).join("\n");

  test.each([
    ["an alias bomb", bomb, /too many values/],
    ["50 MB", "x".repeat(50_000_000), /larger than 100 KiB/],
    ["open lists", "[".repeat(100_000), /nested too deeply/],
    ["open maps", "{a: ".repeat(25_000), /nested too deeply/],
    [
      "deep indentation",
      Array.from({ length: 300 }, (_, level) => `${" ".repeat(level)}a:`).join("\n"),
      /nested too deeply/,
    ],
    ["closed lists that nothing opened", "]".repeat(100_000), /not valid YAML/],
    ["an alias of itself", "defaults: &a { routes: *a }", /nested too deeply/],
    ["an alias of nothing", "defaults: *a", /1:11: \*a names nothing/],
    ["many names", Array.from({ length: 10_000 }, (_, index) => `k${index}: 1`).join("\n"), /k0 is not known here/],
    ["a name twice", "defaults: {}\ndefaults: {}", /2:1: defaults stands twice/],
    ["two documents", "defaults: {}\n---\ndefaults: {}", /2:1: A second YAML document|3:1: A second YAML document/],
    ["a tag", "defaults: !js/function {}", /Tags .* have no meaning/],
    ["tabs", "\tdefaults: {}", /Tabs are not allowed/],
    ["a list", "- defaults", /The whole text is a list/],
    ["a map as name", "{ [a]: b }", /A name must be plain text/],
    ["null", "null", /The whole text is null/],
    ["YAML 1.1", "%YAML 1.1\n---\ndefaults: { metrics: yes }", /metrics is "yes"/],
  ])("%s ends in an error", (_, text, message) => {
    const found = problems(text);
    expect(found[0]).toMatch(message);
    expect(found.length).toBeLessThanOrEqual(51);
  });
});
