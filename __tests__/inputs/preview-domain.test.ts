import { describe, expect, test } from "@jest/globals";
import { readPreviewDomain, readRuledDomain } from "../../src/inputs/preview-domain.ts";
import { inputReader } from "../../src/inputs/reader.ts";
import { aRequest } from "../requests.ts";

const readWith = (inputs: Readonly<Record<string, string>>, target = {}) => {
  const read = inputReader((name) => inputs[name] ?? "");
  const found = readPreviewDomain(read, aRequest({ stageName: "pr-7", previewOf: 7, invokeUrl: undefined, ...target }));
  return { ...found, problems: read.problems.map(({ input }) => input) };
};

const domain = { "preview-domain": "api.example.com" };
const band = { from: 1000, to: 1999 };

test.each([
  [domain, { name: "api.example.com", id: undefined, band, header: "X-Preview", basePath: undefined }],
  [{ "preview-domain": "API.Example.com+ab12" }, { name: "api.example.com", id: "ab12", header: "X-Preview" }],
  [
    { ...domain, "preview-path": "/pr-{number}/" },
    { header: undefined, basePath: "pr-7" },
  ],
  [
    { ...domain, "preview-path": "/", "preview-header": "X-Stage" },
    { header: "X-Stage", basePath: "" },
  ],
  [{ ...domain, "preview-priority": "1-1000000" }, { band: { from: 1, to: 1_000_000 } }],
])("%j", (inputs, expected) => {
  const { previewDomain, invokeUrl, problems } = readWith(inputs);
  expect(problems).toEqual([]);
  expect(previewDomain).toMatchObject(expected);
  expect(invokeUrl).toBe("https://api.example.com");
});

test("the domain's address is that of invoke-url where there is one, and lasting stages have no rule", () => {
  expect(readWith(domain, { invokeUrl: "https://cdn.example.com" }).invokeUrl).toBe("https://cdn.example.com");
  expect(readWith(domain, { previewOf: undefined })).toEqual({ problems: [] });
  expect(readWith({})).toEqual({ problems: [] });
  expect(readRuledDomain(inputReader((name) => (name === "preview-domain" ? "api.example.com" : "")))).toEqual({
    name: "api.example.com",
    id: undefined,
    band,
  });
});

describe("wrong is", () => {
  test.each([
    [{ "preview-domain": "https://api.example.com" }, "preview-domain"],
    [{ "preview-domain": "localhost" }, "preview-domain"],
    [{ "preview-domain": "*.example.com" }, "preview-domain"],
    [{ "preview-header": "X-Preview" }, "preview-header"],
    [{ "preview-path": "/pr-{number}" }, "preview-path"],
    ...["Authorization", "x-amz-date", "Host", "X Preview", "X-*", "x".repeat(40)].map(
      (name) => [{ ...domain, "preview-header": name }, "preview-header"] as const,
    ),
    ...["pr-{number}", "/pr", "/", "/a b{number}", "//{number}", `/{number}${"x".repeat(127)}`, "/{stage}"].map(
      (path) => [{ ...domain, "preview-path": path }, "preview-path"] as const,
    ),
    ...["1000", "2000-1000", "0-10", "1-1000001", "a-b", "1000 - 1999"].map(
      (priority) => [{ ...domain, "preview-priority": priority }, "preview-priority"] as const,
    ),
  ])("%j", (inputs, input) => {
    expect(readWith(inputs).problems).toContain(input);
  });

  test("a stage's name that is too long for a header's value", () => {
    expect(readWith(domain, { stageName: "p".repeat(128) }).problems).toEqual(["stage-name"]);
  });
});
