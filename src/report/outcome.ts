import { noProgress, type Progress, type Taken } from "../apply/progress.ts";
import { isStageKnown, removalLines, seenByCallers } from "../apply/state.ts";
import type { ContractComparison } from "../domain/contract.ts";
import type { ActionError, Remark } from "../domain/errors.ts";
import { clickableUrl, type InvokeUrl, invokeUrlOf, publicUrl } from "../domain/invoke-url.ts";
import { throughDomain } from "../domain/preview-domain.ts";
import type { Canary, RestApi, Stage } from "../domain/stage.ts";
import { isStageRequest, type Request, type StageRequest } from "../inputs/request.ts";
import type { Observed, StageObserved } from "../observe/observed.ts";
import { remarksOn } from "../plan/deploy-warnings.ts";
import type { History } from "../plan/history.ts";
import type { Plan, RouteChanges } from "../plan/plan.ts";
import type { Status } from "../plan/status/status.ts";
import type { Confirmation } from "../verify/overtaken.ts";
import type { SmokeVerdict } from "../verify/verdict.ts";
import type { WatchVerdict } from "../verify/watch-verdict.ts";
import { type Served, servedOf } from "./served.ts";

/** How a run ended, and all that a report of it may tell. Members are absent where the run did not get that far. */
export type Outcome = {
  readonly request: Request;
  readonly result: Plan["result"] | "planned" | "failed";
  readonly plan: Plan | undefined;
  /** How the steps ended that were reached. */
  readonly taken: readonly Taken[];
  readonly api: RestApi | undefined;
  readonly region: string | undefined;
  /** The environment whose GitHub deployment shows this run; `undefined` where none does. */
  readonly recordedIn: string | undefined;
  readonly invokeUrl: InvokeUrl | undefined;
  /** Whether it is known what the stage serves. */
  readonly isKnown: boolean;
  /** What the stage serves now; `undefined` for a stage that does not exist, and where `isKnown` is false. */
  readonly deploymentId: string | undefined;
  readonly previousDeploymentId: string | undefined;
  /** The stage's canary now, as far as it is known. */
  readonly canary: Canary | undefined;
  readonly served: Served;
  /** When the run ended, in milliseconds since 1970. */
  readonly at: number;
  /** Whether a caller of the API could notice what was done; in a dry run, what would be done. */
  readonly changed: boolean;
  readonly routes: RouteChanges | undefined;
  /** Whether parameters and bodies change so that callers break; `undefined` where nobody asked. */
  readonly contract: ContractComparison | undefined;
  /** What the stage serves, as a document, for a file. */
  readonly exported: string | undefined;
  readonly smoke: SmokeVerdict | undefined;
  readonly watch: WatchVerdict | undefined;
  /** What the stage served; only a rollback tells. */
  readonly history: History | undefined;
  /** Only `status` tells. */
  readonly status: Status | undefined;
  /** Whole sentences that belong at the top: why nothing was done, what was removed, who approved. */
  readonly notes: readonly string[];
  readonly error: ActionError | undefined;
  readonly warnings: readonly string[];
  /** What is to be said of lines of files, those of the plan first. */
  readonly remarks: readonly Remark[];
};

export type StageOutcome = Outcome & {
  readonly request: StageRequest;
  readonly result: Exclude<Outcome["result"], "swept" | "reported">;
};

export const isAboutStage = (outcome: Outcome): outcome is StageOutcome => isStageRequest(outcome.request);

/** What is known of a run so far; it grows while the run goes on, and tells how far it came when it fails. */
export type Course = {
  observed: Observed | StageObserved | undefined;
  plan: Plan | undefined;
  history: History | undefined;
  /** What `status` tells, also where it fails for that. */
  status: Status | undefined;
  /** What changes for callers, also where the plan was refused for it. */
  routes: RouteChanges | undefined;
  /** The same of parameters and bodies. */
  contract: ContractComparison | undefined;
  readonly progress: Progress;
  smoke: SmokeVerdict | undefined;
  watch: WatchVerdict | undefined;
  /** Looks once more at the stage, beside the report. */
  confirm: () => Promise<Confirmation>;
};

export const beginCourse = (): Course => ({
  observed: undefined,
  plan: undefined,
  history: undefined,
  status: undefined,
  routes: undefined,
  contract: undefined,
  progress: noProgress(),
  smoke: undefined,
  watch: undefined,
  confirm: async () => ({ kind: "confirmed" }),
});

const linkBy =
  (urlOf: (invokeUrl: InvokeUrl) => string) =>
  ({ invokeUrl, deploymentId }: Outcome): string =>
    invokeUrl === undefined || deploymentId === undefined ? "" : urlOf(invokeUrl);

/** The URL to post as a link: empty without one, and for a stage that is not there. */
export const linkOf = linkBy(publicUrl);

/** The same for a browser: what the GitHub deployment leads to. */
export const recordLinkOf = linkBy(clickableUrl);

