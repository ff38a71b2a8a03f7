import { describe, expect, test } from "@jest/globals";
import { ownerTags } from "../../src/domain/owner.ts";
import type { Stage } from "../../src/domain/stage.ts";
import type { StageWish } from "../../src/inputs/settings/resolve.ts";
import { planDeploy } from "../../src/plan/deploy.ts";
import { decideWebAcl } from "../../src/plan/web-acl.ts";
import { aRequest, aStage, forProd, observedWith } from "../requests.ts";

const { place } = observedWith();
const arnOf = (name: string, region = place.region): string =>
  `arn:aws:wafv2:${region}:123456789012:regional/webacl/${name}/0a1b2c3d-0000-0000-0000-000000000000`;
const classic = "arn:aws:waf-regional:eu-central-1:123456789012:webacl/0a1b2c3d";
const shop = arnOf("shop");
const source = "stages.pr-*";
const wish = (value: string | null): StageWish["web-acl"] => ({ value, source }) as StageWish["web-acl"];
const sameAs = (value: string): StageWish["web-acl"] => ({ "same-as": { value, source } });

const stage = (webAclArn?: string, changes: Partial<Stage> = {}): Stage => aStage({ webAclArn, ...changes });
const prod = (webAclArn?: string): Stage => stage(webAclArn, { name: "prod", tags: {} });
const decide = (webAcl: StageWish["web-acl"], own: Stage | undefined, ...others: readonly Stage[]) =>
  decideWebAcl(aRequest({ settings: { "web-acl": webAcl } }), own, {
    stages: [...others, ...(own ? [own] : [])],
    place,
  });

describe("the web ACL that a stage gets", () => {
  test.each<[string, StageWish["web-acl"], Stage | undefined, readonly Stage[], string | undefined]>([
    ["a new stage: the one that is declared", wish(shop), undefined, [], shop],
    ["a new stage: that of another", sameAs("prod"), undefined, [prod(shop)], shop],
    ["a stage of ours that has none, as after a run that was interrupted", wish(shop), stage(), [], shop],
    ["a stage that has it", wish(shop), stage(shop), [], undefined],
    ["none by null", wish(null), undefined, [], undefined],
    ["none where nothing is declared", undefined, undefined, [], undefined],
    ["the stage that is the model itself: nothing", sameAs("pr-7"), stage(), [], undefined],
  ])("%s", (_, webAcl, own, others, expected) => {
    const { steps, changes, problems, warnings } = decide(webAcl, own, ...others);
    expect(steps.map(({ webAclArn }) => webAclArn)).toEqual(expected === undefined ? [] : [expected]);
    expect(changes).toEqual(
      expected === undefined ? [] : [{ setting: "web-acl", from: undefined, to: expected, source }],
    );
    expect([problems, warnings]).toEqual([[], []]);
  });

  test.each<[string, StageWish["web-acl"], Stage | undefined, readonly Stage[], string]>([
    ["a stage with another keeps it", wish(shop), stage(arnOf("strict")), [], "Stage pr-7 has web ACL strict"],
    [
      "a stage of others (I3) is left as it is",
      wish(shop),
      stage(undefined, { tags: {} }),
      [],
      `To protect it: aws wafv2 associate-web-acl --web-acl-arn ${shop} --resource-arn arn:aws:apigateway:${place.region}::/restapis/a1b2c3d4e5/stages/pr-7`,
    ],
    [
      "so is one of another repository",
      wish(shop),
      stage(undefined, { tags: ownerTags({ repositoryId: "99", pullRequest: 7 }, aRequest()) }),
      [],
      "This action did not make the stage",
    ],
    [
      "a model without one is no model",
      sameAs("prod"),
      undefined,
      [prod()],
      "stage prod (stages.pr-*), which has none.",
    ],
  ])("%s, with a warning", (_, webAcl, own, others, expected) => {
    const { steps, problems, warnings } = decide(webAcl, own, ...others);
    expect([steps, problems]).toEqual([[], []]);
    expect(warnings).toEqual([expect.stringContaining(expected)]);
  });

  test.each<[string, StageWish["web-acl"], readonly Stage[], string]>([
    ["a model that is not there", sameAs("prod"), [], "API a1b2c3d4e5 has no such stage"],
    ["one of another Region", wish(arnOf("shop", "us-east-1")), [], `this run works in Region ${place.region}`],
    ["a model whose web ACL is one of AWS WAF Classic", sameAs("prod"), [prod(classic)], "no regional web ACL"],
  ])("%s is a problem", (_, webAcl, others, expected) => {
    const { steps, problems } = decide(webAcl, undefined, ...others);
    expect(steps).toEqual([]);
    expect(problems).toEqual([expect.stringContaining(expected)]);
  });

  test("it stands before the stage when the plans' keys open it", () => {
    const settings: StageWish = { "web-acl": wish(shop), "usage-plans": { value: ["abc123"], source } };
    const usagePlans = new Map([["abc123", { id: "abc123", name: "Previews", stages: [] }]]);
    const plan = planDeploy(aRequest({ ...forProd, settings }), observedWith({ usagePlans }));
    expect("steps" in plan && plan.steps.map(({ kind }) => kind)).toEqual([
      "create-deployment",
      "create-stage",
      "keep-history",
      "associate-web-acl",
      "join-usage-plan",
    ]);
  });
});
