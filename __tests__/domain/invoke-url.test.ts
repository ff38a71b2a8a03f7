import { describe, expect, test } from "@jest/globals";
import { invokeUrlOf, invokeUrlTemplateProblem, publicUrl } from "../../src/domain/invoke-url.ts";
import { LINEAR, timed } from "../cpu-time.ts";
import fc from "../property.ts";
import { aRestApi } from "../requests.ts";

const frankfurt = { region: "eu-central-1", dnsSuffix: "amazonaws.com" };
const beijing = { region: "cn-north-1", dnsSuffix: "amazonaws.com.cn" };

describe("the invoke URL", () => {
  test.each([
    ["a public API", {}, frankfurt, "https://a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com/prod"],
    ["a public API in China", {}, beijing, "https://a1b2c3d4e5.execute-api.cn-north-1.amazonaws.com.cn/prod"],
    ["an API without its default endpoint", { defaultEndpointDisabled: true }, frankfurt, ""],
    ["a private API", { visibility: "private" as const }, frankfurt, ""],
    ["a private API at an endpoint", { visibility: "private" as const, vpcEndpointIds: ["vpce-1"] }, frankfurt, ""],
  ])("that anybody can open, of %s", (_, changes, place, url) => {
    expect(publicUrl(invokeUrlOf("prod", aRestApi(changes), place, undefined))).toBe(url);
  });

  test("inside a VPC is known where an endpoint is associated", () => {
    const api = aRestApi({ visibility: "private", vpcEndpointIds: ["vpce-0a", "vpce-0b"] });
    expect(invokeUrlOf("prod", api, frankfurt, undefined)).toEqual({
      kind: "private",
      url: "https://a1b2c3d4e5-vpce-0a.execute-api.eu-central-1.amazonaws.com/prod",
    });
  });

  test("loses the slashes at its end, however many, and a row of others takes no longer", async () => {
    const row = "/".repeat(200_000);
    const { seconds } = await timed(() => {
      expect(invokeUrlOf("prod", aRestApi(), frankfurt, `https://a.example/x${row}`)).toEqual({
        kind: "given",
        url: "https://a.example/x",
      });
      invokeUrlTemplateProblem(`https://a.example/${row}{${row}x`);
    });
    expect(seconds).toBeLessThan(LINEAR);
  });

  test("of a template wins over everything that the API is", () => {
    const api = aRestApi({ visibility: "private", defaultEndpointDisabled: true });
    const url = invokeUrlOf("prod", api, frankfurt, "https://{stage}.{region}.example.com/{rest-api-id}//");
    expect(publicUrl(url)).toBe("https://prod.eu-central-1.example.com/a1b2c3d4e5");
  });

  test.each([
    ["https://api.example.com/{stage}", "https://api.example.com"],
    ["http://localhost:4566/{api-id}/{stage}/v1/", "http://localhost:4566/a1b2c3d4e5/v1"],
    ["https://api.example.com", "https://api.example.com"],
  ])("of $default, by %s, is at the root", (template, url) => {
    expect(publicUrl(invokeUrlOf("$default", aRestApi(), frankfurt, template))).toBe(url);
    expect(invokeUrlTemplateProblem(template, "$default")).toBeUndefined();
  });
});

describe("an invoke-url template", () => {
  test.each(["https://{stage}.api.example.com", "http://localhost:3000/{stage}", "wss://{stage}.example.com"])(
    "may be %s",
    (template) => {
      expect(invokeUrlTemplateProblem(template)).toBeUndefined();
    },
  );

  test.each([
    ["api.example.com", "absolute http or https URL"],
    ["javascript:alert(1)", "absolute http or https URL"],
    ["https://{branch}.example.com", "{branch} is no placeholder"],
    ["https://u:p@example.com", "no user name"],
    ["https://example.com/?stage={stage}", "no user name, password, query or fragment"],
    ["https://example.com/#{stage}", "no user name, password, query or fragment"],
    ["https://example.com/> <b>", "absolute http or https URL"],
    ["https://example.com/'; rm -rf ~ #", "absolute http or https URL"],
  ])("may not be %s", (template, problem) => {
    expect(invokeUrlTemplateProblem(template)).toContain(problem);
  });

  test.each(["https://{stage}.api.example.com/{stage}", "https://api.example.com/v-{stage}"])(
    "for $default may not be %s",
    (template) => {
      expect(invokeUrlTemplateProblem(template, "$default")).toContain("give its URL without {stage}");
      expect(invokeUrlTemplateProblem(template, "prod")).toBeUndefined();
    },
  );

  test("that is accepted holds nothing that Markdown or a shell would obey inside the link and the quotes", () => {
    fc.assert(
      fc.property(fc.string(), (tail) => {
        const template = `https://example.com/${tail}`;
        fc.pre(invokeUrlTemplateProblem(template) === undefined);
        expect(template).not.toMatch(/[\s<>'`]/);
      }),
    );
  });
});
