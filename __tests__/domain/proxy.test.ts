import { describe, expect, test } from "@jest/globals";
import { proxyFor } from "../../src/domain/proxy.ts";

const proxy = "http://proxy.example.com:3128";
const through = (url: string, environment: Record<string, string>): string | undefined =>
  proxyFor(new URL(url), environment)?.href;

const AWS = "https://apigateway.eu-central-1.amazonaws.com/";

describe("the proxy of a request", () => {
  test.each([
    ["HTTPS_PROXY", AWS, { HTTPS_PROXY: proxy }, true],
    ["https_proxy", AWS, { https_proxy: proxy }, true],
    ["small letters win", AWS, { https_proxy: proxy, HTTPS_PROXY: "http://other.example.com" }, true],
    ["HTTP_PROXY is for http", "http://example.com/", { HTTP_PROXY: proxy }, true],
    ["HTTP_PROXY is not for https", AWS, { HTTP_PROXY: proxy }, false],
    ["ALL_PROXY is for both", AWS, { ALL_PROXY: proxy }, true],
    ["an empty variable is none", AWS, { https_proxy: "", HTTPS_PROXY: proxy }, true],
    ["nothing", AWS, {}, false],
    ["a host without a scheme speaks HTTP", AWS, { HTTPS_PROXY: "proxy.example.com:3128" }, true],
    ["localhost", "http://localhost:8080/", { HTTP_PROXY: proxy }, false],
    ["127.0.0.1", "http://127.0.0.1:8080/", { HTTP_PROXY: proxy }, false],
    ["127.1.2.3", "http://127.1.2.3/", { HTTP_PROXY: proxy }, false],
    ["::1", "http://[::1]:8080/", { HTTP_PROXY: proxy }, false],
    ["a host that only looks like loopback", "http://127.0.0.1.example.com/", { HTTP_PROXY: proxy }, true],
  ])("%s", (_, url, environment, goes) => {
    expect(through(url, environment)).toBe(goes ? `${proxy}/` : undefined);
  });

  test.each([
    ["amazonaws.com", false],
    [".amazonaws.com", false],
    ["*.amazonaws.com", false],
    ["apigateway.eu-central-1.amazonaws.com", false],
    ["APIGATEWAY.EU-CENTRAL-1.AMAZONAWS.COM", false],
    ["apigateway.eu-central-1.amazonaws.com:443", false],
    ["apigateway.eu-central-1.amazonaws.com:8443", true],
    ["*", false],
    ["example.com", true],
    ["aws.com", true],
    ["example.com, amazonaws.com", false],
    ["example.com amazonaws.com", false],
    ["", true],
  ])("NO_PROXY=%s", (exempt, goes) => {
    expect(through(AWS, { HTTPS_PROXY: proxy, NO_PROXY: exempt })).toBe(goes ? `${proxy}/` : undefined);
    expect(through(AWS, { https_proxy: proxy, no_proxy: exempt })).toBe(goes ? `${proxy}/` : undefined);
  });

  test("keeps user and password", () => {
    const found = proxyFor(new URL(AWS), { HTTPS_PROXY: "http://bob:s%40crt@proxy.example.com" });
    expect([found?.username, found?.password]).toEqual(["bob", "s%40crt"]);
  });

  test.each(["socks5://proxy.example.com:1080", "http://", "http://proxy example.com", "ftp://x"])(
    "I10: a value that is no URL of a proxy is named and not shown: %s",
    (value) => {
      const secret = value.replace("://", "://bob:hunter2@");
      let thrown: unknown;
      try {
        through(AWS, { HTTPS_PROXY: secret });
      } catch (error) {
        thrown = error;
      }
      expect(thrown).toMatchObject({ code: "PROXY_INVALID", acted: "no" });
      expect(String(thrown)).toContain("HTTPS_PROXY");
      expect(String(thrown)).not.toContain("hunter2");
    },
  );
});
