import type { Applying } from "../apply/applying.ts";
import type { Progress } from "../apply/progress.ts";
import { ActionError } from "../domain/errors.ts";
import type { InvokeUrl } from "../domain/invoke-url.ts";
import type { Stage } from "../domain/stage.ts";
import type { CanaryRequest, PointingRequest } from "../inputs/request.ts";
import type { Target } from "../inputs/target.ts";
import type { Plan } from "../plan/plan.ts";
import { planSettings } from "../plan/settings/plan-settings.ts";
import { leadBack, requireOurs } from "./lead-back.ts";
import { DEFAULT_SETTLE, RULE_SETTLE, runSmokeTests } from "./smoke-tests.ts";
import { failureText, type SmokeVerdict } from "./verdict.ts";

/** What the stage has otherwise than declared, after everything was sent; tags are not part of what the service answers. */
export const settingsLeftOver = (request: PointingRequest, stage: Stage): readonly string[] =>
  planSettings({ wanted: { ...request.settings, resetRoutes: new Set() }, current: stage.settings, routes: undefined })
    .changes.filter(({ setting }) => !setting.startsWith("tags."))
    .map(
      ({ setting, from, to }) =>
        `API Gateway accepted the settings, but ${setting} is ${from ?? "not set"} instead of ${to ?? "not set"}.`,
    );

/**
 * Asks the stage itself. A stage that answers wrongly goes back to what it served before. Throws `SMOKE_TESTS_FAILED`,
 * `SMOKE_TESTS_UNREACHABLE`, `STAGE_CHANGED`, `ROLLBACK_FAILED` or `CANCELLED`; `tell` gets the verdict before that.
 */
export const verify = async (
  request: PointingRequest | CanaryRequest,
  plan: Plan,
  applying: Applying,
  invokeUrl: InvokeUrl,
  tell: (verdict: SmokeVerdict) => void,
): Promise<void> => {
  const { tests, timeout, apiKey } = request.smokeTests;
  const { progress, world } = applying;
  if (tests.length === 0 || progress.skipped) return;
  const verdict = await runSmokeTests(tests, { invokeUrl, timeout, settle: settleOf(plan, progress), apiKey }, world);
  tell(verdict);
  if (verdict.kind === "healthy") return;
  if (verdict.kind === "unreachable") {
    await requireOurs(request, applying, progress.pointedAt);
    throw unreachable(request, verdict.because, progress.pointedAt === undefined ? "no" : "yes");
  }
  const happened = `Stage ${request.stageName} did not pass its smoke tests: ${failureText(verdict)}`;
  throw await leadBack({ code: "SMOKE_TESTS_FAILED", doing: testing(request), happened }, request, plan, applying);
};

/** How long an answer may still come from what was there before. */
const settleOf = ({ steps, serves }: Plan, { pointedAt }: Progress): number => {
  if (steps.some(({ kind }) => kind === "create-routing-rule")) return RULE_SETTLE;
  return pointedAt !== undefined && serves !== undefined ? DEFAULT_SETTLE : 0;
};

export const testing = ({ stageName, restApiId }: Pick<Target, "stageName" | "restApiId">): string =>
  `verify stage ${stageName} of API ${restApiId}`;

export const unreachable = (
  request: Pick<Target, "stageName" | "restApiId">,
  because: string,
  acted: "yes" | "no",
): ActionError =>
  new ActionError({
    code: "SMOKE_TESTS_UNREACHABLE",
    doing: testing(request),
    happened: `The runner cannot reach the stage. ${because}`,
    acted,
    state: `Stage ${request.stageName} was left as it is: no answer says nothing about its health.`,
  });
