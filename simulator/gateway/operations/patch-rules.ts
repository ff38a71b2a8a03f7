import { badRequest, notFound, type ServiceError } from "../service-error.ts";
import { type PatchOperation, patchValue } from "./patch.ts";

/** What a patch changes: a copy of the members, so that a refused patch leaves nothing behind. */
export type Patched = Record<string, unknown>;

export type PatchRule = {
  /** Groups are the keys in the path, still escaped. */
  readonly path: RegExp;
  readonly operations: readonly string[];
  /** In place of the general refusal of an operation that the path does not know. */
  readonly refusal?: string;
  /** `key`: the first group of the path, unescaped. */
  readonly apply: (target: Patched, patch: PatchOperation, key: string) => void;
};

export type PatchRefusals = {
  readonly path: (patch: PatchOperation, rules: readonly PatchRule[]) => ServiceError;
  readonly operation: (patch: PatchOperation, rule: PatchRule) => ServiceError;
};

/** The words of the operations on REST APIs, methods, integrations and responses (recorded behaviour). */
export const plainRefusals: PatchRefusals = {
  path: ({ path }) => badRequest(`Invalid patch path ${path ?? null}`),
  operation: (_, { operations, refusal }) =>
    badRequest(refusal ?? `Invalid patch operation specified. Must be one of: [${operations.join(", ")}]`),
};

/**
 * The words of the operations on resources, models, documentation and the account, all of which replace only (recorded
 * behaviour, with two blanks).
 */
export const replaceOnlyRefusals = (paths: readonly string[]): PatchRefusals => {
  const refuse = ({ path, op }: PatchOperation): ServiceError => {
    const advice = op === "replace" ? `Must be one of: [${paths.join(", ")}]` : "Please choose supported operations";
    return badRequest(`Invalid patch path  '${path}' specified for op '${op}'. ${advice}`);
  };
  return { path: refuse, operation: refuse };
};

/**
 * Applies patches in order to `target`.
 *
 * @throws ServiceError 400 or 404 for the first patch that cannot be applied
 */
export const applyPatches = (
  target: Patched,
  patches: readonly PatchOperation[] | undefined,
  rules: readonly PatchRule[],
  refusals: PatchRefusals,
): void => {
  for (const patch of patches ?? []) {
    const rule = rules.find(({ path }) => path.test(patch.path ?? ""));
    if (rule === undefined) throw refusals.path(patch, rules);
    if (!rule.operations.includes(patch.op)) throw refusals.operation(patch, rule);
    rule.apply(target, patch, unescapePointer(rule.path.exec(patch.path)?.[1] ?? ""));
  }
};

/** JSON Pointer, RFC 6901. */
const unescapePointer = (text: string): string => text.replaceAll("~1", "/").replaceAll("~0", "~");

export const isTrue = (text: string): boolean => text.toLowerCase() === "true";

/** `replace /name`. */
export const leaf = (name: string, parse: (text: string) => unknown = (text) => text): PatchRule => ({
  path: new RegExp(`^/${name}$`),
  operations: ["replace"],
  apply: (target, patch) => {
    target[name] = parse(patchValue(patch));
  },
});

/** `replace /name` and `remove /name`; an empty text unsets it too. */
export const optionalLeaf = (name: string): PatchRule => ({
  path: new RegExp(`^/${name}$`),
  operations: ["replace", "remove"],
  apply: (target, patch) => {
    if (patch.op === "remove" || patch.value === "" || patch.value === undefined) delete target[name];
    else target[name] = patch.value;
  },
});

/** `add`, `replace` and `remove /name/{key}` in a map; a map without entries is unset. */
export const mapEntry = (
  name: string,
  missing: string,
  parse: (text: string) => unknown = (text) => text,
): PatchRule => ({
  path: new RegExp(`^/${name}/([^/]+)$`),
  operations: ["add", "replace", "remove"],
  apply: (target, patch, key) => {
    const entries = new Map(Object.entries((target[name] as Patched | undefined) ?? {}));
    if (patch.op !== "add" && !entries.has(key)) throw notFound(missing);
    if (patch.op === "remove") entries.delete(key);
    else entries.set(key, parse(patchValue(patch)));
    if (entries.size === 0) delete target[name];
    else target[name] = Object.fromEntries(entries);
  },
});

/** `add`, `replace` and `remove /name/{item}` in a list; `replace` takes the new item from the value. */
export const listItem = (name: string): PatchRule => ({
  path: new RegExp(`^/${name}/([^/]+)$`),
  operations: ["add", "replace", "remove"],
  apply: (target, patch, item) => {
    const items = ((target[name] as string[] | undefined) ?? []).filter((entry) => entry !== item);
    if (patch.op === "add") items.push(item);
    if (patch.op === "replace") items.push(patchValue(patch));
    target[name] = items;
  },
});
