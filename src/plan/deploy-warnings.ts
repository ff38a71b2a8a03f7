import { type ApiKind, rightToRead } from "../domain/api-kind.ts";
import type { Remark } from "../domain/errors.ts";
import { type Route, type Routes, routeKey, someOf, sortRoutes } from "../domain/route.ts";
import type { RestApi } from "../domain/stage.ts";
import type { Definition } from "../inputs/definition/read-definition.ts";
import type { DeployRequest } from "../inputs/request.ts";
import type { DeployObserved } from "../observe/observed.ts";
import { readingOf } from "./deploy-source.ts";
import type { Source } from "./pointing.ts";
import { type DraftUse, draftProvenance, refuseDraft } from "./provenance.ts";

/** What people should know of a deployment that goes through all the same. */

export const draftUseOf = ({ run, stageName, previewOf, definition, deploymentId }: DeployRequest): DraftUse => ({
  repositoryId: run.repository.id,
  stageName,
  previewOf,
  importsDefinition: definition !== undefined,
  deploymentId,
});

/** What the reader of the definition has to say of it, also where it is served already. */
export const remarksOn = (
  definition: Definition | undefined,
  api: { readonly kind: Pick<ApiKind, "dialect"> } | undefined,
): readonly Remark[] => {
  if (definition === undefined) return [];
  const { dialects, as, notes } = definition;
  const dialect = api?.kind.dialect ?? (dialects.length === 1 ? dialects[0] : undefined);
  return [
    ...(dialect === undefined ? [] : as(dialect).warnings).map((place) => ({ ...place, level: "warning" as const })),
    ...notes.map((place) => ({ ...place, level: "note" as const })),
  ];
};

export const uncheckedRoutes = (
  { settings: { routes = {} }, restApiId }: DeployRequest,
  { kind }: Pick<RestApi, "kind">,
  { deployment }: Source,
): string[] => {
  const names = Object.entries(routes).flatMap(([name, settings]) => ("value" in settings ? [] : [name]));
  if (names.length === 0) return [];
  const why =
    deployment.kind === "existing"
      ? `API Gateway does not tell the routes of deployment ${deployment.id}`
      : `the role may not read the draft (${rightToRead(kind, "draft", { api: restApiId })})`;
  return [
    `Nobody checked that the API has ${someOf(names)}, because ${why}; settings of a route that does not exist have no effect.`,
  ];
};

export const draftWarnings = (request: DeployRequest, observed: DeployObserved, { deployment }: Source): string[] => [
  ...(observed.api.status === "UPDATING"
    ? [
        "API Gateway is still applying a change to this API (apiStatus UPDATING, up to about 15 minutes); deploy once more when it is done.",
      ]
    : []),
  ...(deployment.kind === "new" ? importWarnings(request, observed) : []),
];

const importWarnings = (request: DeployRequest, { api, servedDeployment: served }: DeployObserved): string[] => {
  if (request.definition?.mode !== "merge") return [];
  const { file } = request.definition.definition;
  const routes = readingOf(request, { api })?.routes ?? [];
  return [...mergedInto(request, file, api), ...(served?.routes ? leftOut({ file, routes }, served.routes) : [])];
};

/** A merge takes over what the draft holds; a run without a definition would be refused here. */
const mergedInto = (request: DeployRequest, file: string, { tags }: DeployObserved["api"]): string[] => {
  const provenance = draftProvenance(tags, request.restApiId);
  if (provenance === undefined) return [];
  return refuseDraft(provenance, { ...draftUseOf(request), importsDefinition: false }) === undefined
    ? []
    : [
        `The draft holds what pull request #${provenance.pullRequest} imported last (commit ${provenance.commit.slice(0, 7)}), and a merge keeps it: what ${file} does not replace goes to stage ${request.stageName} too.`,
      ];
};

const leftOut = (
  definition: { readonly file: string; readonly routes: readonly Route[] },
  served: Routes,
): string[] => {
  const inFile = new Set(definition.routes.map(routeKey));
  const others = sortRoutes([...served.keys()].filter((route) => !inFile.has(route)));
  return others.length === 0
    ? []
    : [
        `A merge removes nothing: these live routes are not in ${definition.file} and stay as they are: ${someOf(others)}.`,
      ];
};
