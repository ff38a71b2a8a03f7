import type { Dialect } from "../../domain/definition.ts";
import type { Routes } from "../../domain/route.ts";
import { readRoutes } from "./read-routes.ts";
import { readText } from "./read-text.ts";
import { readNeeds } from "./security.ts";
import { isMapping } from "./values.ts";

/**
 * What a caller needs for each route of a definition, whether it can be deployed or not: for a file that others are
 * compared with. `undefined` where the file says nothing of routes, or cannot be read.
 */
export const needsOfFile = (bytes: Buffer, file: string, dialect: Dialect): Routes | undefined => {
  const { parsed } = readText(bytes, file);
  if (parsed.kind === "unreadable") return undefined;
  const document = parsed.document.value;
  if (!isMapping(document) || !isMapping(document["paths"])) return undefined;
  return readNeeds(document, readRoutes(document, dialect).operations, dialect);
};
