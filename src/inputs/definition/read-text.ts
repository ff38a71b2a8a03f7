import { parseJson } from "./json.ts";
import { type Finding, MAXIMUM_DEFINITION_BYTES, type Parsed } from "./syntax.ts";
import { parseYaml } from "./yaml.ts";

export type ReadText = {
  /** Empty when the bytes are no text that is to be read. */
  readonly text: string;
  readonly syntax: "JSON" | "YAML";
  readonly parsed: Parsed | { readonly kind: "unreadable"; readonly problems: readonly Finding[] };
};

export const EMPTY = "It is empty. A definition is an OpenAPI 3.0 or Swagger 2.0 document in JSON or YAML.";

/** Reads the bytes of a file as JSON or YAML. A file that is called JSON must be JSON; what begins like JSON mostly is. */
export const readText = (bytes: Buffer, file: string): ReadText => {
  const text = bytes.length > MAXIMUM_DEFINITION_BYTES ? undefined : decoded(bytes);
  if (text === undefined || !/\S/.test(text)) {
    const problems = [{ offset: undefined, message: text === undefined ? unusable(bytes) : EMPTY }];
    return { text: "", syntax: "YAML", parsed: { kind: "unreadable", problems } };
  }
  const isJson = /\.json$/i.test(file);
  const asJson = isJson || /^\s*[{[]/.test(text) ? parseJson(text) : undefined;
  if (asJson !== undefined && (isJson || asJson.kind === "read")) return { text, syntax: "JSON", parsed: asJson };
  return { text, syntax: "YAML", parsed: parseYaml(text) };
};

/** `undefined` when the bytes are no UTF-8. */
const decoded = (bytes: Buffer): string | undefined => {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
};

const unusable = (bytes: Buffer): string =>
  bytes.length > MAXIMUM_DEFINITION_BYTES
    ? `It has ${bytes.length} bytes, and API Gateway imports at most 6 MB (${MAXIMUM_DEFINITION_BYTES} bytes); this quota cannot be raised. Shorten descriptions and examples, or split the API.`
    : "It is not UTF-8 text. Save it in UTF-8.";
