import type { Secrets } from "../domain/secrets.ts";
import type { Connection } from "./client.ts";

/** Hides whatever the default chain has found, also once it is renewed, before an answer can echo it. */
export const keepSecret = ({ client, secondClient }: Connection, secrets: Secrets): void => {
  const { credentials } = client.config;
  const learnFirst =
    <Request, Answer>(next: (request: Request) => Promise<Answer>) =>
    async (request: Request): Promise<Answer> => {
      const { accessKeyId, secretAccessKey, sessionToken } = await credentials();
      secrets.add(accessKeyId, secretAccessKey, sessionToken);
      return next(request);
    };
  client.middlewareStack.add(learnFirst, { step: "initialize", name: "keepSecret" });
  secondClient.middlewareStack.add(learnFirst, { step: "initialize", name: "keepSecret" });
};
