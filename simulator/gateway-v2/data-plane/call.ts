import { dnsSuffixOf } from "../../aws/partition.ts";
import { memberOf } from "../../gateway/data-plane/member.ts";
import type { World } from "../../gateway/model.ts";
import type { SimulatedRequest } from "../../http/exchange.ts";
import type { Api, Serving, Stage } from "../model.ts";
import type { MatchedRoute } from "./routing.ts";

/** One request to a stage and all that its answer depends on. */
export type Call = {
  readonly world: World;
  readonly api: Api;
  readonly stage: Stage;
  readonly serving: Serving;
  readonly request: SimulatedRequest;
  /** The path below the stage, undecoded, with its leading slash. */
  readonly path: string;
  /** The name of the custom domain that the request came through. */
  readonly customDomain?: string;
  /** `$context` of parameter mappings and access logs. */
  readonly context: Record<string, unknown>;
};

/** Developer Guide, "Customize HTTP API access logs": what is known before the request is answered. */
export const contextOf = (
  { world, api, stage, serving, request, path, customDomain }: Omit<Call, "context">,
  requestId: string,
): Record<string, unknown> => ({
  accountId: world.accountId,
  apiId: api.apiId,
  deploymentId: serving.deploymentId,
  domainName: customDomain ?? `${api.apiId}.execute-api.${world.region}.${dnsSuffixOf(world.region)}`,
  domainPrefix: customDomain?.split(".", 1)[0] ?? api.apiId,
  extendedRequestId: requestId,
  httpMethod: request.method,
  identity: { sourceIp: "127.0.0.1", userAgent: request.headers["user-agent"] },
  path: stage.stageName === "$default" ? path : `/${stage.stageName}${path}`,
  protocol: "HTTP/1.1",
  requestId,
  requestTimeEpoch: Math.floor(world.clock.now()),
  stage: stage.stageName,
});

/**
 * A mapping's value: a text that may name parts of the request, `$request.header.name` as a whole or `${…}` among others
 * (Developer Guide, "Transform API requests and responses for HTTP APIs").
 *
 * @param response headers of the backend's answer, where there is one
 */
export const mappedValue = (
  call: Call,
  { pathParameters }: Pick<MatchedRoute, "pathParameters">,
  value: string,
  response: Readonly<Record<string, string>> = {},
): string => {
  const lookUp = (name: string): string => {
    const [, root = "", rest = ""] = /^\$?(\w+)(?:\.(.*))?$/.exec(name) ?? [];
    if (root === "stageVariables") return call.serving.variables[rest] ?? "";
    if (root === "context") return text(rest.split(".").reduce<unknown>(memberOf, call.context));
    if (root === "response") return response[rest.replace(/^header\./, "").toLowerCase()] ?? "";
    return root === "request" ? ofRequest(call, pathParameters, rest) : "";
  };
  if (/^\$\w+(?:\.[\w$.-]+)?$/.test(value)) return lookUp(value);
  return value.replace(/\$\{([^}]+)\}/g, (_, name: string) => lookUp(name));
};

const text = (value: unknown): string => (value === undefined || value === null ? "" : String(value));

const ofRequest = ({ request, path }: Call, pathParameters: Readonly<Record<string, string>>, name: string): string => {
  const [, place = "", member = ""] = /^(\w+)(?:\.(.*))?$/.exec(name) ?? [];
  if (place === "header") return request.headers[member.toLowerCase()] ?? "";
  if (place === "querystring") return request.url.searchParams.get(member) ?? "";
  if (place === "path") return member === "" ? path : (pathParameters[member] ?? "");
  return "";
};
