import { describe, expect, test } from "@jest/globals";
import { resolveSettings } from "../../../src/inputs/settings/resolve.ts";
import type { StageLayer } from "../../../src/inputs/settings/schema.ts";
import { checkSettings, type SettingsFacts } from "../../../src/plan/settings/checks.ts";
import { planSettings } from "../../../src/plan/settings/plan-settings.ts";

const check = (settings: StageLayer, facts: Partial<SettingsFacts> = {}) => {
  const wanted = resolveSettings("pr-7", undefined, settings);
  const plan = planSettings({ wanted, current: undefined, routes: undefined });
  return checkSettings({
    wanted,
    plan,
    cloudWatchRole: "present",
    integrations: undefined,
    preview: false,
    production: false,
    ...facts,
  });
};

describe("the account's CloudWatch role", () => {
  const firehose = "arn:aws:firehose:eu-central-1:123456789012:deliverystream/amazon-apigateway-a";
  const logGroup = "arn:aws:logs:eu-central-1:123456789012:log-group:/a";
  const format = "$context.requestId";

  test.each<[StageLayer, boolean]>([
    [{ logging: { level: "ERROR" } }, true],
    [{ routes: { "GET /a": { logging: { level: "INFO" } } } }, true],
    [{ logging: { "access-log-arn": logGroup, "access-log-format": format } }, true],
    [{ logging: { "access-log-arn": firehose, "access-log-format": format } }, false],
    [{ logging: { level: "OFF" }, metrics: true }, false],
  ])("%j needs it: %s", (settings, needed) => {
    const { problems } = check(settings, { cloudWatchRole: "absent" });
    expect(problems).toEqual(
      needed ? [expect.stringMatching(/no CloudWatch role.*aws apigateway update-account/)] : [],
    );
    expect(check(settings, { cloudWatchRole: "unknown" }).problems).toEqual([]);
    expect(check(settings).problems).toEqual([]);
  });
});

describe("warnings", () => {
  const payload: StageLayer = {
    logging: { payload: true },
    routes: { "GET /a": { logging: { payload: true } }, "GET /b": null },
  };
  const cluster: StageLayer = { caching: { "cluster-size": 0.5 } };

  test("variables that integrations use and the stage will not have, with the routes", () => {
    const integrations = [
      { route: "GET /a", text: "arn:…:${stageVariables.alias}/invocations${stageVariables.host}" },
      { route: "GET /b", text: "https://${stageVariables.host}/" },
      { route: "GET /c", text: "stageVariables and $stageVariables" },
      { route: "GET /d", text: JSON.stringify({ template: "$stageVariables.alias $stageVariables['host']" }) },
      {
        route: "GET /e",
        text: JSON.stringify({ template: '${stageVariables["host"]}', from: "stageVariables.alias" }),
      },
    ];
    expect(check({ variables: { alias: "x" } }, { integrations }).warnings).toEqual([
      expect.stringMatching(/stage variable host \(GET \/a, GET \/b, GET \/d and 1 more\)/),
    ]);
    expect(check({ variables: { alias: "x", host: "y" } }, { integrations }).warnings).toEqual([]);
  });

  test("a cache on a preview costs money", () => {
    expect(check(cluster, { preview: true }).warnings).toEqual([expect.stringMatching(/billed by the hour/)]);
    expect(check(cluster).warnings).toEqual([]);
    expect(check({ caching: { "cluster-size": null } }, { preview: true }).warnings).toEqual([]);
  });

  test("payload trace in production", () => {
    expect(check(payload, { production: true }).warnings).toEqual([
      expect.stringMatching(/^logging\.payload, GET \/a: logging\.payload writes whole requests/),
    ]);
    expect(check(payload).warnings).toEqual([]);
    expect(check({ logging: { payload: false } }, { production: true }).warnings).toEqual([]);
  });
});
