import type { InputReader } from "./reader.ts";
import type { DeployRequest, PromoteRequest } from "./request.ts";

/** What is to be told of parameters and bodies, beside the routes. */
export type ContractRules = {
  /** Whether what the stage serves after the run is left as a file for later steps. */
  readonly exports: boolean;
};

export const readContractRules = (read: InputReader): ContractRules => ({ exports: read.boolean("export", false) });

/** Whether what comes is compared with what callers have now, beyond the routes. */
export const comparesContracts = (request: DeployRequest | PromoteRequest): boolean =>
  request.exports || failOnOf(request).includes("breaking");

const failOnOf = (request: DeployRequest | PromoteRequest): PromoteRequest["failOn"] =>
  request.command === "promote" ? request.failOn : (request.routes?.failOn ?? []);
