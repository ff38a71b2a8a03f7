import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { RestApi } from "../../../simulator/gateway/model.ts";
import { gatewayService } from "../../../simulator/gateway/service.ts";
import { createWorld, seedRestApi } from "../../../simulator/gateway/world.ts";
import { pullRequestEvent, pushEvent } from "../../../simulator/github/events.ts";
import { createRepository, openPullRequest } from "../../../simulator/github/people.ts";
import { createGitHubWorld } from "../../../simulator/github/world.ts";
import { listen, type SimulatorServer } from "../../../simulator/http/server.ts";
import { githubContext, githubEnvironment } from "../../../simulator/runner/environment.ts";
import { yamlWith } from "../../e2e/files.ts";
import { inThisProcess } from "../../in-process.ts";

/**
 * I1 and I6: runs with different files share one draft. Whatever the order in which the service gets their writes, no
 * stage is pointed at another run's routes, and nothing that a run made is left lying about.
 */

const world = createWorld({ rateLimits: false });
const github = createGitHubWorld();
const repository = createRepository(github, "acme/orders");
let server: SimulatorServer;
let folder: string;

const fileOf = (own: string): string => yamlWith({ "GET /base": {}, [`GET /${own}`]: {} });

/** What the runs can be: previews of pull requests, and a named stage that a push deploys. Each has a file of its own. */
const owns = ["one", "two", "three", "prod"] as const;
type Own = (typeof owns)[number];

const eventOf = Object.fromEntries(
  owns.map((own) => [
    own,
    own === "prod"
      ? pushEvent(repository, "main", "alice")
      : pullRequestEvent(repository, openPullRequest(github, repository, { user: "alice", headRef: own }), "opened"),
  ]),
);

beforeAll(async () => {
  server = await listen(gatewayService(world));
  folder = await mkdtemp(join(tmpdir(), "interleavings-"));
  for (const own of owns) {
    await writeFile(join(folder, `${own}.yml`), fileOf(own));
    await writeFile(join(folder, `${own}.json`), JSON.stringify(eventOf[own]?.payload));
  }
});

afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

/** One decision: which of the runs that could go on did. */
type Decision = { readonly choice: number; readonly of: number };

/** Lets one write through at a time, when every run that is not over waits with one. Past the choices, the first goes on. */
const turnsOf = (runs: number, choices: readonly number[]) => {
  const waiting = new Map<number, () => void>();
  const decisions: Decision[] = [];
  let active = runs;
  const next = (): void => {
    if (active === 0 || waiting.size < active) return;
    const ready = [...waiting].sort(([one], [other]) => one - other);
    const choice = choices[decisions.length] ?? 0;
    decisions.push({ choice, of: ready.length });
    const [run, goOn] = ready[choice] ?? [];
    if (run === undefined || goOn === undefined) throw new Error("a choice that nobody has");
    waiting.delete(run);
    goOn();
  };
  return {
    decisions,
    turn: (run: number) =>
      new Promise<void>((resolve) => {
        waiting.set(run, resolve);
        next();
      }),
    over: () => {
      active -= 1;
      next();
    },
  };
};

/** The choices of the next interleaving, that differ from these in one of the first `depth` decisions. */
const following = (decisions: readonly Decision[], depth: number): readonly number[] | undefined => {
  const early = decisions.slice(0, depth);
  const last = early.findLastIndex(({ choice, of }) => choice + 1 < of);
  return last < 0 ? undefined : [...early.slice(0, last).map(({ choice }) => choice), (early[last]?.choice ?? 0) + 1];
};

/** A request by its operation, and whose tags it writes. */
const writeOf = (operation: string, path: string): string =>
  operation === "TagResource" && /stages/.test(path) ? "TagResource of a stage" : operation;

/** What one run writes and another reads or overwrites. */
const ofTheDraft = ["PutRestApi", "TagResource", "CreateDeployment"];

const importsAndDeployments = ["PutRestApi", "CreateDeployment"];

/** Those that concern the run's own stage and deployment stand beside: in whichever order, the others do not notice. */
const everyWrite = [...ofTheDraft, "DeleteDeployment", "CreateStage", "UpdateStage", "TagResource of a stage"];

/** What the run finds in its environment. Its key tells its requests from those of others. */
const environmentOf = (own: Own, key: string, restApiId: string): Record<string, string> => {
  const event = eventOf[own];
  if (event === undefined) throw new Error(`${own} is no run`);
  const run = {
    eventName: event.name,
    event: event.payload,
    sha: event.sha,
    ref: event.ref,
    runId: key.replace("RUN", "900"),
  };
  return {
    ...githubEnvironment(githubContext({ repository: "acme/orders", ...run })),
    GITHUB_EVENT_PATH: join(folder, `${own}.json`),
    GITHUB_WORKSPACE: folder,
    AWS_ENDPOINT_URL: server.url,
    AWS_REGION: world.region,
    AWS_ACCESS_KEY_ID: key,
    AWS_SECRET_ACCESS_KEY: "simulated",
    INPUT_COMMAND: "deploy",
    "INPUT_REST-API-ID": restApiId,
    "INPUT_STAGE-NAME": own,
    INPUT_DEFINITION: `${own}.yml`,
  };
};

