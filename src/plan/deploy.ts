import type { Request } from "../inputs/request.ts";
import { describe, markerOf, parseMarker, sameWork } from "./marker.ts";
import type { Deployment, Observed, Stage } from "./observed.ts";
import { type Owner, ownerTags, provenOwner, sameOwner } from "./ownership.ts";
import type { DeploymentRef, Plan, Refusal, Step } from "./plan.ts";

/** Decides what `deploy` does: which deployment the stage is to serve, and the steps that lead there. */
export const planDeploy = (request: Request, observed: Observed): Plan | Refusal => {
  const stage = observed.stages.find((candidate) => candidate.name === request.stageName);
  const refusal = refuseStage(request, stage) ?? refuseDeployment(request, observed);
  if (refusal !== undefined) return refusal;

  const source = deploymentToServe(request, observed);
  const creation: Step[] =
    source.deployment.kind === "existing"
      ? []
      : [
          {
            kind: "create-deployment",
            description: describe(markerOf(request.run, request.stageName)),
            because: "takes a snapshot of the API's draft; no stage serves it yet",
            seenByCallers: false,
          },
        ];
  const pointing = pointStage(request, stage, source);
  return {
    command: "deploy",
    restApiId: request.restApiId,
    stageName: request.stageName,
    result: stage === undefined ? "created" : pointing.length === 0 ? "unchanged" : "updated",
    serves: stage?.deploymentId,
    deployment: source.deployment,
    steps: [...creation, ...pointing],
    warnings: warningsFor(observed),
  };
};

type Source = { readonly deployment: DeploymentRef; readonly name: string };

const deploymentToServe = (request: Request, observed: Observed): Source => {
  if (request.deploymentId !== undefined) {
    const deployment: DeploymentRef = { kind: "existing", id: request.deploymentId };
    return { deployment, name: `deployment ${request.deploymentId}, as deployment-id asks` };
  }
  const earlier = madeByEarlierAttempt(request, observed.deployments);
  if (earlier !== undefined) {
    const deployment: DeploymentRef = { kind: "existing", id: earlier.id };
    return { deployment, name: `deployment ${earlier.id}, which an earlier attempt of this run made` };
  }
  return { deployment: { kind: "new" }, name: "the new deployment" };
};

/** The newest, because an attempt that found its deployment lost may have made a second one. */
const madeByEarlierAttempt = (request: Request, deployments: readonly Deployment[]): Deployment | undefined => {
  const own = markerOf(request.run, request.stageName);
  return deployments
    .filter((deployment) => {
      const marker = parseMarker(deployment.description);
      return marker !== undefined && sameWork(marker, own);
    })
    .sort((one, other) => other.createdAt - one.createdAt)[0];
};

const ownerOf = (request: Request): Owner => ({
  repositoryId: request.run.repository.id,
  pullRequest: request.previewOf,
});

const pointStage = (request: Request, stage: Stage | undefined, source: Source): Step[] => {
  const { stageName, restApiId } = request;
  if (stage === undefined) {
    return [
      {
        kind: "create-stage",
        stageName,
        deployment: source.deployment,
        tags: ownerTags(ownerOf(request), { restApiId, stageName }),
        because: `the stage does not exist yet; it will serve ${source.name}`,
        seenByCallers: true,
      },
    ];
  }
  if (source.deployment.kind === "existing" && source.deployment.id === stage.deploymentId) return [];
  return [
    {
      kind: "point-stage",
      stageName,
      from: stage.deploymentId,
      deployment: source.deployment,
      because: `the stage serves deployment ${stage.deploymentId}; it will serve ${source.name}`,
      seenByCallers: true,
    },
  ];
};

const refuseStage = (request: Request, stage: Stage | undefined): Refusal | undefined => {
  if (stage === undefined) return undefined;
  const { restApiId, stageName } = request;
  if (request.previewOf !== undefined) {
    const owner = provenOwner(stage.tags, { restApiId, stageName });
    if (owner === undefined || !sameOwner(owner, ownerOf(request))) {
      return {
        refused: "STAGE_NOT_OURS",
        happened: `Stage ${stageName} exists, and nothing on it proves that it was made for pull request #${request.previewOf} of this repository.`,
      };
    }
  }
  if (stage.canary === undefined) return undefined;
  const { canary } = stage;
  return {
    refused: "STAGE_HAS_CANARY",
    happened: `${canary.percentTraffic} % of the stage's traffic goes to a canary on deployment ${canary.deploymentId}, the rest to deployment ${stage.deploymentId}.`,
    remedy: canaryAdvice(request, canary.overridesVariables),
  };
};

/** The recipe of the API Gateway Developer Guide ("Promote a canary release"), and the one patch that drops a canary. */
const canaryAdvice = ({ restApiId, stageName }: Request, overridesVariables: boolean): string => {
  const update = `aws apigateway update-stage --rest-api-id ${restApiId} --stage-name ${stageName} --patch-operations`;
  const copyVariables = overridesVariables
    ? " op=copy,from=/canarySettings/stageVariableOverrides,path=/variables"
    : "";
  return [
    "Complete the canary or abort it, then run again.",
    "Complete it (the canary's deployment becomes the stage's):",
    `  ${update} op=replace,path=/canarySettings/percentTraffic,value=0.0${copyVariables} op=copy,from=/canarySettings/deploymentId,path=/deploymentId`,
    `  ${update} op=remove,path=/canarySettings`,
    "Abort it (all traffic goes back to the stage's deployment):",
    `  ${update} op=remove,path=/canarySettings`,
  ].join("\n");
};

const refuseDeployment = (request: Request, observed: Observed): Refusal | undefined =>
  request.deploymentId !== undefined && observed.requestedDeployment === undefined
    ? {
        refused: "UNKNOWN_DEPLOYMENT",
        happened: `REST API ${request.restApiId} has no deployment ${request.deploymentId}.`,
        remedy: `See what exists: aws apigateway get-deployments --rest-api-id ${request.restApiId}`,
      }
    : undefined;

const warningsFor = ({ api }: Observed): string[] =>
  api.status === "UPDATING"
    ? [
        "API Gateway is still applying a change to this REST API (apiStatus UPDATING, up to about 15 minutes); deploy once more when it is done.",
      ]
    : [];
