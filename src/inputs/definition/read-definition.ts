import { createHash } from "node:crypto";
import type { Route } from "../../domain/route.ts";
import { parseJson } from "./json.ts";
import { isMapping, type Mapping, readRoutes } from "./read-routes.ts";
import { stageVariablesIn } from "./stage-variables.ts";
import type { Parsed, ParsedDocument } from "./syntax.ts";
import { parseYaml } from "./yaml.ts";

/** An OpenAPI or Swagger document that API Gateway can import, and what decisions need to know of it. */
export type Definition = {
  /** The file's path, as the input names it. */
  readonly file: string;
  readonly format: "openapi-3.0" | "swagger-2.0";
  /** What is to be sent: the file without a byte order mark, otherwise unchanged. */
  readonly bytes: Buffer;
  /** SHA-256 of `bytes` in 64 hexadecimal digits. Every byte counts: comments, line ends and order too. */
  readonly digest: string;
  /** In the order of the file, none twice. A base path is not part of them: an import ignores it unless told. */
  readonly routes: readonly Route[];
  /** Whether it has a resource policy (`x-amazon-apigateway-policy`). An overwrite without one removes the API's. */
  readonly hasPolicy: boolean;
  /** Names of the stage variables that its texts use, sorted. */
  readonly stageVariables: readonly string[];
};

/** One thing that is wrong with the file. Lines and columns count from 1; both are absent where there is no place. */
export type DefinitionProblem = {
  readonly file: string;
  readonly line: number | undefined;
  readonly column: number | undefined;
  /** Whole sentences: what is wrong, and what to do where that is not plain. */
  readonly message: string;
};

/** API Gateway quotas: the size of a definition is at most 6 MB, and cannot be raised. */
export const MAXIMUM_DEFINITION_BYTES = 6 * 1024 * 1024;

export const isDefinition = (answer: Definition | readonly DefinitionProblem[]): answer is Definition =>
  !Array.isArray(answer);

/**
 * Reads a definition: OpenAPI 3.0 or Swagger 2.0, in JSON or YAML (Developer Guide, "Import a REST API into API
 * Gateway"). Answers all that is wrong with it instead; throws nothing. What the service alone can judge (models,
 * integrations, security schemes) is left to it.
 */
export const readDefinition = (source: {
  readonly bytes: Buffer;
  readonly file: string;
}): Definition | readonly DefinitionProblem[] => {
  const { file } = source;
  const bytes = withoutByteOrderMark(source.bytes);
  const text = bytes.length > MAXIMUM_DEFINITION_BYTES ? undefined : decoded(bytes);
  const located = ({ offset, message }: Finding): DefinitionProblem => ({ file, ...positionAt(text, offset), message });
  if (text === undefined || !/\S/.test(text)) return [located({ offset: undefined, message: unusable(bytes, text) })];

  const parsed = parse(text, file);
  if (parsed.kind === "unreadable") return parsed.problems.map(located);

  const { value } = parsed.document;
  if (!isMapping(value)) return [located({ offset: undefined, message: notAMapping(value) })];
  const stageVariables = stageVariablesIn(value);
  const problems = [...versionProblems(parsed.document, value), ...pathsProblems(parsed.document, value)];
  if (stageVariables === undefined) problems.push({ offset: undefined, message: ALIASES_MULTIPLY });
  const format = formatOf(value);
  if (problems.length > 0 || stageVariables === undefined || format === undefined) return problems.map(located);
  return {
    file,
    format,
    bytes,
    digest: createHash("sha256").update(bytes).digest("hex"),
    routes: readRoutes(value),
    hasPolicy: isMapping(value["x-amazon-apigateway-policy"]),
    stageVariables,
  };
};

const withoutByteOrderMark = (bytes: Buffer): Buffer =>
  bytes.subarray(0, 3).equals(Buffer.from([0xef, 0xbb, 0xbf])) ? bytes.subarray(3) : bytes;

/** `undefined` when the bytes are no UTF-8. */
const decoded = (bytes: Buffer): string | undefined => {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
};

