import { describe, expect, test } from "@jest/globals";
import type { RestApi } from "../../simulator/gateway/model.ts";
import { setPolicy } from "../../simulator/gateway/rest-api.ts";
import { inWorkspace, yamlWith } from "./files.ts";
import { inScene, type Kind, kinds, type SceneOptions } from "./scene.ts";

const isPrivate = (endpoints?: string[]) => (api: RestApi) => {
  setPolicy(api, "{}");
  if (endpoints) api.endpointConfiguration = { ...api.endpointConfiguration, vpcEndpointIds: endpoints };
};

type Case = readonly [
  name: string,
  options: SceneOptions & { readonly endpointType?: Kind["endpointTypes"][number] },
  prepare: (api: RestApi) => void,
  inputs: Record<string, string>,
  expected: { readonly output: string; readonly link: string; readonly says: string },
];

const cases: readonly Case[] = [
  [
    "an edge-optimised API",
    { endpointType: "EDGE" },
    () => {},
    {},
    {
      output: "https://a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com/pr-1",
      link: "https://a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com/pr-1",
      says: "**<https://a1b2c3d4e5",
    },
  ],
  [
    "a Region in China",
    { gateway: { region: "cn-north-1" } },
    () => {},
    {},
    {
      output: "https://a1b2c3d4e5.execute-api.cn-north-1.amazonaws.com.cn/pr-1",
      link: "https://a1b2c3d4e5.execute-api.cn-north-1.amazonaws.com.cn/pr-1",
      says: "in cn-north-1",
    },
  ],
  [
    "a private API with an endpoint",
    { endpointType: "PRIVATE" },
    isPrivate(["vpce-0abc"]),
    {},
    {
      output: "https://a1b2c3d4e5-vpce-0abc.execute-api.eu-central-1.amazonaws.com/pr-1",
      link: "",
      says: "Inside its VPC, stage `pr-1` answers at `https://a1b2c3d4e5-vpce-0abc.",
    },
  ],
  [
    "a private API without an endpoint",
    { endpointType: "PRIVATE" },
    isPrivate(),
    {},
    { output: "", link: "", says: "The API is private: it answers only inside its VPC." },
  ],
  [
    "an API whose default endpoint is off",
    {},
    (api) => Object.assign(api, { disableExecuteApiEndpoint: true }),
    {},
    { output: "", link: "", says: "default endpoint is switched off" },
  ],
  [
    "a custom domain",
    {},
    (api) => Object.assign(api, { disableExecuteApiEndpoint: true }),
    { "invoke-url": "https://{stage}.api.example.com/{rest-api-id}/" },
    {
      output: "https://pr-1.api.example.com/a1b2c3d4e5",
      link: "https://pr-1.api.example.com/a1b2c3d4e5",
      says: "**<https://pr-1.api.example.com/a1b2c3d4e5>**",
    },
  ],
];

describe.each(kinds)("of $name:", (kind) => {
  const possible = cases.filter(([, { endpointType = "REGIONAL" }]) => kind.endpointTypes.includes(endpointType));

  test.each(possible)("the URL of %s, and no other is ever posted as a link", (_, options, prepare, inputs, expected) =>
    inScene({ ...kind.options, ...options }, async (scene) => {
      prepare(scene.api);
      const run = await scene.deploy(inputs);
      expect(run.conclusion).toBe("success");
      expect(run.outputs["invoke-url"]).toBe(expected.output);
      expect(scene.records()[0]?.statuses.at(-1)?.environmentUrl).toBe(expected.link);
      for (const text of [run.summary, scene.comments()[0]?.body ?? ""]) {
        expect(text).toContain(expected.says);
        expect(/\*\*<(.*)>\*\*/.exec(text)?.[1] ?? "").toBe(expected.link);
      }
    }),
  );

  test("what the run's own import switches off is never posted as a link, and refused for smoke tests", () => {
    const off = { "x-amazon-apigateway-endpoint-configuration": { disableExecuteApiEndpoint: true } };
    const text = yamlWith({ "GET /orders": {} }, { servers: [{ url: "/", ...off }] }, kind.dialect);
    return inWorkspace(
      { "openapi.yml": text },
      async (scene, { job }) => {
        const refused = await scene.deploy({ definition: "openapi.yml", "smoke-tests": "GET /orders 200" }, job);
        expect(refused.outputs["result"]).toBe("failed");
        expect(refused.text).toContain("SMOKE_TESTS_UNREACHABLE");
        expect(scene.asked().filter((operation) => /^(?:Put|Create|Update|Tag|Reimport)/.test(operation))).toEqual([]);
        const run = await scene.deploy({ definition: "openapi.yml" }, job);
        expect(run.conclusion).toBe("success");
        expect(run.outputs["invoke-url"]).toBe("");
        expect(scene.records().at(-1)?.statuses.at(-1)?.environmentUrl).toBe("");
        expect(run.summary).toContain("default endpoint is switched off");
      },
      kind.options,
    );
  });
});
