import type { Run } from "../../domain/run.ts";
import type { Canary, Stage } from "../../domain/stage.ts";
import { minuteText } from "../../domain/time-text.ts";
import type { Step } from "../step.ts";
import { abortSteps } from "./abort.ts";
import { sharedBy } from "./has-canary.ts";
import { CANARY_TAG, type CanaryIntent } from "./intent.ts";
import { canaryStateOf } from "./state.ts";

/**
 * Canaries whose deadline has passed: nobody came to end them, so the next run on the stage does, or a sweep (I7). Only
 * what our tag proves to be what a run of this repository started; what somebody re-pointed is theirs by now (I3).
 */
export type Overdue = { readonly canary: Canary; readonly intent: CanaryIntent };

type Subject = { readonly restApiId: string; readonly run: Pick<Run, "repository"> };

export const overdueCanary = (stage: Stage, { restApiId, run }: Subject, now: number): Overdue | undefined => {
  const state = canaryStateOf(stage, run.repository.id, { restApiId, stageName: stage.name });
  const isOurs = state.kind === "ours" || state.kind === "shifted" || state.kind === "base-moved";
  return isOurs && now > state.intent.until ? { canary: state.canary, intent: state.intent } : undefined;
};

/** A beginning of a sentence about the deadline. */
export const deadlinePassed = ({ until }: Pick<CanaryIntent, "until">): string =>
  `its deadline, ${minuteText(until)}, has passed`;

/** What a stage is like, and what is to be done first, for a run that is about something else than its canary. */
export type WithoutOverdue = {
  readonly stage: Stage | undefined;
  /** The canary's deployment, where it is to go. */
  readonly ending: string | undefined;
  readonly steps: readonly Step[];
  readonly notes: readonly string[];
};

/** With `on-failure: hold` the canary stays, and so does what forbids a deployment beside it. */
export const withoutOverdue = (
  subject: Subject & { readonly stageName: string },
  { stages, now }: { readonly stages: readonly Stage[]; readonly now: number },
): WithoutOverdue => {
  const stage = stages.find(({ name }) => name === subject.stageName);
  const overdue = stage && overdueCanary(stage, subject, now);
  if (stage === undefined || overdue?.intent.atEnd !== "abort")
    return { stage, ending: undefined, steps: [], notes: [] };
  const { [CANARY_TAG]: _, ...tags } = stage.tags;
  return {
    stage: { ...stage, canary: undefined, tags },
    ending: overdue.canary.deploymentId,
    steps: abortSteps(stage, deadlinePassed(overdue.intent)),
    notes: [abortNote(stage, overdue)],
  };
};

const abortNote = (stage: Stage, { canary, intent }: Overdue): string =>
  `${sharedBy(stage, canary)}. It had to have ended by ${minuteText(intent.until)}, so it is aborted; deployment ${canary.deploymentId} stays.`;

/** Why a canary whose deadline has passed stays all the same; a sentence. */
export const heldPastDeadline = (stage: Stage, { canary, intent }: Overdue): string =>
  `${sharedBy(stage, canary)}. It had to have ended by ${minuteText(intent.until)}, and stays because on-failure is hold: complete it (command: canary with canary-percent: 100) or abort it (canary-percent: 0).`;

type Swept = { readonly steps: readonly Step[]; readonly warnings: readonly string[] };

/** What a sweep does about the canaries of these stages. */
export const sweepCanaries = (stages: readonly Stage[], subject: Subject, now: number): Swept => {
  const found = stages.flatMap((stage) => {
    const overdue = overdueCanary(stage, subject, now);
    return overdue === undefined ? [] : [{ stage, overdue }];
  });
  return {
    steps: found.flatMap(({ stage, overdue: { canary, intent } }) =>
      intent.atEnd === "hold"
        ? []
        : abortSteps(stage, deadlinePassed(intent)).map((step) =>
            step.kind === "remove-canary"
              ? { ...step, only: { deploymentId: canary.deploymentId, tag: stage.tags[CANARY_TAG] } }
              : step,
          ),
    ),
    warnings: found.flatMap(({ stage, overdue }) =>
      overdue.intent.atEnd === "hold" ? [heldPastDeadline(stage, overdue)] : [],
    ),
  };
};
