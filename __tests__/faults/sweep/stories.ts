import { seedAlarm } from "../../../simulator/cloudwatch/world.ts";
import { addRoutingRule, newDomainName } from "../../../simulator/gateway/domain-name.ts";
import { dispatchEvent, pullRequestEvent, scheduleEvent } from "../../../simulator/github/events.ts";
import { closePullRequest, openPullRequest } from "../../../simulator/github/people.ts";
import { addVersion, dataPlane, deployTo } from "../../e2e/release-scene.ts";
import type { Ended, JobSettings, Scene } from "../../e2e/scene.ts";
import { canaryThatGoesOn } from "./canary-stories.ts";
import type { Story } from "./story.ts";
import { surroundingsStories } from "./surroundings-stories.ts";

/** Every command, from where it begins to its one run that meets the fault. */

type Inputs = Readonly<Record<string, string>>;

const quiet = async (ended: Promise<Ended>): Promise<void> => {
  const { conclusion, text } = await ended;
  if (conclusion !== "success") throw new Error(text);
};

const preview =
  (scene: Scene, inputs: Inputs = {}, action = "synchronize", more: JobSettings = {}) =>
  (job: JobSettings = {}): Promise<Ended> =>
    scene.deploy(inputs, { event: scene.opened(action), ...more, ...job, runner: { ...more.runner, ...job.runner } });

const manual =
  (scene: Scene, inputs: Inputs) =>
  (job: JobSettings = {}): Promise<Ended> =>
    scene.deploy(inputs, { event: dispatchEvent(scene.repository, "alice"), ...job });

const settings = "throttling: { rate: 5, burst: 10 }\nmetrics: true\nvariables: { backend: v2 }\n";

/** A second pull request with a preview, and nothing else of ours. */
const withAnother = async (scene: Scene): Promise<void> => {
  const other = openPullRequest(scene.github.world, scene.repository, { user: "bob", headRef: "other" });
  await quiet(scene.deploy({}, { event: pullRequestEvent(scene.repository, other, "opened") }));
};

const closed = (scene: Scene): void => {
  closePullRequest(scene.github.world, scene.repository, scene.pull, { mergedBy: "alice" });
};

const inPlans = { settings: "usage-plans: [plan01, plan02]" };

/** Two usage plans, one of which a stage of others is in. */
const withUsagePlans = ({ api, gateway: { world } }: Scene): void => {
  const theirs = [{ apiId: api.id, stage: "theirs" }];
  world.usagePlans.set("plan01", { id: "plan01", name: "Free", apiStages: theirs, keyIds: [] });
  world.usagePlans.set("plan02", { id: "plan02", name: "Paid", apiStages: [], keyIds: [] });
};

const onDomain = { "preview-domain": "api.example.com" };

/** A domain that knows rules, one of which is of others. */
const withDomain = ({ api, gateway: { world } }: Scene): void => {
  const domain = newDomainName(world, "api.example.com", { routingMode: "ROUTING_RULE_ONLY" });
  addRoutingRule(world, domain, { priority: 1001, restApiId: api.id, stage: "theirs", basePath: "theirs" });
};

/** A stage of ours, and a later version that has a tenth of its requests. */
const withCanary = async (scene: Scene): Promise<void> => {
  await quiet(deployTo(scene, "prod"));
  addVersion(scene, { routes: ["GET /later"] });
  await quiet(deployTo(scene, "prod", { "canary-percent": "10" }));
};

const canaryAt =
  (percent: string): Story["prepare"] =>
  async (scene) => {
    await withCanary(scene);
    return manual(scene, { command: "canary", "stage-name": "prod", "canary-percent": percent });
  };

