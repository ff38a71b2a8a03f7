import { expect, test } from "@jest/globals";
import type { RestApi } from "../../src/domain/stage.ts";
import type { DefinitionRequest } from "../../src/inputs/definition/definition-inputs.ts";
import { refuseUntestable } from "../../src/plan/reach.ts";
import { definitionOf, mock } from "../inputs/definition/definition-of.ts";
import { aRequest, aRestApi, observedWith } from "../requests.ts";

const tests = [{ line: 1, method: "GET", path: "/health", status: 200, contains: [], headers: [], within: undefined }];
const smokeTests = { tests, timeout: 60_000, apiKey: undefined, rollBack: true };

const importing = (endpoint: object, mode: "overwrite" | "merge" = "overwrite"): DefinitionRequest => ({
  definition: definitionOf(
    JSON.stringify({
      swagger: "2.0",
      info: { title: "Orders", version: "1" },
      "x-amazon-apigateway-endpoint-configuration": endpoint,
      paths: { "/orders": { get: mock } },
    }),
    "openapi.json",
  ),
  mode,
  failOnWarnings: true,
});
const off = { defaultEndpointDisabled: true };
const hidden = { visibility: "private" } as const;
const unreachable = "Nobody answers at x.";

test.each<[string, Partial<RestApi>, DefinitionRequest | undefined, boolean]>([
  ["a public API", {}, undefined, false],
  ["an API whose default endpoint is off", off, undefined, true],
  ["a private API without a name", hidden, undefined, true],
  ["a private API with one", { ...hidden, vpcEndpointIds: ["vpce-1"] }, undefined, false],
  ["a file that switches the endpoint off", {}, importing({ disableExecuteApiEndpoint: true }), true],
  ["a file that switches it on", off, importing({ disableExecuteApiEndpoint: false }), false],
  ["a file that does not say, and may take the switch away", off, importing({}), false],
  ["a merge that does not say, and keeps it", off, importing({}, "merge"), true],
  ["a file that names the endpoint of a private API", hidden, importing({ vpcEndpointIds: ["vpce-1"] }), false],
])("smoke tests of %s", (_, changes, imported, refused) => {
  const found = observedWith({ api: aRestApi(changes) });
  const refusal = refuseUntestable(aRequest({ smokeTests }), found, imported);
  expect(refusal?.refused).toBe(refused ? "SMOKE_TESTS_UNREACHABLE" : undefined);
  expect(refuseUntestable(aRequest(), found, imported)).toBeUndefined();
  const given = aRequest({ smokeTests, invokeUrl: "https://{stage}.example.com" });
  expect(refuseUntestable(given, found, imported)).toBeUndefined();
});

test("nothing is refused for an endpoint that nobody reaches, where the file names another", () => {
  const api = aRestApi({ ...hidden, vpcEndpointIds: ["vpce-1"] });
  const found = observedWith({ api, unreachable });
  expect(refuseUntestable(aRequest({ smokeTests }), found)?.happened).toContain(unreachable);
  const moving = importing({ vpcEndpointIds: ["vpce-2"] });
  expect(refuseUntestable(aRequest({ smokeTests }), found, moving)).toBeUndefined();
});
