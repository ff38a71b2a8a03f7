import { shortened } from "../../shortened.ts";
import type { FoundRoutes } from "../read-routes.ts";
import { type Mapping, textOf } from "../values.ts";
import { type HttpFinding, refused } from "./finding.ts";
import { judgeIntegrations } from "./integrations.ts";
import { judgeSecurity } from "./security.ts";
import { judgeExtensions } from "./without-effect.ts";

/** What an HTTP API would not take as the document says it. What it says no word of is left to the service. */
export const judgeForHttp = (document: Mapping, { operations }: FoundRoutes): readonly HttpFinding[] => [
  ...judgeVersion(document),
  ...judgePaths(operations),
  ...judgeIntegrations(document, operations),
  ...judgeSecurity(document, operations),
  ...judgeExtensions(document),
];

/** Developer Guide, "Use OpenAPI definitions for HTTP APIs": OpenAPI 3.0 only. */
const judgeVersion = (document: Mapping): readonly HttpFinding[] =>
  "swagger" in document && !("openapi" in document)
    ? [
        refused(
          ["swagger"],
          `Swagger ${JSON.stringify(shortened(textOf(document["swagger"]) ?? ""))} cannot be imported into an HTTP API, which takes OpenAPI 3.0 alone. Convert the file (\`openapi: "3.0.3"\`), for example with swagger2openapi.`,
        ),
      ]
    : [];

/** A route key is a method and a path that begins with a slash (API reference, CreateRoute). */
const judgePaths = (operations: FoundRoutes["operations"]): readonly HttpFinding[] =>
  operations
    .filter(({ route }) => route.verb !== "" && !route.path.startsWith("/"))
    .map(({ route, at }) =>
      refused(
        at,
        `The path \`${shortened(route.path)}\` must begin with a slash, as in \`/${shortened(route.path)}\`.`,
      ),
    );
