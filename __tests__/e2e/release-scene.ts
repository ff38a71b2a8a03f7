import { setTimeout as sleep } from "node:timers/promises";
import type { Stage } from "../../simulator/gateway/model.ts";
import { importApi } from "../../simulator/gateway/openapi/import-api.ts";
import { importApi as importHttpApi } from "../../simulator/gateway-v2/openapi/import-api.ts";
import { dispatchEvent } from "../../simulator/github/events.ts";
import { approveJob } from "../../simulator/github/jobs.ts";
import { addHttpDeployment, type Ended, type JobSettings, type Scene } from "./scene.ts";

/** Stages with several versions of one API, and the commands that move them. */

export type Version = {
  readonly status?: number;
  /** What `GET /health` answers. */
  readonly body?: string;
  /** Further routes, `GET /pets`. */
  readonly routes?: readonly string[];
  /** Stage variables that the integrations use. */
  readonly variables?: readonly string[];
  /** Functions of AWS Lambda that `GET /{name}` invoke, by name and qualifier. */
  readonly functions?: readonly string[];
  /** Makes `GET /health` ask for a signature. */
  readonly signed?: boolean;
};

const integration = (status: number, body: string, variables: readonly string[] = []): object => ({
  type: "mock",
  requestTemplates: { "application/json": `{"statusCode": ${status}}` },
  responses: {
    default: {
      statusCode: String(status),
      responseTemplates: {
        "application/json": [body, ...variables.map((name) => `\${stageVariables.${name}}`)].join(""),
      },
    },
  },
});

const operation = (status: number, body: string, { variables = [], signed = false }: Version): object => ({
  ...(signed ? { "x-amazon-apigateway-auth": { type: "AWS_IAM" } } : {}),
  responses: { [status]: { description: "An answer" } },
  "x-amazon-apigateway-integration": integration(status, body, variables),
});

const invocationOf = (name: string): string =>
  `arn:aws:apigateway:eu-central-1:lambda:path/2015-03-31/functions/arn:aws:lambda:eu-central-1:123456789012:function:${name}/invocations`;

const invoking = (name: string): object => ({
  responses: { 200: { description: "An answer" } },
  "x-amazon-apigateway-integration": { type: "aws_proxy", httpMethod: "POST", uri: invocationOf(name) },
});

/** An API that answers `GET /health`. */
export const versionOf = (version: Version): string => {
  const { status = 200, body = '{"health": "fine"}', routes = [] } = version;
  const paths: Record<string, Record<string, object>> = { "/health": { get: operation(status, body, version) } };
  for (const route of routes) {
    const [verb = "", path = ""] = route.split(" ");
    paths[path] = { ...paths[path], [verb.toLowerCase()]: operation(200, "{}", {}) };
  }
  for (const name of version.functions ?? []) paths[`/${name.split(":")[0]}`] = { get: invoking(name) };
  return JSON.stringify({ openapi: "3.0.1", info: { title: "Orders", version: "1" }, paths });
};

/** The same of an HTTP API: a backend that answers so, and the variables go to it. */
const httpVersionOf = (version: Version): string => {
  const { status = 200, body = '{"health": "fine"}', routes = [], variables = [], functions = [], signed } = version;
  const paths: Record<string, Record<string, object>> = {};
  const add = (route: string, integration: object, members: object = {}): void => {
    const [verb = "", path = ""] = route.split(" ");
    const target = { payloadFormatVersion: "1.0", ...integration };
    paths[path] = { ...paths[path], [verb.toLowerCase()]: { ...members, "x-amazon-apigateway-integration": target } };
  };
  const answering = (code: number, text: string): object => {
    const query = [`status=${code}`, `body=${encodeURIComponent(text)}`];
    for (const name of variables) query.push(`${name}=\${stageVariables.${name}}`);
    return { type: "http_proxy", httpMethod: "GET", uri: `http://backend.localhost/?${query.join("&")}` };
  };
  add("GET /health", answering(status, body), signed ? { security: [{ sigv4: [] }] } : {});
  for (const route of routes) add(route, answering(200, "{}"));
  for (const name of functions) {
    const [path = ""] = name.split(":");
    add(`GET /${path}`, { type: "aws_proxy", httpMethod: "POST", uri: invocationOf(name) });
  }
  const sigv4 = { type: "apiKey", name: "Authorization", in: "header", "x-amazon-apigateway-authtype": "awsSigv4" };
  const components = { securitySchemes: { sigv4 } };
  return JSON.stringify({ openapi: "3.0.1", info: { title: "Orders", version: "1" }, paths, components });
};

