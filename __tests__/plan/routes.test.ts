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
import { diffRoutes } from "../../src/plan/routes/diff.ts";
import { refuseRoutes } from "../../src/plan/routes/fail-on.ts";
import { sameRoutes } from "../../src/plan/routes/match.ts";

const OPEN: RouteAuthorization = { authorizationType: "NONE", apiKeyRequired: false };
const KEY: RouteAuthorization = { authorizationType: "NONE", apiKeyRequired: true };
const JWT = { authorizationType: "JWT", apiKeyRequired: false };
const IAM: RouteAuthorization = { authorizationType: "AWS_IAM", apiKeyRequired: false };
const CUSTOM_KEY: RouteAuthorization = { authorizationType: "CUSTOM", apiKeyRequired: true };

const verbs = fc.constantFrom("GET", "PUT", "POST", "DELETE", "ANY");
const paths = fc.constantFrom("/", "/pets", "/pets/{id}", "/{proxy+}");
const routes = fc.record({ verb: verbs, path: paths });
const deployments = fc
  .array(fc.tuple(routes.map(routeKey), fc.constantFrom(OPEN, KEY, IAM, CUSTOM_KEY)))
  .map((entries) => new Map(entries));

const deployed = (routesByName: Readonly<Record<string, RouteAuthorization>>) => new Map(Object.entries(routesByName));

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

describe("the route diff", () => {
  test("of a deployment with itself is empty", () => {
    fc.assert(
      fc.property(deployments, (deployment) => {
        const reversed = new Map([...deployment].reverse());
        for (const changes of Object.values(diffRoutes(deployment, reversed))) expect(changes).toEqual([]);
      }),
    );
  });

  test("there is the mirror image of the diff back", () => {
    const turned = (changes: readonly { route: string; before: RouteAuthorization; after: RouteAuthorization }[]) =>
      changes.map(({ route, before, after }) => ({ route, before: after, after: before }));
    fc.assert(
      fc.property(deployments, deployments, (one, other) => {
        const there = diffRoutes(one, other);
        const back = diffRoutes(other, one);
        expect(there.added.map(({ route, after }) => ({ route, before: after }))).toEqual(back.removed);
        expect(there.changedAuthorization).toEqual(turned(back.changedAuthorization));
        expect(there.changedApiKey).toEqual(turned(back.changedApiKey));
      }),
    );
  });

  test("leads from one deployment to the other", () => {
    fc.assert(
      fc.property(deployments, deployments, (before, after) => {
        const { added, removed, changedAuthorization, changedApiKey } = diffRoutes(before, after);
        const result = new Map<string, RouteAuthorization>(before);
        for (const { route } of removed) result.delete(route);
        for (const change of [...added, ...changedAuthorization, ...changedApiKey])
          result.set(change.route, change.after);
        expect(sortRoutes(result.keys())).toEqual(sortRoutes(after.keys()));
        for (const [route, authorization] of after) expect(result.get(route)).toEqual(authorization);
      }),
    );
  });

  test("says whether a new route has no authorization", () => {
    const { added, authWeakened } = diffRoutes(new Map(), deployed({ "GET /a": OPEN, "GET /b": IAM, "GET /c": KEY }));
    expect(added.map(({ route, withoutAuthorization }) => [route, withoutAuthorization])).toEqual([
      ["GET /a", true],
      ["GET /b", false],
      ["GET /c", true],
    ]);
    expect(authWeakened).toEqual([]);
  });

  test.each([
    ["to NONE", IAM, OPEN, true],
    ["no key any more", KEY, OPEN, true],
    ["to NONE, with a key instead", IAM, KEY, true],
    ["a key less, another authorization", CUSTOM_KEY, IAM, true],
    ["both gone", CUSTOM_KEY, OPEN, true],
    ["another authorization", IAM, { ...CUSTOM_KEY, apiKeyRequired: false }, false],
    ["JWT to NONE", JWT, OPEN, true],
    ["JWT to another", JWT, IAM, false],
    ["another to JWT", IAM, JWT, false],
    ["authorization now", OPEN, IAM, false],
    ["a key now", OPEN, KEY, false],
    ["the same", IAM, IAM, false],
  ])("weakened: %s", (_, before, after, weakened) => {
    const { authWeakened } = diffRoutes(deployed({ "GET /a": before }), deployed({ "GET /a": after }));
    expect(authWeakened).toEqual(weakened ? [{ route: "GET /a", before, after }] : []);
  });

  test("JWT in place of another type, or the reverse, is a change", () => {
    for (const [before, after] of [
      [JWT, IAM],
      [IAM, JWT],
    ] as const) {
      const { changedAuthorization } = diffRoutes(deployed({ "GET /a": before }), deployed({ "GET /a": after }));
      expect(changedAuthorization).toEqual([{ route: "GET /a", before, after }]);
    }
  });

  test.each([
    ["a new verb beside ANY", { "ANY /a": IAM }, { "ANY /a": IAM, "GET /a": OPEN }, ["GET /a"]],
    ["a verb in place of ANY", { "ANY /a": IAM }, { "GET /a": OPEN }, ["GET /a"]],
    ["a verb gone, ANY open", { "GET /a": IAM, "ANY /a": OPEN }, { "ANY /a": OPEN }, ["GET /a"]],
    ["ANY in place of a verb", { "GET /a": KEY }, { "ANY /a": OPEN }, ["GET /a"]],
    ["a verb as strict as ANY", { "ANY /a": IAM }, { "ANY /a": IAM, "GET /a": IAM }, []],
    ["ANY of another path", { "ANY /b": IAM }, { "ANY /b": IAM, "GET /a": OPEN }, []],
  ])("weakened, as callers meet it: %s", (_, before, after, weakened) => {
    const diff = diffRoutes(deployed(before), deployed(after));
    expect(diff.authWeakened.map(({ route }) => route)).toEqual(weakened);
  });
});

