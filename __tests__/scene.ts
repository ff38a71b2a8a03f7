import { fileURLToPath } from "node:url";
import type { Access } from "../simulator/aws/access.ts";
import type { MethodSetting, RestApi, Stage } from "../simulator/gateway/model.ts";
import type { WorldOptions } from "../simulator/gateway/world.ts";
import { seedRestApi } from "../simulator/gateway/world.ts";
import type { Api as HttpApi } from "../simulator/gateway-v2/model.ts";
import { seedHttpApi, seedWebSocketApi } from "../simulator/gateway-v2/seed.ts";
import { pullRequestEvent, type WorkflowEvent } from "../simulator/github/events.ts";
import type { Comment, Deployment, PullRequest } from "../simulator/github/model.ts";
import { openPullRequest } from "../simulator/github/people.ts";
import type { GitHubWorldOptions } from "../simulator/github/world.ts";
import type { ActionStep } from "../simulator/runner/action-step.ts";
import type { ScriptRunner } from "../simulator/runner/child-process.ts";
import { type SimulatedJob, type SimulatedRun, type Simulator, startSimulator } from "../simulator/simulator.ts";
import { httpApi } from "../src/aws/http-api/kind.ts";
import { restApi } from "../src/aws/rest-api/kind.ts";
import type { ApiKind, Capability } from "../src/domain/api-kind.ts";

/** The folder with the committed action.yml and dist/. */
export const actionPath = fileURLToPath(new URL("..", import.meta.url));

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

export const ordersHttpApi = `
openapi: 3.0.1
info: { title: Orders, version: "1" }
paths:
  /orders:
    get:
      responses: { "200": { description: ok } }
      x-amazon-apigateway-integration:
        type: http_proxy
        httpMethod: GET
        uri: http://backend.localhost/?body=orders
        payloadFormatVersion: "1.0"
`;

/** A definition of either kind that nothing can be deployed of. */
export const emptyApi = "openapi: 3.0.1\ninfo: { title: Empty, version: '1' }\npaths: {}\n";

export type SceneOptions = {
  readonly gateway?: WorldOptions;
  readonly github?: GitHubWorldOptions;
  readonly access?: Access;
  readonly definition?: string;
  readonly endpointType?: string;
  /** An API of version 2 in place of the REST API, with the same id. */
  readonly kind?: "http" | "websocket";
};

export type JobSettings = Partial<Omit<SimulatedJob, "actionPath" | "steps">> &
  Pick<ActionStep, "continueOnError"> & {
    readonly kill?: AbortSignal;
  };

export type Scene = Simulator & {
  readonly api: RestApi;
  /** Of a scene of an HTTP API, which `deploy` names by `api-id`; `api` is the same, for what both kinds call the same. */
  readonly httpApi: HttpApi | undefined;
  readonly pull: PullRequest;
  /** Runs the action as the only step, `id: apigw`. */
  readonly deploy: (inputs?: Readonly<Record<string, string>>, job?: JobSettings) => Promise<Ended>;
  /** Makes a stage by other hands than ours, with a deployment of the draft as it is now; of another API than the scene's. */
  readonly addStage: (name: string, members?: Partial<Stage>, of?: RestApi) => Stage;
  readonly opened: (action?: string) => WorkflowEvent;
  readonly stage: (name: string) => Stage | undefined;
  /** Operations of API Gateway that were asked for, in order of arrival. */
  readonly asked: () => string[];
  readonly comments: () => Comment[];
  readonly records: () => Deployment[];
};

export type Ended = SimulatedRun & {
  readonly outputs: Readonly<Record<string, string>>;
  readonly summary: string;
  /** The whole log as text. */
  readonly text: string;
};

