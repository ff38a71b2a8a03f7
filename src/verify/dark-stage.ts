import type { Applying } from "../apply/applying.ts";
import { ActionError } from "../domain/errors.ts";
import type { InvokeUrl } from "../domain/invoke-url.ts";
import type { PointingRequest } from "../inputs/request.ts";
import type { DarkStageStep } from "../plan/step.ts";
import { runSmokeTests } from "./smoke-tests.ts";
import type { Tell } from "./tell.ts";
import { failureText, verdictSentence } from "./verdict.ts";

export type DarkSubject = {
  readonly step: DarkStageStep;
  readonly deploymentId: string;
  readonly invokeUrl: InvokeUrl;
};

/**
 * Asks the dark stage what its target will be asked. No answer is no pass here (I8): nothing has been pointed yet. Throws
 * `SMOKE_TESTS_FAILED`, `SMOKE_TESTS_UNREACHABLE` or `CANCELLED`.
 */
export const testDarkStage = async (
  { restApiId, smokeTests: { tests, timeout, apiKey } }: PointingRequest,
  { step, deploymentId, invokeUrl }: DarkSubject,
  { progress, world }: Applying,
  tell: Tell,
): Promise<void> => {
  const { stageName, target } = step;
  if (tests.length === 0) {
    progress.notes.push(`Deployment ${deploymentId} was served by stage ${stageName} first, where nothing was tested.`);
    return;
  }
  const verdict = await runSmokeTests(tests, { invokeUrl, timeout, settle: 0, apiKey }, world);
  tell.proven(stageName, verdict);
  if (verdict.kind === "healthy") {
    progress.notes.push(
      `Deployment ${deploymentId} was tested on stage ${stageName} before callers met it. ${verdictSentence(verdict)}`,
    );
    return;
  }
  const doing = `test deployment ${deploymentId} on stage ${stageName} of API ${restApiId}`;
  throw verdict.kind === "unreachable"
    ? new ActionError({
        code: "SMOKE_TESTS_UNREACHABLE",
        doing,
        happened: `The runner cannot reach the stage, so nothing is known of the deployment, and stage ${target} was not pointed at it. ${verdict.because}`,
        acted: "no",
      })
    : new ActionError({
        code: "SMOKE_TESTS_FAILED",
        doing,
        happened: `The deployment did not pass its smoke tests, and stage ${target} was not pointed at it: ${failureText(verdict)}`,
        acted: "no",
      });
};
