import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { accountService, createAccount } from "../../simulator/account.ts";
import { seedRestApi } from "../../simulator/gateway/world.ts";
import { listen, type SimulatorServer } from "../../simulator/http/server.ts";
import { requireAccount } from "../../src/aws/account.ts";
import { type Connection, connect, hasCredentials } from "../../src/aws/client.ts";
import { explained } from "../../src/aws/credentials.ts";
import { openGateway } from "../../src/aws/rest-api/gateway.ts";
import { ActionError } from "../../src/domain/errors.ts";
import { ordersApi } from "../scene.ts";
import { surroundings, withoutWaiting } from "./surroundings.ts";

const account = createAccount({ gateway: { rateLimits: false } });
const { id: restApiId } = seedRestApi(account.gateway, ordersApi);
let server: SimulatorServer;

const own = { ...process.env };
const configuration = mkdtempSync(join(tmpdir(), "aws-"));

beforeAll(async () => {
  server = await listen(accountService(account));
});
afterAll(() => server.close());

beforeEach(() => {
  server.faults.clear();
  for (const name of Object.keys(process.env)) if (/^AWS_/.test(name)) delete process.env[name];
  writeFileSync(join(configuration, "config"), "[profile staging]\nregion = eu-west-1\n");
  writeFileSync(
    join(configuration, "credentials"),
    "[staging]\naws_access_key_id = AKIASTAGING000000000\naws_secret_access_key = s\n",
  );
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: server.url,
    AWS_REGION: "eu-central-1",
    AWS_ACCESS_KEY_ID: "AKIASIMULATED0000000",
    AWS_SECRET_ACCESS_KEY: "simulated/secret+key=",
    AWS_CONFIG_FILE: join(configuration, "config"),
    AWS_SHARED_CREDENTIALS_FILE: join(configuration, "credentials"),
    AWS_EC2_METADATA_DISABLED: "true",
  });
});
afterEach(() => {
  for (const name of Object.keys(process.env)) if (/^AWS_/.test(name)) delete process.env[name];
  Object.assign(process.env, own);
});

const set = (changes: Readonly<Record<string, string | undefined>>): void => {
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
};

const open = (): Promise<Connection> => connect(surroundings());

const errorOf = async (promise: Promise<unknown>): Promise<ActionError> => {
  const thrown = await promise.then(
    () => new Error("no error"),
    (reason: unknown) => reason,
  );
  if (thrown instanceof ActionError) return thrown;
  throw thrown;
};

describe("credentials that were pasted with more than themselves", () => {
  test.each([
    ["AWS_ACCESS_KEY_ID", "AKIASIMULATED0000000\n", "ends with a line end"],
    ["AWS_ACCESS_KEY_ID", '"AKIASIMULATED0000000"', "is in quotes"],
    ["AWS_ACCESS_KEY_ID", " AKIASIMULATED0000000", "begins or ends with a blank"],
    ["AWS_SECRET_ACCESS_KEY", "hunter2\r\n", "ends with a line end"],
    ["AWS_SECRET_ACCESS_KEY", "'hunter2'", "is in quotes"],
    ["AWS_SECRET_ACCESS_KEY", "hunter2 hunter2", "has a blank in it"],
    ["AWS_SECRET_ACCESS_KEY", "hunter2\u00a0", "begins or ends with a blank"],
    ["AWS_SESSION_TOKEN", "hunter2\nhunter2", "has more than one line"],
    ["AWS_SESSION_TOKEN", "hunter2…", "has a character in it"],
  ])("I10: %s is named and not shown: %j", async (name, value, flaw) => {
    set({ [name]: value });
    const before = server.exchanges.length;
    const error = await errorOf(open());
    expect(error).toMatchObject({ code: "CREDENTIALS_MALFORMED", kind: "credentials", acted: "no" });
    expect(error.happened).toContain(`${name} ${flaw}`);
    expect(error.message).not.toMatch(/hunter2|AKIA/);
    expect(server.exchanges).toHaveLength(before);
  });

  test.each([
    [{ AWS_SECRET_ACCESS_KEY: undefined }, "AWS_ACCESS_KEY_ID is set and AWS_SECRET_ACCESS_KEY is not"],
    [{ AWS_ACCESS_KEY_ID: "" }, "AWS_SECRET_ACCESS_KEY is set and AWS_ACCESS_KEY_ID is not"],
  ])("half a pair is none: %j", async (changes, happened) => {
    set(changes);
    expect((await errorOf(open())).happened).toContain(happened);
  });

  test.each(["eu-central-1\n", '"eu-central-1"', "EU-CENTRAL-1", "Frankfurt", "eu-central-1a", "***"])(
    "a Region is shown: %j",
    async (region) => {
      set({ AWS_REGION: region });
      const error = await errorOf(open());
      expect(error.code).toBe("CREDENTIALS_MALFORMED");
      expect(error.happened).toContain(`AWS_REGION is ${JSON.stringify(region)}`);
    },
  );

  test.each(["us-gov-west-1", "cn-north-1", "eusc-de-east-1", "us-iso-east-1", "ap-southeast-7", "mx-central-1"])(
    "%s is a Region",
    async (region) => {
      set({ AWS_REGION: region });
      expect((await open()).region).toBe(region);
    },
  );

  test("I14: files that have no end are not begun", async () => {
    set({ AWS_CONFIG_FILE: "/dev/zero", AWS_SHARED_CREDENTIALS_FILE: "/dev/null" });
    const error = await errorOf(open());
    expect(error.code).toBe("CREDENTIALS_MALFORMED");
    expect(error.happened).toBe("AWS_CONFIG_FILE names a file that cannot be read: it is no regular file.");
    set({ AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined });
    // For a fork's pull request, too: it is not the fork that lacks them.
    expect(await hasCredentials(surroundings())).toBe(true);
  });

  test("all of it is told at once", async () => {
    set({ AWS_REGION: "here", AWS_SECRET_ACCESS_KEY: "x\n", AWS_ACCESS_KEY_ID: "x\n", AWS_DEFAULTS_MODE: "x" });
    const { happened } = await errorOf(open());
    expect(happened.split("\n")).toHaveLength(4);
    expect(happened).toContain('AWS_DEFAULTS_MODE is "x"; it must be one of auto,');
  });
});

