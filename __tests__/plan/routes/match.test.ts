import { describe, expect, test } from "@jest/globals";
import { routeKey, sortRoutes } from "../../../src/domain/route.ts";
import { sameRoutes } from "../../../src/plan/routes/match.ts";
import fc from "../../property.ts";
import { anyDeployment, anyRoute, OPEN } from "./deployments.ts";

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
      fc.property(fc.array(anyRoute), anyDeployment, (wanted, deployment) => {
        const same = sortRoutes(new Set(wanted.map(routeKey))).join() === sortRoutes(deployment.keys()).join();
        expect(sameRoutes(wanted, deployment, "overwrite").matches).toBe(same);
      }),
    );
  });
});
