import "../realm.ts";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { RestApi } from "../../simulator/gateway/model.ts";
import { gatewayService } from "../../simulator/gateway/service.ts";
import { createWorld, seedRestApi } from "../../simulator/gateway/world.ts";
import { listen, type SimulatorServer } from "../../simulator/http/server.ts";
import { apply } from "../../src/apply/apply.ts";
import { noProgress } from "../../src/apply/progress.ts";
import { connect } from "../../src/aws/client.ts";
import { type Gateway, openGateway } from "../../src/aws/rest-api/gateway.ts";
import { defaultPacing } from "../../src/aws/retry.ts";
import { ActionError } from "../../src/domain/errors.ts";
import type { DeployRequest } from "../../src/inputs/request.ts";
import { observe } from "../../src/observe.ts";
import { planDeploy } from "../../src/plan/deploy.ts";
import { isRefusal } from "../../src/plan/plan.ts";
import { yamlWith } from "../e2e/files.ts";
import { definitionOf } from "../inputs/definition/definition-of.ts";
import { aRequest, aRun } from "../requests.ts";

/**
 * I1 and I6: runs with different files share one draft. Whatever the order in which the service gets their writes, no
 * stage is pointed at another run's routes, and nothing that a run made is left lying about.
 */

const world = createWorld({ rateLimits: false });
let server: SimulatorServer;

beforeAll(async () => {
  server = await listen(gatewayService(world));
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: server.url,
    AWS_REGION: world.region,
    AWS_ACCESS_KEY_ID: "AKIASIMULATED0000000",
    AWS_SECRET_ACCESS_KEY: "simulated",
  });
});

afterAll(() => server.close());

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

/** The gateway of a run that waits for its turn before each write that `ordered` names. */
const inTurn = (gateway: Gateway, ordered: readonly (keyof Gateway)[], turn: () => Promise<void>): Gateway => {
  const waits = <Arguments extends readonly unknown[], Answer>(
    name: keyof Gateway,
    write: (...given: Arguments) => Promise<Answer>,
  ) =>
    ordered.includes(name)
      ? async (...given: Arguments): Promise<Answer> => {
          await turn();
          return write(...given);
        }
      : write;
  return {
    ...gateway,
    importDefinition: waits("importDefinition", gateway.importDefinition),
    tagRestApi: waits("tagRestApi", gateway.tagRestApi),
    createDeployment: waits("createDeployment", gateway.createDeployment),
    deleteDeployment: waits("deleteDeployment", gateway.deleteDeployment),
    createStage: waits("createStage", gateway.createStage),
    updateStage: waits("updateStage", gateway.updateStage),
  };
};

const everyWrite = [
  "importDefinition",
  "tagRestApi",
  "createDeployment",
  "deleteDeployment",
  "createStage",
  "updateStage",
] as const;

const fileOf = (own: string): string => yamlWith({ "GET /base": {}, [`GET /${own}`]: {} });

/** A preview of a pull request, or a named stage that a push deploys. */
const requestFor = (own: string, number: number, restApiId: string): DeployRequest => {
  const definition = { definition: definitionOf(fileOf(own)), mode: "overwrite", failOnWarnings: true } as const;
  const changes = { definition, restApiId, routes: { compareWith: undefined, failOn: [] } };
  const run = { runId: String(number), nonce: String(number).padStart(8, "0") };
  return own === "prod"
    ? aRequest({
        ...changes,
        run: aRun({ ...run, ref: "refs/heads/main", event: { kind: "commit", sha: "abc", fromFork: false } }),
        stageName: "prod",
        previewOf: undefined,
      })
    : aRequest({ ...changes, run: aRun(run), stageName: own, previewOf: number });
};

const deploy = async (request: DeployRequest, gateway: Gateway): Promise<ActionError | undefined> => {
  try {
    const plan = planDeploy(request, await observe(request, gateway));
    if (isRefusal(plan)) throw new Error(plan.happened);
    await apply(plan, {
      restApiId: request.restApiId,
      definition: request.definition?.definition.bytes,
      gateway,
      progress: noProgress(),
      log: () => {},
      signal: new AbortController().signal,
      pause: async () => {},
      compared: undefined,
      failOn: [],
      compareRoutes: true,
      settingsLeft: () => [],
      beforePointing: async () => {},
    });
    return undefined;
  } catch (thrown) {
    if (thrown instanceof ActionError) return thrown;
    throw thrown;
  }
};

