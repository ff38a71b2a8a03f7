import type { FoundRoutes, MemberPath } from "./read-routes.ts";
import type { Mapping } from "./values.ts";

/** The forms in which the service names a route in what it says of an import (recorded texts). */
const ROUTE_FORMS = [
  /on '(?<verb>[A-Za-z]+)' for resource at path '(?<path>[^']*)'/,
  /paths\.'(?<path>[^']*)'\((?<verb>[A-Za-z-]+)\)/,
  /at path '(?<verb>[A-Z]+) (?<path>\/[^']*)'/,
  /(?:resource )?at path '(?<path>[^']*)'/,
  /^paths\.(?<path>\/[^:]*)\.(?<verb>[a-z-]+): key /,
];
const MODEL = /model for '([^']*)'/;

/** Which member of the document a message of the service is about, where its text names a route, a path or a model. */
export const memberNamed = (
  message: string,
  document: Mapping,
  { operations }: FoundRoutes,
): MemberPath | undefined => {
  const model = MODEL.exec(message)?.[1];
  if (model !== undefined) return "swagger" in document ? ["definitions", model] : ["components", "schemas", model];
  const groups = ROUTE_FORMS.map((form) => form.exec(message)?.groups).find((found) => found !== undefined);
  if (groups === undefined) return undefined;
  const path = groups["path"] ?? "";
  const verb = groups["verb"]?.toUpperCase();
  const onPath = operations.filter(({ route, at }) => route.path === path || at[1] === path);
  return (
    onPath.find(({ route, at }) => route.verb === verb || at[2] === groups["verb"])?.at ?? [
      "paths",
      onPath[0]?.at[1] ?? path,
    ]
  );
};