/** `at`: when the run ended, in milliseconds since 1970. */
export const outcomeOf = (request: Request, course: Course, error: ActionError | undefined, at: number): Outcome => {
  const { observed, plan, progress, smoke, watch } = course;
  const api = apiIn(observed, progress);
  const serves = stageIn(request, observed)?.deploymentId;
  const isKnown =
    progress.found !== undefined || (observed !== undefined && (plan === undefined || isStageKnown(plan, progress)));
  const deploymentId = isKnown ? servedBy(request, course) : undefined;
  return {
    request,
    result: resultOf(request, course, error),
    plan,
    taken: progress.taken,
    api,
    region: observed?.place.region,
    recordedIn: observed?.recordedIn,
    invokeUrl: invokeUrlIn(request, course),
    isKnown,
    deploymentId,
    previousDeploymentId: serves,
    served: servedOf(deploymentId, request, observed, progress),
    at,
    canary: (progress.found ?? { stage: progress.stage ?? stageIn(request, observed) }).stage?.canary,
    changed: isChanged(request, course, error),
    routes: progress.routes ?? course.routes,
    contract: progress.contract ?? course.contract,
    exported: progress.exported,
    smoke,
    watch,
    history: course.history,
    status: course.status,
    notes: notesOf(course, error),
    error,
    warnings: [...(observed?.warnings ?? []), ...(plan?.warnings ?? []), ...progress.warnings],
    remarks: [...(plan?.remarks ?? remarksOnFile(request, api)), ...progress.remarks],
  };
};

/** A run that ends without a plan may do so because of what the file says. */
const remarksOnFile = (request: Request, api: RestApi | undefined): readonly Remark[] =>
  request.command === "deploy" ? remarksOn(request.definition?.definition, api) : [];

/** The same run, once it has turned out that another has pointed the stage since. */
export const overtakenOutcome = <Told extends Outcome>(
  outcome: Told,
  { error, stage }: Extract<Confirmation, { kind: "overtaken" }>,
): Told => ({
  ...outcome,
  result: "failed",
  error,
  deploymentId: stage?.deploymentId,
  served: { commit: undefined, example: undefined },
  canary: stage?.canary,
});

const stageIn = (request: Request, observed: Observed | undefined): Stage | undefined =>
  isStageRequest(request) ? observed?.stages.find(({ name }) => name === request.stageName) : undefined;

const servedBy = (request: Request, course: Course): string | undefined => {
  const { observed, progress } = course;
  if (isGone(course)) return undefined;
  if (progress.found !== undefined) return progress.found.stage?.deploymentId;
  return progress.pointedAt ?? stageIn(request, observed)?.deploymentId;
};

/** Where the stage can be called; `undefined` where no stage is, or nothing is known of its API. */
export const invokeUrlIn = (
  request: Request,
  { observed, plan, progress }: Pick<Course, "observed" | "plan" | "progress">,
): InvokeUrl | undefined => {
  const api = apiIn(observed, progress);
  if (!isStageRequest(request) || request.command === "delete" || observed === undefined || api === undefined) {
    return undefined;
  }
  const { stageName, previewDomain } = request;
  const invokeUrl = invokeUrlOf(stageName, api, observed.place, request.invokeUrl);
  if (previewDomain === undefined) return invokeUrl;
  const own = invokeUrlOf(stageName, api, observed.place, undefined);
  return throughDomain(invokeUrl, previewDomain, stageName, plan?.domainPath ?? previewDomain.basePath ?? "", own);
};

/** The API as it is now: an import can change its name, and where it can be called. */
const apiIn = (observed: Course["observed"], { api }: Progress): RestApi | undefined =>
  api ?? (observed !== undefined && "api" in observed ? observed.api : undefined);

/** Whether a deletion has seen to it that there is no stage any more. */
const isGone = ({ plan, progress }: Course): boolean =>
  plan?.command === "delete" &&
  progress.taken.some(({ step, result }) => step.kind === "delete-stage" && isAway(result));

const isAway = (result: Taken["result"]): boolean => result === "deleted" || result === "absent";

/** A deletion that finds another stage under the name leaves it. */
const metAnother = ({ plan, progress }: Course): boolean =>
  plan?.command === "delete" && progress.taken.some(({ result }) => result === "not-ours");

const resultOf = (request: Request, course: Course, error: ActionError | undefined): Outcome["result"] => {
  const { plan, progress } = course;
  if (progress.rolledBack) return isOfCanary(plan) ? "canary-aborted" : "rolled-back";
  if (error !== undefined || plan === undefined) return "failed";
  if (progress.skipped || metAnother(course)) return "skipped";
  if (!request.dryRun) return plan.result;
  if (plan.steps.length > 0) return "planned";
  return plan.command === "sweep" ? (plan.records.length > 0 ? "planned" : "unchanged") : plan.result;
};

/** A canary that was completed goes back as any pointing does. */
const isOfCanary = (plan: Plan | undefined): boolean => plan?.canary !== undefined && plan.canary.does !== "complete";

const isChanged = (request: Request, course: Course, error: ActionError | undefined): boolean => {
  const { plan, progress } = course;
  if (plan === undefined) return false;
  if (request.dryRun) return plan.steps.some((step) => step.seenByCallers);
  return seenByCallers(plan, progress, error !== undefined);
};

/** The error's state says what a deletion removed, where there is one. */
const notesOf = (course: Course, error: ActionError | undefined): readonly string[] => {
  const { plan, progress } = course;
  if (plan?.command !== "delete") return [...(plan?.notes ?? []), ...progress.notes, ...evictionLines(course)];
  if (error !== undefined) return [];
  const lines = removalLines(progress.taken.filter(({ step }) => step.kind === "delete-stage"));
  if (metAnother(course)) return lines;
  const deployments = progress.taken.filter(
    ({ step, result }) => step.kind === "delete-deployment" && result === "deleted",
  ).length;
  return [
    ...plan.notes,
    ...lines,
    // The log names each of them.
    ...(deployments === 0 ? [] : [`Deployments that only it needed: ${deployments} deleted.`]),
  ];
};

const evictionLines = ({ plan, progress }: Course): readonly string[] =>
  plan?.command === "sweep" ? [] : removalLines(progress.taken);
