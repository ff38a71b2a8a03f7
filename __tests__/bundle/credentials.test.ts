import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, test } from "@jest/globals";
import { spawnOn } from "../../simulator/runner/child-process.ts";
import { inScene, noise } from "./scene.ts";

/**
 * Every way to credentials that the SDK's default chain knows, in the bundle: it holds changed copies of the packages that
 * go these ways, and tests in process do not.
 */

const SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
const TOKEN = "a-session-token";
const soon = new Date(Date.now() + 3_600_000).toISOString();
const keys = { AccessKeyId: "AKIAOFTHESOURCE00000", SecretAccessKey: SECRET, Token: TOKEN, Expiration: soon };

const stsAnswer = (operation: string): string =>
  `<${operation}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><${operation}Result><Credentials>` +
  `<AccessKeyId>${keys.AccessKeyId}</AccessKeyId><SecretAccessKey>${SECRET}</SecretAccessKey>` +
  `<SessionToken>${TOKEN}</SessionToken><Expiration>${soon}</Expiration></Credentials></${operation}Result></${operation}Response>`;

/** STS, IAM Identity Center, and what serves the credentials of a container and of a machine. */
const sources: RequestListener = (request, response) => {
  let body = "";
  request.on("data", (chunk: Buffer) => {
    body += chunk;
  });
  request.on("end", () => {
    const path = request.url ?? "";
    const operation = new URLSearchParams(body).get("Action");
    if (operation !== null) return response.setHeader("content-type", "text/xml").end(stsAnswer(operation));
    if (path.startsWith("/federation/credentials")) {
      const roleCredentials = {
        accessKeyId: keys.AccessKeyId,
        secretAccessKey: SECRET,
        sessionToken: TOKEN,
        expiration: Date.parse(soon),
      };
      return response.setHeader("content-type", "application/json").end(JSON.stringify({ roleCredentials }));
    }
    if (path === "/latest/api/token") return response.end("a-token-of-the-machine");
    if (path === "/latest/meta-data/iam/security-credentials/") return response.end("runner");
    return response.end(JSON.stringify({ Code: "Success", ...keys }));
  });
};

/** The source of a container's credentials waits for `told`. */
const listen = async (told: Promise<void>): Promise<{ readonly url: string; readonly close: () => void }> => {
  const server = createServer(async (request, response) => {
    if (request.url === "/container") await told;
    sources(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => server.close() };
};

type Way = {
  /** By the path below the home folder. */
  readonly files?: Readonly<Record<string, string>>;
  readonly environment: (source: string, home: string) => Readonly<Record<string, string>>;
  readonly told: string;
};

const ROLE = "arn:aws:iam::123456789012:role/previews";
const SESSION_CACHE = `.aws/sso/cache/${createHash("sha1").update("company").digest("hex")}.json`;

const ways: Readonly<Record<string, Way>> = {
  "a web identity": {
    files: { "token.jwt": "a.web.token" },
    environment: (_, home) => ({ AWS_WEB_IDENTITY_TOKEN_FILE: join(home, "token.jwt"), AWS_ROLE_ARN: ROLE }),
    told: `the web identity of role ${ROLE} (AWS_WEB_IDENTITY_TOKEN_FILE), account 123456789012`,
  },
  "a profile's keys": {
    files: {
      ".aws/credentials": `[ci]\naws_access_key_id = ${keys.AccessKeyId}\naws_secret_access_key = ${SECRET}\naws_session_token = ${TOKEN}\n`,
    },
    environment: () => ({ AWS_PROFILE: "ci" }),
    told: "profile ci (AWS_PROFILE)",
  },
  "a profile's role": {
    files: {
      ".aws/config": `[profile ci]\nrole_arn = ${ROLE}\nsource_profile = base\n`,
      ".aws/credentials": `[base]\naws_access_key_id = AKIAOFTHEBASE0000000\naws_secret_access_key = ${SECRET}\n`,
    },
    environment: () => ({ AWS_PROFILE: "ci" }),
    told: "profile ci (AWS_PROFILE)",
  },
  "a profile's process": {
    files: {
      ".aws/config": `[profile ci]\ncredential_process = cat "\${HOME}/keys.json"\n`,
      "keys.json": JSON.stringify({
        Version: 1,
        AccessKeyId: keys.AccessKeyId,
        SecretAccessKey: SECRET,
        SessionToken: TOKEN,
      }),
    },
    environment: () => ({ AWS_PROFILE: "ci" }),
    told: "profile ci (AWS_PROFILE)",
  },
  "a profile's single sign-on": {
    files: {
      ".aws/config":
        "[profile ci]\nsso_session = company\nsso_account_id = 123456789012\nsso_role_name = previews\n" +
        "[sso-session company]\nsso_region = eu-central-1\nsso_start_url = https://company.awsapps.com/start\n",
      [SESSION_CACHE]: JSON.stringify({ accessToken: "signed-in", expiresAt: soon }),
    },
    environment: () => ({ AWS_PROFILE: "ci" }),
    told: "profile ci (AWS_PROFILE)",
  },
  "a container's role": {
    environment: (source) => ({ AWS_CONTAINER_CREDENTIALS_FULL_URI: `${source}/container` }),
    told: "the role of the runner's container",
  },
  "a machine's role": {
    environment: (source) => ({ AWS_EC2_METADATA_SERVICE_ENDPOINT: source }),
    told: "the role of the runner's machine",
  },
};

test.each(Object.keys(ways))("%s", async (name) => {
  const { files = {}, environment, told } = ways[name] as Way;
  const home = mkdtempSync(join(tmpdir(), "credentials-"));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(home, path)), { recursive: true });
    writeFileSync(join(home, path), text);
  }
  // However long a source takes, the log begins with what was asked for.
  let tell = (): void => {};
  const source = await listen(
    new Promise<void>((resolve) => {
      tell = resolve;
    }),
  );
  const spawned = spawnOn(process.execPath);
  try {
    await inScene({}, async (scene) => {
      const run = await scene.deploy(
        { "dry-run": "true", "github-deployment": "never" },
        {
          runner: {
            onLog: (line) => {
              if (line.includes("[group]Request")) tell();
            },
            runScript: (path, { env, ...options }) => {
              const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_EC2_METADATA_DISABLED, ...others } = env;
              const services = { AWS_ENDPOINT_URL_STS: source.url, AWS_ENDPOINT_URL_SSO: source.url };
              return spawned(path, {
                ...options,
                env: { ...others, ...services, HOME: home, ...environment(source.url, home) },
              });
            },
          },
        },
      );
      expect([run.conclusion, run.text]).toEqual(["success", expect.stringContaining(`AWS credentials: ${told}.`)]);
      expect(run.text).toMatch(/\[group\]Request[\s\S]*AWS credentials: [\s\S]*\[group\]Plan/);
      expect(run.text).not.toMatch(noise);
      expect(run.text).not.toContain(SECRET);
      const { exchanges } = scene.gateway.server;
      expect(exchanges.length).toBeGreaterThan(0);
      for (const { request } of exchanges) {
        expect(request.headers["authorization"]).toContain(`Credential=${keys.AccessKeyId}/`);
        expect(request.headers["x-amz-security-token"]).toBe(TOKEN);
      }
    });
  } finally {
    source.close();
    rmSync(home, { recursive: true });
  }
});
