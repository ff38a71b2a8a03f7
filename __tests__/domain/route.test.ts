import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import {
  authorizationText,
  type RouteAuthorization,
  routeFrom,
  routeKey,
  routesOf,
  sortRoutes,
} from "../../src/domain/route.ts";

const OPEN: RouteAuthorization = { authorizationType: "NONE", apiKeyRequired: false };
const KEY: RouteAuthorization = { authorizationType: "NONE", apiKeyRequired: true };
const IAM: RouteAuthorization = { authorizationType: "AWS_IAM", apiKeyRequired: false };
const CUSTOM_KEY: RouteAuthorization = { authorizationType: "CUSTOM", apiKeyRequired: true };

const routes = fc.record({
  verb: fc.constantFrom("GET", "PUT", "POST", "DELETE", "ANY"),
  path: fc.constantFrom("/", "/pets", "/pets/{id}", "/{proxy+}"),
});

describe("the routes of a deployment", () => {
  test("are read from its summary", () => {
    const summary = {
      "/pets": { GET: { authorizationType: "AWS_IAM", apiKeyRequired: true }, ANY: {} },
      "/": { POST: { authorizationType: "NONE", apiKeyRequired: false } },
    };
    expect([...routesOf(summary)]).toEqual([
      ["GET /pets", { authorizationType: "AWS_IAM", apiKeyRequired: true }],
      ["ANY /pets", OPEN],
      ["POST /", OPEN],
    ]);
  });

  test.each([[undefined], [{}], [{ "/pets": {} }]])("are none in %j", (summary) => {
    expect(routesOf(summary).size).toBe(0);
  });

  test("have names that can be read back", () => {
    fc.assert(fc.property(routes, (route) => expect(routeFrom(routeKey(route))).toEqual(route)));
  });

  test("are sorted by path, then by verb", () => {
    expect(sortRoutes(["PUT /b", "GET /b", "POST /a", "DELETE /"])).toEqual([
      "DELETE /",
      "POST /a",
      "GET /b",
      "PUT /b",
    ]);
  });
});

test.each([
  [OPEN, "nothing"],
  [KEY, "API key"],
  [IAM, "AWS_IAM"],
  [CUSTOM_KEY, "CUSTOM and API key"],
])("%j in words", (authorization, text) => {
  expect(authorizationText(authorization)).toBe(text);
});
