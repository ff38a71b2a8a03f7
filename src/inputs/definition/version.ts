import { isTemplate } from "./cloud-formation.ts";
import type { DocumentNotes } from "./document-notes.ts";
import type { Finding } from "./syntax.ts";
import { isMapping, type Mapping, mappingAt, textOf, Written } from "./values.ts";

export type Format = "openapi-3.0" | "swagger-2.0";

export const formatOf = (document: Mapping): Format | undefined => {
  if (/^3\.0(?:\.[0-9]+)?$/.test(textOf(document["openapi"]) ?? "")) return "openapi-3.0";
  return /^2(?:\.0)?$/.test(textOf(document["swagger"]) ?? "") ? "swagger-2.0" : undefined;
};

/** What is wrong with the version that a document names. In YAML `3.0` without quotes is common, and is read as a text. */
export const versionProblems = (
  notes: DocumentNotes,
  document: Mapping,
  syntax: "JSON" | "YAML",
): readonly Finding[] => {
  const key = "openapi" in document ? "openapi" : "swagger";
  if (!(key in document)) return [{ offset: undefined, message: isTemplate(document) ? TEMPLATE : NO_VERSION }];
  const version = (textOf(document[key]) ?? "").slice(0, 20);
  const offset = notes.offsetOf(key);
  if (syntax === "JSON" && key === "openapi" && /^3\.0+$/.test(version) && typeof document[key] !== "string") {
    return [
      {
        offset,
        message: `\`"openapi": ${version}\` is a number, and the version is a text: quote it, as in \`"openapi": "3.0.3"\`.`,
      },
    ];
  }
  if (formatOf(document) !== undefined) return [];
  return [{ offset, message: key === "openapi" ? openApiAdvice(version) : swaggerAdvice(version) }];
};

const NO_VERSION =
  'It does not say what it is. Write `openapi: "3.0.3"` (or `swagger: "2.0"`) at the top, as the format of the file is.';

const TEMPLATE =
  "It is a template of CloudFormation. A definition is the OpenAPI or Swagger document alone, with plain values in place of CloudFormation's functions.";

const swaggerAdvice = (version: string): string =>
  `Swagger ${JSON.stringify(version)} cannot be imported. API Gateway imports Swagger 2.0 (\`swagger: "2.0"\`) and OpenAPI 3.0.`;

/** What 3.1 changed against 3.0: OpenAPI Initiative, "Migrating from OpenAPI 3.0 to 3.1.0". */
const openApiAdvice = (version: string): string =>
  /^3\.[1-9]/.test(version)
    ? `OpenAPI ${version} cannot be imported: API Gateway imports OpenAPI 3.0 and Swagger 2.0. Write \`openapi: "3.0.3"\` and undo what 3.1 brought: \`type: [string, "null"]\` becomes \`type: string\` with \`nullable: true\`, \`exclusiveMinimum: 5\` becomes \`minimum: 5\` with \`exclusiveMinimum: true\`, \`const: a\` becomes \`enum: [a]\`, \`examples\` of a schema becomes \`example\`, and \`webhooks\` goes.`
    : `OpenAPI ${JSON.stringify(version)} cannot be imported. API Gateway imports OpenAPI 3.0 (\`openapi: "3.0.3"\`) and Swagger 2.0.`;

/** Texts that YAML takes for numbers when they have no quotes, and of `3.0` some readers make `3`. */
const TEXTS: readonly (readonly [string, ...string[]])[] = [
  ["openapi"],
  ["swagger"],
  ["info", "title"],
  ["info", "version"],
];

/** Which of them stand in a YAML document as numbers that readers write in different ways. */
export const unquotedTexts = (document: Mapping): readonly (readonly string[])[] =>
  TEXTS.filter((path) => {
    const value = path.reduce<unknown>((holder, name) => mappingAt(holder)[name], document);
    return value instanceof Written;
  });

/** The document with these texts as texts. */
export const withTexts = (document: Mapping): Mapping => {
  const top = asTexts(document, ["openapi", "swagger"]);
  return isMapping(top["info"]) ? { ...top, info: asTexts(top["info"], ["title", "version"]) } : top;
};

const asTexts = (holder: Mapping, names: readonly string[]): Mapping =>
  Object.fromEntries(
    Object.entries(holder).map(([name, value]) => [name, names.includes(name) ? (textOf(value) ?? value) : value]),
  );
