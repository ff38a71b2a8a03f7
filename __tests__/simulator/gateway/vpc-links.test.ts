import {
  CreateVpcLinkCommand,
  DeleteVpcLinkCommand,
  GetVpcLinkCommand,
  GetVpcLinksCommand,
  UpdateVpcLinkCommand,
} from "@aws-sdk/client-api-gateway";
import { expect, test } from "@jest/globals";
import { createWorld } from "../../../simulator/gateway/world.ts";
import { refusalOf, startControlPlane } from "./control-plane.ts";

const targetArns = ["arn:aws:elasticloadbalancing:eu-central-1:1:loadbalancer/net/a/1"];

test("a VPC link is pending for minutes, then available, until it is deleted", async () => {
  let now = 0;
  const { client } = await startControlPlane({ world: createWorld({ rateLimits: false, clock: { now: () => now } }) });
  const created = await client.send(new CreateVpcLinkCommand({ name: "link", targetArns }));
  expect(created).toMatchObject({ name: "link", status: "PENDING", targetArns, $metadata: { httpStatusCode: 202 } });
  const { id: vpcLinkId } = created;
  now += 5 * 60_000;
  expect(await client.send(new GetVpcLinkCommand({ vpcLinkId }))).toMatchObject({
    status: "AVAILABLE",
    statusMessage: "Your vpc link is ready for use",
    tags: {},
  });
  const patchOperations = [{ op: "replace" as const, path: "/name", value: "other" }];
  await client.send(new UpdateVpcLinkCommand({ vpcLinkId, patchOperations }));
  expect((await client.send(new GetVpcLinksCommand({}))).items?.map(({ name }) => name)).toEqual(["other"]);
  await client.send(new DeleteVpcLinkCommand({ vpcLinkId }));
  const gone = { message: "Invalid Vpc Link identifier specified", name: "NotFoundException", status: 404 };
  expect(await refusalOf(client.send(new GetVpcLinkCommand({ vpcLinkId })))).toEqual(gone);
  expect(await refusalOf(client.send(new DeleteVpcLinkCommand({ vpcLinkId })))).toEqual(gone);
  expect(await refusalOf(client.send(new UpdateVpcLinkCommand({ vpcLinkId, patchOperations })))).toEqual(gone);
});

test.each([
  [{ name: "", targetArns }, "Name cannot be empty"],
  [{ name: "link", targetArns: ["nowhere"] }, "Invalid ARN. ARN is not well formed nowhere"],
])("a VPC link is refused: %j", async (input, message) => {
  const { client } = await startControlPlane();
  expect((await refusalOf(client.send(new CreateVpcLinkCommand(input)))).message).toBe(message);
});
