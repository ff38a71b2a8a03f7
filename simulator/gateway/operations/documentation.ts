import type { Operation, OperationInput, RestApi, World } from "../model.ts";
import { conflict, notFound } from "../service-error.ts";
import { requireRestApi, requireStage } from "./identifiers.ts";
import { pageOf } from "./pages.ts";
import { applyPatches, leaf, type Patched, replaceOnlyRefusals } from "./patch-rules.ts";

type DocumentationPart = { id: string; location: Record<string, string>; properties: string };

const createDocumentationPart: Operation = (input, world) => {
  const api = requireRestApi(world, input.restApiId);
  const part: DocumentationPart = { id: world.newId(6), location: input.location, properties: input.properties };
  api.documentationParts.set(part.id, part);
  return part;
};

const getDocumentationParts: Operation = (input, world) => {
  const { documentationParts } = requireRestApi(world, input.restApiId);
  const wanted = [...documentationParts.values()].filter(
    ({ location }) =>
      (input.type === undefined || location["type"] === input.type) &&
      (input.path === undefined || location["path"] === input.path) &&
      (input.nameQuery === undefined || location["name"] === input.nameQuery),
  );
  return pageOf(wanted, ({ id }) => id, input);
};

/** An unknown REST API is refused as an unknown part (recorded behaviour). */
const getDocumentationPart: Operation = (input, world) => {
  const part = world.restApis.get(input.restApiId)?.documentationParts.get(input.documentationPartId);
  if (part === undefined) throw notFound("Invalid Documentation part identifier specified");
  return part;
};

const deleteDocumentationPart: Operation = (input, world) => {
  const api = requireRestApi(world, input.restApiId);
  getDocumentationPart(input, world);
  api.documentationParts.delete(input.documentationPartId);
};

const createDocumentationVersion: Operation = (input, world) => {
  const api = requireRestApi(world, input.restApiId);
  const stage = input.stageName === undefined ? undefined : requireStage(api, input.stageName);
  const version: string = input.documentationVersion;
  if (api.documentationVersions.has(version)) throw conflict(`Documentation version already exists: ${version}`);
  const entry = {
    version,
    createdDate: world.clock.now(),
    ...(input.description === undefined ? {} : { description: String(input.description) }),
  };
  api.documentationVersions.set(version, entry);
  if (stage) stage.documentationVersion = version;
  return entry;
};

const getDocumentationVersions: Operation = (input, world) =>
  pageOf(requireRestApi(world, input.restApiId).documentationVersions.values(), ({ version }) => version, input);

const requireVersion = (api: RestApi, version: string) => {
  const entry = api.documentationVersions.get(version);
  if (entry === undefined) throw notFound("Invalid Documentation version specified");
  return entry;
};

const getDocumentationVersion: Operation = (input: OperationInput, world: World) =>
  requireVersion(requireRestApi(world, input.restApiId), input.documentationVersion);

const updateDocumentationVersion: Operation = (input, world) => {
  const api = requireRestApi(world, input.restApiId);
  const { description, ...kept } = requireVersion(api, input.documentationVersion);
  const patched: Patched = { description };
  applyPatches(patched, input.patchOperations, [leaf("description")], replaceOnlyRefusals(["/description"]));
  const changed = { ...kept, ...patched };
  api.documentationVersions.set(kept.version, changed);
  return changed;
};

/** A stage goes on naming a version that is gone: whether the service refuses this is not documented. */
const deleteDocumentationVersion: Operation = (input, world) => {
  const api = requireRestApi(world, input.restApiId);
  const { version } = requireVersion(api, input.documentationVersion);
  api.documentationVersions.delete(version);
};

export const documentationOperations: Record<string, Operation> = {
  CreateDocumentationPart: createDocumentationPart,
  GetDocumentationParts: getDocumentationParts,
  GetDocumentationPart: getDocumentationPart,
  DeleteDocumentationPart: deleteDocumentationPart,
  CreateDocumentationVersion: createDocumentationVersion,
  GetDocumentationVersions: getDocumentationVersions,
  GetDocumentationVersion: getDocumentationVersion,
  UpdateDocumentationVersion: updateDocumentationVersion,
  DeleteDocumentationVersion: deleteDocumentationVersion,
};
