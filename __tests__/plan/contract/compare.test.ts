import { describe, expect, test } from "@jest/globals";
import type { Contract } from "../../../src/domain/contract.ts";
import { compareContracts } from "../../../src/plan/contract/compare.ts";
import { LINEAR, timed } from "../../cpu-time.ts";
import { damage, damaged } from "../../damage.ts";
import fc from "../../property.ts";
import { seed, times } from "../../seed.ts";

type Json = Record<string, unknown>;

const file = (document: unknown): Contract => ({ document, from: "file" });
const exported = (document: unknown): Contract => ({ document, from: "export" });

/** A document with one operation, `POST /pets/{id}`. */
const pets = (operation: Json, schemas: Json = {}): Json => ({
  openapi: "3.0.1",
  paths: { "/pets/{id}": { post: operation } },
  components: { schemas },
});

const query = (more: Json = {}): Json => ({ in: "query", name: "limit", schema: { type: "string" }, ...more });
const body = (schema: unknown, more: Json = {}): Json => ({
  requestBody: { content: { "application/json": { schema } }, ...more },
});
const answer = (schema: unknown, status = "200"): Json => ({
  responses: { [status]: { description: "", content: { "application/json": { schema } } } },
});
const object = (properties: Json, more: Json = {}): Json => ({ type: "object", properties, ...more });
const text = { type: "string" };
const number = { type: "number" };
const integer = { type: "integer" };

const found = (before: Contract, after: Contract, mostSchemas?: number): string[] => {
  const { changes, notCompared } = compareContracts(before, after, mostSchemas);
  return [...changes, ...notCompared.map(({ what }) => ({ what: `? ${what}` }))].map(({ what }) => what);
};

