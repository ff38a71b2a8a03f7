import type { SimulatedResponse } from "../../http/exchange.ts";
import type { Call } from "./call.ts";
import { mappedHeaders } from "./parameter-mapping.ts";
import { renderTemplate, UnsupportedTemplate } from "./vtl.ts";

/** Why API Gateway itself answers, without or instead of an integration. */
export type Refusal = {
  /** API Gateway Developer Guide, "Gateway response types". */
  readonly responseType: string;
  readonly status: number;
  readonly errorType: string;
  readonly message: string;
  /** What the real service would not say: what the simulator has to add. */
  readonly note?: string;
};

export const refusals = {
  missingAuthenticationToken: {
    responseType: "MISSING_AUTHENTICATION_TOKEN",
    status: 403,
    errorType: "MissingAuthenticationTokenException",
    message: "Missing Authentication Token",
  },
  invalidApiKey: {
    responseType: "INVALID_API_KEY",
    status: 403,
    errorType: "ForbiddenException",
    message: "Forbidden",
  },
  throttled: {
    responseType: "THROTTLED",
    status: 429,
    errorType: "TooManyRequestsException",
    message: "Too Many Requests",
  },
  quotaExceeded: {
    responseType: "QUOTA_EXCEEDED",
    status: 429,
    errorType: "LimitExceededException",
    message: "Limit Exceeded",
  },
  unauthorized: {
    responseType: "UNAUTHORIZED",
    status: 401,
    errorType: "UnauthorizedException",
    message: "Unauthorized",
  },
  unsupportedMediaType: {
    responseType: "UNSUPPORTED_MEDIA_TYPE",
    status: 415,
    errorType: "BadRequestException",
    message: "Unsupported Media Type",
  },
  configurationError: {
    responseType: "API_CONFIGURATION_ERROR",
    status: 500,
    errorType: "InternalServerErrorException",
    message: "Internal server error",
  },
  integrationFailure: {
    responseType: "INTEGRATION_FAILURE",
    status: 502,
    errorType: "InternalServerErrorException",
    message: "Internal server error",
  },
} as const satisfies Record<string, Refusal>;

/** The answer for a stage that is not there or may not be called; no definition has a say in it. */
export const forbidden = (): SimulatedResponse => ({
  status: 403,
  headers: { "content-type": "application/json", "x-amzn-ErrorType": "ForbiddenException" },
  body: JSON.stringify({ message: "Forbidden" }),
});

/** A refusal, in the form that the definition's gateway responses give it. The call's `$context.error` tells it from now on. */
export const gatewayResponse = (call: Call, refusal: Refusal): SimulatedResponse => {
  call.context["error"] = {
    message: refusal.message,
    messageString: JSON.stringify(refusal.message),
    responseType: refusal.responseType,
  };
  const headers = {
    "content-type": "application/json",
    "x-amzn-ErrorType": refusal.errorType,
    ...(refusal.note === undefined ? {} : { "x-simulator-note": refusal.note.replace(/[^\x20-\x7e]/g, "?") }),
  };
  const plain = { status: refusal.status, headers, body: JSON.stringify({ message: refusal.message }) };
  const custom = customisation(call, refusal);
  if (!custom) return plain;
  const templates = (custom["responseTemplates"] ?? {}) as Record<string, string>;
  const [contentType, template] = Object.entries(templates)[0] ?? [];
  return {
    status: custom["statusCode"] === undefined ? refusal.status : Number(custom["statusCode"]),
    headers: {
      ...headers,
      ...(contentType === undefined ? {} : { "content-type": contentType }),
      ...mappedHeaders(call, "gatewayresponse.header.", custom["responseParameters"] as Record<string, string>),
    },
    body: template === undefined ? plain.body : renderBody(call, template),
  };
};

const customisation = (
  { definition: { gatewayResponses } }: Call,
  refusal: Refusal,
): Record<string, unknown> | undefined =>
  gatewayResponses.get(refusal.responseType) ??
  gatewayResponses.get(refusal.status < 500 ? "DEFAULT_4XX" : "DEFAULT_5XX");

const renderBody = ({ context, stageVariables }: Call, template: string): string => {
  try {
    return renderTemplate(template, { context, stageVariables });
  } catch (problem) {
    if (problem instanceof UnsupportedTemplate) return template;
    throw problem;
  }
};
