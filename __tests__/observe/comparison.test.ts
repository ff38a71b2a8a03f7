import { describe, expect, test } from "@jest/globals";
import type { Gateway } from "../../src/aws/gateway.ts";
import { ActionError } from "../../src/domain/errors.ts";
import type { CompareWith } from "../../src/inputs/definition/definition-inputs.ts";
import { observeInside, observeOutside } from "../../src/observe/comparison.ts";
import { failure, gatewayWith } from "../apply/scene.ts";
import { aDeployment, aRequest, aStage } from "../requests.ts";
import { withoutGitHub } from "./without-github.ts";

const routes = new Map([["GET /pets", { authorizationType: "NONE", apiKeyRequired: false }]]);
const wanting = (compareWith: CompareWith) => aRequest({ routes: { compareWith, failOn: [] } });
const own = { kind: "own" } as const;
const prod = { kind: "stage", stageName: "prod" } as const;

describe("a stage of the API itself", () => {
  const inside = (compareWith: CompareWith, served = aDeployment("d1", { routes })) =>
    observeInside(wanting(compareWith), [aStage({ name: "prod" })], async () => served, gatewayWith({}));

  test("is compared by what it serves", async () => {
    expect(await inside(prod)).toEqual({ kind: "routes", name: "stage prod", routes });
  });

  test("that is new has nothing; one that is named and not there is a mistake", async () => {
    expect(await inside(own)).toMatchObject({ kind: "nothing", because: expect.stringContaining("pr-7 is new") });
    expect(await inside({ kind: "stage", stageName: "production" })).toEqual({
      kind: "absent",
      because: "API a1b2c3d4e5 has no stage production to compare with; it has prod.",
    });
  });

  test("I8: whose deployment is gone is unknown", async () => {
    expect(await inside(prod, aDeployment("d1"))).toMatchObject({ kind: "unknown" });
  });
});

describe("a stage of another API", () => {
  const outside = (otherwise: Partial<Gateway>) =>
    observeOutside(wanting({ kind: "other-api", restApiId: "f6g7h8i9j0", stageName: "prod" }), {
      github: withoutGitHub,
      gateway: gatewayWith({}),
      gatewayTo: async (restApiId) => gatewayWith({ restApiId, ...otherwise }),
    });
  const getStages = async () => [aStage({ name: "prod", deploymentId: "d9" })];

  test("is read there", async () => {
    const getDeployment = async (id: string) => (id === "d9" ? aDeployment(id, { routes }) : undefined);
    expect(await outside({ getStages, getDeployment })).toEqual({
      kind: "routes",
      name: "stage prod of API f6g7h8i9j0",
      routes,
    });
  });

  test.each<[string, Partial<Gateway>, string]>([
    ["has no such stage", {}, "absent"],
    ["is not there", { getStages: () => Promise.reject(failure("UNKNOWN_API")) }, "absent"],
    ["may not be read", { getStages: () => Promise.reject(failure("ACCESS_DENIED")) }, "unknown"],
  ])("that %s: %s", async (_, otherwise, kind) => {
    expect(await outside(otherwise)).toMatchObject({ kind });
  });

  test("that AWS does not answer for ends the run, as any other request does", async () => {
    await expect(outside({ getStages: () => Promise.reject(failure("UPSTREAM")) })).rejects.toThrow(ActionError);
  });
});