/** The code of the error that the run ended with. */
const deploy = async (own: Own, key: string, restApiId: string): Promise<string | undefined> => {
  const lines: string[] = [];
  const { exitCode } = await inThisProcess("dist/index.js", {
    cwd: folder,
    env: environmentOf(own, key, restApiId),
    onLine: (line) => lines.push(line),
  });
  if (exitCode === 0) return undefined;
  return /\((\w+)\)$/m.exec(lines.find((line) => line.startsWith("::error")) ?? "")?.[1] ?? lines.join("\n");
};

const routesOf = (api: RestApi, deploymentId: string): string[] =>
  [...(api.deployments.get(deploymentId)?.definition.resources.values() ?? [])]
    .flatMap(({ path, methods }) => [...methods.keys()].map((verb) => `${verb} ${path}`))
    .sort();

const BEFORE = "GET /before";

/** Makes prod by other hands, which serves the draft as it is. Answers the deployment. */
const addEarlierRelease = (api: RestApi): string => {
  const id = world.newId(6);
  api.deployments.set(id, {
    id,
    description: "an earlier release",
    createdDate: 1,
    definition: structuredClone(api.draft),
  });
  api.stages.set("prod", {
    stageName: "prod",
    deploymentId: id,
    cacheClusterEnabled: false,
    methodSettings: {},
    tracingEnabled: false,
    createdDate: 1,
    lastUpdatedDate: 1,
  });
  return id;
};

/** Plays one interleaving on a REST API of its own, on which prod serves what an earlier run deployed. */
const play = async (
  runs: readonly Own[],
  ordered: readonly string[],
  choices: readonly number[],
): Promise<{ readonly decisions: readonly Decision[]; readonly raced: number }> => {
  const api = seedRestApi(world, yamlWith({ [BEFORE]: {} }));
  const before = addEarlierRelease(api);
  const turns = turnsOf(runs.length, choices);
  const keys = runs.map((_, index) => `RUN${index}`);
  server.gate = async ({ operation, request }) => {
    const key = /Credential=(\w+)/.exec(request.headers["authorization"] ?? "")?.[1] ?? "";
    if (ordered.includes(writeOf(operation, request.path))) await turns.turn(keys.indexOf(key));
  };
  const errors = await Promise.all(
    runs.map(async (own, index) => {
      const error = await deploy(own, keys[index] ?? "", api.id);
      turns.over();
      return error;
    }),
  );

  for (const [index, own] of runs.entries()) {
    const code = errors[index];
    const served = api.stages.get(own)?.deploymentId;
    const stayed = own === "prod" ? [BEFORE] : [];
    const routes = served === undefined ? [] : routesOf(api, served);
    expect({ choices, own, code, routes }).toEqual({
      choices,
      own,
      code: code === undefined ? undefined : "SPEC_RACED",
      routes: code === undefined ? ["GET /base", `GET /${own}`].sort() : stayed,
    });
  }
  // Nothing is left that no stage serves, but for what prod served before.
  const inUse = new Set([before, ...[...api.stages.values()].map(({ deploymentId }) => deploymentId)]);
  expect([...api.deployments.keys()].filter((made) => !inUse.has(made))).toEqual([]);
  world.restApis.delete(api.id);
  return { decisions: turns.decisions, raced: errors.filter((error) => error !== undefined).length };
};

const playAll = async (runs: readonly Own[], ordered: readonly string[], depth: number): Promise<number> => {
  let played = 0;
  for (let choices: readonly number[] | undefined = []; choices !== undefined; ) {
    const { decisions } = await play(runs, ordered, choices);
    played += 1;
    choices = following(decisions, depth);
  }
  return played;
};

/** How many decisions are played in every way, and more than how many games that is. */
type Extent = { readonly depth: number; readonly games: number };

type Race = {
  readonly name: string;
  readonly runs: readonly Own[];
  readonly ordered: readonly string[];
  readonly slice: Extent;
  readonly whole: Extent;
};

const races: readonly Race[] = [
  {
    name: "two previews, by their writes to the draft",
    runs: ["one", "two"],
    ordered: ofTheDraft,
    slice: { depth: 3, games: 6 },
    whole: { depth: 8, games: 80 },
  },
  {
    name: "a preview and prod, by their writes to the draft",
    runs: ["one", "prod"],
    ordered: ofTheDraft,
    slice: { depth: 3, games: 6 },
    whole: { depth: 8, games: 80 },
  },
  {
    name: "a preview and prod, by all their writes",
    runs: ["one", "prod"],
    ordered: everyWrite,
    slice: { depth: 3, games: 4 },
    whole: { depth: 6, games: 50 },
  },
  {
    name: "three, by their imports and deployments",
    runs: ["one", "two", "prod"],
    ordered: importsAndDeployments,
    slice: { depth: 2, games: 6 },
    whole: { depth: 4, games: 50 },
  },
];

const MINUTES = 180_000;

/** A test for each race: every order of its first decisions, in which the rest goes as it comes. */
export const everyOrder = (extent: "slice" | "whole"): void => {
  test.each(races)(
    "$name: no stage is pointed at another's routes, and nothing is left lying about",
    async ({ runs, ordered, [extent]: { depth, games } }) => {
      expect(await playAll(runs, ordered, depth)).toBeGreaterThan(games);
    },
    MINUTES,
  );
};

/** A race in which another run imports between each import of prod's run and its deployment. Answers how many lost. */
export const loseEveryTime = async (): Promise<number> => {
  const { raced } = await play(["prod", "two", "three"], importsAndDeployments, [0, 1, 0, 0, 2, 0, 0, 1, 1]);
  return raced;
};
