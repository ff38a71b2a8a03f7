import type { World } from "../model.ts";
import { fullName } from "../world.ts";
import { accountRoutes } from "./account.ts";
import { actionsRoutes } from "./actions.ts";
import type { Call, RepositoryCall, Route } from "./call.ts";
import { contentRoutes } from "./contents.ts";
import { deploymentRoutes } from "./deployments.ts";
import { environmentRoutes } from "./environments.ts";
import { issueRoutes } from "./issues.ts";
import { pullRoutes } from "./pulls.ts";
import { repositoryRoutes } from "./repository.ts";

export type FoundRoute = { readonly path: Readonly<Record<string, string>> } & (
  | { readonly of: "account"; readonly route: Route<Call> }
  | { readonly of: "repository"; readonly route: Route<RepositoryCall> }
);

const routesOfRepositories: readonly Route[] = [
  ...repositoryRoutes,
  ...contentRoutes,
  ...deploymentRoutes,
  ...environmentRoutes,
  ...actionsRoutes,
  ...pullRoutes,
  ...issueRoutes,
];

/** The operation that a method and an undecoded path (without `/api/v3`) name, with its placeholders' decoded values. */
export const findRoute = (world: World, method: string, path: string): FoundRoute | undefined => {
  const segments = nameInPlaceOfId(world, path).split("/");
  for (const route of accountRoutes) {
    const values = route.method === method ? placeholders(route.template, segments) : undefined;
    if (values) return { of: "account", route, path: values };
  }
  for (const route of routesOfRepositories) {
    const values = route.method === method ? placeholders(route.template, segments) : undefined;
    if (values) return { of: "repository", route, path: values };
  }
  return undefined;
};

/** `/repositories/{id}/…`, where links of paged lists lead, means the same as `/repos/{owner}/{repo}/…`. */
const nameInPlaceOfId = (world: World, path: string): string => {
  const [, id, rest] = /^\/repositories\/(\d+)(.*)$/.exec(path) ?? [];
  const repository = [...world.repositories.values()].find((known) => String(known.id) === id);
  return repository ? `/repos/${fullName(repository)}${rest}` : path;
};

const placeholders = (template: string, segments: readonly string[]): Record<string, string> | undefined => {
  const parts = template.split("/");
  const endsInPath = parts.at(-1) === "{path}" && segments.length > parts.length;
  if (parts.length !== segments.length && !endsInPath) return undefined;
  const values: Record<string, string> = {};
  for (const [index, part] of parts.entries()) {
    const isRest = endsInPath && index === parts.length - 1;
    const segment = isRest ? segments.slice(index).join("/") : (segments[index] ?? "");
    if (part.startsWith("{")) {
      const value = decoded(segment);
      if (!value) return undefined;
      values[part.slice(1, -1)] = value;
    } else if (part !== segment) return undefined;
  }
  return values;
};

const decoded = (segment: string): string | undefined => {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
};