export const stories: readonly Story[] = [
  { name: "a new preview", prepare: async (scene) => preview(scene, {}, "opened") },
  {
    name: "an update",
    prepare: async (scene) => {
      await quiet(preview(scene, {}, "opened")());
      return preview(scene);
    },
  },
  { name: "a preview with settings", prepare: async (scene) => preview(scene, { settings }, "opened") },
  {
    name: "a preview with a definition",
    prepare: async (scene, workspace) => preview(scene, { definition: "api.yml" }, "opened", { runner: { workspace } }),
  },
  {
    name: "a deletion",
    prepare: async (scene) => {
      await quiet(preview(scene, {}, "opened")());
      closed(scene);
      return preview(scene, {}, "closed");
    },
  },
  {
    name: "an eviction",
    prepare: async (scene) => {
      await withAnother(scene);
      return preview(scene, { "preview-limit": "1", "on-limit": "evict-oldest" }, "opened");
    },
  },
  {
    name: "a promotion",
    prepare: async (scene) => {
      await quiet(deployTo(scene, "test"));
      return manual(scene, { command: "promote", "from-stage-name": "test", "stage-name": "prod", gate: "off" });
    },
  },
  {
    name: "a rollback",
    prepare: async (scene) => {
      await quiet(deployTo(scene, "prod"));
      const first = scene.stage("prod")?.deploymentId ?? "";
      addVersion(scene, { routes: ["GET /later"] });
      await quiet(deployTo(scene, "prod"));
      // By name: without it, the same run again would go one further back.
      return manual(scene, { command: "rollback", "stage-name": "prod", "deployment-id": first });
    },
  },
  {
    name: "a failed smoke test",
    prepare: async (scene) => {
      await quiet(deployTo(scene, "prod"));
      const inputs = { "smoke-tests": "GET /orders 418", "smoke-test-timeout": "2", "invoke-url": dataPlane(scene) };
      return manual(scene, { command: "deploy", "stage-name": "prod", ...inputs });
    },
  },
  {
    name: "a watch",
    prepare: async (scene) => {
      await quiet(deployTo(scene, "prod"));
      seedAlarm(scene.cloudWatch, "errors");
      // The run's time leaps, and the service's does not.
      scene.cloudWatch.buckets.clear();
      const inputs = { alarms: "errors", "bake-time": "1m", "max-error-rate": "5%" };
      return manual(scene, { command: "deploy", "stage-name": "prod", ...inputs });
    },
  },
  {
    name: "a sweep",
    // It leaves alone what is younger than an hour and stands for no stage: a run may be about to use it.
    againAfter: 2 * 3_600_000,
    prepare: async (scene) => {
      await quiet(preview(scene, {}, "opened")());
      closed(scene);
      return (job = {}) =>
        scene.deploy({ command: "sweep" }, { event: scheduleEvent(scene.repository, "17 3 * * *"), ...job });
    },
  },
  {
    name: "a canary that starts",
    prepare: async (scene) => {
      await quiet(deployTo(scene, "prod"));
      addVersion(scene, { routes: ["GET /later"] });
      return manual(scene, { command: "deploy", "stage-name": "prod", "canary-percent": "10" });
    },
  },
  {
    name: "a preview in usage plans",
    prepare: async (scene) => {
      withUsagePlans(scene);
      return preview(scene, inPlans, "opened");
    },
  },
  {
    name: "a deletion out of usage plans",
    prepare: async (scene) => {
      withUsagePlans(scene);
      await quiet(preview(scene, inPlans, "opened")());
      closed(scene);
      return preview(scene, {}, "closed");
    },
  },
  {
    name: "a preview on a domain",
    prepare: async (scene) => {
      withDomain(scene);
      return preview(scene, onDomain, "opened");
    },
  },
  {
    name: "a deletion off a domain",
    prepare: async (scene) => {
      withDomain(scene);
      await quiet(preview(scene, onDomain, "opened")());
      closed(scene);
      return preview(scene, onDomain, "closed");
    },
  },
  {
    name: "a promotion by a dark stage",
    prepare: async (scene) => {
      await quiet(deployTo(scene, "prod", { settings }));
      addVersion(scene, { routes: ["GET /later"] });
      await quiet(deployTo(scene, "test"));
      const inputs = { command: "promote", "from-stage-name": "test", "stage-name": "prod", gate: "off" };
      return manual(scene, { ...inputs, "dark-stage": "true", "fail-on": "breaking" });
    },
  },
  { name: "a canary that is moved", prepare: canaryAt("50") },
  { name: "a canary that is completed", prepare: canaryAt("100") },
  { name: "a canary that is aborted", prepare: canaryAt("0") },
  canaryThatGoesOn,
  ...surroundingsStories,
];
