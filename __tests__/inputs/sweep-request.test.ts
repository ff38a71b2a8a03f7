import { describe, expect, test } from "@jest/globals";
import { inputReader } from "../../src/inputs/reader.ts";
import { readSweepRequest } from "../../src/inputs/sweep-request.ts";
import fc from "../property.ts";
import { aRun } from "../requests.ts";

type Inputs = Readonly<Record<string, string>>;

const run = aRun({ event: { kind: "schedule" } });

const readWith = (inputs: Inputs) => {
  const read = inputReader((name) => ({ "rest-api-id": "a1b2c3d4e5", ...inputs })[name] ?? "");
  return { request: readSweepRequest(read, run), problems: read.problems };
};

const accepted = (inputs: Inputs) => {
  const { request, problems } = readWith(inputs);
  expect(problems).toEqual([]);
  return request;
};

test("the REST API is all that must be given", () => {
  expect(accepted({})).toEqual({
    command: "sweep",
    run,
    restApiId: "a1b2c3d4e5",
    apiGivenAs: "rest-api-id",
    githubToken: "",
    dryRun: false,
    environment: "preview",
    ttl: undefined,
    keepDeployments: 20,
  });
});

test("everything can be given", () => {
  const inputs = {
    "github-token": "token",
    "dry-run": "true",
    environment: "Previews of orders",
    "preview-ttl": "14d",
    "keep-deployments": "5",
  };
  expect(accepted(inputs)).toMatchObject({
    githubToken: "token",
    dryRun: true,
    environment: "Previews of orders",
    ttl: 14 * 86_400_000,
    keepDeployments: 5,
  });
});

test.each([
  ["1h", 3_600_000],
  ["12h", 43_200_000],
  ["7d", 604_800_000],
  ["99999d", 8_639_913_600_000],
])("preview-ttl %s is %d milliseconds", (value, milliseconds) => {
  expect(accepted({ "preview-ttl": value }).ttl).toBe(milliseconds);
});

test("keep-deployments 0 is a value, and keeps all", () => {
  expect(accepted({ "keep-deployments": "0" }).keepDeployments).toBe(0);
});

describe("what is not understood is a problem with an example, and no default", () => {
  test.each(["7", "0d", "d", "-1d", "1.5d", "7 d", "7D", "7w", "1d12h", "PT12H", "never", "100000d"])(
    "preview-ttl %s",
    (value) => {
      const message = "It must be a number of days or hours above zero, for example 7d or 12h.";
      expect(readWith({ "preview-ttl": value }).problems).toEqual([{ input: "preview-ttl", value, message }]);
    },
  );

  test.each(["-1", "1.5", "all", "01", "1e3", "9999999999"])("keep-deployments %s", (value) => {
    const message = "It must be a whole number, for example 20; 0 keeps all.";
    expect(readWith({ "keep-deployments": value }).problems).toEqual([{ input: "keep-deployments", value, message }]);
  });

  test("all of it is reported together", () => {
    const inputs = {
      "rest-api-id": "",
      "dry-run": "yes",
      environment: "two\nlines",
      "preview-ttl": "soon",
      "keep-deployments": "some",
    };
    expect(readWith(inputs).problems.map(({ input }) => input)).toEqual(Object.keys(inputs));
  });

  test("whatever is given as preview-ttl", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 6 }), (value) => {
        const { request, problems } = readWith({ "preview-ttl": value });
        const understood = request.ttl !== undefined;
        expect(problems).toHaveLength(understood ? 0 : 1);
        expect(understood).toBe(/^[1-9]\d{0,4}[dh]$/.test(value));
      }),
    );
  });
});
