import { calledPath, VERBS } from "../../domain/route.ts";
import { compareTexts } from "../../domain/text-order.ts";
import { isMapping, listAt, type Mapping, mappingAt, resolved, textsAt } from "./document.ts";
import { unreadableParts } from "./unreadable.ts";

/** What one operation of a document asks of callers, and what it answers: the same shape for both kinds of document. */
export type Operation = {
  /** `GET /pets/{id}`. */
  readonly route: string;
  /** By place and name: `query limit`, `header x-trace`. */
  readonly parameters: ReadonlyMap<string, Parameter>;
  readonly body: Body | undefined;
  /** By status code; what is answered beside those that are named (`default`) is not part of it. */
  readonly responses: ReadonlyMap<string, Content>;
  /** What of it could not be read, and counts as absent above. */
  readonly unreadable: readonly string[];
};

export type Parameter = { readonly required: boolean; readonly schema: unknown };

/** Schemas by media type. */
export type Content = ReadonlyMap<string, unknown>;

export type Body = { readonly required: boolean; readonly content: Content };

/** The operations by what a caller sends: `GET /pets/{}`. */
export const operationsOf = (document: unknown): ReadonlyMap<string, Operation> => {
  const paths = Object.entries(mappingAt(mappingAt(document)["paths"]));
  return new Map(
    paths.flatMap(([path, given]) => {
      const item = resolved(document, given);
      return [...VERBS].flatMap(([member, verb]) => {
        const content = item[member];
        // A verb without content is no method, and is told as a route.
        if (content === undefined || content === null) return [];
        const operation = isMapping(content) ? operationOf(document, item, content) : UNREADABLE;
        return [[`${verb} ${calledPath(path)}`, { route: `${verb} ${path}`, ...operation }] as const];
      });
    }),
  );
};

const UNREADABLE: Omit<Operation, "route"> = {
  parameters: new Map(),
  body: undefined,
  responses: new Map(),
  unreadable: ["it could not be read"],
};

const operationOf = (document: unknown, item: Mapping, operation: Mapping): Omit<Operation, "route"> => {
  const given = [...listAt(item["parameters"]), ...listAt(operation["parameters"])].map((one) =>
    resolved(document, one),
  );
  const isSwagger = "swagger" in mappingAt(document);
  return {
    parameters: new Map(given.flatMap(parameterOf)),
    body: isSwagger ? swaggerBody(document, operation, given) : bodyOf(resolved(document, operation["requestBody"])),
    responses: new Map(
      Object.entries(mappingAt(operation["responses"]))
        .filter(([status]) => /^[1-5][0-9][0-9]$/.test(status))
        .map(([status, response]) => {
          const found = resolved(document, response);
          return [status, isSwagger ? swaggerContent(document, operation, found) : contentOf(found["content"])];
        }),
    ),
    unreadable: unreadableParts(document, item, operation),
  };
};

/** Names of headers are the same in every spelling. A path's parameters are part of the path. */
const parameterOf = (given: Mapping): readonly (readonly [string, Parameter])[] => {
  const { in: place, name, required, schema } = given;
  if (typeof name !== "string" || typeof place !== "string" || place === "body" || place === "path") return [];
  const key = `${place} ${place === "header" ? name.toLowerCase() : name}`;
  // Swagger has no schema here: type, items and enum stand in the parameter itself.
  return [[key, { required: required === true, schema: schema ?? given }]];
};

const bodyOf = (given: Mapping): Body | undefined =>
  isMapping(given["content"])
    ? { required: given["required"] === true, content: contentOf(given["content"]) }
    : undefined;

const contentOf = (given: unknown): Content =>
  new Map(
    Object.entries(mappingAt(given))
      .map(([type, media]) => [type.toLowerCase(), mappingAt(media)["schema"]] as const)
      .sort(([one], [other]) => compareTexts(one, other)),
  );

const swaggerBody = (document: unknown, operation: Mapping, parameters: readonly Mapping[]): Body | undefined => {
  const body = parameters.find((parameter) => parameter["in"] === "body");
  if (body === undefined) return undefined;
  const types = typesOf(operation["consumes"] ?? mappingAt(document)["consumes"]);
  return { required: body["required"] === true, content: new Map(types.map((type) => [type, body["schema"]])) };
};

const swaggerContent = (document: unknown, operation: Mapping, response: Mapping): Content => {
  if (response["schema"] === undefined) return new Map();
  const types = typesOf(operation["produces"] ?? mappingAt(document)["produces"]);
  return new Map(types.map((type) => [type, response["schema"]]));
};

/** Without a word of it, API Gateway takes and answers JSON. */
const typesOf = (given: unknown): readonly string[] => {
  const types = textsAt(given).map((type) => type.toLowerCase());
  return types.length === 0 ? ["application/json"] : types;
};
