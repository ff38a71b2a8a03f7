import type { Operation, World } from "../model.ts";
import { badRequest } from "../service-error.ts";
import { requireRestApi, requireStage } from "./identifiers.ts";
import { checkTags } from "./tag-rules.ts";

/** An API or a stage. Deployments cannot be tagged. */
type Taggable = { tags?: Record<string, string> };

/** Of one version of the service. */
type Tagging = {
  /** What stands in the ARNs: `restapis`, `apis`. */
  readonly root: string;
  /** @throws ServiceError 404 for a resource that is not there */
  readonly find: (world: World, apiId: string, stageName: string | undefined) => Taggable;
  readonly tagged: unknown;
};

export const taggingOf = ({ root, find, tagged }: Tagging): Record<string, Operation> => {
  const pattern = new RegExp(`^arn:aws[\\w-]*:apigateway:([\\w-]+)::/${root}/([^/]+)(?:/stages/([^/]+))?$`);

  /** @throws ServiceError 400 for an ARN of something else, 404 for a resource that is not there */
  const requireTaggable = (world: World, arn: string): Taggable => {
    const [, region, apiId = "", stageName] = pattern.exec(arn) ?? [];
    if (region !== world.region) throw badRequest("Invalid ARN specified in the request");
    return find(world, apiId, stageName);
  };

  return {
    TagResource: (input, world) => {
      const resource = requireTaggable(world, input.resourceArn);
      const tags = { ...resource.tags, ...input.tags };
      checkTags(tags);
      resource.tags = tags;
      return tagged;
    },
    UntagResource: (input, world) => {
      const resource = requireTaggable(world, input.resourceArn);
      const gone = new Set<string>(input.tagKeys);
      const left = Object.entries(resource.tags ?? {}).filter(([key]) => !gone.has(key));
      resource.tags = Object.fromEntries(left);
    },
    GetTags: (input, world) => ({ tags: { ...requireTaggable(world, input.resourceArn).tags } }),
  };
};

export const tagOperations = taggingOf({
  root: "restapis",
  find: (world, apiId, stageName) => {
    const api = requireRestApi(world, apiId);
    return stageName === undefined ? api : requireStage(api, stageName);
  },
  tagged: undefined,
});
