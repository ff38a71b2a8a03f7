import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { expect, test } from "@jest/globals";
import { accessOf, openAccount, role } from "./account.ts";

const identityOf = async (options: Parameters<typeof openAccount>[0]) => {
  const { sts } = await openAccount(options);
  const { $metadata: _, ...identity } = await sts.send(new GetCallerIdentityCommand({}));
  return identity;
};

test("the account is the world's", async () => {
  expect(await identityOf({ accountId: "999988887777" })).toMatchObject({
    Account: "999988887777",
    Arn: "arn:aws:iam::999988887777:user/simulated",
  });
});

test("the principal is the key's, and its account counts", async () => {
  expect(await identityOf(accessOf())).toEqual({
    Account: "123456789012",
    Arn: role,
    UserId: expect.stringMatching(/^AROA\w+:run-7$/),
  });
  const arn = "arn:aws:iam::210987654321:user/a&b";
  expect(await identityOf(accessOf({ arn }))).toMatchObject({ Account: "210987654321", Arn: arn });
});

test("it cannot be denied", async () => {
  const { access } = accessOf({ denied: () => true });
  expect(await identityOf({ access })).toMatchObject({ Arn: role });
});

test("ARNs are of the Region's partition", async () => {
  expect((await identityOf({ region: "cn-north-1" })).Arn).toBe("arn:aws-cn:iam::123456789012:user/simulated");
});
