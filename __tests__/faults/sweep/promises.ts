import type { Stage } from "../../../simulator/gateway/model.ts";
import type { Comment, Deployment } from "../../../simulator/github/model.ts";
import { addComment } from "../../../simulator/github/people.ts";
import { commentMarker } from "../../../src/domain/comment-marker.ts";
import { DARK_TAG } from "../../../src/domain/dark-stage.ts";
import { parseMarker } from "../../../src/domain/marker.ts";
import { type Ended, noise, type Scene, statesOf } from "../../e2e/scene.ts";
import { addStageOfOthers, deploymentsIn, type StandingStage, stagesIn } from "./standing.ts";

/** What must hold after every run, whatever went wrong: sentences about what does not. */

export type Before = {
  readonly stages: ReadonlyMap<string, StandingStage>;
  readonly deployments: ReadonlySet<string>;
  readonly foreign: string;
};

const foreignStage = "theirs";
const stranger = "mallory";
const isForeign = (rule: string): boolean => rule.includes(`"${foreignStage}"`);

/** Things of others, which nobody may touch: a stage with a tag that was copied, and a comment with a marker that was. */
export const addForeign = (scene: Scene): void => {
  const body = `${commentMarker(scene.api.id, "pr-1")}\nI wrote this.`;
  addComment(scene.github.world, scene.repository, scene.pull, { user: stranger, body });
  addStageOfOthers(scene, foreignStage, {
    "apigw-stage-action": "repository=1/pull-request=1/rest-api=other/stage=theirs",
  });
};

/** Names of the usage plans that a stage is in. */
const plansOf = ({ gateway }: Scene, stageName: string): readonly string[] =>
  [...gateway.world.usagePlans.values()]
    .filter(({ apiStages }) => apiStages.some(({ stage }) => stage === stageName))
    .map(({ name }) => name)
    .sort();

/** Of all domains: to which stage requests are sent on which conditions, sorted. */
const rulesIn = ({ gateway }: Scene): readonly string[] =>
  [...gateway.world.domainNames.values()]
    .flatMap(({ routingRules }) => [...routingRules.values()])
    .map(({ id: _, ...rule }) => JSON.stringify(rule))
    .sort();

const foreignIn = (scene: Scene): string => {
  const stage = stagesIn(scene).get(foreignStage);
  const written = scene.comments().filter(({ user }) => user.login === stranger);
  const isServed = deploymentsIn(scene).has(stage?.deploymentId ?? "");
  return JSON.stringify([
    stage,
    isServed,
    written.map(({ body }) => body),
    plansOf(scene, foreignStage),
    rulesIn(scene).filter(isForeign),
  ]);
};

export const lookBefore = (scene: Scene): Before => ({
  stages: stagesIn(scene),
  deployments: new Set(deploymentsIn(scene).keys()),
  foreign: foreignIn(scene),
});

/** What callers notice of a stage. */
const seen = (stage: StandingStage | undefined): string =>
  JSON.stringify([stage?.deploymentId, stage?.settings, stage?.variables, stage?.canary]);

/** With what a canary serves. */
const servedBy = ({ deploymentId, canary }: StandingStage): readonly string[] =>
  canary === undefined || canary.deploymentId === "" ? [deploymentId] : [deploymentId, canary.deploymentId];

/** I1 and I3, of the API. */
const brokenInApi = (scene: Scene, before: Before, run: Ended): string[] => {
  const deployments = deploymentsIn(scene);
  const wasServed = new Set([...before.stages.values()].flatMap(servedBy));
  const served = [...stagesIn(scene).values()].flatMap((stage) =>
    servedBy(stage).map((deploymentId) => ({ stageName: stage.name, deploymentId })),
  );
  const pointing = served.flatMap(({ stageName, deploymentId }) => {
    const deployment = deployments.get(deploymentId);
    if (deployment === undefined) return [`I1: stage ${stageName} points at ${deploymentId}, which does not exist`];
    const isThisRuns = parseMarker(deployment.description)?.runId === String(run.run.id);
    const known = isThisRuns || wasServed.has(deploymentId) || before.deployments.has(deploymentId);
    return known ? [] : [`I1: stage ${stageName} points at ${deploymentId}, of which nothing is known`];
  });
  const made = [...deployments.keys()].filter((id) => !before.deployments.has(id));
  return [
    ...pointing,
    ...(foreignIn(scene) === before.foreign ? [] : ["I3: a stage, deployment or comment of others was touched"]),
    ...(made.length <= 1 ? [] : [`I5: ${made.length} deployments were made`]),
  ];
};

