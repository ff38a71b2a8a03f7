import type { Applying } from "../apply/applying.ts";
import { judgeRoutes } from "../apply/judge-routes.ts";
import { refused } from "../apply/refused.ts";
import { type Comparison, servesNothing } from "../domain/comparison.ts";
import type { ContractComparison, FoundContract } from "../domain/contract.ts";
import { darkNameOf } from "../domain/dark-stage.ts";
import { asActionError } from "../domain/errors.ts";
import { besideUrlOf } from "../domain/invoke-url.ts";
import {
  comparesContracts,
  type DeployRequest,
  failOnOf,
  type PointingRequest,
  type PromoteRequest,
} from "../inputs/request.ts";
import { contractOfStage, exported } from "../observe/contracts.ts";
import type { DeployObserved, PromoteObserved, StageObserved } from "../observe/observed.ts";
import { refuseContract } from "../plan/comparison.ts";
import { refuseByFailOn } from "../plan/fail-on.ts";
import type { Refusal } from "../plan/plan.ts";
import type { Command } from "./command.ts";

/** What callers have now, or why nothing can be compared with it. */
type Before = FoundContract | Exclude<ContractComparison, { kind: "compared" }>;

/**
 * What a run that points a stage has of contracts, and how it proves what comes. Few runs ask for that, and the others do
 * not load what it takes.
 */
export type Contracts = {
  /** What was observed, with what its contracts say. */
  readonly compared: <Found extends DeployObserved | PromoteObserved>(found: Found) => Promise<Found>;
  /** Looks at the stage as before, and then leaves what it serves for the report. */
  readonly exporting: (verify: Command["verify"]) => Command["verify"];
  readonly prove: Command["prove"];
};

export const openContracts = (request: PointingRequest): Contracts => {
  let before: Before | undefined;
  let place: Pick<StageObserved, "api" | "place"> | undefined;
  return {
    compared: async (found) => {
      place = found;
      if (request.command === "rollback" || !comparesContracts(request)) return found;
      before = beforeIn(request, found);
      return { ...found, contract: await compareWith(before, await comingFrom(request, found)) };
    },
    prove: async (step, deploymentId, applying, tell) => {
      if (place === undefined) throw new Error("a dark stage was not asked for");
      const { progress, gateway } = applying;
      const { stageName, judgement, isTested } = step;
      // Of that very deployment, whatever was compared beforehand.
      const served = await gateway.getExport(stageName);
      if (judgement !== undefined) {
        const by = `Stage ${stageName} served the deployment, and its export tells these routes.`;
        judgeRoutes(deploymentId, { routes: served?.routes, by }, judgement, applying);
      }
      if (before !== undefined) {
        progress.contract = await compareWith(before, exported(gateway, stageName, served));
        const refusal = refuseProven(request, progress.contract);
        if (refusal !== undefined) throw refused(request, refusal);
      }
      if (!isTested) return;
      const { testDarkStage } = await import(/* webpackChunkName: "dark-stage" */ "../verify/dark-stage.ts");
      const invokeUrl = besideUrlOf(stageName, progress.api ?? place.api, place.place, request.invokeUrl);
      await testDarkStage(request, { step, deploymentId, invokeUrl }, applying, tell);
    },
    exporting: (verify) => async (plan, applying, invokeUrl, tell) => {
      await verify(plan, applying, invokeUrl, tell);
      const { progress } = applying;
      if (!request.exports || progress.skipped) return;
      const served = await leaveExport(request, applying);
      // What was made of the draft nobody can export before a stage serves it.
      if (
        served === undefined ||
        before === undefined ||
        plan.contract?.kind !== "unknown" ||
        plan.canary !== undefined
      )
        return;
      progress.contract = await compareWith(before, served);
    },
  };
};

const refuseProven = (request: PointingRequest, contract: ContractComparison): Refusal | undefined => {
  const failOn = request.command === "rollback" ? [] : failOnOf(request);
  return refuseContract(failOn, contract) ?? refuseByFailOn({ routes: undefined, takenAway: [], contract }, failOn);
};

