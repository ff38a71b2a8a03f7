import { pointBack } from "../apply/point-back.ts";
import type { Gateway } from "../aws/rest-api/gateway.ts";
import type { Facts } from "../decide.ts";
import { ActionError } from "../domain/errors.ts";
import { invokeUrlOf } from "../domain/invoke-url.ts";
import type { PointingRequest } from "../inputs/request.ts";
import type { Plan } from "../plan/plan.ts";
import { smokeTestLines } from "../report/text/smoke-tests.ts";
import { DEFAULT_SETTLE, runSmokeTests, smokeWorld } from "../verify/smoke-tests.ts";
import type { Story, Work } from "./story.ts";

/** Asks the stage itself; a stage that answers wrongly goes back to what it served before. */
export const testStage = async (story: Story, plan: Plan, facts: Facts, gateway: Gateway): Promise<void> => {
  const { request, work, log, signal } = story;
  const { tests, timeout, rollBack } = request.smokeTests;
  if (tests.length === 0) return;
  const invokeUrl = invokeUrlOf(request.stageName, facts.api, facts.place, request.invokeUrl);
  const pointed = work.progress.pointedAt !== undefined && plan.serves !== undefined;
  work.smoke = await runSmokeTests(
    tests,
    { invokeUrl, timeout, settle: pointed ? DEFAULT_SETTLE : 0 },
    smokeWorld(signal),
  );
  log.group("Smoke tests", smokeTestLines(work.smoke));
  if (work.smoke.kind === "healthy") return;
  const acted = work.progress.pointedAt === undefined ? "no" : "yes";
  if (work.smoke.kind === "unreachable") throw unreachable(request, work.smoke.because, acted);
  const happened = `Stage ${request.stageName} did not pass its smoke tests: ${smokeTestLines(work.smoke)[0]}`;
  const state = await stateAfterFailure(story, plan, gateway, rollBack && pointed, happened);
  throw new ActionError({ code: "SMOKE_TESTS_FAILED", doing: testing(request), happened, acted, state });
};

const testing = ({ stageName, restApiId }: PointingRequest): string =>
  `verify stage ${stageName} of REST API ${restApiId}`;

const unreachable = (request: PointingRequest, because: string, acted: "yes" | "no"): ActionError =>
  new ActionError({
    code: "SMOKE_TESTS_UNREACHABLE",
    doing: testing(request),
    happened: `The runner cannot reach the stage. ${because}`,
    acted,
    state: `Stage ${request.stageName} was left as it is: no answer says nothing about its health.`,
  });

/** Points the stage back where that is wanted, and says what it serves now. */
const stateAfterFailure = async (
  { request, work, log }: Story,
  { serves }: Plan,
  gateway: Gateway,
  rollBack: boolean,
  happened: string,
): Promise<string> => {
  const { stageName } = request;
  if (!rollBack || serves === undefined) {
    return `Stage ${stageName} serves deployment ${work.progress.pointedAt ?? serves} still: ${whyItStays(serves, work)}.`;
  }
  await pointBack(request, serves, gateway, happened);
  work.rolledBack = true;
  work.progress.pointedAt = serves;
  log.info(`Pointed stage ${stageName} back at deployment ${serves}.`);
  return `Stage ${stageName} was pointed back and serves deployment ${serves} again. Its settings and the API's draft are as this run left them.`;
};

const whyItStays = (serves: string | undefined, { progress }: Work): string => {
  if (serves === undefined) return "it is new, there is nothing to go back to";
  return progress.pointedAt === undefined ? "this run did not point it anywhere" : "rollback-on-failure is false";
};
