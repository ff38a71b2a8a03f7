import * as z from "zod/mini";
import { VERBS } from "../domain/route.ts";
import type { IntegrationText } from "../domain/stage.ts";
import { authorizerText } from "./authorizer-texts.ts";
import { checked, text } from "./checked.ts";
import { parsedJson } from "./parsed-json.ts";

/**
 * The OpenAPI 3.0 document that API Gateway exports, as far as it tells routes, what they ask of callers, their
 * integrations and authorizers. A member that is none of its kind is an answer that nobody can read: an operation that was
 * left out would count as a route that is not there.
 */

const INTEGRATION = "x-amazon-apigateway-integration";
const AUTHORIZER = "x-amazon-apigateway-authorizer";

const security = z.optional(z.array(z.record(z.string(), z.array(text))));

const operation = z.looseObject({
  security,
  "x-amazon-apigateway-auth": z.optional(z.looseObject({ type: z.optional(text) })),
  [INTEGRATION]: z.optional(z.looseObject({})),
});

const scheme = z.looseObject({
  type: z.optional(text),
  name: z.optional(text),
  in: z.optional(text),
  "x-amazon-apigateway-authtype": z.optional(text),
  [AUTHORIZER]: z.optional(z.looseObject({ type: z.optional(text) })),
});

const document = z.looseObject({
  security,
  paths: z.record(
    z.string(),
    z.looseObject(Object.fromEntries([...VERBS.keys()].map((verb) => [verb, z.optional(operation)]))),
  ),
  components: z.optional(z.looseObject({ securitySchemes: z.optional(z.record(z.string(), scheme)) })),
});

export type ExportedDocument = z.infer<typeof document>;

/** Throws UnreadableAnswer. */
export const exportedDocument = (body: Uint8Array | undefined): ExportedDocument =>
  checked(document, parsedJson(body ?? ""));

/** Where stage variables may be named: the integration of an operation, and each authorizer. */
export const integrationText = (route: string, content: Readonly<Record<string, unknown>>): IntegrationText => ({
  route,
  text: JSON.stringify(content[INTEGRATION] ?? {}),
});

export const authorizersIn = ({ components }: ExportedDocument): readonly IntegrationText[] =>
  Object.entries(components?.securitySchemes ?? {}).flatMap(([name, { [AUTHORIZER]: authorizer }]) =>
    authorizer === undefined ? [] : [authorizerText(name, authorizer)],
  );
