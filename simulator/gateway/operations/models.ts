import type { Operation, RestApi, World } from "../model.ts";
import { checkModelName } from "../model-name.ts";
import { badRequest, conflict, notFound } from "../service-error.ts";
import { requireRestApi } from "./identifiers.ts";
import { pageOf } from "./pages.ts";

type Model = Record<string, unknown>;

const draft04 = "http://json-schema.org/draft-04/schema#";

/** The models that CreateRestApi puts into a fresh draft (recorded behaviour); imports do not. */
export const defaultModels = (world: World): Map<string, Model> => {
  const model = (name: string, description: string, schema: object): Model => ({
    id: world.newId(6),
    name,
    description,
    contentType: "application/json",
    schema: JSON.stringify({ $schema: draft04, title: `${name} Schema`, type: "object", ...schema }, undefined, 2),
  });
  return new Map([
    ["Empty", model("Empty", "This is a default empty schema model", {})],
    ["Error", model("Error", "This is a default error schema model", { properties: { message: { type: "string" } } })],
  ]);
};

const createModel: Operation = (input, world) => {
  const { draft } = requireRestApi(world, input.restApiId);
  checkModelName(input.name);
  if (!input.schema) throw badRequest("Model schema must have at least 1 property or array items defined");
  if (draft.models.has(input.name)) throw conflict("Model name already exists for this REST API");
  const { restApiId: _, ...members } = input;
  const model: Model = { id: world.newId(6), ...members };
  draft.models.set(input.name, model);
  return model;
};

const getModels: Operation = (input, world) =>
  pageOf(requireRestApi(world, input.restApiId).draft.models.values(), (model) => String(model["name"]), input);

/** An unknown REST API is refused as an unknown model (recorded behaviour). */
const requireModel = (api: RestApi | undefined, name: string): Model => {
  const model = api?.draft.models.get(name);
  if (model === undefined) throw notFound(`Invalid model name specified: ${name}`);
  return model;
};

const getModel: Operation = (input, world) => requireModel(world.restApis.get(input.restApiId), input.modelName);

const deleteModel: Operation = (input, world) => {
  const api = world.restApis.get(input.restApiId);
  requireModel(api, input.modelName);
  const user = api && methodThatUses(api, input.modelName);
  if (user) throw conflict(`Cannot delete model '${input.modelName}', is referenced in method request: ${user}`);
  api?.draft.models.delete(input.modelName);
};

const methodThatUses = (api: RestApi, modelName: string): string | undefined => {
  for (const resource of api.draft.resources.values()) {
    for (const method of resource.methods.values()) {
      if (Object.values(method.requestModels ?? {}).includes(modelName)) return `${resource.path}/${method.httpMethod}`;
    }
  }
  return undefined;
};

export const modelOperations: Record<string, Operation> = {
  CreateModel: createModel,
  GetModels: getModels,
  GetModel: getModel,
  DeleteModel: deleteModel,
};
