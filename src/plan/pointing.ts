import type { ApiKind } from "../domain/api-kind.ts";
import { type Owner, ownerTags, provenOwner } from "../domain/owner.ts";
import type { Run } from "../domain/run.ts";
import { type Stage, servedText } from "../domain/stage.ts";
import type { MethodSettings } from "../domain/stage-settings.ts";
import type { SettingWrite, StageAttribute } from "../domain/stage-write.ts";
import type { PointingRequest } from "../inputs/request.ts";
import type { Attaching } from "./attaching.ts";
import { parseHistoryTag, type TagEntry } from "./history.ts";
import { appliedIn, digestOf } from "./settings/applied.ts";
import { splitCreation } from "./settings/batches.ts";
import type { SettingsPlan } from "./settings/plan-settings.ts";
import type { Alternative, DeploymentRef, Step } from "./step.ts";

/** The deployment that a stage is to serve; `name` is for people: "deployment k4d2fz, as deployment-id asks". */
export type Source = {
  readonly deployment: DeploymentRef;
  readonly name: string;
  /** See `Deployment`. */
  readonly routesAreOfDraft?: boolean;
};

export type PointingQuestion = {
  readonly request: PointingRequest;
  readonly kind: ApiKind;
  /** `undefined`: it does not exist yet. */
  readonly stage: Stage | undefined;
  readonly source: Source;
  readonly settings: SettingsPlan;
  readonly attaching: Attaching;
  /** What the stage served before an earlier attempt of this very run pointed it; `undefined`: none has. */
  readonly pointedFrom: string | undefined;
  /** What comes when a stage that is created finds no place; `undefined` where the service's own error is the end. */
  readonly ifFull: Alternative | undefined;
};

/** The steps that make the stage serve the deployment with its settings; none when it does so already. */
export const pointStage = (question: PointingQuestion): readonly Step[] =>
  question.stage === undefined ? createStage(question) : updateStage(question, question.stage);

/** The steps that lead back from there, for a stage that turns out unhealthy. A new stage has nothing to go back to. */
export const undoPointing = (question: PointingQuestion): readonly Step[] => {
  const { request, stage, source, pointedFrom } = question;
  if (stage === undefined || !request.smokeTests.rollBack || !isLookedAt(request)) return [];
  const before = servesAlready(source, stage) ? pointedFrom : stage.deploymentId;
  if (before === undefined || before === "") return [];
  const back: DeploymentRef = { kind: "existing", id: before };
  return [
    {
      kind: "update-stage",
      stageName: stage.name,
      from: undefined,
      deployment: back,
      writes: [],
      because: `it served deployment ${before} before, and the new one is unhealthy`,
      seenByCallers: true,
    },
    ...keepHistory(question, {
      deployment: back,
      previous: source.deployment,
      rollback: true,
      doneBy: undefined,
    }),
  ];
};

/** Whether anything can turn out about the stage. */
const isLookedAt = ({ command, smokeTests, watch }: PointingRequest): boolean =>
  smokeTests.tests.length > 0 || (command !== "rollback" && (watch.bakeTime ?? 0) > 0);

/** The owner that a stage which this run creates gets. */
export const ownerOf = ({ run, previewOf }: PointingRequest): Owner => ({
  repositoryId: run.repository.id,
  pullRequest: previewOf,
});

/**
 * Settings that cannot be given to a new stage follow in an update, before anybody can know the stage; what is written down
 * of them comes after it.
 */
const createStage = (question: PointingQuestion): readonly Step[] => {
  const { request, source, settings, attaching, ifFull } = question;
  const { stageName } = request;
  const { creation, rest } = splitCreation(settings.writes, question.kind);
  const create: Step = {
    kind: "create-stage",
    stageName,
    deployment: source.deployment,
    // A stage that others made is never tagged as ours.
    tags: { ...settings.tagsToSet, ...attaching.tags, ...ownerTags(ownerOf(request), request) },
    writes: creation,
    ifFull,
    because: `the stage does not exist yet; it will serve ${source.name}`,
    seenByCallers: true,
  };
  const history = keepHistory(question, {
    deployment: source.deployment,
    previous: undefined,
    rollback: false,
    settings: digestOf(request.settings),
    doneBy: doneBy(request),
  });
  const settle = rest.length === 0 ? [] : [settingsStep(stageName, rest)];
  return [create, ...settle, ...history, ...attaching.steps];
};

const settingsStep = (stageName: string, writes: readonly SettingWrite[]): Step => ({
  kind: "update-stage",
  stageName,
  from: undefined,
  deployment: undefined,
  writes,
  because: "its settings are other than declared",
  seenByCallers: writes.some(isNoticeable),
});

/** Whether the stage has the deployment, so that nothing changes for callers but by its settings. */
export const servesAlready = ({ deployment }: Pick<Source, "deployment">, stage: Stage | undefined): boolean =>
  deployment.kind === "existing" && deployment.id === stage?.deploymentId;

