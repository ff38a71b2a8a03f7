import {
  CreateDeploymentCommand,
  DeleteGatewayResponseCommand,
  GetGatewayResponseCommand,
  GetGatewayResponsesCommand,
  type PatchOperation,
  PutGatewayResponseCommand,
  type PutGatewayResponseCommandInput,
  UpdateGatewayResponseCommand,
} from "@aws-sdk/client-api-gateway";
import { describe, expect, test } from "@jest/globals";
import { refusalOf } from "./control-plane.ts";
import { mock, openApi, withImports } from "./import-scene.ts";

type ResponseType = NonNullable<PutGatewayResponseCommandInput["responseType"]>;

const template = { "application/json": '{"message":$context.error.messageString}' };

const scene = async () => {
  const { client, restApiId, ...rest } = await withImports();
  const put = (responseType: ResponseType, members: Partial<PutGatewayResponseCommandInput> = {}) =>
    client.send(new PutGatewayResponseCommand({ restApiId, responseType, ...members }));
  const get = (responseType: ResponseType) => client.send(new GetGatewayResponseCommand({ restApiId, responseType }));
  const drop = (responseType: ResponseType) =>
    client.send(new DeleteGatewayResponseCommand({ restApiId, responseType }));
  const patch = (responseType: ResponseType, ...patchOperations: PatchOperation[]) =>
    client.send(new UpdateGatewayResponseCommand({ restApiId, responseType, patchOperations }));
  const list = async () => (await client.send(new GetGatewayResponsesCommand({ restApiId }))).items ?? [];
  return { ...rest, client, restApiId, importInto: rest.put, put, get, drop, patch, list };
};

describe("gateway responses", () => {
  test("are the service's own until they are set, and again once they are deleted", async () => {
    const { put, get, drop } = await scene();
    const standard = { defaultResponse: true, statusCode: "401", responseParameters: {}, responseTemplates: template };
    expect(await get("UNAUTHORIZED")).toMatchObject(standard);
    const own = await put("UNAUTHORIZED", { statusCode: "418" });
    expect(own).toMatchObject({ ...standard, defaultResponse: false, statusCode: "418" });
    expect(own.$metadata.httpStatusCode).toBe(201);
    await drop("UNAUTHORIZED");
    expect(await get("UNAUTHORIZED")).toMatchObject(standard);
    expect((await refusalOf(drop("UNAUTHORIZED"))).message).toBe("Gateway response type not defined on api");
  });

  test("of a class follow its default, unless they are set themselves", async () => {
    const { put, list } = await scene();
    await put("DEFAULT_5XX", { statusCode: "599", responseParameters: { "gatewayresponse.header.a": "'b'" } });
    await put("AUTHORIZER_FAILURE");
    const byType = new Map((await list()).map((response) => [response.responseType, response]));
    expect(byType.size).toBe(21);
    expect(byType.get("API_CONFIGURATION_ERROR")).toMatchObject({
      defaultResponse: true,
      statusCode: "599",
      responseParameters: { "gatewayresponse.header.a": "'b'" },
    });
    expect(byType.get("AUTHORIZER_FAILURE")).toMatchObject({ statusCode: "500", responseParameters: {} });
    expect(byType.get("ACCESS_DENIED")).toMatchObject({ statusCode: "403", responseParameters: {} });
    expect(byType.get("DEFAULT_4XX")).not.toHaveProperty("statusCode");
  });

  test("can be patched, which makes them one's own", async () => {
    const { get, patch } = await scene();
    await patch(
      "THROTTLED",
      { op: "replace", path: "/statusCode", value: "444" },
      { op: "add", path: "/responseTemplates/application~1xml", value: "<a/>" },
      { op: "add", path: "/responseParameters/gatewayresponse.header.a", value: "'b'" },
    );
    expect(await get("THROTTLED")).toMatchObject({
      defaultResponse: false,
      statusCode: "444",
      responseTemplates: { ...template, "application/xml": "<a/>" },
      responseParameters: { "gatewayresponse.header.a": "'b'" },
    });
  });

  test.each<[PatchOperation, string]>([
    [{ op: "add", path: "/statusCode", value: "444" }, "Invalid patch path /statusCode"],
    [{ op: "add", path: "/wrong", value: "1" }, "Invalid patch path /wrong"],
    [{ op: "replace", path: "/responseParameters/a", value: "'b'" }, "Invalid parameter name specified"],
    [{ op: "replace", path: "/responseTemplates/a" }, "Invalid null or empty value in responseTemplates"],
  ])("refuse %j", async (operation, message) => {
    const { patch, get } = await scene();
    expect((await refusalOf(patch("THROTTLED", operation))).message).toBe(message);
    expect((await get("THROTTLED")).defaultResponse).toBe(true);
  });

  test("of a deployment answer its callers", async () => {
    const { client, restApiId, importInto, put, server } = await scene();
    await importInto(openApi({ "/a": { get: mock } }));
    await put("MISSING_AUTHENTICATION_TOKEN", { statusCode: "404" });
    await client.send(new CreateDeploymentCommand({ restApiId, stageName: "dev" }));
    const answer = await fetch(`${server.url}/${restApiId}/dev/nowhere`);
    expect(answer.status).toBe(404);
    expect(await answer.json()).toEqual({ message: "Missing Authentication Token" });
  });
});
