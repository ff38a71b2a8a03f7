import type { GateMode } from "../domain/gate.ts";
import type { RuledDomain } from "../domain/routing-rule.ts";
import type { CanaryPolicy, CanaryStart } from "./canary/policy.ts";
import type { ContractRules } from "./contract-rules.ts";
import type { DefinitionRequest, RouteRules } from "./definition/definition-inputs.ts";
import type { FailOn } from "./fail-on.ts";
import type { PromoteSource } from "./promote-source.ts";
import type { StageWish } from "./settings/resolve.ts";
import type { SmokeTests } from "./smoke-tests.ts";
import type { StatusRequest } from "./status-request.ts";
import type { SweepRequest } from "./sweep-request.ts";
import type { Target } from "./target.ts";
import type { WatchRules } from "./watch.ts";
/** How many previews there may be, and what happens to one more. */
export type SlotRules = {
  /** `undefined`: as many as the quota of stages allows. */
  readonly limit: number | undefined;
  readonly onLimit: "fail" | "skip" | "evict-oldest";
};

/** What every command has that makes a stage serve a deployment. */
export type Pointing = ContractRules & {
  readonly settings: StageWish;
  readonly smokeTests: SmokeTests;
  readonly watch: WatchRules;
};

export type DeployRequest = Target &
  Pointing & {
    readonly command: "deploy";
    readonly deploymentId: string | undefined;
    readonly definition: DefinitionRequest | undefined;
    /** `undefined`: nobody asked for the routes to be compared. */
    readonly routes: RouteRules | undefined;
    readonly slots: SlotRules;
    /** Milliseconds after which a sweep takes the preview; `undefined`: nobody says here. */
    readonly ttl: number | undefined;
    /** Whether what a fork's author wrote may be deployed (`allow-forks`). */
    readonly allowForks: boolean;
    /** `undefined`: all of the traffic goes to the deployment. */
    readonly canary: CanaryStart | undefined;
  };

export type PromoteRequest = Target &
  Pointing & {
    readonly command: "promote";
    readonly source: PromoteSource;
    readonly gate: GateMode;
    readonly failOn: readonly FailOn[];
    /** As for a deployment. */
    readonly canary: CanaryStart | undefined;
  };

export type RollbackRequest = Target &
  Pointing & { readonly command: "rollback"; readonly deploymentId: string | undefined };

/** A canary that is there: its share is set (100 completes, 0 aborts), or it goes on by its policy. */
export type CanaryRequest = Target & {
  readonly command: "canary";
  /** `undefined`: it stays as it is. */
  readonly percent: number | undefined;
  /** The deployment that the canary must be on; `undefined`: the one that was started. */
  readonly deploymentId: string | undefined;
  readonly policy: CanaryPolicy;
  readonly smokeTests: SmokeTests;
};

export type PointingRequest = DeployRequest | PromoteRequest | RollbackRequest;

export type DeleteRequest = Target & { readonly command: "delete"; readonly because: string };

/** A request that is about one stage. */
export type StageRequest = PointingRequest | CanaryRequest | DeleteRequest;

/** What the workflow asked for: validated, complete, never changed afterwards. */
export type Request = StageRequest | SweepRequest | StatusRequest;

export const isStageRequest = (request: Request): request is StageRequest =>
  request.command !== "sweep" && request.command !== "status";

/** The domain that the run makes or removes rules on; `undefined`: none. */
export const domainOf = (request: Request): RuledDomain | undefined => {
  if (request.command === "sweep") return request.ruledDomain;
  return request.command === "deploy" || request.command === "delete" ? request.previewDomain : undefined;
};

/** Whether what comes is compared with what callers have now, beyond the routes. */
export const comparesContracts = (request: DeployRequest | PromoteRequest): boolean =>
  request.exports || request.darkStage || failOnOf(request).includes("breaking");

export const failOnOf = (request: DeployRequest | PromoteRequest): PromoteRequest["failOn"] =>
  request.command === "promote" ? request.failOn : (request.routes?.failOn ?? []);

/** A run that rightly does nothing; both are sentences for people. */
export type Skip = { readonly command: "skip"; readonly because: string; readonly advice?: string };
