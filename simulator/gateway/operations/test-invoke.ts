import type { SimulatedRequest, SimulatedResponse } from "../../http/exchange.ts";
import { newCall, newRequestIds } from "../data-plane/call.ts";
import { answerOfMock } from "../data-plane/mock-integration.ts";
import { type MatchedRoute, pathParametersOf } from "../data-plane/routing.ts";
import type { Operation } from "../model.ts";
import { ServiceError } from "../service-error.ts";
import { requireRestApi } from "./identifiers.ts";
import { methodOf, resourceOf } from "./methods.ts";

/** What `$context.stage` says in a test (API Gateway Developer Guide, testing a method in the console). */
const testStageName = "test-invoke-stage";

/**
 * Invokes a method of the draft: without its authorizer, API key or stage (Developer Guide, "Test a REST API method").
 * The path needs not be one of the resource's; then its parameters are empty (recorded behaviour).
 *
 * @throws ServiceError 404 for an unknown API, resource or method; 501 for an integration other than a mock
 */
const testInvokeMethod: Operation = (input, world) => {
  const startedAt = performance.now();
  const resource = resourceOf(world, input);
  const method = methodOf(world, input);
  const integration = method.methodIntegration;
  if (integration?.type !== "MOCK") {
    throw new ServiceError(
      501,
      "NotImplementedException",
      `The simulator can test mock integrations only; this method has type ${integration?.type ?? "none"}`,
    );
  }
  const api = requireRestApi(world, input.restApiId);
  const request = testRequest(input, resource.path);
  const ids = newRequestIds();
  const call = newCall(
    { world, api, stage: { stageName: testStageName }, ids, path: request.path },
    { definition: api.draft, deploymentId: "", variables: input.stageVariables ?? {} },
    request,
  );
  const route: MatchedRoute = { resource, method, pathParameters: pathParametersOf(resource.path, request.path) };
  Object.assign(call.context, { resourceId: resource.id, resourcePath: resource.path });
  const headers: Record<string, string> = input.headers ?? {};
  const response = shownResponse(answerOfMock(call, route, integration));
  const log = executionLog({ requestId: ids.requestId, request, headers, route, response, at: world.clock.now() });
  return { ...response, log, latency: Math.round(performance.now() - startedAt) };
};

type TestInput = {
  readonly httpMethod: string;
  readonly pathWithQueryString?: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
};

/** Without a path it is the resource's own, its parameters standing for themselves (recorded behaviour). */
const testRequest = (input: TestInput, resourcePath: string): SimulatedRequest => {
  const [path = "", query = ""] = (input.pathWithQueryString || resourcePath).split("?", 2);
  return {
    method: input.httpMethod,
    url: new URL(`?${query}`, "http://localhost/"),
    path,
    headers: Object.fromEntries(
      Object.entries(input.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]),
    ),
    body: Buffer.from(input.body ?? ""),
  };
};

type ShownResponse = {
  readonly status: number;
  readonly body: string;
  readonly headers: Record<string, string>;
  readonly multiValueHeaders: Record<string, string[]>;
};

/** The headers in the usual case; an error has none but its type (recorded behaviour). */
const shownResponse = ({ status, headers, body }: SimulatedResponse): ShownResponse => {
  const shown = Object.entries(headers)
    .map(([name, value]) => [inUsualCase(name), value] as const)
    .filter(([name]) => !("x-amzn-ErrorType" in headers) || name === "x-amzn-ErrorType");
  return {
    status,
    body: body.toString(),
    headers: Object.fromEntries(shown),
    multiValueHeaders: Object.fromEntries(shown.map(([name, value]) => [name, [value]])),
  };
};

const inUsualCase = (name: string): string =>
  name === name.toLowerCase()
    ? name.replaceAll(/(^|-)([a-z])/g, (_, dash, letter) => dash + letter.toUpperCase())
    : name;

type Execution = {
  readonly requestId: string;
  readonly request: SimulatedRequest;
  readonly headers: Readonly<Record<string, string>>;
  readonly route: MatchedRoute;
  readonly response: ShownResponse;
  /** Milliseconds since 1970. */
  readonly at: number;
};

/** The execution log in the service's lines (recorded behaviour; why a mock failed it says in words not known). */
const executionLog = ({ requestId, request, headers, route, response, at }: Execution): string => {
  const failed = "x-amzn-ErrorType" in response.headers;
  const lines = [
    `Starting execution for request: ${requestId}`,
    `HTTP Method: ${request.method}, Resource Path: ${request.path}`,
    `Method request path: ${pairs(route.pathParameters)}`,
    `Method request query string: ${pairs(Object.fromEntries(request.url.searchParams))}`,
    `Method request headers: ${pairs(headers)}`,
    `Method request body before transformations: ${request.body.toString()}`,
    ...(failed
      ? ["Execution failed due to configuration error"]
      : [
          `Method response body after transformations: ${response.body}`,
          `Method response headers: ${pairs(response.headers)}`,
          "Successfully completed execution",
        ]),
    `Method completed with status: ${response.status}`,
  ];
  const stamp = logTime(at);
  return [`Execution log for request ${requestId}`, ...lines.map((line) => `${stamp} : ${line}`), ""].join("\n");
};

const pairs = (members: Readonly<Record<string, string>>): string =>
  `{${Object.entries(members)
    .map(([name, value]) => `${name}=${value}`)
    .join(", ")}}`;

/** `Sun Nov 22 07:05:09 UTC 2026` */
const logTime = (at: number): string => {
  const [weekday, day, month, year, time] = new Date(at).toUTCString().replace(",", "").split(" ");
  return `${weekday} ${month} ${day} ${time} UTC ${year}`;
};

export const testInvokeOperations: Record<string, Operation> = { TestInvokeMethod: testInvokeMethod };