describe("whose credentials they are", () => {
  test("is said, with the account where it is known", async () => {
    set({ AWS_ACCOUNT_ID: "123456789012" });
    expect((await open()).credentialsFrom).toBe(
      "AWS credentials: the keys that the job exported (AWS_ACCESS_KEY_ID), account 123456789012.",
    );
  });

  test("keys that the job exported win over a profile, and the SDK stays silent", async () => {
    set({ AWS_PROFILE: "staging" });
    const warned = jest.spyOn(console, "warn").mockImplementation(() => {});
    const { client, credentialsFrom } = await open();
    expect((await client.config.credentials()).accessKeyId).toBe("AKIASIMULATED0000000");
    expect(warned).not.toHaveBeenCalled();
    expect(credentialsFrom).toContain("AWS_PROFILE beside them is not used");
    warned.mockRestore();
  });

  test("a profile is named", async () => {
    set({ AWS_PROFILE: "staging", AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined });
    const { client, credentialsFrom } = await open();
    expect((await client.config.credentials()).accessKeyId).toBe("AKIASTAGING000000000");
    expect(credentialsFrom).toBe("AWS credentials: profile staging (AWS_PROFILE).");
  });

  test.each(["prod", "constructor"])(
    "a profile %s that is missing is named, and nobody else's credentials are taken",
    async (name) => {
      set({ AWS_PROFILE: name, AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined });
      const error = await errorOf(open());
      expect(error.code).toBe("CREDENTIALS_MISSING");
      expect(error.happened).toContain(`"${name}"`);
      expect(error.happened).toContain("staging");
    },
  );

  test("none at all is said before anything is asked", async () => {
    set({ AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined });
    expect(await hasCredentials(surroundings())).toBe(false);
    expect(await errorOf(open())).toMatchObject({ code: "CREDENTIALS_MISSING", acted: "no" });
  });

  test("I14: a source that never answers ends, in time or with the run", async () => {
    const never = () => new Promise<never>(() => {});
    const { signal } = new AbortController();
    const silent = { code: "UPSTREAM", happened: expect.stringContaining("no answer came within 0.01 s"), acted: "no" };
    expect(await errorOf(explained(never, 10, signal)())).toMatchObject(silent);
    const cancelling = new AbortController();
    const cancelled = errorOf(explained(never, 60_000, cancelling.signal)());
    cancelling.abort();
    expect(await cancelled).toMatchObject({ acted: "no", happened: expect.stringContaining("the run was cancelled") });
    expect((await errorOf(explained(never, 60_000, cancelling.signal)())).happened).toContain("was cancelled");
  });

  test("malformed ones are credentials: a run with them is not taken for a fork's", async () => {
    set({ AWS_SECRET_ACCESS_KEY: "x\n" });
    expect(await hasCredentials(surroundings())).toBe(true);
  });
});

