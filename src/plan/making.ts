import { describe, markerOf, shortDigest } from "../domain/marker.ts";
import type { DeployRequest } from "../inputs/request.ts";
import { draftTags } from "./provenance.ts";
import type { CreateDeploymentStep, ImportStep, RouteJudgement, Step } from "./step.ts";

/** The steps that make a deployment of the draft, or of a definition that is imported first. No stage serves it yet. */
export const makeDeployment = (request: DeployRequest, facts: MakingFacts): readonly Step[] => {
  const create = createDeploymentStep(request, facts.judgement);
  return request.definition === undefined ? [create] : [importStep(request, request.definition, facts), create];
};

export type MakingFacts = Pick<CreateDeploymentStep, "judgement"> &
  Pick<ImportStep, "routes" | "takenAway" | "restoredFrom">;

const importStep = (
  request: DeployRequest,
  { definition, mode, failOnWarnings }: NonNullable<DeployRequest["definition"]>,
  { routes, takenAway, restoredFrom }: MakingFacts,
): ImportStep => {
  const { run, restApiId } = request;
  const pullRequest = pullRequestOf(request);
  return {
    kind: "import-definition",
    file: definition.file,
    mode,
    failOnWarnings,
    routes,
    takenAway,
    restoredFrom,
    draftTags: draftTags(
      {
        repositoryId: run.repository.id,
        pullRequest,
        ref: pullRequest === undefined ? run.ref : undefined,
        commit: run.commit,
        runId: run.runId,
        attempt: run.attempt,
        definition: shortDigest(definition.digest),
      },
      restApiId,
    ),
    because: `${mode === "overwrite" ? "replaces" : "extends"} the API's draft; no stage serves the draft`,
    seenByCallers: false,
  };
};

/** The pull request whose file a run imports, also onto a stage that is no preview; a merged one's is its base branch's. */
const pullRequestOf = ({ previewOf, run: { event } }: DeployRequest): number | undefined =>
  previewOf ?? (event.kind === "pull-request" && event.open ? event.number : undefined);

/** The snapshot of the draft, with a description by which it is found again. */
const createDeploymentStep = (request: DeployRequest, judgement: RouteJudgement | undefined): CreateDeploymentStep => ({
  kind: "create-deployment",
  description: describe(markerOf(request.run, request.stageName, request)),
  judgement,
  because: "takes a snapshot of the API's draft; no stage serves it yet",
  seenByCallers: false,
});
