import { ALL_ROUTES } from "../../domain/stage-settings.ts";

/** `GET /pets/{id}` → `~1pets~1{id}/GET`: the path as JSON Pointer writes it, then the verb (API reference). */
export const methodSettingsKey = (name: string): string => {
  if (name === ALL_ROUTES) return ALL_ROUTES;
  const blank = name.indexOf(" ");
  const path = name.slice(blank + 1);
  return `${path.replaceAll("~", "~0").replaceAll("/", "~1")}/${name.slice(0, blank)}`;
};

/** The reverse; a key that addresses no route, which the service stores all the same, stays as it is. */
export const routeOfMethodSettings = (key: string): string => {
  const [, path, verb] = /^(~1[^/]*)\/([A-Z]+)$/.exec(key) ?? [];
  if (path === undefined || verb === undefined) return key;
  return `${verb} ${path.replaceAll("~1", "/").replaceAll("~0", "~")}`;
};