const updateStage = (question: PointingQuestion, stage: Stage): readonly Step[] => {
  const { request, source, settings, attaching } = question;
  const { stageName } = request;
  const tagging = [...tagStep(stageName, settings), ...attachSteps(stageName, attaching)];
  if (servesAlready(source, stage)) {
    return settings.writes.length === 0
      ? tagging
      : [settingsStep(stageName, settings.writes), ...keepSettings(question, stage), ...tagging];
  }
  const withSettings = settings.writes.length === 0 ? "" : ", and its settings are other than declared";
  const point: Step = {
    kind: "update-stage",
    stageName,
    from: stage.deploymentId || undefined,
    deployment: source.deployment,
    writes: settings.writes,
    because: `the stage serves ${servedText(stage.deploymentId)}; it will serve ${source.name}${withSettings}`,
    seenByCallers: true,
  };
  const history = keepHistory(question, {
    deployment: source.deployment,
    previous: stage.deploymentId === "" ? undefined : { kind: "existing", id: stage.deploymentId },
    rollback: request.command === "rollback",
    settings: digestOf(request.settings),
    doneBy: doneBy(request),
  });
  return [point, ...history, ...tagging];
};

const tagStep = (stageName: string, { tagsToSet, tagsToRemove }: SettingsPlan): readonly Step[] =>
  Object.keys(tagsToSet).length + tagsToRemove.length === 0
    ? []
    : [
        {
          kind: "tag-stage",
          stageName,
          set: tagsToSet,
          remove: tagsToRemove,
          because: "its tags are other than declared",
          seenByCallers: false,
        },
      ];

/** Before it joins plans, the stage says which it may leave again. */
const attachSteps = (stageName: string, { steps, tags }: Attaching): readonly Step[] =>
  Object.keys(tags).length === 0
    ? steps
    : [
        {
          kind: "tag-stage",
          stageName,
          set: tags,
          remove: [],
          because: "its deletion goes by it when it leaves its usage plans",
          seenByCallers: false,
        },
        ...steps,
      ];

/**
 * What is written down of another declaration would speak of settings that are there no more. Where nothing is written down
 * at all, the run that made the stage was broken off.
 */
const keepSettings = (question: PointingQuestion, { deploymentId, tags }: Stage): readonly Step[] => {
  const { request } = question;
  const settings = digestOf(request.settings);
  const applied = appliedIn(tags, request);
  const isUnfinished = parseHistoryTag(tags, request) === undefined;
  if (!isUnfinished && (applied === undefined || applied.digest === settings)) return [];
  const same: DeploymentRef = { kind: "existing", id: deploymentId };
  const previous = isUnfinished ? undefined : same;
  return keepHistory(question, { deployment: same, previous, rollback: false, settings, doneBy: undefined });
};

/** A deployment has its own marker. */
const doneBy = ({ command, run }: PointingRequest): Run | undefined => (command === "deploy" ? undefined : run);

type HistoryChange = {
  readonly deployment: DeploymentRef;
  readonly previous: DeploymentRef | undefined;
  readonly rollback: boolean;
  readonly settings?: string | undefined;
  readonly doneBy: Run | undefined;
};

/** What an earlier attempt of this run, which was killed in between, has left to do. */
export const keepRollback = (question: PointingQuestion, from: string): readonly Step[] =>
  keepHistory(question, {
    deployment: question.source.deployment,
    previous: { kind: "existing", id: from },
    rollback: true,
    doneBy: question.request.run,
  });

type HistorySubject = {
  readonly request: Pick<PointingRequest, "restApiId" | "stageName" | "previewOf" | "run">;
  readonly stage: Stage | undefined;
};

/** Only on lasting stages that this repository has made: previews are not rolled back, and others' tags are not ours. */
export const keepHistory = ({ request, stage }: HistorySubject, change: HistoryChange): readonly Step[] => {
  if (request.previewOf !== undefined) return [];
  const owner = stage && provenOwner(stage.tags, request);
  if (stage !== undefined && owner?.repositoryId !== request.run.repository.id) return [];
  const before: readonly TagEntry[] = (stage && parseHistoryTag(stage.tags, request)) ?? [];
  return [
    {
      kind: "keep-history",
      stageName: request.stageName,
      before,
      ...change,
      because:
        change.deployment === change.previous
          ? "a later run tells by it what others change"
          : "a later rollback goes by it",
      seenByCallers: false,
    },
  ];
};

/** Logs, metrics, traces and descriptions change nothing for callers. */
const isNoticeable = (write: SettingWrite): boolean => {
  if (write.kind === "access-log" || write.kind === "no-access-log") return false;
  return !("member" in write && UNNOTICED.includes(write.member));
};

const UNNOTICED: readonly (keyof MethodSettings | StageAttribute)[] = [
  "loggingLevel",
  "dataTraceEnabled",
  "metricsEnabled",
  "description",
  "tracingEnabled",
  "documentationVersion",
];
