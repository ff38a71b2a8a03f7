import * as z from "zod/mini";
import type { IntegrationText } from "../domain/stage.ts";

/** Authorizers, in which stage variables may be named as in integrations: in their URIs and identity sources. */

const AUTHORIZER = "x-amazon-apigateway-authorizer";

const scheme = z.looseObject({ [AUTHORIZER]: z.optional(z.unknown()) });
const document = z.looseObject({
  components: z.optional(z.looseObject({ securitySchemes: z.optional(z.record(z.string(), z.unknown())) })),
});

export const authorizerText = (name: string, authorizer: unknown): IntegrationText => ({
  route: `authorizer ${name}`,
  text: JSON.stringify(authorizer),
});

/** Those of an exported OpenAPI 3.0 document. */
export const authorizersIn = (exported: unknown): readonly IntegrationText[] =>
  Object.entries(document.safeParse(exported).data?.components?.securitySchemes ?? {}).flatMap(([name, one]) => {
    const authorizer = scheme.safeParse(one).data?.[AUTHORIZER];
    return authorizer === undefined ? [] : [authorizerText(name, authorizer)];
  });
