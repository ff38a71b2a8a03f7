import { validateHeaderName, validateHeaderValue } from "node:http";
import type { Call } from "./call.ts";
import { memberOf } from "./member.ts";

/**
 * The headers that a parameter mapping sets: static values in single quotes, `stageVariables.name` and `context.name`.
 * Sources that only a real backend has, such as `integration.response.header.name`, set nothing.
 *
 * @param prefix what stands before a header's name in the mapping's keys: `method.response.header.`
 * @returns header names in lower case
 */
export const mappedHeaders = (
  call: Call,
  prefix: string,
  mapping: Readonly<Record<string, string>> | undefined,
): Record<string, string> => {
  const headers: Record<string, string> = {};
  for (const [key, source] of Object.entries(mapping ?? {})) {
    const value = key.startsWith(prefix) ? sourceValue(call, source) : undefined;
    if (value !== undefined) headers[key.slice(prefix.length).toLowerCase()] = value;
  }
  return headers;
};

const sourceValue = (call: Call, source: string): string | undefined => {
  const literal = /^'(.*)'$/s.exec(source)?.[1];
  if (literal !== undefined) return literal;
  const [root, ...path] = source.split(".");
  if (root !== "stageVariables" && root !== "context") return undefined;
  const value = path.reduce<unknown>(memberOf, root === "context" ? call.context : call.stageVariables);
  return value === undefined ? undefined : String(value);
};

/** Without the headers that HTTP cannot carry: their values come from templates and so from any caller. */
export const carriableHeaders = (headers: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).filter(([name, value]) => isCarriable(name, value)));

const isCarriable = (name: string, value: string): boolean => {
  try {
    validateHeaderName(name);
    validateHeaderValue(name, value);
    return true;
  } catch {
    return false;
  }
};
