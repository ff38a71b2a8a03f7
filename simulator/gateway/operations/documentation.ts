import type { DocumentationPart, Operation, OperationInput, RestApi, World } from "../model.ts";
import { readDocument } from "../openapi/document.ts";
import { fullLocation, locationKey, readDocumentationParts, takePartsIn } from "../openapi/documentation-parts.ts";
import { badRequest, conflict, notFound, ServiceError } from "../service-error.ts";
import { requireRestApi, requireStage } from "./identifiers.ts";
import { pageOf } from "./pages.ts";
import { applyPatches, leaf, type Patched, replaceOnlyRefusals } from "./patch-rules.ts";

const createDocumentationPart: Operation = (input, world) => {
  const api = requireRestApi(world, input.restApiId);
  const part: DocumentationPart = {
    id: world.newId(6),
    location: fullLocation(input.location),
    properties: input.properties,
  };
  if ([...api.documentationParts.values()].some((other) => locationKey(other) === locationKey(part))) {
    // Documented: a location has one part. The text is the simulator's own.
    throw conflict("Documentation part already exists for the specified location");
  }
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
  return pageOf(wanted, locationKey, input);
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

const refusals = replaceOnlyRefusals(["/properties"]);

const updateDocumentationPart: Operation = (input, world) => {
  const part = getDocumentationPart(input, world) as DocumentationPart;
  const patched: Patched = { ...part };
  applyPatches(patched, input.patchOperations, [leaf("properties")], refusals);
  part.properties = String(patched["properties"]);
  return part;
};

/** A body that is no definition is refused in words of its own, whatever the API is (recorded behaviour). */
const importDocumentationParts: Operation = (input, world) => {
  const content = contentOf(input.body, world);
  const { documentationParts } = requireRestApi(world, input.restApiId);
  const parts = takePartsIn(world, documentationParts, readDocumentationParts(content), input.mode ?? "merge");
  return { ids: parts.map(({ id }) => id) };
};

const contentOf = (body: Buffer, world: World) => {
  try {
    return readDocument(body, world.quotas.definitionBytes).content;
  } catch (error) {
    if (!(error instanceof ServiceError) || error.status !== 400) throw error;
    throw badRequest("Unable to build importer with provided input.");
  }
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
  UpdateDocumentationPart: updateDocumentationPart,
  DeleteDocumentationPart: deleteDocumentationPart,
  ImportDocumentationParts: importDocumentationParts,
  CreateDocumentationVersion: createDocumentationVersion,
  GetDocumentationVersions: getDocumentationVersions,
  GetDocumentationVersion: getDocumentationVersion,
  UpdateDocumentationVersion: updateDocumentationVersion,
  DeleteDocumentationVersion: deleteDocumentationVersion,
};
