import { randomBytes, randomUUID } from "node:crypto";
import type { SimulatedRequest } from "../../http/exchange.ts";
import type { Definition, RestApi, Stage, Version, World } from "../model.ts";
import type { DomainTarget } from "./domains.ts";
import { memberOf } from "./member.ts";
import { decoded, type MatchedRoute } from "./routing.ts";
import type { Scope } from "./vtl.ts";

/** One request to a stage and all that its answer depends on. */
export type Call = {
  readonly request: SimulatedRequest;
  readonly definition: Definition;
  /** The stage's variables, overlaid by the canary's on a canary request. */
  readonly stageVariables: Readonly<Record<string, string>>;
  /** `$context` of mapping templates. */
  readonly context: Record<string, unknown>;
};

export type RequestIds = { readonly requestId: string; readonly extendedRequestId: string };

export const newRequestIds = (): RequestIds => ({
  requestId: randomUUID(),
  extendedRequestId: randomBytes(11).toString("base64"),
});

type Named = Pick<Stage, "stageName">;

/** Where a request goes: a stage, or what has but a name in place of one. */
export type CallTarget<At extends Named = Stage> = {
  readonly world: World;
  readonly api: RestApi;
  readonly stage: At;
  readonly ids: RequestIds;
  /** The path below the stage, undecoded, with its leading slash. */
  readonly path: string;
  /** Present where the request came through a custom domain: its name, the path there, and what led to the stage. */
  readonly customDomain?: Pick<DomainTarget, "matched"> & { readonly name: string; readonly path: string };
};

/** What answers: the stage's own version or, by chance, its canary's. */
export type Served = Version & {
  /** Absent on a stage without a canary. */
  readonly isCanary?: boolean;
};

export const newCall = (target: CallTarget<Named>, served: Served, request: SimulatedRequest): Call => ({
  request,
  definition: served.definition,
  stageVariables: served.variables,
  context: contextOf(target, served, request),
});

/** API Gateway Developer Guide, "Variables for data transformations": those that the simulator has a value for. */
const contextOf = (
  { world, api, stage, ids, path, customDomain }: CallTarget<Named>,
  { deploymentId, isCanary }: Served,
  request: SimulatedRequest,
): Record<string, unknown> => ({
  accountId: world.accountId,
  apiId: api.id,
  deploymentId,
  ...(customDomain === undefined ? {} : { customDomain: customDomain.matched }),
  domainName: customDomain?.name ?? `${api.id}.execute-api.${world.region}.amazonaws.com`,
  domainPrefix: customDomain?.name.split(".", 1)[0] ?? api.id,
  extendedRequestId: ids.extendedRequestId,
  httpMethod: request.method,
  identity: { sourceIp: "127.0.0.1", userAgent: request.headers["user-agent"] },
  // "Present only when you have a canary enabled."
  ...(isCanary === undefined ? {} : { isCanaryRequest: isCanary }),
  path: customDomain?.path ?? `/${stage.stageName}${path}`,
  protocol: "HTTP/1.1",
  requestId: ids.requestId,
  requestTimeEpoch: Math.floor(world.clock.now()),
  stage: stage.stageName,
});

/** The names that a template of this call can use; `body` is what its `$input` stands for. */
export const templateScope = (
  call: Omit<Call, "definition">,
  route: Pick<MatchedRoute, "pathParameters">,
  body: string,
): Scope => ({
  context: call.context,
  stageVariables: call.stageVariables,
  input: templateInput(call.request, route, body),
  util: {
    escapeJavaScript: (text: unknown) => escapeJavaScript(String(text ?? "")),
    urlEncode: (text: unknown) => encodeURIComponent(String(text ?? "")),
    urlDecode: (text: unknown) => decoded(String(text ?? "")),
    base64Encode: (text: unknown) => Buffer.from(String(text ?? "")).toString("base64"),
    base64Decode: (text: unknown) => Buffer.from(String(text ?? ""), "base64").toString(),
    parseJson: (text: unknown) => parsed(String(text ?? "")),
  },
});

const escapeJavaScript = (text: string): string =>
  JSON.stringify(text).slice(1, -1).replaceAll("'", "\\'").replaceAll("/", "\\/");

const templateInput = (
  request: SimulatedRequest,
  { pathParameters }: Pick<MatchedRoute, "pathParameters">,
  body: string,
): unknown => {
  const querystring = Object.fromEntries(request.url.searchParams);
  const all = { path: pathParameters, querystring, header: request.headers };
  return {
    body,
    params: (name?: unknown) => (name === undefined ? all : parameter(all, String(name))),
    path: (path: unknown) => valueAt(parsed(body), String(path)),
    json: (path: unknown) => JSON.stringify(valueAt(parsed(body), String(path)) ?? ""),
  };
};

type Parameters = Readonly<Record<"path" | "querystring" | "header", Readonly<Record<string, string>>>>;

/** A request parameter by name: from the path, else the query, else the headers; empty when there is none. */
const parameter = ({ path, querystring, header }: Parameters, name: string): unknown =>
  memberOf(path, name) ?? memberOf(querystring, name) ?? memberOf(header, name.toLowerCase()) ?? "";

/** A body that is absent counts as an empty object. */
const parsed = (body: string): unknown => {
  try {
    return JSON.parse(body === "" ? "{}" : body);
  } catch {
    return undefined;
  }
};

/** JSONPath with member names and indices: `$.pets[0].name`, `$['a b']`. */
const valueAt = (value: unknown, path: string): unknown => {
  const keys = [...path.matchAll(/\.([\w-]+)|\[(\d+)\]|\['([^']*)'\]/g)].map(
    ([, name, index, quoted]) => name ?? index ?? quoted ?? "",
  );
  return keys.reduce<unknown>(memberOf, value);
};
