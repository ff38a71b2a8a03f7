import { describe, expect, test } from "@jest/globals";
import type { StageWish } from "../../src/inputs/settings/resolve.ts";
import { type ReadinessFacts, readinessWarnings } from "../../src/plan/readiness.ts";
import { aRequest, aStage } from "../requests.ts";

const acl = "arn:aws:wafv2:eu-central-1:123456789012:regional/webacl/front/0f1e2d3c";
const day = 86_400_000;
const prod = aStage({ name: "prod", webAclArn: acl });
const preview = aStage({ webAclArn: undefined });
const now = 1_800_000_000_000;

const warned = (
  facts: Partial<ReadinessFacts>,
  stage: Parameters<typeof readinessWarnings>[1] = preview,
  settings: StageWish = {},
) => readinessWarnings(aRequest({ settings }), stage, { stages: [], now, ...facts });

describe("a web ACL before another stage of the REST API", () => {
  const declared = (value: string | null): StageWish => ({ "web-acl": { value, source: "defaults" } });

  test.each<[string, boolean, Parameters<typeof warned>]>([
    ["the stage has none", true, [{ stages: [prod, preview] }]],
    ["the stage is new", true, [{ stages: [prod] }, undefined]],
    ["the stage has one", false, [{ stages: [prod, preview] }, aStage({ webAclArn: acl })]],
    ["no other stage has one", false, [{ stages: [aStage({ name: "prod", webAclArn: undefined })] }]],
    ["one is declared", false, [{ stages: [prod] }, preview, declared(acl)]],
    ["none is declared", false, [{ stages: [prod] }, preview, declared(null)]],
  ])("%s: warned %s", (_, expected, args) => {
    const fix = expect.stringMatching(/^Stage prod .* and stage pr-7 has none.*`web-acl: \{ same-as: prod \}`/);
    expect(warned(...args)).toEqual(expected ? [fix] : []);
  });
});

test.each<[string, number, RegExp | undefined]>([
  ["in 31 days", 31 * day, undefined],
  ["in 30 days", 30 * day, /^The client certificate cert01 of stage pr-7 expires at 2027-/],
  ["a day ago", -day, /^The client certificate cert01 of stage pr-7 expired at 2027-.*generate-client-certificate/],
])("a client certificate whose time is over %s", (_, left, expected) => {
  const warnings = warned({ certificate: { id: "cert01", expiresAt: now + left } });
  expect(warnings).toEqual(expected === undefined ? [] : [expect.stringMatching(expected)]);
});
