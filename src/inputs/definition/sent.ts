import type { DocumentNotes } from "./document-notes.ts";
import { type Finding, MAXIMUM_DEFINITION_BYTES } from "./syntax.ts";
import { type Mapping, toJson } from "./values.ts";
import { unquotedTexts, withTexts } from "./version.ts";

/** What is sent to API Gateway. */
export type Sent =
  | { readonly kind: "as it is" }
  | { readonly kind: "as JSON"; readonly bytes: Buffer; readonly note: Finding }
  | { readonly kind: "too large"; readonly problem: Finding };

/**
 * A YAML file is sent as JSON where readers of YAML do not agree on what it says: nobody knows which one API Gateway
 * uses, and JSON leaves no choice.
 */
export const sentFor = (document: Mapping, notes: DocumentNotes): Sent => {
  for (const path of unquotedTexts(document)) {
    notes.difference(notes.offsetOf(...path) ?? 0, `\`${path.join(".")}\` without quotes`);
  }
  for (const { offset, tag } of notes.tags) notes.difference(offset, `the tag \`${tag}\``);
  const [first, ...others] = [...notes.differences].sort((one, other) => one.offset - other.offset);
  if (first === undefined) return { kind: "as it is" };
  const offset = first.offset;
  const json = toJson(withTexts(document), MAXIMUM_DEFINITION_BYTES);
  const bytes = Buffer.from(json ?? "");
  if (json === undefined || bytes.length > MAXIMUM_DEFINITION_BYTES) {
    const message = `Readers of YAML do not agree on ${first.what}, so the file would be sent as JSON; but with its aliases written out that is more than the 6 MB that API Gateway imports. Use fewer aliases.`;
    return { kind: "too large", problem: { offset, message } };
  }
  const more = others.length === 0 ? "" : ` and ${others.length} more such ${others.length === 1 ? "place" : "places"}`;
  const message = `Readers of YAML 1.1 and 1.2 do not agree on ${first.what}${more}. The file is read as YAML 1.2, with merge keys, and sent to API Gateway as JSON, which leaves no choice.`;
  return { kind: "as JSON", bytes, note: { offset, message } };
};
