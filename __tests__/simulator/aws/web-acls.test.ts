import {
  CreateDeploymentCommand,
  DeleteStageCommand,
  GetStageCommand,
  GetStagesCommand,
  UpdateStageCommand,
} from "@aws-sdk/client-api-gateway";
import {
  AssociateWebACLCommand,
  DisassociateWebACLCommand,
  GetWebACLForResourceCommand,
  ListResourcesForWebACLCommand,
} from "@aws-sdk/client-wafv2";
import { describe, expect, test } from "@jest/globals";
import { seedWebAcl } from "../../../simulator/waf/service.ts";
import { accessOf, openAccount } from "./account.ts";

const newFirewall = async (options: Parameters<typeof openAccount>[0] = {}) => {
  const account = await openAccount(options);
  const { gateway, waf, world, restApiId } = account;
  await gateway.send(new CreateDeploymentCommand({ restApiId, stageName: "dev" }));
  const arnOf = (stage: string) => `arn:aws:apigateway:eu-central-1::/restapis/${restApiId}/stages/${stage}`;
  return {
    ...account,
    acl: seedWebAcl(world, "shop"),
    arnOf,
    associate: (WebACLArn: string, ResourceArn = arnOf("dev")) =>
      waf.send(new AssociateWebACLCommand({ WebACLArn, ResourceArn })),
    stage: (stageName = "dev") => gateway.send(new GetStageCommand({ restApiId, stageName })),
  };
};

const nonexistent = {
  name: "WAFNonexistentItemException",
  message: "AWS WAF couldn't perform the operation because your resource doesn't exist.",
  $metadata: { httpStatusCode: 400 },
};

describe("a stage with a web ACL", () => {
  test("shows it, wherever the stage is read", async () => {
    const { gateway, waf, restApiId, acl, arnOf, associate, stage } = await newFirewall();
    expect(await stage()).not.toHaveProperty("webAclArn");
    await associate(acl.arn);
    expect((await stage()).webAclArn).toBe(acl.arn);
    expect((await gateway.send(new GetStagesCommand({ restApiId }))).item).toEqual([
      expect.objectContaining({ webAclArn: acl.arn }),
    ]);
    const { WebACL } = await waf.send(new GetWebACLForResourceCommand({ ResourceArn: arnOf("dev") }));
    expect(WebACL).toMatchObject({ Name: "shop", ARN: acl.arn, Id: acl.id, Rules: [] });
  });

  test("keeps it when the stage is pointed and set, takes another in its place, and can lose it", async () => {
    const { gateway, waf, world, restApiId, acl, arnOf, associate, stage } = await newFirewall();
    await associate(acl.arn);
    const { id: deploymentId = "" } = await gateway.send(new CreateDeploymentCommand({ restApiId }));
    const patchOperations = [{ op: "replace" as const, path: "/deploymentId", value: deploymentId }];
    const patched = await gateway.send(new UpdateStageCommand({ restApiId, stageName: "dev", patchOperations }));
    expect(patched.webAclArn).toBe(acl.arn);
    const other = seedWebAcl(world, "other");
    await associate(other.arn);
    expect((await stage()).webAclArn).toBe(other.arn);
    await waf.send(new DisassociateWebACLCommand({ ResourceArn: arnOf("dev") }));
    expect(await stage()).not.toHaveProperty("webAclArn");
    const found = await waf.send(new GetWebACLForResourceCommand({ ResourceArn: arnOf("dev") }));
    expect(found.WebACL).toBeUndefined();
  });

  test("loses it with the stage", async () => {
    const { gateway, waf, restApiId, acl, associate, stage } = await newFirewall();
    await associate(acl.arn);
    await gateway.send(new DeleteStageCommand({ restApiId, stageName: "dev" }));
    await gateway.send(new CreateDeploymentCommand({ restApiId, stageName: "dev" }));
    expect(await stage()).not.toHaveProperty("webAclArn");
    const ResourceType = "API_GATEWAY";
    const listed = await waf.send(new ListResourcesForWebACLCommand({ WebACLArn: acl.arn, ResourceType }));
    expect(listed.ResourceArns).toEqual([]);
  });
});

describe("a web ACL's resources", () => {
  test("are load balancers unless stages are asked for", async () => {
    const { gateway, waf, restApiId, acl, arnOf, associate } = await newFirewall();
    await gateway.send(new CreateDeploymentCommand({ restApiId, stageName: "next" }));
    for (const stage of ["dev", "next"]) await associate(acl.arn, arnOf(stage));
    const list = async (ResourceType?: "API_GATEWAY") =>
      (await waf.send(new ListResourcesForWebACLCommand({ WebACLArn: acl.arn, ResourceType }))).ResourceArns;
    expect(await list()).toEqual([]);
    expect(await list("API_GATEWAY")).toEqual([arnOf("dev"), arnOf("next")]);
  });
});

describe("an association is refused", () => {
  test("for what is not there", async () => {
    const { acl, arnOf, associate } = await newFirewall();
    await expect(associate(acl.arn, arnOf("none"))).rejects.toMatchObject(nonexistent);
    await expect(associate(`${acl.arn}0`)).rejects.toMatchObject(nonexistent);
  });

  test("for what is no stage of a REST API", async () => {
    const { acl, restApiId, associate } = await newFirewall();
    const refused = associate(acl.arn, `arn:aws:apigateway:eu-central-1::/apis/${restApiId}/stages/dev`);
    await expect(refused).rejects.toMatchObject({
      name: "WAFInvalidParameterException",
      message: expect.stringContaining("field: RESOURCE_ARN, parameter: arn:aws:apigateway:eu-central-1::/apis/"),
    });
  });

  test("without a member that the service requires", async () => {
    const { associate } = await newFirewall();
    await expect(associate(undefined as unknown as string)).rejects.toMatchObject({ name: "ValidationException" });
  });

  test("while the firewall does not know the stage or the web ACL yet", async () => {
    const { acl, world, clock, associate } = await newFirewall({ delays: { firewallMs: 5000 } });
    await expect(associate(acl.arn)).rejects.toMatchObject(nonexistent);
    clock.advance(5000);
    const fresh = seedWebAcl(world, "fresh");
    await expect(associate(fresh.arn)).rejects.toMatchObject({ name: "WAFUnavailableEntityException" });
    await associate(acl.arn);
    clock.advance(5000);
    await associate(fresh.arn);
  });

  test("without the right to it on both sides, and then changes nothing", async () => {
    const { access, asked } = accessOf({ without: "apigateway:SetWebACL" });
    const { acl, arnOf, associate, stage } = await newFirewall({ access });
    await expect(associate(acl.arn)).rejects.toMatchObject({ name: "AccessDeniedException" });
    expect(asked.slice(-3)).toEqual([
      `wafv2:AssociateWebACL ${acl.arn}`,
      `wafv2:AssociateWebACL ${arnOf("dev")}`,
      `apigateway:SetWebACL ${arnOf("dev")}`,
    ]);
    expect(await stage()).not.toHaveProperty("webAclArn");
  });
});
