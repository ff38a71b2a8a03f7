import type { FoundContract } from "../../domain/contract.ts";
import { readText } from "./read-text.ts";
import { MAXIMUM_DEFINITION_BYTES } from "./syntax.ts";
import { toJson } from "./values.ts";

/** A definition as callers meet it, whether it can be deployed or not. Throws nothing. */
export const contractOfFile = (bytes: Buffer, file: string): FoundContract => {
  const { parsed } = readText(bytes, file);
  if (parsed.kind === "unreadable") return { because: `${file} is no definition that could be read.` };
  const json = toJson(parsed.document.value, MAXIMUM_DEFINITION_BYTES);
  return json === undefined
    ? { because: `${file} is too large with its aliases written out.` }
    : { document: JSON.parse(json), from: "file", name: file };
};
