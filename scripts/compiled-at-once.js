import { decode, encode } from "@jridgewell/sourcemap-codec";
import { parse } from "@swc/core";

/**
 * V8 looks through a function and compiles it when it is called, which reads it a second time: but one in parentheses it
 * compiles at once (V8's blog, "Blazingly fast parsing, part 2"; Node 20 does so for `function` alone). The modules of a
 * chunk that is loaded are called right away, and some of the functions in them while somebody waits for it (see
 * called-first.js). An arrow function in another function it does not look through, but parses whole, whether or not it is
 * called: written as a `function`, it costs less.
 */

/**
 * The same code, and its map, with each module of the chunk in parentheses, and in it the functions that called-first.js has
 * for the chunk. Of one that a request waits for, all other functions, and modules, are such as V8 only looks through.
 */
export const compiledAtOnce = async ({ code, map }, { isAwaited, places } = { isAwaited: false, places: {} }) => {
  const place = placesIn(code);
  const edits = [];
  for (const { id, module, functions } of await modulesIn(code)) {
    const first = new Set(places[id]);
    // Innermost first, so that of ends in one place the inner one stands before the outer.
    for (const [index, one] of [...functions.entries()].reverse()) {
      if (first.has(index)) edits.push(...inParentheses(one, code, place));
      else if (isAwaited && isLong(one)) edits.push(...asFunction(one, code, place));
    }
    if (!isAwaited || id in places) edits.push(...moduleInParentheses(module, code, place));
  }
  edits.sort((one, other) => one.from - other.from);
  let text = "";
  let done = 0;
  for (const { from, to, put } of edits) {
    text += code.slice(done, from) + put;
    done = to;
  }
  return { code: text + code.slice(done), map: map && moved(map, code, edits) };
};

/** Others are parsed sooner than they are downloaded. */
const isLong = ({ span }) => span.end - span.start >= 30;

/**
 * The modules of a chunk, `exports.modules = { 123: (…) => { … }, 124(…) { … } }`, each with the functions in it, in the
 * order in which they begin, outer before inner. The entry, `(() => { … })()`, counts as one module.
 */
export const modulesIn = async (code) => {
  const { body } = await parse(code, { syntax: "ecmascript", target: "es2022" });
  const entry = body.find(({ expression }) => expression?.type === "CallExpression");
  if (entry !== undefined) {
    const value = withoutParentheses(entry.expression.callee);
    return [{ id: "entry", module: { value }, value, functions: functionsIn(value.body) }];
  }
  const [of] = body.flatMap(({ expression }) => assignedIn(expression, "modules"));
  return (of?.properties ?? []).map((module) => {
    const value = module.type === "MethodProperty" ? module : withoutParentheses(module.value);
    return { id: module.key.value, module, value, functions: functionsIn(value.body) };
  });
};

const withoutParentheses = (node) =>
  node.type === "ParenthesisExpression" ? withoutParentheses(node.expression) : node;

const functionsIn = (node) => {
  if (typeof node !== "object" || node === null) return [];
  const within = Object.values(node).flatMap(functionsIn);
  // What begins a statement would become a declaration.
  if (node.type === "ExpressionStatement") return within.filter(({ span }) => span.start !== node.span.start);
  return /^(?:Arrow)?FunctionExpression$/.test(node.type) ? [node, ...within] : within;
};

/** What a statement, or a part of it between commas, gives `exports` by that name. */
const assignedIn = (expression, name) => {
  if (expression?.type === "SequenceExpression") return expression.expressions.flatMap((one) => assignedIn(one, name));
  const isIt = expression?.type === "AssignmentExpression" && expression.left.property?.value === name;
  return isIt ? [expression.right] : [];
};