const unusable = (bytes: Buffer, text: string | undefined): string => {
  if (text !== undefined) return EMPTY;
  return bytes.length > MAXIMUM_DEFINITION_BYTES
    ? `It has ${bytes.length} bytes, and API Gateway imports at most 6 MB (${MAXIMUM_DEFINITION_BYTES} bytes); this quota cannot be raised. Shorten descriptions and examples, or split the API.`
    : "It is not UTF-8 text. Save it in UTF-8.";
};

const EMPTY = "It is empty. A definition is an OpenAPI 3.0 or Swagger 2.0 document in JSON or YAML.";

const ALIASES_MULTIPLY =
  "Its aliases multiply to more than two million values. Use fewer aliases, or write out what they stand for.";

/** A file that is called JSON must be JSON. Any other may be either; what begins like JSON mostly is. */
const parse = (text: string, file: string): Parsed => {
  if (/\.json$/i.test(file)) return parseJson(text);
  const asJson = /^\s*[{[]/.test(text) ? parseJson(text) : undefined;
  return asJson?.kind === "read" ? asJson : parseYaml(text);
};

/** `offset` is absent where a problem has no place of its own. */
type Finding = { readonly offset: number | undefined; readonly message: string };

const positionAt = (text = "", offset: number | undefined): Pick<DefinitionProblem, "line" | "column"> => {
  if (offset === undefined) return { line: undefined, column: undefined };
  const before = text.slice(0, offset).split("\n");
  return { line: before.length, column: (before.at(-1) ?? "").length + 1 };
};

const notAMapping = (value: unknown): string => {
  if (value === null || value === undefined || value === "") return EMPTY;
  const found = Array.isArray(value) ? "a list" : "a single value";
  return `It is ${found}. A definition is a mapping with \`openapi\` or \`swagger\`, \`info\` and \`paths\` at its top.`;
};

const formatOf = (document: Mapping): Definition["format"] | undefined => {
  if (/^3\.0(?:\.[0-9]+)?$/.test(String(document["openapi"]))) return "openapi-3.0";
  return /^2(?:\.0)?$/.test(String(document["swagger"])) ? "swagger-2.0" : undefined;
};

const versionProblems = ({ topLevel }: ParsedDocument, document: Mapping): Finding[] => {
  if (formatOf(document) !== undefined) return [];
  const key = "openapi" in document ? "openapi" : "swagger";
  if (!(key in document)) {
    return [
      {
        offset: undefined,
        message:
          'It does not say what it is. Write `openapi: "3.0.3"` (or `swagger: "2.0"`) at the top, as the format of the file is.',
      },
    ];
  }
  const version = typeof document[key] === "object" ? "" : String(document[key]).slice(0, 20);
  return [{ offset: topLevel.get(key), message: key === "openapi" ? openApiAdvice(version) : swaggerAdvice(version) }];
};

const swaggerAdvice = (version: string): string =>
  `Swagger ${JSON.stringify(version)} cannot be imported. API Gateway imports Swagger 2.0 (\`swagger: "2.0"\`) and OpenAPI 3.0.`;

/** What 3.1 changed against 3.0: OpenAPI Initiative, "Migrating from OpenAPI 3.0 to 3.1.0". */
const openApiAdvice = (version: string): string =>
  /^3\.[1-9]/.test(version)
    ? `OpenAPI ${version} cannot be imported: API Gateway imports OpenAPI 3.0 and Swagger 2.0. Write \`openapi: "3.0.3"\` and undo what 3.1 brought: \`type: [string, "null"]\` becomes \`type: string\` with \`nullable: true\`, \`exclusiveMinimum: 5\` becomes \`minimum: 5\` with \`exclusiveMinimum: true\`, \`const: a\` becomes \`enum: [a]\`, \`examples\` of a schema becomes \`example\`, and \`webhooks\` goes.`
    : `OpenAPI ${JSON.stringify(version)} cannot be imported. API Gateway imports OpenAPI 3.0 (\`openapi: "3.0.3"\`) and Swagger 2.0.`;

const pathsProblems = ({ topLevel }: ParsedDocument, document: Mapping): Finding[] => {
  if (isMapping(document["paths"])) return [];
  return "paths" in document
    ? [{ offset: topLevel.get("paths"), message: "`paths` must be a mapping of paths, for example `/pets:`." }]
    : [{ offset: undefined, message: "`paths` is missing: the mapping of the API's paths, for example `/pets:`." }];
};
