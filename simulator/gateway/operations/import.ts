import type { Operation, OperationInput, RestApi } from "../model.ts";
import { readDocument } from "../openapi/document.ts";
import { type ImportOptions, importApi } from "../openapi/import-api.ts";
import { endpointConfiguration, newRestApi, restApiView, restApiViewWithoutEmptyTags } from "../rest-api.ts";
import { requireRestApi } from "./identifiers.ts";

/** Warnings are shown only where there are some (recorded behaviour). */
const withWarnings = <View extends object>(view: View, warnings: string[]) =>
  warnings.length > 0 ? { ...view, warnings } : view;

const options = (input: OperationInput, mode: ImportOptions["mode"]): ImportOptions => ({
  mode,
  failOnWarnings: input.failOnWarnings === true,
  basePath: input.parameters?.basepath,
  ignoreDocumentation: input.parameters?.ignore === "documentation",
});

const importRestApi: Operation = (input, world) => {
  const api: RestApi = newRestApi(world, "");
  const type: string | undefined = input.parameters?.endpointConfigurationTypes;
  if (type !== undefined) api.endpointConfiguration = endpointConfiguration({ types: type.split(",") });
  const warnings = importApi(world, api, input.body, options(input, "overwrite"));
  world.restApis.set(api.id, api);
  return withWarnings(restApiViewWithoutEmptyTags(api), warnings);
};

/**
 * Without a mode the definition is merged (API Gateway REST API reference, PutRestApi). A body that is no definition is
 * refused before an API that is not there (recorded behaviour).
 */
const putRestApi: Operation = (input, world) => {
  readDocument(input.body, world.quotas.definitionBytes);
  const api = requireRestApi(world, input.restApiId);
  const warnings = importApi(world, api, input.body, options(input, input.mode ?? "merge"));
  return withWarnings(restApiView(api), warnings);
};

export const importOperations: Record<string, Operation> = {
  ImportRestApi: importRestApi,
  PutRestApi: putRestApi,
};