/** What tells scenes of one kind of API from those of another, in a table of all kinds. */
export type Kind = {
  readonly name: string;
  readonly options: Pick<SceneOptions, "kind">;
  /** The input that names such an API. */
  readonly input: "rest-api-id" | "api-id";
  /** What it is called where nobody knows it. */
  readonly unknown: string;
  /** Whether each of its routes needs an integration to be deployed, and what is said where there is no route. */
  readonly needsIntegrations: boolean;
  readonly nothingToDeploy: string;
  /** The call that reads its properties. */
  readonly readsApi: string;
  /** How its definitions are written. */
  readonly dialect: "openapi" | "http";
  /** The calls that import one, and that export what a stage serves. */
  readonly imports: string;
  readonly exports: string;
  /** How IAM writes the API's address, and tagging it. */
  readonly path: string;
  readonly tagVerb: "PUT" | "POST";
  /** And what stage prod serves. */
  readonly exportPath: string;
  readonly can: (...capabilities: readonly Capability[]) => boolean;
  /** Where its endpoint can be. */
  readonly endpointTypes: readonly ("EDGE" | "PRIVATE" | "REGIONAL")[];
  /** The metric of its server errors. */
  readonly serverErrors: {
    readonly metric: string;
    readonly dimension: { readonly Name: string; readonly Value: string };
  };
  /** What is answered where no route matches. */
  readonly noRoute: number;
  /** What is asked to learn the kind, and to read the draft. */
  readonly reads: readonly string[];
  /** The calls that show people the deployments, and that point stage prod. */
  readonly listDeployments: string;
  readonly pointProd: string;
};

const abilities =
  ({ lacks }: ApiKind): Kind["can"] =>
  (...capabilities) =>
    capabilities.every((capability) => lacks[capability] === undefined);

export const kinds: readonly Kind[] = [
  {
    name: "a REST API",
    options: {},
    input: "rest-api-id",
    unknown: "REST API",
    needsIntegrations: true,
    nothingToDeploy: "doesn't contain any methods",
    readsApi: "GetRestApi",
    dialect: "openapi",
    imports: "PutRestApi",
    exports: "GetExport",
    path: "/restapis/a1b2c3d4e5",
    tagVerb: "PUT",
    exportPath: "/restapis/a1b2c3d4e5/stages/prod/exports/oas30",
    can: abilities(restApi),
    endpointTypes: ["EDGE", "PRIVATE", "REGIONAL"],
    serverErrors: { metric: "5XXError", dimension: { Name: "ApiName", Value: "Orders" } },
    noRoute: 403,
    reads: ["GetResources"],
    listDeployments: "aws apigateway get-deployments --rest-api-id a1b2c3d4e5",
    pointProd:
      "aws apigateway update-stage --rest-api-id a1b2c3d4e5 --stage-name prod --patch-operations op=replace,path=/deploymentId,value=",
  },
  {
    name: "an HTTP API",
    options: { kind: "http" },
    input: "api-id",
    unknown: "HTTP or WebSocket API",
    needsIntegrations: false,
    nothingToDeploy: "no routes exist in this API",
    readsApi: "GetApi",
    dialect: "http",
    imports: "ReimportApi",
    exports: "ExportApi",
    path: "/apis/a1b2c3d4e5",
    tagVerb: "POST",
    exportPath: "/apis/a1b2c3d4e5/exports/OAS30",
    can: abilities(httpApi),
    endpointTypes: ["REGIONAL"],
    serverErrors: { metric: "5xx", dimension: { Name: "ApiId", Value: "a1b2c3d4e5" } },
    noRoute: 404,
    reads: ["GetApi", "ExportApi"],
    listDeployments: "aws apigatewayv2 get-deployments --api-id a1b2c3d4e5",
    pointProd: "aws apigatewayv2 update-stage --api-id a1b2c3d4e5 --stage-name prod --deployment-id ",
  },
];

/** Those of the table that can do all of this. */
export const kindsThat = (...capabilities: readonly Capability[]): readonly Kind[] =>
  kinds.filter(({ can }) => can(...capabilities));

