import type { Gateway } from "../aws/gateway.ts";
import { type Comparison, comparedWith, servesNothing } from "../domain/comparison.ts";
import { ActionError } from "../domain/errors.ts";
import type { Deployment, Stage } from "../domain/stage.ts";
import type { CompareWith } from "../inputs/definition/definition-inputs.ts";
import { comparesContracts, type DeployRequest } from "../inputs/request.ts";
import { observeBase } from "./base-definition.ts";
import { contractOfStage, withContract } from "./contracts.ts";
import type { Session } from "./session.ts";

/** What is outside of the API that is deployed to, and can be read beside all else; `undefined`: it is inside. */
export const observeOutside = async (
  request: DeployRequest,
  { gateway, github, gatewayTo }: Pick<Session, "gateway" | "github" | "gatewayTo">,
): Promise<Comparison | undefined> => {
  const { routes, definition } = request;
  const contracts = comparesContracts(request);
  switch (routes?.compareWith.kind) {
    case "base":
      return (
        definition &&
        observeBase(
          { ...request, contracts },
          { path: definition.definition.file, dialect: gateway.kind.dialect },
          github,
        )
      );
    case "other-api":
      return observeOther({ ...routes.compareWith, contracts }, gatewayTo);
    default:
      return undefined;
  }
};

type OtherStage = Extract<CompareWith, { kind: "other-api" }> & { readonly contracts: boolean };

const observeOther = async (
  { restApiId, stageName, contracts }: OtherStage,
  gatewayTo: Session["gatewayTo"],
): Promise<Comparison> => {
  const name = `stage ${stageName} of API ${restApiId}`;
  try {
    const gateway = await gatewayTo(restApiId);
    const stages = await gateway.getStages();
    const stage = stages.find((one) => one.name === stageName);
    if (stage === undefined) return absent(restApiId, stageName, stages);
    const nothing = servesNothing(stageName, stage);
    if (nothing !== undefined) return nothing;
    const comparison = gateway.getDeployment(stage.deploymentId, true).then((found) => comparedWith(name, found));
    return await (contracts ? withContract(comparison, contractOfStage(gateway, stageName)) : comparison);
  } catch (thrown) {
    if (!(thrown instanceof ActionError)) throw thrown;
    if (thrown.code === "UNKNOWN_API") return { kind: "absent", because: thrown.happened };
    if (thrown.kind !== "permission") throw thrown;
    return { kind: "unknown", because: `Could not read ${name}. ${thrown.happened} ${thrown.remedy}` };
  }
};

/** A stage of the API itself. `deploymentOf` answers what a stage serves, with its routes. */
export const observeInside = async (
  request: DeployRequest,
  stages: readonly Stage[],
  deploymentOf: (stage: Stage) => Promise<Deployment | undefined>,
  gateway: Pick<Gateway, "kind" | "restApiId" | "getExport">,
): Promise<Comparison | undefined> => {
  const { restApiId, stageName, routes } = request;
  const wanted = routes?.compareWith;
  if (wanted?.kind !== "own" && wanted?.kind !== "stage") return undefined;
  const named = wanted.kind === "own" ? stageName : wanted.stageName;
  const stage = stages.find(({ name }) => name === named);
  if (stage === undefined && wanted.kind === "stage") return absent(restApiId, named, stages);
  const nothing = servesNothing(named, stage);
  if (nothing !== undefined || stage === undefined) return nothing;
  const comparison = deploymentOf(stage).then((found) => comparedWith(`stage ${named}`, found));
  return comparesContracts(request) ? withContract(comparison, contractOfStage(gateway, named)) : comparison;
};

const absent = (restApiId: string, stageName: string, stages: readonly Stage[]): Comparison => {
  const names = stages.map(({ name }) => name).sort();
  return {
    kind: "absent",
    because: `API ${restApiId} has no stage ${stageName} to compare with; it has ${names.length === 0 ? "no stage" : names.join(", ")}.`,
  };
};
