import { routeKey } from "../../domain/route.ts";
import type { IntegrationText } from "../../domain/stage.ts";
import type { Operation } from "./read-routes.ts";
import { mappingAt, textOf } from "./values.ts";

/** The integrations that invoke functions of AWS Lambda: their URI, and the role that they do it as. */
export const functionTextsOf = (operations: readonly Operation[]): readonly IntegrationText[] =>
  operations.flatMap(({ route, content }) => {
    const integration = mappingAt(content["x-amazon-apigateway-integration"]);
    const uri = textOf(integration["uri"]);
    return uri?.includes(":function:") === true
      ? [{ route: routeKey(route), text: JSON.stringify({ uri, credentials: textOf(integration["credentials"]) }) }]
      : [];
  });
