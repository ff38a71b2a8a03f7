import {
  APIGatewayClient,
  CreateDeploymentCommand,
  CreateStageCommand,
  GetDeploymentsCommand,
  GetRestApisCommand,
  GetStagesCommand,
} from "@aws-sdk/client-api-gateway";
import { CloudWatchClient, DescribeAlarmsCommand } from "@aws-sdk/client-cloudwatch";
import { afterEach, describe, expect, test } from "@jest/globals";
import { faultOf, readFaultOrder } from "../../simulator/http/fault-notation.ts";
import { simulate } from "../../simulator/start/command.ts";
import { gatewayFaultSubject, githubFaultSubject } from "../../simulator/start/fault-subjects.ts";
import { authorization as signature } from "./gateway/control-plane.ts";

type Started = {
  readonly lines: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly sdk: APIGatewayClient;
  readonly stop: () => Promise<number>;
};

const running: Started[] = [];

afterEach(async () => {
  for (const { sdk, stop } of running.splice(0)) {
    sdk.destroy();
    await stop();
  }
});

const exportsIn = (lines: readonly string[]): Record<string, string> => {
  const env: Record<string, string> = {};
  for (const line of lines) {
    const [, name, value] = /^export (\w+)=(\S+)$/.exec(line) ?? [];
    if (name !== undefined && value !== undefined) env[name] = value;
  }
  return env;
};

/** Starts on free ports, and waits for the last line of the announcement. */
const start = async (...flags: string[]): Promise<Started> => {
  const stopping = new AbortController();
  const lines: string[] = [];
  let exitCode: Promise<number> | undefined;
  await new Promise<void>((announced, failed) => {
    const print = (line: string): void => {
      lines.push(line);
      if (line.includes("Ctrl-C")) announced();
    };
    const complain = (line: string): void => failed(new Error(line));
    exitCode = simulate(["--port=0", "--github-port=0", ...flags], { print, complain }, stopping.signal);
    exitCode.catch(failed);
  });
  const env = exportsIn(lines);
  const sdk = new APIGatewayClient({
    endpoint: env["AWS_ENDPOINT_URL"] ?? "",
    region: env["AWS_REGION"] ?? "",
    credentials: { accessKeyId: env["AWS_ACCESS_KEY_ID"] ?? "", secretAccessKey: env["AWS_SECRET_ACCESS_KEY"] ?? "" },
    maxAttempts: 1,
  });
  const started: Started = {
    lines,
    env,
    sdk,
    stop: () => {
      stopping.abort();
      return exitCode ?? Promise.resolve(Number.NaN);
    },
  };
  running.push(started);
  return started;
};

/** What a command line that is not accepted ends in. */
const refusal = async (...args: string[]): Promise<{ exitCode: number; printed: string; complaints: string }> => {
  const printed: string[] = [];
  const complaints: string[] = [];
  const console = { print: (line: string) => printed.push(line), complain: (line: string) => complaints.push(line) };
  const exitCode = await simulate(args, console, AbortSignal.abort());
  return { exitCode, printed: printed.join("\n"), complaints: complaints.join("\n") };
};

const restApiId = "a1b2c3d4e5";

const control = async (server: string | undefined, method: string, path: string, body?: string) => {
  const response = await fetch(`${server}/_simulator/${path}`, { method, ...(body === undefined ? {} : { body }) });
  const text = await response.text();
  return { status: response.status, body: text === "" ? undefined : JSON.parse(text) };
};