/** Another API of the scene's kind beside its own. */
export const seedAnother = (
  { gateway: { world }, httpApi }: Pick<Scene, "gateway" | "httpApi">,
  id: string,
  definition = httpApi === undefined ? ordersApi : ordersHttpApi,
): RestApi =>
  httpApi === undefined ? seedRestApi(world, definition, { id }) : asRestApi(seedHttpApi(world, definition, { id }));

/** Of either kind. */
export const variablesOf = ({ httpApi, stage }: Scene, name: string): Readonly<Record<string, string>> | undefined =>
  httpApi === undefined ? stage(name)?.variables : httpApi.stages.get(name)?.stageVariables;

/** Other hands than ours change the variables of a stage of either kind. */
export const setVariables = (
  { httpApi, stage }: Scene,
  name: string,
  variables: Readonly<Record<string, string>> | undefined,
): void => {
  const found = httpApi === undefined ? stage(name) : httpApi.stages.get(name);
  if (found === undefined) throw new Error(`there is no stage ${name}`);
  Object.assign(found, httpApi === undefined ? { variables } : { stageVariables: variables ?? {} });
};

/** What a stage of either kind has for all routes, or for one such as `GET /orders`, in the words of REST APIs. */
export const routeSettingsOf = ({ httpApi, stage }: Scene, name: string, route?: string): Partial<MethodSetting> => {
  if (httpApi !== undefined) {
    const found = httpApi.stages.get(name);
    const settings = route === undefined ? found?.defaultRouteSettings : found?.routeSettings[route];
    const { detailedMetricsEnabled: metricsEnabled, ...others } = settings ?? {};
    return { ...others, ...(metricsEnabled === undefined ? {} : { metricsEnabled }) };
  }
  const [verb = "", path = ""] = route?.split(" ") ?? ["*", "*"];
  const key = route === undefined ? "*/*" : `${path.replaceAll("/", "~1")}/${verb}`;
  return stage(name)?.methodSettings[key] ?? {};
};

/** Ids, stages, deployments and their tags are called the same in the simulator. */
const asRestApi = (api: HttpApi): RestApi => Object.assign(api as unknown as RestApi, { id: api.apiId });

/** Puts an API of version 2 in the REST API's place. Its deployments are complete at once. */
const putHttpApi = (
  { gateway: { world } }: Simulator,
  { id }: RestApi,
  { kind, definition = ordersHttpApi }: SceneOptions,
): HttpApi => {
  world.restApis.delete(id);
  world.delays.deploymentMs = 0;
  return kind === "http"
    ? seedHttpApi(world, definition, { id })
    : seedWebSocketApi(world, { ping: '{"message": "pong from $context.stage"}' }, { id });
};

type GatewayWorld = Simulator["gateway"]["world"];

/** A deployment that others made of the draft as it is now. */
export const addHttpDeployment = (world: GatewayWorld, api: HttpApi, description: string, createdDate = 1): string => {
  const deploymentId = world.newId(6);
  const definition = structuredClone(api.draft);
  const made = { deploymentId, description, createdDate, autoDeployed: false, settlesAt: 0, servedFrom: 0, definition };
  api.deployments.set(deploymentId, made);
  return deploymentId;
};

const addHttpStage = (world: GatewayWorld, api: HttpApi, stageName: string, members: Partial<Stage>): Stage => {
  const { deploymentId, tags = {}, variables = {}, description } = members;
  const stage = {
    stageName,
    deploymentId: deploymentId ?? addHttpDeployment(world, api, "Friday's release"),
    ...(description === undefined ? {} : { description }),
    defaultRouteSettings: { detailedMetricsEnabled: false },
    routeSettings: {},
    stageVariables: variables,
    tags,
    createdDate: 1_700_000_000_000,
    lastUpdatedDate: 1_700_000_000_000,
  };
  api.stages.set(stageName, stage);
  return stage as unknown as Stage;
};

