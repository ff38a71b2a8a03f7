import { ActionError } from "../../src/domain/errors.ts";
import type { Request, StageRequest } from "../../src/inputs/request.ts";
import { planDeploy } from "../../src/plan/deploy.ts";
import { isRefusal, type Plan } from "../../src/plan/plan.ts";
import {
  beginCourse,
  type Course,
  isAboutStage,
  type Outcome,
  outcomeOf,
  type StageOutcome,
} from "../../src/report/outcome.ts";
import { aRequest, aRestApi, aStage, observedWith } from "../requests.ts";

export const links = {
  repositoryUrl: "https://github.com/acme/orders",
  logUrl: "https://github.com/acme/orders/actions/runs/9001/job/1",
};
export const url = "https://a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com/pr-7";

const planned = planDeploy(aRequest(), observedWith({ stages: [aStage()] }));
if (isRefusal(planned)) throw new Error(planned.happened);

/** The plan for the preview of pull request 7, which exists. */
export const plan: Plan = planned;

/** A preview that was updated, with what a test changes about it. */
export const anOutcome = (changes: Partial<StageOutcome> = {}): StageOutcome => ({
  request: aRequest(),
  result: "updated",
  plan,
  taken: [],
  api: aRestApi(),
  region: "eu-central-1",
  recordedIn: "preview",
  invokeUrl: { kind: "default", url },
  isKnown: true,
  deploymentId: "new222",
  previousDeploymentId: "old111",
  served: { commit: aRequest().run.commit, example: { path: "/pets", needsApiKey: false } },
  at: Date.UTC(2026, 0, 2, 12, 3),
  canary: undefined,
  changed: true,
  routes: undefined,
  contract: undefined,
  exported: undefined,
  smoke: undefined,
  watch: undefined,
  history: undefined,
  status: undefined,
  notes: [],
  error: undefined,
  warnings: [],
  remarks: [],
  ...changes,
});

export const failure = (happened: string, code: "UPSTREAM" | "CANCELLED" = "UPSTREAM"): ActionError =>
  new ActionError({ code, doing: "point stage pr-7", happened, acted: "no", state: "Stage pr-7 is as it was." });

/** How a run ends that came so far. */
export const endOf = (request: Request, course: Partial<Course>, error?: ActionError): Outcome =>
  outcomeOf(request, { ...beginCourse(), ...course }, error, Date.UTC(2026, 0, 2, 12, 3));

export const endOfStage = (request: StageRequest, course: Partial<Course>, error?: ActionError): StageOutcome => {
  const outcome = endOf(request, course, error);
  if (!isAboutStage(outcome)) throw new Error("a sweep is about all stages");
  return outcome;
};
