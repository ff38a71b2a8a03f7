import * as client from "@aws-sdk/client-api-gateway";
import { ListRoutingRules$ } from "@aws-sdk/client-apigatewayv2";
import { type OperationSchema, operationOf, operationsIn } from "../aws/operation-schema.ts";
import { withAdditions } from "./schema-additions.ts";

/** All operations that the SDK knows. */
export const operationSchemas: readonly OperationSchema[] = [
  ...operationsIn(client),
  // Routing rules of custom domains can lead to stages of REST APIs, and are known to the second version's service only.
  ListRoutingRules$ as unknown as readonly unknown[],
].map((schema) => operationOf(schema, withAdditions));
