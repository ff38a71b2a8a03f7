import type { Dialect } from "../../domain/definition.ts";
import { DEFAULT_ROUTE, type Route, routeKey, VERBS } from "../../domain/route.ts";
import { shortened } from "../shortened.ts";
import { isMapping, type Mapping, mappingAt, textOf } from "./values.ts";

/** Names of members from the top of the document. */
export type MemberPath = readonly string[];

/** What becomes a method. */
export type Operation = { readonly route: Route; readonly at: MemberPath; readonly content: Mapping };

/** A path or an operation of which nothing comes, or something else than it seems. */
export type RouteWarning = { readonly at: MemberPath; readonly message: string; readonly isExternal: boolean };

export type FoundRoutes = { readonly operations: readonly Operation[]; readonly warnings: readonly RouteWarning[] };

/** Members of a path item that are no operations (OpenAPI 3.0.4, "Path Item Object"). */
const OTHER_MEMBERS: ReadonlySet<string> = new Set(["$ref", "summary", "description", "servers", "parameters"]);

/** The routes of a document. Its base path is left out, as an import does by default (`basepath=ignore`). */
export const readRoutes = (document: Mapping, dialect: Dialect): FoundRoutes => {
  const context = { lookUp: lookUpIn(document), dialect };
  const found = Object.entries(mappingAt(document["paths"]))
    .filter(([path]) => !path.startsWith("x-"))
    .map(([path, item]) => readPath(context, path, item));
  const operations = found.flatMap((path) => path.operations);
  const byRoute = new Map(operations.map((operation) => [routeKey(operation.route), operation]));
  const warnings = found.flatMap((path) => path.warnings);
  const again = dialect === "rest" ? repeated(operations, byRoute) : [];
  return { operations: [...byRoute.values()], warnings: [...warnings, ...again] };
};

/** Paths that differ in their slashes alone are one resource, and the later operation takes the place of the earlier. */
const repeated = (operations: readonly Operation[], byRoute: ReadonlyMap<string, Operation>): readonly RouteWarning[] =>
  operations.flatMap((operation) => {
    const route = routeKey(operation.route);
    const kept = byRoute.get(route);
    if (kept === undefined || kept === operation) return [];
    return [
      warning(operation.at, `${route} is defined again below as \`${kept.at[1]}\`, and only that one is imported.`),
    ];
  });

type Context = { readonly lookUp: LookUp; readonly dialect: Dialect };

const readPath = ({ lookUp, dialect }: Context, path: string, given: unknown): FoundRoutes => {
  const at = ["paths", path];
  const slash = path.startsWith("/") || dialect === "http" ? [] : [withoutSlash(at, path)];
  const { item, lost } = itemOf(lookUp, at, given);
  if (item === undefined) return { operations: [], warnings: [...slash, ...lost] };
  const members = Object.entries(item).map(([name, content]) => readMember(at, name, content, dialect));
  return {
    operations: members.flatMap((member) => (member !== undefined && "route" in member ? [member] : [])),
    warnings: [
      ...slash,
      ...lost,
      ...members.flatMap((member) => (member !== undefined && "message" in member ? [member] : [])),
    ],
  };
};

const withoutSlash = (at: MemberPath, path: string): RouteWarning =>
  warning(at, `\`${shortened(path)}\` does not begin with a slash. It is taken for the path \`${normalized(path)}\`.`);

const readMember = (
  at: MemberPath,
  name: string,
  content: unknown,
  dialect: Dialect,
): Operation | RouteWarning | undefined => {
  const verb = VERBS.get(name);
  const here = [...at, name];
  if (verb !== undefined) {
    const route = routeOf(dialect, verb, at[1] ?? "", content);
    if (isMapping(content)) return { route, at: here, content };
    return warning(here, `\`${name}\` has no content, so ${routeKey(route)} is not made.`);
  }
  if (OTHER_MEMBERS.has(name) || name.startsWith("x-")) return undefined;
  const known = VERBS.has(name.toLowerCase()) ? `; write \`${name.toLowerCase()}\`` : "";
  return warning(here, `\`${shortened(name)}\` is no method that API Gateway imports${known}. Nothing is made of it.`);
};

