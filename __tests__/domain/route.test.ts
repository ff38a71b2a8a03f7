import { describe, expect, test } from "@jest/globals";
import {
  authorizationText,
  type RouteAuthorization,
  routeFrom,
  routeKey,
  routesOf,
  sortRoutes,
} from "../../src/domain/route.ts";
import fc from "../property.ts";

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
      "/pets": {
        GET: { authorizationType: "AWS_IAM", apiKeyRequired: true },
        ANY: { authorizationType: "NONE", apiKeyRequired: false },
      },
      "/": { POST: { authorizationType: "NONE", apiKeyRequired: false } },
    };
    expect([...(routesOf(summary) ?? [])]).toEqual([
      ["GET /pets", { authorizationType: "AWS_IAM", apiKeyRequired: true }],
      ["ANY /pets", OPEN],
      ["POST /", OPEN],
    ]);
  });

  test.each([
    [undefined],
    [{}],
    [{ "/pets": {} }],
    [{ "/pets": { GET: {} } }],
    [{ "/pets": { GET: { authorizationType: "NONE", apiKeyRequired: false }, PUT: { authorizationType: "NONE" } } }],
  ])("I8: are not known by %j: no deployment is without methods, and none without a say on its callers", (summary) => {
    expect(routesOf(summary)).toBeUndefined();
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
