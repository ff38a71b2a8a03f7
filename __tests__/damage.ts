import fc from "./property.ts";

/** Damage at random to the JSON text of an answer. */

/** What takes the place of a member. `undefined` takes it away; in a list it leaves `null`. */
const replacement = fc.oneof(
  fc.constantFrom<unknown[]>(
    undefined,
    null,
    {},
    [],
    [null],
    [[]],
    "",
    "NEW_STATE",
    0,
    -1,
    0.5,
    1e308,
    true,
    "\u0000",
    {
      message: { a: null },
    },
  ),
  fc.jsonValue({ maxDepth: 2 }),
);

export type Damage = readonly (readonly [position: number, replacement: unknown])[];

/** One to four members, anywhere. */
export const damage: fc.Arbitrary<Damage> = fc.array(fc.tuple(fc.nat(), replacement), { minLength: 1, maxLength: 4 });

type Place = { readonly of: Record<string, unknown>; readonly name: string };

/** All members of a JSON value, the deepest last. */
const placesIn = (value: unknown): Place[] =>
  typeof value !== "object" || value === null
    ? []
    : Object.entries(value).flatMap(([name, member]) => [
        { of: value as Record<string, unknown>, name },
        ...placesIn(member),
      ]);

const typeOf = (value: unknown): string => (Array.isArray(value) ? "list" : value === null ? "null" : typeof value);

type Limits = {
  /** Only what nobody can take for a true answer: no value in place of another of its type. */
  readonly evident?: boolean;
  /** Whether a member may be missing, or null. */
  readonly missing?: boolean;
};

/** The text with each damage done, the whole value being one of its places. */
export const damaged = (body: string, damages: Damage, { evident = false, missing = true }: Limits = {}): string => {
  const whole = { body: JSON.parse(body || "null") };
  const places = placesIn(whole).map((place) => ({ ...place, type: typeOf(place.of[place.name]) }));
  for (const [position, value] of damages) {
    const place = places[position % places.length];
    if (place === undefined || (evident && place.type === typeOf(value))) continue;
    if (!missing && (value === undefined || value === null)) continue;
    place.of[place.name] = structuredClone(value);
  }
  return JSON.stringify(whole.body) ?? "";
};