/** Somebody else changes the API's draft. */
export const changeDraft = ({ gateway, api, httpApi }: Scene, version: Version): void => {
  if (httpApi !== undefined) importHttpApi(gateway.world, httpApi, httpVersionOf(version), {});
  else importApi(gateway.world, api, Buffer.from(versionOf(version)), { mode: "overwrite" });
};

/** A deployment of this version; the draft holds it afterwards. `description`: as its maker gave it. */
export const addVersion = (scene: Scene, version: Version = {}, description = "By hand", createdDate = 1): string => {
  changeDraft(scene, version);
  if (scene.httpApi !== undefined) {
    return addHttpDeployment(scene.gateway.world, scene.httpApi, description, createdDate);
  }
  const id = scene.gateway.world.newId(6);
  scene.api.deployments.set(id, { id, description, createdDate, definition: structuredClone(scene.api.draft) });
  return id;
};

/** A stage that others made, with a deployment of this version; the draft holds it afterwards. */
export const addStageOf = (scene: Scene, name: string, version: Version = {}, members: Partial<Stage> = {}): Stage =>
  scene.addStage(name, { deploymentId: addVersion(scene, version), ...members });

/** Audit events reach back 90 days: to deployments of today, and not to those of a scene, which are older. */
export const deployedToday = ({ api }: Scene): void => {
  for (const made of api.deployments.values()) api.deployments.set(made.id, { ...made, createdDate: Date.now() });
};

/** Where stages answer on this machine. */
export const dataPlane = ({ gateway }: Scene): string => `${gateway.server.url}/{rest-api-id}/{stage}`;

/** What everybody can call. */
export const answerOf = async ({ gateway, api }: Scene, stage: string, path = "/health"): Promise<string> => {
  const response = await fetch(`${gateway.server.url}/${api.id}/${stage}${path}`);
  return `${response.status} ${await response.text()}`;
};

type Inputs = Readonly<Record<string, string>>;

const released = (scene: Scene, inputs: Inputs, job: JobSettings): Promise<Ended> =>
  scene.deploy({ "stage-name": "prod", ...inputs }, { event: dispatchEvent(scene.repository, "alice"), ...job });

/** Promotes `test` to `prod`, without a gate unless one is given. */
export const promote = (scene: Scene, inputs: Inputs = {}, job: JobSettings = {}): Promise<Ended> =>
  released(scene, { command: "promote", "from-stage-name": "test", gate: "off", ...inputs }, job);

export const rollBack = (scene: Scene, inputs: Inputs = {}, job: JobSettings = {}): Promise<Ended> =>
  released(scene, { command: "rollback", ...inputs }, job);

export const deployTo = (scene: Scene, stage: string, inputs: Inputs = {}, job: JobSettings = {}): Promise<Ended> =>
  released(scene, { command: "deploy", "stage-name": stage, ...inputs }, job);

/** Operations of API Gateway that change something, in order. */
export const written = (scene: Scene): string[] =>
  scene.asked().filter((operation) => !/^(?:Get|Export|Describe|List|Lookup|Invoke)/.test(operation));

/** Requests that change something on GitHub, in order; a query is none. */
export const writtenToGitHub = ({ github }: Scene): string[] =>
  github.server.exchanges
    .filter(({ request }) => request.method !== "GET" && !/"query\b|"\\nquery/.test(request.body.toString("utf8")))
    .map(({ operation }) => operation);

/** What a person does who is asked: approves every job that waits, until `over`. */
export const approveAll = async (scene: Scene, user: string, over: Promise<unknown>): Promise<void> => {
  let going = true;
  const stop = (): void => {
    going = false;
  };
  over.then(stop, stop);
  while (going) {
    for (const run of scene.repository.runs.values()) {
      for (const job of run.jobs) if (job.status === "waiting") approveJob(scene.github.world, job, { user });
    }
    await sleep(5, undefined, { ref: false });
  }
};
