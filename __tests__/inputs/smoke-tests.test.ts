import { describe, expect, test } from "@jest/globals";
import { inputReader } from "../../src/inputs/reader.ts";
import { parseSmokeTests, readSmokeTests } from "../../src/inputs/smoke-tests.ts";
import fc from "../property.ts";

const plainTest = {
  line: 1,
  method: "GET",
  path: "/health",
  status: 200,
  contains: [],
  headers: [],
  within: undefined,
};

describe("a line", () => {
  test.each([
    ["GET /health 200", {}],
    ["  GET\t/health   200  ", {}],
    ["GET /health 200 # every minute, as the monitor does", {}],
    ["GET /health?deep=1&x=%23 200", { path: "/health?deep=1&x=%23" }],
    ["HEAD / 404", { method: "HEAD", path: "/", status: 404 }],
    ['GET /health 200 contains "ok"', { contains: ["ok"] }],
    ['GET /health 200 contains "# \\"ok\\" \\u00e9" contains "b"', { contains: ['# "ok" é', "b"] }],
    [
      "GET /health 200 header Content-Type: application/json",
      { headers: [{ name: "content-type", value: "application/json" }] },
    ],
    ['GET /health 200 header a: "b c"', { headers: [{ name: "a", value: "b c" }] }],
    ["GET /health 200 <2s", { within: 2000 }],
    ["GET /health 200 <1.5s", { within: 1500 }],
    ["GET /health 200 <300ms", { within: 300 }],
    [
      'GET /health 200 <2s header a: b contains "c"',
      { within: 2000, headers: [{ name: "a", value: "b" }], contains: ["c"] },
    ],
    ["CONNECT / 101", { method: "CONNECT", path: "/", status: 101 }],
    ["CONNECT /?token=a 403 <2s", { method: "CONNECT", path: "/?token=a", status: 403, within: 2000 }],
    [
      'CONNECT / 101 send {"action":"ping"} contains "pong" # as clients do',
      { method: "CONNECT", path: "/", status: 101, send: '{"action":"ping"}', contains: ["pong"] },
    ],
    ['CONNECT / 101 send "a b"', { method: "CONNECT", path: "/", status: 101, send: "a b" }],
  ])("%j", (line, fields) => {
    expect(parseSmokeTests(line)).toEqual({ tests: [{ ...plainTest, ...fields }], problems: [] });
  });

  test("counts with its number, among blank ones, comments and any line ends", () => {
    const { tests, problems } = parseSmokeTests("# the basics\r\nGET /a 200\n\n   \n# GET /no 200\nGET /b 301");
    expect(problems).toEqual([]);
    expect(tests.map(({ line, path }) => [line, path])).toEqual([
      [2, "/a"],
      [6, "/b"],
    ]);
  });

  test("may be missing altogether", () => {
    expect(parseSmokeTests("")).toEqual({ tests: [], problems: [] });
  });
});

describe("a wrong line is told with what is allowed", () => {
  test.each([
    ["get /health 200", '"get" is no method; there are GET, HEAD'],
    ["GET", "The path is missing"],
    ["CONNECT /chat 101", '"/chat" is no path to connect to: it must be /, perhaps with a query'],
    ["CONNECT / 200", '"200" is no status: a connection is answered with 101, or refused with 400 to 599.'],
    ["CONNECT /", "The expected status is missing, for example 101."],
    ["CONNECT / 403 send a", "send needs the status 101: a connection."],
    ['CONNECT / 101 contains "a"', "contains needs send, the message that is answered"],
    ["CONNECT / 101 header a: b", "header cannot be used with CONNECT."],
    ["CONNECT / 101 send", "send needs a text without blanks or in double quotes"],
    ['CONNECT / 101 send "', "send needs a text without blanks or in double quotes"],
    ["CONNECT / 101 send a send b", "There is more than one message to send."],
    ["POST /a 200 send a", "send goes with CONNECT alone; a request has no body."],
    ["GET health 200", '"health" is no path: it must begin with a slash'],
    ["GET /../admin 200", "is no path below the stage"],
    ["GET /health#top 200", "leave out fragments"],
    ["GET /health", "The expected status is missing"],
    ["GET /health ok", '"ok" is no status: it must be 200 to 599'],
    ["GET /health 20", '"20" is no status'],
    ["GET /health 200 OK", '"OK" is not understood after the status'],
    ["GET /health 200 2s", "Write <2s for a time limit."],
    ["GET /health 200 <fast", '"<fast" is no time limit'],
    ["GET /health 200 <0s", '"<0s" is no time limit'],
    ["GET /health 200 <1s <2s", "more than one time limit"],
    ["GET /health 200 contains ok", "contains needs a text in double quotes"],
    ['GET /health 200 contains "never ends', "contains needs a text in double quotes"],
    ['GET /health 200 contains ""', "contains needs a text"],
    ["GET /health 200 header a b", "header needs a name, a colon"],
    ["GET /health 200 header a:", "header needs a name, a colon"],
    ['HEAD / 200 contains "x"', "whose answer has no body"],
  ])("%j", (line, message) => {
    const { tests, problems } = parseSmokeTests(`# first\n${line}`);
    expect(tests).toEqual([]);
    expect(problems).toEqual(expect.arrayContaining([expect.stringContaining(message)]));
    for (const problem of problems) expect(problem).toMatch(/^Line 2: .*\.$/);
  });

  test("all of them at once, as one problem of the input", () => {
    const reader = inputReader(() => "GET / 200\nPUSH x\nGET /b 99");
    expect(readSmokeTests(reader)).toHaveLength(1);
    expect(reader.problems).toHaveLength(1);
    const message = reader.problems[0]?.message ?? "";
    expect(message.match(/Line \d/g)).toEqual(["Line 2", "Line 2", "Line 2", "Line 3"]);
    expect(message).toContain('An example: GET /health 200 contains "ok" <2s');
  });
});

test("more tests than a stage is to be asked at once are too many", () => {
  const count = (number: number) => {
    const reader = inputReader(() => "GET / 200\n".repeat(number));
    readSmokeTests(reader);
    return reader.problems.map(({ message }) => message);
  };
  expect(count(100)).toEqual([]);
  expect(count(101)).toEqual([expect.stringContaining("There are 101 tests; at most 100")]);
});

test("any text gives tests or problems, and never throws", () => {
  const word = fc.oneof(
    fc.string(),
    fc.constantFrom("GET", "/a", "200", "contains", '"x"', "header", "a:", "b", "<2s", "#", "\n"),
  );
  fc.assert(
    fc.property(fc.array(word), (words) => {
      const { tests, problems } = parseSmokeTests(words.join(" "));
      for (const { path } of tests)
        expect(new URL(`https://h.invalid/base${path}`).href).toMatch(/^https:\/\/h\.invalid\/base\//);
      for (const problem of problems) expect(problem).toMatch(/^Line \d+: /);
    }),
  );
});
