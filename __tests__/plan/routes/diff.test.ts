import { describe, expect, test } from "@jest/globals";
import { type RouteAuthorization, sortRoutes } from "../../../src/domain/route.ts";
import { diffRoutes } from "../../../src/plan/routes/diff.ts";
import fc from "../../property.ts";
import { anyDeployment, CUSTOM_KEY, deployed, IAM, KEY, OPEN } from "./deployments.ts";

const JWT: RouteAuthorization = { authorizationType: "JWT", apiKeyRequired: false };

describe("the route diff", () => {
  test("of a deployment with itself is empty", () => {
    fc.assert(
      fc.property(anyDeployment, (deployment) => {
        const reversed = new Map([...deployment].reverse());
        for (const changes of Object.values(diffRoutes(deployment, reversed))) expect(changes).toEqual([]);
      }),
    );
  });

  test("there is the mirror image of the diff back", () => {
    const turned = (changes: readonly { route: string; before: RouteAuthorization; after: RouteAuthorization }[]) =>
      changes.map(({ route, before, after }) => ({ route, before: after, after: before }));
    fc.assert(
      fc.property(anyDeployment, anyDeployment, (one, other) => {
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
      fc.property(anyDeployment, anyDeployment, (before, after) => {
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
