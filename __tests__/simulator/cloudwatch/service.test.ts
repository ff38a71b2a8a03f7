import {
  CloudWatchClient,
  DescribeAlarmsCommand,
  GetDashboardCommand,
  GetMetricDataCommand,
  ListMetricsCommand,
} from "@aws-sdk/client-cloudwatch";
import {
  DescribeLogGroupsCommand,
  ListTagsForResourceCommand,
  StartQueryCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import { describe, expect, test } from "@jest/globals";
import { faultOf, readFaultOrder } from "../../../simulator/http/fault-notation.ts";
import { gatewayFaultSubject } from "../../../simulator/start/fault-subjects.ts";
import { type AccountScene, accessWithout, newAccountScene, refusalOf } from "../account-scene.ts";
import { authorization } from "../gateway/control-plane.ts";

const describeAlarms = ({ cloudWatch }: AccountScene, composite = false) =>
  cloudWatch.send(new DescribeAlarmsCommand(composite ? { AlarmTypes: ["MetricAlarm", "CompositeAlarm"] } : {}));

const startQuery = ({ logs }: AccountScene) =>
  logs.send(new StartQueryCommand({ logGroupNames: ["/a", "/b"], startTime: 0, endTime: 1, queryString: "limit 1" }));

describe("one address for three services", () => {
  test("an operation that is not simulated is named by the service that it is for", async () => {
    const { cloudWatch, logs } = await newAccountScene();
    expect(await refusalOf(cloudWatch.send(new GetDashboardCommand({ DashboardName: "d" })))).toMatchObject({
      status: 501,
      message: "The simulated CloudWatch does not implement GetDashboard",
    });
    expect(await refusalOf(logs.send(new ListTagsForResourceCommand({ resourceArn: "a" })))).toMatchObject({
      status: 501,
      message: "The simulated CloudWatch Logs does not implement ListTagsForResource",
    });
  });

  test("another protocol than AWS JSON is said not to be spoken", async () => {
    const { server } = await newAccountScene();
    const headers = { authorization: authorization("AKIDEXAMPLE", "eu-central-1", "monitoring") };
    const answer = await fetch(server.url, { method: "POST", headers, body: "Action=DescribeAlarms" });
    expect(answer.status).toBe(501);
    expect(await answer.text()).toContain("it speaks AWS JSON only");
  });

  test("an unsigned request is turned away by the service that its target names", async () => {
    const { server } = await newAccountScene();
    const headers = { "x-amz-target": "GraniteServiceVersion20100801.DescribeAlarms" };
    const answer = await fetch(server.url, { method: "POST", headers, body: "{}" });
    expect(answer.headers.get("x-amzn-query-error")).toBe("MissingAuthenticationToken;Sender");
  });

  test("exchanges carry the operations' names", async () => {
    const scene = await newAccountScene();
    await describeAlarms(scene);
    expect(scene.server.exchanges.at(-1)?.operation).toBe("DescribeAlarms");
  });
});

describe("access", () => {
  test("is denied by action, with the words of IAM", async () => {
    const scene = await newAccountScene({ access: accessWithout((action) => action === "cloudwatch:DescribeAlarms") });
    const refusal = await refusalOf(describeAlarms(scene));
    expect(refusal.status).toBe(403);
    expect(refusal.name).toBe("AccessDenied");
    expect(refusal.message).toBe(
      "User: arn:aws:sts::123456789012:assumed-role/deploy/run is not authorized to perform: cloudwatch:DescribeAlarms on resource: arn:aws:cloudwatch:eu-central-1:123456789012:alarm:* because no identity-based policy allows the cloudwatch:DescribeAlarms action",
    );
  });

  test("to composite alarms takes all resources, to metrics there is no other", async () => {
    const scene = await newAccountScene({ access: accessWithout((_, resource) => resource === "*") });
    expect((await describeAlarms(scene)).MetricAlarms).toEqual([]);
    expect(await refusalOf(describeAlarms(scene, true))).toMatchObject({ status: 403 });
    expect(await refusalOf(scene.cloudWatch.send(new ListMetricsCommand({})))).toMatchObject({ status: 403 });
  });

  test("to a log group is asked for each group that a query reads", async () => {
    const asked: string[] = [];
    const access = accessWithout((action, resource) => {
      asked.push(`${action} ${resource}`);
      return resource.includes(":/b:");
    });
    const scene = await newAccountScene({ access });
    asked.length = 0;
    expect(await refusalOf(startQuery(scene))).toMatchObject({ name: "AccessDeniedException", status: 400 });
    expect(asked).toEqual(
      ["/a", "/b"].map(
        (name) => `logs:StartQuery arn:aws:logs:eu-central-1:123456789012:log-group:${name}:log-stream:`,
      ),
    );
  });

  test("an expired key is told by both services", async () => {
    const access = accessWithout(() => false);
    const scene = await newAccountScene({ access });
    const profile = access.keys.get("AKIDEXAMPLE");
    if (profile) profile.status = "expired";
    expect((await refusalOf(describeAlarms(scene))).message).toContain("expired");
    expect(await refusalOf(startQuery(scene))).toMatchObject({ name: "ExpiredTokenException" });
  });

  test("a key of another Region is turned away", async () => {
    const { server } = await newAccountScene();
    const credentials = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret" };
    const client = new CloudWatchClient({ endpoint: server.url, region: "us-east-1", credentials });
    expect((await refusalOf(client.send(new ListMetricsCommand({})))).message).toContain("valid region");
    client.destroy();
  });
});

describe("trouble", () => {
  test("DescribeAlarms is limited to 9 a second", async () => {
    const scene = await newAccountScene({ gateway: { rateLimits: true } });
    for (let sent = 0; sent < 9; sent += 1) await describeAlarms(scene);
    const refusal = await refusalOf(describeAlarms(scene));
    expect(refusal).toMatchObject({ status: 400, message: "Rate exceeded" });
    expect(refusal.name).toBe("Throttling");
    scene.clock.advance(1000);
    await describeAlarms(scene);
  });

  test.each([
    ["DescribeAlarms=403", 403, /^AccessDenied$/],
    ["DescribeAlarms=429", 400, /^Throttling$/],
    ["DescribeAlarms=500-after", 500, /^InternalServiceFault$/],
    ["DescribeAlarms=503", 503, /^ServiceUnavailableException$/],
    ["DescribeAlarms=truncate", undefined, /./],
    ["DescribeAlarms=reset-before", undefined, /./],
  ])("the fault %s", async (order, status, name) => {
    const scene = await newAccountScene();
    const read = readFaultOrder(order);
    const fault = read && faultOf(read, gatewayFaultSubject);
    if (!fault) throw new Error(`${order} is no fault`);
    scene.server.faults.add(fault);
    const refusal = await refusalOf(describeAlarms(scene));
    if (status !== undefined) expect(refusal.status).toBe(status);
    expect(refusal.name).toMatch(name);
    await describeAlarms(scene);
  });

  test("faults of the logs service are worded as its own", async () => {
    const scene = await newAccountScene();
    const read = readFaultOrder("DescribeLogGroups=429");
    const fault = read && faultOf(read, gatewayFaultSubject);
    if (fault) scene.server.faults.add(fault);
    const call = scene.logs.send(new DescribeLogGroupsCommand({}));
    expect(await refusalOf(call)).toEqual({ name: "ThrottlingException", message: "Rate exceeded", status: 400 });
  });

  test("a body that is no JSON is a serialization error", async () => {
    const { server } = await newAccountScene();
    const headers = {
      authorization: authorization("AKIDEXAMPLE", "eu-central-1", "monitoring"),
      "x-amz-target": "GraniteServiceVersion20100801.GetMetricData",
    };
    const answer = await fetch(server.url, { method: "POST", headers, body: "{" });
    expect([answer.status, answer.headers.get("x-amzn-errortype")]).toEqual([400, "SerializationException"]);
  });

  test("required members are named", async () => {
    const { cloudWatch } = await newAccountScene();
    const input = { StartTime: new Date(), EndTime: new Date(), MetricDataQueries: [{ Id: undefined }] };
    const call = cloudWatch.send(new GetMetricDataCommand(input));
    expect((await refusalOf(call)).message).toContain("'metricDataQueries.1.member.id'");
  });
});