/** Where the parser's places are in the text: it counts bytes, from 1. */
export const placesIn = (code) => {
  const bytes = Buffer.from(code);
  const places = new Uint32Array(bytes.length + 1);
  let at = 0;
  for (const [index, byte] of bytes.entries()) {
    places[index] = at;
    // The last byte of a character; one of four bytes is two units of the text.
    const next = bytes[index + 1] ?? 0;
    if (next >> 6 !== 2) at += byte >> 6 === 2 && bytes[index - 3] >> 3 === 30 ? 2 : 1;
  }
  places[bytes.length] = at;
  return (place) => places[place - 1];
};

const moduleInParentheses = (module, code, place) => {
  if (module.type !== "MethodProperty") return inParentheses(module.value, code, place);
  const span = { start: module.key.span.end, end: module.span.end };
  return bracketed({ span }, ":(function", ")", place);
};

const inParentheses = (node, code, place) =>
  node.type === "FunctionExpression" ? bracketed(node, "(", ")", place) : asFunction(node, code, place, ["(", ")"]);

/**
 * An arrow function becomes a function where nothing in it can tell the difference, and no comment stands before its body. What
 * only answers a name is no work.
 */
const asFunction = (node, code, place, [before, after] = ["", ""]) => {
  if (node.type !== "ArrowFunctionExpression" || node.body.type === "Identifier" || isBound(node)) return [];
  const [start, inside] = [place(node.span.start), place(node.body.span.start)];
  const head = code.slice(start, inside);
  if (/\/[*/]/.test(head)) return [];
  const parameters = start + (node.async ? /^async\s*/.exec(head)[0].length : 0);
  const [open, close] = code[parameters] === "(" ? ["", ""] : ["(", ")"];
  const [begin, end] = node.body.stmts === undefined ? ["{return ", "}"] : ["", ""];
  const space = /[\w$]/.test(code[start - 1]) ? " " : "";
  return [
    { from: start, to: parameters, put: `${space}${before}${node.async ? "async " : ""}function${open}` },
    { from: start + head.lastIndexOf("=>"), to: inside, put: close + begin },
    { from: place(node.span.end), to: place(node.span.end), put: end + after },
  ];
};

const bracketed = ({ span }, open, close, place) => [
  { from: place(span.start), to: place(span.start), put: open },
  { from: place(span.end), to: place(span.end), put: close },
];

/** Whether it takes something from around it that a function has of its own. */
const isBound = (node) => {
  if (typeof node !== "object" || node === null) return false;
  if (WITH_OWN.test(node.type)) return isBound(node.key);
  if (node.type === "Identifier") return node.value === "arguments" || node.value === "eval";
  return /^(?:ThisExpression|Super|MetaProperty)$/.test(node.type) || Object.values(node).some(isBound);
};

/** Where those are others: functions, and what a class or an object is made of. */
const WITH_OWN =
  /^(?:Function(?:Declaration|Expression)$|(?:Class|Private)(?:Method|Property)$|(?:Method|Getter|Setter)Property$|Constructor$|StaticBlock$)/;

const moved = (map, code, edits) => {
  const { mappings, ...others } = JSON.parse(map);
  const shifts = shiftsIn(code, edits);
  const lines = decode(mappings).map((segments, line) => {
    const ofLine = shifts.get(line) ?? [];
    let by = 0;
    let next = 0;
    return segments.map(([column, ...origin]) => {
      for (; next < ofLine.length && ofLine[next].column <= column; next += 1) by += ofLine[next].by;
      return [column + by, ...origin];
    });
  });
  return JSON.stringify({ ...others, mappings: encode(lines) });
};

/** By how much the columns of each line move, and from where on; both are counted from 0. */
const shiftsIn = (code, edits) => {
  const shifts = new Map();
  let line = 0;
  let start = 0;
  for (const { from, to, put } of edits) {
    for (let end = code.indexOf("\n", start); end >= 0 && end < to; end = code.indexOf("\n", start)) {
      line += 1;
      start = end + 1;
    }
    shifts.set(line, [...(shifts.get(line) ?? []), { column: to - start, by: put.length - (to - from) }]);
  }
  return shifts;
};
