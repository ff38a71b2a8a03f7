import { addMapping, addRoutingRule, newDomainName } from "../../../simulator/gateway/domain-name.ts";
import { pullRequestEvent, scheduleEvent } from "../../../simulator/github/events.ts";
import { closePullRequest } from "../../../simulator/github/people.ts";
import { seedWebAcl } from "../../../simulator/waf/service.ts";
import { addVersion, deployTo } from "../../e2e/release-scene.ts";
import type { Ended, JobSettings, Scene } from "../../e2e/scene.ts";
import type { Story } from "./story.ts";

/** Commands that ask other services than API Gateway, and other parts of it than the REST API. */

const quiet = async (ended: Promise<Ended>): Promise<void> => {
  const { conclusion, text } = await ended;
  if (conclusion !== "success") throw new Error(text);
};

const onPullRequest =
  (scene: Scene, action: string, inputs: Readonly<Record<string, string>> = {}) =>
  (job: JobSettings = {}): Promise<Ended> =>
    scene.deploy(inputs, { event: pullRequestEvent(scene.repository, scene.pull, action), ...job });

/** A domain whose rules and mappings send requests to a stage of others. */
const addDomain = ({ gateway: { world }, api }: Scene): void => {
  const routingMode = "ROUTING_RULE_THEN_BASE_PATH_MAPPING";
  const domain = newDomainName(world, "api.example.com", { routingMode });
  addMapping(world, domain, { basePath: "orders", restApiId: api.id, stage: "theirs" });
  addRoutingRule(world, domain, { priority: 1, restApiId: api.id, stage: "theirs" });
};

export const surroundingsStories: readonly Story[] = [
  {
    name: "a preview behind a web ACL",
    prepare: async (scene) => {
      const { arn } = seedWebAcl(scene.gateway.world, "shop");
      scene.addStage("prod", { webAclArn: arn });
      return onPullRequest(scene, "opened", {
        settings: '{ web-acl: { same-as: prod }, documentation-version: "1.2" }',
        "expected-account-id": scene.gateway.world.accountId,
      });
    },
  },
  {
    name: "a deletion beside a domain",
    prepare: async (scene) => {
      await quiet(onPullRequest(scene, "opened")());
      addDomain(scene);
      closePullRequest(scene.github.world, scene.repository, scene.pull, { mergedBy: "alice" });
      return onPullRequest(scene, "closed");
    },
  },
  {
    name: "a preview of an HTTP API",
    kind: "http",
    prepare: async (scene) => onPullRequest(scene, "opened", { settings: "variables: { backend: v2 }" }),
  },
  {
    name: "an update of an HTTP API",
    kind: "http",
    prepare: async (scene) => {
      await quiet(onPullRequest(scene, "opened", { settings: "variables: { backend: v1, old: v1 }" })());
      return onPullRequest(scene, "synchronize", { settings: "variables: { backend: v2, old: null }" });
    },
  },
  {
    name: "an HTTP API's deployment that is compared exactly",
    kind: "http",
    prepare: async (scene) => {
      await quiet(deployTo(scene, "prod"));
      addVersion(scene, { routes: ["GET /later"] });
      return (job = {}) => deployTo(scene, "prod", { compare: "exact", "fail-on": "route-removed" }, { ...job });
    },
  },
  {
    name: "a deletion of an HTTP API's preview",
    kind: "http",
    prepare: async (scene) => {
      await quiet(onPullRequest(scene, "opened")());
      closePullRequest(scene.github.world, scene.repository, scene.pull, { mergedBy: "alice" });
      return onPullRequest(scene, "closed");
    },
  },
  {
    name: "a status",
    prepare: async (scene) => {
      await quiet(onPullRequest(scene, "opened")());
      await quiet(deployTo(scene, "test"));
      addVersion(scene, { routes: ["GET /later"] });
      return (job = {}) =>
        scene.deploy({ command: "status" }, { event: scheduleEvent(scene.repository, "17 3 * * *"), ...job });
    },
  },
];
