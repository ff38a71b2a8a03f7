import type { Progress } from "../apply/progress.ts";
import type { Facts } from "../decide.ts";
import { ActionError } from "../domain/errors.ts";
import type { Stage } from "../domain/stage.ts";
import type { Log } from "../domain/world.ts";
import type { Reporting } from "../github/reporting.ts";
import type { PointingRequest } from "../inputs/request.ts";
import type { Plan, Refusal } from "../plan/plan.ts";
import type { SmokeVerdict } from "../verify/smoke-tests.ts";

/** What is known so far; it grows while the run goes on, and tells how far it came when it fails. */
export type Work = {
  facts: Facts | undefined;
  plan: Plan | undefined;
  smoke: SmokeVerdict | undefined;
  /** Why the run ended without doing anything. */
  skipped: string | undefined;
  rolledBack: boolean;
  readonly progress: Progress;
  readonly notes: string[];
};

/** What the phases share. */
export type Story = {
  readonly request: PointingRequest;
  readonly reporting: Reporting;
  readonly work: Work;
  readonly log: Log;
  readonly signal: AbortSignal;
};

export const stageIn = ({ stages }: Facts, stageName: string): Stage | undefined =>
  stages.find(({ name }) => name === stageName);

export const servedIn = (facts: Facts, { stageName }: PointingRequest): string | undefined =>
  stageIn(facts, stageName)?.deploymentId;

export const refused = (request: PointingRequest, { refused: code, ...facts }: Refusal): ActionError =>
  new ActionError({
    code,
    doing: `${request.command} stage ${request.stageName} of REST API ${request.restApiId}`,
    ...facts,
    acted: "no",
  });
