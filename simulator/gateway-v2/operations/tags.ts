import type { World } from "../../gateway/model.ts";
import { checkTags } from "../../gateway/operations/tag-rules.ts";
import { badRequest } from "../../gateway/service-error.ts";
import type { Api, Stage } from "../model.ts";
import type { Operation } from "../operation.ts";
import { requireApi, requireStage } from "./identifiers.ts";

/** @throws ServiceError 400 for an ARN of something else, 404 for a resource that is not there */
const requireTaggable = (world: World, arn: string): Api | Stage => {
  const [, region, apiId = "", stageName] =
    /^arn:aws[\w-]*:apigateway:([\w-]+)::\/apis\/([^/]+)(?:\/stages\/([^/]+))?$/.exec(arn) ?? [];
  if (region !== world.region) throw badRequest("Invalid ARN specified in the request");
  const api = requireApi(world, apiId);
  return stageName === undefined ? api : requireStage(api, stageName);
};

const tagResource: Operation = (input, world) => {
  const resource = requireTaggable(world, input.resourceArn);
  const tags = { ...resource.tags, ...input.tags };
  checkTags(tags);
  resource.tags = tags;
  return {};
};

const untagResource: Operation = (input, world) => {
  const resource = requireTaggable(world, input.resourceArn);
  const gone = new Set<string>(input.tagKeys);
  resource.tags = Object.fromEntries(Object.entries(resource.tags).filter(([key]) => !gone.has(key)));
};

const getTags: Operation = (input, world) => ({ tags: { ...requireTaggable(world, input.resourceArn).tags } });

export const tagOperations: Record<string, Operation> = {
  TagResource: tagResource,
  UntagResource: untagResource,
  GetTags: getTags,
};
