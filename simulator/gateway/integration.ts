import type { Integration } from "./model.ts";
import { badRequest } from "./service-error.ts";

/** What the caller says about an integration, by the SDK's member names; `httpMethod` is the backend's. */
export type IntegrationRequest = { readonly type: string; readonly [member: string]: unknown };

/**
 * An integration with the service's defaults (recorded behaviour): 29 s, `WHEN_NO_MATCH`, and a cache namespace that is
 * the resource's id. HTTP types reach the backend over the internet unless told otherwise.
 *
 * @throws ServiceError 400 for a backend that the type cannot have
 */
export const newIntegration = (request: IntegrationRequest, resourceId: string): Integration => {
  const overHttp = request.type === "HTTP" || request.type === "HTTP_PROXY";
  checkBackend(request);
  checkTimeout(request["timeoutInMillis"]);
  // A mock has no backend, and so no method of one (recorded behaviour).
  const { httpMethod, ...others } = request;
  const method = request.type === "MOCK" || httpMethod === undefined ? {} : { httpMethod: String(httpMethod) };
  return {
    passthroughBehavior: "WHEN_NO_MATCH",
    timeoutInMillis: 29000,
    cacheNamespace: resourceId,
    cacheKeyParameters: [],
    ...(overHttp ? { connectionType: "INTERNET" } : {}),
    ...others,
    ...method,
    integrationResponses: new Map(),
  };
};

const checkBackend = ({ type, uri, httpMethod }: IntegrationRequest): void => {
  if (type === "MOCK") return;
  if (httpMethod === undefined || httpMethod === "")
    throw badRequest("Enumeration value for HttpMethod must be non-empty");
  const address = String(uri ?? "");
  if (type.startsWith("HTTP")) {
    if (!/^(https?:\/\/|\$\{stageVariables\.)/.test(address)) {
      throw badRequest("Invalid HTTP endpoint specified for URI");
    }
    return;
  }
  if (!address.startsWith("arn:")) throw badRequest("Invalid ARN specified in the request");
  checkServiceAddress(address);
};

/** `arn:aws:apigateway:{region}:{service}:path|action/…`, texts of reports. */
const checkServiceAddress = (address: string): void => {
  const [, , , , service, ...rest] = address.split(":");
  const target = rest.join(":");
  if (!/^(path|action)\//.test(target)) throw badRequest("AWS ARN for integration must contain path or action");
  if (service === "lambda" && isUnresolved(target)) throw badRequest("Invalid function ARN or invalid uri");
};

/** A `${…}` that is no stage variable, such as CloudFormation's. A function by its mere name is taken; AWS may not. */
const isUnresolved = (target: string): boolean => /\$\{(?!stageVariables\.)/.test(target);

/** The default quota; whether one is raised is not simulated (text of a report). */
const checkTimeout = (timeout: unknown): void => {
  if (timeout === undefined || (Number(timeout) >= 50 && Number(timeout) <= 29000)) return;
  throw badRequest("Timeout should be between 50 ms and 29000 ms");
};
