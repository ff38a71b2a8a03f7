import { randomUUID } from "node:crypto";
import type { Access, Permission } from "../aws/access.ts";
import { type AwsService, jsonAwsService } from "../aws/aws-service.ts";
import type { JsonOperation } from "../aws/json-service.ts";
import { partitionOf } from "../aws/partition.ts";
import { ServiceError } from "../aws/service-error.ts";
import { audited } from "../cloudtrail/trail.ts";
import type { Stage, WebAcl, World } from "../gateway/model.ts";

/** AWS WAF as far as stages of REST APIs have to do with it; rules are not simulated, nothing is ever blocked. */
export const wafService = (world: World, access?: Access): AwsService => {
  const service = jsonAwsService(
    {
      name: "AWS WAF",
      signingName: "wafv2",
      targetPrefix: "AWSWAF_20190729",
      client: () => import("@aws-sdk/client-wafv2"),
      operations: {
        AssociateWebACL: associateWebAcl,
        DisassociateWebACL: disassociateWebAcl,
        GetWebACLForResource: getWebAclForResource,
        ListResourcesForWebACL: listResourcesForWebAcl,
      },
      permissions: (_, operation, input) => permissionsOf(operation, input),
      accessStatus: 400,
      invalidType: "ValidationException",
    },
    world,
    access,
  );
  const changes = new Set(["AssociateWebACL", "DisassociateWebACL"]);
  return {
    ...service,
    service: audited(service.service, world, access, { eventSource: "wafv2.amazonaws.com", changes }),
  };
};

/** Puts a regional web ACL into the account. It is new: see `Delays.firewallMs`. */
export const seedWebAcl = (world: World, name: string): WebAcl => {
  const id = randomUUID();
  const prefix = `arn:${partitionOf(world.region)}:wafv2:${world.region}:${world.accountId}`;
  const acl: WebAcl = { arn: `${prefix}:regional/webacl/${name}/${id}`, id, name, createdDate: world.clock.now() };
  world.webAcls.set(acl.arn, acl);
  return acl;
};

/** Service Authorization Reference, AWS WAF V2: the operation on the ACL and the stage, and the stage's own action. */
const permissionsOf = (
  operation: string,
  { WebACLArn, ResourceArn }: Readonly<Record<string, unknown>>,
): Permission[] => {
  const on = [WebACLArn, ResourceArn].filter((arn): arn is string => typeof arn === "string");
  const own = on.map((resource) => ({ action: `wafv2:${operation}`, resource }));
  if (operation !== "AssociateWebACL" && operation !== "DisassociateWebACL") return own;
  return [...own, { action: "apigateway:SetWebACL", resource: String(ResourceArn) }];
};

const refusal = (type: string, message: string): ServiceError => new ServiceError(400, type, message);

const nonexistent = (): ServiceError =>
  refusal("WAFNonexistentItemException", "AWS WAF couldn't perform the operation because your resource doesn't exist.");

const unavailable = (): ServiceError =>
  refusal(
    "WAFUnavailableEntityException",
    "AWS WAF couldn't retrieve the resource that you requested. Retry your request.",
  );

const invalid = (reason: string, field: string, parameter: unknown): ServiceError =>
  refusal("WAFInvalidParameterException", `Error reason: ${reason}, field: ${field}, parameter: ${parameter}`);

/** A stage that the firewall does not know yet is none to it. */
const requireStage = (world: World, arn: string): Stage => {
  const [, region, apiId = "", stageName = ""] =
    /^arn:[\w-]+:apigateway:([\w-]+)::\/restapis\/([^/]+)\/stages\/([^/]+)$/.exec(arn) ?? [];
  if (region === undefined) {
    throw invalid(
      "The ARN isn't valid. A valid ARN begins with arn: and includes other information separated by colons or slashes.",
      "RESOURCE_ARN",
      arn,
    );
  }
  const stage = region === world.region ? world.restApis.get(apiId)?.stages.get(stageName) : undefined;
  if (!stage || isNew(world, stage)) throw nonexistent();
  return stage;
};

const isNew = (world: World, { createdDate }: { readonly createdDate: number }): boolean =>
  world.clock.now() < createdDate + world.delays.firewallMs;

const requireWebAcl = (world: World, arn: string): WebAcl => {
  const acl = world.webAcls.get(arn);
  if (!acl) throw nonexistent();
  return acl;
};

/** A stage has one web ACL: a new one takes the place of the one before. */
const associateWebAcl: JsonOperation<World> = ({ WebACLArn, ResourceArn }, world) => {
  const acl = requireWebAcl(world, WebACLArn);
  const stage = requireStage(world, ResourceArn);
  if (isNew(world, acl)) throw unavailable();
  stage.webAclArn = acl.arn;
  return {};
};

const disassociateWebAcl: JsonOperation<World> = ({ ResourceArn }, world) => {
  delete requireStage(world, ResourceArn).webAclArn;
  return {};
};

const getWebAclForResource: JsonOperation<World> = ({ ResourceArn }, world) => {
  const acl = world.webAcls.get(requireStage(world, ResourceArn).webAclArn ?? "");
  if (acl === undefined) return {};
  const visibility = { SampledRequestsEnabled: false, CloudWatchMetricsEnabled: false, MetricName: acl.name };
  return {
    WebACL: {
      Name: acl.name,
      Id: acl.id,
      ARN: acl.arn,
      DefaultAction: { Allow: {} },
      VisibilityConfig: visibility,
      Rules: [],
    },
  };
};

/** Without a resource type it is load balancers that are asked for, of which the simulated account has none. */
const listResourcesForWebAcl: JsonOperation<World> = (
  { WebACLArn, ResourceType = "APPLICATION_LOAD_BALANCER" },
  world,
) => {
  const { arn } = requireWebAcl(world, WebACLArn);
  if (ResourceType !== "API_GATEWAY") return { ResourceArns: [] };
  const prefix = `arn:${partitionOf(world.region)}:apigateway:${world.region}::`;
  return {
    ResourceArns: [...world.restApis.values()].flatMap(({ id, stages }) =>
      [...stages.values()]
        .filter(({ webAclArn }) => webAclArn === arn)
        .map(({ stageName }) => `${prefix}/restapis/${id}/stages/${stageName}`),
    ),
  };
};
