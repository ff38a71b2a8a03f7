import { type Comparison, comparedWith, newStage } from "../domain/comparison.ts";
import { ActionError } from "../domain/errors.ts";
import type { Deployment, Stage } from "../domain/stage.ts";
import type { CompareWith } from "../inputs/definition/definition-inputs.ts";
import type { DeployRequest } from "../inputs/request.ts";
import { observeBase } from "./base-definition.ts";
import type { Session } from "./session.ts";

/** What is outside of the REST API that is deployed to, and can be read beside all else; `undefined`: it is inside. */
export const observeOutside = async (
  { routes, definition, ...request }: DeployRequest,
  { github, gatewayTo }: Pick<Session, "github" | "gatewayTo">,
): Promise<Comparison | undefined> => {
  switch (routes?.compareWith.kind) {
    case "base":
      return definition && observeBase(request, definition.definition.file, github);
    case "other-api":
      return observeOther(routes.compareWith, gatewayTo);
    default:
      return undefined;
  }
};

type OtherStage = Extract<CompareWith, { kind: "other-api" }>;

const observeOther = async (
  { restApiId, stageName }: OtherStage,
  gatewayTo: Session["gatewayTo"],
): Promise<Comparison> => {
  const name = `stage ${stageName} of REST API ${restApiId}`;
  try {
    const gateway = await gatewayTo(restApiId);
    const stages = await gateway.getStages();
    const stage = stages.find((one) => one.name === stageName);
    if (stage === undefined) return absent(restApiId, stageName, stages);
    return comparedWith(name, await gateway.getDeployment(stage.deploymentId, true));
  } catch (thrown) {
    if (!(thrown instanceof ActionError)) throw thrown;
    if (thrown.code === "UNKNOWN_API") return { kind: "absent", because: thrown.happened };
    if (thrown.kind !== "permission") throw thrown;
    return { kind: "unknown", because: `Could not read ${name}. ${thrown.happened} ${thrown.remedy}` };
  }
};

/** A stage of the REST API itself. `deploymentOf` answers what a stage serves, with its routes. */
export const observeInside = async (
  { restApiId, stageName, routes }: Pick<DeployRequest, "restApiId" | "stageName" | "routes">,
  stages: readonly Stage[],
  deploymentOf: (stage: Stage) => Promise<Deployment | undefined>,
): Promise<Comparison | undefined> => {
  const wanted = routes?.compareWith;
  if (wanted?.kind !== "own" && wanted?.kind !== "stage") return undefined;
  const named = wanted.kind === "own" ? stageName : wanted.stageName;
  const stage = stages.find(({ name }) => name === named);
  if (stage !== undefined) return comparedWith(`stage ${named}`, await deploymentOf(stage));
  return wanted.kind === "own" ? newStage(named) : absent(restApiId, named, stages);
};

const absent = (restApiId: string, stageName: string, stages: readonly Stage[]): Comparison => {
  const names = stages.map(({ name }) => name).sort();
  return {
    kind: "absent",
    because: `REST API ${restApiId} has no stage ${stageName} to compare with; it has ${names.length === 0 ? "no stage" : names.join(", ")}.`,
  };
};
