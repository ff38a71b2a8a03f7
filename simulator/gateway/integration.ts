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
  return {
    passthroughBehavior: "WHEN_NO_MATCH",
    timeoutInMillis: 29000,
    cacheNamespace: resourceId,
    cacheKeyParameters: [],
    ...(overHttp ? { connectionType: "INTERNET" } : {}),
    ...request,
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
  } else if (!address.startsWith("arn:")) throw badRequest("Invalid ARN specified in the request");
};
