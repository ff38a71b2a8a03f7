import { describe, expect, test } from "@jest/globals";
import type { Dialect } from "../../../src/domain/definition.ts";
import { routeFrom, routeKey } from "../../../src/domain/route.ts";
import {
  type Definition,
  type Dialects,
  isDefinition,
  type Reading,
  readDefinition,
} from "../../../src/inputs/definition/read-definition.ts";
import { placed } from "./definition-of.ts";

const fn = { type: "aws_proxy", httpMethod: "POST", uri: "arn:aws:lambda:x", payloadFormatVersion: "2.0" };
const integration = (changes: object = {}) => ({ "x-amazon-apigateway-integration": { ...fn, ...changes } });

const jwt = {
  type: "oauth2",
  "x-amazon-apigateway-authorizer": {
    type: "jwt",
    jwtConfiguration: { issuer: "https://issuer.example", audience: ["a"] },
    identitySource: "$request.header.Authorization",
  },
};
const authorizer = (type: string) => ({ ...jwt, "x-amazon-apigateway-authorizer": { type } });

const documentWith = (paths: object, more: object = {}): string =>
  JSON.stringify({ openapi: "3.0.3", info: { title: "T", version: "1" }, paths, ...more });

type Asked = { readonly dialects?: Dialects; readonly failOnWarnings?: boolean };

const answered = (text: string, { dialects = ["http", "rest"], ...asked }: Asked = {}) =>
  readDefinition({ bytes: Buffer.from(text), file: "openapi.yml", dialects, ...asked });

const definitionOf = (text: string, asked: Asked = {}): Definition => {
  const answer = answered(text, asked);
  if (!isDefinition(answer)) throw new Error(placed(answer).join("\n"));
  return answer;
};

const readAs = (dialect: Dialect, text: string, asked: Asked = {}): Reading => definitionOf(text, asked).as(dialect);

/** Each finding without its place, and with nothing but its beginning. */
const said = (reading: Reading): { problems: string[]; warnings: string[] } => ({
  problems: reading.problems.map(({ message }) => message),
  warnings: reading.warnings.map(({ message }) => message),
});

describe("the routes of an HTTP API", () => {
  test("are methods and paths, and one of them may stand for all others", () => {
    const op = integration();
    const any = { "x-amazon-apigateway-any-method": op };
    const text = documentWith({
      "/pets": { get: op, ...any },
      "/pets/": { get: op },
      "/{proxy+}": any,
      "/$default": { "x-amazon-apigateway-any-method": { isDefaultRoute: true, ...op } },
    });
    const { routes, needs, problems, warnings } = readAs("http", text);
    const keys = ["GET /pets", "ANY /pets", "ANY /{proxy+}", "$default"];
    expect(routes.map(routeKey)).toEqual(keys);
    expect(keys.map(routeFrom)).toEqual(routes);
    expect([...needs.keys()]).toEqual(keys);
    expect([problems, warnings]).toEqual([[], []]);
    expect(readAs("rest", text).routes.map(routeKey)).toEqual([
      "GET /pets",
      "ANY /pets",
      "ANY /{proxy+}",
      "ANY /$default",
    ]);
  });

  test.each(["$default", "/anything"])("among them the default one as %s", (path) => {
    const route = { "x-amazon-apigateway-any-method": { isDefaultRoute: true, ...integration() } };
    expect(readAs("http", documentWith({ [path]: route })).routes.map(routeKey)).toEqual(["$default"]);
  });

  test("have what their callers need from IAM, one authorizer, or nobody", () => {
    const iam = { type: "apiKey", in: "header", name: "Authorization", "x-amazon-apigateway-authtype": "awsSigv4" };
    const key = { type: "apiKey", in: "header", name: "x-api-key" };
    const asking = (security: readonly object[]) => ({ get: { ...integration(), security } });
    const { needs, problems, warnings } = readAs(
      "http",
      documentWith(
        {
          "/jwt": asking([{ jwt: ["read", "write"] }]),
          "/lambda": asking([{ lambda: [] }]),
          "/iam": asking([{ iam: [] }]),
          "/key": asking([{ key: [] }]),
          "/optional": asking([{}, { jwt: [] }]),
          "/open": asking([]),
          "/auth": { get: { ...integration(), security: [], "x-amazon-apigateway-auth": { type: "AWS_IAM" } } },
          "/inherited": { get: integration() },
        },
        { security: [{ jwt: [] }], components: { securitySchemes: { jwt, lambda: authorizer("request"), iam, key } } },
      ),
    );
    const types = [...needs].map(([route, { authorizationType, apiKeyRequired }]) => [
      route,
      apiKeyRequired ? "API key" : authorizationType,
    ]);
    expect(Object.fromEntries(types)).toEqual({
      "GET /jwt": "JWT",
      "GET /lambda": "CUSTOM",
      "GET /iam": "AWS_IAM",
      "GET /key": "NONE",
      "GET /optional": "JWT",
      "GET /open": "NONE",
      "GET /auth": "AWS_IAM",
      "GET /inherited": "JWT",
    });
    expect(problems).toEqual([]);
    expect(warnings.map(({ message }) => message)).toEqual(["HTTP APIs have no API keys: nobody is asked for `key`."]);
  });
});

