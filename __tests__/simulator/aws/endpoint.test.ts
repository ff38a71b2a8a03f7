import { CreateDeploymentCommand, CreateRestApiCommand, GetStagesCommand } from "@aws-sdk/client-api-gateway";
import { ListTrailsCommand, LookupEventsCommand } from "@aws-sdk/client-cloudtrail";
import { GetFunctionCommand, GetPolicyCommand } from "@aws-sdk/client-lambda";
import { GetServiceQuotaCommand, ListServicesCommand } from "@aws-sdk/client-service-quotas";
import { GetCallerIdentityCommand, GetSessionTokenCommand, STSClient } from "@aws-sdk/client-sts";
import { GetWebACLForResourceCommand, ListWebACLsCommand } from "@aws-sdk/client-wafv2";
import { describe, expect, test } from "@jest/globals";
import { faultOf, readFaultOrder } from "../../../simulator/http/fault-notation.ts";
import { grantInvoke } from "../../../simulator/lambda/service.ts";
import { gatewayFaultSubject } from "../../../simulator/start/fault-subjects.ts";
import { type Account, accessOf, openAccount } from "./account.ts";

const stageArn = ({ restApiId }: Account, stage: string) =>
  `arn:aws:apigateway:eu-central-1::/restapis/${restApiId}/stages/${stage}`;

/** One simulated operation of each service that can be called as it stands. */
const calls: Readonly<Record<string, (account: Account) => Promise<unknown>>> = {
  GetStages: ({ gateway, restApiId }) => gateway.send(new GetStagesCommand({ restApiId })),
  LookupEvents: ({ cloudTrail }) => cloudTrail.send(new LookupEventsCommand({})),
  GetServiceQuota: ({ quotas }) =>
    quotas.send(new GetServiceQuotaCommand({ ServiceCode: "apigateway", QuotaCode: "L-379E48B0" })),
  GetCallerIdentity: ({ sts }) => sts.send(new GetCallerIdentityCommand({})),
  GetPolicy: (account) => {
    grantInvoke(account.world, "orders", "arn:aws:execute-api:eu-central-1:123456789012:abc/*");
    return account.lambda.send(new GetPolicyCommand({ FunctionName: "orders" }));
  },
  GetWebACLForResource: async (account) => {
    const { gateway, waf, restApiId } = account;
    await gateway.send(new CreateDeploymentCommand({ restApiId, stageName: "dev" }));
    return waf.send(new GetWebACLForResourceCommand({ ResourceArn: stageArn(account, "dev") }));
  },
};

const operations = Object.keys(calls);
const call = (operation: string, account: Account) => calls[operation]?.(account);

describe("one address for all services", () => {
  test.each(operations)("%s is answered by its own", async (operation) => {
    const account = await openAccount();
    await call(operation, account);
    expect(account.server.exchanges.at(-1)).toMatchObject({ operation, status: 200 });
  });

  test.each([
    ["CloudTrail", "ListTrails", ({ cloudTrail }: Account) => cloudTrail.send(new ListTrailsCommand({}))],
    ["Service Quotas", "ListServices", ({ quotas }: Account) => quotas.send(new ListServicesCommand({}))],
    ["STS", "GetSessionToken", ({ sts }: Account) => sts.send(new GetSessionTokenCommand({}))],
    ["Lambda", "GetFunction", ({ lambda }: Account) => lambda.send(new GetFunctionCommand({ FunctionName: "orders" }))],
    ["AWS WAF", "ListWebACLs", ({ waf }: Account) => waf.send(new ListWebACLsCommand({ Scope: "REGIONAL" }))],
  ])("what the simulated %s does not know is 501 with its name, %s", async (service, operation, send) => {
    const account = await openAccount();
    await expect(send(account)).rejects.toMatchObject({
      name: "NotImplementedException",
      message: `The simulated ${service} does not implement ${operation}`,
      $metadata: { httpStatusCode: 501 },
    });
  });

  test("an unsigned request is a call of a deployed API", async () => {
    const { server, restApiId } = await openAccount();
    const response = await fetch(`${server.url}/${restApiId}/none/pets`);
    expect([response.status, await response.json()]).toEqual([403, { message: "Forbidden" }]);
    expect(server.exchanges.at(-1)?.operation).toBe("Invoke");
  });
});

describe("faults, latency and keys are those of API Gateway", () => {
  const fault = (text: string) => {
    const order = readFaultOrder(text);
    const found = order && faultOf(order, gatewayFaultSubject);
    if (!found) throw new Error(`no fault: ${text}`);
    return found;
  };

  const throttlingErrors: Readonly<Record<string, string>> = {
    GetStages: "TooManyRequestsException",
    GetPolicy: "TooManyRequestsException",
    GetCallerIdentity: "Throttling",
  };

  test.each(operations)("%s can be throttled, in its service's words", async (operation) => {
    const account = await openAccount();
    account.server.faults.add(fault(`${operation}=429`));
    const name = throttlingErrors[operation] ?? "ThrottlingException";
    await expect(call(operation, account)).rejects.toMatchObject({ name });
    await call(operation, account);
  });

  test.each(operations)("%s can fail", async (operation) => {
    const account = await openAccount();
    account.server.faults.add(fault(`${operation}=500`));
    await expect(call(operation, account)).rejects.toMatchObject({ $metadata: { httpStatusCode: 500 } });
    account.server.faults.add(fault(`${operation}=reset-before`));
    await expect(call(operation, account)).rejects.toThrow("ECONNRESET");
  });

  test.each(operations)("%s waits as long as the others", async (operation) => {
    const account = await openAccount();
    account.server.latency = 30;
    await call(operation, account);
    const exchange = account.server.exchanges.at(-1);
    expect((exchange?.endedAt ?? 0) - (exchange?.startedAt ?? 0)).toBeGreaterThanOrEqual(30);
  });

  test.each(operations)("%s refuses an expired key", async (operation) => {
    const { access } = accessOf({ status: "expired" });
    await expect(call(operation, await openAccount({ access }))).rejects.toMatchObject({
      name: operation === "GetCallerIdentity" ? "ExpiredToken" : "ExpiredTokenException",
      message: "The security token included in the request is expired",
    });
  });

  test("a service takes no request that is signed for another Region", async () => {
    const account = await openAccount();
    const elsewhere = new STSClient({
      region: "us-east-1",
      maxAttempts: 1,
      credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret" },
    });
    await expect(elsewhere.send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({
      name: "SignatureDoesNotMatch",
    });
    elsewhere.destroy();
    await account.gateway.send(new CreateRestApiCommand({ name: "here" }));
  });

  test.each([
    [
      "GetServiceQuota",
      "servicequotas:GetServiceQuota arn:aws:servicequotas:eu-central-1:123456789012:apigateway/L-379E48B0",
    ],
    ["LookupEvents", "cloudtrail:LookupEvents *"],
    ["GetPolicy", "lambda:GetPolicy arn:aws:lambda:eu-central-1:123456789012:function:orders"],
    ["GetWebACLForResource", "wafv2:GetWebACLForResource arn:aws:apigateway:eu-central-1::/restapis/API/stages/dev"],
  ])("%s needs %s", async (operation, permission) => {
    const [action = ""] = permission.split(" ");
    const { access, asked } = accessOf({ without: action });
    const account = await openAccount({ access });
    await expect(call(operation, account)).rejects.toMatchObject({
      name: "AccessDeniedException",
      message: expect.stringContaining(`is not authorized to perform: ${action} on resource: `),
    });
    expect(asked.at(-1)?.replace(account.restApiId, "API")).toBe(permission);
  });
});
