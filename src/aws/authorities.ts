import { X509Certificate } from "node:crypto";
import { rootCertificates } from "node:tls";
import { ActionError } from "../domain/errors.ts";
import type { World } from "../domain/world.ts";

/**
 * The certificates that requests to AWS trust: with AWS_CA_BUNDLE those of its file beside all that Node trusts, else
 * `undefined`, which leaves it to Node. Throws `CERTIFICATE_NOT_TRUSTED` for a file that holds none.
 */
export const readAuthorities = ({ environment, files }: Pick<World, "environment" | "files">) => {
  const path = environment["AWS_CA_BUNDLE"];
  if (!path) return undefined;
  const bundle = certificatesIn("AWS_CA_BUNDLE", path, files);
  const extra = environment["NODE_EXTRA_CA_CERTS"];
  // Who names certificates for a connection replaces those that Node has read from this file.
  return [...rootCertificates, ...bundle, ...(extra ? certificatesIn("NODE_EXTRA_CA_CERTS", extra, files) : [])];
};

const PEM = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/g;

const certificatesIn = (variable: string, path: string, files: World["files"]): readonly string[] => {
  let text: string;
  try {
    text = files.read(path);
  } catch (thrown) {
    throw unusable(variable, path, `cannot be read: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
  }
  const found = text.match(PEM) ?? [];
  if (found.length === 0 || !found.every(isCertificate)) throw unusable(variable, path, "holds no certificate in PEM.");
  return found;
};

const isCertificate = (pem: string): boolean => {
  try {
    return new X509Certificate(pem).subject !== undefined;
  } catch {
    return false;
  }
};

const unusable = (variable: string, path: string, because: string): ActionError =>
  new ActionError({
    code: "CERTIFICATE_NOT_TRUSTED",
    doing: "connect to API Gateway",
    happened: `The file that ${variable} names (${path}) ${because}`,
    acted: "no",
    state: "Nothing was touched.",
    remedy: `Correct ${variable}, or take it away.`,
  });
