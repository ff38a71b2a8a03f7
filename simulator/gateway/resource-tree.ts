import type { Definition, Resource, World } from "./model.ts";
import { badRequest, conflict, limitExceeded, notFound } from "./service-error.ts";

/** @throws ServiceError 404, for an unknown REST API too (recorded behaviour) */
export const requireResource = (definition: Definition | undefined, resourceId: string): Resource => {
  const resource = definition?.resources.get(resourceId);
  if (resource === undefined) throw notFound("Invalid Resource identifier specified");
  return resource;
};

export const childrenOf = (definition: Definition, parentId: string): Resource[] =>
  [...definition.resources.values()].filter((resource) => resource.parentId === parentId);

/**
 * Adds a resource under `parent`; at a path that `keptIds` knows it gets the id from there.
 *
 * @throws ServiceError 400, 409 or 429 when the tree does not allow it (recorded texts)
 */
export const addResource = (
  world: World,
  definition: Definition,
  parent: Resource,
  pathPart: string,
  keptIds?: ReadonlyMap<string, string>,
): Resource => {
  checkPathPart(pathPart);
  checkPlace(definition, parent, pathPart);
  if (definition.resources.size >= world.quotas.resourcesPerApi) {
    throw limitExceeded(
      "Maximum number of Resources for this API has been reached.  Please contact AWS if you need additional Resources.",
    );
  }
  const path = pathOf(parent, pathPart);
  const resource: Resource = {
    id: keptIds?.get(path) ?? world.newId(6),
    parentId: parent.id,
    pathPart,
    path,
    methods: new Map(),
  };
  definition.resources.set(resource.id, resource);
  return resource;
};

/** The resource and all below it. */
export const removeResource = (definition: Definition, resource: Resource): void => {
  for (const child of childrenOf(definition, resource.id)) removeResource(definition, child);
  definition.resources.delete(resource.id);
};

/**
 * Gives a resource another name or parent; the paths of all below it follow.
 *
 * @throws ServiceError 400 or 409 when the tree does not allow it (recorded texts)
 */
export const moveResource = (definition: Definition, resource: Resource, parent: Resource, pathPart: string): void => {
  checkPathPart(pathPart);
  if (isBelow(definition, parent, resource)) throw badRequest("Resources cannot be cyclical.");
  checkPlace(definition, parent, pathPart, resource);
  resource.parentId = parent.id;
  resource.pathPart = pathPart;
  updatePaths(definition, resource, parent);
};

const updatePaths = (definition: Definition, resource: Resource, parent: Resource): void => {
  resource.path = pathOf(parent, resource.pathPart ?? "");
  for (const child of childrenOf(definition, resource.id)) updatePaths(definition, child, resource);
};

const pathOf = (parent: Resource, pathPart: string): string =>
  parent.path === "/" ? `/${pathPart}` : `${parent.path}/${pathPart}`;

const isBelow = (definition: Definition, resource: Resource, ancestor: Resource): boolean => {
  if (resource.id === ancestor.id) return true;
  const parent = definition.resources.get(resource.parentId ?? "");
  return parent !== undefined && isBelow(definition, parent, ancestor);
};

const isVariable = (pathPart: string | undefined): boolean => pathPart?.startsWith("{") ?? false;

const checkPathPart = (pathPart: string): void => {
  if (/^(?:[A-Za-z0-9._:-]+|\{[A-Za-z0-9._:-]+\+?\})$/.test(pathPart)) return;
  throw badRequest(
    "Resource's path part only allow a-zA-Z0-9._-: or a valid greedy path variable and curly braces at the beginning and the end.",
  );
};

const checkPlace = (definition: Definition, parent: Resource, pathPart: string, moved?: Resource): void => {
  if (parent.pathPart?.endsWith("+}")) {
    throw badRequest(`Cannot create a child of a resource with a greedy path variable: ${parent.pathPart}`);
  }
  const siblings = childrenOf(definition, parent.id).filter((sibling) => sibling !== moved);
  if (siblings.some((sibling) => sibling.pathPart === pathPart)) {
    throw conflict(`Another resource with the same parent already has this name: ${pathPart}`);
  }
  const variable = siblings.find((sibling) => isVariable(sibling.pathPart));
  if (variable === undefined || !isVariable(pathPart)) return;
  throw badRequest(
    `A sibling (${variable.pathPart}) of this resource already has a variable path part -- only one is allowed`,
  );
};
