import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { stringify } from "yaml";
import { inScene, type JobSettings, type Scene, type SceneOptions } from "./scene.ts";

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

const operation = ({ needs, answer = "{}" }: RouteSketch): object => ({
  ...(needs === undefined ? {} : { security: requirements[needs] }),
  responses: { "200": { description: "ok" } },
  "x-amazon-apigateway-integration": {
    type: "mock",
    requestTemplates: { "application/json": '{"statusCode": 200}' },
    responses: { default: { statusCode: "200", responseTemplates: { "application/json": answer } } },
  },
});

const schemes = {
  sigv4: { type: "apiKey", name: "Authorization", in: "header", "x-amazon-apigateway-authtype": "awsSigv4" },
  key: { type: "apiKey", name: "x-api-key", in: "header" },
};

/** An OpenAPI 3.0 document, or a Swagger 2.0 one, with routes such as `GET /orders` and whatever else is given. */
export const definitionWith = (
  routes: Readonly<Record<string, RouteSketch>>,
  members: object = {},
  dialect: "openapi" | "swagger" = "openapi",
): object => {
  const paths: Record<string, Record<string, object>> = {};
  for (const [route, sketch] of Object.entries(routes)) {
    const [verb = "", path = ""] = route.split(" ");
    const key = verb === "ANY" ? "x-amazon-apigateway-any-method" : verb.toLowerCase();
    paths[path] = { ...paths[path], [key]: operation(sketch) };
  }
  const head =
    dialect === "openapi"
      ? { openapi: "3.0.3", components: { securitySchemes: schemes } }
      : { swagger: "2.0", securityDefinitions: schemes };
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
  const folder = await mkdtemp(join(tmpdir(), "workspace-"));
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
export const routesOf = ({ api, stage }: Scene, stageName: string): string[] =>
  [...(api.deployments.get(stage(stageName)?.deploymentId ?? "")?.definition.resources.values() ?? [])]
    .flatMap(({ path, methods }) => [...methods.keys()].map((verb) => `${verb} ${path}`))
    .sort();
