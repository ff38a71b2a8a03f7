import { expect, test } from "@jest/globals";
import { pullRequestEvent, scheduleEvent, type WorkflowEvent } from "../../simulator/github/events.ts";
import type { PullRequest, WorkflowRun } from "../../simulator/github/model.ts";
import {
  closePullRequest,
  issueToken,
  openPullRequest,
  pushToPullRequest,
  reopenPullRequest,
} from "../../simulator/github/people.ts";
import { profiles } from "../../simulator/github/tokens.ts";
import type { Exchange } from "../../simulator/http/exchange.ts";
import { concurrencyGroups } from "../../simulator/runner/concurrency.ts";
import { inScene, type Scene, statesOf, until } from "../e2e/scene.ts";
import { seed } from "../seed.ts";

/**
 * Sixteen pull requests live at the same time, as chance has it, and so do the runs of their workflows: some are killed at
 * some request, and sweeps come in between. Once every killed job was run again, as people do, the world is in order.
 * The seed decides what happens; how the runs' requests fall between each other is the machine's.
 */
const PULL_REQUESTS = 16;
const PUSHES = 12;
const CLOSINGS = 11;
const REOPENINGS = 4;
const SWEEPS = 2;
/** One run of so many is killed, or loses its runner. */
const KILLED = 6;
/** Runs at the same time. */
const RUNNERS = 3;

/** Park and Miller's generator: numbers in [0, 1) that depend on the seed alone. */
const generator = (start: number): (() => number) => {
  let state = (start % 2147483646) + 1;
  return () => {
    state = (state * 48271) % 2147483647;
    return (state - 1) / 2147483646;
  };
};

type Chance = { readonly below: (limit: number) => number; readonly oneOf: <T>(items: readonly T[]) => T };

const chanceOf = (random: () => number): Chance => {
  const below = (limit: number): number => Math.floor(random() * limit);
  return {
    below,
    oneOf: (items) => {
      const item = items[below(items.length)];
      if (item === undefined) throw new Error("nothing to choose from");
      return item;
    },
  };
};

type Happening = "open" | "push" | "close" | "reopen" | "sweep";

/** Where the machine fails: at the n-th request of the run to API Gateway or to GitHub. */
type Accident = {
  readonly at: "gateway" | "github";
  readonly request: number;
  readonly lost: boolean;
  /** Whether the service still does what the last request asks for. */
  readonly acts: boolean;
};

type Job = { readonly event: WorkflowEvent; run?: WorkflowRun };

const never = (): Promise<void> => new Promise(() => {});

type Watched = { readonly accident: Accident; seen: number; struck: boolean; readonly strike: () => void };

/** Strikes when it is time. Answers whether the service gets to see the request. */
const passes = (watched: Watched, at: Accident["at"]): boolean => {
  // Who was struck asks API Gateway nothing more; the step's end, which has the same credentials, asks only GitHub.
  if (watched.struck) return at === "github";
  if (watched.accident.at === at) watched.seen += 1;
  if (watched.seen < watched.accident.request) return true;
  watched.struck = true;
  watched.strike();
  return watched.accident.acts;
};

