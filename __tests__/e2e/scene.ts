import { fileURLToPath } from "node:url";
import type { Access } from "../../simulator/gateway/access.ts";
import type { RestApi, Stage } from "../../simulator/gateway/model.ts";
import type { WorldOptions } from "../../simulator/gateway/world.ts";
import { seedRestApi } from "../../simulator/gateway/world.ts";
import { pullRequestEvent, type WorkflowEvent } from "../../simulator/github/events.ts";
import type { Comment, Deployment, PullRequest } from "../../simulator/github/model.ts";
import { openPullRequest } from "../../simulator/github/people.ts";
import { type SimulatedJob, type SimulatedRun, type Simulator, startSimulator } from "../../simulator/simulator.ts";

/** The folder with the committed action.yml and dist/. */
export const actionPath = fileURLToPath(new URL("../..", import.meta.url));

/** Node.js binary of a second version to run the bundle on, given by the release check. */
const nodePath = process.env["BUNDLE_NODE"];

export const ordersApi = `
openapi: 3.0.1
info: { title: Orders, version: "1" }
paths:
  /orders:
    get:
      responses: { "200": { description: ok } }
      x-amazon-apigateway-integration:
        type: mock
        requestTemplates: { application/json: '{"statusCode": 200}' }
        responses:
          default:
            statusCode: "200"
            responseTemplates: { application/json: '{"orders": [], "stage": "$context.stage"}' }
`;

export type SceneOptions = {
  readonly gateway?: WorldOptions;
  readonly access?: Access;
  readonly definition?: string;
  readonly endpointType?: string;
};

export type Scene = Simulator & {
  readonly api: RestApi;
  readonly pull: PullRequest;
  /** Runs the committed bundle as the only step, `id: apigw`. */
  readonly deploy: (
    inputs?: Readonly<Record<string, string>>,
    job?: Partial<Omit<SimulatedJob, "actionPath" | "steps">> & { readonly kill?: AbortSignal },
  ) => Promise<Ended>;
  readonly opened: (action?: string) => WorkflowEvent;
  readonly stage: (name: string) => Stage | undefined;
  readonly comments: () => Comment[];
  readonly records: () => Deployment[];
};

export type Ended = SimulatedRun & {
  readonly outputs: Readonly<Record<string, string>>;
  readonly summary: string;
  /** The whole log as text. */
  readonly text: string;
};

/** One REST API, one repository with one open pull request, both services, and the bundle to run against them. */
export const openScene = async (options: SceneOptions = {}): Promise<Scene> => {
  const simulator = await startSimulator({
    gateway: { rateLimits: false, ...options.gateway },
    ...(options.access === undefined ? {} : { access: options.access }),
  });
  const api = seedRestApi(simulator.gateway.world, options.definition ?? ordersApi, {
    id: "a1b2c3d4e5",
    ...(options.endpointType === undefined ? {} : { endpointType: options.endpointType }),
  });
  const { repository } = simulator;
  const pull = openPullRequest(simulator.github.world, repository, { user: "alice", headRef: "feature" });
  const opened = (action = "opened"): WorkflowEvent => pullRequestEvent(repository, pull, action);
  return {
    ...simulator,
    api,
    pull,
    opened,
    stage: (name) => api.stages.get(name),
    comments: () => [...repository.comments.values()],
    records: () => [...repository.deployments.values()],
    deploy: async (inputs = {}, { kill, ...job } = {}) => {
      const run = await simulator.runJob({
        event: opened(),
        ...job,
        actionPath,
        runner: { ...(nodePath === undefined ? {} : { nodePath }), ...job.runner },
        steps: [
          {
            id: "apigw",
            uses: "./",
            with: { "rest-api-id": api.id, ...inputs },
            ...(kill === undefined ? {} : { kill }),
          },
        ],
      });
      const [main] = run.steps;
      return { ...run, outputs: main?.outputs ?? {}, summary: main?.summary ?? "", text: run.log.join("\n") };
    },
  };
};
