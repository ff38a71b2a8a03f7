import { type Route, routeKey } from "../../domain/route.ts";

/** An object of the document. */
export type Mapping = Readonly<Record<string, unknown>>;

export const isMapping = (value: unknown): value is Mapping =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** What API Gateway imports as methods (Developer Guide, "OpenAPI extensions"); TRACE, for one, is not among them. */
const VERBS: ReadonlyMap<string, string> = new Map([
  ["get", "GET"],
  ["put", "PUT"],
  ["post", "POST"],
  ["delete", "DELETE"],
  ["options", "OPTIONS"],
  ["head", "HEAD"],
  ["patch", "PATCH"],
  ["x-amazon-apigateway-any-method", "ANY"],
]);

/** The routes of a document. Its base path is left out, as an import does by default (`basepath=ignore`). */
export const readRoutes = (document: Mapping): readonly Route[] => {
  const routes = entriesOf(document["paths"])
    .filter(([path]) => !path.startsWith("x-"))
    .flatMap(([path, item]) => verbsOf(document, item).map((verb) => ({ verb, path: normalized(path) })));
  return [...new Map(routes.map((route) => [routeKey(route), route])).values()];
};

/** A resource has no empty path part, so a slash too many makes no other route. */
const normalized = (path: string): string =>
  `/${path
    .split("/")
    .filter((part) => part !== "")
    .join("/")}`;

const verbsOf = (document: Mapping, item: unknown): readonly string[] => {
  const sources = sourcesOf(document, item);
  return [...VERBS]
    .filter(([key]) => isMapping(sources.find((source) => Object.hasOwn(source, key))?.[key]))
    .map(([, verb]) => verb);
};

/** YAML's merge key, which is left as it is written while parsing. */
const MERGE = "<<";

/** Members of a mapping with those that it merges in; its own win. */
const entriesOf = (value: unknown): [string, unknown][] =>
  Object.entries(Object.assign({}, ...mergedWith(value).reverse())).filter(([key]) => key !== MERGE);

/** More sources than any path item has; merge keys and references can also lead in a circle. */
const MAXIMUM_SOURCES = 20;

/** A mapping, then those that it merges in, in the order in which they are asked for a member. */
const mergedWith = (value: unknown): Mapping[] => {
  const found: Mapping[] = [];
  const open: unknown[] = [value];
  while (open.length > 0 && found.length < MAXIMUM_SOURCES) {
    const source = open.shift();
    if (!isMapping(source)) continue;
    found.push(source);
    const merged = source[MERGE];
    open.unshift(...(Array.isArray(merged) ? merged.slice(0, MAXIMUM_SOURCES) : [merged]));
  }
  return found;
};

/** A path item with what it merges in, or what a `$ref` within the document points at instead. */
const sourcesOf = (document: Mapping, item: unknown): readonly Mapping[] => {
  let target = item;
  for (let step = 0; step < MAXIMUM_SOURCES; step += 1) {
    const sources = mergedWith(target);
    const reference = sources[0]?.["$ref"];
    if (typeof reference !== "string") return sources;
    target = lookUp(document, reference);
  }
  return [];
};

const lookUp = (document: Mapping, reference: string): unknown => {
  if (!reference.startsWith("#/")) return undefined;
  let target: unknown = document;
  for (const part of reference.slice(2).split("/")) {
    const name = part.replaceAll("~1", "/").replaceAll("~0", "~");
    target = isMapping(target) && Object.hasOwn(target, name) ? target[name] : undefined;
  }
  return target;
};