/** One REST API, one repository with one open pull request, both services, and the action to run against them. */
const openSceneWith = async (runScript: ScriptRunner, options: SceneOptions): Promise<Scene> => {
  const simulator = await startSimulator({
    runScript,
    gateway: { rateLimits: false, ...options.gateway },
    ...(options.github === undefined ? {} : { github: options.github }),
    ...(options.access === undefined ? {} : { access: options.access }),
  });
  const { kind, definition = ordersApi } = options;
  const api = seedRestApi(simulator.gateway.world, kind === undefined ? definition : ordersApi, {
    id: "a1b2c3d4e5",
    ...(options.endpointType === undefined ? {} : { endpointType: options.endpointType }),
  });
  const httpApi = kind === undefined ? undefined : putHttpApi(simulator, api, options);
  const scenesApi = httpApi === undefined ? api : asRestApi(httpApi);
  const { repository } = simulator;
  const pull = openPullRequest(simulator.github.world, repository, { user: "alice", headRef: "feature" });
  const opened = (action = "opened"): WorkflowEvent => pullRequestEvent(repository, pull, action);
  return {
    ...simulator,
    api: scenesApi,
    httpApi,
    pull,
    opened,
    stage: (name) => scenesApi.stages.get(name),
    asked: () => simulator.gateway.server.exchanges.map(({ operation }) => operation),
    addStage: (name, members = {}, of = scenesApi) => {
      if (httpApi !== undefined) return addHttpStage(simulator.gateway.world, of as unknown as HttpApi, name, members);
      const id = simulator.gateway.world.newId(6);
      of.deployments.set(id, { id, description: "Friday's release", createdDate: 1, definition: of.draft });
      const stage: Stage = {
        stageName: name,
        deploymentId: id,
        cacheClusterEnabled: false,
        methodSettings: {},
        tracingEnabled: false,
        createdDate: 1_700_000_000_000,
        lastUpdatedDate: 1_700_000_000_000,
        ...members,
      };
      of.stages.set(name, stage);
      return stage;
    },
    comments: () => [...repository.comments.values()],
    records: () => [...repository.deployments.values()],
    deploy: async (inputs = {}, { kill, continueOnError = false, ...job } = {}) => {
      const run = await simulator.runJob({
        event: opened(),
        ...job,
        actionPath,
        steps: [
          {
            id: "apigw",
            uses: "./",
            with: { [httpApi === undefined ? "rest-api-id" : "api-id"]: api.id, ...inputs },
            continueOnError,
            ...(kill === undefined ? {} : { kill }),
          },
        ],
      });
      const [main] = run.steps;
      return { ...run, outputs: main?.outputs ?? {}, summary: main?.summary ?? "", text: run.log.join("\n") };
    },
  };
};

export type Scenes = {
  readonly openScene: (options?: SceneOptions) => Promise<Scene>;
  /** Opens a scene, plays in it and closes it in any case. */
  readonly inScene: (options: SceneOptions, play: (scene: Scene) => Promise<void>) => Promise<void>;
};

/** Scenes whose jobs run like this, unless a job says otherwise. */
export const scenesWith = (runScript: ScriptRunner): Scenes => {
  const openScene: Scenes["openScene"] = (options = {}) => openSceneWith(runScript, options);
  return {
    openScene,
    inScene: async (options, play) => {
      const scene = await openScene(options);
      try {
        await play(scene);
      } finally {
        await scene.close();
      }
    },
  };
};

/** The states that a record went through. */
export const statesOf = (record: Deployment | undefined): string[] => record?.statuses.map(({ state }) => state) ?? [];

/** Waits until it is so. The test's own time limit ends the wait when it never is. */
export const until = async (isSo: () => boolean): Promise<void> => {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 5));
};

/** What Node.js or the AWS SDK would print of their own accord. */
export const noise = /\(node:\d+\)|(?:Deprecation|Experimental)Warning|--trace-|NodeVersionSupport/;
