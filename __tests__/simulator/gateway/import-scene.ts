import {
  CreateRestApiCommand,
  GetRestApiCommand,
  PutRestApiCommand,
  type PutRestApiCommandInput,
  type PutRestApiCommandOutput,
} from "@aws-sdk/client-api-gateway";
import type { RestApi } from "../../../simulator/gateway/model.ts";
import { startControlPlane } from "./control-plane.ts";

export const mock = {
  "x-amazon-apigateway-integration": {
    type: "mock",
    requestTemplates: { "application/json": '{"statusCode":200}' },
    responses: { default: { statusCode: "200" } },
  },
};

export const openApi = (paths: object, members: object = {}) => ({
  openapi: "3.0.1",
  info: { title: "Pets", version: "1" },
  paths,
  ...members,
});

export const bodyOf = (document: unknown): Buffer =>
  Buffer.from(typeof document === "string" ? document : JSON.stringify(document));

/** A REST API in a control plane, and the means to import into it and look at the draft. */
export const withImports = async () => {
  const plane = await startControlPlane();
  const { client, world } = plane;
  const { id: restApiId = "" } = await client.send(new CreateRestApiCommand({ name: "before" }));
  const put = (document: unknown, input: Partial<PutRestApiCommandInput> = {}): Promise<PutRestApiCommandOutput> =>
    client.send(new PutRestApiCommand({ restApiId, body: bodyOf(document), mode: "overwrite", ...input }));
  const draft = (): RestApi["draft"] => {
    const api = world.restApis.get(restApiId);
    if (!api) throw new Error("the REST API is gone");
    return api.draft;
  };
  const resource = (path: string) => [...draft().resources.values()].find((entry) => entry.path === path);
  const method = (path: string, verb = "GET") => resource(path)?.methods.get(verb);
  const read = () => client.send(new GetRestApiCommand({ restApiId }));
  return { ...plane, restApiId, put, draft, resource, method, read };
};
