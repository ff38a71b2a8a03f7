import { decode, encode } from "@jridgewell/sourcemap-codec";
import { parse } from "@swc/core";

/**
 * V8 looks through a function and compiles it when it is called, which reads it a second time: but one in parentheses it
 * compiles at once (V8's blog, "Blazingly fast parsing, part 2"; Node 20 does so for `function` alone). The modules of a
 * chunk that is loaded are called right away.
 */

/** The same code, and its map, with each module of the chunk as a function in parentheses. */
export const compiledAtOnce = async ({ code, map }) => {
  const edits = edited(code, await modulesIn(code));
  let text = "";
  let done = 0;
  for (const { from, to, put } of edits) {
    text += code.slice(done, from) + put;
    done = to;
  }
  return { code: text + code.slice(done), map: map && moved(map, placed(code, edits)) };
};

/** The properties of `export const modules = { 123: (…) => { … }, 124(…) { … } }`. */
const modulesIn = async (code) => {
  const { body } = await parse(code, { syntax: "ecmascript", target: "es2022" });
  const declared = body.flatMap(({ declaration }) => declaration?.declarations ?? []);
  return declared.find(({ id }) => id.value === "modules")?.init.properties ?? [];
};

/** The parser counts bytes from 1. */
const edited = (code, modules) => {
  const bytes = Buffer.from(code);
  const at = (place) => bytes.subarray(0, place - 1).toString().length;
  return modules.flatMap(({ type, key, value, span }) => {
    if (type === "MethodProperty") return wrapped(at(key.span.end), at(key.span.end), ":(function", at(span.end));
    if (value?.type !== "ArrowFunctionExpression" || value.body.stmts === undefined || value.async) return [];
    const [start, body] = [at(value.span.start), at(value.body.span.start)];
    const parameters = code.slice(start, body).replace(/\s*=>\s*$/, "");
    return wrapped(
      start,
      body,
      `(function${parameters.startsWith("(") ? parameters : `(${parameters})`}`,
      at(value.span.end),
    );
  });
};

const wrapped = (from, to, put, end) => [
  { from, to, put },
  { from: end, to: end, put: ")" },
];

/** By how much the columns of a line move from a place on: `[line, column, by]`, both from 0. */
const placed = (code, edits) =>
  edits.map(({ from, to, put }) => {
    const before = code.slice(0, to).split("\n");
    return [before.length - 1, before.at(-1).length, put.length - (to - from)];
  });

const moved = (map, places) => {
  const { mappings, ...others } = JSON.parse(map);
  const lines = decode(mappings).map((segments, number) => {
    const inLine = places.filter(([line]) => line === number);
    const by = (column) => inLine.reduce((sum, [, place, one]) => (place <= column ? sum + one : sum), 0);
    return segments.map(([column, ...origin]) => [column + by(column), ...origin]);
  });
  return JSON.stringify({ ...others, mappings: encode(lines) });
};
