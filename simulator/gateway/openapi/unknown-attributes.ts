import { isObject, type JsonObject, type OpenApiDocument, objectAt } from "./document.ts";

/**
 * Reports what a definition says in places where its specification knows no such member, as the parser does that the
 * service reads definitions with: `Parse issue: attribute paths.'/a'(get).parameters.[id].type is unexpected` (text of
 * a report of an import; the places of the other members follow the same parser's habit and were not seen). Extensions
 * are never reported, schemas are not looked into.
 */
export const unknownAttributes = ({ dialect, content }: OpenApiDocument): string[] => {
  const found: string[] = [];
  visit(dialect === "swagger" ? swagger : openApi, content, "", found);
  return found.map((attribute) => `Parse issue: attribute ${attribute} is unexpected`);
};

/** One kind of object in a definition. */
type Grammar = {
  /** The members that the specification knows, apart by blanks. */
  readonly members: string;
  readonly inside?: readonly Inside[];
};

/** The objects at one member, each with the place that messages give it. */
type Inside = {
  readonly member: RegExp;
  readonly grammar: Grammar;
  readonly each: (value: unknown, place: string) => readonly (readonly [place: string, value: unknown])[];
};

const visit = (grammar: Grammar, value: unknown, place: string, found: string[]): void => {
  if (!isObject(value) || typeof value["$ref"] === "string") return;
  const known = grammar.members.split(" ");
  for (const [key, item] of Object.entries(value)) {
    const inside = grammar.inside?.find(({ member }) => member.test(key));
    if (!inside && !known.includes(key) && !key.startsWith("x-")) found.push(place === "" ? key : `${place}.${key}`);
    for (const [where, entry] of inside?.each(item, placeOf(inside, place, key)) ?? []) {
      visit(inside?.grammar ?? grammar, entry, where, found);
    }
  }
};

const operationKeys = /^(?:get|put|post|delete|patch|options|head|trace|x-amazon-apigateway-any-method)$/;

/** An operation stands in brackets behind its path: `paths.'/a'(get)`. */
const placeOf = ({ member }: Inside, place: string, key: string): string => {
  if (member === operationKeys) return `${place}(${key})`;
  return place === "" ? key : `${place}.${key}`;
};

const single: Inside["each"] = (value, place) => [[place, value]];
const mapped: Inside["each"] = (value, place) =>
  Object.entries(objectAt(value)).map(([key, item]) => [`${place}.${key}`, item]);
const quoted: Inside["each"] = (value, place) =>
  Object.entries(objectAt(value))
    .filter(([key]) => !key.startsWith("x-"))
    .map(([key, item]) => [`${place}.'${key}'`, item]);
/** Media types leave no trace in a place (recorded: `responses.200.content.schema`). */
const unnamed: Inside["each"] = (value, place) => Object.values(objectAt(value)).map((item) => [place, item]);
const named: Inside["each"] = (value, place) =>
  (Array.isArray(value) ? value : []).map((item) => [`${place}.[${(item as JsonObject | null)?.["name"]}]`, item]);

const at = (member: string, grammar: Grammar, each: Inside["each"] = single): Inside => ({
  member: new RegExp(`^${member}$`),
  grammar,
  each,
});

const info: Grammar = {
  members: "title description termsOfService contact license version",
  inside: [at("contact", { members: "name url email" }), at("license", { members: "name url" })],
};

const mediaType: Grammar = { members: "schema example examples encoding" };
const content = at("content", mediaType, unnamed);
const parameter: Grammar = {
  members:
    "name in description required deprecated allowEmptyValue style explode allowReserved schema example examples",
  inside: [content],
};
const response: Grammar = { members: "description headers links", inside: [content] };
const requestBody: Grammar = { members: "description required", inside: [content] };

const openApi: Grammar = {
  members: "openapi servers security tags externalDocs",
  inside: [
    at("info", info),
    at(
      "paths",
      {
        members: "summary description servers",
        inside: [
          at("parameters", parameter, named),
          {
            member: operationKeys,
            each: single,
            grammar: {
              members: "tags summary description externalDocs operationId callbacks deprecated security servers",
              inside: [
                at("parameters", parameter, named),
                at("requestBody", requestBody),
                at("responses", response, mapped),
              ],
            },
          },
        ],
      },
      quoted,
    ),
    at("components", {
      members: "schemas examples headers securitySchemes links callbacks",
      inside: [
        at("parameters", parameter, mapped),
        at("responses", response, mapped),
        at("requestBodies", requestBody, mapped),
      ],
    }),
  ],
};

const swaggerParameter: Grammar = {
  members:
    "name in description required schema type format allowEmptyValue items collectionFormat default maximum " +
    "exclusiveMaximum minimum exclusiveMinimum maxLength minLength pattern maxItems minItems uniqueItems enum " +
    "multipleOf readOnly",
};
const swaggerResponse: Grammar = { members: "description schema headers examples" };

const swagger: Grammar = {
  members: "swagger host basePath schemes consumes produces definitions securityDefinitions security tags externalDocs",
  inside: [
    at("info", info),
    at("parameters", swaggerParameter, mapped),
    at("responses", swaggerResponse, mapped),
    at(
      "paths",
      {
        members: "",
        inside: [
          at("parameters", swaggerParameter, named),
          {
            member: operationKeys,
            each: single,
            grammar: {
              members:
                "tags summary description externalDocs operationId consumes produces schemes deprecated security",
              inside: [at("parameters", swaggerParameter, named), at("responses", swaggerResponse, mapped)],
            },
          },
        ],
      },
      quoted,
    ),
  ],
};
