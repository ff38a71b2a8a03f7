import type { IntegrationText } from "../domain/stage.ts";

/** An authorizer, in which stage variables may be named as in integrations: in its URI and its identity sources. */
export const authorizerText = (name: string, authorizer: unknown): IntegrationText => ({
  route: `authorizer ${name}`,
  text: JSON.stringify(authorizer),
});
