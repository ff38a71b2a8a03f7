import { partitionOf } from "../../aws/partition.ts";
import type { World } from "../model.ts";
import { isObject, type OpenApiDocument } from "./document.ts";

/**
 * A definition with the AWS variables that the service resolves on import (Developer Guide, "AWS variables for OpenAPI
 * import"). All other `${…}` stay as they are: CloudFormation's are not resolved, nor are stage variables. Whether the
 * service looks for variables outside of integrations is not known; here every text has them resolved.
 */
export const withAwsVariables = (world: World, document: OpenApiDocument): OpenApiDocument => {
  const values: Readonly<Record<string, string>> = {
    "AWS::AccountId": world.accountId,
    "AWS::Partition": partitionOf(world.region),
    "AWS::Region": world.region,
  };
  const resolved = inTexts(document.content, (text) =>
    text.replaceAll(/\$\{(AWS::\w+)\}/g, (whole, name: string) => values[name] ?? whole),
  );
  return { ...document, content: isObject(resolved) ? resolved : document.content };
};

const inTexts = (value: unknown, change: (text: string) => string): unknown => {
  if (typeof value === "string") return value.includes("${AWS::") ? change(value) : value;
  if (Array.isArray(value)) return value.map((item) => inTexts(item, change));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, inTexts(item, change)]));
};
