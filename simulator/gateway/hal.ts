import type { Values } from "../aws/json-values.ts";

/**
 * An answer in the Hypertext Application Language, which the service speaks to clients that do not ask for
 * `application/json`: every resource links to itself, list items are embedded.
 */
export const toHal = (path: string, body: Values): Values => {
  const { item, ...members } = body;
  const links = { _links: { self: { href: path } } };
  if (!Array.isArray(item)) return { ...links, ...body };
  return { ...links, ...members, _embedded: { item: item.map((entry) => embedded(path, entry as Values)) } };
};

/** The members that name a resource within its collection. */
const keys = ["id", "stageName", "domainName", "basePath", "version", "name", "responseType"];

const embedded = (collection: string, entry: Values): Values => {
  const key = keys.map((name) => entry[name]).find((value) => typeof value === "string");
  if (key === undefined) return entry;
  return { _links: { self: { href: `${collection}/${encodeURIComponent(String(key))}` } }, ...entry };
};
