import { describe, expect, test } from "@jest/globals";
import { addMapping, addRoutingRule, newDomainName } from "../../simulator/gateway/domain-name.ts";
import type { DomainName, RoutingRule } from "../../simulator/gateway/model.ts";
import { pullRequestEvent, scheduleEvent } from "../../simulator/github/events.ts";
import { closePullRequest, openPullRequest, reopenPullRequest } from "../../simulator/github/people.ts";
import { refusal, reset } from "../faults/effects.ts";
import { type Ended, inScene, kindsThat, type Scene, type SceneOptions, statesOf, until } from "./scene.ts";

const domainName = "api.example.com";

type Production = Scene & { readonly domain: DomainName };

/** The REST API is production's at `/orders` of a domain that knows rules. */
const inProduction = (play: (scene: Production) => Promise<void>, options: SceneOptions = {}): Promise<void> =>
  inScene(options, async (scene) => {
    const { world } = scene.gateway;
    scene.addStage("prod");
    const domain = newDomainName(world, domainName, { routingMode: "ROUTING_RULE_THEN_BASE_PATH_MAPPING" });
    addMapping(world, domain, { basePath: "orders", restApiId: scene.api.id, stage: "prod" });
    await play({ ...scene, domain });
  });

const on = (more: Readonly<Record<string, string>> = {}) => ({ "preview-domain": domainName, ...more });

const rulesOf = ({ domain }: Production): readonly RoutingRule[] =>
  [...domain.routingRules.values()].sort((one, other) => one.priority - other.priority);

const prioritiesOf = (scene: Production): readonly number[] => rulesOf(scene).map(({ priority }) => priority);

/** What the domain answers, by the stage that has answered; else the status. */
const ask = async ({ gateway }: Scene, path: string, headers: Record<string, string> = {}): Promise<unknown> => {
  const answer = await fetch(`${gateway.server.url}/${domainName}${path}`, { headers });
  return answer.ok ? JSON.parse(await answer.text()).stage : answer.status;
};

const dataPlane = ({ gateway }: Scene): string => `${gateway.server.url}/${domainName}`;

const close = (scene: Scene, inputs: Readonly<Record<string, string>> = on()): Promise<Ended> => {
  closePullRequest(scene.github.world, scene.repository, scene.pull);
  return scene.deploy(inputs, { event: scene.opened("closed") });
};

const sweep = (scene: Scene): Promise<Ended> =>
  scene.deploy(on(), { event: scheduleEvent(scene.repository, "17 3 * * *") });

const writesOf = (scene: Scene): readonly string[] =>
  scene.gateway.server.exchanges.flatMap(({ request, operation }) => (request.method === "GET" ? [] : [operation]));

