import { CreateDocumentationVersionCommand, GetDocumentationVersionCommand } from "@aws-sdk/client-api-gateway";
import { asAsked } from "../as-asked.ts";
import { failureOf, isPassingConflict } from "../failure.ts";
import type { Documentation } from "../gateway.ts";
import { read, write } from "../retry.ts";
import { type Session, undefinedWhenDenied, undefinedWhenMissing } from "../session.ts";
import { readBy } from "./read-by.ts";

export const documentationOf = (session: Session): Documentation => ({
  findDocumentation: async (version) => (await undefinedWhenDenied(presenceOf(session, version))) ?? "unknown",
  publishDocumentation: (version) => publish(session, version),
});

const presenceOf = (
  { client, restApiId, path, pacing, readOptions, call }: Session,
  documentationVersion: string,
): Promise<"present" | "absent"> => {
  const resource = `${path}/documentation/versions/${encodeURIComponent(documentationVersion)}`;
  const about = call("GetDocumentationVersion", "GET", resource, `read documentation version ${documentationVersion}`);
  const get = new GetDocumentationVersionCommand({ restApiId, documentationVersion });
  return read(about, pacing, async () => {
    const found = client
      .send(get, readOptions)
      .then(readBy("documentationOf"))
      .then(asAsked("documentation version", documentationVersion, (found) => found.version));
    return (await undefinedWhenMissing(found)) === undefined ? "absent" : "present";
  });
};

const publish = async (session: Session, documentationVersion: string): Promise<void> => {
  const { client, restApiId, path, pacing, call } = session;
  const resource = `${path}/documentation/versions`;
  const doing = `publish documentation version ${documentationVersion}`;
  const create = new CreateDocumentationVersionCommand({ restApiId, documentationVersion });
  const isThere = async (): Promise<true | undefined> =>
    (await presenceOf(session, documentationVersion)) === "present" ? true : undefined;
  const send = async (): Promise<true> => {
    try {
      await client
        .send(create)
        .then(readBy("documentationOf"))
        .then(asAsked("documentation version", documentationVersion, (found) => found.version));
      return true;
    } catch (thrown) {
      const { status, message } = failureOf(thrown);
      // Another run may have published it meanwhile.
      if (status === 409 && !isPassingConflict(message) && (await isThere())) return true;
      throw thrown;
    }
  };
  await write(call("CreateDocumentationVersion", "POST", resource, doing), pacing, send, isThere);
};
