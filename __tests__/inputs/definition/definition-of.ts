import type { ImportMode } from "../../../src/domain/definition.ts";
import {
  type Definition,
  isDefinition,
  type Reading,
  readDefinition,
} from "../../../src/inputs/definition/read-definition.ts";

/** Reads a text that must be a definition; a failure shows the problems. With what a REST API makes of it. */
export const definitionOf = (text: string, file = "openapi.yml"): Definition & Reading => {
  const answer = readDefinition({ bytes: Buffer.from(text), file });
  if (!isDefinition(answer)) throw new Error(JSON.stringify(answer));
  return { ...answer, ...answer.as("rest") };
};

/** What serves a route that answers by itself. */
export const mock = {
  "x-amazon-apigateway-integration": {
    type: "mock",
    requestTemplates: { "application/json": '{"statusCode": 200}' },
    responses: { default: { statusCode: "200" } },
  },
};

/** A definition in YAML that is whole but for what is given; `*op` is an operation. */
export const yamlAround = (content: string): string =>
  `openapi: 3.0.3\ninfo: {title: T, version: "1"}\nx-op: &op ${JSON.stringify({ responses: {}, ...mock })}\n${content}`;

/** What is said about a file, each as `line:column message`. */
export const placed = (
  said: readonly { readonly line: number | undefined; readonly column: number | undefined; readonly message: string }[],
): string[] => said.map(({ line, column, message }) => `${line ?? "-"}:${column ?? "-"} ${message}`);

/** The problems of a text, each as `line:column message`; none for a definition. */
export const problemsOf = (text: string | Buffer, file = "openapi.yml", mode: ImportMode = "overwrite"): string[] => {
  const answer = readDefinition({ bytes: Buffer.from(text), file, mode });
  return isDefinition(answer) ? [] : placed(answer);
};
