import { compareTexts } from "./text-order.ts";

/**
 * `verb` in capitals; `ANY` is a verb of its own, for all that the path has no method for. Empty for routes without a
 * path, whose whole key stands in its place, such as DEFAULT_ROUTE.
 */
export type Route = { readonly verb: string; readonly path: string };

/** What a caller of a route must bring. `authorizationType`: NONE, AWS_IAM, CUSTOM, COGNITO_USER_POOLS or JWT. */
export type RouteAuthorization = { readonly authorizationType: string; readonly apiKeyRequired: boolean };

/** A deployment's routes, by names such as `GET /pets/{id}`. */
export type Routes = ReadonlyMap<string, RouteAuthorization>;

/** `apiSummary` of a deployment: by path, then by verb (API reference, GetDeployment with `embed=apisummary`). */
export type ApiSummary = Readonly<
  Record<
    string,
    Readonly<
      Record<string, { readonly authorizationType?: string | undefined; readonly apiKeyRequired?: boolean | undefined }>
    >
  >
>;

/** The members of a path item that become methods (Developer Guide, "OpenAPI extensions"); TRACE, for one, is not among them. */
export const VERBS: ReadonlyMap<string, string> = new Map([
  ["get", "GET"],
  ["put", "PUT"],
  ["post", "POST"],
  ["delete", "DELETE"],
  ["options", "OPTIONS"],
  ["head", "HEAD"],
  ["patch", "PATCH"],
  ["x-amazon-apigateway-any-method", "ANY"],
]);

/** What an HTTP API has for all that no other of its routes matches. */
export const DEFAULT_ROUTE: Route = { verb: "", path: "$default" };

export const routeKey = ({ verb, path }: Route): string => (verb === "" ? path : `${verb} ${path}`);

/**
 * The routes of a deployment; `undefined` where the summary does not tell them. None at all means just that: API Gateway
 * makes no deployment without methods. So does a method that does not say what it asks of its callers.
 */
export const routesOf = (summary: ApiSummary | undefined): Routes | undefined => {
  const routes = new Map<string, RouteAuthorization>();
  for (const [path, methods] of Object.entries(summary ?? {})) {
    for (const [verb, { authorizationType, apiKeyRequired }] of Object.entries(methods)) {
      if (authorizationType === undefined || apiKeyRequired === undefined) return undefined;
      routes.set(routeKey({ verb: verb.toUpperCase(), path }), { authorizationType, apiKeyRequired });
    }
  }
  return routes.size === 0 ? undefined : routes;
};

/** The route of a key. */
export const routeFrom = (route: string): Route => {
  const blank = route.indexOf(" ");
  if (blank < 0) return { verb: "", path: route };
  return { verb: route.slice(0, blank), path: route.slice(blank + 1) };
};

/** The path as a caller knows it, to whom the name of a parameter in it is nothing: `/pets/{}`. */
export const calledPath = (path: string): string => path.replaceAll(/\{[^{}]*?(\+?)\}/g, "{$1}");

/** Route keys by path, then by verb. */
export const sortRoutes = (routes: Iterable<string>): readonly string[] =>
  [...routes]
    .map((route) => ({ route, ...routeFrom(route) }))
    .sort((one, other) => compareTexts(one.path, other.path) || compareTexts(one.verb, other.verb))
    .map(({ route }) => route);

export const NOTHING = "nothing";

/** What a caller must bring, in words: "AWS_IAM and API key", "API key", or NOTHING. */
export const authorizationText = ({ authorizationType, apiKeyRequired }: RouteAuthorization): string => {
  const needs = [...(authorizationType === "NONE" ? [] : [authorizationType]), ...(apiKeyRequired ? ["API key"] : [])];
  return needs.length === 0 ? NOTHING : needs.join(" and ");
};

/** The first ten of them and how many more there are, for running text. */
export const someOf = (routes: readonly string[]): string =>
  routes.length <= 10 ? routes.join(", ") : `${routes.slice(0, 10).join(", ")} and ${routes.length - 10} more`;
