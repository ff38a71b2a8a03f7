/** Reading a document of which nothing is known. What reads must say, too, where it is not as the specification has it. */

export type Mapping = Readonly<Record<string, unknown>>;

export const isMapping = (value: unknown): value is Mapping =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export const mappingAt = (value: unknown): Mapping => (isMapping(value) ? value : {});

export const listAt = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

export const textsAt = (value: unknown): readonly string[] =>
  listAt(value).filter((entry): entry is string => typeof entry === "string");

/** More references than anything goes through; they can also lead in a circle. */
const MOST_REFERENCES = 20;

/** The mapping that stands at a value, or where its `$ref` within the document leads; `undefined` where there is none. */
export const lookedUp = (document: unknown, value: unknown): Mapping | undefined => {
  let target = value;
  for (let step = 0; step < MOST_REFERENCES; step += 1) {
    if (!isMapping(target)) return undefined;
    const reference = target["$ref"];
    if (reference === undefined) return target;
    target = typeof reference === "string" && reference.startsWith("#/") ? memberAt(document, reference) : undefined;
  }
  return undefined;
};

export const resolved = (document: unknown, value: unknown): Mapping => lookedUp(document, value) ?? {};

const memberAt = (document: unknown, reference: string): unknown => {
  let target: unknown = document;
  for (const part of reference.slice(2).split("/")) {
    const name = part.replaceAll("~1", "/").replaceAll("~0", "~");
    target = isMapping(target) && Object.hasOwn(target, name) ? target[name] : undefined;
  }
  return target;
};
