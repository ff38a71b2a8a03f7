import { GetClientCertificateCommand } from "@aws-sdk/client-api-gateway";
import type { ClientCertificate } from "../../domain/stage.ts";
import { asAsked } from "../as-asked.ts";
import { read } from "../retry.ts";
import { type Session, undefinedWhenDenied, undefinedWhenMissing } from "../session.ts";
import { readBy } from "./read-by.ts";

/** Of the account, for stages of all kinds; `undefined` where it is missing, or the role may not look. Throws ActionError. */
export const getClientCertificate = (
  { client, pacing, readOptions, callBeside }: Session,
  id: string,
): Promise<ClientCertificate | undefined> => {
  const about = callBeside("GetClientCertificate", `/clientcertificates/${id}`, `read client certificate ${id}`);
  const get = new GetClientCertificateCommand({ clientCertificateId: id });
  return undefinedWhenDenied(
    read(about, pacing, () =>
      undefinedWhenMissing(
        client
          .send(get, readOptions)
          .then(readBy("clientCertificateOf"))
          .then(asAsked("client certificate", id, (found) => found.id)),
      ),
    ),
  );
};
