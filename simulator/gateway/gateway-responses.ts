import type { Definition } from "./model.ts";

/** A gateway response as the API shows it: `statusCode` is absent for the two defaults until they are set. */
export type GatewayResponse = {
  readonly responseType: string;
  statusCode?: string;
  responseParameters: Record<string, string>;
  responseTemplates: Record<string, string>;
  /** Whether it is the service's own, or taken from one of the two defaults. */
  readonly defaultResponse: boolean;
};

/** The response types and the status codes that the service answers with (recorded behaviour). */
const statusCodes: Readonly<Record<string, string | undefined>> = {
  ACCESS_DENIED: "403",
  API_CONFIGURATION_ERROR: "500",
  AUTHORIZER_CONFIGURATION_ERROR: "500",
  AUTHORIZER_FAILURE: "500",
  BAD_REQUEST_BODY: "400",
  BAD_REQUEST_PARAMETERS: "400",
  DEFAULT_4XX: undefined,
  DEFAULT_5XX: undefined,
  EXPIRED_TOKEN: "403",
  INTEGRATION_FAILURE: "504",
  INTEGRATION_TIMEOUT: "504",
  INVALID_API_KEY: "403",
  INVALID_SIGNATURE: "403",
  MISSING_AUTHENTICATION_TOKEN: "403",
  QUOTA_EXCEEDED: "429",
  REQUEST_TOO_LARGE: "413",
  RESOURCE_NOT_FOUND: "404",
  THROTTLED: "429",
  UNAUTHORIZED: "401",
  UNSUPPORTED_MEDIA_TYPE: "415",
  WAF_FILTERED: "403",
};

export const gatewayResponseTypes: readonly string[] = Object.keys(statusCodes);

const defaultTemplates = { "application/json": '{"message":$context.error.messageString}' };

/** A gateway response of one's own, with the service's values for the members that are not given (recorded behaviour). */
export const newGatewayResponse = (
  responseType: string,
  given: Partial<Pick<GatewayResponse, "statusCode" | "responseParameters" | "responseTemplates">>,
): GatewayResponse => {
  const statusCode = given.statusCode ?? statusCodes[responseType];
  return {
    responseType,
    ...(statusCode === undefined ? {} : { statusCode }),
    responseParameters: given.responseParameters ?? {},
    responseTemplates: given.responseTemplates ?? { ...defaultTemplates },
    defaultResponse: false,
  };
};

/** What a definition answers with: its own response, else what its default for 4xx or 5xx says, else the service's. */
export const effectiveGatewayResponse = ({ gatewayResponses }: Definition, responseType: string): GatewayResponse => {
  const own = gatewayResponses.get(responseType);
  if (own) return { ...newGatewayResponse(responseType, own), defaultResponse: false };
  const { statusCode, ...inherited } = gatewayResponses.get(defaultTypeOf(responseType) ?? "") ?? {};
  const status = statusCode === undefined ? {} : { statusCode: String(statusCode) };
  return { ...newGatewayResponse(responseType, { ...inherited, ...status }), defaultResponse: true };
};

/** Undefined for the two defaults themselves. */
const defaultTypeOf = (responseType: string): string | undefined => {
  const statusCode = statusCodes[responseType];
  return statusCode && (statusCode.startsWith("5") ? "DEFAULT_5XX" : "DEFAULT_4XX");
};