describe("what it announces", () => {
  test("the variables that the clients need, and no others", async () => {
    const { env } = await start();
    expect(Object.keys(env).sort()).toEqual([
      "AWS_ACCESS_KEY_ID",
      "AWS_DEFAULT_REGION",
      "AWS_ENDPOINT_URL",
      "AWS_REGION",
      "AWS_SECRET_ACCESS_KEY",
      "GITHUB_API_URL",
      "GITHUB_TOKEN",
    ]);
  });

  test("the AWS SDK works with them", async () => {
    const { sdk } = await start();
    const { items } = await sdk.send(new GetRestApisCommand({}));
    expect(items?.map(({ id, name }) => [id, name])).toEqual([[restApiId, "Orders"]]);
  });

  test("commands that work one after the other", async () => {
    const { lines, env, sdk } = await start();
    const [deploy = "", invoke = "", stageOfHttpApi = "", invokeHttpApi = "", pull = "", ...others] = lines.filter(
      (line) => /^(aws|curl) /.test(line),
    );
    expect(others).toEqual([]);
    const [, api, stage] = /create-deployment --rest-api-id (\w+) --stage-name (\w+)$/.exec(deploy) ?? [];
    await sdk.send(new CreateDeploymentCommand({ restApiId: api, stageName: stage }));
    const urlIn = (command: string): string =>
      (/"(\$\w+_URL[^"]*)"$/.exec(command)?.[1] ?? "").replace(/\$(\w+)/g, (_, name: string) => env[name] ?? "");
    const answer = await fetch(urlIn(invoke));
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ stage: "dev" });
    const [, apiId, stageName] =
      /create-stage --api-id (\w+) --stage-name (\w+) --auto-deploy$/.exec(stageOfHttpApi) ?? [];
    await fetch(`${env["AWS_ENDPOINT_URL"]}/v2/apis/${apiId}/stages`, {
      method: "POST",
      headers: { authorization: signature() },
      body: JSON.stringify({ stageName, autoDeploy: true }),
    });
    expect(await (await fetch(urlIn(invokeHttpApi))).json()).toMatchObject({ path: "/orders" });
    const header = /-H "Authorization: ([^"]*)"/.exec(pull)?.[1] ?? "";
    const authorization = header.replace("$GITHUB_TOKEN", env["GITHUB_TOKEN"] ?? "");
    const found = await fetch(urlIn(pull), { headers: { authorization } });
    expect(await found.json()).toMatchObject({ number: 1, state: "open" });
  });

  test("nothing a shell could not read", async () => {
    const { lines } = await start();
    expect(lines.filter((line) => !/^(# |export \w+=\S+$|aws |curl )/.test(line))).toEqual([]);
  });

  test("it ends with 0 when it is stopped, and its ports are free again", async () => {
    const { env, stop } = await start();
    expect(await stop()).toBe(0);
    await expect(fetch(env["AWS_ENDPOINT_URL"] ?? "")).rejects.toThrow();
  });
});

describe("flags", () => {
  test("--definition", async () => {
    const { sdk, lines } = await start("--definition", "simulator/demo/one-order.yaml");
    const { items } = await sdk.send(new GetRestApisCommand({}));
    expect(items?.[0]?.version).toBe("2");
    expect(lines.join("\n")).not.toContain("{order-id}");
  });

  test("--fault strikes as often as it says, on the service whose operation it names", async () => {
    const { sdk, env } = await start(
      ...["--rate-limits", "off", "--fault", "CreateDeployment=500-after*2"],
      ...["--fault", "GET /repos/{owner}/{repo}/pulls/{pull_number}=404"],
    );
    const create = () => sdk.send(new CreateDeploymentCommand({ restApiId }));
    await expect(create()).rejects.toMatchObject({ $metadata: { httpStatusCode: 500 } });
    await expect(create()).rejects.toMatchObject({ $metadata: { httpStatusCode: 500 } });
    await create();
    const { items } = await sdk.send(new GetDeploymentsCommand({ restApiId }));
    expect(items).toHaveLength(3);
    const pull = () =>
      fetch(`${env["GITHUB_API_URL"]}/repos/acme/orders/pulls/1`, {
        headers: { authorization: `Bearer ${env["GITHUB_TOKEN"]}` },
      });
    expect((await pull()).status).toBe(404);
    expect((await pull()).status).toBe(200);
  });

  test("--latency slows both services down", async () => {
    const { sdk, env } = await start("--latency=50");
    await sdk.send(new GetStagesCommand({ restApiId }));
    const [exchange] = (await control(env["AWS_ENDPOINT_URL"], "GET", "exchanges")).body;
    expect(exchange.endedAt - exchange.startedAt).toBeGreaterThan(45);
    expect((await control(env["GITHUB_API_URL"], "GET", "switches")).body.latency).toBe(50);
  });

  test("--stages is the quota", async () => {
    const { sdk } = await start("--stages=1", "--rate-limits=off");
    const { id } = await sdk.send(new CreateDeploymentCommand({ restApiId, stageName: "one" }));
    await expect(
      sdk.send(new CreateStageCommand({ restApiId, stageName: "two", deploymentId: id })),
    ).rejects.toMatchObject({ name: "LimitExceededException" });
  });

  test("the real rate limits hold unless told otherwise, in scaled time", async () => {
    const { sdk } = await start("--time-scale=100000");
    const deploy = () => sdk.send(new CreateDeploymentCommand({ restApiId }));
    await deploy();
    // Five simulated seconds are 0.05 ms.
    await new Promise((resolve) => setTimeout(resolve, 5));
    await deploy();
    const slow = await start();
    await slow.sdk.send(new CreateDeploymentCommand({ restApiId }));
    await expect(slow.sdk.send(new CreateDeploymentCommand({ restApiId }))).rejects.toMatchObject({
      name: "TooManyRequestsException",
    });
  });

  test("--help", async () => {
    const { exitCode, printed } = await refusal("--help");
    expect(exitCode).toBe(0);
    for (const flag of ["--port", "--github-port", "--definition", "--latency", "--stages", "--fault"]) {
      expect(printed).toContain(flag);
    }
  });

  test("all that is wrong is told at once, with exit code 2", async () => {
    const { exitCode, complaints, printed } = await refusal(
      ...["--port", "70000", "--latency=soon", "--rate-limits=maybe", "--time-scale=0", "--stages=-1"],
      ...["--fault", "CreateDeployments=429", "--fault", "CreateDeployment=600", "--colour", "extra", "--definition"],
    );
    expect(exitCode).toBe(2);
    expect(printed).toBe("");
    for (const part of [
      '--port is "70000"',
      '--latency is "soon"',
      '--rate-limits is "maybe". It must be on or off.',
      '--time-scale is "0"',
      '--stages is "-1"',
      '"CreateDeployments", which no service has',
      '--fault is "CreateDeployment=600"',
      "no flag --colour",
      '"extra" is no flag',
      "--definition needs a value",
      "--help",
    ]) {
      expect(complaints).toContain(part);
    }
  });

  test.each([
    ["a file that is not there", "no-such-file.yaml", "no-such-file.yaml cannot be read"],
    ["a file that is no definition", "package.json", "API Gateway would not import the definition package.json"],
  ])("%s ends with exit code 2", async (_, file, message) => {
    const { exitCode, complaints } = await refusal("--port=0", "--github-port=0", "--definition", file);
    expect(exitCode).toBe(2);
    expect(complaints).toContain(message);
  });

  test.each(["AWS_ENDPOINT_URL", "GITHUB_API_URL"])("a port in use (of %s) is told, with exit code 1", async (name) => {
    const { env } = await start();
    const { port } = new URL(env[name] ?? "");
    const ports =
      name === "AWS_ENDPOINT_URL" ? [`--port=${port}`, "--github-port=0"] : ["--port=0", `--github-port=${port}`];
    const { exitCode, complaints } = await refusal(...ports);
    expect(exitCode).toBe(1);
    expect(complaints).toContain(`Port ${port} is in use`);
  });
});

describe("while it runs", () => {
  test("alarms hold the state that they are switched to", async () => {
    const { env } = await start("--alarms=errors=ALARM,slow=OK");
    const client = new CloudWatchClient({
      endpoint: env["AWS_ENDPOINT_URL"] ?? "",
      region: env["AWS_REGION"] ?? "",
      credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret" },
    });
    const states = async () =>
      (await client.send(new DescribeAlarmsCommand({}))).MetricAlarms?.map(
        ({ AlarmName, StateValue }) => `${AlarmName} ${StateValue}`,
      );
    expect(await states()).toEqual(["errors ALARM", "slow OK"]);
    await control(env["AWS_ENDPOINT_URL"], "PUT", "switches", '{"alarms": "slow=INSUFFICIENT_DATA"}');
    expect(await states()).toEqual(["errors ALARM", "slow INSUFFICIENT_DATA"]);
    const wrong = await control(env["AWS_ENDPOINT_URL"], "PUT", "switches", '{"alarms": "slow=RED"}');
    expect(wrong.status).toBe(400);
    client.destroy();
  });

  test("delays and what is not known of canaries are switches", async () => {
    const { env } = await start("--metric-delay=5", "--canary-lines=both");
    await control(env["AWS_ENDPOINT_URL"], "PUT", "switches", '{"log-delay": 0, "canary-series": "on"}');
    expect((await control(env["AWS_ENDPOINT_URL"], "GET", "switches")).body).toMatchObject({
      "metric-delay": 5,
      "log-delay": 0,
      "canary-series": "on",
      "canary-lines": "both",
    });
  });

  test("faults can be ordered and forgotten", async () => {
    const { sdk, env } = await start("--rate-limits=off");
    const aws = env["AWS_ENDPOINT_URL"];
    const read = () => sdk.send(new GetStagesCommand({ restApiId }));
    expect((await control(aws, "POST", "faults", "GetStages=409\n=reset-before")).status).toBe(200);
    await expect(read()).rejects.toMatchObject({ name: "ConflictException" });
    await expect(read()).rejects.toThrow("ECONNRESET");
    await read();
    await control(aws, "POST", "faults", "GetStages=429*5");
    expect((await control(aws, "DELETE", "faults")).status).toBe(204);
    await read();
  });

  test("a list of faults with one that is wrong orders none", async () => {
    const { sdk, env } = await start();
    const refused = await control(env["AWS_ENDPOINT_URL"], "POST", "faults", "GetStages=500\nGetStages=sometimes");
    expect(refused.status).toBe(400);
    expect(refused.body.problems.join()).toContain("GetStages=sometimes");
    await sdk.send(new GetStagesCommand({ restApiId }));
  });

  test("switches can be read and turned", async () => {
    const { sdk, env } = await start();
    const aws = env["AWS_ENDPOINT_URL"];
    const turned = await control(aws, "PUT", "switches", '{"rate-limits": "off", "stages": 3, "time-scale": 60}');
    expect(turned.body).toEqual({
      latency: 0,
      "rate-limits": "off",
      "time-scale": 60,
      stages: 3,
      "key-delay": 60,
      "audit-delay": 300,
      "firewall-delay": 0,
      "deployment-delay": 2,
      deployments: "succeed",
      alarms: "",
      "metric-delay": 120,
      "log-delay": 120,
      "canary-series": "off",
      "canary-lines": "moved",
    });
    for (let count = 0; count < 3; count += 1) await sdk.send(new CreateDeploymentCommand({ restApiId }));
    expect((await control(env["GITHUB_API_URL"], "GET", "switches")).body).toEqual({
      latency: 0,
      "rate-limits": "on",
      "time-scale": 60,
    });
    await control(aws, "PUT", "switches", '{"rate-limits": "on", "time-scale": 1}');
    const create = () => sdk.send(new CreateDeploymentCommand({ restApiId }));
    await expect(Promise.all([create(), create(), create()])).rejects.toMatchObject({
      name: "TooManyRequestsException",
    });
  });

  test("a switch that is wrong turns none", async () => {
    const { env } = await start();
    const aws = env["AWS_ENDPOINT_URL"];
    for (const body of ['{"stages": 5, "latency": "long"}', '{"stages": 5, "weather": 1}', '{"stages": 5', "[]"]) {
      expect((await control(aws, "PUT", "switches", body)).status).toBe(400);
    }
    expect((await control(aws, "GET", "switches")).body.stages).toBe(10);
  });

  test("GitHub's limits can be lifted and put back", async () => {
    const { env } = await start();
    const github = env["GITHUB_API_URL"];
    const limit = async (): Promise<string | null> => {
      const headers = { authorization: `Bearer ${env["GITHUB_TOKEN"]}` };
      return (await fetch(`${github}/repos/acme/orders`, { headers })).headers.get("x-ratelimit-limit");
    };
    const real = await limit();
    await control(github, "PUT", "switches", '{"rate-limits": "off"}');
    expect(Number(await limit())).toBeGreaterThan(Number(real));
    await control(github, "PUT", "switches", '{"rate-limits": "on"}');
    expect(await limit()).toBe(real);
  });

  test("exchanges tell what was sent, without credentials, and nothing of the controls", async () => {
    const { sdk, env } = await start();
    const aws = env["AWS_ENDPOINT_URL"];
    await sdk.send(new CreateDeploymentCommand({ restApiId, description: "by hand" }));
    await control(aws, "GET", "switches");
    const { body } = await control(aws, "GET", "exchanges");
    expect(body).toMatchObject([
      {
        number: 1,
        operation: "CreateDeployment",
        method: "POST",
        url: `/restapis/${restApiId}/deployments`,
        status: 201,
      },
    ]);
    expect(JSON.parse(body[0].body)).toMatchObject({ description: "by hand" });
    expect(body[0].endedAt).toBeGreaterThanOrEqual(body[0].startedAt);
    expect(JSON.stringify(body)).not.toContain("AWS4-HMAC-SHA256");
  });

  test("what the controls do not know is a 404", async () => {
    const { env } = await start();
    expect((await control(env["GITHUB_API_URL"], "GET", "weather")).status).toBe(404);
  });
});

describe("the notation of faults", () => {
  const faultIn = (text: string, subject = gatewayFaultSubject) => {
    const order = readFaultOrder(text);
    return order && faultOf(order, subject);
  };

  test.each([
    ["GetStages=429", { kind: "answer", when: "before", response: { status: 429 } }],
    ["GetStages=500-before", { kind: "answer", when: "before", response: { status: 500 } }],
    ["GetStages=503-after", { kind: "answer", when: "after", response: { status: 503 } }],
    ["GetStages=reset-before", { kind: "reset", when: "before" }],
    ["GetStages=reset-after", { kind: "reset", when: "after" }],
    ["GetStages=hang", { kind: "hang", when: "before" }],
    ["GetStages=hang-after", { kind: "hang", when: "after" }],
    ["GetStages=truncate", { kind: "truncate" }],
  ])("%s", (text, effect) => {
    expect(faultIn(text)).toMatchObject({ operation: "GetStages", times: 1, effect });
    expect(faultIn(`${text}*7`)).toMatchObject({ times: 7, effect });
  });

  test.each([
    "",
    "GetStages",
    "GetStages=",
    "GetStages=200",
    "GetStages=reset",
    "GetStages=429*0",
    "GetStages=429*x",
    "X=429",
  ])("%j is none", (text) => {
    expect(faultIn(text)).toBeUndefined();
  });

  test("without an operation it strikes any", () => {
    expect(faultIn("=truncate")).not.toHaveProperty("operation");
  });

  test.each([
    ["POST /graphql", "POST /graphql"],
    ["POST /repos/{owner}/{repo}/deployments", "POST /repos/{owner}/{repo}/deployments"],
    ["POST /repos/acme/orders/deployments", "POST /repos/{owner}/{repo}/deployments"],
    ["POST /nowhere", undefined],
    ["CreateDeployment", undefined],
  ])("GitHub's %s", (name, operation) => {
    expect(githubFaultSubject.operation(name)).toBe(operation);
  });
});
