import { readFile } from "node:fs/promises";
import type { RestApi } from "../gateway/model.ts";
import { ServiceError } from "../gateway/service-error.ts";
import { seedRestApi } from "../gateway/world.ts";
import type { Api } from "../gateway-v2/model.ts";
import { seedHttpApi } from "../gateway-v2/seed.ts";
import type { PullRequest } from "../github/model.ts";
import { issueToken, openPullRequest, push } from "../github/people.ts";
import { profiles } from "../github/tokens.ts";
import { scaledClock } from "../http/clock.ts";
import { controls, type Switches } from "../http/controls.ts";
import { faultOf } from "../http/fault-notation.ts";
import { environmentOf, type Simulator, startSimulator } from "../simulator.ts";
import { exampleHttpApi } from "./example-http-api.ts";
import { gatewayFaultSubject, githubFaultSubject } from "./fault-subjects.ts";
import { type StartOptions, subjectOf } from "./options.ts";
import { gatewaySwitches, githubSwitches } from "./switches.ts";

/** Why the services could not start. `exitCode` 2: the command line asks for what there is not; 1: the machine refuses. */
export class StartFailure extends Error {
  readonly exitCode: 1 | 2;

  constructor(message: string, exitCode: 1 | 2) {
    super(message);
    this.exitCode = exitCode;
  }
}

export type Services = {
  readonly simulator: Simulator;
  readonly api: RestApi;
  readonly httpApi: Api;
  readonly pull: PullRequest;
  /** What the AWS CLI, curl and the action need to talk to the services. */
  readonly environment: Readonly<Record<string, string>>;
};

const token = "ghs_simulated";

/** What the repository has on its default branch, and at the head of the pull request, by path. */
export type RepositoryFiles = Readonly<Record<"base" | "head", Readonly<Record<string, string | Buffer>>>>;

/** Both services with their example content, switches and faults set. Throws `StartFailure`. */
export const startServices = async (
  options: StartOptions,
  files: RepositoryFiles = { base: {}, head: {} },
): Promise<Services> => {
  const definition = await readDefinition(options.definition);
  const clock = scaledClock();
  const simulator = await startSimulator({
    gateway: { clock },
    github: { clock },
    gatewayPort: options.gatewayPort,
    githubPort: options.githubPort,
  }).catch((error: unknown) => {
    throw portFailure(error);
  });
  try {
    const { gateway, github, repository } = simulator;
    const api = seed(simulator, definition, options.definition);
    const httpApi = seedHttpApi(gateway.world, exampleHttpApi, { id: "h1t2t3p4a5" });
    const headRef = "show-one-order";
    push(github.world, repository, repository.defaultBranch, { files: files.base });
    push(github.world, repository, headRef, { files: files.head });
    const pull = openPullRequest(github.world, repository, {
      user: "alice",
      headRef,
      title: "Show one order",
    });
    issueToken(github.world, token, profiles.full);
    const switches = { gateway: gatewaySwitches(simulator, clock), github: githubSwitches(simulator, clock) };
    for (const set of Object.values(switches)) turn(set, options.switches);
    orderFaults(simulator, options);
    gateway.server.control = controls(gateway.server, switches.gateway, gatewayFaultSubject);
    github.server.control = controls(github.server, switches.github, githubFaultSubject);
    return { simulator, api, httpApi, pull, environment: clientEnvironment(simulator) };
  } catch (error) {
    await simulator.close();
    throw error;
  }
};

/** Version 1 of the AWS CLI reads the region from `AWS_DEFAULT_REGION` only. */
const clientEnvironment = (simulator: Simulator): Record<string, string> => ({
  ...environmentOf(simulator),
  AWS_DEFAULT_REGION: simulator.gateway.world.region,
  GITHUB_API_URL: simulator.github.server.url,
  GITHUB_TOKEN: token,
});

const readDefinition = (path: string): Promise<string> =>
  readFile(path, "utf8").catch((error: unknown) => {
    throw new StartFailure(`The definition ${path} cannot be read: ${(error as Error).message}.`, 2);
  });

const seed = (simulator: Simulator, definition: string, path: string): RestApi => {
  try {
    return seedRestApi(simulator.gateway.world, definition, { id: "a1b2c3d4e5" });
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    throw new StartFailure(`API Gateway would not import the definition ${path}: ${error.message}`, 2);
  }
};

const portFailure = (error: unknown): unknown => {
  const { code, port } = error as { code?: string; port?: number };
  const reason = code === "EADDRINUSE" ? "is in use" : code === "EACCES" ? "may not be used" : undefined;
  if (reason === undefined) return error;
  return new StartFailure(`Port ${port} ${reason}. Give others with --port and --github-port; 0 takes a free one.`, 1);
};

const turn = (switches: Switches, wanted: StartOptions["switches"]): void => {
  for (const [name, value] of Object.entries(wanted)) switches[name]?.change(value)?.();
};

const orderFaults = ({ gateway, github }: Simulator, { faults }: StartOptions): void => {
  for (const order of faults) {
    const [server, subject] =
      subjectOf(order) === "github" ? [github.server, githubFaultSubject] : [gateway.server, gatewayFaultSubject];
    const fault = faultOf(order, subject);
    if (fault) server.faults.add(fault);
  }
};