describe("the endpoint", () => {
  test.each([
    ["AWS_USE_FIPS_ENDPOINT", "AWS_ENDPOINT_URL"],
    ["AWS_USE_DUALSTACK_ENDPOINT", "AWS_ENDPOINT_URL"],
    ["AWS_USE_FIPS_ENDPOINT", "AWS_ENDPOINT_URL_API_GATEWAY"],
  ])("has no %s with %s", async (variant, name) => {
    set({ AWS_ENDPOINT_URL: undefined, [name]: server.url, [variant]: "true" });
    const error = await errorOf(open());
    expect(error).toMatchObject({ code: "ENDPOINT_INVALID", kind: "config", acted: "no" });
    expect(error.happened).toContain(variant);
    expect(error.happened).toContain(name);
  });

  test("that is no URL is named", async () => {
    set({ AWS_ENDPOINT_URL: "localhost:4566" });
    const { happened, remedy } = await errorOf(open());
    expect(happened).toContain("AWS_ENDPOINT_URL is not the URL of an endpoint");
    expect(remedy).toMatch(/^Correct or take away what the message names/);
  });

  test("of other services that are no URLs are named together", async () => {
    set({ AWS_ENDPOINT_URL_LAMBDA: "http://a b/", AWS_ENDPOINT_URL_STS: "localhost:4566" });
    const { code, happened } = await errorOf(open());
    expect(code).toBe("ENDPOINT_INVALID");
    expect(happened.match(/AWS_ENDPOINT_URL_\w+/g)).toEqual(["AWS_ENDPOINT_URL_LAMBDA", "AWS_ENDPOINT_URL_STS"]);
  });

  test("that is no URL is not taken for a fault of the action where the AWS configuration file names it", async () => {
    const config = join(configuration, "broken");
    writeFileSync(config, "[default]\nendpoint_url = http://a b/\n");
    set({ AWS_ENDPOINT_URL: undefined, AWS_CONFIG_FILE: config });
    const error = await errorOf(openGateway(await open(), restApiId, withoutWaiting()).getStages());
    expect(error).toMatchObject({ code: "ENDPOINT_INVALID", acted: "no" });
  });

  test("of FIPS alone is fine", async () => {
    set({ AWS_ENDPOINT_URL: undefined, AWS_USE_FIPS_ENDPOINT: "true", AWS_REGION: "us-east-1" });
    expect((await open()).region).toBe("us-east-1");
  });
});

describe("expected-account-id", () => {
  const check = async (expected: string): Promise<void> =>
    requireAccount(await open(), expected, restApiId, withoutWaiting());

  test("lets the right account pass, with one request", async () => {
    const before = server.exchanges.length;
    await check("123456789012");
    expect(server.exchanges.slice(before).map(({ operation }) => operation)).toEqual(["GetCallerIdentity"]);
  });

  test("refuses another one and names both", async () => {
    const error = await errorOf(check("210987654321"));
    expect(error).toMatchObject({ code: "WRONG_ACCOUNT", kind: "refused", acted: "no" });
    expect(error.happened).toMatch(/belong to account 123456789012 .*expected-account-id is 210987654321/);
  });

  test("speaks of STS where STS fails", async () => {
    const body =
      "<ErrorResponse><Error><Type>Sender</Type><Code>ExpiredToken</Code><Message>The security token included in the request is expired</Message></Error></ErrorResponse>";
    const response = { status: 403, headers: { "content-type": "text/xml" }, body };
    const effect = { kind: "answer", when: "before", response } as const;
    server.faults.add({ operation: "GetCallerIdentity", effect, times: 99 });
    const error = await errorOf(check("123456789012"));
    expect(error.code).toBe("CREDENTIALS_EXPIRED");
    expect(error.happened).toContain("AWS STS said: The security token");
    expect(error.message).not.toContain("API Gateway");
  });

  test("takes no answer for the right one", async () => {
    const response = { status: 200, headers: { "content-type": "text/html" }, body: "<html></html>" };
    server.faults.add({
      operation: "GetCallerIdentity",
      effect: { kind: "answer", when: "before", response },
      times: 99,
    });
    expect((await errorOf(check("123456789012"))).code).toBe("UNREADABLE_ANSWER");
  });
});
