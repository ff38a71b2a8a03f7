import { readFileSync, writeFileSync } from "node:fs";

/**
 * Which functions of the bundle a deployment calls while somebody waits for them (see find-called-first.js): the places of
 * functions in their module, counted from 0, by the module's id. It is kept in a file, because a build must give the same
 * bytes everywhere. Where a module has changed since, other functions are compiled early, and nothing else happens.
 */

const file = new URL("called-first.json", import.meta.url);

/** `{ "123": "0-2 7" }` → `{ "123": [0, 1, 2, 7] }` */
export const readCalledFirst = () => {
  const written = Object.entries(JSON.parse(readFileSync(file, "utf8")));
  return Object.fromEntries(written.map(([id, ranges]) => [id, ranges.split(" ").flatMap(placesOf)]));
};

export const writeCalledFirst = (places) => {
  const written = [...places].map(([id, ofModule]) => [id, rangesOf(ofModule)]);
  writeFileSync(file, `${JSON.stringify(Object.fromEntries(written), undefined, 2)}\n`);
};

const placesOf = (range) => {
  const [first, last = first] = range.split("-").map(Number);
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
};

const rangesOf = (places) => {
  const ranges = [];
  for (const place of places) {
    const last = ranges.at(-1);
    if (last?.[1] === place - 1) last[1] = place;
    else ranges.push([place, place]);
  }
  return ranges.map(([first, last]) => (first === last ? first : `${first}-${last}`)).join(" ");
};
