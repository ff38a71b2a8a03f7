import type { Operation, World } from "../model.ts";
import { badRequest } from "../service-error.ts";
import { requireRestApi, requireStage } from "./identifiers.ts";
import { checkTags } from "./tag-rules.ts";

/** A REST API or a stage. Deployments cannot be tagged. */
type Taggable = { tags?: Record<string, string> };

/** @throws ServiceError 400 for an ARN of something else, 404 for a resource that is not there */
const requireTaggable = (world: World, arn: string): Taggable => {
  const [, region, restApiId = "", stageName] =
    /^arn:aws[\w-]*:apigateway:([\w-]+)::\/restapis\/([^/]+)(?:\/stages\/([^/]+))?$/.exec(arn) ?? [];
  if (region !== world.region) throw badRequest("Invalid ARN specified in the request");
  const api = requireRestApi(world, restApiId);
  return stageName === undefined ? api : requireStage(api, stageName);
};

const tagResource: Operation = (input, world) => {
  const resource = requireTaggable(world, input.resourceArn);
  const tags = { ...resource.tags, ...input.tags };
  checkTags(tags);
  resource.tags = tags;
};

const untagResource: Operation = (input, world) => {
  const resource = requireTaggable(world, input.resourceArn);
  const gone = new Set<string>(input.tagKeys);
  const left = Object.entries(resource.tags ?? {}).filter(([key]) => !gone.has(key));
  resource.tags = Object.fromEntries(left);
};

const getTags: Operation = (input, world) => ({ tags: { ...requireTaggable(world, input.resourceArn).tags } });

export const tagOperations: Record<string, Operation> = {
  TagResource: tagResource,
  UntagResource: untagResource,
  GetTags: getTags,
};
