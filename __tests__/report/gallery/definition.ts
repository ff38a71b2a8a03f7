import { createHash } from "node:crypto";

/** Routes, each with what it needs of its callers. */
export type Document = Readonly<Record<string, "nothing" | "iam">>;

/** An OpenAPI file with these routes, as JSON, which is YAML, too. */
export const definitionText = (document: Document): string => {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const [route, needs] of Object.entries(document)) {
    const [verb = "", path = ""] = route.split(" ");
    paths[path] = {
      ...paths[path],
      [verb.toLowerCase()]: {
        ...(needs === "iam" ? { security: [{ sigv4: [] }] } : {}),
        ...(path.includes("{id}")
          ? { parameters: [{ name: "id", in: "path", required: true, schema: { type: "string" } }] }
          : {}),
        responses: {},
        "x-amazon-apigateway-integration": { type: "mock" },
      },
    };
  }
  return JSON.stringify({
    openapi: "3.0.1",
    info: { title: "Orders", version: "1" },
    paths,
    components: {
      securitySchemes: {
        sigv4: { type: "apiKey", name: "Authorization", in: "header", "x-amazon-apigateway-authtype": "awsSigv4" },
      },
    },
  });
};

/** As a definition's digest is made. */
export const digestOf = (document: Document): string =>
  createHash("sha256").update(definitionText(document)).digest("hex");
