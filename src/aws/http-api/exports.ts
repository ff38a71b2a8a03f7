import { ExportApiCommand } from "@aws-sdk/client-apigatewayv2";
import { type Routes, routeKey } from "../../domain/route.ts";
import { readRoutes } from "../../inputs/definition/read-routes.ts";
import { readNeeds } from "../../inputs/definition/security.ts";
import { authorizersIn, exportedDocument, integrationText } from "../exported-document.ts";
import type { StageExport } from "../gateway.ts";
import { read } from "../retry.ts";
import { undefinedWhenDenied, undefinedWhenMissing } from "../session.ts";
import type { Session } from "./session.ts";

/** With what callers need for each route. */
export type HttpExport = StageExport & { readonly routes: Routes };

/**
 * The deployment that a stage of an HTTP API serves, or without a stage the draft, as an OpenAPI 3.0 document (Developer
 * Guide, "Export HTTP APIs from API Gateway"). Of a deployment nothing else tells what it holds. `undefined` where the
 * stage is missing or the role may not look.
 */
export const exportApi = (
  { client, restApiId: ApiId, path, pacing, readOptions, call }: Session,
  stageName: string | undefined,
): Promise<HttpExport | undefined> => {
  const what = stageName === undefined ? "export the draft" : `export stage ${stageName}`;
  const command = new ExportApiCommand({
    ApiId,
    Specification: "OAS30",
    OutputType: "JSON",
    IncludeExtensions: true,
    ...(stageName === undefined ? {} : { StageName: stageName }),
  });
  return undefinedWhenDenied(
    read(call("ExportApi", "GET", `${path}/exports/OAS30`, what), pacing, () =>
      undefinedWhenMissing(client.send(command, readOptions).then(({ body }) => exportOf(body))),
    ),
  );
};

const exportOf = (body: Uint8Array | undefined): HttpExport => {
  const exported = exportedDocument(body);
  const { operations } = readRoutes(exported, "http");
  return {
    document: exported,
    routes: readNeeds(exported, operations, "http"),
    integrations: [
      ...operations.map(({ route, content }) => integrationText(routeKey(route), content)),
      ...authorizersIn(exported),
    ],
  };
};