/** No caller knows a dark stage; who reads must know of one that was left. */
const isToldDark = (stage: Stage | undefined, { text }: Ended): boolean =>
  stage?.tags?.[DARK_TAG] !== undefined && text.includes(`Stage ${stage.stageName}, which served it first`);

/** I2: what a run says that callers cannot notice, they cannot. */
const brokenBeforePointing = (scene: Scene, before: Before, run: Ended): string[] => {
  if (run.outputs["changed"] !== "false") return [];
  const stages = stagesIn(scene);
  return [...new Set([...stages.keys(), ...before.stages.keys()])]
    .filter((name) => !isToldDark(scene.api.stages.get(name), run))
    .filter((name) => seen(stages.get(name)) !== seen(before.stages.get(name)))
    .map((name) => `I2: the run says that nothing changed, and stage ${name} did`);
};

const bot = "github-actions[bot]";
const isOpen = (record: Deployment): boolean => !/success|failure|inactive/.test(statesOf(record).at(-1) ?? "");

/** I4 and I5, of GitHub. */
const brokenOnGitHub = (scene: Scene, recordsMayStay: boolean): string[] => {
  const markers = scene
    .comments()
    .filter(({ user }: Comment) => user.login === bot)
    .map(({ body }) => body.split("\n", 1)[0] ?? "");
  const twice = markers.filter((marker, index) => markers.indexOf(marker) !== index);
  return [
    ...twice.map((marker) => `I5: two comments with ${marker}`),
    ...(recordsMayStay
      ? []
      : scene
          .records()
          .filter(isOpen)
          .map(({ id }) => `I4: record ${id} is still open`)),
  ];
};

/** I9 and I14: how the run ended, for those who read. */
const brokenForReaders = (run: Ended): string[] => {
  // What concerns a line of a file stands beside it, too.
  const errors = run.annotations.filter(
    ({ level, title, file }) => level === "error" && title !== undefined && file === undefined,
  );
  const { exitCode } = run.steps[0] ?? {};
  const parts = /^Could not [\s\S]+\nState: [\s\S]+\nWhat to do: [\s\S]+\nMore: /;
  return [
    ...(noise.test(run.text) ? ["I9: noise in the log"] : []),
    ...(run.text.includes("(BUG)") ? ["I14: a fault of our own"] : []),
    ...(exitCode === 0 && errors.length > 0 ? ["I9: exit code 0 in spite of an error"] : []),
    ...(exitCode !== 0 && exitCode !== 137 && errors.length !== 1 ? [`I9: ${errors.length} errors`] : []),
    ...errors
      .filter(({ message }) => !parts.test(message))
      .map(({ message }) => `I9: an error lacks a part: ${message}`),
  ];
};

export type Leniency = {
  /** GitHub was not to be had, or nobody was left to close it: the next run does. */
  readonly recordsMayStay: boolean;
};

export const brokenAfter = (scene: Scene, before: Before, run: Ended, leniency: Leniency): readonly string[] => [
  ...brokenInApi(scene, before, run),
  ...brokenBeforePointing(scene, before, run),
  ...brokenOnGitHub(scene, leniency.recordsMayStay),
  ...brokenForReaders(run),
];

/** Where things stand, without what differs from run to run. */
export type End = {
  /** What callers of the API find, and whose it is. */
  readonly stages: readonly unknown[];
  readonly rules: readonly string[];
  readonly openRecords: number;
  /** What is told of it beside, and what lies about that nobody serves. */
  readonly rest: unknown;
};

const live = (scene: Scene): readonly Deployment[] =>
  scene.records().filter((record) => statesOf(record).at(-1) === "success");

export const endOf = (scene: Scene, before: Before): End => {
  const deployments = deploymentsIn(scene);
  const named = (id: string): string => (before.deployments.has(id) ? id : "new");
  return {
    stages: [...stagesIn(scene).values()]
      .map(({ deploymentId, canary, tags, ...stage }) => ({
        ...stage,
        serves: named(deploymentId),
        routes: deployments.get(deploymentId)?.routes ?? [],
        usagePlans: plansOf(scene, stage.name),
        canary: canary && [named(canary.deploymentId), canary.percent],
        owner: tags["apigw-stage-action"],
      }))
      .sort((one, other) => one.name.localeCompare(other.name)),
    rules: rulesIn(scene),
    openRecords: scene.records().filter(isOpen).length,
    rest: {
      deployments: [...deployments.keys()].map(named).sort(),
      comments: scene
        .comments()
        .map(({ body }) => (body.split("\n").find((line) => line.startsWith("###")) ?? "").slice(4, 6).trim())
        .sort(),
      // A run that finds all done already may add a record of its own; the environments are the same.
      live: [...new Set(live(scene).map(({ environment }) => environment))].sort(),
    },
  };
};
