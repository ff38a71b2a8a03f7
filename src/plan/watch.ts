import type { Alarm } from "../domain/alarm.ts";
import { durationText } from "../domain/duration.ts";
import { metricNameOf } from "../domain/metric.ts";
import type { RestApi } from "../domain/stage.ts";
import type { PointingRequest } from "../inputs/request.ts";
import { alarmProblems, refuseAlarms } from "./alarms.ts";
import type { EarlierAttempt } from "./earlier-attempt.ts";
import type { Refusal } from "./plan.ts";
import type { Step } from "./step.ts";
import { METRICS_DELAY, type WatchPlan } from "./watch-plan.ts";

/** What is looked at for a while once the stage is pointed, and what alarms must be like before that. */

export type WatchQuestion = {
  readonly request: PointingRequest;
  /** Those of the alarms that exist; `undefined`: they could not be read, and that is told. */
  readonly alarms: readonly Alarm[] | undefined;
  readonly api: RestApi;
  readonly steps: readonly Step[];
  /** Whether the canary that is asked for is there already. */
  readonly canaryIsThere: boolean;
  /** What an earlier attempt of this very run has left. */
  readonly earlier: EarlierAttempt | undefined;
};

export type WatchDecision = {
  readonly refusal: Refusal | undefined;
  readonly watch: WatchPlan | undefined;
  readonly notes: readonly string[];
  readonly warnings: readonly string[];
};

const NOTHING: WatchDecision = { refusal: undefined, watch: undefined, notes: [], warnings: [] };

/**
 * A run that changes something begins only with alarms that can tell. An earlier attempt of the same run has begun
 * already: what its alarms say is for the watch to judge. A rollback's alarms are red by nature, and are only told of.
 */
export const decideWatch = (question: WatchQuestion): WatchDecision => {
  const { request, alarms, steps, canaryIsThere, earlier } = question;
  const { watch: rules } = request;
  const problems = alarms === undefined ? [] : alarmProblems(rules.alarms, alarms);
  const told = problems.map(({ says }) => says);
  if (request.command === "rollback") return { ...NOTHING, warnings: told, notes: notWatched(request) };
  const points = steps.some(pointsStage);
  if (earlier?.pointed && !points && request.canary === undefined) return watchOf(question, earlier);
  if (steps.length === 0 || canaryIsThere) return { ...NOTHING, warnings: told };
  const refusal = refuseAlarms(problems);
  if (refusal !== undefined) return { ...NOTHING, refusal };
  if (request.canary !== undefined) return { ...NOTHING, notes: ofAll(request) };
  return points ? watchOf(question, undefined) : NOTHING;
};

const pointsStage = (step: Step): boolean =>
  step.kind === "create-stage" || (step.kind === "update-stage" && step.deployment !== undefined);

const notWatched = ({ watch: { bakeTime, alarms, limits } }: PointingRequest): readonly string[] =>
  (bakeTime ?? 0) > 0 && (alarms.length > 0 || limits !== undefined)
    ? ["A rollback is not watched: alarms stay red for a while after what they saw is over."]
    : [];

/** A share of the traffic is judged by the canary's own rules. */
const ofAll = ({ watch: { bakeTime } }: PointingRequest): readonly string[] =>
  (bakeTime ?? 0) > 0
    ? ["bake-time is for a stage that serves one deployment: a canary is judged by its own rules."]
    : [];

const watchOf = (question: WatchQuestion, earlier: EarlierAttempt | undefined): WatchDecision => {
  const { request, alarms = [] } = question;
  const { bakeTime, limits, minRequests, onNotProven, alarms: names } = request.watch;
  const apiName = apiNamesOf(question);
  const watched = (bakeTime ?? 0) > 0 && (names.length > 0 || limits !== undefined);
  return {
    ...NOTHING,
    watch: watched
      ? {
          bakeTime: bakeTime ?? 0,
          alarms: names,
          limits,
          minRequests: minRequests ?? 1,
          metrics: question.api.kind.metrics,
          apiName,
          earlier: earlier && { since: earlier.since },
          onNotProven,
        }
      : undefined,
    warnings: [
      ...(bakeTime === 0 ? [] : tooShort(bakeTime ?? 0, alarms)),
      ...(watched && limits !== undefined ? tooShortToMeasure(bakeTime ?? 0) : []),
      ...(apiName.before === apiName.after ? [] : fallSilent(alarms, apiName)),
    ],
  };
};

/** An alarm needs its whole window of data, and data comes late. */
const tooShort = (bakeTime: number, alarms: readonly Alarm[]): readonly string[] => {
  const [slowest] = alarms.toSorted((one, other) => (other.window ?? 0) - (one.window ?? 0));
  if (slowest?.window === undefined) {
    return bakeTime === 0 && slowest !== undefined
      ? ["The alarms are looked at before the stage is pointed, and not after: bake-time is not given."]
      : [];
  }
  const needed = Math.ceil((slowest.window + METRICS_DELAY) / 60_000) * 60_000;
  if (bakeTime >= needed) return [];
  const given = bakeTime === 0 ? "bake-time is not given" : `bake-time is ${durationText(bakeTime)}`;
  return [
    `${given}, and alarm ${slowest.name} looks at ${durationText(slowest.window)} of data that come up to ${durationText(METRICS_DELAY)} late: it may not go off in time. Give bake-time: ${durationText(needed)} or more.`,
  ];
};

/** The whole minutes that are judged begin after the pointing and end before the last three. */
const tooShortToMeasure = (bakeTime: number): readonly string[] => {
  const needed = METRICS_DELAY + 2 * 60_000;
  return bakeTime >= needed
    ? []
    : [
        `bake-time is ${durationText(bakeTime)}, and metrics come up to ${durationText(METRICS_DELAY)} late, by whole minutes: there may be nothing to judge. Give bake-time: ${durationText(needed)} or more.`,
      ];
};

const apiNamesOf = ({ request, api, steps }: WatchQuestion): WatchPlan["apiName"] => {
  const imports = steps.some(({ kind }) => kind === "import-definition");
  const title = request.command === "deploy" && imports ? request.definition?.definition.settings.title : undefined;
  return { before: metricNameOf(api.name, api), after: metricNameOf(title ?? api.name, api) };
};

const fallSilent = (alarms: readonly Alarm[], { before, after }: WatchPlan["apiName"]): readonly string[] => {
  const silent = alarms.filter(({ apiNames }) => apiNames.includes(before)).map(({ name }) => name);
  return silent.length === 0
    ? []
    : [
        `The import renames the API from ${before} to ${after}, and ${silent.join(", ")} ${silent.length === 1 ? "follows" : "follow"} the metrics of ${before}: from then on there are none, and nothing they say is about this stage.`,
      ];
};
