import { routeKey } from "../../../domain/route.ts";
import { shortened } from "../../shortened.ts";
import type { MemberPath, Operation } from "../read-routes.ts";
import { isMapping, type Mapping, mappingAt, textOf } from "../values.ts";
import { type HttpFinding, refused, warned, warnedByImport } from "./finding.ts";

const INTEGRATION = "x-amazon-apigateway-integration";

/** What an import into an HTTP API makes of the integrations (Developer Guide, "x-amazon-apigateway-integration object"). */
export const judgeIntegrations = (document: Mapping, operations: readonly Operation[]): readonly HttpFinding[] =>
  operations.flatMap(({ route, at, content }) => judge(document, routeKey(route), at, content[INTEGRATION]));

const judge = (document: Mapping, route: string, at: MemberPath, given: unknown): readonly HttpFinding[] => {
  if (!isMapping(given)) return [warned(at, `${route} has no \`${INTEGRATION}\`, so nothing would serve it.`)];
  const reference = textOf(given["$ref"]);
  const integration = reference === undefined ? given : shared(document, reference);
  if (integration === undefined) {
    const place = `#/components/${SHARED}/NAME`;
    return [
      refused(at, `The integration of ${route} refers to \`${shortened(reference ?? "")}\`; write \`${place}\`.`),
    ];
  }
  const ofOtherType = judgeType(route, at, integration);
  if (ofOtherType.length > 0) return ofOtherType;
  const templates = integration["requestTemplates"] === undefined ? [] : [mapped(route, at)];
  return [...templates, ...judgePayload(route, at, integration)];
};

const SHARED = "x-amazon-apigateway-integrations";

/** Developer Guide, "x-amazon-apigateway-integrations object"; REST APIs know none of these. */
const shared = (document: Mapping, reference: string): Mapping | undefined => {
  const prefix = `#/components/${SHARED}/`;
  const all = mappingAt(mappingAt(document["components"])[SHARED]);
  const name = reference.startsWith(prefix) ? reference.slice(prefix.length) : "";
  const found = Object.hasOwn(all, name) ? all[name] : undefined;
  return isMapping(found) ? found : undefined;
};

const mapped = (route: string, at: MemberPath): HttpFinding =>
  warnedByImport(at, `The integration of ${route} has \`requestTemplates\`, and HTTP APIs map no bodies.`);

const typeOf = (integration: Mapping): string => (textOf(integration["type"]) ?? "").toLowerCase();

/** Developer Guide, "Import validation information": the other types of REST APIs are warnings of the import. */
const judgeType = (route: string, at: MemberPath, integration: Mapping): readonly HttpFinding[] => {
  const type = typeOf(integration);
  if (type === "aws_proxy" || type === "http_proxy") return [];
  const found = type === "" ? "does not say its `type`" : `is of type \`${shortened(type)}\``;
  return [
    warnedByImport(
      at,
      `The integration of ${route} ${found}, and HTTP APIs have none but \`aws_proxy\` and \`http_proxy\`.`,
    ),
  ];
};

/** What the service cannot make of an integration it leaves out with a warning, and the route answers nobody (recorded). */
const judgePayload = (route: string, at: MemberPath, integration: Mapping): readonly HttpFinding[] => {
  const version = integration["payloadFormatVersion"];
  const isFunction = typeOf(integration) === "aws_proxy" && integration["integrationSubtype"] === undefined;
  const allowed = isFunction ? ["1.0", "2.0"] : ["1.0"];
  if (typeof version === "string" && allowed.includes(version)) return [];
  const choice = allowed.map((one) => `"${one}"`).join(" or ");
  const found = textOf(version);
  if (found === undefined) {
    const message = `The integration of ${route} has no \`payloadFormatVersion\`, which HTTP APIs require: ${choice}.`;
    return [warnedByImport(at, message)];
  }
  const what = `\`payloadFormatVersion\` of ${route} is ${JSON.stringify(shortened(found))}`;
  const message =
    typeof version !== "string" && allowed.includes(found)
      ? `${what} without quotes, of which an import makes another version: write "${found}".`
      : `${what}; HTTP APIs know ${choice} there.`;
  return [warnedByImport(at, message)];
};