const routesOf = (api: RestApi, deploymentId: string): string[] =>
  [...(api.deployments.get(deploymentId)?.definition.resources.values() ?? [])]
    .flatMap(({ path, methods }) => [...methods.keys()].map((verb) => `${verb} ${path}`))
    .sort();

const BEFORE = "GET /before";

/** Plays one interleaving on a REST API of its own, on which prod serves what an earlier run deployed. */
const play = async (
  owns: readonly string[],
  ordered: readonly (keyof Gateway)[],
  choices: readonly number[],
): Promise<{ readonly decisions: readonly Decision[]; readonly raced: number }> => {
  const api = seedRestApi(world, yamlWith({ [BEFORE]: {} }));
  const gateway = openGateway(
    await connect(),
    api.id,
    defaultPacing(new AbortController().signal, () => {}),
  );
  const { id } = await gateway.createDeployment("an earlier release");
  await gateway.createStage({ stageName: "prod", deploymentId: id, tags: {} });

  const turns = turnsOf(owns.length, choices);
  const errors = await Promise.all(
    owns.map(async (own, index) => {
      const error = await deploy(
        requestFor(own, index + 1, api.id),
        inTurn(gateway, ordered, () => turns.turn(index)),
      );
      turns.over();
      return error;
    }),
  );

  for (const [index, own] of owns.entries()) {
    const error = errors[index];
    const served = api.stages.get(own)?.deploymentId;
    const stayed = own === "prod" ? [BEFORE] : [];
    const routes = served === undefined ? [] : routesOf(api, served);
    expect({ choices, own, code: error?.code, routes }).toEqual({
      choices,
      own,
      code: error === undefined ? undefined : "SPEC_RACED",
      routes: error === undefined ? ["GET /base", `GET /${own}`].sort() : stayed,
    });
  }
  // Nothing is left that no stage serves, but for what prod served before.
  const inUse = new Set([id, ...[...api.stages.values()].map(({ deploymentId }) => deploymentId)]);
  expect([...api.deployments.keys()].filter((made) => !inUse.has(made))).toEqual([]);
  world.restApis.delete(api.id);
  return { decisions: turns.decisions, raced: errors.filter((error) => error !== undefined).length };
};

const playAll = async (owns: readonly string[], ordered: readonly (keyof Gateway)[], depth: number) => {
  let [played, raced] = [0, 0];
  for (let choices: readonly number[] | undefined = []; choices !== undefined; ) {
    const game = await play(owns, ordered, choices);
    played += 1;
    raced += game.raced;
    choices = following(game.decisions, depth);
  }
  return { played, raced };
};

/** Hundreds of games each. */
const MINUTES = 180_000;

describe("concurrent runs with different files never point a stage at another's routes:", () => {
  test.each([
    ["two previews", ["one", "two"]],
    ["a preview and prod", ["one", "prod"]],
  ])(
    "%s, in every order of their first writes",
    async (_, owns) => {
      const { played } = await playAll(owns, everyWrite, 9);
      expect(played).toBeGreaterThan(200);
    },
    MINUTES,
  );

  test(
    "three, in every order of their first imports and deployments",
    async () => {
      const { played } = await playAll(["one", "two", "prod"], ["importDefinition", "createDeployment"], 5);
      expect(played).toBeGreaterThan(150);
    },
    MINUTES,
  );

  test("a run that loses three times in a row says so, and the stage stays as it was", async () => {
    // An order in which others import each time between an import of one run and its deployment.
    const ordered = ["importDefinition", "createDeployment"] as const;
    const { raced } = await play(["prod", "two", "three"], ordered, [0, 1, 0, 0, 2, 0, 0, 1]);
    expect(raced).toBeGreaterThan(0);
  });
});
