import { GetPolicyCommand } from "@aws-sdk/client-lambda";
import { expect, test } from "@jest/globals";
import { grantInvoke } from "../../../simulator/lambda/service.ts";
import { openAccount } from "./account.ts";

const production = "arn:aws:execute-api:eu-central-1:123456789012:abc123/prod/*";

test.each([
  ["its name", "orders"],
  ["its ARN", "arn:aws:lambda:eu-central-1:123456789012:function:orders"],
  ["the end of its ARN", "123456789012:function:orders"],
])("a function's policy is read by %s", async (_, FunctionName) => {
  const { lambda, world } = await openAccount();
  grantInvoke(world, "orders", production);
  grantInvoke(world, "orders", "arn:aws:execute-api:eu-central-1:123456789012:abc123/dev/*");
  const { Policy = "" } = await lambda.send(new GetPolicyCommand({ FunctionName }));
  const { Statement } = JSON.parse(Policy);
  expect(Statement).toHaveLength(2);
  expect(Statement[0]).toMatchObject({
    Effect: "Allow",
    Principal: { Service: "apigateway.amazonaws.com" },
    Action: "lambda:InvokeFunction",
    Resource: "arn:aws:lambda:eu-central-1:123456789012:function:orders",
    Condition: { ArnLike: { "AWS:SourceArn": production } },
  });
});

test("an alias has a policy of its own", async () => {
  const { lambda, world } = await openAccount();
  grantInvoke(world, "orders:live", production);
  for (const input of [{ FunctionName: "orders", Qualifier: "live" }, { FunctionName: "orders:live" }]) {
    const { Policy = "" } = await lambda.send(new GetPolicyCommand(input));
    expect(JSON.parse(Policy).Statement[0].Resource).toMatch(/:function:orders:live$/);
  }
  await expect(lambda.send(new GetPolicyCommand({ FunctionName: "orders" }))).rejects.toMatchObject({
    name: "ResourceNotFoundException",
    $metadata: { httpStatusCode: 404 },
  });
});
