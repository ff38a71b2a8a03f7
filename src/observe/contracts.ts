import type { Gateway, StageExport } from "../aws/gateway.ts";
import { rightToRead } from "../domain/api-kind.ts";
import type { Comparison } from "../domain/comparison.ts";
import type { FoundContract } from "../domain/contract.ts";
import type { Stage } from "../domain/stage.ts";

/** What a stage serves, as API Gateway exports it. Throws ActionError. */
export const contractOfStage = async (gateway: Exporting, stageName: string): Promise<FoundContract> =>
  exported(gateway, stageName, await gateway.getExport(stageName));

type Exporting = Pick<Gateway, "kind" | "restApiId" | "getExport">;

/** `found`: what an export has answered, `undefined` where there was none. */
export const exported = (
  { kind, restApiId }: Pick<Exporting, "kind" | "restApiId">,
  stageName: string,
  found: StageExport | undefined,
): FoundContract => {
  const routesAlone = kind.lacks["contract-export"];
  if (found !== undefined) return { document: found.document, from: "export", name: `stage ${stageName}`, routesAlone };
  const right = rightToRead(kind, "served", { api: restApiId, stage: stageName });
  const because =
    kind.lacks["route-comparison"] ??
    `What stage ${stageName} serves could not be exported: the stage is gone, or the role may not (${right}).`;
  return { because };
};

/** `integrations`: `undefined` where they could not be read. */
export type Inside = {
  readonly contract: FoundContract;
  readonly integrations: StageExport["integrations"] | undefined;
};

/** Looks into a deployment by its id: API Gateway exports what a stage serves, and nothing else. Throws ActionError. */
export const lookInto = async (gateway: Exporting, id: string, stages: readonly Stage[]): Promise<Inside> => {
  const stage = stages.find(({ deploymentId }) => deploymentId === id);
  if (stage === undefined) {
    const because = `No stage serves deployment ${id}, and API Gateway exports what a stage serves only.`;
    return { contract: { because }, integrations: undefined };
  }
  const found = await gateway.getExport(stage.name);
  return { contract: exported(gateway, stage.name, found), integrations: found?.integrations };
};

/** The same comparison with the contract beside the routes. */
export const withContract = async (
  comparison: Promise<Comparison>,
  contract: Promise<FoundContract>,
): Promise<Comparison> => {
  const [compared, found] = await Promise.all([comparison, contract]);
  if (compared.kind !== "routes") return compared;
  return { ...compared, contract: "because" in found ? found : { ...found, name: compared.name } };
};
