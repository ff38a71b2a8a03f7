import { readFileSync, writeFileSync } from "node:fs";

/**
 * Which functions of the bundle a deployment calls while somebody waits for them (see find-called-first.js): of each chunk
 * that it loads, the modules that are called, by their id, with the places of functions in them, counted from 0. It is kept
 * in a file, because a build must give the same bytes everywhere. Where a module has changed since, other functions are
 * compiled early, and nothing else happens.
 */

const file = new URL("called-first.json", import.meta.url);

/** `…/902.index.js` → `902`, `…/index.js` → `index`; of what is neither, `undefined`. */
export const chunkOf = (path) => {
  const [found, number = "index"] = /(?:\b([0-9]+)\.|\b)index\.js$/.exec(path) ?? [];
  return found && number;
};

/**
 * `{ "awaited": { "902": { "123": "0-2 7" } }, "later": {} }` → `{ "902": { isAwaited: true, places: { "123": [0, 1, 2, 7] } } }`:
 * whether requests wait for the chunk, or it is loaded while they are under way.
 */
export const readCalledFirst = () => {
  const { awaited, later } = JSON.parse(readFileSync(file, "utf8"));
  const chunks = Object.entries({ ...awaited, ...later });
  return mapped(chunks, (modules, id) => ({
    isAwaited: id in awaited,
    places: mapped(Object.entries(modules), (ranges) => (ranges === "" ? [] : ranges.split(" ").flatMap(placesOf))),
  }));
};

/** Of each chunk, its modules, with the places. */
export const writeCalledFirst = (found) => {
  const written = mapped(Object.entries(found), (chunks) => mapped(chunks, (modules) => mapped(modules, rangesOf)));
  writeFileSync(file, `${JSON.stringify(written, undefined, 2)}\n`);
};

const mapped = (entries, change) => Object.fromEntries([...entries].map(([key, value]) => [key, change(value, key)]));

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