describe("what breaks those who call", () => {
  test.each<readonly [string, Json, Json, readonly string[]]>([
    ["nothing, where nothing changed", { parameters: [query()] }, { parameters: [query()] }, []],
    ["a parameter that is new and optional: nothing", {}, { parameters: [query()] }, []],
    ["a parameter that is gone: nothing", { parameters: [query({ required: true })] }, {}, []],
    [
      "a parameter that is new and required",
      {},
      { parameters: [query({ required: true })] },
      ["query parameter limit is new and required"],
    ],
    [
      "a parameter that is required now",
      { parameters: [query()] },
      { parameters: [query({ required: true })] },
      ["query parameter limit is required now"],
    ],
    [
      "a header in another spelling: nothing",
      { parameters: [{ in: "header", name: "X-Trace", required: true, schema: text }] },
      { parameters: [{ in: "header", name: "x-trace", required: true, schema: text }] },
      [],
    ],
    [
      "a parameter of another type",
      { parameters: [query()] },
      { parameters: [query({ schema: integer })] },
      ["query parameter limit is integer now, and was string"],
    ],
    [
      "a parameter that takes fewer values",
      { parameters: [query({ schema: { enum: ["a", "b", "c"] } })] },
      { parameters: [query({ schema: { enum: ["a"] } })] },
      ['query parameter limit no longer takes "b", "c"'],
    ],
    ["one that takes more: nothing", body({ enum: ["a"] }), body({ enum: ["a", "b"] }), []],
    [
      "values where any was taken",
      body(text),
      body({ ...text, enum: ["a"] }),
      ['request body (application/json) takes only "a" now'],
    ],
    ["a body that must be there", body(text), body(text, { required: true }), ["the request body is required now"]],
    ["a body that is new", {}, body(text, { required: true }), ["a request body is required now"]],
    [
      "a type of body",
      { requestBody: { content: { "text/csv": {}, "application/json": {} } } },
      { requestBody: { content: { "application/json": {} } } },
      ["request body of type text/csv is not taken any more"],
    ],
    ["integers for who takes numbers: nothing", body(integer), body(number), []],
    [
      "numbers for who takes integers",
      body(object({ age: number })),
      body(object({ age: integer })),
      ["request body (application/json): age is integer now, and was number"],
    ],
    [
      "a property that must be there",
      body(object({ a: text, b: text }, { required: ["a"] })),
      body(object({ a: text, b: text, c: text }, { required: ["a", "b", "c"] })),
      ["request body (application/json): b is required now", "request body (application/json): c is required now"],
    ],
    [
      "a property that only answers have: nothing",
      body(object({})),
      body(object({ id: { ...text, readOnly: true } }, { required: ["id"] })),
      [],
    ],
    ["a property that is ignored from now on: nothing", body(object({ a: text })), body(object({})), []],
    [
      "a property that is refused",
      body(object({ a: text })),
      body(object({}, { additionalProperties: false })),
      ["request body (application/json): a is not taken any more"],
    ],
    [
      "null",
      body({ ...text, nullable: true }),
      body(text),
      ["request body (application/json) is string now, and was string or null"],
    ],
    ["any type", body({}), body(text), ["request body (application/json) is string now, and was of any type"]],
    ["a type that does not matter any more: nothing", body(text), body({}), []],
    [
      "an item of a list",
      body({ type: "array", items: object({ id: text }) }),
      body({ type: "array", items: object({ id: integer }) }),
      ["request body (application/json): [].id is integer now, and was string"],
    ],
    [
      "an answer's property",
      answer(object({ id: text, name: text, tag: text }, { required: ["id", "tag"] })),
      answer(object({ id: integer, tag: text }, { required: ["id"] })),
      [
        "answer 200 (application/json): name is gone",
        "answer 200 (application/json): tag may be missing now",
        "answer 200 (application/json): id is integer now, and was string",
      ],
    ],
    [
      "an answer that says more: nothing",
      answer(object({ id: number })),
      answer(object({ id: integer, name: text })),
      [],
    ],
    ["an answer that is gone", answer(text), answer(text, "201"), ["answer 200 is gone"]],
    ["an error that is gone: nothing", answer(text, "404"), answer(text), []],
    ["answers of which nothing is said: nothing", answer(text), {}, []],
    [
      "alternatives of another number",
      body({ oneOf: [text] }),
      body({ oneOf: [text, integer] }),
      ["? request body (application/json) has other alternatives (oneOf)"],
    ],
    [
      "one of several alternatives",
      answer({ oneOf: [text, object({ id: text })] }),
      answer({ oneOf: [text, object({ id: integer })] }),
      ["answer 200 (application/json): id is integer now, and was string"],
    ],
    [
      "what all of several schemas ask",
      body({ allOf: [object({ a: text })] }),
      body({ allOf: [object({ a: text }, { required: ["a"] }), object({ b: text })] }),
      ["request body (application/json): a is required now"],
    ],
  ])("%s", (_, before, after, expected) => {
    expect(found(file(pets(before)), file(pets(after)))).toEqual(expected);
  });

  test("through references, also those that lead into themselves, and with the route's own name", () => {
    const node = (value: Json): Json => ({
      Node: object({
        value,
        next: { $ref: "#/components/schemas/Node" },
        all: { type: "array", items: { $ref: "#/components/schemas/Node" } },
      }),
    });
    const operation = body({ $ref: "#/components/schemas/Node" });
    const before = file(pets(operation, node(text)));
    const after = { ...pets(operation, node(integer)), paths: { "/pets/{petId}": { post: operation } } };
    expect(compareContracts(before, file(after))).toEqual({
      changes: [
        { route: "POST /pets/{petId}", what: "request body (application/json): value is integer now, and was string" },
      ],
      notCompared: [],
    });
  });

  test("what is too large to compare is said, and not passed", () => {
    const wide = object(Object.fromEntries(Array.from({ length: 2001 }, (_, index) => [`p${index}`, text])));
    expect(found(file(pets(body(wide))), file(pets(body(wide))), 2000)).toEqual([
      expect.stringMatching(/^\? request body \(application\/json\): p\d+ is too large or too deep to compare$/),
    ]);
    const deep = Array.from({ length: 100 }).reduce<unknown>((inner) => object({ a: inner }), text);
    expect(found(file(pets(body(deep))), file(pets(body(deep))))).toHaveLength(1);
    const doubling = Object.fromEntries(
      Array.from({ length: 50 }, (_, index) => {
        const next = { $ref: `#/components/schemas/S${index + 1}` };
        return [`S${index}`, { allOf: [next, next] }];
      }),
    );
    const document = file(pets(body({ $ref: "#/components/schemas/S0" }), doubling));
    expect(found(document, document)).toEqual([
      "? request body (application/json) is too large or too deep to compare",
    ]);
  });
});

