import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { stringify } from "yaml";
import { importApi } from "../../simulator/gateway/openapi/import-api.ts";
import { importApi as importHttpApi } from "../../simulator/gateway-v2/openapi/import-api.ts";
import { freshFolder } from "../../simulator/runner/fresh-folder.ts";
import { inScene, type JobSettings, type Scene, type SceneOptions } from "./scene.ts";

/** OpenAPI 3.0 and Swagger 2.0 of REST APIs, and OpenAPI 3.0 of HTTP APIs. */
type Dialect = "openapi" | "swagger" | "http";

/** What a route of `definitionWith` is to be like. */
export type RouteSketch = {
  readonly needs?: "iam" | "key" | "iam and key";
  /** What the preview answers on it. */
  readonly answer?: string;
};

const requirements = {
  iam: [{ sigv4: [] }],
  key: [{ key: [] }],
  "iam and key": [{ sigv4: [], key: [] }],
} as const;

const mock = (answer: string): object => ({
  type: "mock",
  requestTemplates: { "application/json": '{"statusCode": 200}' },
  responses: { default: { statusCode: "200", responseTemplates: { "application/json": answer } } },
});

/** HTTP APIs answer nothing themselves; this backend does. */
const backend = (answer: string): object => ({
  type: "http_proxy",
  httpMethod: "GET",
  uri: `http://backend.localhost/?body=${encodeURIComponent(answer)}`,
  payloadFormatVersion: "1.0",
});

const operation = ({ needs, answer = "{}" }: RouteSketch, dialect: Dialect): object => ({
  ...(needs === undefined ? {} : { security: requirements[needs] }),
  // An HTTP API says of each response that it takes no note of it.
  ...(dialect === "http" ? {} : { responses: { "200": { description: "ok" } } }),
  "x-amazon-apigateway-integration": dialect === "http" ? backend(answer) : mock(answer),
});

const schemes = {
  sigv4: { type: "apiKey", name: "Authorization", in: "header", "x-amazon-apigateway-authtype": "awsSigv4" },
  key: { type: "apiKey", name: "x-api-key", in: "header" },
};

/** A definition with routes such as `GET /orders` and whatever else is given. */
export const definitionWith = (
  routes: Readonly<Record<string, RouteSketch>>,
  members: object = {},
  dialect: Dialect = "openapi",
): object => {
  const paths: Record<string, Record<string, object>> = {};
  for (const [route, sketch] of Object.entries(routes)) {
    const [verb = "", path = ""] = route.split(" ");
    const key = verb === "ANY" ? "x-amazon-apigateway-any-method" : verb.toLowerCase();
    paths[path] = { ...paths[path], [key]: operation(sketch, dialect) };
  }
  const head =
    dialect === "swagger"
      ? { swagger: "2.0", securityDefinitions: schemes }
      : { openapi: "3.0.3", components: { securitySchemes: schemes } };
  return { ...head, info: { title: "Orders", version: "1" }, paths, ...members };
};

export const yamlWith = (...sketch: Parameters<typeof definitionWith>): string => stringify(definitionWith(...sketch));

export type Workspace = {
  readonly folder: string;
  readonly write: (file: string, text: string | Buffer) => Promise<void>;
  /** What makes a job's steps run in it. */
  readonly job: { readonly runner: NonNullable<JobSettings["runner"]> };
};

/** Opens a scene with a workspace of files, plays in both and closes them in any case. */
export const inWorkspace = async (
  files: Readonly<Record<string, string | Buffer>>,
  play: (scene: Scene, workspace: Workspace) => Promise<void>,
  options: SceneOptions = {},
): Promise<void> => {
  const folder = freshFolder("workspace-");
  const write: Workspace["write"] = async (file, text) => {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), text);
  };
  try {
    for (const [file, text] of Object.entries(files)) await write(file, text);
    await inScene(options, (scene) => play(scene, { folder, write, job: { runner: { workspace: folder } } }));
  } finally {
    await rm(folder, { recursive: true });
  }
};

/** The routes that a stage serves, sorted. */
export const routesOf = ({ api, httpApi, stage }: Scene, stageName: string): string[] => {
  const id = stage(stageName)?.deploymentId ?? "";
  const names =
    httpApi === undefined
      ? [...(api.deployments.get(id)?.definition.resources.values() ?? [])].flatMap(({ path, methods }) =>
          [...methods.keys()].map((verb) => `${verb} ${path}`),
        )
      : [...(httpApi.deployments.get(id)?.definition.routes.values() ?? [])].map(({ routeKey }) => routeKey);
  return names.sort();
};

/** Somebody else imports into the draft. */
export const importInto = ({ gateway: { world }, api, httpApi }: Scene, definition: string): void => {
  if (httpApi === undefined) importApi(world, api, Buffer.from(definition), { mode: "overwrite" });
  else importHttpApi(world, httpApi, definition, {});
};
