import { CreateDeploymentCommand } from "@aws-sdk/client-api-gateway";
import {
  GetServiceQuotaCommand,
  ListServiceQuotasCommand,
  type ListServiceQuotasCommandInput,
  paginateListServiceQuotas,
} from "@aws-sdk/client-service-quotas";
import { expect, test } from "@jest/globals";
import { openAccount } from "./account.ts";

const stagesPerApi = { ServiceCode: "apigateway", QuotaCode: "L-379E48B0" };

const newQuotas = async () => {
  const account = await openAccount();
  return {
    ...account,
    get: async (input: { ServiceCode?: string; QuotaCode?: string; ContextId?: string } = {}) =>
      (await account.quotas.send(new GetServiceQuotaCommand({ ...stagesPerApi, ...input }))).Quota,
    list: async (input: Partial<ListServiceQuotasCommandInput> = {}) =>
      (await account.quotas.send(new ListServiceQuotasCommand({ ServiceCode: "apigateway", ...input }))).Quotas ?? [],
    arn: `arn:aws:apigateway:eu-central-1::/restapis/${account.restApiId}`,
  };
};

test("the account's stages per API are those that API Gateway goes by", async () => {
  const { get, world, gateway, restApiId } = await newQuotas();
  expect(await get()).toMatchObject({
    QuotaName: "Stages per API",
    QuotaArn: "arn:aws:servicequotas:eu-central-1:123456789012:apigateway/L-379E48B0",
    Value: 10,
    Adjustable: true,
    QuotaAppliedAtLevel: "ACCOUNT",
  });
  world.quotas.stagesPerApi = 1;
  expect((await get())?.Value).toBe(1);
  await gateway.send(new CreateDeploymentCommand({ restApiId, stageName: "a" }));
  await expect(gateway.send(new CreateDeploymentCommand({ restApiId, stageName: "b" }))).rejects.toMatchObject({
    name: "LimitExceededException",
  });
});

test("an increase can be for one API, which then counts for it alone", async () => {
  const { get, list, arn, world, gateway, restApiId } = await newQuotas();
  world.quotas.stagesPerApi = 1;
  world.quotas.stagesOfApi.set(restApiId, 2);
  expect((await get())?.Value).toBe(1);
  const granted = {
    Value: 2,
    QuotaAppliedAtLevel: "RESOURCE",
    QuotaContext: { ContextScope: "RESOURCE", ContextId: arn },
  };
  expect(await get({ ContextId: arn })).toMatchObject(granted);
  expect(await list({ QuotaAppliedAtLevel: "RESOURCE" })).toEqual([
    expect.objectContaining({ ...stagesPerApi, Value: 2 }),
  ]);
  const both = await list({ QuotaAppliedAtLevel: "ALL", QuotaCode: "L-379E48B0" });
  expect(both.map(({ Value }) => Value)).toEqual([1, 2]);
  for (const stageName of ["a", "b"]) await gateway.send(new CreateDeploymentCommand({ restApiId, stageName }));
  await expect(gateway.send(new CreateDeploymentCommand({ restApiId, stageName: "c" }))).rejects.toThrow("(2)");
});

test.each([
  ["a quota", { QuotaCode: "L-00000000" }],
  ["a service", { ServiceCode: "nowhere" }],
  ["a resource without an increase", { ContextId: "arn:aws:apigateway:eu-central-1::/restapis/none" }],
])("%s that is not there is not found", async (_, input) => {
  const { get } = await newQuotas();
  await expect(get(input)).rejects.toMatchObject({ name: "NoSuchResourceException" });
});

test("lists come in pages", async () => {
  const { quotas, list } = await newQuotas();
  const codes: (string | undefined)[] = [];
  const pages = paginateListServiceQuotas({ client: quotas, pageSize: 2 }, { ServiceCode: "apigateway" });
  for await (const { Quotas = [] } of pages) {
    expect(Quotas.length).toBeLessThanOrEqual(2);
    codes.push(...Quotas.map(({ QuotaCode }) => QuotaCode));
  }
  expect(codes).toEqual((await list()).map(({ QuotaCode }) => QuotaCode));
  expect(codes).toContain("L-379E48B0");
  await expect(list({ MaxResults: 0 })).rejects.toMatchObject({ name: "ValidationException" });
  await expect(list({ NextToken: "nonsense" })).rejects.toMatchObject({ name: "InvalidPaginationTokenException" });
});
