import { type RouteAuthorization, type Routes, routeKey } from "../../../src/domain/route.ts";
import fc from "../../property.ts";

export const OPEN: RouteAuthorization = { authorizationType: "NONE", apiKeyRequired: false };
export const KEY: RouteAuthorization = { authorizationType: "NONE", apiKeyRequired: true };
export const IAM: RouteAuthorization = { authorizationType: "AWS_IAM", apiKeyRequired: false };
export const CUSTOM_KEY: RouteAuthorization = { authorizationType: "CUSTOM", apiKeyRequired: true };

export const anyRoute = fc.record({
  verb: fc.constantFrom("GET", "PUT", "POST", "DELETE", "ANY"),
  path: fc.constantFrom("/", "/pets", "/pets/{id}", "/{proxy+}"),
});

export const anyDeployment = fc
  .array(fc.tuple(anyRoute.map(routeKey), fc.constantFrom(OPEN, KEY, IAM, CUSTOM_KEY)))
  .map((entries) => new Map(entries));

export const deployed = (routesByName: Readonly<Record<string, RouteAuthorization>>): Routes =>
  new Map(Object.entries(routesByName));