describe.each(kindsThat("preview-domain"))("of $name:", () => {
  test("a preview is reached on production's domain by a header, until its pull request is closed", () =>
    inProduction(async (scene) => {
      const preview = { "x-preview": "pr-1" };
      const run = await scene.deploy(
        on({ "invoke-url": dataPlane(scene), "smoke-tests": 'GET /orders 200 contains "pr-1"' }),
      );
      expect(run.text).toContain("moke test passed.");
      expect(run.outputs).toMatchObject({
        result: "created",
        changed: "true",
        "invoke-url": `${dataPlane(scene)}/orders`,
        "invoke-header": "X-Preview: pr-1",
        "environment-url": `https://${scene.api.id}.execute-api.eu-central-1.amazonaws.com/pr-1`,
      });
      expect(rulesOf(scene)).toEqual([
        expect.objectContaining({
          priority: 1001,
          headers: [{ name: "X-Preview", glob: "pr-1" }],
          basePath: "orders",
          stripBasePath: true,
          stage: "pr-1",
        }),
      ]);
      expect(await ask(scene, "/orders/orders", preview)).toBe("pr-1");
      expect(await ask(scene, "/orders/orders")).toBe("prod");
      const [comment] = scene.comments();
      const ownUrl = `https://${scene.api.id}.execute-api.eu-central-1.amazonaws.com/pr-1`;
      expect(comment?.body).toContain(`In a browser: <${ownUrl}>`);
      expect(comment?.body).toContain(`**<${dataPlane(scene)}/orders>**, with header \`X-Preview: pr-1\``);
      expect(comment?.body).toContain(`curl -i -H 'X-Preview: pr-1' '${dataPlane(scene)}/orders/'`);
      const status = scene.records()[0]?.statuses.at(-1);
      expect(status).toMatchObject({ state: "success", environmentUrl: ownUrl });
      expect(status?.description).toContain(` (${dataPlane(scene)}/orders with header X-Preview: pr-1)`);

      const again = await scene.deploy(on({ "deployment-id": run.outputs["deployment-id"] ?? "" }));
      expect(again.outputs["result"]).toBe("unchanged");
      expect(prioritiesOf(scene)).toEqual([1001]);

      const asked = scene.asked().length;
      const closed = await close(scene);
      expect(closed.outputs["result"]).toBe("deleted");
      expect(closed.text).toContain(`of domain ${domainName}`);
      expect(rulesOf(scene)).toEqual([]);
      expect(scene.stage("pr-1")).toBeUndefined();
      expect(await ask(scene, "/orders/orders", preview)).toBe("prod");
      const writes = writesOf(scene);
      expect(writes.indexOf("CreateStage")).toBeLessThan(writes.indexOf("CreateRoutingRule"));
      expect(writes.indexOf("DeleteRoutingRule")).toBeLessThan(writes.indexOf("DeleteStage"));
      expect(
        scene
          .asked()
          .slice(asked)
          .filter((operation) => operation === "ListRoutingRules"),
      ).toHaveLength(2);
    }));

  test("by a base path of its own, and by its default header at the root, at the next free priority", () =>
    inProduction(async (scene) => {
      const { world } = scene.gateway;
      addRoutingRule(world, scene.domain, {
        priority: 1001,
        restApiId: "another123",
        stage: "prod",
        basePath: "users",
      });
      const run = await scene.deploy(on({ "preview-path": "/pr-{number}" }));
      expect(run.outputs).toMatchObject({
        "invoke-url": `https://${domainName}/pr-1`,
        "invoke-header": "",
        "environment-url": `https://${domainName}/pr-1`,
      });
      expect(prioritiesOf(scene)).toEqual([1001, 1002]);
      expect(await ask(scene, "/pr-1/orders")).toBe("pr-1");
      expect(await ask(scene, "/orders/orders")).toBe("prod");

      // The workflow wants another way: the new rule comes first, then the old one goes.
      const path = { "preview-header": "X-Stage", "preview-path": "/" };
      const changed = await scene.deploy(on({ ...path, "deployment-id": run.outputs["deployment-id"] ?? "" }));
      expect(changed.outputs).toMatchObject({ result: "updated", "invoke-url": `https://${domainName}` });
      expect(rulesOf(scene).map(({ headers, basePath }) => ({ headers, basePath }))).toEqual([
        { headers: [], basePath: "users" },
        { headers: [{ name: "X-Stage", glob: "pr-1" }], basePath: undefined },
      ]);
      expect(await ask(scene, "/orders", { "x-stage": "pr-1" })).toBe("pr-1");
    }));

  describe("before anything is written, and nothing is", () => {
    const refusals: readonly [what: string, (scene: Production) => void, Record<string, string>, ...texts: string[]][] =
      [
        [
          "a domain of mappings alone",
          ({ domain }) => {
            domain.routingMode = "BASE_PATH_MAPPING_ONLY";
          },
          {},
          "(PREVIEW_DOMAIN_REFUSED)",
          `aws apigatewayv2 update-domain-name --domain-name ${domainName} --routing-mode ROUTING_RULE_THEN_API_MAPPING`,
        ],
        ["no such domain", ({ gateway }) => gateway.world.domainNames.clear(), {}, "(PREVIEW_DOMAIN_UNKNOWN)"],
        ["a base path of production", () => {}, { "preview-path": "/orders", "preview-header": "" }, "{number}"],
        [
          "a domain without room",
          ({ domain, gateway: { world }, api }) => {
            for (let priority = 1; priority <= 50; priority += 1) {
              addRoutingRule(world, domain, {
                priority: 2000 + priority,
                restApiId: api.id,
                stage: "prod",
                basePath: "x",
              });
            }
          },
          { "preview-path": "/pr-{number}" },
          "(ROUTING_RULE_QUOTA)",
          "command: sweep",
        ],
      ];

    test.each(refusals)("%s is refused", (_, spoil, inputs, ...texts) =>
      inProduction(async (scene) => {
        spoil(scene);
        const run = await scene.deploy(on(inputs));
        expect(run.steps[0]?.exitCode).toBe(1);
        for (const text of texts) expect(run.text).toContain(text);
        expect(writesOf(scene)).toEqual([]);
        expect(scene.stage("pr-1")).toBeUndefined();
      }),
    );
  });

  describe("whatever happens on the way, running again converges", () => {
    test("I5: an answer to CreateRoutingRule that was lost: the rule is found, and there is one", () =>
      inProduction(async (scene) => {
        scene.gateway.server.faults.add({ operation: "CreateRoutingRule", effect: reset("after") });
        expect((await scene.deploy(on())).outputs["result"]).toBe("created");
        expect(prioritiesOf(scene)).toEqual([1001]);
      }));

    test("a run that is killed before its rule, and one that is killed between rule and stage of a deletion", () =>
      inProduction(async (scene) => {
        for (const operation of ["CreateRoutingRule", "DeleteStage"]) {
          const kill = new AbortController();
          scene.gateway.server.gate = async (exchange) => {
            if (exchange.operation !== operation) return;
            kill.abort();
            await new Promise(() => {});
          };
          const killed =
            operation === "DeleteStage" ? closing(scene, kill.signal) : scene.deploy(on(), { kill: kill.signal });
          await killed;
          scene.gateway.server.gate = undefined;
          if (operation === "CreateRoutingRule") {
            expect(rulesOf(scene)).toEqual([]);
            expect((await scene.deploy(on())).outputs["result"]).toBe("updated");
            expect(prioritiesOf(scene)).toEqual([1001]);
          }
        }
        expect(rulesOf(scene)).toEqual([]);
        expect(scene.stage("pr-1")).toBeDefined();
        expect((await sweep(scene)).outputs["result"]).toBe("swept");
        expect(scene.stage("pr-1")).toBeUndefined();
      }));

    const closing = (scene: Scene, kill: AbortSignal): Promise<Ended> => {
      closePullRequest(scene.github.world, scene.repository, scene.pull);
      return scene.deploy(on(), { event: scene.opened("closed"), kill });
    };

    test("I6: two runs at once, and a priority that another pull request takes meanwhile", () =>
      inProduction(async (scene) => {
        const { world } = scene.gateway;
        let once = true;
        scene.gateway.server.gate = async ({ operation }) => {
          if (operation !== "CreateRoutingRule" || !once) return;
          once = false;
          addRoutingRule(world, scene.domain, { priority: 1001, restApiId: "another123", stage: "pr-1" });
        };
        const runs = await Promise.all([scene.deploy(on()), scene.deploy(on())]);
        expect(runs.map(({ conclusion }) => conclusion)).toContain("success");
        await scene.deploy(on());
        expect(prioritiesOf(scene)).toEqual([1001, 1002]);
      }));

    test("a refused rule leaves the stage, says so and which permission is missing, and the next run makes it", () =>
      inProduction(async (scene) => {
        scene.gateway.server.faults.add({
          operation: "CreateRoutingRule",
          effect: refusal(403, "AccessDeniedException", "User is not authorized to perform this action"),
        });
        const run = await scene.deploy(on());
        expect(run.steps[0]?.exitCode).toBe(1);
        expect(run.text).toContain(
          `"Action":"apigateway:CreateRoutingRule","Resource":"arn:aws:apigateway:eu-central-1:*:/domainnames/${domainName}/routingrules/*"`,
        );
        expect(run.text).toContain(`No routing rule of domain ${domainName} leads to it yet`);
        expect((await scene.deploy(on())).conclusion).toBe("success");
        expect(prioritiesOf(scene)).toEqual([1001]);
      }));
  });

  describe("rules go", () => {
    test("with the previews that a sweep removes, and where the stage is gone; others stay", () =>
      inProduction(async (scene) => {
        const { github, repository, gateway, api, domain, pull } = scene;
        const second = openPullRequest(github.world, repository, { user: "alice", headRef: "another" });
        await scene.deploy(on());
        await scene.deploy(on(), { event: pullRequestEvent(repository, second, "opened") });
        const foreign = { restApiId: api.id, stage: "prod", headers: [{ name: "x-beta", glob: "yes" }] };
        const named = [{ name: "x-old", glob: "pr-99" }];
        addRoutingRule(gateway.world, domain, { ...foreign, priority: 5 });
        addRoutingRule(gateway.world, domain, { ...foreign, priority: 1500, restApiId: "another123" });
        addRoutingRule(gateway.world, domain, { ...foreign, priority: 1600, stage: "pr-99", headers: named });
        addRoutingRule(gateway.world, domain, { ...foreign, priority: 1601, stage: "pr-99" });
        addRoutingRule(gateway.world, domain, { ...foreign, priority: 2600, stage: "pr-99" });
        closePullRequest(github.world, repository, pull);
        const run = await sweep(scene);
        expect(run.outputs["result"]).toBe("swept");
        expect(prioritiesOf(scene)).toEqual([5, 1002, 1500, 1601, 2600]);
        expect(run.summary).toContain("2 routing rules deleted.");
        expect([...api.stages.keys()].sort()).toEqual(["pr-2", "prod"]);
      }));

    test("before the preview that makes room for another", () =>
      inProduction(
        async (scene) => {
          const { github, repository } = scene;
          const second = openPullRequest(github.world, repository, { user: "alice", headRef: "another" });
          const event = pullRequestEvent(repository, second, "opened");
          await scene.deploy(on());
          const run = await scene.deploy(on({ "on-limit": "evict-oldest" }), { event });
          expect(run.outputs).toMatchObject({ result: "created", "evicted-stages": '["pr-1"]' });
          expect(prioritiesOf(scene)).toEqual([1002]);
        },
        { gateway: { quotas: { stagesPerApi: 2 } } },
      ));

    test("not with a stage that a rule of others leads to: it is kept, and so are all rules", () =>
      inProduction(async (scene) => {
        await scene.deploy(on());
        addRoutingRule(scene.gateway.world, scene.domain, {
          id: "foreign",
          priority: 7,
          restApiId: scene.api.id,
          stage: "pr-1",
        });
        const forgotten = await close(scene, {});
        expect(forgotten.text).toContain("(STAGE_IN_USE)");
        expect(forgotten.text).toContain("where the job has the same preview-domain");
        const run = await close(scene);
        expect(run.text).toContain("(STAGE_IN_USE)");
        expect(run.text).toContain(`routing rule foreign of domain ${domainName}`);
        expect(prioritiesOf(scene)).toEqual([7, 1001]);
      }));

    test("not for good where the preview is deployed to meanwhile", () =>
      inProduction(async (scene) => {
        await scene.deploy(on());
        let redeployed: Promise<Ended> | undefined;
        scene.gateway.server.gate = async ({ operation }) => {
          if (operation !== "DeleteRoutingRule" || redeployed !== undefined) return;
          const before = scene.stage("pr-1")?.deploymentId;
          reopenPullRequest(scene.github.world, scene.pull);
          redeployed = scene.deploy(on());
          await until(() => scene.stage("pr-1")?.deploymentId !== before);
        };
        const run = await close(scene);
        await redeployed;
        expect(run.outputs["result"]).toBe("skipped");
        expect(scene.stage("pr-1")).toBeDefined();
        expect(prioritiesOf(scene)).toEqual([1001]);
      }));
  });

  test("a dry run shows the rule and makes none", () =>
    inProduction(async (scene) => {
      const run = await scene.deploy(on({ "dry-run": "true" }));
      expect(run.outputs["result"]).toBe("planned");
      expect(run.text).toContain(`Create a routing rule of priority 1001 on domain ${domainName}`);
      expect(writesOf(scene)).toEqual([]);
      expect(scene.records().map(statesOf)).toEqual([]);
    }));
});
