import * as client from "@aws-sdk/client-api-gateway";
import * as versionTwo from "@aws-sdk/client-apigatewayv2";
import { type OperationSchema, operationOf, operationsIn } from "../aws/operation-schema.ts";
import { withAdditions } from "./schema-additions.ts";

/** Whether it is the second version's: some names are those of operations of the first. */
export const isVersionTwo = ({ path }: OperationSchema): boolean => path.startsWith("/v2/");

const isAboutDomains = ({ path }: OperationSchema): boolean => path.startsWith("/v2/domainnames");

/** All operations that the SDK knows, and those of the second version that are about custom domains. */
export const operationSchemas: readonly OperationSchema[] = [
  ...operationsIn(client).map((schema) => operationOf(schema, withAdditions)),
  ...operationsIn(versionTwo)
    .map((schema) => operationOf(schema, withAdditions))
    .filter(isAboutDomains),
];