/** Runs jobs, at most so many at a time, each with credentials of its own by which its requests are known. */
const openRunners = (scene: Scene) => {
  const accidents = new Map<string, Watched>();
  const watch =
    (at: Accident["at"]) =>
    async ({ request }: Exchange): Promise<void> => {
      const key = /(?:Credential=|oken )(\w+)/.exec(request.headers["authorization"] ?? "")?.[1] ?? "";
      const watched = accidents.get(key);
      if (watched !== undefined && !passes(watched, at)) await never();
    };
  scene.gateway.server.gate = watch("gateway");
  scene.github.server.gate = watch("github");

  let started = 0;
  let free = RUNNERS;
  const queue: (() => void)[] = [];
  const acquire = async (): Promise<void> => {
    if (free === 0) await new Promise<void>((resolve) => queue.push(resolve));
    else free -= 1;
  };
  const release = (): void => {
    const next = queue.shift();
    if (next === undefined) free += 1;
    else next();
  };

  /** Answers whether it succeeded. */
  const run = async (job: Job, accident?: Accident): Promise<boolean> => {
    await acquire();
    started += 1;
    const key = `RUN${started}`;
    const strike = new AbortController();
    if (accident !== undefined) accidents.set(key, { accident, seen: 0, struck: false, strike: () => strike.abort() });
    issueToken(scene.github.world, key, profiles.full);
    const env = { AWS_ACCESS_KEY_ID: key };
    const struck = accident?.lost
      ? { runner: { env, loseRunner: strike.signal } }
      : { runner: { env }, kill: strike.signal };
    const again = job.run === undefined ? {} : { rerunOf: job.run };
    try {
      const ended = await scene.deploy(
        { "github-token": key },
        { event: job.event, ...again, ...(accident === undefined ? { runner: { env } } : struck) },
      );
      job.run = ended.run;
      return ended.conclusion === "success" && !ended.lost;
    } finally {
      release();
    }
  };
  return { run, waiting: () => queue.length };
};

const isOpen = ({ state }: PullRequest): boolean => state === "open";

/** Stages and what they serve, as JSON. */
const shown = (scene: Scene, names: readonly string[]): string =>
  JSON.stringify(names.map((name) => [name, scene.stage(name)]));

const addForeignStages = (scene: Scene): readonly string[] => {
  const tag = (text: string): Record<string, string> => ({ "apigw-stage-action": text });
  const { id } = scene.api;
  const { id: repository } = scene.repository;
  scene.addStage("prod");
  scene.addStage("pr-900", { tags: tag(`repository=1/pull-request=900/rest-api=${id}/stage=pr-900`) });
  scene.addStage("pr-901", { tags: tag(`repository=${repository}/pull-request=1/rest-api=${id}/stage=pr-1`) });
  scene.addStage("test", { tags: tag(`repository=${repository}/rest-api=${id}/stage=test`) });
  return ["prod", "pr-900", "pr-901", "test"];
};

const shuffled = <T>(items: readonly T[], { below }: Chance): T[] => {
  const result = [...items];
  for (let index = result.length - 1; index > 0; index -= 1) {
    const other = below(index + 1);
    const [one, two] = [result[index], result[other]];
    if (one === undefined || two === undefined) throw new Error("out of range");
    result[index] = two;
    result[other] = one;
  }
  return result;
};

const times = <T>(count: number, item: T): T[] => Array.from({ length: count }, () => item);

/** What happens to pull requests, and what that starts. `undefined` where it cannot happen to any. */
const happen = (scene: Scene, what: Happening, pulls: PullRequest[], chance: Chance): PullRequest | undefined => {
  const { repository, github } = scene;
  const candidates = pulls.filter((pull) => (what === "reopen" ? !isOpen(pull) && pull.merge === null : isOpen(pull)));
  if (what === "open") {
    // The scene has opened the first one.
    if (pulls.length === 0) pulls.push(scene.pull);
    else pulls.push(openPullRequest(github.world, repository, { user: "alice", headRef: `topic-${pulls.length}` }));
    return pulls.at(-1);
  }
  if (candidates.length === 0) return undefined;
  const pull = chance.oneOf(candidates);
  if (what === "push") pushToPullRequest(github.world, repository, pull);
  if (what === "reopen") reopenPullRequest(github.world, pull);
  if (what === "close")
    closePullRequest(github.world, repository, pull, chance.below(2) === 0 ? { mergedBy: "bob" } : {});
  return pull;
};

const ACTIONS = { open: "opened", push: "synchronize", close: "closed", reopen: "reopened" } as const;

const accidentOf = ({ below }: Chance): Accident | undefined =>
  below(KILLED) > 0
    ? undefined
    : {
        at: below(2) === 0 ? "gateway" : "github",
        request: 1 + below(6),
        lost: below(3) === 0,
        acts: below(2) === 0,
      };

