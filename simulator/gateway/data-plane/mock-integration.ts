import type { SimulatedResponse } from "../../http/exchange.ts";
import type { Integration, IntegrationResponse } from "../model.ts";
import { type Call, templateScope } from "./call.ts";
import { gatewayResponse, refusals } from "./gateway-response.ts";
import { mappedHeaders } from "./parameter-mapping.ts";
import type { MatchedRoute } from "./routing.ts";
import { renderTemplate, UnsupportedTemplate } from "./vtl.ts";

/**
 * Evaluates a mock integration as API Gateway does: the request template gives a status code, which selects the
 * integration response, whose template and parameters give the answer (API Gateway Developer Guide, mock integrations).
 */
export const answerOfMock = (call: Call, route: MatchedRoute, integration: Integration): SimulatedResponse => {
  try {
    return evaluate(call, route, integration);
  } catch (problem) {
    if (!(problem instanceof UnsupportedTemplate)) throw problem;
    return gatewayResponse(call, {
      ...refusals.configurationError,
      note: `The simulator ${problem.message} in a mapping template`,
    });
  }
};

const evaluate = (call: Call, route: MatchedRoute, integration: Integration): SimulatedResponse => {
  const template = requestTemplate(call, integration);
  if (template === "unsupported") return gatewayResponse(call, refusals.unsupportedMediaType);
  const body = call.request.body.toString("utf8");
  const mocked = template === "passthrough" ? body : renderTemplate(template.text, templateScope(call, route, body));
  const selected = selectResponse(integration, statusCodeOf(mocked));
  if (!selected || !route.method.methodResponses.has(selected.statusCode)) {
    return gatewayResponse(call, refusals.configurationError);
  }
  return integrationAnswer(call, route, selected);
};

type RequestTemplate = { readonly text: string } | "passthrough" | "unsupported";

/** API Gateway Developer Guide, "Method request behavior for payloads without mapping templates". */
const requestTemplate = ({ request }: Call, integration: Integration): RequestTemplate => {
  const contentType = (request.headers["content-type"] ?? "application/json").split(";", 1)[0]?.trim() ?? "";
  const templates = integration.requestTemplates ?? {};
  const text = Object.hasOwn(templates, contentType) ? templates[contentType] : undefined;
  if (text !== undefined) return { text };
  const behavior = integration["passthroughBehavior"] ?? "WHEN_NO_MATCH";
  if (behavior === "WHEN_NO_MATCH") return "passthrough";
  return behavior === "WHEN_NO_TEMPLATES" && Object.keys(templates).length === 0 ? "passthrough" : "unsupported";
};

/** The `statusCode` of a mock's JSON, whose keys the service takes without quotes too. */
const statusCodeOf = (mocked: string): string | undefined => {
  const quoted = mocked.replace(/([{,]\s*)([A-Za-z_]\w*)(\s*:)/g, '$1"$2"$3');
  try {
    const value: unknown = JSON.parse(quoted)?.statusCode;
    return typeof value === "number" || typeof value === "string" ? String(value) : undefined;
  } catch {
    return undefined;
  }
};

/** The response whose pattern fits the whole status code, else the one that has no pattern. */
const selectResponse = (integration: Integration, statusCode: string | undefined): IntegrationResponse | undefined => {
  if (statusCode === undefined) return undefined;
  const responses = [...integration.integrationResponses.values()];
  return (
    responses.find(({ selectionPattern }) => selectionPattern && fits(selectionPattern, statusCode)) ??
    responses.find(({ selectionPattern }) => !selectionPattern)
  );
};

const fits = (pattern: string, statusCode: string): boolean => {
  try {
    return new RegExp(`^(?:${pattern})$`).test(statusCode);
  } catch {
    throw new UnsupportedTemplate(`cannot evaluate the selection pattern ${pattern}`);
  }
};

const integrationAnswer = (call: Call, route: MatchedRoute, response: IntegrationResponse): SimulatedResponse => {
  const [contentType, template] = responseTemplate(call, response.responseTemplates ?? {});
  // A mock has no body of its own.
  const body = renderTemplate(template, templateScope(call, route, ""));
  const override = overrideOf(call);
  return {
    status: override.status ?? Number(response.statusCode),
    headers: {
      "content-type": contentType,
      ...mappedHeaders(call, "method.response.header.", response.responseParameters),
      ...override.headers,
    },
    body,
  };
};

/** The template that the client accepts, else the one for JSON, else the first. */
const responseTemplate = (
  { request }: Call,
  templates: Readonly<Record<string, string>>,
): readonly [string, string] => {
  const accepted = (request.headers["accept"] ?? "").split(",").map((type) => type.split(";", 1)[0]?.trim() ?? "");
  const entries = Object.entries(templates);
  return (
    entries.find(([contentType]) => accepted.includes(contentType)) ??
    entries.find(([contentType]) => contentType === "application/json") ??
    entries[0] ?? ["application/json", ""]
  );
};

/** What a response template set in `$context.responseOverride`. */
const overrideOf = ({ context }: Call): { status?: number; headers: Record<string, string> } => {
  const { status, header } = (context["responseOverride"] ?? {}) as { status?: unknown; header?: object };
  const headers = Object.entries(header ?? {}).map(([name, value]) => [name.toLowerCase(), String(value)]);
  const code = Number(status);
  return {
    ...(Number.isInteger(code) && code >= 200 && code <= 599 ? { status: code } : {}),
    headers: Object.fromEntries(headers),
  };
};
