import { GetExportCommand } from "@aws-sdk/client-api-gateway";
import * as z from "zod/mini";
import { routeKey } from "../../domain/route.ts";
import { authorizersIn } from "../authorizer-texts.ts";
import { checked, parsedJson } from "../checked.ts";
import type { StageExport } from "../gateway.ts";
import { read } from "../retry.ts";
import { type Session, undefinedWhenDenied, undefinedWhenMissing } from "../session.ts";

const INTEGRATION = "x-amazon-apigateway-integration";
/** How a document says ANY. */
const ANY_METHOD = "x-amazon-apigateway-any-method";

const operation = z.looseObject({ [INTEGRATION]: z.optional(z.unknown()) });
const document = z.looseObject({
  paths: z.record(z.string(), z.record(z.string(), z.unknown())),
});

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
    undefinedWhenMissing(client.send(command, readOptions).then(({ body }) => exportOf(parsedJson(body ?? "")))),
  );
  return undefinedWhenDenied(exported);
};

const exportOf = (answer: unknown): StageExport => {
  const { paths } = checked(document, answer);
  const integrations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([verb, method]) => {
      const integration = operation.safeParse(method).data?.[INTEGRATION];
      if (integration === undefined) return [];
      const route = routeKey({ verb: verb === ANY_METHOD ? "ANY" : verb.toUpperCase(), path });
      return [{ route, text: JSON.stringify(integration) }];
    }),
  );
  return { document: answer, integrations: [...integrations, ...authorizersIn(answer)] };
};
