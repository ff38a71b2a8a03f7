import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { finishJob, startJob, startRun } from "../../simulator/github/jobs.ts";
import type { Job, WorkflowRun } from "../../simulator/github/model.ts";
import { idTokenVariables } from "../../simulator/github/oidc.ts";
import { readJobClaims as readClaims } from "../../src/runner/oidc.ts";
import { openSetting, type Setting } from "../simulator/github/setting.ts";
import { aWorld } from "../world.ts";

const NAMES = ["ACTIONS_ID_TOKEN_REQUEST_URL", "ACTIONS_ID_TOKEN_REQUEST_TOKEN"] as const;

let setting: Setting;
let close: () => unknown;
let printed: string;
beforeEach(async () => {
  printed = "";
  jest.spyOn(process.stdout, "write").mockImplementation((text) => {
    printed += text;
    return true;
  });
  setting = await openSetting();
  close = () => {};
});
afterEach(async () => {
  jest.restoreAllMocks();
  for (const name of NAMES) delete process.env[name];
  await setting.server.close();
  await close();
});

const readJobClaims = () => readClaims(aWorld({ environment: process.env, fetch }));

const start = (environment?: { name: string; deployment?: boolean }): { run: WorkflowRun; job: Job } => {
  const run = startRun(setting.world, {
    repository: "acme/orders",
    event: "push",
    sha: setting.repository.refs.get("refs/heads/main") ?? "",
    ref: "refs/heads/main",
    workflow: "Deploy",
    actor: "ada",
  });
  const job = startJob(setting.world, run, { name: "x", ...(environment === undefined ? {} : { environment }) });
  Object.assign(process.env, idTokenVariables(setting.world, run, job, setting.server.url));
  return { run, job };
};

const answering = async (handler: RequestListener): Promise<void> => {
  const server = createServer(handler);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  close = () => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  };
  process.env["ACTIONS_ID_TOKEN_REQUEST_URL"] = `http://127.0.0.1:${(server.address() as AddressInfo).port}/?v=1`;
  process.env["ACTIONS_ID_TOKEN_REQUEST_TOKEN"] = "request-token";
};

describe("the job's token", () => {
  test("names the environment, with or without a deployment", async () => {
    start({ name: "production" });
    expect(await readJobClaims()).toEqual({ kind: "known", environment: "production" });
    start({ name: "prod:eu", deployment: false });
    expect(await readJobClaims()).toEqual({ kind: "known", environment: "prod:eu" });
  });

  test("is masked in the log", async () => {
    start({ name: "production" });
    await readJobClaims();
    expect(printed).toMatch(/^::add-mask::[\w-]+\.[\w-]+\.[\w-]+$/m);
    expect(printed.replace(/^::add-mask::.*$/m, "")).not.toContain("eyJ");
  });

  test("tells that there is none", async () => {
    start();
    expect(await readJobClaims()).toEqual({ kind: "known", environment: undefined });
  });

  test("is asked for an audience that no cloud trusts", async () => {
    start({ name: "production" });
    await readJobClaims();
    expect(setting.server.exchanges.map(({ request }) => request.url.searchParams.get("audience"))).toEqual([
      "apigw-stage-action",
    ]);
  });
});

describe("without a token", () => {
  test("the runner offers none: that is not an error", async () => {
    expect(await readJobClaims()).toEqual({ kind: "not-offered" });
  });

  test("the job has ended", async () => {
    const { job } = start({ name: "production" });
    finishJob(setting.world, job, { conclusion: "success" });
    expect(await readJobClaims()).toEqual({ kind: "failed", because: expect.stringContaining("401") });
  });

  test("what the provider has to repeat is asked again, as long as there is time", async () => {
    let asked = 0;
    await answering((_incoming, answer) => {
      asked += 1;
      answer.writeHead(asked < 3 ? 503 : 403).end();
    });
    expect(await readJobClaims()).toEqual({ kind: "failed", because: expect.stringContaining("403") });
    expect(asked).toBe(3);
  });

  const tokenOf = (claims: unknown): string =>
    JSON.stringify({ value: `a.${Buffer.from(JSON.stringify(claims)).toString("base64url")}.c` });
  const aud = "apigw-stage-action";

  test.each([
    ["no token in the answer", "{}", "The answer of the runner's provider of tokens holds none."],
    ["a list", "[]", "The answer of the runner's provider of tokens holds none."],
    ["a page", "<html>Sign in</html>", "The answer of the runner's provider of tokens is no JSON."],
    ["the token itself", "eyJhbGciOi.eyJzZWNyZXQi.x", "The answer of the runner's provider of tokens is no JSON."],
    ["no end", `"${"x".repeat(2_000_000)}`, "The answer of the runner's provider of tokens is longer than 1 MB."],
    ["a token that is none", '{"value":"abc"}', "The token is no JSON."],
    ["a token without claims", tokenOf(null), "The token holds no claims."],
    ["a token that says nothing", tokenOf({}), "The token is for another audience than was asked for."],
    [
      "a token for a cloud",
      tokenOf({ aud: "sts.amazonaws.com" }),
      "The token is for another audience than was asked for.",
    ],
    ["another run's token", tokenOf({ aud, run_id: "8", environment: "prod" }), "The token is another run's."],
    [
      "an environment that is no text",
      tokenOf({ aud, run_id: "7", environment: 7 }),
      "The token's environment is no text.",
    ],
  ])("%s", async (_case, body, because) => {
    await answering((_incoming, answer) => answer.end(body));
    const world = aWorld({ environment: { ...process.env, GITHUB_RUN_ID: "7" }, fetch });
    expect(await readClaims(world)).toEqual({ kind: "failed", because });
  });

  test("an address that is none", async () => {
    Object.assign(process.env, { ACTIONS_ID_TOKEN_REQUEST_URL: "none", ACTIONS_ID_TOKEN_REQUEST_TOKEN: "x" });
    const because = "ACTIONS_ID_TOKEN_REQUEST_URL is no URL.";
    expect(await readJobClaims()).toEqual({ kind: "failed", because });
  });
});
