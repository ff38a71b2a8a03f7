import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { openSetting, refusalOf, type Setting } from "./setting.ts";

let setting: Setting;
beforeEach(async () => {
  setting = await openSetting();
});
afterEach(() => setting.server.close());

const query = async (text: string): Promise<unknown> => {
  const response = await setting.fetch("/graphql", { method: "POST", body: JSON.stringify({ query: text }) });
  return response.json();
};

describe("a server that lacks a part", () => {
  test("GraphQL answers as on any path that is none", async () => {
    setting.world.missing.graphql = true;
    for (const path of ["/graphql", "/api/graphql"])
      expect((await setting.fetch(path, { method: "POST", body: "{}" })).status).toBe(404);
    expect((await setting.octokit.rest.repos.get(setting.at)).status).toBe(200);
  });

  test("deployments, which are not found like other things that are not there", async () => {
    const list = () => refusalOf(setting.octokit.rest.repos.listDeployments({ ...setting.at, repo: "none" }));
    expect((await list()).data.documentation_url).toBe(
      "https://docs.github.com/rest/deployments/deployments#list-deployments",
    );
    setting.world.missing.deployments = true;
    expect((await list()).data.documentation_url).toBe("https://docs.github.com/rest");
    const status = { ...setting.at, deployment_id: 1, state: "success" as const };
    expect((await refusalOf(setting.octokit.rest.repos.createDeploymentStatus(status))).status).toBe(404);
  });
});

describe("a field that the schema lacks", () => {
  test("is an error with a code, and there is no data", async () => {
    setting.world.missing.fields.add("Repository.isPrivate");
    const text = `query { repository(owner: "acme", name: "orders") { ...f } }\nfragment f on Repository { name mine: isPrivate }`;
    expect(await query(text)).toEqual({
      errors: [
        {
          path: ["fragment f", "mine"],
          extensions: { code: "undefinedField", typeName: "Repository", fieldName: "isPrivate" },
          locations: [{ line: 2, column: 33 }],
          message: "Field 'isPrivate' doesn't exist on type 'Repository'",
        },
      ],
    });
    setting.world.missing.fields.clear();
    expect(await query(text)).toMatchObject({ data: { repository: { mine: false } } });
  });

  test("also one that no GitHub has", async () => {
    expect(await query("query Who { viewer { shoeSize } }")).toMatchObject({
      errors: [{ path: ["query Who", "viewer", "shoeSize"], extensions: { fieldName: "shoeSize" } }],
    });
  });
});

describe("what comes between a client and the server", () => {
  test("half an answer, and then silence", async () => {
    setting.server.faults.add({ effect: { kind: "stall" } });
    const response = await setting.fetch("/repos/acme/orders", { signal: AbortSignal.timeout(300) });
    expect(response.status).toBe(200);
    await expect(response.text()).rejects.toMatchObject({ name: "TimeoutError" });
  });

  test("the true answer, changed", async () => {
    const change = (response: { status: number; headers: Readonly<Record<string, string>> }) => ({
      ...response,
      body: "<html>",
    });
    setting.server.faults.add({ effect: { kind: "change", change } });
    const response = await setting.fetch("/repos/acme/orders");
    expect([response.status, await response.text()]).toEqual([200, "<html>"]);
  });
});
