import { pathToFileURL } from "node:url";
import { compileFunction } from "node:vm";
import { describe, expect, test } from "@jest/globals";

type CalledFirst = {
  readonly isAwaited: boolean;
  /** The places of functions in their module, by the module's id. */
  readonly places: Readonly<Record<string, readonly number[]>>;
};
type Bundled = { readonly code: string };

const load = async () => {
  const { href } = pathToFileURL("scripts/compiled-at-once.js");
  const { compiledAtOnce } = await import(href);
  return (code: string, calledFirst: CalledFirst): Promise<Bundled> =>
    compiledAtOnce({ code, map: undefined }, calledFirst);
};

/** What module 1 of a chunk answers. */
const answerOf = (code: string): unknown => {
  const exports: { modules?: Readonly<Record<string, () => unknown>> } = {};
  compileFunction(code, ["exports"])(exports);
  return exports.modules?.["1"]?.();
};

const chunk = (body: string): string => `exports.id=1,exports.modules={1:()=>{${body}}};`;

const bodies: Readonly<Record<string, readonly [body: string, answer: unknown]>> = {
  "this, in a body": ["class A{x=3;constructor(){this.f=()=>[1].map(e=>{return e+this.x})}};return new A().f()", [4]],
  "this, as what is answered": ["class A{x=3;f(){return(()=>this.x)()}};return new A().f()", 3],
  "this of a function within": ["return (()=>{return {x:2,f:function(){return this.x}}.f()})()", 2],
  "this of a field": ["const f=()=>{return class{x=1;y=this.x+1}};return new(f())().y", 2],
  arguments: ["return (function(){return (()=>{return arguments[0]})(9)})(5)", 5],
  super: ["class A{f(){return 1}}class B extends A{f(){return (()=>{return super.f()+1})()}};return new B().f()", 2],
  "new.target": ["function F(){this.x=(()=>{return new.target===F})()}return new F().x", true],
  "functions that end in one place": ["return (a=>b=>c=>a+b+c)(1)(2)(3)", 6],
  objects: ["return (a=>({a}))(1)", { a: 1 }],
  "a comma": ["return (a=>(a,2))(1)", 2],
  defaults: ["return ((a=(b=>b)(4),{c=5}={})=>a+c)()", 9],
  "after a word": ["return(({a})=>{return({b})=>a+b})({a:1})({b:2})", 3],
  "as a statement": ["for(let a of [1])if(a)b=>{c=>b};return 1", 1],
  "in a template": ["return `${[1].map(a=>{return a+1})}`", "2"],
  "a parameter called async": ["return [1].map(async=>async+1)", [2]],
  "a body on a line of its own": ["return [1].map(a=>\n[a,a].length)", [2]],
  "a comment before the body": ["return [1].map(a=>/* b=>c */a+1)", [2]],
  "an eval": ["return (function(){return (a=>{return eval('arguments[0]')})(9)})(5)", 5],
  "an async one": ["return typeof (async a=>{await a})(1).then", "function"],
  "characters of several bytes": ["return [1].map(a=>`é – 𝒳 ${a}`).map(b=>{return b+'!'})", ["é – 𝒳 1!"]],
};

/** The same, with functions that are worth looking through. */
const long = (code: string): string => code.replaceAll("=>", `${" ".repeat(30)}=>`);

describe.each<[string, (code: string) => string, CalledFirst]>([
  ["compiled at once", (code) => code, { isAwaited: false, places: { 1: [0, 1, 2, 3, 4, 5, 6, 7, 8] } }],
  ["looked through", long, { isAwaited: true, places: { 1: [] } }],
])("a chunk answers the same with functions that are %s:", (_, written, calledFirst) => {
  test.each(Object.keys(bodies))("%s", async (name) => {
    const [body, answer] = bodies[name] ?? [];
    const compiled = await load();
    const before = chunk(written(body ?? ""));
    const { code } = await compiled(before, calledFirst);
    expect(code).not.toBe(before);
    expect([before, code].map(answerOf)).toEqual([answer, answer]);
  });
});

test("of a module, the functions are taken that are named, the outer of two before the inner", async () => {
  const compiled = await load();
  const before = chunk("let a=b=>c=>b,d=e=>e+1;return d(a(1)(2))");
  const taken = async (places: readonly number[]): Promise<string> =>
    (await compiled(before, { isAwaited: false, places: { 1: places, 2: [0] } })).code;
  expect(await taken([])).toBe(
    "exports.id=1,exports.modules={1:(function(){let a=b=>c=>b,d=e=>e+1;return d(a(1)(2))})};",
  );
  expect(await taken([0])).toContain("let a=(function(b){return c=>b}),d=e=>e+1;");
  expect(await taken([2])).toContain("let a=b=>c=>b,d=(function(e){return e+1});");
});

test("of a chunk that requests wait for, what is not called is left to be looked through", async () => {
  const compiled = await load();
  const before =
    "exports.id=1,exports.modules={1:()=>{let a=b=>b+1111111111111111111111111111111},2:()=>{let c=d=>d+1111111111111111111111111111111}};";
  const { code } = await compiled(before, { isAwaited: true, places: { 1: [] } });
  expect(code).toBe(
    "exports.id=1,exports.modules={1:(function(){let a=function(b){return b+1111111111111111111111111111111}}),2:()=>{let c=function(d){return d+1111111111111111111111111111111}}};",
  );
});

test("an entry is one module", async () => {
  const compiled = await load();
  const { code } = await compiled('(()=>{"use strict";let a=b=>c;exports.modules={1:()=>a}})();', {
    isAwaited: true,
    places: { entry: [0] },
  });
  expect(code).toBe('((function(){"use strict";let a=b=>c;exports.modules={1:()=>a}}))();');
});