describe("an export tells less than a file", () => {
  test("of the types of parameters, of cookies and of whether a body must be there", () => {
    const before = pets({ parameters: [query()] });
    const after = pets({
      parameters: [query({ schema: integer }), { in: "cookie", name: "sid", required: true }],
      ...body(text, { required: true }),
    });
    expect(found(exported(before), file(after))).toEqual([]);
    expect(found(file(before), exported(after))).toEqual([]);
    expect(found(file(before), file(after))).toHaveLength(3);
  });

  test("and what both tell is compared", () => {
    const before = pets({ ...body({ ...text, nullable: true }), parameters: [query()] });
    const after = pets({ ...body(text), parameters: [query({ required: true })] });
    expect(found(exported(before), file(after))).toEqual(["query parameter limit is required now"]);
  });
});

test("Swagger 2.0 says the same in other words", () => {
  const swagger = (parameters: readonly Json[], schema: Json): unknown => ({
    swagger: "2.0",
    consumes: ["application/json"],
    paths: {
      "/pets/{id}": {
        parameters,
        post: { responses: { 200: { description: "", schema: { $ref: "#/definitions/Pet" } } } },
      },
    },
    definitions: { Pet: schema },
  });
  const before = pets(
    {
      ...answer({ $ref: "#/components/schemas/Pet" }),
      ...body({ $ref: "#/components/schemas/Pet" }),
      parameters: [query()],
    },
    { Pet: object({ id: text }) },
  );
  const parameters = [
    { in: "query", name: "limit", type: "integer" },
    { in: "body", name: "Pet", schema: { $ref: "#/definitions/Pet" } },
  ];
  expect(found(file(before), file(swagger(parameters, object({ id: integer }))))).toEqual([
    "query parameter limit is integer now, and was string",
    "request body (application/json): id is integer now, and was string",
    "answer 200 (application/json): id is integer now, and was string",
  ]);
});

test.each([undefined, null, 7, "text", [], {}, { paths: [] }])(
  "a document without operations, such as %j, breaks nothing and nobody: which routes there are is told by others",
  (document) => {
    expect(found(file(document), file(pets(body(text))))).toEqual([]);
    expect(found(file(pets(body(text))), exported(document))).toEqual([]);
  },
);

const strict = { type: "object", properties: { id: integer }, required: ["id"] };