describe("an HTTP API takes no", () => {
  const only = (content: object, more: object = {}): string => documentWith({ "/a": { get: content } }, more);
  const reused = (reference: string, shared: object): string =>
    only(
      { "x-amazon-apigateway-integration": { $ref: reference } },
      { components: { "x-amazon-apigateway-integrations": shared } },
    );
  const SHARED = "#/components/x-amazon-apigateway-integrations";

  test.each<[string, string, string[], string[]]>([
    ["mapped integration", only(integration({ type: "aws" })), ["The integration of GET /a is of type `aws`"], []],
    ["mock", only(integration({ type: "MOCK" })), ["The integration of GET /a is of type `mock`"], []],
    ["integration of no type", only(integration({ type: undefined })), ["The integration of GET /a does not say"], []],
    [
      "payload format that is a number",
      only(integration()).replace('"payloadFormatVersion":"2.0"', '"payloadFormatVersion":2.0'),
      [
        '`payloadFormatVersion` of GET /a is "2.0" without quotes, of which an import makes another version: write "2.0".',
      ],
      [],
    ],
    [
      "templates",
      only(integration({ requestTemplates: {} })),
      ["The integration of GET /a has `requestTemplates`, and HTTP APIs map no bodies."],
      [],
    ],
    [
      "other payload format",
      only(integration({ payloadFormatVersion: "3.0" })),
      ['`payloadFormatVersion` of GET /a is "3.0"; HTTP APIs know "1.0" or "2.0" there.'],
      [],
    ],
    [
      "second payload format without a function",
      only(integration({ type: "http_proxy" })),
      ['`payloadFormatVersion` of GET /a is "2.0"; HTTP APIs know "1.0" there.'],
      [],
    ],
    [
      "second payload format with a service's own action",
      only(integration({ integrationSubtype: "SQS-SendMessage" })),
      ['`payloadFormatVersion` of GET /a is "2.0"; HTTP APIs know "1.0" there.'],
      [],
    ],
    [
      "integration of another place",
      reused(`${SHARED}/other`, { one: fn }),
      ["The integration of GET /a refers to"],
      [],
    ],
    [
      "several security schemes",
      only(
        { ...integration(), security: [{ jwt: [] }, { b: [] }] },
        { components: { securitySchemes: { jwt, b: jwt } } },
      ),
      ["GET /a names 2 security schemes (jwt, b), and a route of an HTTP API takes one"],
      [],
    ],
    [
      "user pools",
      only(
        { ...integration(), security: [{ pool: [] }] },
        { components: { securitySchemes: { pool: authorizer("cognito_user_pools") } } },
      ),
      ["GET /a asks for `pool`, an authorizer of type `cognito_user_pools`. HTTP APIs have `request` and `jwt`: give"],
      [],
    ],
    ["path without slash", documentWith({ a: { get: integration() } }), ["The path `a` must begin with a slash"], []],
    [
      "Swagger",
      only(integration()).replace('"openapi":"3.0.3"', '"swagger":"2.0"'),
      ['Swagger "2.0" cannot be imported into an HTTP API, which takes OpenAPI 3.0 alone. Convert the file'],
      [],
    ],
    [
      "resource policy",
      only(integration(), { "x-amazon-apigateway-policy": {} }),
      [],
      ["`x-amazon-apigateway-policy`"],
    ],
    ["route without integration", only({}), [], ["GET /a has no `x-amazon-apigateway-integration`"]],
    [
      "integration without payload format",
      only(integration({ payloadFormatVersion: undefined })),
      ['The integration of GET /a has no `payloadFormatVersion`, which HTTP APIs require: "1.0" or "2.0".'],
      [],
    ],
  ])("%s", (_, text, problems, warnings) => {
    const starts = (texts: readonly string[]) => texts.map((start) => expect.stringContaining(start));
    const found = said(readAs("http", text));
    expect(found).toEqual({ problems: starts(problems), warnings: starts(warnings) });
  });

  test("types that an import warns of, unless `fail-on-warnings` lets them", () => {
    const text = only(integration({ type: "http", payloadFormatVersion: "1.0" }));
    expect(said(readAs("http", text)).problems).toHaveLength(1);
    expect(said(readAs("http", text, { failOnWarnings: false }))).toEqual({
      problems: [],
      warnings: [expect.stringContaining("is of type `http`")],
    });
  });

  test("but it takes integrations that several routes share", () => {
    const { problems, warnings } = readAs("http", reused(`${SHARED}/one`, { one: fn }));
    expect([problems, warnings]).toEqual([[], []]);
  });

  test("and each is said with its line", () => {
    const [problem] = readAs(
      "http",
      `openapi: 3.0.3\npaths:\n  /a:\n    get:\n      x-amazon-apigateway-integration: {type: mock}\n`,
    ).problems;
    expect(problem).toMatchObject({ file: "openapi.yml", line: 4, column: 5 });
  });
});

