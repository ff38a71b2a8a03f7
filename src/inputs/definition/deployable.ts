import type { ImportMode } from "../../domain/definition.ts";
import { routeKey } from "../../domain/route.ts";
import type { FoundRoutes, MemberPath } from "./read-routes.ts";
import { isMapping, type Mapping } from "./values.ts";

export type Refused = { readonly at: MemberPath; readonly message: string };

/**
 * What API Gateway would import and then not deploy, with the old draft gone: an API without methods, and a method
 * without integration (CreateDeployment: "The REST API doesn't contain any methods", "No integration defined for
 * method"). A file that is merged may be without routes of its own.
 */
export const undeployable = (found: FoundRoutes, mode: ImportMode): readonly Refused[] => {
  const unusable = withoutRoutes(found, mode);
  if (unusable.length > 0) return unusable;
  return found.operations.flatMap(({ route, at, content }) => withoutIntegration(routeKey(route), at, content));
};

/** What no API can be deployed of, whatever its kind (an HTTP API's "no routes exist in this API" was seen, too). */
export const withoutRoutes = ({ operations, warnings }: FoundRoutes, mode: ImportMode): readonly Refused[] => {
  const tooMuch = operations[MAXIMUM_METHODS];
  if (tooMuch !== undefined) return [{ at: tooMuch.at, message: TOO_MANY }];
  if (operations.length > 0) return [];
  const external = warnings.filter(({ isExternal }) => isExternal);
  if (mode === "merge" && external.length === 0) return [];
  return external[0] === undefined
    ? [{ at: ["paths"], message: NO_ROUTES }, ...warnings]
    : [{ at: external[0].at, message: ONLY_EXTERNAL }];
};

/** Of an API; it has hundreds of resources (API Gateway quotas), and telling of more would only take time and memory. */
const MAXIMUM_METHODS = 50_000;

const TOO_MANY = `It has more than ${MAXIMUM_METHODS} methods up to here, and no API has as many. Split the API.`;

const INTEGRATION = "x-amazon-apigateway-integration";

const withoutIntegration = (route: string, at: MemberPath, content: Mapping): readonly Refused[] =>
  isMapping(content[INTEGRATION])
    ? []
    : [
        {
          at,
          message: `${route} has no \`${INTEGRATION}\`, and API Gateway deploys no API with such a method. Say what serves the route; for an answer without a backend, \`type: mock\`.`,
        },
      ];

const NO_ROUTES =
  "It has no routes, and API Gateway deploys no API without methods. Add one below `paths`, for example `/pets:` with `get:`.";

const ONLY_EXTERNAL =
  "Its paths are references to other files, and an import takes one file alone: it would leave an API without methods. Bundle the files into one first.";
