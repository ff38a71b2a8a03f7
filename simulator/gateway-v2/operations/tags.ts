import { taggingOf } from "../../gateway/operations/tags.ts";
import { requireApi, requireStage } from "./identifiers.ts";

export const tagOperations = taggingOf({
  root: "apis",
  find: (world, apiId, stageName) => {
    const api = requireApi(world, apiId);
    return stageName === undefined ? api : requireStage(api, stageName);
  },
  tagged: {},
});