/**
 * Slashes too many make no other resource of a REST API. Whether a slash at the end makes another route of an HTTP API is
 * not documented for imports, so routes are compared without it.
 */
const routeOf = (dialect: Dialect, verb: string, path: string, content: unknown): Route => {
  if (dialect === "rest") return { verb, path: normalized(path) };
  if (verb === "ANY" && isDefault(path, content)) return DEFAULT_ROUTE;
  return { verb, path: path.startsWith("/") ? normalized(path) : path };
};

/** As exports and SAM write it (Developer Guide, "x-amazon-apigateway-any-method object"). */
const isDefault = (path: string, content: unknown): boolean =>
  path === "/$default" || path === "$default" || mappingAt(content)["isDefaultRoute"] === true;

/** A resource has no empty path part, so a slash too many makes no other route. */
const normalized = (path: string): string =>
  `/${path
    .split("/")
    .filter((part) => part !== "")
    .join("/")}`;

const warning = (at: MemberPath, message: string, isExternal = false): RouteWarning => ({ at, message, isExternal });

type Item = { readonly item: Mapping | undefined; readonly lost: readonly RouteWarning[] };

/** More references than any path item goes through; they can also lead in a circle. */
const MAXIMUM_REFERENCES = 20;

/** A path item, or what a `$ref` within the document points at instead. */
const itemOf = (lookUp: LookUp, at: MemberPath, given: unknown): Item => {
  let target = given;
  for (let step = 0; step < MAXIMUM_REFERENCES; step += 1) {
    if (!isMapping(target)) return { item: undefined, lost: target === null ? [] : [withoutItem(at, given)] };
    const reference = textOf(target["$ref"]);
    if (reference === undefined)
      return { item: target, lost: isMapping(given) && given !== target ? besides(at, given) : [] };
    if (!reference.startsWith("#")) return { item: undefined, lost: [external(at, reference)] };
    target = lookUp(reference);
  }
  return { item: undefined, lost: [warning(at, `Its \`$ref\` leads in a circle, so no route comes of \`${at[1]}\`.`)] };
};

const withoutItem = (at: MemberPath, given: unknown): RouteWarning => {
  const reference = isMapping(given) ? shortened(textOf(given["$ref"]) ?? "") : undefined;
  return warning(
    at,
    reference === undefined
      ? `\`${shortened(at[1] ?? "")}\` is no mapping of methods, so no route comes of it.`
      : `\`$ref: ${reference}\` leads to no path item, so no route comes of \`${shortened(at[1] ?? "")}\`.`,
  );
};

const external = (at: MemberPath, reference: string): RouteWarning =>
  warning(
    at,
    `\`$ref: ${shortened(reference)}\` refers to another file, and an import takes one file alone: no route comes of \`${shortened(at[1] ?? "")}\`. Bundle the files into one first.`,
    true,
  );

const besides = (at: MemberPath, given: Mapping): readonly RouteWarning[] =>
  Object.keys(given)
    .filter((name) => VERBS.has(name))
    .map((name) =>
      warning([...at, name], `\`${name}\` stands beside a \`$ref\`, which takes its place. Nothing is made of it.`),
    );

type LookUp = (reference: string) => unknown;

/** Finds what a reference within the document points at. Many paths may point at the same. */
const lookUpIn = (document: Mapping): LookUp => {
  const found = new Map<string, unknown>();
  return (reference) => {
    if (!found.has(reference)) found.set(reference, memberAt(document, reference));
    return found.get(reference);
  };
};

const memberAt = (document: Mapping, reference: string): unknown => {
  let target: unknown = document;
  for (const part of reference.slice(1).split("/").slice(1)) {
    const name = part.replaceAll("~1", "/").replaceAll("~0", "~");
    target = isMapping(target) && Object.hasOwn(target, name) ? target[name] : undefined;
  }
  return target;
};
