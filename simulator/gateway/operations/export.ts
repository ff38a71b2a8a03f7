import { stringify } from "yaml";
import type { Operation } from "../model.ts";
import { exportApi, exportVersion } from "../openapi/export-api.ts";
import { badRequest } from "../service-error.ts";
import { requireDeployment, requireRestApi, requireStage } from "./identifiers.ts";

/**
 * The document of the deployment behind a stage, not of the draft (Developer Guide, "Export a REST API from API
 * Gateway"). Both answers are attachments of type `application/octet-stream` (recorded behaviour).
 */
const getExport: Operation = (input, world) => {
  const api = requireRestApi(world, input.restApiId);
  const stage = requireStage(api, input.stageName);
  const { definition } = requireDeployment(api, stage.deploymentId);
  if (input.exportType !== "swagger" && input.exportType !== "oas30") {
    throw badRequest(`No API exporter for type '${input.exportType}'`);
  }
  const extensions: string[] = (input.parameters?.extensions ?? "").split(",");
  const apigateway = extensions.includes("apigateway");
  const document = exportApi({
    api,
    definition,
    stageName: stage.stageName,
    region: world.region,
    dialect: input.exportType,
    apigateway,
    integrations: apigateway || extensions.includes("integrations"),
    authorizers: apigateway || extensions.includes("authorizers"),
  });
  const asYaml = /\byaml\b/.test(input.accepts ?? "");
  const fileName = `${input.exportType}_${exportVersion(api)}.${asYaml ? "yaml" : "json"}`;
  return {
    contentType: "application/octet-stream",
    contentDisposition: `attachment; filename="${fileName}"`,
    body: Buffer.from(asYaml ? stringify(document) : JSON.stringify(document, undefined, 2)),
  };
};

export const exportOperations: Record<string, Operation> = { GetExport: getExport };
