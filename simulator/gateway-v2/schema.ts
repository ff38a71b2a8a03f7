import * as client from "@aws-sdk/client-apigatewayv2";
import { type OperationSchema, operationOf, operationsIn } from "../aws/operation-schema.ts";
import type { Member, Shape, Structure } from "../aws/schema.ts";

/**
 * The same structure with its members in camel case, in whatever it contains too: `StageName` → `stageName`. So they
 * stand on the wire, in the audit trail and in the texts of errors.
 */
const inCamelCase = (structure: Structure): Structure => {
  let members: readonly Member[] | undefined;
  return {
    kind: structure.kind,
    name: structure.name,
    get members() {
      members ??= structure.members.map((member) => ({
        ...member,
        name: `${member.name.charAt(0).toLowerCase()}${member.name.slice(1)}`,
        shape: shapeInCamelCase(member.shape),
      }));
      return members;
    },
  };
};

const shapeInCamelCase = (shape: Shape): Shape => {
  if (shape.kind === "structure") return inCamelCase(shape);
  if (shape.kind === "list") return { ...shape, member: shapeInCamelCase(shape.member) };
  return shape.kind === "map" ? { ...shape, value: shapeInCamelCase(shape.value) } : shape;
};

/** What is simulated of custom domains is, with their REST APIs' mappings, in the service of version 1. */
const isOfDomains = ({ path }: OperationSchema): boolean => path.startsWith("/v2/domainnames");

/** All operations that the SDK knows, but those of custom domains. */
export const operationSchemas: readonly OperationSchema[] = operationsIn(client)
  .map((schema) => operationOf(schema, inCamelCase))
  .filter((operation) => !isOfDomains(operation));