/** Trouble is a warning: what was deployed stays deployed. */
const leaveExport = async (
  { stageName }: PointingRequest,
  { gateway, progress }: Applying,
): Promise<FoundContract | undefined> => {
  try {
    const found = await contractOfStage(gateway, stageName);
    if ("because" in found) {
      progress.warnings.push(`There is no export-file. ${found.because}`);
      return undefined;
    }
    const { normalisedExport } = await import(/* webpackChunkName: "contract" */ "../plan/contract/normalised.ts");
    progress.exported = normalisedExport(found.document);
    return found;
  } catch (thrown) {
    const { message, kind } = asActionError(thrown, `export stage ${stageName}`);
    if (kind === "bug" || kind === "cancelled") throw thrown;
    progress.warnings.push(`There is no export-file. ${message}`);
    return undefined;
  }
};

const beforeIn = ({ stageName }: DeployRequest | PromoteRequest, found: DeployObserved | PromoteObserved): Before => {
  if (!("comes" in found)) return beforeOf(found.compared);
  const nothing = servesNothing(
    stageName,
    found.stages.find(({ name }) => name === stageName),
  );
  return nothing === undefined ? (found.servedContract ?? NOT_READ) : beforeOf(nothing);
};

const NOT_READ: FoundContract = { because: "It was not read." };

const beforeOf = (compared: Comparison | undefined): Before => {
  if (compared === undefined) return { kind: "unknown", because: "There is nothing to compare with." };
  switch (compared.kind) {
    case "routes":
      return compared.contract ?? NOT_READ;
    case "nothing":
      return compared;
    default:
      return { kind: "unknown", because: compared.because };
  }
};

const compareWith = async (before: Before, after: FoundContract): Promise<ContractComparison> => {
  if ("kind" in before) return before;
  const gaps = [before, after].map((one) => ("because" in one ? one.because : one.routesAlone));
  const because = [...new Set(gaps.filter((gap) => gap !== undefined))].join(" ");
  if ("because" in before || "because" in after || because !== "") return { kind: "unknown", because };
  const { compareContracts } = await import(/* webpackChunkName: "contract" */ "../plan/contract/compare.ts");
  return { kind: "compared", before: before.name, after: after.name, ...compareContracts(before, after) };
};

const comingFrom = async (
  request: DeployRequest | PromoteRequest,
  { comingContract, ...found }: DeployObserved | PromoteObserved,
): Promise<FoundContract> => {
  if (comingContract !== undefined) return comingContract;
  const definition = request.command === "deploy" ? request.definition : undefined;
  const neverTold = definition === undefined ? found.api.kind.lacks["contract-export"] : undefined;
  if (neverTold !== undefined) return { because: neverTold };
  const isDark = request.darkStage && found.stages.some(({ name }) => name === request.stageName);
  if (isDark && (definition === undefined || definition.mode === "merge")) {
    return { because: `They will be as soon as stage ${darkNameOf(request.stageName)} serves the deployment.` };
  }
  if (definition === undefined) {
    return {
      because:
        "API Gateway does not export the draft: give `definition`, or `dark-stage: true`, which serves it first.",
    };
  }
  const compared = "compared" in found ? found.compared : undefined;
  const isFile = compared?.kind === "routes" && isOfFile(compared.contract);
  // What a file is merged into, callers have today: only another file can be held against it.
  if (definition.mode === "merge" && !isFile) {
    return {
      because:
        "The definition is merged into the draft, which API Gateway does not export: `dark-stage: true` serves it first.",
    };
  }
  const { contractOfFile } = await import(
    /* webpackChunkName: "definition" */ "../inputs/definition/contract-of-file.ts"
  );
  const { file, bytes } = definition.definition;
  return contractOfFile(bytes, file);
};

const isOfFile = (contract: FoundContract | undefined): boolean =>
  contract !== undefined && "from" in contract && contract.from === "file";
