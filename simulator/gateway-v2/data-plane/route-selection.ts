import { memberOf } from "../../gateway/data-plane/member.ts";
import type { Api, Definition, Route } from "../model.ts";

/**
 * The route that a message is for: the one whose key the API's expression gives, `$request.body.action` and the like,
 * else `$default` (Developer Guide, "Route selection expressions").
 */
export const selectedRoute = (
  { routeSelectionExpression }: Api,
  { routes }: Definition,
  message: string,
): Route | undefined => {
  const key = routeSelectionExpression.replace(
    /\$\{request\.body\.([^}]+)\}|\$request\.body\.([\w.-]+)/g,
    (_, braced: string | undefined, plain: string | undefined) => textAt(message, braced ?? plain ?? ""),
  );
  const all = [...routes.values()];
  return all.find(({ routeKey }) => routeKey === key) ?? all.find(({ routeKey }) => routeKey === "$default");
};

const textAt = (message: string, path: string): string => {
  try {
    const value = path.split(".").reduce<unknown>(memberOf, JSON.parse(message));
    return typeof value === "object" || value === undefined ? "" : String(value);
  } catch {
    return "";
  }
};
