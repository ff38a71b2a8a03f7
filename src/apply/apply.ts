import { type ActionError, asActionError } from "../domain/errors.ts";
import type { Plan } from "../plan/plan.ts";
import { isRemoval, type Step } from "../plan/step.ts";
import type { Applying, TakeStep } from "./applying.ts";
import { markCanary, promoteCanary, removeCanary, shiftCanary, startCanary } from "./canary-steps.ts";
import { makeDeployment } from "./make-deployment.ts";
import type { StepResult } from "./progress.ts";
import { deleteDeployment, deleteStage } from "./removal.ts";
import { endsRemovals, removalError } from "./removal-error.ts";
import { createStage, keepHistory, publishDocumentation, tagStage, updateStage } from "./stage-steps.ts";
import { stateOf } from "./state.ts";
import { joinPlan, leavePlan } from "./usage-plans.ts";
import { associateWebAcl } from "./web-acl.ts";

/**
 * Carries the plan out, step by step. Throws one ActionError that says how far it came; `progress` tells the same as it
 * goes.
 */
export const apply = async (plan: Plan, applying: Applying): Promise<void> => {
  try {
    await makeDeployment(plan, applying);
    const proofs = plan.steps.filter(isProof);
    for (const proof of proofs) await takeOrThrow(proof, applying);
    // Beside the making of a deployment that was done already; a proof takes its time.
    const looked = applying.progress.made !== undefined && proofs.length === 0;
    if (!looked && plan.steps.some(pointsStage)) await applying.beforePointing();
    await takeSteps(plan.steps.filter(isTakenHere), plan, applying);
  } catch (thrown) {
    const error = asActionError(thrown, `carry out the plan for API ${plan.restApiId}`);
    applying.progress.changedByOthers = error.code === "STAGE_CHANGED" || error.code === "STAGE_DEPLOYS_ITSELF";
    throw error.state === undefined ? error.withState(stateOf(plan, applying.progress)) : error;
  }
};

const isProof = ({ kind }: Step): boolean => kind === "prove-on-dark-stage";

const takeOrThrow: TakeStep = async (step, applying) => {
  const error = await takeStep(step, applying);
  if (error !== undefined) throw error;
};

/** Making a deployment is one thing, which may take several tries. */
const isTakenHere = (step: Step): boolean =>
  step.kind !== "import-definition" && step.kind !== "create-deployment" && !isProof(step);

/** Tells after every 25 removals how far it is. */
const PROGRESS_EVERY = 25;

const takeSteps = async (steps: readonly Step[], plan: Plan, applying: Applying): Promise<void> => {
  const { progress, world } = applying;
  const failures: ActionError[] = [];
  for (const [index, step] of steps.entries()) {
    const error = await takeStep(step, applying);
    if (error !== undefined && !standsAlone(plan)) throw error;
    if (error !== undefined) failures.push(error);
    if (progress.skipped || (error !== undefined && endsRemovals(error))) break;
    const done = index + 1;
    if (isRemoval(step) && done % PROGRESS_EVERY === 0 && done < steps.length) {
      world.log.info(`Deleted ${done} of ${steps.length}.`);
    }
  }
  const error = removalError(failures, plan, stateOf(plan, progress));
  if (error !== undefined) throw error;
};

/** Of a canary, too: what was looked at must still be there. */
const pointsStage = ({ kind }: Step): boolean => POINTING.includes(kind);

const POINTING: readonly Step["kind"][] = [
  "create-stage",
  "update-stage",
  "start-canary",
  "shift-canary",
  "promote-canary",
  "remove-canary",
  "associate-web-acl",
  "join-usage-plan",
];

/** Whether what one step cannot do leaves the others as useful as they were. */
const standsAlone = ({ command }: Plan): boolean => command === "delete" || command === "sweep";

/** Answers the error that kept the step from being carried out. */
export const takeStep = async (step: Step, applying: Applying): Promise<ActionError | undefined> => {
  const { progress, gateway } = applying;
  try {
    const result = await carryOut(step, applying);
    progress.taken.push({ step, result, error: undefined });
    return undefined;
  } catch (thrown) {
    const error = asActionError(thrown, `carry out step ${step.kind} for API ${gateway.restApiId}`);
    // A request that was never sent leaves the step as if it had not been reached.
    if (error.kind !== "cancelled" || error.acted !== "no") progress.taken.push({ step, result: "failed", error });
    return error;
  }
};

const carryOut = async (step: Step, applying: Applying): Promise<StepResult> => {
  switch (step.kind) {
    case "import-definition":
    case "create-deployment":
      throw new Error("a deployment is made before the steps that use it");
    case "prove-on-dark-stage":
      // Few runs have one.
      return (await import(/* webpackChunkName: "dark-stage" */ "./dark-stage.ts")).proveOnDarkStage(step, applying);
    case "create-stage":
      return createStage(step, applying, takeOrThrow);
    case "update-stage":
      return updateStage(step, applying);
    case "tag-stage":
      return tagStage(step, applying);
    case "keep-history":
      return keepHistory(step, applying);
    case "publish-documentation":
      return publishDocumentation(step, applying);
    case "associate-web-acl":
      return associateWebAcl(step, applying);
    case "join-usage-plan":
      return joinPlan(step, applying);
    case "leave-usage-plan":
      return leavePlan(step, applying);
    case "start-canary":
      return startCanary(step, applying);
    case "shift-canary":
      return shiftCanary(step, applying);
    case "promote-canary":
      return promoteCanary(step, applying);
    case "remove-canary":
      return removeCanary(step, applying);
    case "mark-canary":
      return markCanary(step, applying);
    case "create-routing-rule":
      return (await rules()).createRule(step, applying);
    case "delete-routing-rule":
      return (await rules()).deleteRule(step, applying);
    case "delete-stage":
      return deleteStage(step, applying, takeOrThrow);
    case "delete-deployment":
      return deleteDeployment(step, applying);
  }
};

/** Few plans have rules in them. */
const rules = () => import(/* webpackChunkName: "preview-domain" */ "./routing-rules.ts");
