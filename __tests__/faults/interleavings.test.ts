import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { RestApi } from "../../simulator/gateway/model.ts";
import { gatewayService } from "../../simulator/gateway/service.ts";
import { createWorld, seedRestApi } from "../../simulator/gateway/world.ts";
import { pullRequestEvent, pushEvent } from "../../simulator/github/events.ts";
import { createRepository, openPullRequest } from "../../simulator/github/people.ts";
import { createGitHubWorld } from "../../simulator/github/world.ts";
import { listen, type SimulatorServer } from "../../simulator/http/server.ts";
import { githubContext, githubEnvironment } from "../../simulator/runner/environment.ts";
import { yamlWith } from "../e2e/files.ts";
import { inThisProcess } from "../in-process.ts";

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
  const run = { eventName: event.name, event: event.payload, sha: event.sha, ref: event.ref, runId: key };
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

const playAll = async (runs: readonly Own[], ordered: readonly string[], depth: number) => {
  let [played, raced] = [0, 0];
  for (let choices: readonly number[] | undefined = []; choices !== undefined; ) {
    const game = await play(runs, ordered, choices);
    played += 1;
    raced += game.raced;
    choices = following(game.decisions, depth);
  }
  return { played, raced };
};

/** A hundred games each. */
const MINUTES = 180_000;

describe("concurrent runs with different files never point a stage at another's routes:", () => {
  test.each([
    ["two previews, in every order of their first writes to the draft", ["one", "two"], ofTheDraft, 8, 80],
    ["a preview and prod, in every order of their first writes to the draft", ["one", "prod"], ofTheDraft, 8, 80],
    ["a preview and prod, in every order of their first writes", ["one", "prod"], everyWrite, 6, 50],
    [
      "three, in every order of their first imports and deployments",
      ["one", "two", "prod"],
      importsAndDeployments,
      4,
      50,
    ],
  ] as const)(
    "%s",
    async (_, runs, ordered, depth, games) => {
      const { played } = await playAll(runs, ordered, depth);
      expect(played).toBeGreaterThan(games);
    },
    MINUTES,
  );

  test("a run that loses three times in a row says so, and the stage stays as it was", async () => {
    // Each time another run imports between an import of the first and its deployment.
    const { raced } = await play(["prod", "two", "three"], importsAndDeployments, [0, 1, 0, 0, 2, 0, 0, 1, 1]);
    expect(raced).toBeGreaterThan(0);
  });
});
