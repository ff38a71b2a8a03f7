import { type Definition, isDefinition, readDefinition } from "../../../src/inputs/definition/read-definition.ts";

/** Reads a text that must be a definition; a failure shows the problems. */
export const definitionOf = (text: string, file = "openapi.yml"): Definition => {
  const answer = readDefinition({ bytes: Buffer.from(text), file });
  if (!isDefinition(answer)) throw new Error(JSON.stringify(answer));
  return answer;
};

/** The problems of a text, each as `line:column message`; none for a definition. */
export const problemsOf = (text: string | Buffer, file = "openapi.yml"): string[] => {
  const answer = readDefinition({ bytes: Buffer.from(text), file });
  return isDefinition(answer)
    ? []
    : answer.map(({ line, column, message }) => `${line ?? "-"}:${column ?? "-"} ${message}`);
};
