import type { Dialect, ImportMode } from "../../domain/definition.ts";
import type { Routes } from "../../domain/route.ts";
import { undeployable, withoutRoutes } from "./deployable.ts";
import { judgeForHttp } from "./http/judge.ts";
import { type FoundRoutes, type MemberPath, readRoutes } from "./read-routes.ts";
import { readNeeds, undefinedSchemes } from "./security.ts";
import type { Mapping } from "./values.ts";

/** Something about a member of the document. */
export type Said = { readonly at: MemberPath; readonly message: string };

/** What one kind of API makes of a document with paths. */
export type DocumentReading = {
  readonly found: FoundRoutes;
  readonly needs: Routes;
  /** What keeps it from being imported, or from being deployed afterwards. */
  readonly problems: readonly Said[];
  readonly warnings: readonly Said[];
};

/** How the document is to be imported: what is merged need not be a whole API. */
export type Import = { readonly mode: ImportMode; readonly failOnWarnings: boolean };

export const readAs = (dialect: Dialect, document: Mapping, { mode, failOnWarnings }: Import): DocumentReading => {
  const routes = readRoutes(document, dialect);
  // What is merged may name a scheme that the draft has.
  const unknown = mode === "merge" ? [] : undefinedSchemes(document, routes.operations);
  const found = { ...routes, warnings: [...routes.warnings, ...unknown] };
  const reading = { found, needs: readNeeds(document, found.operations, dialect) };
  if (dialect === "rest") return { ...reading, problems: undeployable(found, mode), warnings: found.warnings };
  const unusable = withoutRoutes(found, "overwrite");
  const said = unusable.length > 0 ? [] : judgeForHttp(document, found);
  const isRefused = ({ weight }: (typeof said)[number]): boolean =>
    weight === "refused" || (weight === "warned by the import" && failOnWarnings);
  return {
    ...reading,
    problems: [...unusable, ...said.filter(isRefused)],
    warnings: [...found.warnings, ...said.filter((one) => !isRefused(one))],
  };
};
