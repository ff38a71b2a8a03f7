/** An object of the document. */
export type Mapping = Readonly<Record<string, unknown>>;

/** A number that JavaScript would write in another way than the file does, such as `3.0` or `0x1F`. */
export class Written {
  /** As the file writes it. */
  readonly text: string;
  /** The same number as JSON. */
  readonly json: string;
  constructor(text: string, json: string) {
    this.text = text;
    this.json = json;
  }
}

export const isMapping = (value: unknown): value is Mapping =>
  typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Written);

/** The mapping at `value`, or an empty one. */
export const mappingAt = (value: unknown): Mapping => (isMapping(value) ? value : {});

export const listAt = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** A text, or a number or truth value as the file writes it; `undefined` for all else. */
export const textOf = (value: unknown): string | undefined => {
  if (value instanceof Written) return value.text;
  return ["string", "number", "boolean"].includes(typeof value) ? String(value) : undefined;
};

/** Sets a member whatever its name is: an assignment to `__proto__` would set no member. */
export const setMember = (mapping: Record<string, unknown>, name: string, value: unknown): void => {
  if (name === "__proto__") {
    Object.defineProperty(mapping, name, { value, enumerable: true, configurable: true, writable: true });
  } else mapping[name] = value;
};

/** A number as a JSON text writes it. */
export const jsonNumber = (text: string): unknown => {
  const number = Number(text);
  return String(number) === text ? number : new Written(text, text);
};

/** The document as JSON, or `undefined` when that is longer than `limit` characters: aliases are written out. */
export const toJson = (document: unknown, limit: number): string | undefined => {
  const pieces: string[] = [];
  let room = limit;
  const put = (piece: string): void => {
    room -= piece.length;
    if (room >= 0) pieces.push(piece);
  };
  const putAll = (
    open: string,
    close: string,
    members: readonly (readonly [label: string, value: unknown])[],
  ): void => {
    put(open);
    for (const [index, [label, value]] of members.entries()) {
      if (room < 0) return;
      put(index === 0 ? label : `,${label}`);
      write(value);
    }
    put(close);
  };
  const write = (value: unknown): void => {
    if (value instanceof Written) put(value.json);
    else if (Array.isArray(value))
      putAll(
        "[",
        "]",
        value.map((entry) => ["", entry]),
      );
    else if (isMapping(value)) {
      putAll(
        "{",
        "}",
        Object.entries(value).map(([name, member]) => [`${JSON.stringify(name)}:`, member]),
      );
    } else put(JSON.stringify(value));
  };
  write(document);
  return room < 0 ? undefined : pieces.join("");
};
