import { describe, expect, test } from "@jest/globals";
import { seedWebAcl } from "../../simulator/waf/service.ts";
import { refusal, reset } from "../faults/effects.ts";
import { inThisProcessBy, leapingClock } from "../in-process.ts";
import { scenesWith } from "../scene.ts";
import { written } from "./release-scene.ts";
import { kindsThat, type Scene } from "./scene.ts";

/** Everybody lives by one clock, so that delays are true. `prod` is a stage of others with a web ACL. */
const play = (story: (scene: Scene, arn: string) => Promise<void>, firewallMs = 0): Promise<void> => {
  const clock = leapingClock();
  const { inScene } = scenesWith(inThisProcessBy(() => clock));
  return inScene({ gateway: { clock } }, async (scene) => {
    const { arn } = seedWebAcl(scene.gateway.world, "shop");
    scene.addStage("prod", { webAclArn: arn });
    scene.gateway.world.delays.firewallMs = firewallMs;
    await story(scene, arn);
  });
};

const sameAsProd = { settings: "web-acl: { same-as: prod }" };
const aclOf = (scene: Scene): string | undefined => scene.stage("pr-1")?.webAclArn;

describe.each(kindsThat("web-acl"))("of $name:", () => {
  describe("a new preview gets the web ACL of production", () => {
    test("as soon as AWS WAF knows the stage, and running again sends nothing", () =>
      play(async (scene, arn) => {
        const run = await scene.deploy(sameAsProd);
        expect(run.text).not.toContain("##[error]");
        expect([run.outputs["result"], aclOf(scene)]).toEqual(["created", arn]);
        expect(run.text).toContain("Associate web ACL shop with stage pr-1");
        expect(run.text).toContain("AWS WAF does not know everywhere yet what was just made; trying to associate");
        expect(run.summary).toContain(`| \`web-acl\` | _not set_ | \`${arn}\` | \`settings\` |`);
        const asked = written(scene);
        expect([...new Set(asked)]).toEqual(["CreateDeployment", "CreateStage", "AssociateWebACL"]);

        const again = await scene.deploy(sameAsProd, { rerunOf: run.run });
        expect(again.outputs["result"]).toBe("unchanged");
        expect(written(scene)).toEqual(asked);
      }, 90_000));

    test("not in a dry run, which shows it (I12)", () =>
      play(async (scene) => {
        const run = await scene.deploy({ ...sameAsProd, "dry-run": "true" });
        expect(run.text).toContain("Associate web ACL shop with stage pr-1");
        expect(written(scene)).toEqual([]);
      }));

    test("by the next attempt, when the run was killed before it (I5)", () =>
      play(async (scene, arn) => {
        const kill = new AbortController();
        scene.gateway.server.gate = async ({ operation }) => {
          if (operation !== "AssociateWebACL") return;
          scene.gateway.server.gate = undefined;
          kill.abort();
          await new Promise(() => {});
        };
        const run = await scene.deploy(sameAsProd, { kill: kill.signal });
        expect(aclOf(scene)).toBeUndefined();
        const again = await scene.deploy(sameAsProd, { rerunOf: run.run });
        expect([again.outputs["result"], aclOf(scene)]).toEqual(["updated", arn]);
      }));
  });

  test("an answer that was lost is looked for, and nothing is sent twice", () =>
    play(async (scene, arn) => {
      scene.gateway.server.faults.add({ operation: "AssociateWebACL", effect: reset("after"), times: 1 });
      const run = await scene.deploy(sameAsProd);
      expect([run.outputs["result"], aclOf(scene)]).toEqual(["created", arn]);
      expect(written(scene)).toEqual(["CreateDeployment", "CreateStage", "AssociateWebACL"]);
    }));

  test("what AWS WAF refuses fails the run, which says that the stage is open", () =>
    play(async (scene) => {
      const name = "WAFFeatureNotIncludedInPricingPlanException";
      scene.gateway.server.faults.add({
        operation: "AssociateWebACL",
        effect: refusal(400, name, "Not in your plan."),
      });
      const run = await scene.deploy(sameAsProd);
      expect(run.conclusion).toBe("failure");
      expect(run.text).toContain("AWS WAF said: Not in your plan.");
      expect(run.text).toContain("(WEB_ACL_REFUSED)");
      expect(run.text).toContain("Not all of its settings are as declared; running this job again applies them.");
      expect(written(scene)).toEqual(["CreateDeployment", "CreateStage", "AssociateWebACL"]);
    }));
});
