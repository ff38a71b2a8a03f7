import { describe, expect, test } from "@jest/globals";
import { declaredLeaves, matchesPattern, resolveSettings } from "../../../src/inputs/settings/resolve.ts";
import fc from "../../property.ts";

const by = <T>(value: T, source: string) => ({ value, source });

describe("layers", () => {
  const file = {
    defaults: { metrics: false, throttling: { rate: 100, burst: 50 }, logging: { level: "ERROR" as const } },
    stages: {
      "pr-1*": { throttling: { rate: 3 } },
      "*": { tracing: true, throttling: { rate: 1, burst: 1 } },
      "pr-*": { throttling: { rate: 2 }, variables: { a: "pattern", b: "pattern" } },
      "pr-12": { variables: { b: "exact" } },
      prod: { metrics: true },
    },
  };

  test("inline wins over exact, exact over pattern, the longer pattern over the shorter, pattern over defaults", () => {
    expect(resolveSettings("pr-12", file, { throttling: { burst: 9 } })).toEqual({
      metrics: by(false, "defaults"),
      tracing: by(true, "stages.*"),
      throttling: { rate: by(3, "stages.pr-1*"), burst: by(9, "settings") },
      logging: { level: by("ERROR", "defaults") },
      variables: { a: by("pattern", "stages.pr-*"), b: by("exact", "stages.pr-12") },
    });
  });

  test("of two patterns alike, the later wins", () => {
    const stages = { "a*": { metrics: true }, "*a": { metrics: false } };
    expect(resolveSettings("aa", { stages }, undefined)).toEqual({ metrics: by(false, "stages.*a") });
  });

  test("nothing declared is nothing wished", () => {
    expect(resolveSettings("dev", undefined, undefined)).toEqual({});
    expect(resolveSettings("dev", { stages: { prod: { metrics: true } } }, undefined)).toEqual({});
  });

  test("a variable may have any name", () => {
    const inline = { variables: { source: "x", value: "y", constructor: "z" } };
    expect(resolveSettings("dev", { defaults: { variables: { source: "w" } } }, inline)).toEqual({
      variables: { source: by("x", "settings"), value: by("y", "settings"), constructor: by("z", "settings") },
    });
  });
});

describe("null", () => {
  test("takes away what lower layers declared, and remains as a wish", () => {
    const file = {
      defaults: { variables: { old: "x" }, routes: { "GET /a": { metrics: true } } },
      stages: { prod: { variables: { old: null }, routes: { "GET /a": null } } },
    };
    expect(resolveSettings("prod", file, undefined)).toEqual({
      variables: { old: by(null, "stages.prod") },
      routes: { "GET /a": by(null, "stages.prod") },
    });
  });

  test("below a declaration of the same route makes it begin afresh", () => {
    const file = {
      defaults: { routes: { "GET /a": { metrics: true, throttling: { rate: 1 } }, "GET /b": { metrics: true } } },
      stages: { prod: { routes: { "GET /a": null } } },
    };
    expect(resolveSettings("prod", file, { routes: { "GET /a": { metrics: false } } })).toEqual({
      routes: { "GET /a": { metrics: by(false, "settings") }, "GET /b": { metrics: by(true, "defaults") } },
      resetRoutes: new Set(["GET /a"]),
    });
  });
});

describe("patterns", () => {
  test.each([
    ["pr-*", "pr-7", true],
    ["pr-*", "pr-", true],
    ["pr-*", "xpr-7", false],
    ["*-eu", "prod-eu", true],
    ["a*a", "a", false],
    ["a*b*c", "axbxc", true],
    ["a*bc*c", "abc", false],
    ["*", "", true],
    ["prod", "prod2", false],
  ])("%s and %s: %s", (pattern, name, matches) => {
    expect(matchesPattern(pattern, name)).toBe(matches);
  });

  test("mean what the regular expression means", () => {
    const letters = (alphabet: string[]) =>
      fc.array(fc.constantFrom(...alphabet), { maxLength: 8 }).map((list) => list.join(""));
    fc.assert(
      fc.property(letters(["a", "b", "*"]), letters(["a", "b"]), (pattern, name) => {
        expect(matchesPattern(pattern, name)).toBe(new RegExp(`^${pattern.replaceAll("*", ".*")}$`).test(name));
      }),
    );
  });
});

test("every declared leaf is told with its source, secrets masked", () => {
  const wish = resolveSettings(
    "dev",
    {
      defaults: {
        variables: { api_token: "t", gone_key: null, alias: "dev" },
        routes: { "GET /a": { caching: { ttl: 1 } } },
      },
    },
    undefined,
  );
  expect(declaredLeaves(wish)).toEqual([
    { setting: "variables.api_token", value: "***", source: "defaults" },
    { setting: "variables.gone_key", value: "null", source: "defaults" },
    { setting: "variables.alias", value: "dev", source: "defaults" },
    { setting: "routes.GET /a.caching.ttl", value: "1", source: "defaults" },
  ]);
});
