import { GetExportCommand } from "@aws-sdk/client-api-gateway";
import { routeKey, VERBS } from "../../domain/route.ts";
import { authorizersIn, exportedDocument, integrationText } from "../exported-document.ts";
import type { StageExport } from "../gateway.ts";
import { read } from "../retry.ts";
import { type Session, undefinedWhenDenied, undefinedWhenMissing } from "../session.ts";

/**
 * The deployment that a stage serves with its authorizers as an OpenAPI 3.0 document, which nothing else tells: an export
 * is of that deployment and not of the draft (Developer Guide, "Export a REST API"). `undefined` where the stage is missing
 * or the role may not look.
 */
export const exportStage = async (
  { client, restApiId, path, pacing, readOptions, call }: Session,
  stageName: string,
): Promise<StageExport | undefined> => {
  const resource = `${path}/stages/${stageName}/exports/oas30`;
  const command = new GetExportCommand({
    restApiId,
    stageName,
    exportType: "oas30",
    parameters: { extensions: "integrations,authorizers" },
    accepts: "application/json",
  });
  const exported = read(call("GetExport", "GET", resource, `export stage ${stageName}`), pacing, () =>
    undefinedWhenMissing(client.send(command, readOptions).then(({ body }) => exportOf(body))),
  );
  return undefinedWhenDenied(exported);
};

const exportOf = (body: Uint8Array | undefined): StageExport => {
  const exported = exportedDocument(body);
  const integrations = Object.entries(exported.paths).flatMap(([path, item]) =>
    [...VERBS].flatMap(([member, verb]) => {
      const content = item[member];
      return content === undefined ? [] : [integrationText(routeKey({ verb, path }), content)];
    }),
  );
  return { document: exported, integrations: [...integrations, ...authorizersIn(exported)] };
};
