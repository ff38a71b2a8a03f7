import { describe, markerOf } from "../domain/marker.ts";
import type { PatchOperation } from "../domain/patch.ts";
import type { Stage } from "../domain/stage.ts";
import type { DefinitionRequest } from "../inputs/definition/definition-inputs.ts";
import type { CreateDeploymentStep, DeploymentRef, Step } from "./plan.ts";
import { creationOf } from "./settings/batches.ts";
import type { SettingsPlan } from "./settings/plan-settings.ts";

/** The deployment that a stage is to serve; `name` is for people: "deployment k4d2fz, as deployment-id asks". */
export type Source = { readonly deployment: DeploymentRef; readonly name: string };

export type PointingQuestion = {
  readonly stageName: string;
  /** `undefined`: it does not exist yet. */
  readonly stage: Stage | undefined;
  readonly source: Source;
  readonly settings: SettingsPlan;
  /** Tags of ours for a stage that is created; a stage that others made is never tagged as ours. */
  readonly ownerTags: Readonly<Record<string, string>>;
};

/** The steps that make the stage serve the deployment with its settings; none when it does so already. */
export const pointStage = (question: PointingQuestion): readonly Step[] =>
  question.stage === undefined ? createStage(question) : updateStage(question, question.stage);

/** Settings that CreateStage cannot take follow in an update, before anybody can know the stage. */
const createStage = ({ stageName, source, settings, ownerTags }: PointingQuestion): readonly Step[] => {
  const { creation, rest } = creationOf(settings.patch);
  const create: Step = {
    kind: "create-stage",
    stageName,
    deployment: source.deployment,
    tags: { ...settings.tagsToSet, ...ownerTags },
    creation,
    because: `the stage does not exist yet; it will serve ${source.name}`,
    seenByCallers: true,
  };
  return rest.length === 0 ? [create] : [create, settingsStep(stageName, rest)];
};

const settingsStep = (stageName: string, patch: readonly PatchOperation[]): Step => ({
  kind: "update-stage",
  stageName,
  from: undefined,
  deployment: undefined,
  patch,
  because: "its settings are other than declared",
  seenByCallers: patch.some(({ path }) => noticeable(path)),
});

const updateStage = ({ stageName, source, settings }: PointingQuestion, stage: Stage): readonly Step[] => {
  const { deployment } = source;
  const tagging = tagStep(stageName, settings);
  if (deployment.kind === "existing" && deployment.id === stage.deploymentId) {
    return settings.patch.length === 0 ? tagging : [settingsStep(stageName, settings.patch), ...tagging];
  }
  const withSettings = settings.patch.length === 0 ? "" : ", and its settings are other than declared";
  const point: Step = {
    kind: "update-stage",
    stageName,
    from: stage.deploymentId,
    deployment,
    patch: settings.patch,
    because: `the stage serves deployment ${stage.deploymentId}; it will serve ${source.name}${withSettings}`,
    seenByCallers: true,
  };
  return [point, ...tagging];
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

/** Logs, metrics, traces and descriptions change nothing for callers. */
const noticeable = (path: string): boolean =>
  !/\/(?:logging|metrics)\/|^\/(?:accessLogSettings|description|tracingEnabled|documentationVersion)/.test(path);

/** The snapshot of the draft, with a description by which it is found again. */
export const createDeploymentStep = (
  run: Parameters<typeof markerOf>[0],
  stageName: string,
  imported: DefinitionRequest | undefined,
): CreateDeploymentStep => ({
  kind: "create-deployment",
  description: describe(markerOf(run, stageName, imported?.definition.digest, imported?.mode)),
  because: "takes a snapshot of the API's draft; no stage serves it yet",
  seenByCallers: false,
});