describe("I8: what could not be read is not the same as before", () => {
  test.each<readonly [string, unknown, readonly string[]]>([
    ["an operation", 1, ["? it could not be read"]],
    ["a list of parameters", { parameters: {} }, ["? its parameters could not be read"]],
    ["a parameter", { parameters: [query(), 0.5] }, ["? its parameters could not be read"]],
    ["a parameter without a name", { parameters: [{ in: "query" }] }, ["? its parameters could not be read"]],
    [
      "whether a parameter is required",
      { parameters: [query({ required: "yes" })] },
      ["? its parameters could not be read"],
    ],
    [
      "a parameter that is not there",
      { parameters: [{ $ref: "#/components/parameters/Gone" }] },
      ["? its parameters could not be read"],
    ],
    [
      "a parameter of another file",
      { parameters: [{ $ref: "other.yml#/limit" }] },
      ["? its parameters could not be read"],
    ],
    ["a body", { requestBody: [] }, ["? its request body could not be read"]],
    ["a body's media type", { requestBody: { content: { a: 1 } } }, ["? its request body could not be read"]],
    ["the answers", { responses: "x" }, ["? its answers could not be read"]],
    ["an answer", { responses: { 200: true, "x-note": true } }, ["? answer 200 could not be read"]],
    ["an answer's content", { responses: { 200: { content: [] } } }, ["? answer 200 could not be read"]],
  ])("%s", (_, operation, expected) => {
    expect(found(file(pets({})), file(pets(operation as Json)))).toEqual(expected);
    expect(found(exported(pets(operation as Json)), exported(pets({})))).toEqual(expect.arrayContaining([...expected]));
  });

  test.each<readonly [string, unknown, string]>([
    ["none", 7, " is no schema"],
    ["what is not there", { $ref: "#/components/schemas/Gone" }, " refers to a schema that could not be found"],
    ["what is elsewhere", { $ref: "pet.yml" }, " refers to a schema that could not be found"],
    ["a reference that is none", { $ref: {} }, " refers to a schema that could not be found"],
    ["a type", { type: 5 }, " has a member type that could not be read"],
    ["properties", object([] as unknown as Json), " has a member properties that could not be read"],
    ["a property", object({ id: 3 }), ": id is no schema"],
    ["a list of what is required", { required: { id: true } }, " has a member required that could not be read"],
    ["an enum", { enum: "a" }, " has a member enum that could not be read"],
    ["items", { items: "a" }, " has a member items that could not be read"],
    ["one of all", { allOf: [strict, "x"] }, " is no schema"],
    ["one of some", { anyOf: true }, " has a member anyOf that could not be read"],
  ])("a schema: %s", (_, schema, expected) => {
    const [whole, wrong] = [file(pets(body(strict))), file(pets(body(schema)))];
    expect(found(whole, wrong)).toContain(`? request body (application/json)${expected}`);
    expect(found(wrong, whole)).toContain(`? request body (application/json)${expected}`);
  });

  test("the media types of Swagger, and nothing where a path has no content, or a draft before 4 says required", () => {
    const swagger = (more: Json): Json => ({ swagger: "2.0", paths: { "/pets": { post: {}, get: null } }, ...more });
    expect(found(file(swagger({})), file(swagger({ consumes: 1 })))).toEqual(["? its media types could not be read"]);
    const old = file(pets(body(object({ id: { type: "integer", required: true } }))));
    expect(found(old, old)).toEqual([]);
    const anything = file(pets({ requestBody: { content: { "text/csv": {}, "text/xml": { schema: true } } } }));
    expect(found(anything, anything)).toEqual([]);
  });

  const before = pets(
    {
      parameters: [query({ schema: integer }), { $ref: "#/components/parameters/Page" }],
      ...body({ $ref: "#/components/schemas/Pet" }),
      ...answer(object({ pets: { type: "array", items: { $ref: "#/components/schemas/Pet" } } })),
    },
    { Pet: object({ id: integer, name: text }, { required: ["id"] }) },
  );
  const after = pets(
    { ...body(object({ id: text, name: number }, { required: ["id", "name"] })), ...answer(object({ pets: text })) },
    {},
  );

  test(`a property: damage to what was served hides no change (seed ${seed})`, () => {
    const whole = { ...before, components: { ...(before["components"] as Json), parameters: { Page: query() } } };
    expect(found(exported(whole), exported(after)).length).toBeGreaterThan(2);
    const told = fc.property(damage, (damages) => {
      const text = damaged(JSON.stringify(whole), damages, { evident: true, missing: false });
      const document = JSON.parse(text) as { paths?: { "/pets/{id}"?: { post?: unknown } } };
      // Routes that are gone are told by others.
      fc.pre(typeof document.paths?.["/pets/{id}"] === "object" && "post" in document.paths["/pets/{id}"]);
      expect(found(exported(document), exported(after))).not.toEqual([]);
    });
    fc.assert(told, { seed, numRuns: 100 * times });
  });
});

test("a hundred thousand values of an enum, or required members, are compared at once", async () => {
  const names = Array.from({ length: 100_000 }, (_, index) => `n${index}`);
  const schema = (required: readonly string[]): Json =>
    object({ kind: { type: "string", enum: names } }, { required, additionalProperties: true });
  const { result: changes, seconds } = await timed(() =>
    found(file(pets(body(schema(names)))), file(pets(body(schema([...names].reverse()))))),
  );
  expect(changes).toEqual([]);
  expect(seconds).toBeLessThan(LINEAR);
});
