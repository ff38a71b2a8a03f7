import { templateScope } from "../../gateway/data-plane/call.ts";
import { renderTemplate, UnsupportedTemplate } from "../../gateway/data-plane/vtl.ts";
import type { Integration, IntegrationResponse, Route } from "../model.ts";
import { askBackend } from "./backend.ts";
import { type Call, mappedValue } from "./call.ts";

/** What came of a route: `body` for the client, where the route answers at all, or `message`, where it failed. */
export type Answered = { readonly status: number; readonly body?: string; readonly message?: string };

const failed = (call: Call, reason: string): Answered => {
  call.context["error"] = { message: reason };
  return { status: 500, message: "Internal server error" };
};

/** Asks a route's integration (Developer Guide, "Set up WebSocket API integration requests" and "… responses"). */
export const answerTo = async (call: Call, route: Route, message: string): Promise<Answered> => {
  const id = (route.target ?? "").replace("integrations/", "");
  const integration = call.serving.definition.integrations.get(id);
  if (integration === undefined) return failed(call, "No integration found for the route");
  try {
    const answered = await integrate(call, integration, message);
    const answers = route.routeResponseSelectionExpression !== undefined && route.responses.size > 0;
    return answers || answered.message !== undefined ? answered : { status: answered.status };
  } catch (problem) {
    if (!(problem instanceof UnsupportedTemplate)) throw problem;
    return failed(call, `The simulator ${problem.message} in a mapping template`);
  }
};

const integrate = async (call: Call, integration: Integration, message: string): Promise<Answered> => {
  const request = rendered(call, integration.requestTemplates, integration.templateSelectionExpression, message);
  if (integration.integrationType === "MOCK") return answerOfMock(call, integration, request);
  if (!integration.integrationType.startsWith("HTTP")) {
    return failed(call, `The simulator evaluates mock and HTTP integrations only, not ${integration.integrationType}`);
  }
  const address = mappedValue(call, { pathParameters: {} }, integration.integrationUri ?? "");
  const answer = URL.canParse(address)
    ? await askBackend({
        method: integration.integrationMethod ?? "POST",
        url: new URL(address),
        headers: { "content-type": "application/json", connectionid: String(call.context["connectionId"]) },
        body: Buffer.from(request),
        timeoutMs: integration.timeoutInMillis,
      })
    : undefined;
  if (answer === undefined) return failed(call, "Execution failed due to configuration error: no backend answers");
  call.context["reachedIntegration"] = true;
  const body = answer.body.toString();
  if (integration.integrationType === "HTTP_PROXY") return { status: answer.status, body };
  return responseOf(call, integration, answer.status, body);
};

const answerOfMock = (call: Call, integration: Integration, request: string): Answered => {
  const status = statusCodeOf(request);
  if (status === undefined) {
    return failed(
      call,
      "Execution failed due to configuration error: statusCode should be an integer which defined in request template",
    );
  }
  return responseOf(call, integration, status, request);
};

/** The `statusCode` of a mock's JSON, whose keys the service takes without quotes too. */
const statusCodeOf = (mocked: string): number | undefined => {
  try {
    const value: unknown = JSON.parse(mocked.replace(/([{,]\s*)([A-Za-z_]\w*)(\s*:)/g, '$1"$2"$3'))?.statusCode;
    return Number.isInteger(Number(value)) ? Number(value) : undefined;
  } catch {
    return undefined;
  }
};

/** What an integration's responses make of it; without any, nothing goes back. */
const responseOf = (call: Call, { responses }: Integration, status: number, body: string): Answered => {
  const all = [...responses.values()];
  const chosen = all.find((response) => fits(response, status)) ?? all.find(isDefault);
  if (chosen === undefined) return { status };
  return { status, body: rendered(call, chosen.responseTemplates, chosen.templateSelectionExpression, body) };
};

const isDefault = ({ integrationResponseKey }: IntegrationResponse): boolean => integrationResponseKey === "$default";

/** `/4\d\d/` */
const fits = ({ integrationResponseKey }: IntegrationResponse, status: number): boolean => {
  const [, pattern] = /^\/(.*)\/$/.exec(integrationResponseKey) ?? [];
  if (pattern === undefined) return false;
  try {
    return new RegExp(`^(?:${pattern})$`).test(String(status));
  } catch {
    throw new UnsupportedTemplate(`cannot evaluate the selection pattern ${pattern}`);
  }
};

/** The template whose key the expression gives, `\$default` for `$default`; without one the body as it is. */
const rendered = (
  call: Call,
  templates: Readonly<Record<string, string>> | undefined,
  selection = "$default",
  body = "",
): string => {
  const key = selection.replace(/^\\+/, "");
  const template = templates && Object.hasOwn(templates, key) ? templates[key] : undefined;
  if (template === undefined) return body;
  const { request, context, serving } = call;
  const scope = templateScope({ request, context, stageVariables: serving.variables }, { pathParameters: {} }, body);
  return renderTemplate(template, scope);
};
