import { expect, test } from "@jest/globals";
import { withReach } from "../../src/observe/reach.ts";
import { aRequest, aRestApi, observedWith } from "../requests.ts";
import { aWorld } from "../world.ts";

const tests = [{ line: 1, method: "GET", path: "/health", status: 200, contains: [], headers: [], within: undefined }];
const smokeTests = { tests, timeout: 60_000, apiKey: undefined, rollBack: true };
const hidden = aRestApi({ visibility: "private", vpcEndpointIds: ["vpce-1"] });

const looking = async (answers: boolean, changes = {}, api = hidden) => {
  const asked: string[] = [];
  const fetch = async (url: unknown): Promise<Response> => {
    asked.push(String(url));
    if (answers) return new Response("", { status: 403 });
    throw new TypeError("fetch failed");
  };
  const found = observedWith({ api });
  const { unreachable } = await withReach(aRequest({ smokeTests, ...changes }), found, aWorld({ fetch }));
  return { asked, unreachable };
};

test("whether a private API is there is asked before smoke tests, and any answer is one", async () => {
  expect(await looking(true)).toEqual({
    asked: ["https://a1b2c3d4e5-vpce-1.execute-api.eu-central-1.amazonaws.com/pr-7/"],
    unreachable: undefined,
  });
  expect((await looking(false)).unreachable).toBe(
    "The API is private, and nobody answers at a1b2c3d4e5-vpce-1.execute-api.eu-central-1.amazonaws.com: the runner is not in its VPC.",
  );
});

test.each([
  ["without smoke tests", { smokeTests: { ...smokeTests, tests: [] } }, hidden],
  ["with a name of its own", { invokeUrl: "https://orders.internal" }, hidden],
  ["of a public API", {}, aRestApi()],
])("nobody is asked %s", async (_, changes, api) => {
  expect(await looking(false, changes, api)).toEqual({ asked: [], unreachable: undefined });
});