test.each([
  ["Unable to create integration for resource at path 'GET /b': Invalid ARN. Ignoring.", 5],
  ["paths./b.get: key [requestBody] will be ignored by API Gateway", 5],
  ["components: key [schemas] will be ignored by API Gateway", undefined],
])("the service's words have a line: %s", (message, line) => {
  const text = "openapi: 3.0.3\npaths:\n  /a: {get: {}}\n  /b:\n    get: {}\n";
  expect(definitionOf(text, { dialects: ["http"] }).locate(message).line).toBe(line);
});

describe("where the kind is not known yet", () => {
  test("what is wrong for both is said at once, and the rest for the kind that it turns out to be", () => {
    expect(answered(documentWith({}))).toEqual([
      expect.objectContaining({ message: expect.stringContaining("It has no routes") }),
    ]);
    const text = documentWith({ "/a": { get: {} } });
    expect(said(readAs("rest", text)).problems).toEqual([expect.stringContaining("GET /a has no")]);
    expect(said(readAs("http", text)).problems).toEqual([]);
  });

  test("a kind that is known is judged with all else that is wrong", () => {
    const text = documentWith({
      "/a": { get: integration({ type: "mock" }) },
      "/b": { get: { x: 1, ...integration({ type: "aws" }) } },
    });
    const answer = answered(text, { dialects: ["http"] });
    expect(isDefinition(answer)).toBe(false);
    expect(answer).toHaveLength(2);
  });
});
