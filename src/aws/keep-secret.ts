import type { Secrets } from "../domain/secrets.ts";
import type { Connection } from "./client.ts";

/**
 * Hides whatever the default chain has found, also once it is renewed, before an answer can echo it. Answers the connection
 * with settings by which the clients of other services do so, too.
 */
export const keepSecret = (connection: Connection, secrets: Secrets): Connection => {
  const { client, settings } = connection;
  const { credentials } = client.config;
  const learn: typeof credentials = async (...options) => {
    const found = await credentials(...options);
    secrets.add(found.accessKeyId, found.secretAccessKey, found.sessionToken);
    return found;
  };
  const learnFirst =
    <Request, Answer>(next: (request: Request) => Promise<Answer>) =>
    async (request: Request): Promise<Answer> => {
      await learn();
      return next(request);
    };
  client.middlewareStack.add(learnFirst, { step: "initialize", name: "keepSecret" });
  return { ...connection, settings: { ...settings, credentials: learn } };
};
