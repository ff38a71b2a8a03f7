import { describe, expect, test } from "@jest/globals";
import type { RestApi } from "../../src/domain/stage.ts";
import { settingsTakenAway } from "../../src/plan/taken-away.ts";
import { definitionOf } from "../inputs/definition/definition-of.ts";
import { aRestApi } from "../requests.ts";

const routes = { "/pets": { get: { "x-amazon-apigateway-integration": { type: "mock" } } } };
const whatOf = (api: Partial<RestApi>, members: object, mode: "overwrite" | "merge" = "overwrite") => {
  const info = { title: "Orders", version: "1" };
  const text = JSON.stringify({ openapi: "3.0.3", info, paths: routes, ...members });
  const definition = definitionOf(text);
  return settingsTakenAway(aRestApi(api), { definition, mode, failOnWarnings: true }).map(({ what }) => what);
};

const endpoint = (settings: object) => ({
  servers: [{ url: "https://a.example", "x-amazon-apigateway-endpoint-configuration": settings }],
});

describe("what an overwrite takes away, unless the file names it:", () => {
  test.each<[string, Partial<RestApi>, object, string]>([
    ["the policy", { hasPolicy: true }, { "x-amazon-apigateway-policy": {} }, "removes the resource policy"],
    [
      "binary media types",
      { binaryMediaTypes: ["image/png"] },
      { "x-amazon-apigateway-binary-media-types": ["image/png"] },
      "removes the binary media type image/png",
    ],
    ["CORS", { hasCors: true }, { "x-amazon-apigateway-cors": {} }, "may remove the CORS configuration"],
    [
      "compression",
      { minimumCompressionSize: 0 },
      { "x-amazon-apigateway-minimum-compression-size": 1024 },
      "removes the minimum compression size (0 bytes)",
    ],
    [
      "the source of API keys",
      { apiKeySource: "AUTHORIZER" },
      { "x-amazon-apigateway-api-key-source": "HEADER" },
      "sets the source of API keys from AUTHORIZER back to HEADER",
    ],
    [
      "the default endpoint's switch",
      { defaultEndpointDisabled: true },
      endpoint({ disableExecuteApiEndpoint: false }),
      "may switch the API's default endpoint on again",
    ],
    [
      "VPC endpoints",
      { vpcEndpointIds: ["vpce-1", "vpce-2"] },
      endpoint({ vpcEndpointIds: [] }),
      "may take the API off its VPC endpoints vpce-1, vpce-2",
    ],
  ])("%s", (_, api, named, what) => {
    expect(whatOf(api, {})).toEqual([what]);
    expect(whatOf(api, named)).toEqual([]);
    expect(whatOf(api, {}, "merge")).toEqual([]);
    expect(whatOf({}, {})).toEqual([]);
  });

  test("of several binary media types those that the file lacks", () => {
    const api = { binaryMediaTypes: ["image/png", "application/pdf", "*/*"] };
    expect(whatOf(api, { "x-amazon-apigateway-binary-media-types": ["*/*"] })).toEqual([
      "removes the binary media types image/png, application/pdf",
    ]);
  });

  test("Swagger has its endpoint settings at the top", () => {
    const swagger = { openapi: undefined, swagger: "2.0" };
    const api = { defaultEndpointDisabled: true };
    const named = { "x-amazon-apigateway-endpoint-configuration": { disableExecuteApiEndpoint: true } };
    expect(whatOf(api, swagger)).toHaveLength(1);
    expect(whatOf(api, { ...swagger, ...named })).toEqual([]);
  });
});

test.each(["overwrite", "merge"] as const)("the API's name becomes the title, by %s too", (mode) => {
  expect(whatOf({ name: "Shop" }, {}, mode)).toEqual(["renames the API from Shop to Orders"]);
  expect(whatOf({ name: "Shop" }, { info: { version: "1" } }, mode)).toEqual([]);
});
