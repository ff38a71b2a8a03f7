import { addClientCertificate } from "../client-certificate.ts";
import type { ClientCertificate, Operation, World } from "../model.ts";
import { badRequest, limitExceeded, notFound } from "../service-error.ts";
import { pageOf } from "./pages.ts";
import { applyPatches, optionalLeaf, type Patched, plainRefusals } from "./patch-rules.ts";
import { checkTags } from "./tag-rules.ts";

const requireClientCertificate = (world: World, id: string): ClientCertificate => {
  const certificate = world.generatedCertificates.get(id);
  if (!certificate) throw notFound("Invalid Client Certificate ID specified");
  return certificate;
};

const generateClientCertificate: Operation = (input, world) => {
  const quota = world.quotas.clientCertificates;
  if (world.generatedCertificates.size >= quota) {
    throw limitExceeded(`Maximum number of client certificates (${quota}) has been reached`);
  }
  checkTags(input.tags ?? {});
  return { ...addClientCertificate(world, input) };
};

const getClientCertificate: Operation = (input, world) =>
  structuredClone(requireClientCertificate(world, input.clientCertificateId));

const getClientCertificates: Operation = (input, world) =>
  structuredClone(
    pageOf(world.generatedCertificates.values(), ({ clientCertificateId }) => clientCertificateId, input),
  );

const updateClientCertificate: Operation = (input, world) => {
  const { description, ...kept } = requireClientCertificate(world, input.clientCertificateId);
  const patched: Patched = description === undefined ? {} : { description };
  applyPatches(patched, input.patchOperations, [optionalLeaf("description")], plainRefusals);
  const changed = { ...kept, ...patched };
  world.generatedCertificates.set(kept.clientCertificateId, changed);
  return structuredClone(changed);
};

/** Neither the error's class nor its text is documented for a certificate that a stage uses. */
const deleteClientCertificate: Operation = (input, world) => {
  const { clientCertificateId: id } = requireClientCertificate(world, input.clientCertificateId);
  for (const { id: apiId, stages } of world.restApis.values()) {
    const user = [...stages.values()].find(({ clientCertificateId }) => clientCertificateId === id);
    if (user) throw badRequest(`Client certificate ${id} is in use by stage ${apiId}:${user.stageName}`);
  }
  world.generatedCertificates.delete(id);
};

export const clientCertificateOperations: Record<string, Operation> = {
  GenerateClientCertificate: generateClientCertificate,
  GetClientCertificate: getClientCertificate,
  GetClientCertificates: getClientCertificates,
  UpdateClientCertificate: updateClientCertificate,
  DeleteClientCertificate: deleteClientCertificate,
};
