import { stringify } from "yaml";
import { badRequest } from "../../gateway/service-error.ts";
import { apiView, newApi } from "../api.ts";
import { deployAutomatically } from "../auto-deploy.ts";
import type { Api, Definition } from "../model.ts";
import { exportApi } from "../openapi/export-api.ts";
import { importApi } from "../openapi/import-api.ts";
import type { Operation } from "../operation.ts";
import { requireApi, requireDeployment, requireStage } from "./identifiers.ts";

const importNew: Operation = (input, world) => {
  const api = newApi(world, { name: "", protocolType: "HTTP" });
  importApi(world, api, input.body, input);
  world.apis.set(api.apiId, api);
  return apiView(world, api);
};

/** The whole draft is replaced (API reference, ReimportApi). */
const reimport: Operation = (input, world) => {
  const api = requireHttpApi(requireApi(world, input.apiId), "Import");
  importApi(world, api, input.body, input);
  deployAutomatically(world, api);
  return apiView(world, api);
};

const requireHttpApi = (api: Api, what: string): Api => {
  if (api.protocolType === "HTTP") return api;
  throw badRequest(`${what} is not supported on protocolType WEBSOCKET`);
};

/** Of a stage what it is pointed at, else the draft (Developer Guide, "Export HTTP APIs from API Gateway"). */
const exportOne: Operation = (input, world) => {
  const { specification, outputType, exportVersion = "1.0", includeExtensions = true, stageName } = input;
  if (specification !== "OAS30") throw badRequest("Invalid specification specified. Must be OAS30");
  if (outputType !== "JSON" && outputType !== "YAML") {
    throw badRequest("Invalid output type specified. Must be one of: [JSON, YAML]");
  }
  if (exportVersion !== "1.0") throw badRequest("Invalid export version specified. Must be 1.0");
  const api = requireHttpApi(requireApi(world, input.apiId), "Export");
  const definition = stageName === undefined ? api.draft : deployed(api, stageName);
  const basePath = stageName === undefined || stageName === "$default" ? "" : stageName;
  const document = exportApi({ world, api, definition, basePath, extensions: includeExtensions });
  return { body: Buffer.from(outputType === "YAML" ? stringify(document) : JSON.stringify(document, undefined, 2)) };
};

/** What the service answers for a stage without deployment is not known. */
const deployed = (api: Api, stageName: string): Definition =>
  requireDeployment(api, requireStage(api, stageName).deploymentId ?? "").definition;

export const openApiOperations: Record<string, Operation> = {
  ImportApi: importNew,
  ReimportApi: reimport,
  ExportApi: exportOne,
};
