import { badRequest, conflict } from "../../gateway/service-error.ts";
import type { Api, Model } from "../model.ts";
import type { Operation } from "../operation.ts";
import { requireApi, requireItem } from "./identifiers.ts";
import { readsOf } from "./reads.ts";

/** Names are unique; a schema is a JSON text (API reference, CreateModel: "Supported only for WebSocket APIs"). */
const checkModel = (api: Api, { modelId, name, schema }: Model): void => {
  if (api.protocolType === "HTTP") throw badRequest("Models are not supported on protocolType HTTP");
  if (!/^[A-Za-z0-9]{1,128}$/.test(name)) throw badRequest("Model name must be alphanumeric");
  if ([...api.draft.models.values()].some((other) => other.modelId !== modelId && other.name === name)) {
    throw conflict(`Model with name ${name} already exists for this API`);
  }
  try {
    JSON.parse(schema);
  } catch {
    throw badRequest("Invalid model schema specified");
  }
};

const createModel: Operation = ({ apiId, ...members }, world) => {
  const api = requireApi(world, apiId);
  const model: Model = { contentType: "application/json", ...members, modelId: world.newId(6) };
  checkModel(api, model);
  api.draft.models.set(model.modelId, model);
  return { ...model };
};

const updateModel: Operation = ({ apiId, modelId, ...members }, world) => {
  const api = requireApi(world, apiId);
  const model: Model = { ...requireItem(api.draft.models, modelId, "Model"), ...members };
  checkModel(api, model);
  api.draft.models.set(modelId, model);
  return { ...model };
};

const deleteModel: Operation = (input, world) => {
  const { models } = requireApi(world, input.apiId).draft;
  requireItem(models, input.modelId, "Model");
  models.delete(input.modelId);
};

export const modelOperations: Record<string, Operation> = {
  CreateModel: createModel,
  ...readsOf({ name: "Model", idMember: "modelId", of: ({ draft }) => draft.models, view: structuredClone }),
  UpdateModel: updateModel,
  DeleteModel: deleteModel,
};
