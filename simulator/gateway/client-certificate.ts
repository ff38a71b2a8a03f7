import { randomBytes } from "node:crypto";
import type { ClientCertificate, World } from "./model.ts";

const year = 365 * 24 * 60 * 60 * 1000;

export type ClientCertificateOptions = {
  /** Default: one of the world's own. */
  readonly id?: string;
  readonly description?: string;
  readonly tags?: Readonly<Record<string, string>>;
  /** Default: a year from now, as the service has it. */
  readonly expirationDate?: number;
};

/** Puts a client certificate into the account. What its PEM block holds is no certificate: nothing here looks into it. */
export const addClientCertificate = (world: World, options: ClientCertificateOptions = {}): ClientCertificate => {
  const now = world.clock.now();
  const content =
    randomBytes(96)
      .toString("base64")
      .match(/.{1,64}/g) ?? [];
  const certificate: ClientCertificate = {
    clientCertificateId: options.id ?? world.newId(6),
    ...(options.description === undefined ? {} : { description: options.description }),
    pemEncodedCertificate: ["-----BEGIN CERTIFICATE-----", ...content, "-----END CERTIFICATE-----"].join("\n"),
    createdDate: now,
    expirationDate: options.expirationDate ?? now + year,
    ...(options.tags === undefined ? {} : { tags: { ...options.tags } }),
  };
  world.generatedCertificates.set(certificate.clientCertificateId, certificate);
  return certificate;
};
