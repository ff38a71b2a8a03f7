import * as z from "zod/mini";
import { fileSchema } from "./schema.ts";

/** The settings file's schema for editors (JSON Schema 2020-12), made from the one that validates. */
export const settingsJsonSchema = (): z.core.JSONSchema.BaseSchema => ({
  title: "Stages of an Amazon API Gateway API",
  description: "Stage settings that apigw-stage-action applies when it deploys (.github/apigw-stages.yml).",
  ...z.toJSONSchema(fileSchema, { io: "input" }),
  // An empty file declares nothing.
  type: ["object", "null"],
});