/** All that happens, in the order of chance. */
const happeningsOf = (chance: Chance): readonly Happening[] => [
  "open",
  ...shuffled<Happening>(
    [
      ...times<Happening>(PULL_REQUESTS - 1, "open"),
      ...times<Happening>(PUSHES, "push"),
      ...times<Happening>(CLOSINGS, "close"),
      ...times<Happening>(REOPENINGS, "reopen"),
      ...times<Happening>(SWEEPS, "sweep"),
    ],
    chance,
  ),
];

const sweepOf = ({ repository }: Scene): Job => ({ event: scheduleEvent(repository, "17 3 * * *") });

/** Lets everything happen. Answers the pull requests, once no run is under way any more and every job has succeeded. */
const playLife = async (scene: Scene): Promise<readonly PullRequest[]> => {
  const chance = chanceOf(generator(seed));
  const runners = openRunners(scene);
  const groups = concurrencyGroups();
  const pulls: PullRequest[] = [];
  /** What is left to be run again, by group: the newest job of each, unless it succeeded. */
  const unfinished = new Map<string, Job>();
  const running: Promise<unknown>[] = [];
  const start = (group: string, job: Job): void => {
    const accident = accidentOf(chance);
    unfinished.set(group, job);
    running.push(
      groups.run(group, async () => {
        if ((await runners.run(job, accident)) && unfinished.get(group) === job) unfinished.delete(group);
      }),
    );
  };

  for (const what of happeningsOf(chance)) {
    // Life goes on while runs are under way, but not so fast that all of it is over before they begin.
    await until(() => runners.waiting() <= RUNNERS);
    if (what === "sweep") {
      start("sweep", sweepOf(scene));
      continue;
    }
    const pull = happen(scene, what, pulls, chance);
    if (pull === undefined) continue;
    start(`preview-${pull.number}`, { event: pullRequestEvent(scene.repository, pull, ACTIONS[what]) });
  }
  await Promise.all(running);
  const again = [...unfinished.values(), sweepOf(scene)];
  for (const job of again) expect(await runners.run(job)).toBe(true);
  return pulls;
};

/** The states of the preview's records that show it as live or under way. */
const liveStates = (scene: Scene, { number }: PullRequest): readonly string[] =>
  scene
    .records()
    .filter(({ payload }) => (payload as Record<string, unknown>)["stage-name"] === `pr-${number}`)
    .map((record) => statesOf(record).at(-1) ?? "pending")
    .filter((state) => state !== "inactive" && state !== "failure");

test(
  `${PULL_REQUESTS} pull requests, seed ${seed}: in the end there are exactly the stages of those that are open`,
  () =>
    inScene({ gateway: { quotas: { stagesPerApi: 100 } } }, async (scene) => {
      // A day's work in half a minute is not what GitHub's limits are made for.
      Object.assign(scene.github.world.limits, { requestsPerHour: 1e6, contentPerMinute: 1e6, contentPerHour: 1e6 });
      const foreign = addForeignStages(scene);
      const before = shown(scene, foreign);
      const pulls = await playLife(scene);

      const open = pulls.filter(isOpen);
      const wanted = [...foreign, ...open.map(({ number }) => `pr-${number}`)];
      expect([...scene.api.stages.keys()].sort()).toEqual(wanted.sort());
      expect(shown(scene, foreign)).toBe(before);
      for (const { deploymentId } of scene.api.stages.values()) {
        expect(scene.api.deployments.has(deploymentId)).toBe(true);
      }
      expect(pulls.map((pull) => liveStates(scene, pull))).toEqual(
        pulls.map((pull) => (isOpen(pull) ? ["success"] : [])),
      );
      const bodies = open.map((pull) =>
        scene
          .comments()
          .filter(({ issue }) => issue === pull)
          .map(({ body }) => body),
      );
      expect(bodies).toEqual(open.map(({ head }) => [expect.stringContaining(head.sha)]));
      expect(new Set(scene.comments().map(({ issue }) => issue)).size).toBe(scene.comments().length);
    }),
  300_000,
);
