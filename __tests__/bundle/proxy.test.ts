import { expect, test } from "@jest/globals";
import { spawnOn } from "../../simulator/runner/child-process.ts";
import { dataPlane } from "../e2e/release-scene.ts";
import { listenAsProxy } from "../proxy.ts";
import { inScene, noise, type Scene } from "./scene.ts";

/**
 * A process on a runner whose only way out is a proxy: nothing is told about it but by the environment, in which newer
 * releases of Node find a proxy by themselves, too (NODE_USE_ENV_PROXY).
 */

const login = `Basic ${Buffer.from("bob:s@crt").toString("base64")}`;

type Variables = Readonly<Record<string, string>>;

const portOf = (url: string): number => Number(new URL(url).port);

const listenFor = (scene: Scene) =>
  listenAsProxy((host) => portOf(scene[host.startsWith("api.github") ? "github" : "gateway"].server.url));

/** None of the hosts but loopback resolves. */
const inProxyNetwork = (scene: Scene, environment: Variables, inputs: Variables = {}) => {
  const spawned = spawnOn(process.execPath);
  const env = {
    AWS_ENDPOINT_URL: "http://apigateway.aws.invalid",
    GITHUB_API_URL: "http://api.github.invalid",
    ...environment,
  };
  return scene.deploy(
    { "smoke-tests": "GET /orders 200", "invoke-url": dataPlane(scene), ...inputs },
    { runner: { runScript: (path, options) => spawned(path, { ...options, env: { ...options.env, ...env } }) } },
  );
};

test.each<[string, (url: string) => Variables]>([
  ["HTTP_PROXY", (url) => ({ HTTP_PROXY: url, HTTPS_PROXY: url, NO_PROXY: "elsewhere.invalid" })],
  [
    "HTTP_PROXY and NODE_USE_ENV_PROXY",
    (url) => ({ NODE_USE_ENV_PROXY: "1", HTTP_PROXY: url, HTTPS_PROXY: url, NO_PROXY: "elsewhere.invalid" }),
  ],
  [
    "http_proxy and NODE_USE_ENV_PROXY",
    (url) => ({ NODE_USE_ENV_PROXY: "1", http_proxy: url, https_proxy: url, no_proxy: "elsewhere.invalid" }),
  ],
])("%s: AWS and GitHub are reached through it, with user and password, and loopback directly", (_, variables) =>
  inScene({}, async (scene) => {
    const proxy = await listenFor(scene);
    try {
      const run = await inProxyNetwork(scene, variables(proxy.url.replace("http://", "http://bob:s%40crt@")));
      expect([run.conclusion, run.outputs["result"]]).toEqual(["success", "created"]);
      expect(run.text).toContain("The smoke test passed.");
      expect(scene.comments()).toHaveLength(1);
      expect(run.annotations).toEqual([]);
      expect(run.text).not.toMatch(noise);
      expect(run.text).not.toContain("s%40crt");
      const hosts = [...new Set(proxy.tunnels.map(({ to }) => to))].sort();
      expect(hosts).toEqual(["api.github.invalid:80", "apigateway.aws.invalid:80"]);
      expect(new Set(proxy.tunnels.map(({ authorization }) => authorization))).toEqual(new Set([login]));
    } finally {
      await proxy.close();
    }
  }),
);

test("NO_PROXY goes direct, also where Node itself would know the proxy", () =>
  inScene({}, async (scene) => {
    const proxy = await listenFor(scene);
    try {
      const variables = { NODE_USE_ENV_PROXY: "1", HTTP_PROXY: proxy.url, NO_PROXY: "stages.invalid" };
      const direct = { "invoke-url": "http://stages.invalid/{stage}", "smoke-test-timeout": "1" };
      const run = await inProxyNetwork(scene, variables, direct);
      expect(run.conclusion).toBe("failure");
      expect(run.text).toContain("getaddrinfo ENOTFOUND stages.invalid");
      expect(proxy.tunnels.filter(({ to }) => to.startsWith("stages"))).toEqual([]);
    } finally {
      await proxy.close();
    }
  }));
