import type { Values } from "./json-values.ts";
import type { OperationSchema } from "./operation-schema.ts";
import type { Shape, Structure } from "./schema.ts";
import { ServiceError } from "./service-error.ts";

/** By structure and member, `PatchOperation.op`, or by a member that means the same wherever it stands. */
export type Enumerations = Readonly<Record<string, readonly string[]>>;

/** HTTP status codes in a request's path or body. */
const statusCodePattern = "[1-5]\\d\\d";

/**
 * Checks what the service model demands of an input: required members, enumerations, patterns. The texts and their
 * order, body before path, are recorded behaviour of API Gateway.
 *
 * @throws ServiceError of type `invalidType` 400 that lists every violation
 */
export const constraintsOf =
  (enumerations: Enumerations, invalidType: string) =>
  (operation: OperationSchema, input: Values): void => {
    const prefix = `${operation.name.charAt(0).toLowerCase()}${operation.name.slice(1)}Input.`;
    const inBody = operation.input.members.filter(({ location }) => location === "body");
    const outside = operation.input.members.filter(({ location }) => location !== "body");
    const violations = [
      ...structureViolations(enumerations, { ...operation.input, members: inBody }, input, prefix),
      ...structureViolations(enumerations, { ...operation.input, members: outside }, input, ""),
    ];
    if (violations.length === 0) return;
    const count = `${violations.length} validation error${violations.length === 1 ? "" : "s"} detected`;
    throw new ServiceError(400, invalidType, `${count}: ${violations.join("; ")}`);
  };

const violation = (value: unknown, place: string, demand: string): string =>
  `Value ${value === null ? "null" : `'${value}'`} at '${place}' failed to satisfy constraint: ${demand}`;

const structureViolations = (
  enumerations: Enumerations,
  structure: Structure,
  values: Values,
  prefix: string,
): string[] =>
  structure.members.flatMap((member) => {
    const place = `${prefix}${member.name}`;
    const value = values[member.name];
    if (value === undefined) return member.required ? [violation(null, place, "Member must not be null")] : [];
    return [
      ...valueViolations(enumerations, structure, member.name, value, place),
      ...nestedViolations(enumerations, member.shape, value, place),
    ];
  });

const valueViolations = (
  enumerations: Enumerations,
  structure: Structure,
  name: string,
  value: unknown,
  place: string,
): string[] => {
  const allowed = enumerations[`${structure.name}.${name}`] ?? enumerations[name];
  if (allowed) return enumerationViolations(allowed, value, place);
  const isStatusCode = name === "statusCode" && structure.name.endsWith("ResponseRequest");
  if (!isStatusCode || new RegExp(`^${statusCodePattern}$`).test(String(value))) return [];
  return [violation(value, place, `Member must satisfy regular expression pattern: ${statusCodePattern}`)];
};

const enumerationViolations = (allowed: readonly string[], value: unknown, place: string): string[] => {
  const demand = `Member must satisfy enum value set: [${allowed.join(", ")}]`;
  if (!Array.isArray(value)) return allowed.includes(String(value)) ? [] : [violation(value, place, demand)];
  if (value.every((item) => allowed.includes(item))) return [];
  return [violation(`[${value.join(", ")}]`, place, `Member must satisfy constraint: [${demand}]`)];
};

/** Lists count from 1 and go through `member` (recorded: `patchOperations.1.member.op`), maps through their keys. */
const nestedViolations = (enumerations: Enumerations, shape: Shape, value: unknown, place: string): string[] => {
  if (shape.kind === "structure") return structureViolations(enumerations, shape, value as Values, `${place}.`);
  if (shape.kind === "map") {
    return Object.entries(value as Values).flatMap(([key, item]) =>
      nestedViolations(enumerations, shape.value, item, `${place}.${key}.member`),
    );
  }
  if (shape.kind !== "list") return [];
  return (value as readonly unknown[]).flatMap((item, index) =>
    nestedViolations(enumerations, shape.member, item, `${place}.${index + 1}.member`),
  );
};