describe("fail-on", () => {
  const diff = diffRoutes(deployed({ "GET /a": IAM, "GET /b": OPEN }), deployed({ "GET /a": OPEN, "GET /c": OPEN }));

  test.each([
    [["auth-weakened"] as const, ["auth-weakened: weaker authorization: GET /a (AWS_IAM → nothing)."]],
    [["route-removed"] as const, ["route-removed: routes that callers lose: GET /b."]],
    [["auth-weakened", "route-removed"] as const, ["GET /a", "GET /b"]],
  ])("%j names what stops the run", (failOn, texts) => {
    const refusal = refuseRoutes(diff, failOn);
    expect(refusal?.refused).toBe("FAIL_ON");
    for (const text of texts) expect(refusal?.happened).toContain(text);
    expect(refusal?.happened.split("\n")).toHaveLength(failOn.length + 1);
  });

  test("stops nothing when it names nothing, or when nothing of it happens", () => {
    expect(refuseRoutes(diff, [])).toBeUndefined();
    const other = diffRoutes(new Map(), deployed({ "GET /a": OPEN }));
    expect(refuseRoutes(other, ["auth-weakened", "route-removed"])).toBeUndefined();
  });

  test("names ten routes and counts the rest", () => {
    const many = new Map(Array.from({ length: 13 }, (_, index) => [`GET /r${index}`, OPEN]));
    const text = refuseRoutes(diffRoutes(many, new Map()), ["route-removed"])?.happened;
    expect(text).toMatch(/: GET \/r0, GET \/r1, .*, GET \/r6 and 3 more\.$/);
  });
});

describe("a deployment after an import", () => {
  const definition = [
    { verb: "GET", path: "/a" },
    { verb: "ANY", path: "/b" },
  ];

  test.each([
    ["the same routes", ["ANY /b", "GET /a"], true, true, [], []],
    ["a route less", ["GET /a"], false, false, ["ANY /b"], []],
    ["a route more", ["GET /a", "ANY /b", "GET /c"], false, true, [], ["GET /c"]],
    ["another verb", ["GET /a", "GET /b"], false, false, ["ANY /b"], ["GET /b"]],
    ["nothing", [], false, false, ["GET /a", "ANY /b"], []],
  ])("with %s", (_, names, afterOverwrite, afterMerge, missing, foreign) => {
    const deployment = new Map(names.map((name) => [name, OPEN]));
    expect(sameRoutes(definition, deployment, "overwrite")).toEqual({ matches: afterOverwrite, missing, foreign });
    expect(sameRoutes(definition, deployment, "merge")).toEqual({ matches: afterMerge, missing, foreign });
  });

  test("has the routes of the definition exactly when nothing is missing or foreign", () => {
    fc.assert(
      fc.property(fc.array(routes), deployments, (wanted, deployment) => {
        const same = sortRoutes(new Set(wanted.map(routeKey))).join() === sortRoutes(deployment.keys()).join();
        expect(sameRoutes(wanted, deployment, "overwrite").matches).toBe(same);
      }),
    );
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
