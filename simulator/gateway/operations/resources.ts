import type { Definition, Operation, OperationInput, Resource, World } from "../model.ts";
import { addResource, moveResource, removeResource, requireResource } from "../resource-tree.ts";
import { badRequest } from "../service-error.ts";
import { requireRestApi } from "./identifiers.ts";
import { pageOf } from "./pages.ts";
import { type PatchOperation, patchValue } from "./patch.ts";
import { applyPatches, type Patched, type PatchRule, replaceOnlyRefusals } from "./patch-rules.ts";

/** Methods are listed by their verbs; `embed=methods` shows them whole. */
const resourceView = ({ methods, ...members }: Resource, embed: readonly string[] | undefined) => ({
  ...members,
  resourceMethods: embed?.includes("methods") ? methods : new Map([...methods.keys()].map((verb) => [verb, {}])),
});

const draftOf = (world: World, input: OperationInput): Definition | undefined =>
  world.restApis.get(input.restApiId)?.draft;

const getResources: Operation = (input, world) => {
  const { draft } = requireRestApi(world, input.restApiId);
  const page = pageOf(draft.resources.values(), ({ path }) => path, input);
  return { ...page, items: page.items.map((resource) => resourceView(resource, input.embed)) };
};

const getResource: Operation = (input, world) =>
  resourceView(requireResource(draftOf(world, input), input.resourceId), input.embed);

const createResource: Operation = (input, world) => {
  const { draft } = requireRestApi(world, input.restApiId);
  const resource = addResource(world, draft, requireResource(draft, input.parentId), input.pathPart);
  return resourceView(resource, undefined);
};

const deleteResource: Operation = (input, world) => {
  const draft = draftOf(world, input);
  const resource = requireResource(draft, input.resourceId);
  if (draft === undefined || resource.parentId === undefined) throw badRequest("Root resource cannot be deleted.");
  removeResource(draft, resource);
};

const member = (name: "pathPart" | "parentId"): PatchRule => ({
  path: new RegExp(`^/${name}$`),
  operations: ["replace"],
  apply: (target: Patched, patch: PatchOperation) => {
    if (target["parentId"] === undefined) throw badRequest(`Root resource cannot update its ${name}.`);
    target[name] = patchValue(patch);
  },
});

const patchRules = [member("pathPart"), member("parentId")];
const refusals = replaceOnlyRefusals(["/parentId", "/pathPart"]);

const updateResource: Operation = (input, world) => {
  const draft = draftOf(world, input);
  const resource = requireResource(draft, input.resourceId);
  const wanted: Patched = { parentId: resource.parentId, pathPart: resource.pathPart };
  applyPatches(wanted, input.patchOperations, patchRules, refusals);
  if (draft && resource.parentId !== undefined) {
    moveResource(draft, resource, requireResource(draft, String(wanted["parentId"])), String(wanted["pathPart"]));
  }
  return resourceView(resource, undefined);
};

export const resourceOperations: Record<string, Operation> = {
  GetResources: getResources,
  GetResource: getResource,
  CreateResource: createResource,
  UpdateResource: updateResource,
  DeleteResource: deleteResource,
};
